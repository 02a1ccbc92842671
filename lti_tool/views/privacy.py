"""What is stored and for how long (GDPR article 13), and what a person may take along or have deleted."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from lti_tool import audit, privacy, security, web
from lti_tool.models import Platform
from lti_tool.views import working

bp = Blueprint("privacy", __name__, url_prefix="/privacy")


@bp.get("")
def general() -> ResponseReturnValue:
    """The notice for everyone, without a launch."""
    return web.page("privacy.html", settings=web.tool().settings, platform=None, confirm=False)


@bp.post("")
@security.from_own_page
def notice() -> ResponseReturnValue:
    """The notice for a person, with what their platform is told about their work."""
    return _page(confirm=False)


@bp.post("/export")
@security.from_own_page
def export() -> Response:
    """Everything about the person as a file."""
    launch = security.current_launch()
    text = json.dumps(privacy.export(web.session(), launch.user), ensure_ascii=False, indent=2)
    audit.write(web.session(), audit.person(launch.user), "person.export", audit.person(launch.user), web.now())
    web.session().commit()
    response = Response(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="staffel-daten.json"'
    return response


@bp.post("/erase")
@security.from_own_page
def erase() -> ResponseReturnValue:
    """Deletes the person with all work, after they have confirmed it."""
    launch = security.current_launch()
    if request.form.get("confirmed") != "yes":
        return _page(confirm=True)
    keys = privacy.erase(web.session(), launch.user, audit.person(launch.user), web.now())
    web.session().commit()
    for key in keys:
        working.store().delete(key)
    return web.page("erased.html")


def _page(*, confirm: bool) -> str:
    launch = security.current_launch()
    platform = web.session().get_one(Platform, launch.platform)
    return web.page("privacy.html", settings=web.tool().settings, platform=platform, confirm=confirm)
