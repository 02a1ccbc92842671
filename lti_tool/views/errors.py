"""Error pages in words: what happened and what to do; details go to the log under a number."""

from __future__ import annotations

import secrets

import structlog
from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException, InternalServerError

from lti_tool import security, web
from lti_tool.launch_token import LaunchExpired

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    app.register_error_handler(LaunchExpired, expired)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, bug)


def expired(error: LaunchExpired) -> Response:
    """401: as JSON for scripts, which show the sentence beside the text that is not saved yet."""
    log.info("launch expired", reason=str(error))
    security.allow_framing(error.frames)
    return _answer(401, "expired", "")


def http_error(error: HTTPException) -> Response:
    if error.code is None or error.response is not None:
        return make_response(error.get_response())
    return _answer(error.code, str(error.code), "", retry=getattr(error, "retry_after", None))


def bug(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("unexpected error", reference=reference, exc_info=error)
    return _answer(InternalServerError.code, "500", reference)


def _answer(status: int, code: str, reference: str, retry: object = None) -> Response:
    key = f"error.{code}" if web.has_text(f"error.{code}") else "error.400"
    sentence = web.text(key)
    if _wants_json():
        response = jsonify(error=code, message=sentence, reference=reference)
    else:
        response = make_response(web.page("error.html", sentence=sentence, reference=reference))
    response.status_code = status
    if isinstance(retry, int):
        response.headers["Retry-After"] = str(retry)
    return response


def _wants_json() -> bool:
    return security.TOKEN_HEADER in request.headers or request.accept_mimetypes.best == "application/json"
