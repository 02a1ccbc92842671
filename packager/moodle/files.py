"""The files of a course backup: each content once under its SHA-1, every use of it a row of files.xml."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lxml import etree
from lxml.builder import E

from packager.moodle.records import MOMENT, row
from packager.package import Package, Part

# Python knows neither on every system.
MEDIA_TYPES = {".vtt": "text/vtt", ".woff2": "font/woff2", ".js": "application/x-javascript", ".webp": "image/webp"}


@dataclass(frozen=True)
class Area:
    """Where Moodle keeps a file: context, component, file area and item."""

    context: int
    component: str
    filearea: str
    item: int = 0


@dataclass
class Files:
    """Collects the files of one backup."""

    package: Package
    rows: list[etree._Element] = field(default_factory=list)
    _known: dict[tuple[Area, str], int] = field(default_factory=dict)

    def add(self, area: Area, name: str, data: bytes | Path, author: str = "") -> int:
        """Put a file called `name` (with folders) into an area and return the id that an inforef.xml must name."""
        if (area, name) in self._known:
            return self._known[area, name]
        part = Part("file", data)
        digest = sha1(part)
        path = f"files/{digest[:2]}/{digest}"
        if path not in self.package.parts:
            self.package.add(path, data, packed=_is_packed(name, data))
        identifier = self._known[area, name] = len(self.rows) + 1
        self.rows.append(_row(identifier, area, PurePosixPath(name), digest, part.size, author))
        return identifier

    def document(self) -> etree._Element:
        return E.files(*self.rows)


def _is_packed(name: str, data: bytes | Path) -> bool:
    """Whether compressing pays; the part's own name, a hash, does not tell."""
    suffix = PurePosixPath(name).suffix
    return suffix == ".zip" or Part(f"file{suffix}", data).stored


def sha1(part: Part) -> str:
    """Moodle's name for a content."""
    digest = hashlib.sha1(usedforsecurity=False)
    for chunk in part.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def media_type(name: PurePosixPath) -> str:
    known = MEDIA_TYPES.get(name.suffix) or mimetypes.guess_type(name.name)[0]
    return known or "application/octet-stream"


def _row(identifier: int, area: Area, name: PurePosixPath, digest: str, size: int, author: str) -> etree._Element:  # noqa: PLR0913, PLR0917  # the columns of one row
    folder = name.parent.as_posix()
    return row(
        "file",
        identifier,
        {
            "contenthash": digest,
            "contextid": area.context,
            "component": area.component,
            "filearea": area.filearea,
            "itemid": area.item,
            "filepath": "/" if folder == "." else f"/{folder}/",
            "filename": name.name,
            "userid": None,
            "filesize": size,
            "mimetype": media_type(name),
            "status": 0,
            "timecreated": MOMENT,
            "timemodified": MOMENT,
            "source": name.name,
            "author": author or None,
            "license": None,
            "sortorder": 0,
            "repositorytype": None,
            "repositoryid": None,
            "reference": None,
        },
    )


def inforef(files: Iterable[int] = (), categories: Iterable[int] = ()) -> etree._Element:
    """What an activity needs from elsewhere: ids of files and of question categories."""
    element = E.inforef()
    if held := [E.file(E.id(str(identifier))) for identifier in files]:
        element.append(E.fileref(*held))
    if asked := [E.question_category(E.id(str(identifier))) for identifier in categories]:
        element.append(E.question_categoryref(*asked))
    return element
