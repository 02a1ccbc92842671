"""The course page of the sandbox: start as somebody, see the gradebook, switch faults and manners on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

import content
from lti_tool import moments
from lti_tool.messages import best_language, messages
from lti_tool.sandbox.app import registered_tool, state
from lti_tool.sandbox.faults import FAULTS, MANNERS, STORAGE_FRAME, switch_fault, switch_manners
from lti_tool.sandbox.model import Column, Person, Result

bp = Blueprint("course", __name__)
STYLES = Path(content.__file__).parent / "widgets" / "static" / "vendor"
LOG_LENGTH = 20


def text(key: str, **places: object) -> str:
    return messages(best_language(*request.accept_languages.values()))[f"sandbox.{key}"].format_map(places)


def page(template: str, *, frames: str = "", **values: Any) -> Response:
    """A page of ours; only the tool may be in its frames, or `frames` (an origin) while it registers."""
    language = best_language(*request.accept_languages.values())
    known = {"t": text, "language": language, "sandbox": state(), "frames": frames}
    known["decimal"] = partial(moments.decimal, language=language)
    response = make_response(render_template(template, **known, **values))
    tool = state().tool
    origin = urlsplit(tool.login_url if tool else state().url)
    framed = f"'self' {frames or f'{origin.scheme}://{origin.netloc}'}"
    policy = f"default-src 'self'; img-src 'self' data:; frame-src {framed}; base-uri 'none'; object-src 'none'"
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/")
def home() -> Response:
    """Activities, gradebook, switches, and what the tool sent last."""
    return page("course.html", **_book(), faults=FAULTS, manners=MANNERS, entries=state().log[: -LOG_LENGTH - 1 : -1])


@bp.get("/course")
def back() -> ResponseReturnValue:
    """Where `launch_presentation.return_url` leads."""
    return redirect("/", 303)


@bp.get("/gradebook")
def gradebook() -> Response:
    """The gradebook alone; a script renews it on the course page."""
    return page("gradebook.html", **_book())


def _book() -> dict[str, Any]:
    people = list(state().people.values())
    return {
        "learners": [person for person in people if person.is_learner],
        "trainers": [person for person in people if not person.is_learner],
        "cells": dict(_cells(people)),
    }


def _cells(people: list[Person]) -> Iterator[tuple[tuple[str, str], Result | None]]:
    with state().lock:
        columns: list[Column] = list(state().columns.values())
        for column in columns:
            for person in people:
                yield (column.id, person.subject), column.results.get(person.subject)


@bp.get("/activity")
def activity() -> Response:
    """The tool in a frame, as a course shows it; the query is that of `/launch`."""
    person = state().people.get(request.args.get("as", "")) or abort(404)
    registered_tool()
    link = state().links.get(request.args.get("link", ""))
    title = link.title if link else text("choosing")
    return page("activity.html", person=person, title=title, query=MultiDict(request.args).to_dict())


@bp.get("/storage")
def storage() -> Response:
    """The frame that keeps data for tools (LTI Platform Storage 1.0)."""
    return page("storage.html")


@bp.post("/switch")
def switch() -> ResponseReturnValue:
    """Faults and manners, from a page of ours alone."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403)
    try:
        with state().lock:
            switch_fault(state(), request.form.get("fault", state().fault))
            switch_manners(state(), request.form.get("manners", state().manners))
    except KeyError:
        abort(400)
    return redirect("/", 303)


def taken_over(count: int, message: str) -> Response:
    """What stands in the frame after deep linking."""
    return page("taken_over.html", count=count, message=message)


@bp.get("/style/<path:filename>")
def style(filename: str) -> Response:
    return send_from_directory(STYLES, filename)


@bp.app_context_processor
def names() -> dict[str, object]:
    return {"storage_frame": STORAGE_FRAME if state().quirks.storage_frame else ""}
