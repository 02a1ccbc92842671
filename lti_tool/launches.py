"""What stays of a launch: the person, the course, the link and its column; no more than that."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Engine, Select, and_, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool import refusals, said, seen, standing
from lti_tool.db import Base
from lti_tool.gateway import GradeService, Launch
from lti_tool.models import Answer, Attempt, Context, LineItemRow, Placement, Platform, ScoreDelivery, User
from lti_tool.prepared import Prepared
from lti_tool.said import Said
from lti_tool.seen import SeenAttempt

ALIAS_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
ALIAS_LENGTH = 4
ACTIVITY_GRAIN = dt.timedelta(days=1)
"""`last_activity` starts a retention period of days; a finer time would only be a trace of the person."""

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Link:
    """A placement: its key, the activity that it shows, and whether a person chose that in the picker."""

    id: int
    activity: str
    chosen: bool


@dataclass(frozen=True)
class Recorded:
    """The rows of a launch, by their keys; `link` is None where the message names none.

    `attempts`: what the person has done there already, without files, if it was read along.
    """

    user: int
    context: int
    link: Link | None
    attempts: Sequence[SeenAttempt] | None = field(default=None, compare=False)


class Known(NamedTuple):
    """What earlier launches left, by table and column; `column` is the address of the placement's line item."""

    platform_family: str
    platform_version: str
    platform_refusal: str
    platform_interrupted_at: dt.datetime | None
    platform_paused_until: dt.datetime | None
    user_id: int | None
    user_name: str
    user_last_activity: dt.datetime
    context_id: int | None
    context_title: str
    context_memberships_url: str
    placement_id: int | None
    placement_title: str
    placement_activity: str
    placement_chosen: bool
    placement_line_items_url: str
    placement_grade_scopes: list[str]
    column: str | None
    score_state: str | None
    score_reason: str | None
    score_sent_at: dt.datetime | None

    def has(self, table: str, values: Said) -> bool:
        """Whether a row holds already what a launch says."""
        return all(getattr(self, f"{table}_{name}") == value for name, value in values.items())


KNOWN = len(Known._fields)
_KNOWN = Prepared(
    select(
        *(getattr(Platform, name) for name in ("family", "version", "refusal", "interrupted_at", "paused_until")),
        *(getattr(User, name) for name in ("id", "name", "last_activity")),
        *(getattr(Context, name) for name in ("id", "title", "memberships_url")),
        *(getattr(Placement, name) for name in ("id", "title", "activity", "chosen", "line_items_url", "grade_scopes")),
        LineItemRow.url,
        *(getattr(ScoreDelivery, name) for name in ("state", "reason", "last_timestamp")),
        *seen.COLUMNS,
    )
    .outerjoin(User, and_(User.platform_id == Platform.id, User.subject == bindparam("subject")))
    .outerjoin(
        Context,
        and_(
            Context.platform_id == Platform.id,
            Context.deployment == bindparam("deployment"),
            Context.context_id == bindparam("context"),
        ),
    )
    .outerjoin(Placement, and_(Placement.context_pk == Context.id, Placement.resource_link_id == bindparam("link")))
    .outerjoin(LineItemRow, LineItemRow.id == Placement.line_item_id)
    .outerjoin(ScoreDelivery, and_(ScoreDelivery.placement_id == Placement.id, ScoreDelivery.user_id == User.id))
    .outerjoin(Attempt, and_(Attempt.user_id == User.id, Attempt.placement_id == Placement.id))
    .outerjoin(Answer, Answer.attempt_id == Attempt.id)
    .where(Platform.id == bindparam("platform"))
    .order_by(*seen.ORDER)
)


def recall(engine: Engine, launch: Launch, requested: str, now: dt.datetime, *, store_names: bool) -> Recorded | None:
    """The rows of a launch that brings nothing new, as most do; else None. Reads only, in one statement."""
    values = {
        "platform": launch.platform,
        "subject": launch.subject,
        "deployment": launch.deployment,
        "context": said.context_key(launch),
        "link": said.link_key(launch),
    }
    rows = _KNOWN.rows(engine, values)
    known = Known(*rows[0][:KNOWN]) if rows else None
    if known is None or known.user_id is None or known.context_id is None:
        return None
    nothing_new = (
        known.has("platform", said.product(launch))
        and not standing.worth_a_try(
            known.platform_refusal, known.platform_interrupted_at, known.platform_paused_until, now
        )
        and not refusals.worth_a_try(known.score_state, known.score_reason, known.score_sent_at, now)
        and known.has("user", said.person(launch, store_names=store_names))
        and now - known.user_last_activity < ACTIVITY_GRAIN
        and known.has("context", said.course(launch))
        and (not launch.resource_link_id or _knows_link(known, launch, requested))
    )
    if not nothing_new:
        return None
    link = None
    if known.placement_id is not None:
        link = Link(known.placement_id, known.placement_activity, known.placement_chosen)
    return Recorded(known.user_id, known.context_id, link, seen.gathered(row[KNOWN:] for row in rows))


