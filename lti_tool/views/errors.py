"""Error pages in words: what happened and what to do; details go to the log under a number."""

from __future__ import annotations

import secrets

import structlog
from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException, InternalServerError

from lti_tool import security, web
from lti_tool.attempts import AttemptRefused
from lti_tool.launch_token import LaunchExpired

GIVEN_BACK = (401, 404, 409, 500, 503)
"""Answers to forms that were whole, and whose page is gone."""

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    app.register_error_handler(LaunchExpired, expired)
    app.register_error_handler(AttemptRefused, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, bug)


def expired(error: LaunchExpired) -> Response:
    """401: as JSON for scripts, which show the sentence beside the text that is not saved yet."""
    log.info("launch expired", reason=str(error))
    security.allow_framing(error.frames)
    return _answer(401, "expired", "")


def refused(error: AttemptRefused) -> Response:
    """A form that no longer fits what there is, or never did: another's attempt does not exist for anybody else."""
    status = 404 if error.code == "unknown" else 409
    return _answer(status, error.code, "", key=f"exercise.refused.{error.code}")


def http_error(error: HTTPException) -> Response:
    if error.code is None or error.response is not None:
        return make_response(error.get_response())
    return _answer(error.code, str(error.code), "", retry=getattr(error, "retry_after", None))


def bug(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("unexpected error", reference=reference, exc_info=error)
    return _answer(InternalServerError.code, "500", reference)


def _answer(status: int, code: str, reference: str, retry: object = None, key: str = "") -> Response:
    key = key or f"error.{code}"
    sentence = web.text(key if web.has_text(key) else "error.400")
    if _wants_json():
        response = jsonify(error=code, message=sentence, reference=reference)
    else:
        response = make_response(web.page("error.html", sentence=sentence, reference=reference, lost=_typed(status)))
    response.status_code = status
    if isinstance(retry, int):
        response.headers["Retry-After"] = str(retry)
    return response


def _typed(status: int) -> str:
    """What a person wrote into the form that could not be taken: without script it is nowhere else.

    Never what a form of another site holds. What people choose has names without blanks, and is no text.
    """
    if status not in GIVEN_BACK or request.method != "POST" or not security.is_from_own_page():
        return ""
    try:
        own = list(request.form.items(multi=True))
    except HTTPException:  # too large to be read at all
        return ""
    return "\n\n".join(text for name, text in own if name != security.TOKEN_FIELD and " " in text.strip())


def _wants_json() -> bool:
    return security.TOKEN_HEADER in request.headers or request.accept_mimetypes.best == "application/json"
