"""What is wrong with a source, where, and how to mend it.

A finding is data: the sentence that a person reads is made from the catalogue in the reader's language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Literal

from content.frozen import frozen

Severity = Literal["error", "warning"]
Language = Literal["de", "en"]
_MESSAGES = Path(__file__).parent / "messages"


@frozen
class Finding:
    """One fault at one place.

    `path` is relative to the curriculum's folder (or the name of a checked package), `line` counts from 1 (0: the whole
    file), `code` is a key of the catalogue, `values` fill the places of its sentence.
    """

    path: str
    line: int
    code: str
    values: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def severity(self) -> Severity:
        return "warning" if catalogue("en")[self.code]["severity"] == "warning" else "error"

    def message(self, language: Language = "de") -> str:
        return catalogue(language)[self.code]["message"].format_map(self.values)

    def remedy(self, language: Language = "de") -> str:
        return catalogue(language)[self.code]["remedy"].format_map(self.values)

    def text(self, language: Language = "de") -> str:
        """`path:line: message – remedy`, the form that editors turn into a link."""
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message(language)} – {self.remedy(language)}"

    def data(self, language: Language = "de") -> dict[str, object]:
        """The finding for `--json`."""
        return {
            "path": self.path,
            "line": self.line,
            "code": self.code,
            "severity": self.severity,
            "message": self.message(language),
            "remedy": self.remedy(language),
        }


class StaffelError(Exception):
    """Base of the errors that a person can mend; shown without a traceback."""


class InvalidCurriculum(StaffelError):
    """The source has faults; `findings` holds all of them, ordered by file and line."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        places = {(f.path, f.line, f.code, str(f.values)): f for f in findings}
        self.findings = tuple(places[place] for place in sorted(places))
        super().__init__("\n".join(finding.text() for finding in self.findings))


@cache
def catalogue(language: Language) -> dict[str, dict[str, str]]:
    """Code -> severity, message and remedy. The German file holds the severity for both languages."""
    german: dict[str, dict[str, str]] = json.loads((_MESSAGES / "findings.de.json").read_bytes())
    if language == "de":
        return german
    english: dict[str, dict[str, str]] = json.loads((_MESSAGES / "findings.en.json").read_bytes())
    return {code: {**entry, **english[code]} for code, entry in german.items()}
