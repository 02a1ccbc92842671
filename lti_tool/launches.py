"""What stays of a launch: the person, the course, the link and its column; no more than that."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.db import Base
from lti_tool.gateway import Launch
from lti_tool.models import Context, LineItemRow, Placement, Platform, User

ALIAS_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
ALIAS_LENGTH = 4
ACTIVITY_GRAIN = dt.timedelta(days=1)
"""`last_activity` starts a retention period of days; a finer time would only be a trace of the person."""

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Recorded:
    """The rows of a launch; `placement` is None where the message names no link."""

    user: User
    context: Context
    placement: Placement | None


def record(session: Session, launch: Launch, requested: str, now: dt.datetime, *, store_names: bool) -> Recorded:
    """Finds or makes the rows. `requested` is the activity that the link names, or nothing."""
    _note_product(session, launch)
    user = _user(session, launch, now, store_names=store_names)
    context = _context(session, launch)
    placement = _placement(session, launch, context, requested) if launch.resource_link_id else None
    session.flush()
    return Recorded(user, context, placement)


def choose(session: Session, placement_id: int, activity: str) -> None:
    """Remembers what an instructor picked for a link that names nothing itself."""
    placement = session.get_one(Placement, placement_id)
    placement.activity = activity
    placement.chosen = True


def _note_product(session: Session, launch: Launch) -> None:
    platform = session.get_one(Platform, launch.platform)
    if launch.product_family and (platform.family, platform.version) != (
        launch.product_family,
        launch.product_version,
    ):
        platform.family, platform.version = launch.product_family, launch.product_version


def _user(session: Session, launch: Launch, now: dt.datetime, *, store_names: bool) -> User:
    query = select(User).where(User.platform_id == launch.platform, User.subject == launch.subject)
    user = session.scalar(query)
    if user is None:
        fresh = User(platform_id=launch.platform, subject=launch.subject, alias=_alias(), last_activity=now)
        user = _insert(session, fresh) or session.scalars(query).one()
    name = launch.name if store_names else ""
    if user.name != name:
        user.name = name
    if now - user.last_activity >= ACTIVITY_GRAIN:
        user.last_activity = now
    return user


def _alias() -> str:
    return "Person " + "".join(secrets.choice(ALIAS_LETTERS) for _ in range(ALIAS_LENGTH))


def _context(session: Session, launch: Launch) -> Context:
    """The course; a link outside of any course is a course of its own, so that nobody sees into another's."""
    key = launch.context_id or f"link {launch.resource_link_id}".strip()[:255]
    query = select(Context).where(Context.platform_id == launch.platform, Context.context_id == key)
    context = session.scalar(query)
    if context is None:
        fresh = Context(platform_id=launch.platform, context_id=key)
        context = _insert(session, fresh) or session.scalars(query).one()
    for attribute, value in (("title", launch.context_title), ("memberships_url", launch.memberships_url)):
        if value and getattr(context, attribute) != value:
            setattr(context, attribute, value)
    return context


def _placement(session: Session, launch: Launch, context: Context, requested: str) -> Placement:
    query = select(Placement).where(
        Placement.context_pk == context.id, Placement.resource_link_id == launch.resource_link_id
    )
    placement = session.scalar(query)
    if placement is None:
        fresh = Placement(
            context_pk=context.id, resource_link_id=launch.resource_link_id, activity=requested, grade_scopes=[]
        )
        placement = _insert(session, fresh) or session.scalars(query).one()
    if requested and placement.activity != requested:
        placement.activity, placement.chosen = requested, False
    if launch.resource_link_title and placement.title != launch.resource_link_title:
        placement.title = launch.resource_link_title
    _note_grades(session, launch, placement)
    return placement


def _note_grades(session: Session, launch: Launch, placement: Placement) -> None:
    """The newest claim counts: a service that was switched off is gone, a column that we found ourselves stays."""
    service = launch.grades
    scopes = sorted(service.scopes) if service else []
    if placement.grade_scopes != scopes:
        placement.grade_scopes = scopes
    line_items = service.line_items if service else ""
    if placement.line_items_url != line_items:
        placement.line_items_url = line_items
    if service and service.line_item:
        column = _line_item(session, launch.platform, service.line_item)
        if placement.line_item_id != column.id:
            placement.line_item_id = column.id


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
