"""The pages of a test: start, one exercise after the other, overview, result."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from content.exercises import Exercise
from content.scoring import Response
from lti_tool import attempts, security, web
from lti_tool.activities import is_manual
from lti_tool.attempts import AnyAttempt, AttemptRefused, Draft, StaleRevision
from lti_tool.models import Attempt
from lti_tool.presenting import Button, Presentation, order_of, present
from lti_tool.texts import concrete
from lti_tool.views import progress, working
from lti_tool.views.working import Work

bp = Blueprint("assessment", __name__, url_prefix="/test")
Progress = Literal["open", "begun", "answered"]


def page(work: Work, problem: str = "", exercise: str = "", lost: str = "") -> ResponseReturnValue:
    """Start page; an attempt that is open goes on with `exercise`, else with the first one without an answer.

    `lost` is text of a form that came too late.
    """
    if work.latest and work.latest.state == "open":
        names = [step.id for step in _steps(work, work.latest)]
        index = names.index(exercise) if exercise in names else _first_open(work, work.latest)
        return _step(work, work.latest, index, lost=lost)
    best = attempts.counted(work.done)
    status = 422 if problem else 200
    return working.page(
        "test_start.html",
        work=work,
        left=attempts.left(work.activity, work.attempts),
        best=best,
        chances=progress.chances(work),
        description=concrete(work.activity.description.html),
        problem=problem,
        lost=lost,
        progress=progress.of(work),
        returned=progress.returned(work),
    ), status


@bp.post("/start")
@security.from_own_page
def start() -> ResponseReturnValue:
    """Begins an attempt; the number in the form says which, so that sending it twice begins one."""
    work = _test()
    problem = ""
    if len(work.attempts) < working.number("number"):
        try:
            work.start()
        except AttemptRefused as refused:
            problem = refused.code
    web.session().commit()
    return page(working.current(), problem)


@bp.post("/step")
@security.from_own_page
def step() -> ResponseReturnValue:
    """Stores the answer of the form and goes where its button says."""
    work = _test()
    attempt = work.locked(working.number("attempt"))
    exercise = work.exercise(request.form.get("exercise", ""))
    draft = working.draft(exercise)
    if attempt.state != "open":
        return page(work, lost=working.unsaved(exercise, draft.response, working.response(attempt, exercise.id)))
    here, go = working.number("step"), request.form.get("go", "stay")
    problem = _store(attempt, exercise, draft)
    if not problem and go == "check" and work.activity.feedback == "after-each":
        problem = _check(attempt, exercise)
    web.session().commit()
    if problem == "too-long":
        return _step(work, attempt, here, problem, typed=draft.response)
    if problem == "stale" or (problem and go == "check"):
        lost = working.unsaved(exercise, draft.response, working.response(attempt, exercise.id))
        return _step(work, attempt, here, problem, lost=lost)
    return _go(work, attempt, here, go)


@bp.post("/overview")
@security.from_own_page
def overview() -> ResponseReturnValue:
    """From the overview to an exercise."""
    work = _test()
    attempt = work.locked(working.number("attempt"))
    return _step(work, attempt, working.number("step")) if attempt.state == "open" else page(work)


@bp.post("/submit")
@security.from_own_page
def submit() -> ResponseReturnValue:
    """Hands the attempt in; sending the form twice shows its result twice."""
    work = _test()
    attempt = work.locked(working.number("attempt"))
    attempts.submit(web.session(), attempt, work.activity, working.source_language(), web.now())
    web.session().commit()
    return _result(working.current(), attempt)


@bp.post("/result")
@security.from_own_page
def result() -> ResponseReturnValue:
    """The result of an attempt that was handed in."""
    work = _test()
    attempt = work.locked(working.number("attempt"))
    return _result(work, attempt) if attempt.state != "open" else page(work)


def _test() -> Work:
    """The work on a test; a single exercise has addresses of its own."""
    work = working.current()
    return abort(404) if work.activity.single else work


def _store(attempt: Attempt, exercise: Exercise, draft: Draft) -> str:
    """Stores the answer; a checked one stays what it is."""
    answer = attempts.answer_to(attempt, exercise.id)
    if answer and answer.checked_at:
        return ""
    try:
        attempts.save(web.session(), attempt, exercise, draft, web.now())
    except StaleRevision:
        return "stale"
    except AttemptRefused as refused:
        if refused.code != "too-long":
            raise
        return refused.code
    return ""


def _check(attempt: Attempt, exercise: Exercise) -> str:
    try:
        attempts.check(web.session(), attempt, exercise, working.source_language(), web.now())
    except AttemptRefused as refused:
        return refused.code if refused.code != "closed" else ""
    return ""


def _go(work: Work, attempt: Attempt, here: int, go: str) -> ResponseReturnValue:
    count = len(_steps(work, attempt))
    if go == "overview" or (go == "next" and here + 1 >= count):
        return _overview(work, attempt)
    moves = {"next": 1, "back": -1}
    return _step(work, attempt, here + moves.get(go, 0))


def _steps(work: Work, attempt: AnyAttempt) -> list[Exercise]:
    """The exercises of the attempt that the curriculum still has."""
    return [work.activity.pool[name] for name in attempt.exercises if name in work.activity.pool]


def _progress(attempt: AnyAttempt, exercise: Exercise) -> Progress:
    answer = attempts.answer_to(attempt, exercise.id)
    response = attempts.response_of(answer)
    if answer is None or not (any(response.values()) or answer.uploads):
        return "open"
    return "answered" if answer.uploads or exercise.complete(response) else "begun"


def _first_open(work: Work, attempt: AnyAttempt) -> int:
    steps = _steps(work, attempt)
    return next((index for index, exercise in enumerate(steps) if _progress(attempt, exercise) != "answered"), 0)


def _step(  # noqa: PLR0913 - one fact each
    work: Work, attempt: AnyAttempt, index: int, problem: str = "", typed: Response | None = None, *, lost: str = ""
) -> ResponseReturnValue:
    """A step of the test; `typed` is an answer that could not be stored, `lost` text beside the one that counts."""
    steps = _steps(work, attempt)
    index = max(0, min(index, len(steps) - 1))
    exercise = steps[index]
    answer = attempts.answer_to(attempt, exercise.id)
    checked = bool(answer and answer.checked_at)
    how = Presentation(
        language=web.language(),
        action="/test/step",
        fields=working.fields(attempt, exercise.id, step=index),
        response=typed or working.response(attempt, exercise.id),
        order=order_of(exercise, attempt.seed),
        hints=False,
        locked=checked,
        told=checked,
        buttons=_buttons(work, exercise, index, len(steps), checked=checked),
        problem=web.text(f"exercise.refused.{problem}") if problem else "",
    )
    return working.page(
        "test_step.html",
        work=work,
        attempt=attempt,
        answer=answer,
        exercise=exercise,
        form=present(exercise, how),
        index=index,
        count=len(steps),
        manual=is_manual(exercise),
        checked=checked,
        lost=lost,
    ), 422 if problem else 200


def _buttons(work: Work, exercise: Exercise, index: int, count: int, *, checked: bool) -> list[Button]:
    check = work.activity.feedback == "after-each" and exercise.scored and not checked
    buttons = [working.button("exercise.test.check", name="go", value="check", primary=True)] if check else []
    last = index + 1 == count
    key = "exercise.test.to-overview" if last else "exercise.test.next"
    buttons.append(working.button(key, name="go", value="next", primary=not check))
    if index:
        buttons.append(working.button("exercise.test.back", name="go", value="back"))
    if not last:
        buttons.append(working.button("exercise.test.overview", name="go", value="overview"))
    return buttons


def _overview(work: Work, attempt: AnyAttempt) -> ResponseReturnValue:
    steps = [(exercise, _progress(attempt, exercise)) for exercise in _steps(work, attempt)]
    counts = Counter(progress for _, progress in steps)
    missing = [(kind, counts[kind]) for kind in ("open", "begun") if counts[kind]]
    return working.page("test_overview.html", work=work, attempt=attempt, steps=steps, missing=missing)


def _result(work: Work, attempt: Attempt) -> ResponseReturnValue:
    """The verdict; with each exercise unless the test says never."""
    shown = [] if work.activity.feedback == "never" else _steps(work, attempt)
    passed = None
    if work.activity.pass_mark is not None and attempt.points is not None and attempt.maximum:
        passed = attempt.points * 100 >= work.activity.pass_mark * attempt.maximum
    left = attempts.left(work.activity, work.attempts)
    # The solution is no secret any more once nothing depends on it, as in a learning package.
    revealed = left == 0 or bool(passed)
    forms = [present(exercise, _told(attempt, exercise, revealed=revealed)) for exercise in shown]
    return working.page(
        "test_result.html",
        work=work,
        attempt=attempt,
        forms=forms,
        passed=passed,
        chances=progress.chances(work),
        progress=progress.of(work),
    )


def _told(attempt: AnyAttempt, exercise: Exercise, *, revealed: bool) -> Presentation:
    return Presentation(
        language=web.language(),
        action="/test/result",
        fields={},
        response=working.response(attempt, exercise.id),
        order=order_of(exercise, attempt.seed),
        hints=False,
        locked=True,
        told=True,
        revealed=revealed,
    )
