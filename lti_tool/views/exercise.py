"""The page of an activity; until it does more it says what was launched."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from lti_tool import activities, web
from lti_tool.launch_token import CurrentLaunch
from lti_tool.models import Placement


def show(launch: CurrentLaunch) -> ResponseReturnValue:
    """The activity of the launch's placement."""
    placement = web.session().get_one(Placement, launch.placement)
    activity = activities.find(web.tool().curriculum, placement.activity)
    return web.page("launched.html", activity=activity)
