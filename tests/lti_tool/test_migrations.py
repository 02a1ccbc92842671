"""Migrations: they make the very tables of the code, go down and up again, and keep data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from lti_tool.cli.db import downgrade_to, is_current, upgrade_to
from lti_tool.db import Base, make_engine, make_sessions
from lti_tool.models import (
    Answer,
    Attempt,
    Context,
    Deployment,
    LoginState,
    Placement,
    Platform,
    ScoreDelivery,
    Upload,
    User,
)
from lti_tool.revisions import noted
from tests.lti_tool.databases import Postgres

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)

OLD_ROWS = (
    "INSERT INTO platform (id, name, issuer, client_id, login_url, token_url, token_audience, jwks_url, family, "
    "version, active, any_deployment, passback_mode, allowed_hosts, failures, created_at) VALUES (1, 'Moodle', "
    "'https://lms.example', 'x', 'u', 'u', '', 'u', '', '', :no, :no, 'points', '[]', 0, :now)",
    "INSERT INTO \"user\" (id, platform_id, subject, name, alias, last_activity) VALUES (1, 1, 's', '', 'A', :now)",
    "INSERT INTO context (id, platform_id, context_id, title, memberships_url) VALUES (1, 1, 'k', '', '')",
    "INSERT INTO placement (id, context_pk, resource_link_id, title, activity, chosen, line_items_url, grade_scopes) "
    "VALUES (1, 1, 'l', '', 'exercise:x', :no, '', '[]')",
    "INSERT INTO attempt (id, user_id, placement_id, number, state, seed, exercises, version, trial, solution_seen, "
    "comment, started_at) VALUES (1, 1, 1, 1, 'open', 1, '[]', '1', :no, :no, '', :now)",
    "INSERT INTO answer (id, attempt_id, exercise_id, response, revision, tries, hints, rubric, comment, saved_at) "
    "VALUES (1, 1, 'x', '{}', 1, 0, 0, '{}', '', :now)",
    "INSERT INTO upload (id, answer_id, key, name, media_type, size, created_at) "
    "VALUES (1, 1, 'k', 'n', 'text/plain', 1, :now)",
    "INSERT INTO score_delivery (id, placement_id, user_id, state, maximum, comment, revision, due_at, tries, "
    "first_due_at, reason) VALUES (1, 1, 1, 'waiting', 1, '', 1, :now, 3, :now, '')",
)
"""The order is that of their references."""


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


def people_with_work(engine: Engine) -> None:
    """A person, an answer and a file, as the first tables of all can hold them."""
    with engine.begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement), {"now": NOW, "no": False})


def test_going_back_and_forth_deletes_nobodys_work(empty: Engine) -> None:
    """SQLite changes a table by dropping it, which must not be taken for a deletion of all that hangs on it."""
    upgrade_to(empty, "0001")
    people_with_work(empty)
    upgrade_to(empty)
    downgrade_to(empty, "0001")
    upgrade_to(empty)
    with empty.connect() as connection:
        for table in (Platform, User, Placement, Attempt, Answer, Upload, ScoreDelivery):
            assert connection.scalar(select(func.count()).select_from(table)) == 1, table


def test_after_a_migration_foreign_keys_count_again(empty: Engine) -> None:
    upgrade_to(empty)
    for _ in range(2):
        with empty.connect() as connection, pytest.raises(Exception, match=r"(?i)foreign key"):
            connection.execute(text("INSERT INTO deployment (platform_id, deployment_id) VALUES (99, 'x')"))


@pytest.mark.parametrize("reason", ["client-refused", "forbidden"])
def test_scores_that_stopped_for_a_refusal_wait_again_after_the_upgrade(empty: Engine, reason: str) -> None:
    upgrade_to(empty, "0002")
    people_with_work(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE score_delivery SET state = 'stopped', reason = :reason"), {"reason": reason})
    upgrade_to(empty)
    with make_sessions(empty)() as session:
        row = session.scalars(select(ScoreDelivery)).one()
        assert (row.state, row.tries, row.due_at > NOW) == ("waiting", 0, True)


def test_courses_get_the_only_deployment_of_their_platform(empty: Engine) -> None:
    upgrade_to(empty, "0003")
    people_with_work(empty)
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO deployment (platform_id, deployment_id) VALUES (1, 'D')"))
    upgrade_to(empty)
    with make_sessions(empty)() as session:
        assert session.scalars(select(Context.deployment)).one() == "D"


def test_going_back_mixes_no_courses_of_two_deployments(empty: Engine) -> None:
    upgrade_to(empty)
    with empty.begin() as connection:
        connection.execute(text(OLD_ROWS[0]), {"now": NOW, "no": False})
        for deployment in ("a", "b"):
            values = {"deployment": deployment}
            statement = text(
                "INSERT INTO context (platform_id, deployment, context_id, title, memberships_url) "
                "VALUES (1, :deployment, 'k', '', '')"
            )
            connection.execute(statement, values)
    downgrade_to(empty, "0004")
    with pytest.raises(IntegrityError):
        downgrade_to(empty, "0003")
    with empty.connect() as connection:
        assert noted(connection) == ("0004",)
    with make_sessions(empty)() as session:
        assert session.scalars(select(Context.deployment).order_by(Context.deployment)).all() == ["a", "b"]


def test_times_and_constraints_work_in_migrated_tables(empty: Engine) -> None:
    upgrade_to(empty)
    with make_sessions(empty)() as session:
        session.add(LoginState(state_hash="x", platform_id=99, nonce="n", binding_hash="b", expires_at=NOW))
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            session.flush()
        session.rollback()
