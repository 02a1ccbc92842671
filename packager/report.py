"""What a build made, as JSON for machines, as a table for the terminal and as a page for people."""

from __future__ import annotations

import json
from pathlib import Path

from content import Finding
from content.findings import Language
from content.frozen import frozen
from packager.archive import atomic_file

REPORT = "staffel-report"


@frozen
class Artifact:
    """One bundle; `sha256` is empty and `bytes` 0 where its findings kept it from being written."""

    path: str
    format: str
    module: str
    sha256: str
    bytes: int
    seconds: float
    findings: tuple[Finding, ...] = ()

    @property
    def written(self) -> bool:
        return bool(self.sha256)

    def data(self, language: Language) -> dict[str, object]:
        return {
            "path": self.path,
            "format": self.format,
            "module": self.module,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "seconds": round(self.seconds, 3),
            "findings": [finding.data(language) for finding in self.findings],
        }


@frozen(kw_only=True)
class BuildReport:
    """The artifacts of one build and the warnings about its source."""

    curriculum: str
    version: str
    profile: str
    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]
    seconds: float
    unchanged: bool = False

    @property
    def complete(self) -> bool:
        """Every bundle was written."""
        return all(artifact.written for artifact in self.artifacts)

    def data(self, language: Language = "de") -> dict[str, object]:
        return {
            "curriculum": self.curriculum,
            "version": self.version,
            "profile": self.profile,
            "seconds": round(self.seconds, 3),
            "unchanged": self.unchanged,
            "findings": [finding.data(language) for finding in self.findings],
            "artifacts": [artifact.data(language) for artifact in self.artifacts],
        }

    def write(self, folder: Path, language: Language = "de") -> None:
        """Leave `staffel-report.json` and `.html` beside the bundles; times stay out, so they are reproducible."""
        data = {**self.data(language), "language": language}
        data["artifacts"] = [_lasting(artifact.data(language)) for artifact in self.artifacts]
        del data["seconds"], data["unchanged"]
        table, page = folder / f"{REPORT}.json", folder / f"{REPORT}.html"
        text = json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n"
        if self.unchanged and page.exists() and table.exists() and table.read_bytes() == text:
            return
        from packager.report_page import report_page

        with atomic_file(table, lasting=False) as file:
            file.write(text)
        with atomic_file(page, lasting=False) as file:
            file.write(report_page(data, language).encode())


def _lasting(artifact: dict[str, object]) -> dict[str, object]:
    """Without what differs from run to run or from machine to machine."""
    return {**artifact, "path": Path(str(artifact["path"])).name, "seconds": 0}
