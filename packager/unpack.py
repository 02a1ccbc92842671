"""Reads a package in whatever container it comes: ZIP, gzipped tar (Moodle's own backups) or a single XML document."""

from __future__ import annotations

import re
from pathlib import Path

from packager.archive import HARMLESS, MAXIMUM_MEMBERS, MAXIMUM_RATIO, UnreadableArchive, leaves_folder, read_archive

GZIP = b"\x1f\x8b"
XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
HEAD = 512


def read_package(path: Path) -> dict[str, bytes]:
    """Members by name; a document of its own is one member. Raises `UnreadableArchive`."""
    if not path.is_file():  # a pipe would never end
        raise UnreadableArchive(path, "archive-kind")
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(GZIP):
        return _read_tar(path)
    if XML.match(head):
        return {path.name: path.read_bytes()}
    return read_archive(path)


def _read_tar(path: Path) -> dict[str, bytes]:
    """Regular files of the archive; refuses bombs and names that leave the folder, as `read_archive` does."""
    import tarfile
    import zlib

    most = max(HARMLESS, path.stat().st_size * MAXIMUM_RATIO)
    result: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                if not member.isfile():
                    continue
                most -= member.size
                if len(result) == MAXIMUM_MEMBERS:
                    raise UnreadableArchive(path, "archive-members", maximum=MAXIMUM_MEMBERS)
                if most < 0:
                    raise UnreadableArchive(path, "archive-inflates", name=member.name, ratio=MAXIMUM_RATIO)
                name = member.name.removeprefix("./")
                if leaves_folder(name):
                    raise UnreadableArchive(path, "archive-leaves", name=name)
                content = archive.extractfile(member)
                result[name] = content.read() if content else b""
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise UnreadableArchive(path, "archive", reason=error) from error
    return result
