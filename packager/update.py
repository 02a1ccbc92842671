"""Whether a new file may take the place of an old one while people learn with it, in Moodle and in ILIAS.

Moodle keeps the data of items whose identifier stays (scorm_parse_scorm); ILIAS takes a new version only with the same
imsmanifest.xml, byte for byte (ilObjSAHSLearningModuleGUI::newModuleVersionUpload). Of cmi5 an LMS keeps the state by
unit, learner and registration (cmi5 1.0, section 10; packager/static/runtime/cmi5-launch.js); ILIAS makes a new object
of every upload, and with it new registrations. Inside the saved state numbers and places stand for pages, exercises and
answers (packager/static/runtime/codec.js): they must go on meaning the same.
Questions, courses and cartridges are never replaced: both systems add what they import (question/format.php,
backup/moodle2; ILIAS: ilQTIParser). A glossary takes new terms and refuses known ones (mod/glossary/import.php).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lxml import etree

from content.findings import Language, worded
from content.messages import messages
from packager.checks.cmi5 import MANIFEST as STRUCTURE
from packager.checks.manifest import MANIFEST, Parts, local, read_manifest
from packager.embedded import embedded_modules
from packager.members import same
from packager.unpack import read_package
from packager.update_bank import ENTRIES, entry_changes
from packager.update_module import Change, module_changes
from packager.verify import Kind, kind_of
from packager.xml import parse

Lms = Literal["moodle", "ilias"]
BOTH: tuple[Lms, ...] = ("moodle", "ilias")
TRACKED: tuple[Kind, ...] = ("scorm12", "scorm2004")
# What an import never replaces -> the reason against importing it over an edition that is there.
ADDED: Mapping[Kind, str] = {
    "cc11": "cartridge",
    "cc13": "cartridge",
    "cc": "cartridge",
    "moodle-xml": "questions-doubled",
    "ilias-pool": "questions-doubled",
    "moodle-backup": "course-doubled",
    "qti21": "qti-import",
    "qti30": "qti-import",
}
# Formats that share their sentences; SCORM has those without a group.
GROUPS: Mapping[Kind, str] = {"scorm12": "", "scorm2004": "", "cc11": "cc", "qti21": "qti", "qti30": "qti"}
SHOWN = 12


@dataclass(frozen=True)
class Reason:
    """Why an update is not safe (`lms` says where), or a hint (`lms` is empty). `code` is a key of the messages."""

    code: str
    lms: tuple[Lms, ...]
    values: dict[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        t = messages(language)
        kinds = {name: t[f"verify.kind.{kind}"] for name, kind in self.values.items()} if self.code == "kind" else {}
        values = {name: worded(value, language) for name, value in {**self.values, **kinds}.items()}
        return t[f"update.{self.code}"].format(**values)


@dataclass(frozen=True)
class Verdict:
    """The answer: safe in an LMS where no reason speaks against it. `kind` is that of both files, else unknown."""

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
        return [*lines, *self._ways(t)]

    def _ways(self, t: Mapping[str, str]) -> Iterator[str]:
        """What to do in each LMS, by format and verdict, or by format alone where the verdict changes nothing."""
        if self.kind == "unknown":
            yield t["update.none"]
            return
        group = GROUPS.get(self.kind, self.kind)
        for lms in BOTH:
            way = ".".join(filter(None, ("update", lms, group)))
            state = "safe" if self.safe_in(lms) else "unsafe"
            yield t.get(f"{way}.{state}") or t[way]
        if group == "qti":
            yield t["update.other.qti"]

    def data(self, language: Language) -> dict[str, object]:
        """The verdict for `--json`."""
        return {
            "old": self.old,
            "new": self.new,
            "kind": self.kind,
            "safe": self.safe,
            **{lms: self.safe_in(lms) for lms in BOTH},
            "reasons": [
                {"code": reason.code, "lms": list(reason.lms), "text": reason.text(language)} for reason in self.reasons
            ],
            "advice": list(self._ways(messages(language))),
        }


def compare(old: Path, new: Path) -> Verdict:
    """Compare two packages. Raises `UnreadableArchive` where one cannot be read."""
    before, after = read_package(old), read_package(new)
    kinds = kind_of(before), kind_of(after)
    if "unknown" in kinds:
        which = [path.name for path, kind in zip((old, new), kinds, strict=True) if kind == "unknown"]
        reasons = [Reason("unknown", BOTH, {"files": ", ".join(dict.fromkeys(which))})]
    elif kinds[0] != kinds[1]:
        reasons = [Reason("kind", BOTH, {"old": kinds[0], "new": kinds[1]})]
    else:
        return Verdict(str(old), str(new), tuple(_reasons(kinds[0], before, after)), kinds[0])
    return Verdict(str(old), str(new), tuple(reasons))


def _reasons(kind: Kind, before: Parts, after: Parts) -> Iterator[Reason]:
    alone = len(before) == len(after) == 1  # a document may have another name
    if same(before, after) or (alone and [*before.values()] == [*after.values()]):
        yield Reason("same", ())
        return
    if kind in ADDED:
        yield Reason(ADDED[kind], BOTH)
    if kind in TRACKED:
        yield from _manifest_reasons(before, after)
    if kind == "cmi5":
        yield Reason("cmi5-object", ("ilias",))
        yield from _unit_reasons(before, after)
    if kind in ENTRIES:
        yield from _entry_hints(kind, before, after)
    elif kind not in ADDED:
        yield from _module_reasons(before, after)


def _entry_hints(kind: Kind, before: Parts, after: Parts) -> Iterator[Reason]:
    """Which questions or terms are new, changed or gone; the first dozen by name."""
    subject = "terms" if kind == "moodle-glossary" else "questions"
    for change, names in entry_changes(kind, before, after):
        shown = ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
        yield Reason(f"{subject}-{change}", (), {"count": len(names), "names": shown})


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
