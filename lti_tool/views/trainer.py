"""Pages of trainers: the course at a glance, people and scores of a task, results of its exercises, tables to keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lti_tool import audit, grading, moments, outbox, overview, security, standing, tables, web
from lti_tool.activities import Activity, UnknownActivity, find
from lti_tool.gateway import Member, PlatformRefused, PlatformUnavailable
from lti_tool.items import items
from lti_tool.launch_token import CurrentLaunch
from lti_tool.models import Attempt, Context, Placement, ScoreDelivery, User
from lti_tool.overview import Row
from lti_tool.views import reading, working

bp = Blueprint("trainer", __name__, url_prefix="/teach")
P = ParamSpec("P")
R = TypeVar("R")


def for_trainers(view: Callable[P, R]) -> Callable[P, R]:
    """A view that only who teaches in this course may call."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not security.current_launch().teaches:
            abort(403)
        return view(*args, **kwargs)

    return security.from_own_page(checked)


def placement_of(launch: CurrentLaunch) -> Placement | None:
    """The placement that the form names, if it is of this course; without one that of the launch."""
    named = request.form.get("placement")
    key = working.number("placement") if named else launch.placement
    found = web.session().get(Placement, key) if key is not None else None
    if found is not None and found.context_pk != launch.context:
        abort(404)
    if found is None and named:
        abort(404)
    return found


def activity_of(placement: Placement | None) -> Activity | None:
    try:
        return find(web.tool().curriculum, placement.activity) if placement else None
    except UnknownActivity:
        return None


@bp.post("")
@for_trainers
def show() -> ResponseReturnValue:
    """The tasks of the course and the people of one of them."""
    return _overview(security.current_launch())


@bp.post("/roster")
@for_trainers
def roster() -> ResponseReturnValue:
    """The overview with those who have not begun, as the platform's roster knows them."""
    launch = security.current_launch()
    course = web.session().get_one(Context, launch.context)
    if not course.memberships_url:
        return _overview(launch, roster_problem="no-roster")
    try:
        members = list(web.gateway().members(launch.platform, course.memberships_url))
    except (PlatformRefused, PlatformUnavailable) as error:
        return _overview(launch, roster_problem=error.code)
    standing.seen_alive(web.session(), launch.platform, web.now())
    web.session().commit()
    return _overview(launch, members=members)


@bp.post("/resend")
@for_trainers
def resend() -> ResponseReturnValue:
    """Sends a score once more."""
    launch = security.current_launch()
    row = web.session().get(ScoreDelivery, working.number("delivery"))
    placement = web.session().get_one(Placement, row.placement_id) if row else None
    if row is None or placement is None or placement.context_pk != launch.context:
        abort(404)
    outbox.requeue(web.session(), [row.id], web.now())
    audit.write(web.session(), audit.person(launch.user), "score.resend", audit.person(row.user_id), web.now())
    web.session().commit()
    return _overview(launch, resent=True)


@bp.post("/items")
@for_trainers
def results() -> ResponseReturnValue:
    """How the exercises of a task turned out."""
    launch = security.current_launch()
    placement = placement_of(launch)
    activity = activity_of(placement)
    if placement is None or activity is None:
        abort(404)
    found = items(web.session(), activity, placement.id, working.source_language())
    return working.page("trainer_items.html", placement=placement, activity=activity, items=found)


@bp.post("/export/<suffix>")
@for_trainers
def export(suffix: str) -> Response:
    """The people of a task as a table."""
    launch = security.current_launch()
    placement = placement_of(launch)
    if placement is None or suffix not in ("csv", "ods"):
        abort(404)
    cells = [_head(), *map(_cells, overview.rows(web.session(), placement.id))]
    audit.write(web.session(), audit.person(launch.user), "scores.export", f"placement:{placement.id}", web.now())
    web.session().commit()
    if suffix == "csv":
        body, media_type = tables.to_csv(cells, german=web.language() == "de"), tables.CSV_TYPE
    else:
        body, media_type = tables.to_ods(cells, web.text("trainer.people")), tables.ODS_TYPE
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="staffel-{placement.id}.{suffix}"'
    return response


def review(launch: CurrentLaunch) -> ResponseReturnValue:
    """A submission review (LTI Submission Review 1.0): the last work of `launch.for_user` at this placement."""
    if not launch.teaches:
        abort(403)
    query = (
        select(Attempt)
        .join(User, Attempt.user_id == User.id)
        .where(User.platform_id == launch.platform, User.subject == launch.for_user)
        .where(Attempt.placement_id == launch.placement, Attempt.state != "open", Attempt.trial.is_(False))
        .order_by(Attempt.number.desc())
        .limit(1)
    )
    attempt = web.session().scalar(query)
    return reading.show(launch, attempt) if attempt else _overview(launch, nothing_yet=True)


def _overview(
    launch: CurrentLaunch,
    members: Sequence[Member] | None = None,
    roster_problem: str = "",
    *,
    resent: bool = False,
    nothing_yet: bool = False,
) -> str:
    session = web.session()
    placement = placement_of(launch)
    people = overview.rows(session, placement.id, members or ()) if placement else []
    return working.page(
        "trainer.html",
        course=session.get_one(Context, launch.context),
        tasks=overview.tasks(session, launch.context),
        placement=placement,
        activity=activity_of(placement),
        rows=people,
        to_read=grading.count_to_read(session, launch.context, placement.id if placement else None),
        to_read_all=grading.count_to_read(session, launch.context),
        pause=overview.pause(session, launch.platform, web.now()),
        with_roster=members is not None,
        roster_problem=roster_problem,
        resent=resent,
        nothing_yet=nothing_yet,
    )


def _head() -> list[tables.Cell]:
    names = ("name", "state", "attempts", "points", "maximum", "handed-in", "score")
    return [web.text(f"trainer.column.{name}") for name in names]


def _cells(row: Row) -> list[tables.Cell]:
    best = row.best
    handed_in = row.latest.submitted_at if row.latest else None
    return [
        row.name,
        web.text(f"trainer.state.{row.state}"),
        row.count,
        best.points if best else None,
        best.maximum if best else None,
        moments.moment(handed_in, web.language()) if handed_in else None,
        web.text(f"trainer.score.{row.reason.state}"),
    ]
