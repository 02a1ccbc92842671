"""How a person's work stands, in words: what counts, where its score is, what a reader has written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from content.exercises import ExtendedText
from lti_tool import attempts, seen, web
from lti_tool.presenting import number, points
from lti_tool.seen import SeenAttempt, SeenUpload
from lti_tool.texts import concrete, paragraphs
from lti_tool.views.working import Work


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Sentences; empty ones are not shown."""

    best: str = ""
    score: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A criterion with what was reached of it."""

    criterion: str
    level: str
    points: str


@dataclass(frozen=True, kw_only=True)
class Returned:
    """Work that came back: `comment` is safe HTML, `points` empty where it is to be revised."""

    attempt: SeenAttempt
    points: str
    comment: str
    text: str
    rubric: Sequence[Line]
    uploads: Sequence[SeenUpload]


def of(work: Work) -> Progress:
    """What counts of all attempts, and where the score is on its way."""
    best = attempts.counted([attempt for attempt in work.done if not attempt.trial])
    sentence = ""
    if best and best.points is not None and best.maximum and len(work.done) > 1:
        reached = points(best.points, int(best.maximum), web.language())
        sentence = web.text("exercise.best", points=reached)
    return Progress(best=sentence, score=_score(work))


def _score(work: Work) -> str:
    if work.launch.teaches:
        return web.text("exercise.score.trial") if work.done else ""
    if not work.done:
        return ""
    found = seen.score(web.tool().engine, work.launch.user, work.placement.id)
    if found is None:
        return ""
    reached, state = found
    if reached is None and not any(attempt.state == "submitted" for attempt in work.done):
        return ""  # it came back to be revised: nobody has anything to read
    return web.text(f"exercise.score.{'unread' if reached is None else state}")


def chances(work: Work) -> str:
    """How many attempts at a test there are still, before the first one and after each."""
    count, left = work.activity.attempts, attempts.left(work.activity, work.attempts)
    if left is None:
        return web.text("exercise.test.attempts.free")
    kind = "all" if left == count else "left" if left else "none"
    one = (left if kind == "left" else count) == 1
    return web.text(f"exercise.test.attempts.{kind}{'.one' if one else ''}", left=left, count=count)


def returned(work: Work) -> list[Returned]:
    """What a reader has given back, newest first."""
    back = [attempt for attempt in work.attempts if attempt.state == "returned"]
    return [_returned(work, attempt) for attempt in reversed(back)]


def _returned(work: Work, attempt: SeenAttempt) -> Returned:
    exercise = work.activity.single
    answer = attempts.answer_to(attempt, exercise.id) if exercise else None
    reached = ""
    if attempt.points is not None and attempt.maximum:
        reached = points(attempt.points, int(attempt.maximum), web.language())
    rubric = rubric_lines(exercise, answer.rubric) if isinstance(exercise, ExtendedText) and answer and reached else []
    text = "\n".join(attempts.response_of(answer).get("RESPONSE", ()))
    return Returned(
        attempt=attempt,
        points=reached,
        comment=paragraphs(attempt.comment),
        text=paragraphs(text),
        rubric=rubric,
        uploads=answer.uploads if answer else (),
    )


def rubric_lines(exercise: ExtendedText, chosen: Mapping[str, int]) -> list[Line]:
    lines = []
    for index, criterion in enumerate(exercise.rubric):
        reached = chosen.get(str(index))
        level = next((level.text.inline for level in criterion.levels if level.points == reached), "")
        shown = "" if reached is None else f"{number(reached, web.language())} / {criterion.maximum}"
        lines.append(Line(criterion=concrete(criterion.criterion.inline), level=concrete(level), points=shown))
    return lines
