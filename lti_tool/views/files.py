"""Files of learners and pictures of the curriculum. What a learner handed in comes back only as an attachment."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, abort, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from content.exercises import Exercise
from lti_tool import attempts, security, uploads, web
from lti_tool.activities import is_manual
from lti_tool.attempts import AttemptRefused
from lti_tool.models import Answer, Attempt, Placement, Upload
from lti_tool.uploads import Incoming, Received, UploadRefused
from lti_tool.views import working
from lti_tool.views.working import Work

bp = Blueprint("files", __name__)
MEGABYTE = 1024 * 1024
ASSET_SECONDS = 3600


@bp.get("/assets/<path:path>")
def asset(path: str) -> Response:
    """A picture or film of the curriculum; anything else does not exist."""
    known = web.tool().curriculum.assets.get(path)
    if known is None:
        abort(404)
    response = send_file(known.file, mimetype=known.media_type, max_age=ASSET_SECONDS, conditional=True)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@bp.post("/exercise/upload")
@security.from_own_page
def upload() -> ResponseReturnValue:
    """Adds a file to the text that it belongs to."""
    from lti_tool.views import exercise

    work = working.current()
    problem = _add(work)
    if problem:
        return working.page("upload_refused.html", work=work, problem=problem), 422
    return exercise.page(working.current(), request.form.get("exercise", ""))


def _add(work: Work) -> str:
    """Why the file was not taken; empty if it was."""
    exercise = work.exercise(request.form.get("exercise", ""))
    file = request.files.get("file")
    if not is_manual(exercise) or file is None or not file.filename:
        return "empty"
    limit = web.tool().settings.upload_megabytes * MEGABYTE
    try:
        uploads.room(_answer(work, exercise))
        web.session().rollback()  # only asked: what holds is decided once the bytes are there
        received = uploads.receive(working.store(), Incoming(file.filename, file.stream, limit))
        return _keep(work, exercise, received)
    except (UploadRefused, AttemptRefused) as refused:
        return refused.code


def _keep(work: Work, exercise: Exercise, received: Received) -> str:
    try:
        uploads.add(web.session(), _answer(work, exercise), received, web.now())
    except (UploadRefused, AttemptRefused) as refused:  # handed in meanwhile, or another window was faster
        web.session().rollback()
        working.store().delete(received.key)
        return refused.code
    web.session().commit()
    return ""


def _answer(work: Work, exercise: Exercise) -> Answer:
    """The answer that a file would belong to, its attempt locked. Raises AttemptRefused."""
    attempt = work.locked(working.number("attempt"))
    return attempts.writable(web.session(), attempt, exercise, web.now())


@bp.post("/exercise/upload/remove")
@security.from_own_page
def remove() -> ResponseReturnValue:
    """Takes a file back as long as the attempt is open."""
    from lti_tool.views import exercise

    work = working.current()
    found = _own(work, working.number("upload"))
    if found and found.answer.attempt.state == "open":
        key = uploads.remove(web.session(), found)
        working.store().delete(key)
    return exercise.page(working.current(), request.form.get("exercise", ""))


@bp.post("/exercise/download")
@security.from_own_page
def download() -> Response:
    """A file for the person who handed it in, or for who teaches in the same course."""
    launch = security.current_launch()
    query = (
        select(Upload)
        .join(Answer, Upload.answer_id == Answer.id)
        .join(Attempt, Answer.attempt_id == Attempt.id)
        .join(Placement, Attempt.placement_id == Placement.id)
        .where(Upload.id == working.number("upload"), Placement.context_pk == launch.context)
    )
    if not launch.teaches:
        query = query.where(Attempt.user_id == launch.user)
    found = web.session().scalar(query)
    if found is None:
        abort(404)
    return attachment(found)


def attachment(found: Upload) -> Response:
    """RFC 6266 name; a browser that shows it all the same can run nothing."""
    try:
        pieces = working.store().read(found.key)
    except FileNotFoundError:
        abort(404)
    response = Response(pieces, content_type=found.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Length"] = str(found.size)
    return response


def _own(work: Work, identifier: int) -> Upload | None:
    query = (
        select(Upload)
        .join(Answer, Upload.answer_id == Answer.id)
        .join(Attempt, Answer.attempt_id == Attempt.id)
        .where(Upload.id == identifier, Attempt.user_id == work.launch.user)
        .where(Attempt.placement_id == work.placement.id)
    )
    return web.session().scalar(query)
