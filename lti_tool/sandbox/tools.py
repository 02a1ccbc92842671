"""The administrator's page of the sandbox: register a tool as in Moodle, by address or by hand, and switch it on."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.sandbox import course
from lti_tool.sandbox.app import registered_tool, state
from lti_tool.sandbox.model import Sandbox, ToolRegistration

bp = Blueprint("tools", __name__)
MANUAL = ("name", "url", "jwks", "login", "redirect")
"""What Moodle asks for, in its order."""


@bp.before_request
def only_own_forms() -> None:
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403)


def details(sandbox: Sandbox, tool: ToolRegistration) -> Mapping[str, str]:
    """What an administrator copies into the tool, under Moodle's names."""
    return {
        "Platform ID": sandbox.url,
        "Client ID": tool.client_id,
        "Deployment ID": tool.deployment_id,
        "Public keyset URL": f"{sandbox.url}/jwks",
        "Access token URL": f"{sandbox.url}/token",
        "Authentication request URL": f"{sandbox.url}/auth",
    }


@bp.get("/tools")
def home() -> Response:
    """The tile of the tool, and how to register another."""
    return _page()


def _page(values: Mapping[str, str] | None = None, *, wrong: bool = False) -> Response:
    tool = state().tool
    known = details(state(), tool) if tool else {}
    return course.page("tools.html", tool=tool, details=known, fields=MANUAL, values=values or {}, wrong=wrong)


@bp.post("/tools/advantage")
def advantage() -> ResponseReturnValue:
    """Opens the tool's own registration in a frame (LTI Dynamic Registration 1.0, 3.1)."""
    address = request.form.get("url", "").strip()
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return _page({"address": address}, wrong=True)
    token = secrets.token_urlsafe(16)
    state().registration_tokens.add(token)
    more = urlencode({"openid_configuration": f"{state().url}/openid-configuration", "registration_token": token})
    frame = f"{address}{'&' if parts.query else '?'}{more}"
    return course.page("registering.html", frame=frame, frames=f"{parts.scheme}://{parts.netloc}")


@bp.post("/tools/manual")
def manual() -> ResponseReturnValue:
    """A tool by hand: at once on, as in Moodle."""
    values = {name: request.form.get(name, "").strip() for name in MANUAL}
    if not all(values.values()):
        return _page(values, wrong=True)
    state().tool = ToolRegistration(
        client_id=secrets.token_hex(8),
        deployment_id=str(secrets.randbelow(90) + 10),
        login_url=values["login"],
        redirect_uris=tuple(values["redirect"].split()),
        jwks_url=values["jwks"],
        target=values["url"],
        name=values["name"],
    )
    return redirect(url_for("tools.home"), 303)


@bp.post("/tools/activate")
def activate() -> ResponseReturnValue:
    """From now on the course may open it."""
    state().tool = replace(registered_tool(), active=True)
    return redirect(url_for("tools.home"), 303)
