"""The column of a placement that declared none: found in the platform's gradebook, else made (AGS 2.0, 3.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from lti_tool.gateway import LineItem, PlatformGateway, PlatformRefused, PlatformUnavailable
from lti_tool.models import Context, LineItemRow, Placement, Platform
from lti_tool.traits import traits

TAG = "staffel"
MAXIMUM = 100
LEASE = dt.timedelta(seconds=120)
SOON = 5
READ_SCOPES = {"lineitem", "lineitem.readonly"}


def resolve(sessions: sessionmaker[Session], gateway: PlatformGateway, placement_id: int, now: dt.datetime) -> str:
    """The address of the column of a placement that declared none: found by resource id and tag, else made.

    Raises PlatformRefused where there can be none, PlatformUnavailable where another worker is at it.
    """
    with sessions.begin() as session:
        placement, platform = _locked(session, placement_id)
        if placement.line_item_id is not None:
            return session.scalars(select(LineItemRow.url).where(LineItemRow.id == placement.line_item_id)).one()
        _lease(session, placement_id, now)
        wanted = _wanted(placement)
        may_make = traits(platform.family, platform.version).makes_columns and "lineitem" in placement.grade_scopes
        address, scopes = placement.line_items_url, set(placement.grade_scopes)
    try:
        item = _find(gateway, platform.id, address, wanted) if scopes & READ_SCOPES else None
        item = item or _make(gateway, platform.id, address, wanted, may_make)
    except BaseException:
        with sessions.begin() as session:
            _set(session, Placement.id == placement_id, column_leased_until=None)
        raise
    with sessions.begin() as session:
        row = _row(session, platform.id, item)
        _set(session, Placement.id == placement_id, line_item_id=row, column_leased_until=None)
    return item.url or ""


def found_elsewhere(sessions: sessionmaker[Session], gateway: PlatformGateway, placement_id: int, gone: str) -> bool:
    """Whether the platform has another column in place of one that is gone; from now on that one counts.

    None is made: whoever deleted it may have meant to.
    """
    with sessions.begin() as session:
        placement, platform = _locked(session, placement_id)
        wanted, address = _wanted(placement), placement.line_items_url
        may_look = traits(platform.family, platform.version).finds_columns and READ_SCOPES & set(placement.grade_scopes)
    if not (address and may_look):
        return False
    try:
        item = _find(gateway, platform.id, address, wanted)
    except (PlatformRefused, PlatformUnavailable):
        return False
    if item is None or item.url == gone:
        return False
    with sessions.begin() as session:
        _set(session, Placement.id == placement_id, line_item_id=_row(session, platform.id, item))
    return True


def forget(session: Session, placements: Collection[int]) -> None:
    """Columns that are gone and that the tool had made or found itself: the next score looks for them, or makes them.

    One that the platform declared is for the platform to declare anew: made by us it could become its twin.
    """
    ours = select(LineItemRow.id).where(LineItemRow.ours)
    _set(session, and_(Placement.id.in_(placements), Placement.line_item_id.in_(ours)), line_item_id=None)


def _wanted(placement: Placement) -> LineItem:
    return LineItem(
        url=None,
        label=placement.title or placement.activity,
        maximum=MAXIMUM,
        resource_id=placement.activity,
        tag=TAG,
        resource_link_id=placement.resource_link_id,
    )


def _locked(session: Session, placement_id: int) -> tuple[Placement, Platform]:
    found = session.execute(
        select(Placement, Platform)
        .join(Context, Placement.context_pk == Context.id)
        .join(Platform, Context.platform_id == Platform.id)
        .where(Placement.id == placement_id)
        .with_for_update(of=Placement)
    ).one_or_none()
    if found is None:
        raise PlatformRefused("no-column")
    return found[0], found[1]


def _lease(session: Session, placement_id: int, now: dt.datetime) -> None:
    free = or_(Placement.column_leased_until.is_(None), Placement.column_leased_until <= now)
    if not _set(session, and_(Placement.id == placement_id, free), column_leased_until=now + LEASE):
        raise PlatformUnavailable("column-busy", retry_after=SOON)


def _find(gateway: PlatformGateway, platform: int, address: str, wanted: LineItem) -> LineItem | None:
    """The column of this link, else one of the same exercise that belongs to no link."""
    items = [item for item in gateway.find_line_items(platform, address, wanted.resource_id, wanted.tag) if item.url]
    # Some platforms ignore the filters.
    mine = [item for item in items if item.resource_id == wanted.resource_id and item.tag == wanted.tag]
    linked = [item for item in mine if item.resource_link_id == wanted.resource_link_id]
    loose = [item for item in mine if not item.resource_link_id]
    return next(iter(linked + loose), None)


def _make(gateway: PlatformGateway, platform: int, address: str, wanted: LineItem, allowed: bool) -> LineItem:
    if not allowed:
        raise PlatformRefused("no-column")
    item = gateway.create_line_item(platform, address, wanted)
    if not item.url:
        raise PlatformRefused("no-column")
    return item


def _row(session: Session, platform: int, item: LineItem) -> int:
    """The key of the column's row, made if it is not there yet."""
    mine = and_(LineItemRow.platform_id == platform, LineItemRow.url == item.url)
    known = session.scalar(select(LineItemRow.id).where(mine))
    if known is not None:
        return known
    row = LineItemRow(platform_id=platform, url=item.url, maximum=item.maximum, ours=True)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another process was first
        return session.scalars(select(LineItemRow.id).where(mine)).one()
    return row.id


def _set(session: Session, where: ColumnElement[bool], **values: object) -> bool:
    statement = update(Placement).where(where).values(**values).execution_options(synchronize_session=False)
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]
