"""Attempts: drafts are never overwritten by older ones, what is handed in is scored once and on its way at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from content.scoring import Response
from lti_tool import attempts
from lti_tool.activities import Activity, find
from lti_tool.attempts import AttemptRefused, Draft, Place, StaleRevision
from lti_tool.models import Attempt, Placement, ScoreDelivery, User
from tests.lti_tool.factories import CHOICE, ESSAY, NOW, SECOND, TEST, curriculum, graded_placement

Learner = tuple[Activity, Place]


def learner(session: Session, name: str = CHOICE, trial: bool = False) -> Learner:
    placement, user = graded_placement(session, name)
    return find(curriculum(), name), place(placement, user, trial)


def place(placement: Placement, user: User, trial: bool = False) -> Place:
    return Place(user=user.id, placement=placement.id, version="1.2.0", trial=trial)


def answer(session: Session, attempt: Attempt, activity: Activity, given: dict[str, Response]) -> None:
    for name, response in given.items():
        known = attempts.answer_to(attempt, name)
        draft = Draft(response=response, revision=(known.revision if known else 0) + 1)
        attempts.save(session, attempt, activity.pool[name], draft, NOW)


def hand_in(session: Session, who: Learner, choice: str) -> Attempt:
    activity, where = who
    attempt = attempts.start(session, activity, where, NOW)
    answer(session, attempt, activity, {"m1u1-einfach": {"RESPONSE": (choice,)}})
    attempts.submit(session, attempt, activity, "de", NOW)
    return attempt


def delivery(session: Session) -> ScoreDelivery:
    return session.scalars(select(ScoreDelivery).execution_options(populate_existing=True)).one()


def test_an_attempt_that_is_open_goes_on(session: Session) -> None:
    activity, where = learner(session)
    first = attempts.start(session, activity, where, NOW)
    session.commit()
    assert attempts.start(session, activity, where, NOW + SECOND) is first
    assert first.started_at == NOW


def test_attempt_and_score_are_one_transaction(session: Session, sessions: sessionmaker[Session]) -> None:
    who = learner(session)
    session.commit()
    hand_in(session, who, "versickern")
    session.rollback()
    with sessions() as other:
        assert other.scalars(select(Attempt)).all() == []
        assert other.scalars(select(ScoreDelivery)).all() == []
    hand_in(session, who, "versickern")
    session.commit()
    with sessions() as other:
        assert other.scalars(select(Attempt)).one().state == "graded"
        assert delivery(other).points == 1


def test_handing_in_twice_is_handing_in_once(session: Session) -> None:
    who = learner(session)
    attempt = hand_in(session, who, "versickern")
    revision = delivery(session).revision
    attempts.submit(session, attempt, who[0], "de", NOW + SECOND)
    assert attempt.submitted_at == NOW
    assert delivery(session).revision == revision


def test_the_best_attempt_counts(session: Session) -> None:
    who = learner(session)
    for choice in ("verdunsten", "versickern", "abfliessen"):
        hand_in(session, who, choice)
    assert delivery(session).points == 1
    assert delivery(session).revision == 2  # the last one improved nothing, so nothing new is sent


def test_attempts_after_the_solution_was_shown_do_not_count(session: Session) -> None:
    who = learner(session)
    hand_in(session, who, "verdunsten").solution_seen = True
    hand_in(session, who, "versickern")
    assert delivery(session).points == 0.5


def test_a_trial_by_someone_who_teaches_sends_no_score(session: Session) -> None:
    hand_in(session, learner(session, trial=True), "versickern")
    assert session.scalars(select(ScoreDelivery)).all() == []


def test_a_new_try_begins_with_the_last_answer(session: Session) -> None:
    who = learner(session)
    hand_in(session, who, "abfliessen")
    again = attempts.start(session, *who, NOW)
    known = attempts.answer_to(again, "m1u1-einfach")
    assert attempts.response_of(known) == {"RESPONSE": ("abfliessen",)}
    assert known is not None
    assert known.checked_at is None


def test_a_test_ends_after_its_attempts(session: Session) -> None:
    activity, where = learner(session, TEST)
    for _ in range(3):
        attempts.submit(session, attempts.start(session, activity, where, NOW), activity, "de", NOW)
    with pytest.raises(AttemptRefused, match="attempts-used"):
        attempts.start(session, activity, where, NOW)


def test_a_test_weighs_its_exercises_by_points_and_open_ones_count_nothing(session: Session) -> None:
    activity, where = learner(session, TEST)
    attempt = attempts.start(session, activity, where, NOW)
    attempt.exercises = ["m1p-menge", "m1p-begriff", "m1p-ziel", "m1p-aussage"]
    given: dict[str, Response] = {
        "m1p-menge": {"RESPONSE": ("1.000",)},
        "m1p-begriff": {"RESPONSE": ("deckel",)},
        "m1p-ziel": {"RESPONSE": ("bau",)},
    }
    answer(session, attempt, activity, given)
    attempts.submit(session, attempt, activity, "de", NOW)
    assert (attempt.points, attempt.maximum) == (3, 5)
    assert (delivery(session).points, delivery(session).maximum) == (3, 5)


def test_a_draw_stays_what_it_was(session: Session) -> None:
    activity, where = learner(session, TEST)
    first = attempts.start(session, activity, where, NOW)
    session.commit()
    session.expire_all()
    assert tuple(attempts.start(session, activity, where, NOW).exercises) == activity.draw(first.seed)


def test_an_older_draft_never_overwrites_newer_text(session: Session) -> None:
    activity, where = learner(session, ESSAY)
    attempt = attempts.start(session, activity, where, NOW)
    exercise = activity.pool["m1u2-arbeitsblatt"]
    attempts.save(session, attempt, exercise, Draft(response={"RESPONSE": ("zwei",)}, revision=2), NOW)
    with pytest.raises(StaleRevision) as caught:
        attempts.save(session, attempt, exercise, Draft(response={"RESPONSE": ("eins",)}, revision=1), NOW)
    assert caught.value.answer.response == {"RESPONSE": ["zwei"]}
    with pytest.raises(StaleRevision):
        attempts.save(session, attempt, exercise, Draft(response={"RESPONSE": ("anders",)}, revision=2), NOW)


def test_the_same_draft_once_more_is_no_conflict(session: Session) -> None:
    activity, where = learner(session, ESSAY)
    attempt = attempts.start(session, activity, where, NOW)
    draft = Draft(response={"RESPONSE": ("gleich\r\nzwei",)}, revision=1)
    for later in range(2):
        saved = attempts.save(session, attempt, activity.pool["m1u2-arbeitsblatt"], draft, NOW + later * SECOND)
    assert (saved.revision, saved.saved_at, saved.response) == (1, NOW, {"RESPONSE": ["gleich\nzwei"]})


def from_window(writer: str, serial: int, text: str, revision: int = 1) -> Draft:
    return Draft(response={"RESPONSE": (text,)}, revision=revision, writer=writer, serial=serial)


def test_a_window_that_did_not_hear_of_its_save_goes_on(session: Session) -> None:
    activity, where = learner(session, ESSAY)
    attempt = attempts.start(session, activity, where, NOW)
    exercise = activity.pool["m1u2-arbeitsblatt"]
    attempts.save(session, attempt, exercise, from_window("a", 1, "eins"), NOW)
    saved = attempts.save(session, attempt, exercise, from_window("a", 2, "eins zwei"), NOW)
    assert (saved.response, saved.revision) == ({"RESPONSE": ["eins zwei"]}, 2)


def test_a_request_that_was_overtaken_in_its_window_changes_nothing(session: Session) -> None:
    activity, where = learner(session, ESSAY)
    attempt = attempts.start(session, activity, where, NOW)
    exercise = activity.pool["m1u2-arbeitsblatt"]
    attempts.save(session, attempt, exercise, from_window("a", 2, "neuer"), NOW)
    saved = attempts.save(session, attempt, exercise, from_window("a", 1, "älter"), NOW)
    assert (saved.response, saved.revision, saved.serial) == ({"RESPONSE": ["neuer"]}, 1, 2)


def test_another_window_in_between_is_still_told(session: Session) -> None:
    activity, where = learner(session, ESSAY)
    attempt = attempts.start(session, activity, where, NOW)
    exercise = activity.pool["m1u2-arbeitsblatt"]
    attempts.save(session, attempt, exercise, from_window("a", 1, "von a"), NOW)
    attempts.save(session, attempt, exercise, from_window("b", 1, "von b", revision=2), NOW)
    with pytest.raises(StaleRevision):
        attempts.save(session, attempt, exercise, from_window("a", 2, "noch mehr von a"), NOW)
    with pytest.raises(StaleRevision):  # a form without script is nobody's window
        attempts.save(session, attempt, exercise, from_window("", 0, "ohne Skript"), NOW)


def test_after_handing_in_no_draft_gets_through(session: Session) -> None:
    who = learner(session)
    attempt = hand_in(session, who, "versickern")
    with pytest.raises(AttemptRefused, match="closed"):
        answer(session, attempt, who[0], {"m1u1-einfach": {"RESPONSE": ("abfliessen",)}})


def test_an_exercise_that_was_not_drawn_takes_no_answer(session: Session) -> None:
    activity, where = learner(session, TEST)
    attempt = attempts.start(session, activity, where, NOW)
    (other,) = set(activity.pool) - set(attempt.exercises)
    with pytest.raises(AttemptRefused, match="unknown"):
        answer(session, attempt, activity, {other: {}})


def test_attempts_of_others_do_not_exist(session: Session) -> None:
    activity, where = learner(session)
    attempt = attempts.start(session, activity, where, NOW)
    with pytest.raises(AttemptRefused, match="unknown"):
        attempts.locked(session, attempt.id, where.user + 1, where.placement)
    with pytest.raises(AttemptRefused, match="unknown"):
        attempts.locked(session, attempt.id, where.user, where.placement + 1)
    assert attempts.locked(session, attempt.id, where.user, where.placement) is attempt


def test_text_waits_for_a_reader_without_a_number(session: Session) -> None:
    activity, where = learner(session, ESSAY)
    attempt = attempts.start(session, activity, where, NOW)
    answer(session, attempt, activity, {"m1u2-arbeitsblatt": {"RESPONSE": ("Am Bahnhof.",)}})
    attempts.submit(session, attempt, activity, "de", NOW)
    assert (attempt.state, attempt.points) == ("submitted", None)
    assert delivery(session).points is None
    with pytest.raises(AttemptRefused, match="being-read"):
        attempts.start(session, activity, where, NOW)


@pytest.mark.parametrize(
    ("exercise", "response", "problem"),
    [
        ("m1u1-einfach", {}, "unanswered"),
        ("m1u2-zahl", {"RESPONSE": ("viel",)}, "number"),
        ("m1u2-zahl", {"RESPONSE": ("5.400,0",)}, ""),
        ("m1u2-luecken", {"anteil": ("x",)}, "number"),
        ("m1u2-arbeitsblatt", {"RESPONSE": ("x" * 6001,)}, "too-long"),
        ("m1u3-fall", {"anfang": ("bauen",)}, "open-case"),
        ("m1u3-fall", {"anfang": ("warten",)}, ""),
        ("m1u3-geld", {"bau": ("250.000,5",)}, "over-total"),
        ("m1u3-geld", {"bau": ("250.000",)}, ""),
    ],
)
def test_what_cannot_be_scored_is_said_before(exercise: str, response: Response, problem: str) -> None:
    assert attempts.problem_of(curriculum().exercises[exercise], response, "de") == problem


def test_a_draft_may_be_longer_than_the_task_allows_but_not_endless(session: Session) -> None:
    activity, where = learner(session, ESSAY)
    attempt = attempts.start(session, activity, where, NOW)
    answer(session, attempt, activity, {"m1u2-arbeitsblatt": {"RESPONSE": ("x" * 20_000,)}})
    with pytest.raises(AttemptRefused, match="too-long"):
        answer(session, attempt, activity, {"m1u2-arbeitsblatt": {"RESPONSE": ("x" * 20_001,)}})


def test_a_checked_answer_of_a_test_stays(session: Session) -> None:
    activity, where = learner(session, TEST)
    attempt = attempts.start(session, activity, where, NOW)
    exercise = activity.pool["m1p-ziel"]
    answer(session, attempt, activity, {"m1p-ziel": {"RESPONSE": ("karte",)}})
    outcome = attempts.check(session, attempt, exercise, "de", NOW)
    assert outcome is not None
    assert outcome.score == 1
    with pytest.raises(AttemptRefused, match="closed"):
        answer(session, attempt, activity, {"m1p-ziel": {"RESPONSE": ("bau",)}})


def test_work_without_points_counts_as_done(session: Session) -> None:
    attempt = Attempt(exercises=[], answers=[])
    attempts.total(attempt)
    assert (attempt.points, attempt.maximum) == (1, 1)
