"""Files beside the text: what they are, how large, under which licence, and whether a browser can show them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from content.findings import Finding
from content.frozen import frozen
from content.images import HEAD, media_type, pixels

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
SVG_ACTIVE = re.compile(
    rb"<(?:[\w.-]+:)?(?:script|foreignObject)|\son[a-z]+\s*=|javascript:|<!ENTITY|@import"
    rb"|url\(\s*[\"']?(?!#|data:image/|[\"'#])|(?:href|src)\s*=\s*[\"'](?!#|data:image/)[^\"']",
    re.I,
)
# Files that Windows puts beside pictures, and hides.
LITTER = ("Thumbs.db", "desktop.ini")
# The last bytes of a whole file; a download that broke off lacks them.
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


def asset_files(folder: Path) -> Iterator[Path]:
    """All files below `folder`, sorted, without descriptions and hidden ones; transcripts are text, not assets."""
    for path in sorted(folder.rglob("*")):
        hidden = path.name in LITTER or any(part.startswith(".") for part in path.relative_to(folder).parts)
        if (path.is_file() or path.is_symlink()) and not hidden and path.name != DESCRIPTIONS and path.suffix != ".md":
            yield path


def file_faults(path: Path, name: str, root: Path) -> Iterator[Finding]:
    """Faults of the file itself: outside the folder, wrong name, broken, active content."""
    try:
        outside = path.is_symlink() and not path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # links in a circle
        yield Finding(name, 0, "file-kind")
        return
    if outside or not path.is_file():
        yield Finding(name, 0, "asset-outside" if outside else "file-missing")
        return
    if not FILE_NAME.fullmatch(path.name):
        yield Finding(name, 0, "asset-name", {"name": path.name})
    kind = MEDIA_TYPES.get(path.suffix)
    if kind is None:
        yield Finding(name, 0, "asset-type", {"suffix": path.suffix, "known": ", ".join(MEDIA_TYPES)})
        return
    size = path.stat().st_size
    if size > LARGE:
        yield Finding(name, 0, "asset-large", {"megabytes": round(size / 1_000_000)})
    if not kind.startswith("image/"):
        return
    try:
        yield from _drawing_faults(path, name) if path.suffix == ".svg" else _image_faults(path, name, kind, size)
    except OSError as error:
        yield Finding(name, 0, "file-unreadable", {"reason": error.strerror or ""})


def _image_faults(path: Path, name: str, kind: str, size: int) -> Iterator[Finding]:
    """A raster image: what it is, and whether it is whole."""
    tail = TAILS.get(kind, b"")
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(max(0, size - 64))
        whole = tail in file.read()
    found = media_type(head)
    if found and found != kind:
        suffix = next(suffix for suffix, known in MEDIA_TYPES.items() if known == found)
        yield Finding(name, 0, "image-suffix", {"suffix": path.suffix, "found": suffix})
    elif not whole or dimensions(path) == (None, None):
        yield Finding(name, 0, "image-broken")


def _drawing_faults(path: Path, name: str) -> Iterator[Finding]:
    """An SVG: well-formed, and nothing in it that runs or loads."""
    from pyexpat import ExpatError, ParserCreate

    data = path.read_bytes()
    if b"</svg>" not in data:
        yield Finding(name, 0, "image-broken")
        return
    if found := SVG_ACTIVE.search(data):
        line = data.count(b"\n", 0, found.start()) + 1
        yield Finding(name, line, "svg-active", {"text": found.group(0).decode("utf-8", "replace").strip()})
        return
    try:
        ParserCreate().Parse(data, True)
    except ExpatError as error:
        yield Finding(name, error.lineno, "svg-broken")


def dimensions(path: Path) -> tuple[int | None, int | None]:
    """Width and height in pixels from the file's head, or (None, None)."""
    if path.suffix == ".svg":
        return _svg_dimensions(path)
    try:
        with path.open("rb") as file:
            found = pixels(file)
    except OSError:
        return None, None
    return found if found and min(found) > 0 else (None, None)


def _svg_dimensions(path: Path) -> tuple[int | None, int | None]:
    head = path.read_bytes()[:4096].decode("utf-8", "replace")
    found = re.search(r'viewBox="\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)', head)
    return (round(float(found.group(1))), round(float(found.group(2)))) if found else (None, None)
