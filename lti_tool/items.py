"""Per-item results: how many answered, how well, and how well an exercise tells good work from weak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from content.exercises import Exercise, GapText
from content.findings import Language
from content.scoring import Response
from lti_tool.activities import Activity
from lti_tool.attempts import answer_to, response_of
from lti_tool.marking import Result, marks
from lti_tool.models import Attempt
from lti_tool.wording import purposes, words

LEAST_FOR_DISCRIMINATION = 5
MOST_TEXTS = 8
MOST_LENGTH = 80


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How many gave an answer; `result` is None where nothing is right or wrong."""

    text: str
    count: int
    result: Result | None


@dataclass(frozen=True, kw_only=True)
class Item:
    """`share`: mean of points/maximum (difficulty, 0…1); `discrimination`: correlation with the other exercises."""

    exercise: Exercise
    count: int
    share: float | None
    discrimination: float | None
    choices: tuple[Choice, ...]
    hints: int


def items(session: Session, activity: Activity, placement: int, language: str) -> list[Item]:
    """Results of everyone's first handed-in attempt: later ones have seen feedback."""
    query = (
        select(Attempt)
        .where(Attempt.placement_id == placement, Attempt.state != "open", Attempt.trial.is_(False))
        .options(selectinload(Attempt.answers))
        .order_by(Attempt.user_id, Attempt.number)
    )
    first: dict[int, Attempt] = {}
    for attempt in session.scalars(query):
        first.setdefault(attempt.user_id, attempt)
    return [_item(exercise, list(first.values()), language) for exercise in activity.pool.values()]


def _item(exercise: Exercise, taken: Sequence[Attempt], language: str) -> Item:
    answers = [(attempt, answer) for attempt in taken if (answer := answer_to(attempt, exercise.id))]
    scored = [(attempt, answer) for attempt, answer in answers if answer.points is not None and answer.maximum]
    shares = [(answer.points or 0) / (answer.maximum or 1) for _, answer in scored]
    return Item(
        exercise=exercise,
        count=len(answers),
        share=fmean(shares) if shares else None,
        discrimination=_discrimination([attempt for attempt, _ in scored], shares, exercise.id),
        choices=_choices(exercise, [response_of(answer) for _, answer in answers], language),
        hints=sum(answer.hints > 0 for _, answer in answers),
    )


def _discrimination(taken: Sequence[Attempt], shares: Sequence[float], exercise: str) -> float | None:
    """Correlation of this exercise with the rest of the same attempts; None where it means nothing."""
    rest = [
        sum(answer.points or 0 for answer in attempt.answers if answer.exercise_id != exercise and answer.maximum)
        for attempt in taken
    ]
    if len(rest) < LEAST_FOR_DISCRIMINATION:
        return None
    try:
        return correlation(shares, rest)
    except StatisticsError:  # all the same on one side
        return None


def _choices(exercise: Exercise, responses: Sequence[Response], language: str) -> tuple[Choice, ...]:
    """What was answered how often. Long texts of people are no statistics."""
    if not exercise.scored:
        return ()
    counts: Counter[tuple[str, Result | None]] = Counter()
    spoken: Language = "de" if language == "de" else "en"
    known, typed = dict(words(exercise, spoken)), purposes(exercise)
    for response in responses:
        results = {(mark.control, mark.value): mark.result for mark in marks(exercise, response, language)}
        for variable, values in response.items():
            for value in values:
                text = known.get((variable, value), f"{typed[variable]}: {value}" if variable in typed else value)
                counts[text[:MOST_LENGTH], _result(results, variable, value)] += 1
    most = counts.most_common(None if known and not isinstance(exercise, GapText) else MOST_TEXTS)
    return tuple(Choice(text=text, count=count, result=result) for (text, result), count in most)


def _result(results: Mapping[tuple[str, str], Result], variable: str, value: str) -> Result | None:
    """The mark on a value: pairs and sequences have a control for each source or item."""
    source, _, target = value.partition(" ")
    own = f"{variable}.{source}"
    places = ((variable, value), (own, target), (own, ""), (variable, ""))
    return next((results[place] for place in places if place in results), None)
