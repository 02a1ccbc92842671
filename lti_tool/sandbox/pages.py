"""Pages of the platform that a browser sees on its way: initiation, authorisation, the answer of deep linking."""

from __future__ import annotations

from html import escape

from flask import Blueprint, Response, abort, make_response, request

from lti_tool.sandbox import course, granting, launching
from lti_tool.sandbox.app import registered_tool, state
from lti_tool.sandbox.model import Column, Pending, ResourceLink

bp = Blueprint("pages", __name__)
SESSION = "sandbox-session"
LTI = launching.LTI
ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"
MESSAGE = "https://purl.imsglobal.org/spec/lti-dl/claim/msg"


def form_page(action: str, fields: dict[str, str]) -> Response:
    """A form that sends itself; with a button where scripts do not run."""
    inputs = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )
    return make_response(
        f'<!DOCTYPE html><html lang="de"><title>Weiter</title><form method="post" action="{escape(action)}">{inputs}'
        "<button>Weiter</button></form><script>document.forms[0].submit()</script>"
    )


@bp.get("/launch")
def launch() -> Response:
    """A click on an activity: `as` a person, on `link`; `message`, `for_user` and `target` for special launches."""
    click = Pending(
        person=request.args.get("as", ""),
        link=request.args.get("link", ""),
        message=request.args.get("message", "LtiResourceLinkRequest"),
        for_user=request.args.get("for_user", ""),
        document_target=request.args.get("target", "iframe"),
    )
    person = click.person
    if person not in state().people:
        abort(404)
    hint = state().begin(click)
    tool = registered_tool()
    response = form_page(tool.login_url, launching.initiation(state(), tool, hint))
    # Lax as in Moodle and ILIAS; with storage a tool comes back by script, and that brings no Lax cookie along.
    https = state().url.startswith("https:")
    site = "None" if https and state().quirks.storage_frame else "Lax"
    response.set_cookie(SESSION, person, samesite=site, httponly=True, secure=https)
    return response


@bp.route("/auth", methods=["GET", "POST"])
def auth() -> Response:
    """The authorisation endpoint; the person is who the session says, and a POST from elsewhere brings no session."""
    if state().quirks.get_only and request.method == "POST":
        abort(403, "no session")
    tool = registered_tool()
    try:
        if not request.cookies.get(SESSION):
            raise launching.AuthRefused("login_required", "no session", redirect=True)
        with state().lock:
            fields = launching.authorise(state(), tool, request.values)
    except launching.AuthRefused as refused:
        if not refused.redirect:
            abort(404, str(refused))
        fields = {
            "error": refused.error,
            "error_description": refused.description,
            "state": request.values.get("state", ""),
        }
    return form_page(request.values["redirect_uri"], fields)


@bp.post("/deep-linking")
def deep_linking() -> Response:
    """The tool's answer to a deep linking request, fully checked; its items become activities."""
    sandbox, tool = state(), registered_tool()
    try:
        claims = granting.tool_message(sandbox, tool, request.form.get("JWT", ""), sandbox.url)
    except granting.TokenRefused as refused:
        abort(400, str(refused))
    expected = {
        LTI + "message_type": "LtiDeepLinkingResponse",
        LTI + "version": "1.3.0",
        LTI + "deployment_id": tool.deployment_id,
        "https://purl.imsglobal.org/spec/lti-dl/claim/data": "wohin es gehört",
    }
    wrong = [name for name, value in expected.items() if claims.get(name) != value]
    nonce = claims.get("nonce")
    if wrong or not nonce or nonce in sandbox.assertions:
        abort(400, f"wrong: {wrong or 'nonce'}")
    sandbox.assertions.add(nonce)
    sandbox.log.append(("deep-linking", claims))
    for entry in claims.get(ITEMS, []):
        add_item(entry)
    return course.taken_over(len(claims.get(ITEMS, [])), str(claims.get(MESSAGE, "")))


def add_item(entry: dict[str, object]) -> None:
    sandbox = state()
    if entry.get("type") != "ltiResourceLink":
        abort(400, "type")
    custom, item = entry.get("custom") or {}, entry.get("lineItem")
    if not isinstance(custom, dict):
        abort(400, "custom")
    link = ResourceLink(
        id=f"l{len(sandbox.links) + 1}",
        title=str(entry.get("title", "")),
        target=str(entry.get("url", "")),
        custom={str(name): str(value) for name, value in custom.items()},
    )
    sandbox.add_link(link, maximum=None)
    if isinstance(item, dict):
        maximum = item.get("scoreMaximum")
        if not isinstance(maximum, int) or not 1 <= maximum <= 100:  # noqa: PLR2004 - Moodle's gradepointmax
            abort(400, "scoreMaximum must be a whole number from 1 to 100")
        column = Column(id=f"c{len(sandbox.columns) + 1}", label=link.title, maximum=maximum, link=link.id)
        column.resource_id, column.tag = str(item.get("resourceId", "")), str(item.get("tag", ""))
        link.column = sandbox.add_column(column).id
