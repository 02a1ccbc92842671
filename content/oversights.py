"""Files that lie in a curriculum and that nothing reads, because a list or their name leaves them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from content.findings import Finding
from content.raw import RawModule
from content.schema import CurriculumFile

APART = ("_", ".")
"""Names that begin so are drafts and notes."""
NO_UNITS = ("trainer", "README")


def oversights(root: Path, file: CurriculumFile, modules: Iterable[RawModule]) -> Iterator[Finding]:
    """A warning for each module, unit and page that no list names, and for lists of exercises with another ending."""
    for path in sorted(root.glob("*/module.yaml")):
        if path.parent.name not in file.modules and not path.parent.name.startswith(APART):
            yield Finding(f"{path.parent.name}/{path.name}", 0, "file-unlisted", {"list": "curriculum.yaml, modules"})
    for name in _unlisted(root / "pages", file.pages):
        yield Finding(f"pages/{name}", 0, "file-unlisted", {"list": "curriculum.yaml, pages"})
    for module in modules:
        folder, listing = module.folder, f"{module.folder}/module.yaml, units"
        for name in _unlisted(root / folder, (*module.file.units, *NO_UNITS)):
            yield Finding(f"{folder}/{name}", 0, "file-unlisted", {"list": listing})
    for folder in ("", *(f"{module.folder}/" for module in modules)):
        for pattern in ("*.yml", "exercises/*.yml", "assets/*.yml"):
            for path in sorted((root / folder).glob(pattern)):
                yield Finding(path.relative_to(root).as_posix(), 0, "file-yml")


def _unlisted(folder: Path, names: Iterable[str]) -> Iterator[str]:
    for path in sorted(folder.glob("*.md")):
        if path.stem not in names and not path.name.startswith(APART):
            yield path.name
