"""The page of an exercise: draft, hand in, result, another try. A form says what it knows, so repeating is safe."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from content.exercises import Exercise, ExtendedText
from lti_tool import attempts, security, web
from lti_tool.activities import is_manual
from lti_tool.attempts import AnyAttempt, AttemptRefused, StaleRevision
from lti_tool.launch_token import CurrentLaunch
from lti_tool.models import Answer, Attempt
from lti_tool.presenting import Button, Presentation, present
from lti_tool.texts import paragraphs
from lti_tool.views import assessment, progress, working
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
    """Back from another page."""
    return page(working.current())


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
    work = working.current()
    _, problem, lost = _store(work)
    web.session().commit()
    return _page(working.of_launch(work.launch), problem=problem, lost=lost)


@bp.post("/submit")
@security.from_own_page
def submit() -> ResponseReturnValue:
    """Hands in a single exercise."""
    work = working.current()
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
    work = working.current()
    problem = ""
    if work.latest and work.latest.id == working.number("attempt"):
        try:
            work.start()
        except AttemptRefused as refused:
            problem = refused.code
    web.session().commit()
    return _page(working.current(), problem=problem)


@bp.post("/solution")
@security.from_own_page
def solution() -> ResponseReturnValue:
    """Shows the solution of an attempt that was handed in; from then on tries are for practice."""
    work = working.current()
    attempt = work.locked(working.number("attempt"))
    if attempt.state == "graded":
        attempt.solution_seen = True
    web.session().commit()
    return _page(working.of_launch(work.launch))


def _store(work: Work) -> tuple[Attempt | None, str, str]:
    """Stores the answer of the form: attempt, problem, and text that another window has overtaken."""
    exercise = work.exercise(request.form.get("exercise", ""))
    draft = working.draft(exercise)
    try:
        attempt = work.locked(working.number("attempt"))
        if attempt.state == "open":
            attempts.save(web.session(), attempt, exercise, draft, web.now())
    except StaleRevision:
        return None, "stale", "\n".join(draft.response.get("RESPONSE", ()))
    except AttemptRefused as refused:
        return None, refused.code, "\n".join(draft.response.get("RESPONSE", ()))
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
    answer = attempts.answer_to(attempt, exercise.id)
    told = attempt.state == "graded" and not is_manual(exercise)
    how = Presentation(
        language=web.language(),
        action="/exercise/submit",
        fields=working.fields(attempt, exercise.id),
        response=working.response(attempt, exercise.id),
        seed=attempt.seed,
        locked=attempt.state != "open",
        told=told,
        revealed=told and (attempt.solution_seen or _full(attempt)),
        buttons=_buttons(work, exercise, attempt),
        problem=web.text(f"exercise.refused.{problem}") if problem in attempts.IN_FORM else "",
    )
    status = 422 if problem else 200
    return working.page(
        "work.html",
        work=work,
        form=present(_plain(exercise) if attempt.state != "open" else exercise, how),
        attempt=attempt,
        answer=answer,
        exercise=exercise,
        manual=is_manual(exercise),
        problem=problem if problem not in attempts.IN_FORM else "",
        lost=lost,
        progress=progress.of(work),
        returned=progress.returned(work),
        own_text=paragraphs("\n".join(working.response(attempt, exercise.id).get("RESPONSE", ()))),
        revealable=told and not _full(attempt) and not attempt.solution_seen,
    ), status


def _buttons(work: Work, exercise: Exercise, attempt: AnyAttempt) -> list[Button]:
    if attempt.state == "open":
        keep = [working.button("exercise.keep", address="/exercise/keep")] if is_manual(exercise) else []
        key = "exercise.hand-in.text" if is_manual(exercise) else "exercise.hand-in"
        return [working.button(key, primary=True), *keep]
    if is_manual(exercise):
        return []
    buttons = [working.button("exercise.again", address="/exercise/again", primary=True)]
    if exercise.scored and not _full(attempt) and not attempt.solution_seen:
        buttons.append(working.button("exercise.solution", address="/exercise/solution"))
    return buttons


def _full(attempt: AnyAttempt) -> bool:
    return attempt.points is not None and attempt.points == attempt.maximum


def _plain(exercise: Exercise) -> Exercise:
    """Without the author's notes for readers: what is handed in shows the task and the text."""
    return replace(exercise, questions=()) if isinstance(exercise, ExtendedText) else exercise


def _state(answer: Answer) -> dict[str, object]:
    return {"revision": answer.revision, "saved_at": answer.saved_at.isoformat()}


def _refused(code: str, more: dict[str, object]) -> Response:
    response = jsonify(error=code, message=web.text(f"exercise.refused.{code}"), **more)
    response.status_code = CONFLICT
    return response
