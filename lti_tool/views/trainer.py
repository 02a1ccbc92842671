"""Pages of trainers; until they do more a submission review says whose work was asked for."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue

from lti_tool import web
from lti_tool.launch_token import CurrentLaunch


def review(launch: CurrentLaunch) -> ResponseReturnValue:
    """A submission review: the work of `launch.for_user` at this placement."""
    if not launch.teaches:
        abort(403)
    return web.page("launched.html", activity=None)
