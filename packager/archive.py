"""The only reader and writer of ZIP archives (PKWARE APPNOTE 6.3): reproducible, atomic, without ZIP64 where possible.

Members are sorted by name, carry a fixed date and mode, and media are stored instead of deflated. Moodle's unpacker
reads neither ZIP64 nor several disks, so a package beyond 4 GiB is refused.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path

from content.findings import StaffelError
from packager.package import Package, Part

DATE = (1980, 1, 1, 0, 0, 0)
MODE = 0o100644 << 16
UNIX = 3
LEVEL = 6
MAXIMUM = (1 << 32) - 1
# Refusals while reading strangers' archives: a bomb inflates, a bundle of ours does not reach these.
MAXIMUM_MEMBERS = 20_000
MAXIMUM_RATIO = 200


class ArchiveError(StaffelError):
    """An archive that cannot be read or must not be written."""


def write_archive(package: Package, path: Path) -> str:
    """Write `package` to `path` in one step and return the SHA-256 of the file.

    A reader sees the old file or the new one, never half of one.
    """
    if sum(part.size for part in package) > MAXIMUM:
        raise ArchiveError(f"{path.name}: larger than 4 GiB, no LMS can import it")
    with atomic_file(path) as file:
        with zipfile.ZipFile(file, "w", allowZip64=False) as archive:
            for name in sorted(package.parts):
                _write_part(archive, package.parts[name])
        file.flush()
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_part(archive: zipfile.ZipFile, part: Part) -> None:
    info = zipfile.ZipInfo(part.name, DATE)
    info.external_attr = MODE
    info.create_system = UNIX
    info.compress_type = zipfile.ZIP_STORED if part.stored else zipfile.ZIP_DEFLATED
    info._compresslevel = LEVEL  # type: ignore[attr-defined]  # public as an argument of writestr only
    if isinstance(part.data, bytes):
        archive.writestr(info, part.data)
        return
    info.file_size = part.size
    with archive.open(info, "w") as member:
        for chunk in part.chunks():
            member.write(chunk)


def write_folder(package: Package, folder: Path) -> None:
    """Write the parts as files below `folder`, each in one step."""
    for part in package:
        path = folder / part.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as file:
            for chunk in part.chunks():
                file.write(chunk)


@contextmanager
def atomic_file(path: Path) -> Iterator[BufferedRandom]:
    """A file beside `path` that takes its place when the block ends well, and vanishes otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_archive(path: Path) -> dict[str, bytes]:
    """Members of a package by name, media as they are; refuses bombs and names that leave the folder."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if len(members) > MAXIMUM_MEMBERS:
                raise ArchiveError(f"{path.name}: more than {MAXIMUM_MEMBERS} members")
            result: dict[str, bytes] = {}
            for info in members:
                if info.filename.startswith("/") or ".." in Path(info.filename).parts or "\\" in info.filename:
                    raise ArchiveError(f"{path.name}: member {info.filename!r} leaves the folder")
                if info.compress_size and info.file_size / info.compress_size > MAXIMUM_RATIO:
                    raise ArchiveError(f"{path.name}: member {info.filename!r} inflates {MAXIMUM_RATIO} times")
                result[info.filename] = archive.read(info)
            return result
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ArchiveError(f"{path.name}: not a readable ZIP archive ({error})") from error
