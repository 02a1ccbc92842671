"""A ZIP archive written from front to back (PKWARE APPNOTE 6.3.10, 4.3), so that it is hashed while it is written.

The standard library's writer returns to every header to fill in sizes and checksums: its archives must be read again
for their SHA-256, and it cannot take over a part that is deflated already (docs/decisions/0007).
"""

from __future__ import annotations

import hashlib
import os
import struct
import time
import zlib
from collections.abc import Iterator
from functools import lru_cache
from io import FileIO
from itertools import chain
from pathlib import Path
from typing import IO

from content.findings import StaffelError
from content.memory import Pieces, no_memory
from packager.deflated import Stream, deflated, made_ahead
from packager.package import Package, Part

LEVEL = 6
STORED, DEFLATED = 0, 8
VERSION = 20
UNIX = 3
# 1 January 1980, midnight, in the format of MS-DOS (4.4.6), and a regular file that all may read (4.4.15).
TIME, DATE = 0, 1 << 5 | 1
MODE = 0o100644 << 16
LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
MAXIMUM = (1 << 32) - 1
MAXIMUM_PARTS = (1 << 16) - 1
# Larger files are stored whatever they are: deflating needs the whole file in memory.
LARGEST_DEFLATED = 8 << 20
# Pieces that stay in the processor's cache while they are summed, hashed and written.
CHUNK = 128 << 10
# A file that was written later than this many nanoseconds ago may change again without a new time.
SETTLED = 2_000_000_000
# Style, script and schemas are the same in every package and are deflated once; pages are larger than it is worth.
REMEMBERED, LARGEST_REMEMBERED = 128, 128 << 10


class ArchiveError(StaffelError):
    """An archive that cannot be read or must not be written."""


class ZipWriter:
    """Writes parts to `file`; `finish` returns the SHA-256 of everything written.

    `pieces` remembers the checksums of large files.
    """

    def __init__(self, file: IO[bytes], name: str, pieces: Pieces | None = None) -> None:
        self._file = file
        self._pieces = pieces or Pieces(no_memory())
        self._name = name
        self._offset = 0
        self._directory: list[bytes] = []
        self._digest = hashlib.sha256()
        self._memory = memoryview(bytearray(CHUNK))

    def add(self, part: Part) -> None:
        """The next member."""
        if isinstance(part.data, Path) and (part.stored or part.size > LARGEST_DEFLATED):
            self._stored_file(part.name, part.data)
            return
        data = part.data if isinstance(part.data, bytes) else part.data.read_bytes()
        if part.stored:
            self._member(part.name, STORED, zlib.crc32(data), len(data), len(data))
            self._write(data)
        else:
            checksum, packed = _deflated_once(data) if len(data) <= LARGEST_REMEMBERED else deflated(data, LEVEL)
            self._member(part.name, DEFLATED, checksum, len(packed), len(data))
            self._write(packed)

    def finish(self) -> str:
        """Write the central directory (4.3.12, 4.3.16)."""
        start, directory, count = self._offset, b"".join(self._directory), len(self._directory)
        if count > MAXIMUM_PARTS:
            raise ArchiveError(f"{self._name}: more than {MAXIMUM_PARTS} files")
        self._write(directory)
        self._write(END.pack(b"PK\5\6", 0, 0, count, count, len(directory), start, 0))
        return self._digest.hexdigest()

    def _stored_file(self, name: str, path: Path) -> None:
        """A file as it is, in pieces."""
        with open(path, "rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            chunks = self._chunks(file)
            if before.st_size <= CHUNK:
                first = next(chunks, memoryview(b""))
                checksum, chunks = zlib.crc32(first), chain([first], chunks)
            else:
                checksum = self._checksum(file, path, before)
            self._member(name, STORED, checksum, before.st_size, before.st_size)
            left = before.st_size
            for chunk in chunks:
                left -= len(chunk)
                if left < 0:
                    break
                self._write(chunk)
            after = os.fstat(file.fileno())
        if left or before.st_mtime_ns != after.st_mtime_ns:
            raise ArchiveError(f"{self._name}: {path.name} changed while it was read")

    def _checksum(self, file: FileIO, path: Path, status: os.stat_result) -> int:
        """CRC-32 of a large file, which stands before the content: if the file is new it is read twice."""

        def computed() -> int:
            checksum = 0
            for chunk in self._chunks(file):
                checksum = zlib.crc32(chunk, checksum)
            file.seek(0)
            return checksum

        if time.time_ns() - status.st_mtime_ns <= SETTLED:
            return computed()
        state = (str(path), str(status.st_size), str(status.st_mtime_ns), str(status.st_ino))
        return self._pieces.get(computed, *state)

    def _chunks(self, file: FileIO) -> Iterator[memoryview]:
        """The rest of a file in one piece of memory that is used again and again."""
        while count := file.readinto(self._memory):
            yield self._memory[:count]

    def _member(self, name: str, method: int, checksum: int, packed: int, size: int) -> None:
        """The header before a member's content (4.3.7), and its entry in the directory."""
        encoded = name.encode("ascii")
        common = (VERSION, 0, method, TIME, DATE, checksum, packed, size, len(encoded), 0)
        made = UNIX << 8 | VERSION
        entry = CENTRAL.pack(b"PK\1\2", made, *common, 0, 0, 0, MODE, self._offset)
        self._directory.append(entry + encoded)
        self._write(LOCAL.pack(b"PK\3\4", *common) + encoded)

    def _write(self, data: bytes | memoryview) -> None:
        self._offset += len(data)
        if self._offset > MAXIMUM:
            raise ArchiveError(f"{self._name}: larger than 4 GiB, no LMS can import it")
        self._file.write(data)
        self._digest.update(data)


def write_zip(package: Package, file: IO[bytes], name: str, pieces: Pieces | None = None) -> str:
    """Write the parts in the order of their names; the SHA-256 of the archive."""
    writer = ZipWriter(file, name, pieces)
    for part in sorted(package.parts):
        writer.add(package.parts[part])
    return writer.finish()


@lru_cache(maxsize=REMEMBERED)
def _deflated_once(data: bytes) -> Stream:
    return made_ahead(data) or deflated(data, LEVEL)
