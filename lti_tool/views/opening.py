"""Where a launch leads: the activity, the picker, a submission, or a tab of its own."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets

from flask.typing import ResponseReturnValue
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lti_tool import activities, web
from lti_tool.launch_token import CurrentLaunch
from lti_tool.launches import Link
from lti_tool.models import LoginState
from lti_tool.views import exercise, picker, trainer, working

HAND_OVER_LIFE = dt.timedelta(minutes=5)


def show(launch: CurrentLaunch) -> ResponseReturnValue:
    """The page that a launch asks for."""
    if launch.message == "LtiDeepLinkingRequest":
        return picker.choose_content(launch)
    if launch.message == "LtiSubmissionReviewRequest":
        return trainer.review(launch)
    placement = working.link(launch)
    if placement is None or not placement.activity:
        return picker.choose_activity(launch) if launch.teaches else web.page("not_chosen.html")
    try:
        web.tool().activity(placement.activity)
    except activities.UnknownActivity:
        return picker.choose_activity(launch, gone=placement.activity) if launch.teaches else gone(placement)
    return exercise.show(launch)


def gone(placement: Link) -> ResponseReturnValue:
    return web.page("gone.html", activity=placement.activity), 404


def hand_over(session: Session, launch: CurrentLaunch, now: dt.datetime) -> str:
    """A code that lets another tab take over this launch, once and within five minutes."""
    code = secrets.token_urlsafe(32)
    session.add(
        LoginState(
            state_hash=_hand_over_hash(code),
            platform_id=launch.platform,
            nonce="",
            binding_hash=_digest(launch.id),
            expires_at=now + HAND_OVER_LIFE,
        )
    )
    return code


def take_over(session: Session, launch: CurrentLaunch, code: str, now: dt.datetime) -> bool:
    """Whether the code was good; it is used up either way."""
    used = session.execute(
        delete(LoginState)
        .where(LoginState.state_hash == _hand_over_hash(code), LoginState.expires_at >= now)
        .returning(LoginState.binding_hash)
    ).scalar()
    return used is not None and hmac.compare_digest(used, _digest(launch.id))


def _hand_over_hash(code: str) -> str:
    """Never equal to the hash of a login's state: those carry no prefix."""
    return _digest(f"hand-over {code}")


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()
