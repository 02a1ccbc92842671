"""What machines ask: health, readiness, metrics, our public keys, and the files of the widgets."""

from __future__ import annotations

from pathlib import Path

import structlog
from flask import Blueprint, Response, abort, jsonify, request, send_from_directory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import content
from lti_tool import metrics, web
from lti_tool.keys import CACHE_SECONDS, KeyFault
from lti_tool.revisions import newest, noted

log = structlog.get_logger(__name__)
bp = Blueprint("ops", __name__)
WIDGETS = Path(content.__file__).parent / "widgets" / "static"
STATIC_SECONDS = 3600
LOOPBACK = ("127.0.0.1", "::1")
PASSED_ON = ("X-Forwarded-For", "Forwarded", "Via", "X-Real-Ip")


@bp.get("/healthz")
def health() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def readiness() -> Response:
    """Database, newest tables and keys are there: 503 with the names of what is missing.

    `warnings` names what is not missing for running, but for the people: who operates this.
    """
    missing = _database()
    try:
        web.tool().keys.signing(web.now())
    except KeyFault as fault:
        log.error("not ready", part="keys", reason=str(fault))
        missing.append("keys")
    warnings = ["operator"] if web.tool().settings.lacks_operator else []
    response = jsonify(ready=not missing, missing=missing, warnings=warnings)
    response.status_code = 503 if missing else 200
    return response


def _database() -> list[str]:
    try:
        web.session().execute(text("SELECT 1 FROM platform WHERE 1 = 0"))
        found = noted(web.session().connection())
    except SQLAlchemyError as error:
        log.error("not ready", part="database", reason=type(error).__name__)
        return ["database"]
    if found != newest():
        log.error("not ready", part="migration", found=found, expected=newest())
        return ["migration"]
    return []


@bp.get("/metrics")
def prometheus() -> Response:
    """For Prometheus on this machine; nobody else gets numbers."""
    passed_on = any(name in request.headers for name in PASSED_ON)  # by a proxy that nobody told us of
    if request.remote_addr not in LOOPBACK or passed_on:
        abort(404)
    body, media_type = metrics.render(web.session(), web.now())
    return Response(body, content_type=media_type)


@bp.get("/.well-known/jwks.json")
@bp.get("/lti/jwks")
def key_set() -> Response:
    """Our public keys (RFC 7517)."""
    response = jsonify(web.tool().keys.key_set(web.now()))
    response.cache_control.public = True
    response.cache_control.max_age = CACHE_SECONDS
    return response


@bp.get("/widgets/<path:filename>")
def widget_file(filename: str) -> Response:
    """Style and fonts that exercises share with the learning packages."""
    return send_from_directory(WIDGETS, filename, max_age=STATIC_SECONDS)
