"""One person's data: all of it on request, none of it after erasure; old things go by themselves, and only those."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool import audit, privacy, uploads
from lti_tool.activities import find
from lti_tool.attempts import Place, answer_to, start
from lti_tool.db import Base
from lti_tool.models import Attempt, AuditEntry, LoginState, Placement, Platform, User
from lti_tool.privacy import Periods
from lti_tool.uploads import Incoming, Store
from tests.lti_tool.factories import CHOICE, ESSAY, NOW, curriculum, graded_placement, user
from tests.lti_tool.test_attempts import hand_in as hand_in_choice
from tests.lti_tool.test_grading import essay, hand_in

DAY = dt.timedelta(days=1)
PERIODS = Periods(attempts=365, drafts=30, audit=90)
SUBJECT, NAME, TEXT = "subject-of-anna", "Anna Beispiel", "Was nur Anna schreibt."


@pytest.fixture
def anna(session: Session) -> User:
    """Anna with handed-in text, a file, a score and lines in the log."""
    placement, _ = graded_placement(session, ESSAY)
    row = session.scalars(select(Platform)).one()
    person = user(session, row, SUBJECT, name=NAME)
    attempt = hand_in(session, placement, person, TEXT)
    answer = answer_to(attempt, essay().id)
    assert answer is not None
    answer.comment = "Kommentar zu Anna"
    audit.write(session, audit.person(person.id), "score.resend", "delivery:1", NOW)
    audit.write(session, audit.person(99), "work.return", audit.person(person.id), NOW)
    session.commit()
    return person


def everything(session: Session) -> str:
    """All rows of all tables as text."""
    return "\n".join(str(tuple(row)) for table in Base.metadata.sorted_tables for row in session.execute(select(table)))


def test_an_export_holds_all_that_is_stored(session: Session, anna: User) -> None:
    text = json.dumps(privacy.export(session, anna.id), ensure_ascii=False)
    for known in (SUBJECT, NAME, TEXT, "Kommentar zu Anna", ESSAY, "work.return", "submitted_at"):
        assert known in text


def test_after_erasure_a_search_for_the_person_finds_nothing(session: Session, anna: User) -> None:
    key = anna.id
    privacy.erase(session, key, "command", NOW)
    session.commit()
    session.expire_all()
    text = everything(session)
    for known in (SUBJECT, NAME, TEXT, "Kommentar zu Anna", audit.person(key)):
        assert known not in text
    assert "person.erase" in text


def test_erasure_leaves_others_alone(session: Session, anna: User) -> None:
    placement = session.scalars(select(Placement)).one()
    ben = user(session, session.get_one(Platform, anna.platform_id), "ben")
    hand_in(session, placement, ben, "Bens Text")
    privacy.erase(session, anna.id, "command", NOW)
    assert "Bens Text" in everything(session)


def test_erasure_names_the_files_to_delete(session: Session, anna: User, tmp_path: Path) -> None:
    store = Store(f"file://{tmp_path}")
    answer = session.scalars(select(Attempt)).one().answers[0]
    (tmp_path / "a.pdf").write_bytes(b"%PDF-")
    with (tmp_path / "a.pdf").open("rb") as file:
        upload = uploads.add(session, answer, uploads.receive(store, Incoming("a.pdf", file, 100)), NOW)
    assert privacy.erase(session, anna.id, "command", NOW) == (upload.key,)


def test_someone_unknown_is_nobody(session: Session, anna: User) -> None:
    assert privacy.find(session, anna.platform_id, SUBJECT) is anna
    assert privacy.find(session, anna.platform_id + 1, SUBJECT) is None


@pytest.mark.parametrize(("days", "stays"), [(364, True), (366, False)])
def test_work_goes_a_year_after_the_last_activity(session: Session, anna: User, days: int, stays: bool) -> None:
    now = NOW + days * DAY
    privacy.clean_up(session, PERIODS, now)
    session.commit()
    assert (SUBJECT in everything(session)) is stays


def test_work_that_came_back_late_counts_from_then(session: Session, anna: User) -> None:
    session.scalars(select(Attempt)).one().returned_at = NOW + 300 * DAY
    session.commit()
    privacy.clean_up(session, PERIODS, NOW + 400 * DAY)
    assert SUBJECT in everything(session)


def test_drafts_go_a_month_after_the_last_change_and_nothing_else(session: Session) -> None:
    placement, who = graded_placement(session, CHOICE)
    activity = find(curriculum(), CHOICE)
    place = Place(user=who.id, placement=placement.id, version="1")
    hand_in_choice(session, (activity, place), "versickern")
    start(session, activity, place, NOW)
    session.commit()
    assert privacy.clean_up(session, PERIODS, NOW + 29 * DAY).drafts == 0
    assert privacy.clean_up(session, PERIODS, NOW + 31 * DAY).drafts == 1
    assert session.scalars(select(Attempt.state)).all() == ["graded"]


def test_the_log_goes_after_its_period_and_says_how_much_went(session: Session, anna: User) -> None:
    removed = privacy.clean_up(session, PERIODS, NOW + 91 * DAY)
    assert removed.entries == 2
    (entry,) = session.scalars(select(AuditEntry)).all()
    assert (entry.action, entry.subject) == ("clean-up", "people:0 drafts:0 entries:2")


def test_expired_logins_go(session: Session, anna: User) -> None:
    session.add(LoginState(state_hash="x", platform_id=anna.platform_id, nonce="", binding_hash="", expires_at=NOW))
    session.flush()
    privacy.clean_up(session, PERIODS, NOW + DAY)
    assert session.scalars(select(LoginState)).all() == []


def test_a_run_with_nothing_to_do_leaves_no_trace(session: Session, anna: User) -> None:
    before = everything(session)
    privacy.clean_up(session, PERIODS, NOW + DAY)
    assert everything(session) == before
