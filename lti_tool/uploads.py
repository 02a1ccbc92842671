"""Files that learners hand in: typed by content, limited, kept outside of the web root, served only as attachments.

Bytes lie in any store that fsspec knows (a folder, S3); the row in the database says what they are. A store may be
slow, and SQLite has one writer at a time: files move while no transaction is open. The bytes come before their row and
go after it, so no row ever speaks of bytes that are not there; a file without a row is nothing and goes with the next
cleaning.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

import fsspec
import structlog
from fsspec.implementations.local import LocalFileSystem
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.models import Answer, Upload

log = structlog.get_logger(__name__)

CHUNK = 64 * 1024
MOST_FILES = 5
NAME_LENGTH = 120
ORPHAN_AGE = dt.timedelta(days=1)
ZIP = b"PK\x03\x04"
OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
OOXML = {
    b"word/document.xml": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    b"xl/workbook.xml": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    b"ppt/presentation.xml": ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
ODF = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
MACROS = (b"vbaProject.bin", b"Basic/script-lc.xml")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
BAD_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\<>:"|?*\u202a-\u202e\u2066-\u2069]')


class UploadRefused(Exception):
    """Nothing was stored. `code` is a key `exercise.upload.<code>`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Kind:
    """What a file is by its content."""

    suffix: str
    media_type: str


@dataclass(frozen=True)
class Incoming:
    """A file as a browser sends it; `limit` in bytes."""

    name: str
    stream: IO[bytes]
    limit: int


@dataclass(frozen=True)
class Received:
    """A file in the store that belongs to no answer yet; what a row will say of it."""

    key: str
    name: str
    media_type: str
    size: int


class Store:
    """A folder of files by key; `url` as fsspec reads it (`file://var/uploads`, `s3://bucket/folder`)."""

    def __init__(self, url: str) -> None:
        # A path after file:// is relative to the working directory, as a person means it.
        target = url.removeprefix("file://") if url.startswith("file://") else url
        self._files: Any
        self._files, self._root = fsspec.core.url_to_fs(target)

    def write(self, key: str, data: bytes) -> None:
        """Afterwards the bytes survive a power cut, as the row will that speaks of them."""
        self._files.makedirs(self._root, exist_ok=True)
        with self._files.open(self._path(key), "wb") as file:
            file.write(data)
            if isinstance(self._files, LocalFileSystem):
                file.flush()
                os.fsync(file.fileno())

    def read(self, key: str) -> Iterator[bytes]:
        """The bytes in pieces; raises FileNotFoundError before the first one."""
        file = self._files.open(self._path(key), "rb")

        def pieces() -> Iterator[bytes]:
            with file:
                while piece := file.read(CHUNK):
                    yield piece

        return pieces()

    def delete(self, key: str) -> None:
        """Once more does no harm."""
        if self._files.exists(self._path(key)):
            self._files.rm_file(self._path(key))

    def listing(self) -> dict[str, dt.datetime]:
        """Every key with the time of its last change."""
        if not self._files.exists(self._root):
            return {}
        listed = self._files.ls(self._root, detail=True)
        return {PurePosixPath(item["name"]).name: self._changed(item["name"]) for item in listed}

    def _changed(self, path: str) -> dt.datetime:
        moment: dt.datetime = self._files.modified(path)
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}"


def receive(store: Store, incoming: Incoming) -> Received:
    """Checks a file and stores its bytes, while no transaction is open. Raises UploadRefused.

    Follows `add`; where that refuses, `store.delete`.
    """
    data = incoming.stream.read(incoming.limit + 1)
    if len(data) > incoming.limit:
        raise UploadRefused("too-large")
    kind = kind_of(data)
    key = secrets.token_urlsafe(24)
    try:
        store.write(key, data)
    except OSError as error:  # a full disk, a store that does not answer
        log.exception("file not stored")
        raise UploadRefused("not-stored") from error
    return Received(key, safe_name(incoming.name, kind.suffix), kind.media_type, len(data))


def room(answer: Answer) -> None:
    """Raises UploadRefused where an answer takes no more files."""
    if len(answer.uploads) >= MOST_FILES:
        raise UploadRefused("too-many")


def add(session: Session, answer: Answer, received: Received, now: dt.datetime) -> Upload:
    """Makes a stored file part of an answer, whose attempt is locked. Raises UploadRefused."""
    room(answer)
    upload = Upload(
        key=received.key, name=received.name, media_type=received.media_type, size=received.size, created_at=now
    )
    answer.uploads.append(upload)
    session.flush()
    return upload


def remove(session: Session, upload: Upload) -> str:
    """Removes the row; the caller deletes the returned key from the store after its commit."""
    session.delete(upload)
    session.flush()
    return upload.key


def known(session: Session) -> frozenset[str]:
    """The keys of all files that a row speaks of."""
    return frozenset(session.scalars(select(Upload.key)))


def sweep(store: Store, kept: Collection[str], now: dt.datetime) -> int:
    """Deletes files that belong to no row. `kept` was read before; young ones may get their row just now."""
    orphans = [key for key, changed in store.listing().items() if key not in kept and now - changed > ORPHAN_AGE]
    for key in orphans:
        store.delete(key)
    return len(orphans)


def kind_of(data: bytes) -> Kind:
    """The type by content; raises UploadRefused for everything that is not on the list."""
    if not data:
        raise UploadRefused("empty")
    if data.startswith(b"%PDF-"):
        return Kind("pdf", "application/pdf")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind("png", "image/png")
    if data.startswith(b"\xff\xd8\xff"):
        return Kind("jpg", "image/jpeg")
    if data.startswith(ZIP):
        return _office(data)
    if _is_text(data):
        return Kind("txt", "text/plain; charset=utf-8")
    raise UploadRefused("type")


def _office(data: bytes) -> Kind:
    """OpenDocument by its first entry, which must be its type in plain; Office Open XML by the names of its parts."""
    if any(macro in data for macro in MACROS):
        raise UploadRefused("macros")
    if data[30:].startswith(OPEN_DOCUMENT):
        start = 30 + len(OPEN_DOCUMENT)
        for name, suffix in ODF.items():
            rest = data[start : start + len(name) + 2]
            if rest.startswith(name.encode()) and not rest[len(name) :].startswith(b"-"):
                return Kind(suffix, f"application/vnd.oasis.opendocument.{name}")
        raise UploadRefused("type")
    directory = data[data.rfind(b"PK\x05\x06") - CHUNK if len(data) > CHUNK else 0 :]
    for part, (suffix, media_type) in OOXML.items():
        if part in directory and b"[Content_Types].xml" in data:
            return Kind(suffix, media_type)
    raise UploadRefused("type")


def _is_text(data: bytes) -> bool:
    """UTF-8 without control characters, and nothing that a browser could take for a document."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if CONTROL.search(text):
        return False
    return not re.match(r"\s*(<|#!)", text)


def safe_name(name: str, suffix: str) -> str:
    """A file name without a path, controls or tricks of direction; its suffix is that of the content."""
    plain = BAD_IN_NAMES.sub("_", PurePosixPath(name.replace("\\", "/")).name).strip(" .")
    stem = plain.rsplit(".", 1)[0].strip(" .") if "." in plain else plain
    return f"{stem[:NAME_LENGTH] or 'datei'}.{suffix}"
