"""Log lines tell operators what went wrong and where, and nothing about people, whatever an exception holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import structlog
from flask import Flask
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lti_tool import logs
from lti_tool.settings import Settings
from tests.lti_tool.factories import context, graded_placement, platform, user

WRITTEN = "Ein Text, den nur die Lehrkraft lesen soll"


@pytest.fixture(autouse=True)
def configured(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, secret_key=SecretStr("x" * 32), log_level="INFO")
    logs.init_app(Flask("logs"), settings)


def line(capfd: pytest.CaptureFixture[str]) -> dict[str, str]:
    found: dict[str, str] = json.loads(capfd.readouterr().err.strip().splitlines()[-1])
    return found


def test_a_row_that_the_database_refuses_is_not_in_the_log(session: Session, capfd: pytest.CaptureFixture[str]) -> None:
    """PostgreSQL tells the whole row, SQLAlchemy all values of the statement."""
    row = platform(session)
    user(session, row, subject="7", name=WRITTEN)
    try:
        user(session, row, subject="7", name=WRITTEN, alias=WRITTEN)
    except SQLAlchemyError:
        structlog.get_logger("test").exception("unexpected error", reference="1")
    found = line(capfd)
    assert WRITTEN not in json.dumps(found, ensure_ascii=False)
    assert "IntegrityError" in found["exception"]
    assert "test_logs.py" in found["exception"]


def test_a_check_that_fails_tells_nothing_of_its_row(session: Session, capfd: pytest.CaptureFixture[str]) -> None:
    where, who = graded_placement(session)
    context(session, platform(session, issuer="https://b.example"), "x")
    try:
        where.title, where.activity = WRITTEN, None  # type: ignore[assignment]
        session.flush()
    except SQLAlchemyError as error:
        structlog.get_logger("test").error("unexpected error", exc_info=error)
    found = line(capfd)
    assert WRITTEN not in json.dumps(found, ensure_ascii=False)
    assert who.subject
    assert "activity" in found["exception"]


def test_the_cause_of_an_exception_is_told_without_the_rest_of_its_message(capfd: pytest.CaptureFixture[str]) -> None:
    try:
        try:
            raise ValueError(f"not a number\n{WRITTEN}")
        except ValueError as error:
            raise LookupError("no row") from error
    except LookupError:
        structlog.get_logger("test").exception("failed", name="Anna", answer=WRITTEN)
    found = line(capfd)
    assert WRITTEN not in json.dumps(found, ensure_ascii=False)
    assert (found["name"], found["answer"]) == ("(hidden)", "(hidden)")
    told = found["exception"]
    assert told.index("ValueError: not a number") < told.index("LookupError: no row")


def test_exceptions_that_cause_each_other_are_told_once(capfd: pytest.CaptureFixture[str]) -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    structlog.get_logger("test").error("failed", exc_info=first)
    assert line(capfd)["exception"].count("ValueError: first") == 1
