"""Statements that run on the driver itself: values, errors and effects as through a session, on both databases."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine, bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from lti_tool.models import LineItemRow, LoginState, Platform
from lti_tool.prepared import Prepared

NOW = dt.datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=dt.UTC)
PLATFORM = Prepared(
    select(Platform.name, Platform.active, Platform.allowed_hosts, Platform.created_at, Platform.paused_until).where(
        Platform.created_at == bindparam("at"), Platform.active
    )
)
BEGIN = Prepared(
    insert(LoginState).values({column.key: bindparam(column.key) for column in LoginState.__table__.columns}),
    forgettable=True,
)
END = Prepared(delete(LoginState).where(LoginState.expires_at <= bindparam("now")))


@pytest.fixture
def platform(sessions: sessionmaker[Session]) -> int:
    with sessions.begin() as session:
        row = Platform(
            name="Müller & Söhne",
            issuer="https://lms.example",
            client_id="c",
            login_url="l",
            token_url="t",  # noqa: S106 - an address
            jwks_url="j",
            active=True,
            allowed_hosts=["localhost:1"],
            created_at=NOW,
        )
        session.add(row)
        session.flush()
        return row.id


def login(platform: int, state: str = "a") -> dict[str, object]:
    return {
        "state_hash": state,
        "platform_id": platform,
        "nonce": "n",
        "binding_hash": "b",
        "storage_target": "",
        "expires_at": NOW,
    }


def test_values_come_as_the_types_of_the_columns_have_them(engine: Engine, platform: int) -> None:
    elsewhere = NOW.astimezone(dt.timezone(dt.timedelta(hours=5)))
    assert PLATFORM.first(engine, {"at": elsewhere}) == ("Müller & Söhne", True, ["localhost:1"], NOW, None)
    assert PLATFORM.first(engine, {"at": NOW + dt.timedelta(microseconds=1)}) is None


def test_decimal_places_come_as_floats(engine: Engine, sessions: sessionmaker[Session], platform: int) -> None:
    with sessions.begin() as session:
        session.add(LineItemRow(platform_id=platform, url="u", maximum=7.25))
    maximum = Prepared(select(LineItemRow.maximum, LineItemRow.url).where(LineItemRow.platform_id == bindparam("of")))
    assert maximum.rows(engine, {"of": platform}) == [(7.25, "u")]


def test_a_naive_time_is_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="naive"):
        PLATFORM.rows(engine, {"at": NOW.replace(tzinfo=None)})


def test_what_was_written_stays_without_a_commit(engine: Engine, session: Session, platform: int) -> None:
    assert BEGIN.count(engine, login(platform)) == 1
    (row,) = session.scalars(select(LoginState)).all()
    assert (row.platform_id, row.expires_at) == (platform, NOW)


def test_of_two_who_delete_a_row_one_has_met_it(engine: Engine, platform: int) -> None:
    BEGIN.count(engine, login(platform))
    assert [END.count(engine, {"now": NOW}) for _ in range(2)] == [1, 0]


def test_errors_are_those_of_sqlalchemy_and_tell_no_values(engine: Engine, platform: int) -> None:
    BEGIN.count(engine, login(platform))
    with pytest.raises(IntegrityError) as caught:
        BEGIN.count(engine, login(platform))
    assert "parameters" not in str(caught.value)
    with pytest.raises(IntegrityError):
        BEGIN.count(engine, login(platform + 1, "b"))
    assert BEGIN.count(engine, login(platform, "c")) == 1


def test_a_session_afterwards_has_transactions_as_ever(
    engine: Engine, sessions: sessionmaker[Session], platform: int
) -> None:
    BEGIN.count(engine, login(platform))
    with sessions() as session:
        session.execute(delete(LoginState))
        session.rollback()
        assert session.scalars(select(LoginState)).all()
