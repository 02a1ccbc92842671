"""How a platform stands with us: whether it answers, and whether it takes our registration (AGS 2.0; RFC 6749, 5.2).

A platform that is down is left alone for minutes. One that turns the registration away, because somebody has switched
the tool off there or has changed a key, is asked once in a while, then ever more rarely, for two months; a sign of life
(a launch, a roster, the self-test, a person who presses "send again") brings the next try forward. Scores wait
meanwhile, and none is lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from lti_tool.models import Context, Placement, Platform, ScoreDelivery
from lti_tool.scores import LONGEST_WAIT, Policy

REGISTRATION = frozenset(
    ("client-refused", "token-malformed", "token-redirected", "platform-inactive", "scope-missing")
)
"""Refusals that concern all scores of a platform alike, and end when somebody there or here changes a setting."""
SIGN_OF_LIFE = dt.timedelta(minutes=5)
"""Launches come by the second; so often at most they bring a try forward."""


def is_of_registration(code: str, *, column_known: bool) -> bool:
    """A scope that is only missing for finding a column says nothing about the other scores."""
    return code in REGISTRATION and (column_known or code != "scope-missing")


def note_failure(session: Session, platform: int, now: dt.datetime, retry_after: int | None, policy: Policy) -> bool:
    """Counts a failure of the platform; after some in a row nobody tries for a while (True)."""
    failures = session.scalar(
        update(Platform)
        .where(Platform.id == platform)
        .values(failures=Platform.failures + 1)
        .returning(Platform.failures)
    )
    if failures is None or failures < policy.failures_before_pause:
        return False
    pause = min(policy.first_delay * 2 ** min(failures - policy.failures_before_pause, 20), policy.longest_pause)
    until = now + max(pause, min(dt.timedelta(seconds=retry_after or 0), LONGEST_WAIT))
    session.execute(update(Platform).where(Platform.id == platform).values(paused_until=until))
    return True


def note_refusal(session: Session, platform: int, code: str, now: dt.datetime, policy: Policy) -> None:
    """The registration was turned away: nobody asks again for as long as it has been so, within limits.

    When that has lasted for `refusals_end_after`, the scores that wait stop, with the reason.
    """
    row = session.get_one(Platform, platform, with_for_update=True, populate_existing=True)
    row.refused_since = row.refused_since or now
    row.refusal, row.interrupted_at = code, now
    lasting = now - row.refused_since
    row.paused_until = now + min(max(lasting, policy.first_refusal_pause), policy.longest_refusal_pause)
    change(session, and_(_turned_away(platform), _state("waiting")), due_at=row.paused_until)
    if lasting >= policy.refusals_end_after:
        change(session, and_(_of(platform), _state("waiting")), state="stopped", reason=code, due_at=now)


def works(session: Session, platform: int, now: dt.datetime) -> None:
    """A score or a new token came through: all trouble is forgotten, and what waited for its end is due at once."""
    row = session.get_one(Platform, platform, populate_existing=True)
    if not (row.failures or row.refusal):
        return
    if row.paused_until is not None:
        change(session, and_(_of(platform), _state("waiting"), ScoreDelivery.due_at > now), due_at=now)
    if row.refusal:
        _wake(session, platform, now)
    gave_up = and_(_of(platform), _state("stopped"), ScoreDelivery.reason == "gave-up")
    change(session, gave_up, state="waiting", due_at=now, first_due_at=now, tries=0)
    row.failures, row.paused_until = 0, None
    row.refusal, row.refused_since = "", None


def worth_a_try(
    refusal: str, interrupted_at: dt.datetime | None, paused_until: dt.datetime | None, now: dt.datetime
) -> bool:
    """Whether a sign of life of a platform that turned us away is reason enough to ask it now."""
    lately = interrupted_at is not None and now - interrupted_at < SIGN_OF_LIFE
    return bool(refusal) and paused_until is not None and not lately


def seen_alive(session: Session, platform: int, now: dt.datetime) -> None:
    """Somebody launched from there, or it told us its roster: perhaps it takes scores as well."""
    row = session.get_one(Platform, platform)
    if worth_a_try(row.refusal, row.interrupted_at, row.paused_until, now):
        _try(session, row, now)


def try_again(session: Session, platforms: Sequence[int], now: dt.datetime) -> None:
    """A person wants these platforms to be asked now, and knows why."""
    for row in session.scalars(select(Platform).where(Platform.id.in_(platforms), Platform.refusal != "")):
        _try(session, row, now)


def begin_anew(session: Session, platform: Platform, now: dt.datetime) -> None:
    """The registration was switched on (again): the week in which a score may fail begins now."""
    works(session, platform.id, now)
    platform.interrupted_at = now


def _try(session: Session, row: Platform, now: dt.datetime) -> None:
    """One try, not the end of the trouble: if it fails, the pause goes on as long as it would have been."""
    row.paused_until = None
    _wake(session, row.id, now)


def _wake(session: Session, platform: int, now: dt.datetime) -> None:
    """What was turned away is due, and what had stopped for it waits again."""
    turned_away = _turned_away(platform)
    change(session, and_(turned_away, _state("waiting")), due_at=now)
    change(session, and_(turned_away, _state("stopped")), state="waiting", due_at=now, first_due_at=now, tries=0)


def _of(platform: int) -> ColumnElement[bool]:
    mine = select(Placement.id).join(Context).where(Context.platform_id == platform)
    return ScoreDelivery.placement_id.in_(mine)


def _turned_away(platform: int) -> ColumnElement[bool]:
    return and_(_of(platform), ScoreDelivery.reason.in_(REGISTRATION))


def _state(name: str) -> ColumnElement[bool]:
    return ScoreDelivery.state == name


def change(session: Session, where: ColumnElement[bool], **values: object) -> None:
    """Changes rows that nobody else is at: who settles one now must not wait for us while we wait for them."""
    free = select(ScoreDelivery.id).where(where).with_for_update(skip_locked=True)
    session.execute(
        update(ScoreDelivery)
        .where(ScoreDelivery.id.in_(free))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
