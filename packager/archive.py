"""The only reader and writer of ZIP archives (PKWARE APPNOTE 6.3): reproducible, atomic, without ZIP64 where possible.

Members are sorted by name, carry a fixed date and mode, and media are stored instead of deflated. Moodle's unpacker
reads neither ZIP64 nor several disks, so a package beyond 4 GiB is refused.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BufferedWriter, BytesIO
from pathlib import Path, PurePosixPath

from content.findings import Finding
from content.memory import Pieces
from packager.language import LANGUAGE
from packager.package import Package
from packager.zip_writer import MAXIMUM, ArchiveError, write_zip

__all__ = [
    "ArchiveError",
    "UnreadableArchive",
    "archive_bytes",
    "atomic_file",
    "clear_unfinished",
    "read_archive",
    "write_archive",
    "write_file",
    "write_folder",
]

UNFINISHED = r"\..+\.[0-9a-f]{8}"
A_DAY = 24 * 60 * 60
# Refusals while reading strangers' archives: a bomb inflates, a bundle of ours does not reach these. Up to HARMLESS
# bytes nothing can happen; a page with a table of ten thousand rows shrinks more than a bomb does.
MAXIMUM_MEMBERS = 20_000
MAXIMUM_RATIO = 200
HARMLESS = 64 << 20
ENCRYPTED = 1
"""First bit of a member's flags (APPNOTE 4.4.4)."""


class UnreadableArchive(ArchiveError):
    """A package that cannot be read, or is not read because it could do harm; `finding` says why."""

    def __init__(self, path: Path, code: str, **values: object) -> None:
        self.finding = Finding(path.name, 0, code, values)
        super().__init__(self.finding.text(LANGUAGE))


def write_archive(package: Package, path: Path, pieces: Pieces | None = None) -> str:
    """Write `package` to `path` in one step and return the SHA-256 of the file; `pieces` remembers checksums.

    A reader sees the old file or the new one, never half of one.
    """
    if sum(part.size for part in package) > MAXIMUM:
        raise ArchiveError(f"{path.name}: larger than 4 GiB, no LMS can import it")
    with atomic_file(path, lasting=False) as file:
        return write_zip(package, file, path.name, pieces)


def archive_bytes(package: Package) -> bytes:
    """The archive of a package that goes into another one, the same bytes that `write_archive` writes."""
    file = BytesIO()
    write_zip(package, file, package.title)
    return file.getvalue()


def write_file(package: Package, path: Path) -> str:
    """Write the only part of `package` as the file `path` and return its SHA-256."""
    if len(package.parts) != 1:
        raise ArchiveError(f"{path.name}: {len(package.parts)} parts do not fit into one file")
    digest = sha256()
    with atomic_file(path, lasting=False) as file:
        for part in package:
            for chunk in part.chunks():
                file.write(chunk)
                digest.update(chunk)
    return digest.hexdigest()


def write_folder(package: Package, folder: Path) -> None:
    """Write the parts as files below `folder`, each in one step."""
    for part in package:
        path = folder / part.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as file:
            for chunk in part.chunks():
                file.write(chunk)


@contextmanager
def atomic_file(path: Path, lasting: bool = True) -> Iterator[BufferedWriter]:
    """A file beside `path` that takes its place when the block ends well, and vanishes otherwise.

    `lasting` waits for the disk: an author's file must survive a power failure, a bundle can be built again.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        with unfinished.open("xb") as file:
            yield file
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def clear_unfinished(folder: Path) -> None:
    """Delete what killed builds left in `folder`; young files may belong to a build that is still running."""
    yesterday = time.time() - A_DAY
    for path in folder.glob(".*"):
        if re.fullmatch(UNFINISHED, path.name) and path.stat().st_mtime < yesterday:
            path.unlink(missing_ok=True)


def read_archive(path: Path) -> dict[str, bytes]:
    """Members of a package by name, media as they are; refuses bombs and names that leave the folder."""
    import zipfile
    import zlib

    try:
        if not zipfile.is_zipfile(path):
            raise UnreadableArchive(path, "archive-kind")
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if len(members) > MAXIMUM_MEMBERS:
                raise UnreadableArchive(path, "archive-members", maximum=MAXIMUM_MEMBERS)
            inflated = sum(info.file_size for info in members)
            if inflated > MAXIMUM:
                raise UnreadableArchive(path, "archive-large")
            result: dict[str, bytes] = {}
            for info in members:
                if leaves_folder(info.filename):
                    raise UnreadableArchive(path, "archive-leaves", name=info.filename)
                if inflated > HARMLESS and info.file_size > info.compress_size * MAXIMUM_RATIO:
                    raise UnreadableArchive(path, "archive-inflates", name=info.filename, ratio=MAXIMUM_RATIO)
                if info.flag_bits & ENCRYPTED:
                    raise UnreadableArchive(path, "archive-encrypted", name=info.filename)
                result[info.filename] = archive.read(info)
            return result
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableArchive(path, "archive", reason=error) from error


def leaves_folder(name: str) -> bool:
    """Whether a member of this name would be unpacked outside the folder of its package."""
    return name.startswith("/") or ".." in PurePosixPath(name).parts or "\\" in name
