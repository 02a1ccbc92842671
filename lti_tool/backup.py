"""Everything that the tool stores, in one file and back: rows of all tables and the files of learners.

The file is a tar archive with JSON lines, the same for SQLite and PostgreSQL, so it also moves a tool from one to the
other. Keys and settings are not in it: whoever has the file should not be able to speak for the tool.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

import lti_tool.models  # noqa: F401 - fills Base.metadata
from lti_tool.db import Base, UtcDateTime
from lti_tool.uploads import Store

FORMAT = 1
MANIFEST = "staffel.json"
ROWS_AT_ONCE = 500
KEY = re.compile(r"[A-Za-z0-9_-]{20,100}")
PASSING = frozenset({"login_state", "invitation"})
"""Tables of short life and of secrets: nothing is lost without them."""


class BackupFault(Exception):
    """Nothing was changed. `code` is a key `cli.backup.<code>`."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}")


@dataclass(frozen=True)
class Contents:
    """What went in or came out."""

    rows: int
    files: int
    missing: int = 0


def write(engine: Engine, store: Store, revision: str, path: Path, now: dt.datetime) -> Contents:
    """Writes the backup; `path` appears only when it is complete, readable for its owner alone."""
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
        manifest = {"format": FORMAT, "revision": revision, "created_at": now.isoformat()}
        _add(archive, MANIFEST, json.dumps(manifest).encode(), now)
        with engine.connect() as connection:
            rows, keys = _write_rows(archive, connection, now)
        files, missing = _write_files(archive, store, keys, now)
    part.replace(path)
    return Contents(rows=rows, files=files, missing=missing)


def restore(engine: Engine, store: Store, revision: str, path: Path) -> Contents:
    """Reads a backup into empty tables of the same revision, all or nothing."""
    with tarfile.open(path, mode="r:gz") as archive, engine.begin() as connection:
        _check(archive, connection, revision)
        rows = files = 0
        for member in archive:
            content = archive.extractfile(member)
            folder, _, name = member.name.partition("/")
            if content is None or not member.isfile():
                continue
            if folder == "tables":
                rows += _read_rows(connection, name.removesuffix(".jsonl"), content)
            elif folder == "uploads" and KEY.fullmatch(name):
                store.write(name, content.read())
                files += 1
        _go_on_counting(connection)
    return Contents(rows=rows, files=files)


def _tables() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in PASSING]


def _write_rows(archive: tarfile.TarFile, connection: Connection, now: dt.datetime) -> tuple[int, list[str]]:
    """All tables as they are at one moment; also returns the keys of the files that rows speak of."""
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    count, keys = 0, []
    with connection.begin():
        for table in _tables():
            lines = []
            for row in connection.execute(select(table)).mappings():
                lines.append(json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False))
                if table.name == "upload":
                    keys.append(str(row["key"]))
            count += len(lines)
            _add(archive, f"tables/{table.name}.jsonl", "".join(f"{line}\n" for line in lines).encode(), now)
    return count, keys


def _write_files(archive: tarfile.TarFile, store: Store, keys: list[str], now: dt.datetime) -> tuple[int, int]:
    missing = 0
    for key in keys:
        try:
            data = b"".join(store.read(key))
        except FileNotFoundError:  # deleted since the rows were read
            missing += 1
            continue
        _add(archive, f"uploads/{key}", data, now)
    return len(keys) - missing, missing


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _add(archive: tarfile.TarFile, name: str, data: bytes, now: dt.datetime) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(data), int(now.timestamp()), 0o600
    archive.addfile(info, io.BytesIO(data))


def _check(archive: tarfile.TarFile, connection: Connection, revision: str) -> None:
    first = archive.next()
    content = archive.extractfile(first) if first and first.name == MANIFEST else None
    if content is None:
        raise BackupFault("no-backup")
    manifest = json.loads(content.read())
    if manifest.get("format") != FORMAT:
        raise BackupFault("other-format", str(manifest.get("format")))
    if manifest.get("revision") != revision:
        raise BackupFault("other-revision", f"{manifest.get('revision')} / {revision}")
    for table in _tables():
        if connection.scalar(select(func.count()).select_from(table)):
            raise BackupFault("not-empty", table.name)


def _read_rows(connection: Connection, name: str, content: IO[bytes]) -> int:
    table = next((table for table in _tables() if table.name == name), None)
    if table is None:
        raise BackupFault("no-backup", name)
    count = 0
    for chunk in _chunks(table, content):
        connection.execute(insert(table), chunk)
        count += len(chunk)
    return count


def _chunks(table: Table, content: IO[bytes]) -> Iterator[list[dict[str, Any]]]:
    times = {column.name for column in table.columns if isinstance(column.type, UtcDateTime)}
    chunk: list[dict[str, Any]] = []
    for line in content:
        row = json.loads(line)
        chunk.append(
            {key: dt.datetime.fromisoformat(value) if value and key in times else value for key, value in row.items()}
        )
        if len(chunk) == ROWS_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _go_on_counting(connection: Connection) -> None:
    """PostgreSQL's counters do not notice rows that bring their numbers along."""
    if connection.dialect.name != "postgresql":
        return
    for table in _tables():
        if "id" in table.columns:
            highest = connection.scalar(select(func.max(table.c.id)))
            statement = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :highest, :used)")
            quoted = f'"{table.name}"'
            values = {"name": quoted, "highest": highest or 1, "used": highest is not None}
            connection.execute(statement, values)
