"""Attempts as pages show them are what the tables hold, on both databases."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import seen
from lti_tool.models import Answer, Attempt, ScoreDelivery, Upload, User
from lti_tool.seen import SeenAnswer, SeenAttempt
from tests.lti_tool import factories
from tests.lti_tool.factories import NOW, SECOND


def attempt(session: Session, user: User, placement: int, number: int, **over: object) -> Attempt:
    row = Attempt(
        user_id=user.id,
        placement_id=placement,
        number=number,
        seed=number,
        exercises=["a", "b"],
        version="1.0.0",
        started_at=NOW,
        **over,
    )
    session.add(row)
    session.flush()
    return row


def answer(session: Session, of: Attempt, exercise: str, **over: object) -> Answer:
    row = Answer(attempt_id=of.id, exercise_id=exercise, saved_at=NOW, response={"RESPONSE": ["ä", "b"]}, **over)
    session.add(row)
    session.flush()
    return row


def assert_same(found: SeenAttempt | SeenAnswer, row: Attempt | Answer) -> None:
    names = [field.name for field in fields(found)][:-1]
    assert [getattr(found, name) for name in names] == [getattr(row, name) for name in names]


def test_all_attempts_come_with_their_answers_oldest_first(sessions: sessionmaker[Session], engine: Engine) -> None:
    with sessions() as session:
        place, user = factories.graded_placement(session, factories.TEST)
        later = attempt(session, user, place.id, 2)
        first = attempt(session, user, place.id, 1, state="graded", points=1.5, maximum=2.0, submitted_at=NOW + SECOND)
        rows = [answer(session, first, "a", points=1.5, maximum=2.0, checked_at=NOW), answer(session, first, "b")]
        session.commit()
        one, two = seen.attempts(engine, user.id, place.id, uploads=False)
        assert_same(one, first)
        assert_same(two, later)
        for found, row in zip(one.answers, rows, strict=True):
            assert_same(found, row)
        assert two.answers == ()


def test_files_come_with_their_answer_where_they_are_wanted(sessions: sessionmaker[Session], engine: Engine) -> None:
    with sessions() as session:
        place, user = factories.graded_placement(session, factories.ESSAY)
        row = answer(session, attempt(session, user, place.id, 1), "a")
        for key in ("k1", "k2"):
            session.add(Upload(answer_id=row.id, key=key, name=f"{key}.pdf", media_type="", size=3, created_at=NOW))
        session.commit()
        (with_files,), (without,) = (
            seen.attempts(engine, user.id, place.id, uploads=wanted)[0].answers for wanted in (True, False)
        )
    assert [upload.name for upload in with_files.uploads] == ["k1.pdf", "k2.pdf"]
    assert without.uploads == ()


def test_nobody_sees_the_attempts_of_another_or_of_another_link(
    sessions: sessionmaker[Session], engine: Engine
) -> None:
    with sessions() as session:
        place, user = factories.graded_placement(session)
        attempt(session, user, place.id, 1)
        session.commit()
        assert seen.attempts(engine, user.id + 1, place.id, uploads=True) == []
        assert seen.attempts(engine, user.id, place.id + 1, uploads=True) == []


def test_the_score_under_way_is_found(sessions: sessionmaker[Session], engine: Engine) -> None:
    with sessions() as session:
        place, user = factories.graded_placement(session)
        assert seen.score(engine, user.id, place.id) is None
        session.add(
            ScoreDelivery(placement_id=place.id, user_id=user.id, points=1, maximum=2, due_at=NOW, first_due_at=NOW)
        )
        session.commit()
        assert session.scalars(select(ScoreDelivery.state)).one() == "waiting"
        assert seen.score(engine, user.id, place.id) == (1.0, "waiting")
