"""What is wrong with a source, where, and how to mend it.

A finding is data: the sentence that a person reads is made from the catalogue in the reader's language.
"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Literal

from content.frozen import frozen

Severity = Literal["error", "warning"]
Language = Literal["de", "en"]
_MESSAGES = Path(__file__).parent / "messages"


# Controls, which a terminal obeys, signs that turn the direction of a line, and halves of pairs, which no file holds.
UNSEEN = r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"


def legible(text: str) -> str:
    """Text of a stranger as one line that shows what it holds."""
    return text if text.isprintable() else re.sub(UNSEEN, "\ufffd", text)


@frozen
class Reason:
    """A value of a finding that has words in every language; `key` names them in the messages.

    `original` is what a library said, in English, or nothing; it stands alone where we have no words.
    """

    key: str
    original: str = ""
    values: Mapping[str, object] = field(default_factory=dict, compare=False)

    def text(self, language: Language) -> str:
        from content.messages import messages  # its languages are ours

        t = messages(language)
        if self.key not in t:
            return self.original
        words = t[self.key].format_map(self.values)
        return t["reason.original"].format(words=words, original=self.original) if self.original else words


def system_reason(error: OSError) -> Reason:
    """What the operating system objects to."""
    return Reason(f"system.{errno.errorcode.get(error.errno or 0, '')}", error.strerror or str(error))


def worded(value: object, language: Language) -> object:
    """A value as it stands in a sentence."""
    if isinstance(value, Reason):
        value = value.text(language)
    return legible(value) if isinstance(value, str) else value


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
        return catalogue(language)[self.code]["message"].format_map(self._worded(language))

    def remedy(self, language: Language = "de") -> str:
        return catalogue(language)[self.code]["remedy"].format_map(self._worded(language))

    def _worded(self, language: Language) -> Mapping[str, object]:
        return {name: worded(value, language) for name, value in self.values.items()}

    def text(self, language: Language = "de") -> str:
        """`path:line: message – remedy`, the form that editors turn into a link."""
        path = legible(self.path)
        place = f"{path}:{self.line}" if self.line else path
        return f"{place}: {self.message(language)} – {self.remedy(language)}"

    def data(self, language: Language = "de") -> dict[str, object]:
        """The finding for `--json`."""
        return {
            "path": legible(self.path),
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
