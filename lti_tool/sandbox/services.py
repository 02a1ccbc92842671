"""The platform's services: keys, tokens, gradebook, roster (RFC 7517, RFC 7523, AGS 2.0, NRPS 2.0)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Blueprint, Response, abort, request

from lti_tool.sandbox import gradebook, granting
from lti_tool.sandbox.app import registered_tool, state
from lti_tool.sandbox.model import LINE_ITEM, LINE_ITEM_READ, NRPS, RESULT, SCORE, Column

P = ParamSpec("P")
bp = Blueprint("services", __name__)
LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def answer(body: Any, status: int = 200, media_type: str = "application/json", **headers: str) -> Response:
    response = Response(json.dumps(body), status, content_type=media_type)
    response.headers.update(headers)
    return response


def needs(*scopes: str) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """A view for bearers of one of these scopes; errors of the gradebook become answers."""

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
            kind, _, token = request.headers.get("Authorization", "").partition(" ")
            grant = state().grants.get(token) if kind == "Bearer" else None
            if grant is None or grant.expires_at <= state().clock():
                return answer({"error": "token"}, 401)
            if not grant.scopes & set(scopes):
                return answer({"error": "scope"}, 403)
            try:
                with state().lock:
                    return view(*args, **kwargs)
            except gradebook.Refused as refused:
                return answer({"error": str(refused)}, refused.status)

        return guarded

    return decorate


def expect(accept: str = "", content_type: str = "") -> None:
    """Moodle compares both headers literally."""
    if accept and request.headers.get("Accept") != accept:
        raise gradebook.Refused(400, f"Accept must be {accept}")
    if content_type and request.mimetype != content_type:
        raise gradebook.Refused(400, f"Content-Type must be {content_type}")


def column_of(identifier: str) -> Column:
    column = state().columns.get(identifier)
    if column is None:
        raise gradebook.Refused(404, "no such column")
    return column


@bp.get("/jwks")
def jwks() -> Response:
    return answer(state().keys.key_set())


@bp.post("/token")
def token() -> Response:
    media_type = "text/html" if state().quirks.token_as_html else "application/json"
    try:
        # No lock: the tool's keys are fetched in here.
        return answer(granting.grant(state(), registered_tool(), request.form), media_type=media_type)
    except granting.TokenRefused as refused:
        return answer({"error": str(refused)}, 400, media_type)
    except granting.KeysUnreadable:
        return Response("<html><body>Coding error detected</body></html>", 404, content_type="text/html")


@bp.get("/context/lineitems")
@needs(LINE_ITEM, LINE_ITEM_READ)
def lineitems() -> Response:
    if not state().quirks.lists_columns:
        raise gradebook.Refused(501, "not implemented")
    expect(accept=LINE_ITEMS_TYPE)
    wanted = {"resource_id": "resource_id", "tag": "tag", "resource_link_id": "link"}
    found = [
        column
        for column in state().columns.values()
        if all(getattr(column, field) == request.args[name] for name, field in wanted.items() if name in request.args)
    ]
    described = [gradebook.described(state(), column) for column in found]
    return paged(described, LINE_ITEMS_TYPE)


@bp.post("/context/lineitems")
@needs(LINE_ITEM)
def new_lineitem() -> Response:
    if not state().quirks.lists_columns:
        raise gradebook.Refused(501, "not implemented")
    expect(content_type=LINE_ITEM_TYPE)
    column = gradebook.make_column(state(), json.loads(request.data))
    state().log.append(("lineitem", column.label))
    return answer(gradebook.described(state(), column), 201, LINE_ITEM_TYPE)


@bp.get("/context/lineitems/<identifier>/lineitem")
@needs(LINE_ITEM, LINE_ITEM_READ)
def lineitem(identifier: str) -> Response:
    return answer(gradebook.described(state(), column_of(identifier)), 200, LINE_ITEM_TYPE)


@bp.delete("/context/lineitems/<identifier>/lineitem")
@needs(LINE_ITEM)
def remove_lineitem(identifier: str) -> Response:
    column_of(identifier)
    del state().columns[identifier]
    return Response(status=204)


@bp.post("/context/lineitems/<identifier>/lineitem/scores")
@needs(SCORE)
def scores(identifier: str) -> Response:
    expect(content_type=SCORE_TYPE)
    if state().quirks.column_query and state().quirks.column_query != request.query_string.decode():
        raise gradebook.Refused(404, "the query of the column's address is missing")
    body = json.loads(request.data)
    state().log.append(("score", body))
    gradebook.put_score(state(), column_of(identifier), body)
    return Response(status=200)


@bp.get("/context/lineitems/<identifier>/lineitem/results")
@needs(RESULT)
def results(identifier: str) -> Response:
    expect(accept=RESULTS_TYPE)
    found = gradebook.results(state(), column_of(identifier), request.args.get("user_id", ""))
    return paged(found, RESULTS_TYPE)


@bp.get("/context/members")
@needs(NRPS)
def members() -> Response:
    expect(accept=MEMBERS_TYPE)
    short = state().quirks.short_roles
    found = [
        {
            "user_id": person.subject,
            "status": "Active",
            "name": person.name,
            "roles": [role.rpartition("#")[2] for role in person.roles] if short else list(person.roles),
        }
        for person in state().people.values()
    ]
    page = paged(found, MEMBERS_TYPE)
    body = {"id": request.url, "context": state().context or {}, "members": json.loads(page.data)}
    page.data = json.dumps(body)
    return page


def paged(entries: list[dict[str, Any]], media_type: str) -> Response:
    """One page; the next one's address keeps its capitals and has a Link header without quotes (RFC 8288 allows it)."""
    size = state().quirks.page_size
    start = request.args.get("From", 0, type=int)
    if start < 0:
        abort(400)
    response = answer(entries[start : start + size], 200, media_type)
    if start + size < len(entries):
        kept = "".join(f"&{name}={value}" for name, value in request.args.items() if name != "From")
        response.headers["Link"] = f"<{state().services}{request.path}?From={start + size}{kept}>; rel=next"
    return response
