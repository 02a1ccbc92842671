"""Whether a new package may take the place of an old one while people learn with it, in Moodle and in ILIAS.

Moodle keeps the data of items whose identifier stays (scorm_parse_scorm); ILIAS takes a new version only with the same
imsmanifest.xml, byte for byte (ilObjSAHSLearningModuleGUI::newModuleVersionUpload). Of cmi5 an LMS keeps the state by
unit, learner and registration (cmi5 1.0, section 10; packager/static/runtime/cmi5-launch.js); ILIAS makes a new object
of every upload, and with it new registrations. Inside the saved state numbers and places stand for pages, exercises and
answers (packager/static/runtime/codec.js): they must go on meaning the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lxml import etree

from content.findings import Language
from content.messages import messages
from packager.archive import read_archive
from packager.checks.cmi5 import MANIFEST as STRUCTURE
from packager.checks.manifest import MANIFEST, Parts, local, read_manifest
from packager.embedded import embedded_modules
from packager.update_module import Change, module_changes
from packager.verify import Kind, kind_of
from packager.xml import parse

Lms = Literal["moodle", "ilias"]
BOTH: tuple[Lms, ...] = ("moodle", "ilias")
TRACKED: tuple[Kind, ...] = ("scorm12", "scorm2004")


@dataclass(frozen=True)
class Reason:
    """Why an update is not safe (`lms` says where), or a hint (`lms` is empty). `code` is a key of the messages."""

    code: str
    lms: tuple[Lms, ...]
    values: dict[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        return messages(language)[f"update.{self.code}"].format(**self.values)


@dataclass(frozen=True)
class Verdict:
    """The answer: safe in an LMS where no reason speaks against it."""

    old: str
    new: str
    reasons: tuple[Reason, ...]
    kind: Kind = "unknown"

    @property
    def safe(self) -> bool:
        return not any(reason.lms for reason in self.reasons)

    def safe_in(self, lms: Lms) -> bool:
        return not any(lms in reason.lms for reason in self.reasons)

    def lines(self, language: Language) -> list[str]:
        """What a person reads: verdict, reasons, hints, and how each LMS takes the update."""
        t = messages(language)
        if self.safe:
            lines = [t["update.safe"]]
        else:
            lines = [t["update.unsafe"].format(reason=reason.text(language)) for reason in self.reasons if reason.lms]
        lines += [t["update.hint"].format(hint=reason.text(language)) for reason in self.reasons if not reason.lms]
        states = ("safe" if self.safe_in(lms) else "unsafe" for lms in BOTH)
        way = "cmi5." if self.kind == "cmi5" else ""
        return [*lines, *(t[f"update.{lms}.{way}{state}"] for lms, state in zip(BOTH, states, strict=True))]

    def data(self, language: Language) -> dict[str, object]:
        """The verdict for `--json`."""
        return {
            "old": self.old,
            "new": self.new,
            "safe": self.safe,
            **{lms: self.safe_in(lms) for lms in BOTH},
            "reasons": [
                {"code": reason.code, "lms": list(reason.lms), "text": reason.text(language)} for reason in self.reasons
            ],
        }


def compare(old: Path, new: Path) -> Verdict:
    """Compare two packages. Raises `ArchiveError` where one cannot be read."""
    before, after = read_archive(old), read_archive(new)
    return Verdict(str(old), str(new), tuple(_reasons(before, after)), kind_of(after))


def _reasons(before: Parts, after: Parts) -> Iterator[Reason]:
    kinds = kind_of(before), kind_of(after)
    if kinds[0] != kinds[1]:
        yield Reason("kind", BOTH)
        return
    kind = kinds[0]
    if kind in ("cc11", "cc13", "cc"):
        yield Reason("cartridge", BOTH)
        return
    if kind == "unknown":
        yield Reason("unknown", BOTH)
        return
    if kind in TRACKED:
        yield from _manifest_reasons(before, after)
    if before == after:
        yield Reason("same", ())
        return
    if kind == "cmi5":
        yield Reason("cmi5-object", ("ilias",))
        yield from _unit_reasons(before, after)
    yield from _module_reasons(before, after)


def _manifest_reasons(before: Parts, after: Parts) -> Iterator[Reason]:
    if before[MANIFEST] != after[MANIFEST]:
        yield Reason("manifest", ("ilias",))
    gone = sorted(_items(before) - _items(after))
    if gone:
        yield Reason("items", ("moodle",), {"items": ", ".join(gone)})


def _unit_reasons(before: Parts, after: Parts) -> Iterator[Reason]:
    """Units that are gone with what was learned in them, and marks that the LMS read when the package was uploaded."""
    old, new = _units(before), _units(after)
    gone = sorted(old.keys() - new.keys())
    if gone:
        yield Reason("cmi5-units", BOTH, {"units": ", ".join(gone)})
    if any(old[unit] != new[unit] for unit in old.keys() & new.keys()):
        yield Reason("cmi5-mark", ())


def _units(parts: Parts) -> dict[str, tuple[str | None, str | None]]:
    """Identifier of each unit -> mastery score and what ends it."""
    try:
        root = parse(parts[STRUCTURE])
    except etree.XMLSyntaxError:  # a stranger's; `staffel verify` says what is wrong with it
        return {}
    return {unit.get("id", ""): (unit.get("masteryScore"), unit.get("moveOn")) for unit in root.iter("{*}au")}


def _items(parts: Parts) -> set[str]:
    root, _ = read_manifest(parts)
    return {item.get("identifier", "") for item in local(root, "item")} if root is not None else set()


def _module_reasons(before: Parts, after: Parts) -> Iterator[Reason]:
    old = {module.data["id"]: module for module in embedded_modules(before)}
    new = {module.data["id"]: module for module in embedded_modules(after)}
    if not old or not new:
        yield Reason("foreign", ())
        return
    for name in old.keys() - new.keys():
        yield Reason("module", BOTH, {"module": old[name].data["title"]})
    for name in sorted(old.keys() & new.keys()):
        for change in module_changes(old[name], new[name]):
            yield _reason(change)


def _reason(change: Change) -> Reason:
    return Reason(change.code, BOTH if change.unsafe else (), dict(change.values))
