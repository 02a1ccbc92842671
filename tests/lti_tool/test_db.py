"""What both databases promise to the rest of the tool."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from lti_tool.models import AuditEntry, Deployment, Platform
from tests.lti_tool.factories import NOW, platform


def test_times_come_back_aware_and_in_utc(session: Session) -> None:
    berlin = dt.timezone(dt.timedelta(hours=2))
    entry = AuditEntry(at=NOW.astimezone(berlin), actor="test", action="a", subject="b")
    session.add(entry)
    session.commit()
    session.expire(entry)
    assert entry.at == NOW
    assert entry.at.utcoffset() == dt.timedelta(0)


def test_a_time_without_a_zone_is_refused(session: Session) -> None:
    session.add(AuditEntry(at=NOW.replace(tzinfo=None), actor="test", action="a", subject="b"))
    with pytest.raises(StatementError, match="naive"):
        session.flush()


def test_foreign_keys_hold(session: Session) -> None:
    session.add(Deployment(platform_id=4711, deployment_id="1"))
    with pytest.raises(IntegrityError):
        session.flush()


def test_deleting_a_platform_takes_everything_with_it(session: Session) -> None:
    row = platform(session)
    session.add(Deployment(platform_id=row.id, deployment_id="1"))
    session.commit()
    session.execute(text("DELETE FROM platform"))
    assert session.execute(text("SELECT count(*) FROM deployment")).scalar_one() == 0


def test_the_suite_runs_on_what_it_says(engine: Engine, request: pytest.FixtureRequest) -> None:
    assert engine.dialect.name in request.node.name


def test_an_issuer_knows_a_client_id_once(session: Session) -> None:
    first = platform(session)
    session.add(Platform(**{**platform_fields(first), "name": "again"}))
    with pytest.raises(IntegrityError):
        session.flush()


def platform_fields(row: Platform) -> dict[str, object]:
    names = ("issuer", "client_id", "login_url", "token_url", "jwks_url", "created_at")
    return {name: getattr(row, name) for name in names}
