"""Checks a finished package, ours or a stranger's, against standards and what Moodle and ILIAS do with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Literal

from content import Finding
from content.findings import Language, legible
from content.messages import messages
from packager.archive import UnreadableArchive
from packager.checks.cartridge import cartridge_faults, version_of
from packager.checks.cmi5 import MANIFEST as CMI5
from packager.checks.cmi5 import cmi5_faults
from packager.checks.hosts import host_faults, is_read
from packager.checks.manifest import Parts, read_manifest, reference_faults, schema_faults
from packager.checks.names import name_faults
from packager.checks.scorm import edition_of, scorm_faults
from packager.checks.site import START
from packager.embedded import CALL, embedded_modules
from packager.formats import imscp, moodle_glossary, web
from packager.ilias.check import is_pool, pool_faults, renamed
from packager.language import number
from packager.moodle.check_backup import MAIN as BACKUP
from packager.moodle.check_backup import backup_faults
from packager.moodle.check_questions import question_faults
from packager.qti.check import package_faults, version_in
from packager.unpack import read_package
from packager.xml import ADLCP, ADLCP_12

Kind = Literal[
    "scorm12",
    "scorm2004",
    "cmi5",
    "imscp",
    "cc11",
    "cc13",
    "cc",
    "qti21",
    "qti30",
    "ilias-pool",
    "moodle-xml",
    "moodle-glossary",
    "moodle-backup",
    "web",
    "unknown",
]

# End of central directory of ZIP64, PKWARE APPNOTE 4.3.14; it stands near the end of the file.
ZIP, ZIP64 = b"PK", b"PK\x06\x06"
TAIL = 1 << 17
# Documents that are imported as they are, by their root.
ROOT = re.compile(rb"<(quiz|GLOSSARY)[\s>]")
HEAD = 4096
DOCUMENTS: Mapping[bytes, Kind] = {b"quiz": "moodle-xml", b"GLOSSARY": "moodle-glossary"}
MOODLE = {"moodle-xml", "moodle-glossary", "moodle-backup"}
"""Moodle chooses the names in its backups itself, and unpacks no documents."""


MOST_OF_A_CODE = 100


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What a check found: `kind` is the format, `own` tells packages that staffel made."""

    path: str
    kind: Kind
    own: bool
    files: int
    bytes: int
    findings: tuple[Finding, ...]

    @property
    def faulty(self) -> bool:
        """At least one finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)

    def heading(self, language: Language) -> str:
        """One line: file, format, size, verdict."""
        t = messages(language)
        errors = sum(finding.severity == "error" for finding in self.findings)
        verdict = "faulty" if errors else "hints" if self.findings else "sound"
        return t[f"verify.{verdict}"].format(
            name=legible(Path(self.path).name),
            kind=t[f"verify.kind.{self.kind}"],
            files=t["verify.files.one" if self.files == 1 else "verify.files"].format(count=self.files),
            size=number(self.bytes / 1000, language=language),
        )

    def data(self, language: Language) -> dict[str, object]:
        """The result for `--json`."""
        return {
            "path": legible(self.path),
            "kind": self.kind,
            "own": self.own,
            "files": self.files,
            "bytes": self.bytes,
            "faulty": self.faulty,
            "findings": [finding.data(language) for finding in self.findings],
        }


def verify_file(path: Path) -> Verification:
    """Check the package in `path`; an unreadable one is a finding, not an exception."""
    size = path.stat().st_size
    try:
        parts = read_package(path)
    except UnreadableArchive as fault:
        return Verification(path=str(path), kind="unknown", own=False, files=0, bytes=size, findings=(fault.finding,))
    kind, own = kind_of(parts), bool(embedded_modules(parts))
    findings = chain(
        _container_faults(path),
        name_faults(parts) if kind not in MOODLE else (),
        _faults(kind, own, parts),
        renamed(path.name, parts) if kind == "ilias-pool" else (),
    )
    named = tuple(finding if finding.path else replace(finding, path=path.name) for finding in _readable(findings))
    return Verification(path=str(path), kind=kind, own=own, files=len(parts), bytes=size, findings=named)


def _readable(findings: Iterable[Finding]) -> Iterator[Finding]:
    """As many findings of a code as somebody reads, and how many more there are: a broken package has thousands."""
    count: Counter[str] = Counter()
    for finding in findings:
        count[finding.code] += 1
        if count[finding.code] <= MOST_OF_A_CODE:
            yield finding
    for code, found in count.items():
        if found > MOST_OF_A_CODE:
            yield Finding("", 0, "findings-more", {"code": code, "count": found - MOST_OF_A_CODE})


def kind_of(parts: Parts) -> Kind:
    """The format, by names that only it uses, by the manifest's namespaces, or by a start file without a manifest."""
    known = _by_names(parts)
    if known:
        return known
    root, _ = read_manifest(parts)
    if root is None:
        starts = any(START.search(name) for name in parts)
        return "web" if starts and not any(name.lower().endswith("imsmanifest.xml") for name in parts) else "unknown"
    used = {namespace for element in root.iter("{*}*") for namespace in element.nsmap.values()}
    schema = next((element.text or "" for element in root.iter("{*}schema")), "")
    scorm = used & {ADLCP, ADLCP_12} or "SCORM" in schema
    return version_of(root) or version_in(root) or (edition_of(root) if scorm else "imscp")


