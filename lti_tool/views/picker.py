"""Choosing what a link shows: for a link that names nothing (ILIAS), and for deep linking (Deep Linking 2.0)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from content import Module
from lti_tool import launches, security, web
from lti_tool.activities import Activity, UnknownActivity, catalogue, find, is_weighted
from lti_tool.gateway import ContentItem, Launch, LineItem, Role
from lti_tool.launch_token import CurrentLaunch
from lti_tool.models import Placement
from lti_tool.views import exercise

bp = Blueprint("picker", __name__)
LINK = "ltiResourceLink"


@dataclass(frozen=True)
class Group:
    """The activities of a module."""

    module: Module
    activities: tuple[Activity, ...]

    @property
    def count(self) -> int:
        return len(self.activities)


def groups() -> tuple[Group, ...]:
    curriculum = web.tool().curriculum
    everything = catalogue(curriculum)
    listed = (
        Group(module, tuple(activity for activity in everything if activity.module.id == module.id))
        for module in curriculum.modules
    )
    return tuple(group for group in listed if group.activities)


def choose_activity(launch: CurrentLaunch, gone: str = "") -> ResponseReturnValue:
    """For an instructor: what shall this link show?"""
    return _page("picker.pick", gone=gone)


def _page(action: str, chosen: Sequence[str] = (), *, gone: str = "", many: bool = False, missing: bool = False) -> str:
    return web.page("picker.html", groups=groups(), action=action, chosen=chosen, gone=gone, many=many, missing=missing)


@bp.post("/lti/pick")
@security.from_own_page
def pick() -> ResponseReturnValue:
    """Remembers the choice for this link and shows it."""
    launch = security.current_launch()
    if not launch.teaches or launch.placement is None:
        abort(403)
    chosen = _chosen()
    if not chosen:
        return _page("picker.pick", missing=True), 422
    launches.choose(web.session(), launch.placement, chosen[0].name)
    web.session().commit()
    return exercise.show(launch)


@bp.post("/lti/choose-again")
@security.from_own_page
def choose_again() -> ResponseReturnValue:
    """The picker for a link whose activity was, or will be, picked here."""
    launch = security.current_launch()
    if not launch.teaches or launch.placement is None:
        abort(403)
    placement = web.session().get_one(Placement, launch.placement)
    if placement.activity and not placement.chosen:
        abort(403)
    return choose_activity(launch)


def choose_content(launch: CurrentLaunch) -> ResponseReturnValue:
    """Deep linking: what shall go into the course?"""
    settings = launch.deep_linking
    if settings is None or launch.roles <= {Role.LEARNER, Role.TEST_LEARNER}:
        return web.page("refused.html", code="not-for-learners", detail=""), 403
    if LINK not in settings.accept_types:
        return answer(launch, [], web.text("picker.no-links"))
    return _content_page(launch)


def _content_page(launch: CurrentLaunch, chosen: Sequence[str] = (), *, missing: bool = False) -> str:
    many = launch.deep_linking is not None and launch.deep_linking.accept_multiple
    return _page("picker.choose", chosen, many=many, missing=missing)


@bp.post("/lti/choose-content")
@security.from_own_page
def choose_content_again() -> ResponseReturnValue:
    """Where "reload" and "back" lead: the choice as it was made, and nothing is sent to the platform once more."""
    launch = security.current_launch()
    if launch.deep_linking is None or launch.roles <= {Role.LEARNER, Role.TEST_LEARNER}:
        abort(403)
    return _content_page(launch, request.form.get("chosen", "").split())


@bp.post("/lti/deep-linking")
@security.from_own_page
def choose() -> ResponseReturnValue:
    """Sends the choice back to the platform."""
    launch = security.current_launch()
    if launch.deep_linking is None or launch.roles <= {Role.LEARNER, Role.TEST_LEARNER}:
        abort(403)
    if "cancel" in request.form:
        return answer(launch, [], web.text("picker.cancelled"))
    chosen = _chosen()
    if not chosen:
        return _content_page(launch, missing=True), 422
    if not launch.deep_linking.accept_multiple:
        chosen = chosen[:1]
    graded = launch.deep_linking.accept_line_item is not False
    return answer(launch, [item(activity, graded=graded) for activity in chosen], "")


def _chosen() -> list[Activity]:
    names = dict.fromkeys(request.form.getlist("activity"))
    try:
        return [find(web.tool().curriculum, name) for name in names]
    except UnknownActivity:
        abort(400)


def item(activity: Activity, *, graded: bool) -> ContentItem:
    """A link that still works in a copy of the course: it names its activity in the address and in a parameter."""
    kind, identifier = activity.kind, activity.name.partition(":")[2]
    scored = any(map(is_weighted, activity.pool.values()))
    column = LineItem(
        url=None,
        label=activity.title,
        maximum=activity.line_item_maximum,
        resource_id=activity.name,
        tag="staffel",
    )
    return ContentItem(
        title=activity.title,
        url=f"{web.tool().settings.public_url}/lti/launch?{kind}={identifier}",
        custom={kind: identifier},
        line_item=column if graded and scored else None,
    )


def answer(launch: CurrentLaunch, items: list[ContentItem], message: str) -> str:
    """A page that posts the response; without script by a button."""
    settings = launch.deep_linking
    if settings is None:
        abort(403)
    response = web.gateway().deep_link_response(_as_launch(launch), items, message)
    security.allow_forms_to_anywhere()
    return web.page(
        "deep_linking.html",
        return_url=settings.return_url,
        jwt=response,
        items=items,
        message=message,
        chosen=" ".join(request.form.getlist("activity")),
    )


def _as_launch(launch: CurrentLaunch) -> Launch:
    """What the gateway needs to know to answer."""
    return Launch(
        platform=launch.platform,
        deployment=launch.deployment,
        message=launch.message,
        subject="",
        roles=launch.roles,
        target_link_uri="",
        deep_linking=launch.deep_linking,
    )
