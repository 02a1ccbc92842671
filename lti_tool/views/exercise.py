"""The page of an exercise: draft, hand in, result, another try. A form says what it knows, so repeating is safe."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from lti_tool import attempts, security, web
from lti_tool.attempts import AttemptRefused, StaleRevision
from lti_tool.launch_token import CurrentLaunch
from lti_tool.models import Answer, Attempt
from lti_tool.views import assessment, sheet, working
from lti_tool.views.working import Work

bp = Blueprint("exercise", __name__, url_prefix="/exercise")
CONFLICT = 409


def show(launch: CurrentLaunch) -> ResponseReturnValue:
    """The activity of the launch's placement."""
    return page(working.of_launch(launch))


def page(work: Work, exercise: str = "") -> ResponseReturnValue:
    """The activity as it stands; of a test the step with `exercise`."""
    return _page(work) if work.activity.single else assessment.page(work, exercise=exercise)


@bp.post("")
@security.from_own_page
def resume() -> ResponseReturnValue:
    """Back from another page; of a test to the step with `exercise`."""
    return page(working.current(), request.form.get("exercise", ""))


@bp.post("/save")
@security.from_own_page
def save() -> Response:
    """A draft by script: stored, or 409 with what is stored already."""
    work = working.current()
    exercise = work.exercise(request.form.get("exercise", ""))
    draft = working.draft(exercise)
    try:
        attempt = work.locked(working.number("attempt"))
        answer = attempts.save(web.session(), attempt, exercise, draft, web.now())
    except StaleRevision as stale:
        return _refused("stale", _state(stale.answer) | {"response": stale.answer.response})
    except AttemptRefused as refused:
        return _refused(refused.code, {})
    web.session().commit()
    return jsonify(_state(answer))


@bp.post("/keep")
@security.from_own_page
def keep() -> ResponseReturnValue:
    """A draft by a form."""
    work = _single()
    _, problem, lost = _store(work)
    web.session().commit()
    return _page(working.of_launch(work.launch), problem=problem, lost=lost)


@bp.post("/submit")
@security.from_own_page
def submit() -> ResponseReturnValue:
    """Hands in a single exercise."""
    work = _single()
    exercise = work.exercise(request.form.get("exercise", ""))
    attempt, problem, lost = _store(work)
    if attempt and not problem and attempt.state == "open":
        answer = attempts.answer_to(attempt, exercise.id)
        problem = attempts.problem_of(exercise, working.response(attempt, exercise.id), working.source_language())
        if problem == "unanswered" and answer and answer.uploads:
            problem = ""
        if not problem:
            attempts.submit(web.session(), attempt, work.activity, working.source_language(), web.now())
    web.session().commit()
    return _page(working.of_launch(work.launch), problem=problem, lost=lost)


@bp.post("/again")
@security.from_own_page
def again() -> ResponseReturnValue:
    """Another try; the old answer stands in the form."""
    work = _single()
    problem = ""
    if work.latest and work.latest.id == working.number("attempt"):
        try:
            work.start()
        except AttemptRefused as refused:
            problem = refused.code
    web.session().commit()
    return _page(working.of_launch(work.launch), problem=problem)


@bp.post("/solution")
@security.from_own_page
def solution() -> ResponseReturnValue:
    """Shows the solution of an attempt that was handed in; from then on tries are for practice."""
    work = _single()
    attempt = work.locked(working.number("attempt"))
    if attempt.state == "graded":
        attempt.solution_seen = True
    web.session().commit()
    return _page(working.of_launch(work.launch))


def _single() -> Work:
    """The work on a single exercise; a test has addresses of its own."""
    work = working.current()
    return work if work.activity.single else abort(404)


def _store(work: Work) -> tuple[Attempt | None, str, str]:
    """Stores the answer of the form: attempt, problem, and text that is kept nowhere."""
    exercise = work.exercise(request.form.get("exercise", ""))
    draft = working.draft(exercise)
    try:
        attempt = work.locked(working.number("attempt"))
        if attempt.state != "open":
            lost = working.unsaved(exercise, draft.response, working.response(attempt, exercise.id))
            return attempt, "closed" if lost else "", lost
        attempts.save(web.session(), attempt, exercise, draft, web.now())
    except StaleRevision as stale:
        return None, "stale", working.unsaved(exercise, draft.response, attempts.response_of(stale.answer))
    except AttemptRefused as refused:
        return None, refused.code, working.unsaved(exercise, draft.response, {})
    return attempt, "", ""


def _page(work: Work, problem: str = "", lost: str = "") -> ResponseReturnValue:
    """One exercise: open, handed in, or with its result."""
    if work.latest is None:
        work.start()
        web.session().commit()
        work = working.of_launch(work.launch)
    attempt, exercise = work.latest, work.activity.single
    if attempt is None or exercise is None:
        raise LookupError("an attempt was made just now")
    return sheet.page(work, attempt, exercise, problem, lost), 422 if problem else 200


def _state(answer: Answer) -> dict[str, object]:
    return {"revision": answer.revision, "saved_at": answer.saved_at.isoformat()}


def _refused(code: str, more: dict[str, object]) -> Response:
    response = jsonify(error=code, message=web.text(f"exercise.refused.{code}"), **more)
    response.status_code = CONFLICT
    return response