def _by_names(parts: Parts) -> Kind | None:
    if is_pool(parts):
        return "ilias-pool"
    if CMI5 in parts:
        return "cmi5"
    if BACKUP in parts:
        return "moodle-backup"
    found = ROOT.search(next(iter(parts.values()))[:HEAD]) if len(parts) == 1 else None
    return DOCUMENTS[found.group(1)] if found else None


def _container_faults(path: Path) -> Iterator[Finding]:
    with path.open("rb") as file:
        if file.read(len(ZIP)) != ZIP:
            return
        file.seek(max(0, path.stat().st_size - TAIL))
        if ZIP64 in file.read():
            yield Finding(path.name, 0, "archive-zip64")


def _faults(kind: Kind, own: bool, parts: Parts) -> Iterator[Finding]:
    yield from CHECKS[kind](parts) if own or kind not in STRANGERS else STRANGERS[kind](parts)
    if kind != "unknown":
        texts = {name: parts[name] for name in parts if is_read(name)}
        if own:
            texts = {name: data for name, data in texts.items() if _is_shared(name, data)}
        yield from host_faults(texts, parts)


def _is_shared(name: str, data: bytes) -> bool:
    """Style or program of a package of ours; its documents, and the texts in its unit scripts, are checked already."""
    return name.endswith((".css", ".js")) and not data.startswith(CALL)


def _unknown(parts: Parts) -> Iterator[Finding]:
    _, findings = read_manifest(parts)
    known = [finding for finding in findings if finding.code != "manifest-missing"]
    yield from known or [Finding("", 0, "package-kind")]


def _content_package(parts: Parts) -> Iterator[Finding]:
    root, findings = read_manifest(parts)
    yield from findings
    if root is not None:
        yield from schema_faults(root, "scorm2004")
        yield from reference_faults(root, parts)


def _site(parts: Parts) -> Iterator[Finding]:
    starts = sorted(name for name in parts if START.search(name))
    if starts != ["index.html"]:
        yield Finding("index.html", 0, "site-start", {"found": ", ".join(starts) or "–"})


Check = Callable[[Mapping[str, bytes]], Iterator[Finding]]
CHECKS: dict[Kind, Check] = {
    "scorm12": scorm_faults,
    "scorm2004": scorm_faults,
    "cmi5": cmi5_faults,
    "imscp": imscp.FORMAT.verify,
    "cc11": cartridge_faults,
    "cc13": cartridge_faults,
    "cc": cartridge_faults,
    "qti21": package_faults,
    "qti30": package_faults,
    "ilias-pool": pool_faults,
    "moodle-xml": question_faults,
    "moodle-glossary": moodle_glossary.FORMAT.verify,
    "moodle-backup": backup_faults,
    "web": web.FORMAT.verify,
    "unknown": _unknown,
}
# Pages of strangers may have inline scripts and styles; that is no fault of the package.
STRANGERS: dict[Kind, Check] = {"imscp": _content_package, "web": _site}
