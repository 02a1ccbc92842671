"""A person's work on an activity: start, save drafts, check, submit; attempt and score are one transaction.

Every function that writes locks the attempt (or, to start one, the person), so that two tabs, a repeated form and an
autosave on its way never cross.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from content.exercises import Exercise, ExtendedText
from content.exercises.base import MAXIMUM_ANSWER
from content.scoring import Outcome, Path, Response, Split, parse_number
from lti_tool import outbox
from lti_tool.activities import SEEDS, Activity, is_manual, is_weighted
from lti_tool.models import Answer, Attempt, User
from lti_tool.scores import Score
from lti_tool.seen import SeenAnswer, SeenAttempt

AnyAttempt = Attempt | SeenAttempt
AnyAnswer = Answer | SeenAnswer
Counted = TypeVar("Counted", bound=AnyAttempt)
IN_FORM = ("unanswered", "number", "too-long", "open-case", "over-total")
"""Reasons that concern the answer itself and are said beside it."""


# Made once: building a statement takes longer than running it.
_OF_PERSON = (
    select(Attempt)
    .where(Attempt.user_id == bindparam("user"), Attempt.placement_id == bindparam("placement"))
    .order_by(Attempt.number)
)
_PERSON = select(User.id).where(User.id == bindparam("user")).with_for_update()


class AttemptRefused(Exception):
    """Nothing was changed. `code` is a key `exercise.refused.<code>`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class StaleRevision(AttemptRefused):
    """Newer text is stored already, from another window or a request that overtook this one."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__("stale")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Who works where: keys of user and placement, version of the curriculum; `trial`: someone who teaches tries it."""

    user: int
    placement: int
    version: str
    trial: bool = False


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An answer as a page has it; `revision` is one more than what the page last knew.

    `writer` names the window and `serial` counts its saves; without script both are missing.
    """

    response: Response
    revision: int
    hints: int = 0
    writer: str = ""
    serial: int = 0


def latest(session: Session, user: int, placement: int) -> Attempt | None:
    """The newest attempt, open or not."""
    mine = and_(Attempt.user_id == user, Attempt.placement_id == placement)
    return session.scalar(select(Attempt).where(mine).order_by(Attempt.number.desc()).limit(1))


def of_person(session: Session, user: int, placement: int) -> Sequence[Attempt]:
    """All attempts, oldest first."""
    return session.scalars(_OF_PERSON, {"user": user, "placement": placement}).all()


def left(activity: Activity, attempts: Sequence[AnyAttempt]) -> int | None:
    """How many attempts can still be started; None: any number."""
    return max(0, activity.attempts - len(attempts)) if activity.attempts else None


def start(session: Session, activity: Activity, place: Place, now: dt.datetime) -> Attempt:
    """The open attempt, or a new one with its draw; what was answered in a single exercise is taken along."""
    session.execute(_PERSON, {"user": place.user})
    before = of_person(session, place.user, place.placement)
    last = before[-1] if before else None
    if last and last.state == "open":
        return last
    if left(activity, before) == 0:
        raise AttemptRefused("attempts-used")
    if last and activity.single and is_manual(activity.single):
        raise AttemptRefused("being-read" if last.state == "submitted" else "returned")
    return _new(session, activity, place, last, now)


def locked(session: Session, attempt: int, user: int, placement: int) -> Attempt:
    """This person's attempt at this placement, locked; anything else does not exist."""
    mine = and_(Attempt.id == attempt, Attempt.user_id == user, Attempt.placement_id == placement)
    query = select(Attempt).where(mine).with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise AttemptRefused("unknown")
    return found


@overload
def answer_to(attempt: Attempt, exercise: str) -> Answer | None: ...
@overload
def answer_to(attempt: SeenAttempt, exercise: str) -> SeenAnswer | None: ...
def answer_to(attempt: AnyAttempt, exercise: str) -> AnyAnswer | None:
    for answer in attempt.answers:
        if answer.exercise_id == exercise:
            return answer
    return None


def response_of(answer: AnyAnswer | None) -> Response:
    return {key: tuple(values) for key, values in answer.response.items()} if answer else {}


def save(session: Session, attempt: Attempt, exercise: Exercise, draft: Draft, now: dt.datetime) -> Answer:
    """Stores a draft if its revision is higher than the stored one; the same text once more is no conflict.

    Nor is text of the very window that saved last: it did not hear that its save had arrived. There the serial says
    which text is newer, and an overtaken one is left out.
    """
    answer = writable(session, attempt, exercise, now)
    stored = _stored(draft.response)
    changed, behind = answer.response != stored, draft.revision <= answer.revision
    same_window = bool(draft.writer) and draft.writer == answer.writer
    if changed and behind and not same_window:
        raise StaleRevision(answer)
    if same_window and draft.serial <= answer.serial:
        return answer
    if changed:
        answer.response = stored
        answer.saved_at = now
    if changed or not behind:
        answer.writer, answer.serial = draft.writer, draft.serial
    answer.revision = max(draft.revision, answer.revision + (changed and behind))
    answer.hints = max(draft.hints, answer.hints)
    return answer


def check(session: Session, attempt: Attempt, exercise: Exercise, language: str, now: dt.datetime) -> Outcome | None:
    """Scores a saved answer for good, in an assessment that tells after each exercise."""
    answer = writable(session, attempt, exercise, now)
    if problem := problem_of(exercise, response_of(answer), language):
        raise AttemptRefused(problem)
    return _score(answer, exercise, language, now)


