"""A person's attempts as pages show them: plain values, read in one statement; to change one, lock it (`attempts`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute

from lti_tool.models import Answer, Attempt, ScoreDelivery, Upload
from lti_tool.prepared import Prepared


@dataclass(frozen=True, slots=True)
class SeenUpload:
    """A row of `upload`, without its place in the store."""

    id: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class SeenAnswer:
    """A row of `answer`."""

    id: int
    exercise_id: str
    response: Mapping[str, Sequence[str]]
    revision: int
    writer: str
    hints: int
    points: float | None
    maximum: float | None
    rubric: Mapping[str, Any]
    comment: str
    saved_at: dt.datetime
    checked_at: dt.datetime | None
    uploads: Sequence[SeenUpload] = ()


@dataclass(frozen=True, slots=True)
class SeenAttempt:
    """A row of `attempt`."""

    id: int
    number: int
    state: str
    seed: int
    exercises: Sequence[str]
    points: float | None
    maximum: float | None
    trial: bool
    solution_seen: bool
    comment: str
    submitted_at: dt.datetime | None
    returned_at: dt.datetime | None
    answers: Sequence[SeenAnswer] = ()


def _columns(table: type[Attempt | Answer], seen: type[SeenAttempt | SeenAnswer]) -> list[InstrumentedAttribute[Any]]:
    """The columns that a value is made of, in the order of its fields; the last field is what belongs to it."""
    return [getattr(table, field.name) for field in fields(seen)][:-1]


_ATTEMPT, _ANSWER = _columns(Attempt, SeenAttempt), _columns(Answer, SeenAnswer)
COLUMNS = (*_ATTEMPT, *_ANSWER)
"""What `gathered` reads: attempts with the answers that belong to them, in this order."""
ORDER = (Attempt.number, Answer.id)
_MINE = (Attempt.user_id == bindparam("user"), Attempt.placement_id == bindparam("placement"))
_ATTEMPTS = Prepared(select(*COLUMNS).outerjoin(Answer, Answer.attempt_id == Attempt.id).where(*_MINE).order_by(*ORDER))
_UPLOADS = Prepared(
    select(Upload.answer_id, Upload.id, Upload.name, Upload.size)
    .join(Answer, Answer.id == Upload.answer_id)
    .join(Attempt, Attempt.id == Answer.attempt_id)
    .where(*_MINE)
    .order_by(Upload.id)
)
_SCORE = Prepared(
    select(ScoreDelivery.points, ScoreDelivery.state).where(
        ScoreDelivery.user_id == bindparam("user"), ScoreDelivery.placement_id == bindparam("placement")
    )
)


def attempts(engine: Engine, user: int, placement: int, *, uploads: bool) -> list[SeenAttempt]:
    """All attempts with their answers, oldest first; `uploads`: with the files of the answers."""
    mine = {"user": user, "placement": placement}
    files: dict[int, list[SeenUpload]] = {}
    for answer, *upload in _UPLOADS.rows(engine, mine) if uploads else ():
        files.setdefault(answer, []).append(SeenUpload(*upload))
    return gathered(_ATTEMPTS.rows(engine, mine), files)


def gathered(
    rows: Iterable[tuple[Any, ...]], files: Mapping[int, Sequence[SeenUpload]] = MappingProxyType({})
) -> list[SeenAttempt]:
    """Attempts from rows of `COLUMNS`, one for each answer; `files` by the key of their answer."""
    found: dict[int, tuple[tuple[Any, ...], list[SeenAnswer]]] = {}
    for row in rows:
        if row[0] is None:
            continue
        _, answers = found.setdefault(row[0], (row[: len(_ATTEMPT)], []))
        identifier, *rest = row[len(_ATTEMPT) :]
        if identifier is not None:
            answers.append(SeenAnswer(*(identifier, *rest, tuple(files.get(identifier, ())))))
    return [SeenAttempt(*(*values, tuple(answers))) for values, answers in found.values()]


def score(engine: Engine, user: int, placement: int) -> tuple[float | None, str] | None:
    """Points and state of the newest score on its way, if there is one."""
    row = _SCORE.first(engine, {"user": user, "placement": placement})
    return (row[0], row[1]) if row else None
