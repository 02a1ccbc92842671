"""Reads a package in whatever container it comes: ZIP, gzipped tar (Moodle's own backups) or a single XML document."""

from __future__ import annotations

import re
import weakref
from collections.abc import Mapping
from functools import partial
from os import SEEK_END
from pathlib import Path
from typing import IO, Protocol

from packager.archive import (
    HARMLESS,
    MAXIMUM_MEMBERS,
    MAXIMUM_RATIO,
    MOST_TEXT,
    RATIO_OF_TEXT,
    UnreadableArchive,
    leaves_folder,
    read_archive,
)
from packager.members import Members, is_text
from packager.package import CHUNK
from packager.reasons import archive_reason

GZIP = b"\x1f\x8b"
XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
HEAD = 512


def read_package(path: Path) -> Mapping[str, bytes]:
    """Members by name; a document of its own is one member. Raises `UnreadableArchive`."""
    if not path.is_file():  # a pipe would never end
        raise UnreadableArchive(path, "archive-kind")
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(GZIP):
        return _read_tar(path)
    if XML.match(head):
        if path.stat().st_size > MOST_TEXT:
            raise UnreadableArchive(path, "file-large", megabytes=MOST_TEXT >> 20)
        return {path.name: path.read_bytes()}
    return read_archive(path)


def _read_tar(path: Path) -> Mapping[str, bytes]:
    """Regular files of the archive; refuses bombs and names that leave the folder, as `read_archive` does."""
    import gzip
    import tarfile
    import tempfile
    import zlib

    result, store = Members(), tempfile.TemporaryFile()  # noqa: SIM115  # closed with the members that lie in it
    weakref.finalize(result, store.close)
    try:
        with gzip.open(path) as packed:
            stream = _Limited(packed, path)
            with tarfile.open(fileobj=stream, mode="r|", errors="replace") as archive:  # type: ignore[call-overload]  # it reads, no more is asked
                for member in archive:
                    stream.refuse(member.size, member.name)
                    if content := archive.extractfile(member) if member.isfile() else None:
                        _add(result, member.name.removeprefix("./"), content, store, path)
            while stream.read(CHUNK):  # the checksum stands at the end
                pass
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, OverflowError) as error:
        raise UnreadableArchive(path, "archive", reason=archive_reason(error)) from error
    return result


def _add(members: Members, name: str, content: IO[bytes], store: IO[bytes], path: Path) -> None:
    """The next member; what is no text goes to the end of `store`."""
    if len(members) == MAXIMUM_MEMBERS:
        raise UnreadableArchive(path, "archive-members", maximum=MAXIMUM_MEMBERS)
    if leaves_folder(name):
        raise UnreadableArchive(path, "archive-leaves", name=name or "–")
    if is_text(name):
        members.keep(name, content.read())
        return
    start = store.seek(0, SEEK_END)
    while chunk := content.read(CHUNK):
        store.write(chunk)
    members.leave(name, partial(_part, store, start, store.tell() - start))


def _part(store: IO[bytes], start: int, size: int) -> bytes:
    store.seek(start)
    return store.read(size)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Limited:
    """A stream that ends with a refusal before it becomes a flood; names and headers count, they fill memory too."""

    def __init__(self, stream: _Readable, path: Path) -> None:
        self._stream, self._path = stream, path
        size = path.stat().st_size
        self._ratio = MAXIMUM_RATIO if size * MAXIMUM_RATIO <= MOST_TEXT else RATIO_OF_TEXT
        self._left = max(HARMLESS, min(size * MAXIMUM_RATIO, max(MOST_TEXT, size * RATIO_OF_TEXT)))

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        self.refuse(0, self._path.name)
        return data

    def refuse(self, size: int, name: str) -> None:
        """Stop where `size` more bytes are too many."""
        if size > self._left:
            raise UnreadableArchive(self._path, "archive-inflates", name=name, ratio=self._ratio)