def _knows_link(known: Known, launch: Launch, requested: str) -> bool:
    """A column that we found ourselves stays; only another one is news."""
    service = launch.grades or GradeService()
    return (
        known.placement_id is not None
        and requested in ("", known.placement_activity)
        and known.has("placement", said.link(launch))
        and service.line_item in ("", known.column)
    )


def record(session: Session, launch: Launch, requested: str, now: dt.datetime, *, store_names: bool) -> Recorded:
    """Finds or makes the rows. `requested` is the activity that the link names, or nothing."""
    platform = session.get_one(Platform, launch.platform)
    _set(platform, said.product(launch))
    standing.seen_alive(session, platform.id, now)
    user = _user(session, launch, now)
    _set(user, said.person(launch, store_names=store_names))
    if now - user.last_activity >= ACTIVITY_GRAIN:
        user.last_activity = now
    context = _context(session, launch)
    _set(context, said.course(launch))
    link = None
    if launch.resource_link_id:
        placement = _placement(session, launch, context, requested)
        if requested and placement.activity != requested:
            placement.activity, placement.chosen = requested, False
        _set(placement, said.link(launch))
        _note_column(session, launch, placement, now)
        session.flush()
        refusals.seen_alive(session, placement.id, user.id, now)
        link = Link(placement.id, placement.activity, placement.chosen)
    session.flush()
    return Recorded(user.id, context.id, link)


def choose(session: Session, placement_id: int, activity: str) -> None:
    """Remembers what an instructor picked for a link that names nothing itself."""
    placement = session.get_one(Placement, placement_id)
    placement.activity = activity
    placement.chosen = True


def _user(session: Session, launch: Launch, now: dt.datetime) -> User:
    key: dict[str, Any] = {"platform_id": launch.platform, "subject": launch.subject}
    return _found(session, _USER, key, lambda: User(**key, alias=_alias(), last_activity=now))


def _alias() -> str:
    return "Person " + "".join(secrets.choice(ALIAS_LETTERS) for _ in range(ALIAS_LENGTH))


def _context(session: Session, launch: Launch) -> Context:
    """Two deployments may use the same id for two courses, whose people must not see each other."""
    known: dict[str, Any] = {"platform_id": launch.platform, "context_id": said.context_key(launch)}
    key = {**known, "deployment": launch.deployment}
    return (
        session.scalar(_CONTEXT, key)
        or _adopted(session, known, launch.deployment)
        or _found(session, _CONTEXT, key, lambda: Context(**key))
    )


def _adopted(session: Session, known: Mapping[str, Any], deployment: str) -> Context | None:
    """A course from before deployments were told apart; from now on it belongs to this one."""
    row = session.scalar(_CONTEXT.with_for_update(), {**known, "deployment": ""})
    if row is not None:
        row.deployment = deployment
        session.flush()
    return row


def _placement(session: Session, launch: Launch, context: Context, requested: str) -> Placement:
    key: dict[str, Any] = {"context_pk": context.id, "resource_link_id": said.link_key(launch)}
    return _found(session, _PLACEMENT, key, lambda: Placement(**key, activity=requested, grade_scopes=[]))


def _note_column(session: Session, launch: Launch, placement: Placement, now: dt.datetime) -> None:
    """A column that we found ourselves stays until the platform names another, which may take what that refused."""
    url = launch.grades.line_item if launch.grades else ""
    if url:
        key: dict[str, Any] = {"platform_id": launch.platform, "url": url}
        column = _found(session, _COLUMN, key, lambda: LineItemRow(**key)).id
        if placement.line_item_id != column:
            placement.line_item_id = column
            refusals.wake(session, placement.id, now)


def _set(row: Base, values: Said) -> None:
    """Sets what differs: a row that stays as it is costs no write."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _by(table: type[Row], *names: str) -> Select[Row]:
    return select(table).where(*(getattr(table, name) == bindparam(name) for name in names))


# Made once: building a statement takes longer than running it.
_USER = _by(User, "platform_id", "subject")
_CONTEXT = _by(Context, "platform_id", "deployment", "context_id")
_PLACEMENT = _by(Placement, "context_pk", "resource_link_id")
_COLUMN = _by(LineItemRow, "platform_id", "url")


def _found(session: Session, query: Select[Row], key: Mapping[str, Any], make: Callable[[], Row]) -> Row:
    """The row that is there, else a fresh one, else the one that another launch made at the same moment."""
    return session.scalar(query, key) or _insert(session, make()) or session.scalars(query, key).one()


def _insert(session: Session, fresh: Row) -> Row | None:
    """The row, or None where another launch made it at the same moment."""
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:
        return None
    return fresh
