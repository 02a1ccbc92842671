"""What stays of a launch: the person, the course, the link and its column; no more than that."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import and_, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.db import Base, reads_only
from lti_tool.gateway import GradeService, Launch
from lti_tool.models import Context, LineItemRow, Placement, Platform, User

ALIAS_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
ALIAS_LENGTH = 4
ACTIVITY_GRAIN = dt.timedelta(days=1)
"""`last_activity` starts a retention period of days; a finer time would only be a trace of the person."""

Row = TypeVar("Row", bound=Base)


# Made once: building a statement takes longer than running it.
_KNOWN = (
    select(Platform, User, Context, Placement, LineItemRow.url)
    .outerjoin(User, and_(User.platform_id == Platform.id, User.subject == bindparam("subject")))
    .outerjoin(Context, and_(Context.platform_id == Platform.id, Context.context_id == bindparam("context")))
    .outerjoin(Placement, and_(Placement.context_pk == Context.id, Placement.resource_link_id == bindparam("link")))
    .outerjoin(LineItemRow, LineItemRow.id == Placement.line_item_id)
    .where(Platform.id == bindparam("platform"))
)


@dataclass(frozen=True)
class Recorded:
    """The rows of a launch; `placement` is None where the message names no link."""

    user: User
    context: Context
    placement: Placement | None


def recall(session: Session, launch: Launch, requested: str, now: dt.datetime, *, store_names: bool) -> Recorded | None:
    """The rows of a launch that brings nothing new, as most do; else None, and the session is rolled back."""
    reads_only(session)
    known = _known(session, launch)
    user, context, placement = known.user, known.context, known.placement
    found = None
    if user and context and (placement or not launch.resource_link_id):
        with session.no_autoflush:
            _note_product(known.platform, launch)
            _note_user(user, launch, now, store_names=store_names)
            _note_context(context, launch)
            same_column = True
            if placement:
                _note_placement(placement, launch, requested)
                same_column = not launch.grades or launch.grades.line_item in ("", known.column)
                _set(placement, **_services(launch))
        if same_column and not session.dirty:
            found = Recorded(user, context, placement)
    session.rollback() if found is None else session.commit()
    return found


def record(session: Session, launch: Launch, requested: str, now: dt.datetime, *, store_names: bool) -> Recorded:
    """Finds or makes the rows. `requested` is the activity that the link names, or nothing."""
    known = _known(session, launch)
    _note_product(known.platform, launch)
    user = known.user or _make_user(session, launch, now)
    _note_user(user, launch, now, store_names=store_names)
    context = known.context or _make_context(session, launch)
    _note_context(context, launch)
    placement = None
    if launch.resource_link_id:
        placement = known.placement or _make_placement(session, launch, context, requested)
        _note_placement(placement, launch, requested)
        _note_grades(session, launch, placement, known.column)
    session.flush()
    return Recorded(user, context, placement)


@dataclass(frozen=True)
class Known:
    """What earlier launches left; `column` is the address of the placement's line item."""

    platform: Platform
    user: User | None
    context: Context | None
    placement: Placement | None
    column: str | None


def _known(session: Session, launch: Launch) -> Known:
    """One query for all of it: most launches change nothing."""
    values = {
        "platform": launch.platform,
        "subject": launch.subject,
        "context": _context_key(launch),
        "link": launch.resource_link_id,
    }
    platform, user, context, placement, column = session.execute(_KNOWN, values).one()
    return Known(platform, user, context, placement, column)


def choose(session: Session, placement_id: int, activity: str) -> None:
    """Remembers what an instructor picked for a link that names nothing itself."""
    placement = session.get_one(Placement, placement_id)
    placement.activity = activity
    placement.chosen = True


def _note_product(platform: Platform, launch: Launch) -> None:
    if launch.product_family:
        _set(platform, family=launch.product_family, version=launch.product_version)


def _make_user(session: Session, launch: Launch, now: dt.datetime) -> User:
    fresh = User(platform_id=launch.platform, subject=launch.subject, alias=_alias(), last_activity=now)
    query = select(User).where(User.platform_id == launch.platform, User.subject == launch.subject)
    return _insert(session, fresh) or session.scalars(query).one()


def _alias() -> str:
    return "Person " + "".join(secrets.choice(ALIAS_LETTERS) for _ in range(ALIAS_LENGTH))


def _note_user(user: User, launch: Launch, now: dt.datetime, *, store_names: bool) -> None:
    _set(user, name=launch.name if store_names else "")
    if now - user.last_activity >= ACTIVITY_GRAIN:
        user.last_activity = now


def _context_key(launch: Launch) -> str:
    """A link outside of any course is a course of its own, so that nobody sees into another's."""
    return launch.context_id or f"link {launch.resource_link_id}".strip()[:255]


def _make_context(session: Session, launch: Launch) -> Context:
    fresh = Context(platform_id=launch.platform, context_id=_context_key(launch))
    query = select(Context).where(Context.platform_id == launch.platform, Context.context_id == _context_key(launch))
    return _insert(session, fresh) or session.scalars(query).one()


def _note_context(context: Context, launch: Launch) -> None:
    said = {"title": launch.context_title, "memberships_url": launch.memberships_url}
    _set(context, **{name: value for name, value in said.items() if value})


def _make_placement(session: Session, launch: Launch, context: Context, requested: str) -> Placement:
    fresh = Placement(
        context_pk=context.id, resource_link_id=launch.resource_link_id, activity=requested, grade_scopes=[]
    )
    query = select(Placement).where(
        Placement.context_pk == context.id, Placement.resource_link_id == launch.resource_link_id
    )
    return _insert(session, fresh) or session.scalars(query).one()


def _note_placement(placement: Placement, launch: Launch, requested: str) -> None:
    if requested and placement.activity != requested:
        placement.activity, placement.chosen = requested, False
    if launch.resource_link_title:
        _set(placement, title=launch.resource_link_title)


def _note_grades(session: Session, launch: Launch, placement: Placement, column: str | None) -> None:
    """The newest claim counts: a service that was switched off is gone, a column that we found ourselves stays."""
    service = launch.grades or GradeService()
    _set(placement, **_services(launch))
    if service.line_item and service.line_item != column:
        placement.line_item_id = _line_item(session, launch.platform, service.line_item).id


def _services(launch: Launch) -> dict[str, object]:
    service = launch.grades or GradeService()
    return {"grade_scopes": sorted(service.scopes), "line_items_url": service.line_items}


def _set(row: Base, **values: object) -> None:
    """Sets what differs: a row that stays as it is costs no write."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _line_item(session: Session, platform: int, url: str) -> LineItemRow:
    query = select(LineItemRow).where(LineItemRow.platform_id == platform, LineItemRow.url == url)
    found = session.scalar(query)
    if found is None:
        found = _insert(session, LineItemRow(platform_id=platform, url=url)) or session.scalars(query).one()
    return found


def _insert(session: Session, fresh: Row) -> Row | None:
    """The row, or None where another launch made it at the same moment."""
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:
        return None
    return fresh
