"""The way of a score to the platform (LTI Assignment and Grade Services 2.0, 3.4): put, claim, settle, requeue.

One row per placement and person holds the newest score. `put` runs in the transaction of the attempt. A worker claims
rows by a lease, sends without an open transaction, and settles only what it still holds: a killed worker loses its
lease, a newer score stays waiting. A timestamp is always later than the one before by at least a second, because
Moodle compares whole seconds and refuses an equal one (409), and never before an expired lease, whose holder may have
sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert, Select, and_, bindparam, case, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lti_tool import columns, refusals, standing
from lti_tool.db import UtcDateTime
from lti_tool.models import Context, LineItemRow, Placement, Platform, ScoreDelivery, User
from lti_tool.scores import POLICY, Delivery, Policy, Score, delivery, obstacle

_newest = ScoreDelivery.revision == bindparam("sent")
DELIVERED = (
    update(ScoreDelivery.__table__)  # type: ignore[arg-type] # typed as any selectable
    .where(ScoreDelivery.id == bindparam("row"), ScoreDelivery.leased_until == bindparam("lease", type_=UtcDateTime()))
    .values(
        state=case((_newest, "delivered"), else_="waiting"),
        due_at=case((_newest, ScoreDelivery.due_at), else_=bindparam("now", type_=UtcDateTime())),
        last_timestamp=bindparam("stamp"),
        delivered_at=bindparam("now", type_=UtcDateTime()),
        leased_until=None,
        reason="",
        status=None,
    )
)
"""Made once, because it runs for every score and making it takes longer than running it."""
WRITTEN = ("points", "maximum", "comment", "started_at", "submitted_at")
DUE = ("due_at", "first_due_at")
TURN = (ScoreDelivery.due_at, ScoreDelivery.last_timestamp.nulls_first(), ScoreDelivery.id)
"""Who waits longest, of equal ones whose last try is longest ago."""


def _put(insert: Any) -> Insert:
    """One statement: a new row, or a newer score in the one that is there; no other process comes in between.

    A lease stays: its holder may be sending, and two must never send the same person's scores.
    """
    row = ScoreDelivery.__table__.c
    fresh = {"state": "waiting", "reason": "", "status": None, "tries": 0, "revision": 1}
    given = {name: bindparam(name, type_=row[name].type) for name in ("placement_id", "user_id", *WRITTEN, *DUE)}
    statement = insert(ScoreDelivery.__table__).values(**given, **fresh)
    newest = statement.excluded
    news = or_(*(row[name].is_distinct_from(newest[name]) for name in ("points", "maximum", "comment")))
    changes = {name: newest[name] for name in (*WRITTEN, *DUE, *fresh)} | {"revision": row.revision + 1}
    put: Insert = statement.on_conflict_do_update(
        index_elements=[row.placement_id, row.user_id], set_=changes, where=or_(row.state == "stopped", news)
    )
    return put


PUT: Mapping[str, Insert] = {"sqlite": _put(sqlite.insert), "postgresql": _put(postgresql.insert)}


def put(session: Session, placement_id: int, user_id: int, score: Score, now: dt.datetime) -> None:
    """Makes `score` the newest one of this person here. A score that was delivered already stays delivered."""
    session.flush()
    values = {"placement_id": placement_id, "user_id": user_id, "due_at": now, "first_due_at": now, **vars(score)}
    session.connection().execute(PUT[session.get_bind().dialect.name], values)


def claim(session: Session, now: dt.datetime, limit: int = 10, policy: Policy = POLICY) -> list[Delivery]:
    """Leases up to `limit` due rows; rows that cannot be sent as they are become `held` on the way."""
    lease = now + policy.lease
    query = _due(now).order_by(*TURN).limit(limit)
    rows = session.execute(query.with_for_update(skip_locked=True, of=ScoreDelivery)).all()
    claimed: list[Delivery] = []
    held: dict[str, list[int]] = {}
    for row in rows:
        if reason := obstacle(row.ScoreDelivery, row.Placement, row.Platform):
            held.setdefault(reason, []).append(row.ScoreDelivery.id)
        else:
            claimed.append(delivery(row.ScoreDelivery, row.Platform, row.subject, row.url or "", lease))
    for reason, ids in held.items():
        _update(session, ids, state="held", reason=reason, leased_until=None)
    _update(session, [item.id for item in claimed], leased_until=lease, tries=ScoreDelivery.tries + 1)
    session.expire_all()
    return claimed


def settle_delivered(session: Session, item: Delivery, stamp: dt.datetime, now: dt.datetime) -> bool:
    """Marks as delivered what was sent; a newer score stays waiting. False: the lease was lost."""
    values = {"row": item.id, "lease": item.lease, "sent": item.revision, "stamp": stamp, "now": now}
    return bool(session.connection().execute(DELIVERED, values).rowcount)


def settle_failed(  # noqa: PLR0913 - one fact each
    session: Session,
    item: Delivery,
    code: str,
    now: dt.datetime,
    *,
    stamp: dt.datetime | None = None,
    retry_after: int | None = None,
    status: int | None = None,
    policy: Policy = POLICY,
) -> bool:
    """Tries again later, or stops after `give_up_after`. The platform may have got it, so its timestamp counts."""
    late = now - item.counts_from >= policy.give_up_after
    newest = ScoreDelivery.revision == item.revision
    return _settle(
        session,
        item,
        state=case((and_(newest, literal(late)), "stopped"), else_="waiting"),
        due_at=case((newest, now + policy.delay(item.tries, retry_after)), else_=now + policy.first_delay),
        last_timestamp=stamp or ScoreDelivery.last_timestamp,
        reason="gave-up" if late else code,
        status=status,
    )


def settle_refused(  # noqa: PLR0913 - one fact each
    session: Session,
    item: Delivery,
    code: str,
    now: dt.datetime,
    *,
    status: int = 0,
    stamp: dt.datetime | None = None,
    policy: Policy = POLICY,
) -> dt.datetime | None:
    """Asks again later (`lti_tool.refusals`); returns until when the whole column is left alone, if it is.

    A newer score gets its own chance.
    """
    verdict = refusals.judge(session, item, code, now, policy)
    newest = ScoreDelivery.revision == item.revision
    _settle(
        session,
        item,
        state=case((and_(newest, literal(verdict.over)), "stopped"), else_="waiting"),
        due_at=case((newest, verdict.due_at), else_=now),
        first_due_at=case((newest, verdict.since), else_=ScoreDelivery.first_due_at),
        last_timestamp=stamp or now,
        reason=code,
        status=status or None,
    )
    if verdict.resting:
        refusals.rest(session, item, verdict, now)
    return verdict.resting


def settle_turned_away(session: Session, item: Delivery, code: str, status: int, now: dt.datetime) -> bool:
    """The platform takes no score of this registration: this one waits as all others do (`standing.note_refusal`)."""
    return _settle(session, item, due_at=now, reason=code, status=status or None)


def release(session: Session, item: Delivery, due_at: dt.datetime) -> bool:
    """Gives back a row that was not sent; the try does not count."""
    return _settle(session, item, due_at=due_at, tries=ScoreDelivery.tries - 1)


def requeue(session: Session, ids: Sequence[int], now: dt.datetime) -> int:
    """Sends these scores (again), delivered ones too; returns how many there are."""
    mine = select(ScoreDelivery).where(ScoreDelivery.id.in_(ids)).order_by(ScoreDelivery.id)  # one order for everybody
    rows = session.scalars(mine.with_for_update()).all()
    columns.forget(session, {row.placement_id for row in rows if row.reason == "not-found"})
    for row in rows:
        _wake(row, now)
        row.revision += 1
    placements = {row.placement_id for row in rows}
    for placement in placements:
        refusals.wake(session, placement, now)
    courses = select(Context.platform_id).join(Placement).where(Placement.id.in_(placements)).distinct()
    standing.try_again(session, session.scalars(courses).all(), now)
    return len(rows)


def wake_held(session: Session, now: dt.datetime) -> int:
    """Held scores whose obstacle is gone (a column was declared, the mode was changed) are due; returns how many."""
    query = (
        select(ScoreDelivery, Placement, Platform)
        .join(Placement, ScoreDelivery.placement_id == Placement.id)
        .join(Context, Placement.context_pk == Context.id)
        .join(Platform, Context.platform_id == Platform.id)
        .where(ScoreDelivery.state == "held")
        .with_for_update(skip_locked=True, of=ScoreDelivery)
    )
    free = [row for row, placement, platform in session.execute(query) if not obstacle(row, placement, platform)]
    for row in free:
        _wake(row, now)
    return len(free)


def waiting(session: Session) -> int:
    """How many scores are not yet where they belong."""
    return session.scalar(select(func.count()).where(ScoreDelivery.state == "waiting")) or 0


def count_due(session: Session, now: dt.datetime, most: int) -> int:
    """How many scores could be sent now; counting stops at `most`."""
    due = _due(now).with_only_columns(ScoreDelivery.id).limit(most)
    return session.scalar(select(func.count()).select_from(due.subquery())) or 0


def _due(now: dt.datetime) -> Select[ScoreDelivery, Placement, Platform, str, str]:
    return (
        select(ScoreDelivery, Placement, Platform, User.subject, LineItemRow.url)
        .join(Placement, ScoreDelivery.placement_id == Placement.id)
        .join(Context, Placement.context_pk == Context.id)
        .join(Platform, Context.platform_id == Platform.id)
        .join(User, ScoreDelivery.user_id == User.id)
        .outerjoin(LineItemRow, Placement.line_item_id == LineItemRow.id)
        .where(
            ScoreDelivery.state == "waiting",
            ScoreDelivery.due_at <= now,
            or_(ScoreDelivery.leased_until.is_(None), ScoreDelivery.leased_until <= now),
            Platform.active,
            or_(Platform.paused_until.is_(None), Platform.paused_until <= now),
        )
    )


def _wake(row: ScoreDelivery, now: dt.datetime) -> None:
    """Due at once. A lease stays: its holder may be sending, and two must never send the same person's scores."""
    row.state, row.reason, row.status, row.tries = "waiting", "", None, 0
    row.due_at = row.first_due_at = now


def _settle(session: Session, item: Delivery, **values: object) -> bool:
    mine = and_(ScoreDelivery.id == item.id, ScoreDelivery.leased_until == item.lease)
    result = session.execute(
        update(ScoreDelivery)
        .where(mine)
        .values(**values, leased_until=None)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _update(session: Session, ids: Sequence[int], **values: object) -> None:
    if ids:
        session.execute(
            update(ScoreDelivery)
            .where(ScoreDelivery.id.in_(ids))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
