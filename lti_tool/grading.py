"""What a person decides about handed-in work: points by the rubric, a comment, back to the learner or back to work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from content.exercises import ExtendedText
from lti_tool.attempts import AttemptRefused, answer_to, report, take_along, total
from lti_tool.models import Answer, Attempt, Placement

COMMENT = 10_000


@dataclass(frozen=True, kw_only=True)
class Grade:
    """`levels`: index of the criterion -> points of the chosen level; `points` counts where there is no rubric."""

    comment: str
    points: float | None = None
    levels: Mapping[int, int] | None = None


def to_read(context: int, placement: int | None = None) -> Select[Attempt]:
    """Handed-in work that waits for a reader, in the order it came in; of one placement or of the whole course."""
    waiting = and_(Attempt.state == "submitted", Placement.context_pk == context, Attempt.trial.is_(False))
    query = select(Attempt).join(Placement, Attempt.placement_id == Placement.id).where(waiting)
    if placement is not None:
        query = query.where(Attempt.placement_id == placement)
    return query.order_by(Attempt.submitted_at, Attempt.id)


def count_to_read(session: Session, context: int, placement: int | None = None) -> int:
    query = to_read(context, placement).order_by(None).with_only_columns(func.count(Attempt.id))
    return session.scalar(query) or 0


def locked(session: Session, attempt: int, context: int) -> Attempt:
    """An attempt of this course, locked; of another course it does not exist."""
    query = (
        select(Attempt)
        .join(Placement, Attempt.placement_id == Placement.id)
        .where(Attempt.id == attempt, Placement.context_pk == context)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    )
    found = session.scalar(query)
    if found is None:
        raise AttemptRefused("unknown")
    return found


def grade(attempt: Attempt, exercise: ExtendedText, given: Grade) -> Answer:
    """Notes points and comment of one text; the learner sees nothing of it before `give_back`."""
    answer = answer_to(attempt, exercise.id)
    if answer is None or attempt.state == "open":
        raise AttemptRefused("unknown")
    answer.points = _points(exercise, given)
    answer.maximum = float(exercise.maximum_points)
    answer.rubric = {str(index): points for index, points in (given.levels or {}).items()}
    answer.comment = given.comment.strip()[:COMMENT]
    return answer


def give_back(session: Session, attempt: Attempt, texts: Sequence[ExtendedText], now: dt.datetime) -> None:
    """Shows points and comments to the learner and sends the score. Every text must have its points."""
    answers = [answer for text in texts if (answer := answer_to(attempt, text.id))]
    if attempt.state == "open" or any(answer.points is None for answer in answers):
        raise AttemptRefused("ungraded")
    total(attempt)
    attempt.comment = "\n\n".join(answer.comment for answer in answers if answer.comment)
    attempt.state = "returned"
    attempt.returned_at = now
    session.flush()
    report(session, attempt.user_id, attempt.placement_id, now)


def reopen(session: Session, attempt: Attempt, now: dt.datetime) -> Attempt:
    """Gives the work back with its comment and without points: a new attempt begins with the same text."""
    if attempt.state != "submitted":
        raise AttemptRefused("closed")
    attempt.comment = "\n\n".join(answer.comment for answer in attempt.answers if answer.comment)
    attempt.state = "returned"
    attempt.returned_at = now
    attempt.points = None
    following = Attempt(
        user_id=attempt.user_id,
        placement_id=attempt.placement_id,
        number=attempt.number + 1,
        seed=attempt.seed,
        exercises=list(attempt.exercises),
        version=attempt.version,
        started_at=now,
    )
    session.add(following)
    take_along(following, attempt, now)
    session.flush()
    return following


def _points(exercise: ExtendedText, given: Grade) -> float | None:
    """The sum of the chosen levels; None as long as a criterion is open."""
    maximum = exercise.maximum_points
    if not exercise.rubric:
        if given.points is not None and not 0 <= given.points <= maximum:
            raise AttemptRefused("points")
        return given.points
    levels = given.levels or {}
    for index, points in levels.items():
        if index >= len(exercise.rubric) or points not in {level.points for level in exercise.rubric[index].levels}:
            raise AttemptRefused("points")
    return float(sum(levels.values())) if len(levels) == len(exercise.rubric) else None
