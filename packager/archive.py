"""The only reader and writer of ZIP archives (PKWARE APPNOTE 6.3): reproducible, atomic, without ZIP64 where possible.

Members are sorted by name, carry a fixed date and mode, and media are stored instead of deflated. Moodle's unpacker
reads neither ZIP64 nor several disks, so a package beyond 4 GiB is refused.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from io import BufferedWriter, BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from content.findings import Finding, Reason
from content.memory import Pieces
from packager.language import LANGUAGE
from packager.package import CHUNK, Package
from packager.zip_writer import DEFLATED, MAXIMUM, STORED, ArchiveError, write_zip

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo  # loaded only where somebody reads an archive

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
# Texts are held in memory; those of whole courses are a tenth of this, and a fifth of it when they are packed.
MOST_TEXT, RATIO_OF_TEXT = 256 << 20, 20
ENCRYPTED = 1
"""First bit of a member's flags (APPNOTE 4.4.4)."""
LOCAL = b"PK\3\4"
"""The first member's header (4.3.7)."""
METHODS = (STORED, DEFLATED)
"""What PHP unpacks however it was compiled, and what lets itself be read piece by piece (4.4.5)."""
MODE_BITS = 16
"""Unix keeps type and mode of a file above these bits of the external attributes (4.4.15)."""


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


def read_archive(path: Path) -> Mapping[str, bytes]:
    """Members of a package by name; refuses bombs and names that leave the folder. Raises `UnreadableArchive`."""
    import struct
    import zipfile
    import zlib

    damages = (
        *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError),
        *(struct.error, ValueError, OverflowError),  # directories that lie about places and names
    )
    try:
        if not zipfile.is_zipfile(path):
            raise _no_archive(path)
        archive = zipfile.ZipFile(path)
        try:
            return _members(archive, path)
        except BaseException:
            archive.close()
            raise
    except damages as error:
        from packager.reasons import archive_reason

        raise UnreadableArchive(path, "archive", reason=archive_reason(error)) from error


def _no_archive(path: Path) -> UnreadableArchive:
    """What lacks the end of an archive: the first part of one, or something else."""
    with path.open("rb") as file:
        begins = file.read(len(LOCAL)) == LOCAL
    return (
        UnreadableArchive(path, "archive", reason=Reason("reason.zip.truncated"))
        if begins
        else UnreadableArchive(path, "archive-kind")
    )


def _members(archive: ZipFile, path: Path) -> Mapping[str, bytes]:
    """All are read once, because only then a wrong checksum shows."""
    from packager.members import Members, is_text

    members = archive.infolist()
    if len(members) > MAXIMUM_MEMBERS:
        raise UnreadableArchive(path, "archive-members", maximum=MAXIMUM_MEMBERS)
    if sum(info.compress_size for info in members) > path.stat().st_size:  # more than there is, or one content twice
        raise UnreadableArchive(path, "archive", reason=Reason("reason.zip.directory"))
    inflated = sum(info.file_size for info in members)
    if inflated > MAXIMUM:
        raise UnreadableArchive(path, "archive-large")
    texts = {info.filename: info.file_size for info in members if is_text(info.filename)}
    if sum(texts.values()) > max(MOST_TEXT, path.stat().st_size * RATIO_OF_TEXT):
        largest = max(texts, key=texts.__getitem__)
        raise UnreadableArchive(path, "archive-inflates", name=largest, ratio=RATIO_OF_TEXT)
    result = Members()
    for info in members:
        name = info.filename
        if code := _refusal(info, inflated, name in result):
            raise UnreadableArchive(path, code, name=name or "–", ratio=MAXIMUM_RATIO)
        if name.endswith("/"):
            continue
        if is_text(name):
            result.keep(name, archive.read(info))
            continue
        with archive.open(info) as member:
            while member.read(CHUNK):
                pass
        result.leave(name, partial(archive.read, info))
    return result


def _refusal(info: ZipInfo, inflated: int, known: bool) -> str:
    """Why a member is not read: it would do harm here or in an LMS; empty if nothing speaks against it."""
    reasons = {
        "archive-leaves": leaves_folder(info.filename),
        "archive-twice": known,
        "archive-link": stat.S_ISLNK(info.external_attr >> MODE_BITS),
        "archive-encrypted": bool(info.flag_bits & ENCRYPTED),
        "archive-method": info.compress_type not in METHODS,
        "archive-inflates": inflated > HARMLESS and info.file_size > info.compress_size * MAXIMUM_RATIO,
    }
    return next((code for code, found in reasons.items() if found), "")


def leaves_folder(name: str) -> bool:
    """Whether a member of this name would be unpacked outside the folder of its package."""
    return name.startswith("/") or not name or ".." in PurePosixPath(name).parts or "\\" in name
