"""A folder becomes a `Curriculum`: read everything, assemble, raise once with all findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from content.assembly import Assembly
from content.findings import Finding, InvalidCurriculum
from content.lock import Lock
from content.memory import Memory, no_memory
from content.model import Curriculum
from content.oversights import oversights
from content.reading import Reader


def load(
    folder: Path | str,
    profile: str | None = None,
    modules: Iterable[str] | None = None,
    memory: Memory | None = None,
) -> Curriculum:
    """The curriculum in `folder` under `profile` (a name in `profiles/`).

    With `modules` (identifiers or folder names) the result holds only these; faults in the others do not count.
    With `memory` modules that did not change are taken from it.
    Raises `InvalidCurriculum` with every finding of severity error; warnings are in `Curriculum.findings`.
    """
    return load_locked(folder, profile, modules, memory)[0]


def load_locked(
    folder: Path | str,
    profile: str | None = None,
    modules: Iterable[str] | None = None,
    memory: Memory | None = None,
) -> tuple[Curriculum, Lock]:
    """Like `load`, with the lock that knows which identifiers are new or gone."""
    reader = Reader(Path(folder), memory or no_memory())
    head = reader.curriculum()
    assembly = Assembly(reader, head, profile)
    curriculum = assembly.curriculum()
    reader.documents.keep()
    findings = [*reader.findings, *assembly.findings, *assembly.lock_warnings()]
    if not any(finding.severity == "error" for finding in findings):  # a misspelt list has its own finding
        findings += oversights(reader.root, head, assembly.raw)
    if modules is not None:
        curriculum, findings = _selected(curriculum, findings, set(modules), head.modules, reader)
    if any(finding.severity == "error" for finding in findings):
        from content.consequences import without_consequences

        raise InvalidCurriculum(without_consequences(findings, reader.broken))
    return replace(curriculum, findings=InvalidCurriculum(findings).findings), assembly.lock


def _selected(
    curriculum: Curriculum, findings: list[Finding], wanted: set[str], folders: tuple[str, ...], reader: Reader
) -> tuple[Curriculum, list[Finding]]:
    names = {module.folder: module.id for module in curriculum.modules}
    chosen = {folder for folder in folders if folder in wanted or names.get(folder) in wanted}
    known = {*chosen, *(names[folder] for folder in chosen if folder in names)}
    unknown = [
        Finding("curriculum.yaml", 0, "module-unknown", {"id": name, "known": ", ".join(folders)})
        for name in sorted(wanted - known)
    ]
    others = tuple(f"{folder}/" for folder in folders if folder not in chosen)
    kept = [finding for finding in findings if not finding.path.startswith(others)]
    modules = tuple(module for module in curriculum.modules if module.folder in chosen)
    return replace(curriculum, modules=modules), [*kept, *unknown]
