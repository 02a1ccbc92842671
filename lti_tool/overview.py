"""What trainers see of a course: tasks with counts, people with their state, and why a score has not arrived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, selectinload

from lti_tool import attempts, refusals
from lti_tool.gateway import Member, Role
from lti_tool.models import Attempt, Placement, Platform, ScoreDelivery, User

State = Literal["not-started", "open", "submitted", "returned", "graded"]
ALIAS_ORDER = "\uffff"


@dataclass(frozen=True, kw_only=True)
class Task:
    """A placement of the course: how many people have started, handed in, and wait for a reader."""

    placement: Placement
    started: int
    handed_in: int
    to_read: int


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Where a score is (`trainer.score.<state>`, `trainer.reason.<code>`); `at` is the next try or the arrival."""

    state: Literal["none", "waiting", "trying", "held", "noted", "delivered", "stopped"]
    code: str = ""
    status: int | None = None
    at: dt.datetime | None = None
    tries: int = 0

    @property
    def refused(self) -> bool:
        """The platform said no to this score or its column; `at` is missing where nobody asks any more."""
        return self.state in ("trying", "stopped") and self.code in refusals.SINGLE


@dataclass(frozen=True)
class Pause:
    """Nobody asks the platform before then; `refusal` says why it takes no score, empty: it was down."""

    until: dt.datetime
    refusal: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A person at a placement. `user` is None for someone on the roster who was never here."""

    name: str
    state: State
    user: User | None = None
    latest: Attempt | None = None
    best: Attempt | None = None
    delivery: ScoreDelivery | None = None
    count: int = 0

    @property
    def reason(self) -> Reason:
        return reason_of(self.delivery)


def tasks(session: Session, context: int) -> list[Task]:
    """The tasks of a course that show something, by title."""
    people = func.count(func.distinct(Attempt.user_id))
    done = func.count(func.distinct(case((Attempt.state != "open", Attempt.user_id))))
    unread = func.count(func.distinct(case((Attempt.state == "submitted", Attempt.id))))
    rows = session.execute(
        select(Placement, people, done, unread)
        .outerjoin(Attempt, (Attempt.placement_id == Placement.id) & Attempt.trial.is_(False))
        .where(Placement.context_pk == context, Placement.activity != "")
        .group_by(Placement.id)
        .order_by(Placement.title, Placement.id)
    ).all()
    return [Task(placement=row[0], started=row[1], handed_in=row[2], to_read=row[3]) for row in rows]


def rows(session: Session, placement: int, roster: Iterable[Member] = ()) -> list[Row]:
    """Everyone who has worked here, and who of the roster has not, by name."""
    worked: dict[int, list[Attempt]] = {}
    query = (
        select(Attempt)
        .where(Attempt.placement_id == placement, Attempt.trial.is_(False))
        .options(selectinload(Attempt.answers))
        .order_by(Attempt.number)
    )
    for attempt in session.scalars(query):
        worked.setdefault(attempt.user_id, []).append(attempt)
    people = {user.id: user for user in session.scalars(select(User).where(User.id.in_(worked)))}
    mine = select(ScoreDelivery).where(ScoreDelivery.placement_id == placement)
    deliveries = {row.user_id: row for row in session.scalars(mine)}
    found = [_row(people[user], mine, deliveries.get(user)) for user, mine in worked.items()]
    known = {user.subject for user in people.values()}
    missing = [member for member in roster if _learns(member) and member.user not in known]
    found += [Row(name=member.name, state="not-started") for member in missing]
    return sorted(found, key=lambda row: (row.name or ALIAS_ORDER).casefold())


def name_of(user: User) -> str:
    return user.name or user.alias


def reason_of(row: ScoreDelivery | None) -> Reason:
    """Where a score is and why it is not further."""
    if row is None:
        return Reason(state="none")
    if row.state == "delivered":
        return Reason(state="noted" if row.points is None else "delivered", at=row.delivered_at)
    if row.state in ("held", "stopped"):
        return Reason(state="held" if row.state == "held" else "stopped", code=row.reason, status=row.status)
    if row.reason:
        return Reason(state="trying", code=row.reason, status=row.status, at=row.due_at, tries=row.tries)
    return Reason(state="waiting")


def pause(session: Session, platform: int, now: dt.datetime) -> Pause | None:
    """Until when nobody asks this platform, and why."""
    row = session.get_one(Platform, platform)
    return Pause(row.paused_until, row.refusal) if row.paused_until and row.paused_until > now else None


def _row(user: User, mine: Sequence[Attempt], delivery: ScoreDelivery | None) -> Row:
    done = [attempt for attempt in mine if attempt.state != "open"]
    return Row(
        name=name_of(user),
        state=_state(mine, done),
        user=user,
        latest=done[-1] if done else mine[-1],
        best=attempts.counted(done),
        delivery=delivery,
        count=len(mine),
    )


def _state(mine: Sequence[Attempt], done: Sequence[Attempt]) -> State:
    """What matters most to whoever teaches: something to read, then something under revision, then the last result."""
    if any(attempt.state == "submitted" for attempt in done):
        return "submitted"
    if not done or (mine[-1].state == "open" and done[-1].points is None):
        return "open"
    return "returned" if done[-1].state == "returned" else "graded"


def _learns(member: Member) -> bool:
    return member.active and not any(role.teaches for role in member.roles) and Role.OTHER not in member.roles
