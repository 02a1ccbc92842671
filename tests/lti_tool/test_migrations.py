"""Migrations: they make the very tables of the code, go down and up again, and keep data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text

from lti_tool.cli.db import downgrade_to, is_current, upgrade_to
from lti_tool.db import Base, make_engine, make_sessions
from lti_tool.models import Deployment, LoginState, Platform
from tests.lti_tool.databases import Postgres

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table; afterwards it has none again, or those that the other tests expect."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'deep' / 'down' / 'staffel.sqlite3'}")
        yield engine
    else:
        server: Postgres = request.getfixturevalue("postgres")
        engine = make_engine(server.url)
        drop_all(engine)
        yield engine
        drop_all(engine)
        Base.metadata.create_all(engine)
    engine.dispose()


def drop_all(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def test_the_migrated_tables_are_those_of_the_code(empty: Engine) -> None:
    upgrade_to(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert is_current(empty)


def test_up_down_and_up_again(empty: Engine) -> None:
    upgrade_to(empty)
    downgrade_to(empty, "base")
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    assert not is_current(empty)
    upgrade_to(empty)
    assert is_current(empty)


def test_an_upgrade_that_is_not_needed_changes_no_data(empty: Engine) -> None:
    upgrade_to(empty)
    sessions = make_sessions(empty)
    with sessions.begin() as session:
        platform = Platform(
            name="Moodle",
            issuer="https://lms.example",
            client_id="x",
            login_url="https://lms.example/auth",
            token_url="https://lms.example/token",  # noqa: S106 - an address
            jwks_url="https://lms.example/jwks",
            created_at=NOW,
            allowed_hosts=["a"],
        )
        platform.deployments.append(Deployment(deployment_id="1"))
        session.add(platform)
    upgrade_to(empty)
    with sessions() as session:
        kept = session.scalars(select(Platform)).one()
        assert (kept.created_at, kept.allowed_hosts, kept.deployments[0].deployment_id) == (NOW, ["a"], "1")


def test_times_and_constraints_work_in_migrated_tables(empty: Engine) -> None:
    upgrade_to(empty)
    with make_sessions(empty)() as session:
        session.add(LoginState(state_hash="x", platform_id=99, nonce="n", binding_hash="b", expires_at=NOW))
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            session.flush()
        session.rollback()
