"""What "reload" and "back" of the browser meet: a page that asks for the one that stood there, as things are now.

Every page of ours came by POST, and browsers ask before they send one again, or show nothing at all. So a script names
this address in the history instead; what to send lies in the history's own state, which no other site can read
(HTML, 7.2.5), and neither in an address nor in storage.
"""

from __future__ import annotations

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from lti_tool import security, web
from lti_tool.models import Platform

bp = Blueprint("again", __name__)


@bp.get("/lti/again/<int(max=2147483647):platform>")
def again(platform: int) -> ResponseReturnValue:
    """Nothing about anyone; framable by the platform in whose frame the page stood."""
    found = web.session().get(Platform, platform) or abort(404)
    security.allow_framing((found.issuer, found.login_url))
    return web.page("again.html")