def submit(session: Session, attempt: Attempt, activity: Activity, language: str, now: dt.datetime) -> None:
    """Hands the attempt in; once more changes nothing. What is open counts nothing; text waits for a reader."""
    if attempt.state != "open":
        return
    unread = False
    for identifier in attempt.exercises:
        exercise = activity.pool.get(identifier)
        if exercise is None or not is_weighted(exercise):
            continue
        answer = answer_to(attempt, identifier) or _answer(session, attempt, identifier, now)
        if answer.checked_at is None:
            _score(answer, exercise, language, now)
        unread = unread or answer.points is None
    attempt.submitted_at = now
    attempt.state = "submitted" if unread else "graded"
    if not unread:
        total(attempt)
    session.flush()
    report(session, attempt.user_id, attempt.placement_id, now)


def total(attempt: Attempt) -> None:
    """Sums up the answers; where nothing counts, having done it is one of one."""
    counted = [answer for answer in attempt.answers if answer.maximum]
    attempt.maximum = sum(answer.maximum or 0 for answer in counted) or 1
    attempt.points = sum(answer.points or 0 for answer in counted) if counted else 1


def report(session: Session, user: int, placement: int, now: dt.datetime) -> None:
    """Puts the score that counts on its way to the platform: the best one, or that work waits for a reader."""
    done = [attempt for attempt in of_person(session, user, placement) if attempt.state != "open" and not attempt.trial]
    best = counted(done)
    if best and best.maximum:
        known = Score(
            points=best.points,
            maximum=best.maximum,
            comment=best.comment,
            started_at=best.started_at,
            submitted_at=best.submitted_at,
        )
        outbox.put(session, placement, user, known, now)
    elif done:
        unread = Score(points=None, maximum=1, started_at=done[-1].started_at, submitted_at=done[-1].submitted_at)
        outbox.put(session, placement, user, unread, now)


def counted(attempts: Sequence[Counted]) -> Counted | None:
    """The attempt that counts: the best one with points, of equal ones the commented, then the last.

    Attempts after the solution was shown do not count.
    """
    seen = min((attempt.number for attempt in attempts if attempt.solution_seen), default=None)
    ready = [a for a in attempts if a.points is not None and a.maximum and (seen is None or a.number <= seen)]
    return max(ready, key=lambda a: ((a.points or 0) / (a.maximum or 1), bool(a.comment), a.number), default=None)


def problem_of(exercise: Exercise, response: Response, language: str) -> str:
    """Why an answer cannot be handed in yet: nothing there, too much, no number, a case that is not at its end."""
    if not any(response.values()):
        return "unanswered"
    if isinstance(exercise, ExtendedText) and any(
        len(text) > exercise.maximum_characters for values in response.values() for text in values
    ):
        return "too-long"
    floats = [variable.id for variable in exercise.variables() if variable.base == "float"]
    texts = (text for name in floats for text in response.get(name, ()))
    if any(parse_number(text, language) is None for text in texts):
        return "number"
    rule = exercise.rule()
    if isinstance(rule, Path) and rule.open(response):
        return "open-case"
    return "over-total" if isinstance(rule, Split) and rule.spent(response, language) > rule.total else ""


def _new(session: Session, activity: Activity, place: Place, last: Attempt | None, now: dt.datetime) -> Attempt:
    seed = secrets.randbelow(SEEDS)
    attempt = Attempt(
        user_id=place.user,
        placement_id=place.placement,
        number=last.number + 1 if last else 1,
        seed=last.seed if last and activity.single else seed,
        exercises=list(activity.draw(seed)),
        version=place.version,
        started_at=now,
        trial=place.trial,
    )
    session.add(attempt)
    if last and activity.single:
        take_along(attempt, last, now)
    session.flush()
    return attempt


def take_along(attempt: Attempt, last: Attempt, now: dt.datetime) -> None:
    """A new attempt at the same exercises begins with what was written before."""
    for answer in last.answers:
        copy = Answer(exercise_id=answer.exercise_id, response=answer.response, hints=answer.hints, saved_at=now)
        attempt.answers.append(copy)


def writable(session: Session, attempt: Attempt, exercise: Exercise, now: dt.datetime) -> Answer:
    """The answer to an exercise of this attempt, as long as it can still be changed."""
    if attempt.state != "open":
        raise AttemptRefused("closed")
    if exercise.id not in attempt.exercises:
        raise AttemptRefused("unknown")
    answer = answer_to(attempt, exercise.id) or _answer(session, attempt, exercise.id, now)
    if answer.checked_at is not None:
        raise AttemptRefused("closed")
    return answer


def _answer(session: Session, attempt: Attempt, exercise: str, now: dt.datetime) -> Answer:
    answer = Answer(exercise_id=exercise, response={}, saved_at=now, revision=0)
    attempt.answers.append(answer)
    session.flush()
    return answer


def _stored(response: Response) -> dict[str, list[str]]:
    """As JSON keeps it: line ends as scripts read them, no NUL, which PostgreSQL does not take."""
    texts: Mapping[str, list[str]] = {
        name: [text.replace("\x00", "").replace("\r\n", "\n") for text in values]
        for name, values in response.items()
        if values
    }
    if any(len(text) > MAXIMUM_ANSWER for values in texts.values() for text in values):
        raise AttemptRefused("too-long")
    return dict(texts)


def _score(answer: Answer, exercise: Exercise, language: str, now: dt.datetime) -> Outcome | None:
    """Points as the exercise weighs them. A text that is there has no points yet; one that is not has none to give."""
    response = response_of(answer)
    answer.checked_at = now
    answer.tries += 1
    outcome = exercise.rule().evaluate(response, language)
    if outcome is not None:
        answer.maximum = float(exercise.maximum_points)
        answer.points = float(outcome.score * exercise.maximum_points)
    elif is_manual(exercise):
        answer.maximum = float(exercise.maximum_points)
        answer.points = None if any(response.values()) or answer.uploads else 0.0
    return outcome
