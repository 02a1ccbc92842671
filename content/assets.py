"""Files beside the text: what they are, how large, under which licence, and whether a browser can show them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from io import FileIO
from pathlib import Path

from content.findings import Finding, system_reason
from content.frozen import frozen
from content.images import HEAD, media_type, pixels
from content.snapshot import LARGEST_TEXT

MEDIA_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
    ".pdf": "application/pdf",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".csv": "text/csv",
    ".vtt": "text/vtt",
}
DESCRIPTIONS = "assets.yaml"
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
# Moodle and ILIAS servers commonly stop uploads at 100 MB; a package holds a whole module.
LARGE = 50_000_000
OPEN_LICENCES = re.compile(
    r"CC0-1\.0|CC-BY-[0-9.]+|CC-BY-SA-[0-9.]+|EUPL-1\.2|DL-DE-(BY|ZERO)-2\.0|LicenseRef-public-domain"
)
SVG_ACTIVE = (
    rb"<(?:[\w.-]+:)?(?:script|foreignObject)|\son[a-z]+\s*=|javascript:|<!ENTITY|@import"
    rb"|url\(\s*[\"']?(?!#|data:image/|[\"'#])|(?:href|src)\s*=\s*[\"'](?!#|data:image/)[^\"']"
)
# Files that Windows puts beside pictures, and hides.
LITTER = ("Thumbs.db", "desktop.ini")
LENGTH = r"(\d{1,6}(?:\.\d*)?|\.\d+)"
VIEW_BOX = rf"\sviewBox\s*=\s*[\"']\s*[-+\d.]+[\s,]+[-+\d.]+[\s,]+{LENGTH}[\s,]+{LENGTH}\s*[\"']"
"""These two are compiled where a drawing is met."""
VIEW_BOX_WITHIN = 4096
# What stands within the last bytes of a whole file; a download that broke off lacks it.
END = 64
TAILS = {"image/png": b"IEND\xaeB`\x82", "image/jpeg": b"\xff\xd9", "image/gif": b"\x3b"}


@frozen(kw_only=True)
class AssetEntry:
    """What `assets.yaml` says of a file."""

    author: str
    licence: str
    title: str = ""
    source: str = ""
    description: str = ""
    captions: str = ""
    transcript: str = ""


def entry_for(name: str, entries: Mapping[str, AssetEntry]) -> AssetEntry | None:
    """The entry that names the file, else the pattern that fits it."""
    if name in entries:
        return entries[name]
    return next((entry for pattern, entry in entries.items() if "*" in pattern and fnmatchcase(name, pattern)), None)


def asset_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name below `folder` and path of every file, sorted, without descriptions and hidden ones.

    Transcripts are text, not assets. A symbolic link to a folder counts as a file.
    """
    yield from sorted(_below(str(folder), ""), key=lambda found: found[0].split("/"))


def _below(folder: str, prefix: str) -> Iterator[tuple[str, Path]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name in LITTER:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path, f"{prefix}{entry.name}/")
            elif entry.name == DESCRIPTIONS or entry.name.endswith(".md"):
                continue
            elif entry.is_file(follow_symlinks=False) or entry.is_symlink():
                yield prefix + entry.name, Path(entry.path)


@frozen
class Looks:
    """Size in bytes of a file; width and height in pixels of an image, where they can be told."""

    size: int
    width: int | None = None
    height: int | None = None


def inspected(path: Path, name: str, root: Path) -> tuple[Looks | None, list[Finding]]:
    """What the file is like, opened once, and its faults: outside the folder, wrong name, broken, active content.

    It has no looks where it cannot be an asset at all.
    """
    findings: list[Finding] = []
    try:
        if os.path.islink(path):
            target = path.resolve()
            if not target.is_relative_to(root.resolve()):
                return None, [Finding(name, 0, "asset-outside")]
            if not target.is_file():  # a pipe would keep us waiting
                return None, [Finding(name, 0, "file-kind" if target.exists() else "file-missing")]
        with open(path, "rb", buffering=0) as file:
            return _looks(file, path, name, findings), findings
    except RuntimeError:  # links in a circle
        return None, [Finding(name, 0, "file-kind")]
    except FileNotFoundError:
        return None, [Finding(name, 0, "file-missing")]
    except OSError as error:
        return None, [*findings, Finding(name, 0, "file-unreadable", {"reason": system_reason(error)})]


def _looks(file: FileIO, path: Path, name: str, findings: list[Finding]) -> Looks | None:
    # The module's folder has its own check; two names that differ in case alone would meet on Windows.
    if bad := next((part for part in name.split("/")[1:] if not FILE_NAME.fullmatch(part)), ""):
        findings.append(Finding(name, 0, "asset-name", {"name": bad}))
    kind = MEDIA_TYPES.get(path.suffix)
    if kind is None:
        findings.append(Finding(name, 0, "asset-type", {"suffix": path.suffix, "known": ", ".join(MEDIA_TYPES)}))
        return None
    size = os.fstat(file.fileno()).st_size
    if size > LARGE:
        findings.append(Finding(name, 0, "asset-large", {"megabytes": round(size / 1_000_000)}))
    if not kind.startswith("image/"):
        return Looks(size)
    if path.suffix == ".svg":
        if size > LARGEST_TEXT:
            findings.append(Finding(name, 0, "file-large", {"megabytes": LARGEST_TEXT // 1_000_000}))
            return None
        data = file.read()
        findings += _drawing_faults(data, name)
        return Looks(size, *_view_box(data))
    head, found = file.read(HEAD), None
    if actual := media_type(head):
        file.seek(0)
        found = pixels(file)
    file.seek(max(0, size - END))
    whole = TAILS.get(kind, b"") in file.read(END)
    if actual and actual != kind:
        suffix = next(suffix for suffix, known in MEDIA_TYPES.items() if known == actual)
        findings.append(Finding(name, 0, "image-suffix", {"suffix": path.suffix, "found": suffix}))
    elif not whole or not found or not min(found):
        findings.append(Finding(name, 0, "image-broken"))
        return None
    return Looks(size, *(found or ()))


def _drawing_faults(data: bytes, name: str) -> Iterator[Finding]:
    """An SVG: well-formed, and nothing in it that runs or loads."""
    from pyexpat import ExpatError, ParserCreate

    if b"</svg>" not in data:
        yield Finding(name, 0, "image-broken")
        return
    if found := re.search(SVG_ACTIVE, data, re.I):
        line = data.count(b"\n", 0, found.start()) + 1
        yield Finding(name, line, "svg-active", {"text": found.group(0).decode("utf-8", "replace").strip()})
        return
    try:
        ParserCreate().Parse(data, True)
    except ExpatError as error:
        yield Finding(name, error.lineno, "svg-broken")


def _view_box(data: bytes) -> tuple[int, int] | tuple[()]:
    """Width and height of an SVG, if its view box tells them."""
    box = re.search(VIEW_BOX, data[:VIEW_BOX_WITHIN].decode("utf-8", "replace"))
    return (round(float(box.group(1))), round(float(box.group(2)))) if box else ()
