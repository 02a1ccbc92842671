"""Reads a package in whatever container it comes: ZIP, gzipped tar (Moodle's own backups) or a single XML document."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from packager.archive import MAXIMUM_MEMBERS, MAXIMUM_RATIO, ArchiveError, read_archive

GZIP = b"\x1f\x8b"
XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
HEAD = 512


def read_package(path: Path) -> dict[str, bytes]:
    """Members by name; a document of its own is one member. Raises `ArchiveError`."""
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

    most = path.stat().st_size * MAXIMUM_RATIO
    result: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                if not member.isfile():
                    continue
                most -= member.size
                if len(result) == MAXIMUM_MEMBERS:
                    raise ArchiveError(f"{path.name}: more than {MAXIMUM_MEMBERS} members")
                if most < 0:
                    raise ArchiveError(f"{path.name}: inflates {MAXIMUM_RATIO} times")
                name = member.name.removeprefix("./")
                if name.startswith("/") or ".." in PurePosixPath(name).parts or "\\" in name:
                    raise ArchiveError(f"{path.name}: member {name!r} leaves the folder")
                content = archive.extractfile(member)
                result[name] = content.read() if content else b""
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise ArchiveError(f"{path.name}: not a readable tar archive ({error})") from error
    return result
