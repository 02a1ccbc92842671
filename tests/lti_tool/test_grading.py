"""Reading: by the rubric, unseen by the learner until given back, and only in one's own course."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.exercises import ExtendedText
from lti_tool import attempts, grading
from lti_tool.activities import find
from lti_tool.attempts import AttemptRefused, Draft, Place
from lti_tool.grading import Grade
from lti_tool.models import Attempt, Placement, ScoreDelivery, User
from tests.lti_tool.factories import ESSAY, NOW, SECOND, context, curriculum, graded_placement, platform


def essay() -> ExtendedText:
    exercise = curriculum().exercises["m1u2-arbeitsblatt"]
    assert isinstance(exercise, ExtendedText)
    return exercise


def hand_in(session: Session, placement: Placement, who: User, text: str = "Am Bahnhof.") -> Attempt:
    activity = find(curriculum(), ESSAY)
    place = Place(user=who.id, placement=placement.id, version="1")
    attempt = attempts.start(session, activity, place, NOW)
    known = attempts.answer_to(attempt, essay().id)
    draft = Draft(response={"RESPONSE": (text,)}, revision=(known.revision if known else 0) + 1)
    attempts.save(session, attempt, essay(), draft, NOW)
    attempts.submit(session, attempt, activity, "de", NOW + who.id * SECOND)
    return attempt


def delivery(session: Session) -> ScoreDelivery:
    return session.scalars(select(ScoreDelivery)).one()


def test_the_rubric_gives_the_points_and_the_score_goes_out(session: Session) -> None:
    placement, who = graded_placement(session, ESSAY)
    attempt = hand_in(session, placement, who)
    grading.grade(attempt, essay(), Grade(levels={0: 2, 1: 0}, comment=" Lage gut, Begründung fehlt. "))
    assert delivery(session).points is None
    grading.give_back(session, attempt, [essay()], NOW)
    assert (attempt.state, attempt.points, attempt.maximum) == ("returned", 2, 5)
    assert (delivery(session).points, delivery(session).comment) == (2, "Lage gut, Begründung fehlt.")


def test_a_rubric_that_is_not_filled_in_gives_nothing_back(session: Session) -> None:
    attempt = hand_in(session, *graded_placement(session, ESSAY))
    grading.grade(attempt, essay(), Grade(levels={0: 2}, comment=""))
    with pytest.raises(AttemptRefused, match="ungraded"):
        grading.give_back(session, attempt, [essay()], NOW)


@pytest.mark.parametrize("levels", [{0: 1, 1: 2}, {0: 1, 2: 0}, {0: -1, 1: 3}])
def test_points_that_the_rubric_does_not_have_are_refused(session: Session, levels: dict[int, int]) -> None:
    attempt = hand_in(session, *graded_placement(session, ESSAY))
    with pytest.raises(AttemptRefused, match="points"):
        grading.grade(attempt, essay(), Grade(levels=levels, comment=""))


def test_a_second_reading_replaces_the_score(session: Session) -> None:
    attempt = hand_in(session, *graded_placement(session, ESSAY))
    for points in (3, 0):
        grading.grade(attempt, essay(), Grade(levels={0: 2, 1: points}, comment=f"{points}"))
        grading.give_back(session, attempt, [essay()], NOW)
    assert (delivery(session).points, delivery(session).comment) == (2, "0")


def test_work_given_back_to_be_revised_begins_with_its_text(session: Session) -> None:
    placement, who = graded_placement(session, ESSAY)
    attempt = hand_in(session, placement, who)
    grading.grade(attempt, essay(), Grade(comment="Bitte die Lage genauer."))
    following = grading.reopen(session, attempt, NOW)
    known = attempts.answer_to(following, essay().id)
    assert (attempt.state, attempt.points, attempt.comment) == ("returned", None, "Bitte die Lage genauer.")
    assert (following.number, following.state) == (2, "open")
    assert attempts.response_of(known) == {"RESPONSE": ("Am Bahnhof.",)}
    assert hand_in(session, placement, who, "Am Bahnhof, weil").state == "submitted"


def test_the_queue_is_in_order_and_of_one_course(session: Session) -> None:
    placement, who = graded_placement(session, ESSAY)
    row = who.platform_id
    others = [User(platform_id=row, subject=f"u{n}", alias=f"u{n}", last_activity=NOW) for n in range(3)]
    session.add_all(others)
    session.flush()
    made = [hand_in(session, placement, person) for person in (others[2], others[0], who)]
    queue = session.scalars(grading.to_read(placement.context_pk)).all()
    assert list(queue) == sorted(made, key=lambda attempt: attempt.user_id)
    assert grading.count_to_read(session, placement.context_pk, placement.id) == 3
    assert grading.count_to_read(session, placement.context_pk + 1) == 0


def test_work_of_another_course_does_not_exist(session: Session) -> None:
    placement, who = graded_placement(session, ESSAY)
    attempt = hand_in(session, placement, who)
    other = context(session, platform(session, issuer="https://other.example.de"))
    with pytest.raises(AttemptRefused, match="unknown"):
        grading.locked(session, attempt.id, other.id)
    assert grading.locked(session, attempt.id, placement.context_pk) is attempt


def test_trials_are_not_in_the_queue(session: Session) -> None:
    placement, who = graded_placement(session, ESSAY)
    hand_in(session, placement, who).trial = True
    session.flush()
    assert session.scalars(grading.to_read(placement.context_pk)).all() == []
