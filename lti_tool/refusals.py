"""Scores that a platform does not take, while it takes others: when to ask again (AGS 2.0, 3.4).

Somebody is no longer in the course (400), a column was deleted (404) or does not belong to the tool (403). All of these
end when somebody there changes something, so each score is asked about again, ever more rarely, for two months. Where
several people are refused in a row and nobody's score is taken in between, their column is the trouble: it rests, and
one score at a time asks for all. A sign of life brings a try forward: the person opens the activity, the platform
names another column, one of the scores gets through, a trainer presses "send again". No score is ever thrown away.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from lti_tool.models import ScoreDelivery
from lti_tool.scores import Delivery, Policy
from lti_tool.standing import SIGN_OF_LIFE, change

SINGLE = frozenset(
    (
        "answer-malformed",
        "answer-too-large",
        "forbidden",
        "media-type-refused",
        "no-column",
        "not-found",
        "not-offered",
        "request-refused",
        "scope-missing",
        "unauthorised",
    )
)
"""Refusals of a score or of its column; `scope-missing` where it is only missing for finding a column."""
GAVE_UP = "gave-up"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What follows from a refusal. `resting`: until when the whole column is left alone, None if only this score is."""

    code: str
    since: dt.datetime
    due_at: dt.datetime
    resting: dt.datetime | None
    over: bool


def judge(session: Session, item: Delivery, code: str, now: dt.datetime, policy: Policy) -> Verdict:
    """As long again as it has been so, within limits; by what happened to others, for the column or this score.

    All of a column are due at one time, and `outbox.claim` begins with whom nobody has asked about for longest: so each
    gets a turn, and those who left the course keep nobody waiting for ever.
    """
    again = item.reason == code or {item.reason, code} <= SINGLE
    since = item.counts_from if again else now
    accepted = _accepted(session, item.placement)
    others = session.scalars(
        select(ScoreDelivery.first_due_at).where(
            *_of(item.placement), *_refused("waiting"), ScoreDelivery.id != item.id, *_begun_after(accepted)
        )
    ).all()
    in_a_row = len(others) + 1 >= policy.refusals_before_rest and (accepted is None or since > accepted)
    lasting = now - (min(since, *others) if in_a_row else since)
    until = now + min(max(lasting, policy.first_refusal_pause), policy.longest_refusal_pause)
    return Verdict(
        code=code,
        since=since,
        due_at=until,
        resting=until if in_a_row else None,
        over=lasting >= policy.refusals_end_after,
    )


def rest(session: Session, item: Delivery, verdict: Verdict, now: dt.datetime) -> None:
    """All that wait for this column wait until it is asked again; after two months they stop, with the reason."""
    others = and_(*_of(item.placement), ScoreDelivery.id != item.id, ScoreDelivery.state == "waiting")
    fresh = ScoreDelivery.reason.not_in(SINGLE)
    change(session, and_(others, fresh), reason=verdict.code, first_due_at=now, due_at=verdict.resting)
    refused = and_(others, ScoreDelivery.reason.in_(SINGLE))
    change(session, and_(refused, ScoreDelivery.due_at < verdict.resting), due_at=verdict.resting)
    if verdict.over:
        change(session, refused, state="stopped", due_at=now)


def works(session: Session, item: Delivery, now: dt.datetime) -> None:
    """A score that was refused is about to be noted as delivered: who was refused since the last one is due at once."""
    if item.reason in SINGLE:
        since_then = _begun_after(_accepted(session, item.placement))
        change(session, and_(*_of(item.placement), *_refused("waiting"), *since_then), due_at=now)


def wake(session: Session, placement: int, now: dt.datetime) -> None:
    """Another column, or somebody who knows that it works again: all of them are due, also those that had stopped."""
    change(session, and_(*_of(placement), *_refused("waiting")), due_at=now)
    stopped = and_(*_of(placement), *_refused("stopped"))
    change(session, stopped, state="waiting", due_at=now, first_due_at=now, tries=0)


def worth_a_try(state: str | None, reason: str | None, last: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a person who opens the activity is reason enough to send their score now."""
    lately = last is not None and now - last < SIGN_OF_LIFE
    return state in ("waiting", "stopped") and (reason in SINGLE or reason == GAVE_UP) and not lately


def seen_alive(session: Session, placement: int, user: int, now: dt.datetime) -> None:
    """The person is in the course (again), as they open the activity from there.

    A launch may hold the platform's row by now, for which whoever settles this score may wait: it waits for nobody.
    """
    mine = (*_of(placement), ScoreDelivery.user_id == user)
    row = session.scalar(select(ScoreDelivery).where(*mine).with_for_update(skip_locked=True))
    if row is None or not worth_a_try(row.state, row.reason, row.last_timestamp, now):
        return
    if row.state == "stopped":
        row.state, row.first_due_at, row.tries = "waiting", now, 0
    row.due_at = now


def _accepted(session: Session, placement: int) -> dt.datetime | None:
    """When the platform last took a score for this column."""
    return session.scalar(select(func.max(ScoreDelivery.delivered_at)).where(*_of(placement)))


def _of(placement: int) -> tuple[ColumnElement[bool], ...]:
    return (ScoreDelivery.placement_id == placement,)


def _refused(state: str) -> tuple[ColumnElement[bool], ...]:
    return ScoreDelivery.state == state, ScoreDelivery.reason.in_(SINGLE)


def _begun_after(moment: dt.datetime | None) -> tuple[ColumnElement[bool], ...]:
    return () if moment is None else (ScoreDelivery.first_due_at > moment,)
