"""The page of an exercise. What it shows is a `Sheet` and five holes; equal sheets are drawn once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from flask import g

from content.exercises import Exercise, ExtendedText
from content.exercises.base import RESPONSE
from content.findings import Language
from lti_tool import attempts, moments, security, web
from lti_tool.activities import Activity, is_manual
from lti_tool.attempts import AnyAttempt
from lti_tool.launches import Link
from lti_tool.presenting import Button, Presentation, order_of, present
from lti_tool.seen import SeenAnswer, SeenAttempt, SeenUpload
from lti_tool.texts import paragraphs
from lti_tool.views import progress, working
from lti_tool.views.progress import Progress, Returned
from lti_tool.views.working import Work


class Sheet(NamedTuple):
    """Everything that the page depends on, apart from its holes and from `Own`."""

    platform: int
    language: Language
    activity: str
    teaches: bool
    picked: bool
    return_url: str
    state: str
    order: tuple[str, ...] = ()
    response: tuple[tuple[str, tuple[str, ...]], ...] = ()
    answered: bool = False
    full: bool = False
    solution_seen: bool = False
    progress: Progress = Progress()
    problem: str = ""

    @property
    def open(self) -> bool:
        return self.state == "open"


@dataclass(frozen=True, kw_only=True)
class Own:
    """What no other person's page can have in common; a page with any of it is drawn anew each time."""

    lost: str = ""
    returned: Sequence[Returned] = ()
    uploads: Sequence[SeenUpload] = ()
    submitted_at: dt.datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.lost or self.returned or self.uploads or self.submitted_at)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """What templates ask of a launch."""

    platform: int
    teaches: bool
    return_url: str


@dataclass(frozen=True, kw_only=True)
class Front:
    """What templates ask of a work."""

    activity: Activity
    placement: Link


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What templates ask of an answer; `saved_at` is a time of day already."""

    writer: str
    saved_at: str
    revision: bool
    response: Mapping[str, Sequence[str]]
    uploads: Sequence[SeenUpload] = ()


@dataclass(frozen=True, kw_only=True)
class Try:
    """What templates ask of an attempt."""

    id: str
    state: str
    submitted_at: dt.datetime | None = None


def page(work: Work, attempt: SeenAttempt, exercise: Exercise, problem: str = "", lost: str = "") -> str:
    """The exercise, open, handed in, or with its result."""
    answer = attempts.answer_to(attempt, exercise.id)
    response = attempts.response_of(answer)
    sheet = Sheet(
        platform=work.launch.platform,
        language=work.launch.language,
        activity=work.activity.name,
        teaches=work.launch.teaches,
        picked=work.placement.chosen,
        return_url=work.launch.return_url,
        state=attempt.state,
        order=order_of(exercise, attempt.seed),
        response=tuple(response.items()),
        answered=answer is not None and bool(answer.revision or answer.response),
        full=full(attempt),
        solution_seen=attempt.solution_seen,
        progress=progress.of(work),
        problem=problem,
    )
    own = Own(
        lost=lost,
        returned=tuple(progress.returned(work)),
        uploads=answer.uploads if answer else (),
        submitted_at=attempt.submitted_at if is_manual(exercise) else None,
    )
    holes = _holes(attempt, answer, sheet.language)
    if not own and not (response and working.is_typed(exercise, response)):
        return web.tool().stencils.page(sheet, holes, draw)
    return draw(sheet, holes, own)


def full(attempt: AnyAttempt) -> bool:
    return attempt.points is not None and attempt.points == attempt.maximum


def _holes(attempt: SeenAttempt, answer: SeenAnswer | None, language: Language) -> dict[str, str]:
    return {
        "token": g.launch_token,
        "attempt": str(attempt.id),
        "revision": str((answer.revision if answer else 0) + 1),
        "writer": answer.writer if answer else "",
        "clock": moments.clock(answer.saved_at, language) if answer else "",
    }


def draw(sheet: Sheet, holes: Mapping[str, str], own: Own = Own()) -> str:
    """The page with whatever stands in for the holes."""
    activity = web.tool().activity(sheet.activity)
    (exercise,) = activity.pool.values()
    # To be shortened where it was written, if it was written in one place.
    given_back = sheet.problem == "too-long" and bool(own.lost) and [v.id for v in exercise.variables()] == [RESPONSE]
    response = {RESPONSE: (own.lost,)} if given_back else dict(sheet.response)
    told = sheet.state == "graded" and not is_manual(exercise)
    in_form = sheet.problem in attempts.IN_FORM
    how = Presentation(
        language=sheet.language,
        action="/exercise/submit",
        fields=_fields(exercise, holes),
        response=response,
        order=sheet.order,
        locked=not sheet.open,
        told=told,
        revealed=told and (sheet.solution_seen or sheet.full),
        buttons=_buttons(sheet, exercise),
        problem=web.text(f"exercise.refused.{sheet.problem}") if in_form else "",
    )
    answer = None
    if sheet.answered or own.uploads:
        answer = Draft(
            writer=holes["writer"],
            saved_at=holes["clock"],
            revision=sheet.answered,
            response=response,
            uploads=own.uploads,
        )
    return working.page(
        "work.html",
        launch=Viewer(platform=sheet.platform, teaches=sheet.teaches, return_url=sheet.return_url),
        launch_token=holes["token"],
        clock=str,
        work=Front(activity=activity, placement=Link(0, sheet.activity, sheet.picked)),
        form=present(exercise if sheet.open else _plain(exercise), how),
        attempt=Try(id=holes["attempt"], state=sheet.state, submitted_at=own.submitted_at),
        answer=answer,
        exercise=exercise,
        manual=is_manual(exercise),
        problem="" if in_form else sheet.problem,
        lost="" if given_back else own.lost,
        progress=sheet.progress,
        returned=own.returned,
        own_text=paragraphs("\n".join(response.get("RESPONSE", ()))),
        attempts=_attempts(sheet, exercise),
        revealable=told and not sheet.full and not sheet.solution_seen,
    )


def _attempts(sheet: Sheet, exercise: Exercise) -> str:
    """How often it may be done, as a key `exercise.attempts.<key>`; empty for a text that lies with its reader."""
    if is_manual(exercise):
        return "text" if sheet.open else ""
    if not exercise.scored:
        return "unscored"
    return "practice" if sheet.solution_seen else "free"


def _fields(exercise: Exercise, holes: Mapping[str, str]) -> dict[str, str]:
    names = {"attempt": holes["attempt"], "exercise": exercise.id, "revision": holes["revision"]}
    return {security.TOKEN_FIELD: holes["token"], **names}


def _buttons(sheet: Sheet, exercise: Exercise) -> list[Button]:
    if sheet.open:
        keep = [working.button("exercise.keep", address="/exercise/keep")] if is_manual(exercise) else []
        key = "exercise.hand-in.text" if is_manual(exercise) else "exercise.hand-in"
        return [working.button(key, primary=True), *keep]
    if is_manual(exercise):
        return []
    buttons = [working.button("exercise.again", address="/exercise/again", primary=True)]
    if exercise.scored and not sheet.full and not sheet.solution_seen:
        buttons.append(working.button("exercise.solution", address="/exercise/solution"))
    return buttons


def _plain(exercise: Exercise) -> Exercise:
    """Without the author's notes for readers: what is handed in shows the task and the text."""
    return replace(exercise, questions=()) if isinstance(exercise, ExtendedText) else exercise
