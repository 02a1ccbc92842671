"""A score on its way, as values: what it says, who may see how much of it, how long things may take."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

from lti_tool.gateway import ScoreUpdate
from lti_tool.models import Placement, Platform, ScoreDelivery
from lti_tool.traits import traits

SECOND = dt.timedelta(seconds=1)
LONGEST_WAIT = dt.timedelta(days=1)
"""However long a platform asks us to wait."""
DECIMALS = 4


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How long things take. A lease outlives every request with its time-outs and one renewal of the token."""

    lease: dt.timedelta = dt.timedelta(seconds=120)
    send_within: dt.timedelta = dt.timedelta(seconds=60)
    first_delay: dt.timedelta = dt.timedelta(seconds=30)
    longest_delay: dt.timedelta = dt.timedelta(hours=1)
    give_up_after: dt.timedelta = dt.timedelta(days=7)
    spread: float = 0.2
    failures_before_pause: int = 5
    refusals_before_rest: int = 3
    """So many people in a row, and nobody accepted in between: then it is the column, not they."""
    longest_pause: dt.timedelta = dt.timedelta(minutes=5)
    first_refusal_pause: dt.timedelta = dt.timedelta(minutes=15)
    longest_refusal_pause: dt.timedelta = dt.timedelta(hours=12)
    refusals_end_after: dt.timedelta = dt.timedelta(days=60)

    def delay(self, tries: int, retry_after: int | None = None) -> dt.timedelta:
        """Twice as long each time, a fifth more or less, never shorter than the platform asked for."""
        steps = min(max(tries, 1) - 1, 20)
        delay: dt.timedelta = min(self.first_delay * 2**steps, self.longest_delay)
        delay *= random.uniform(1 - self.spread, 1 + self.spread)  # noqa: S311 - to spread them
        return max(delay, min(dt.timedelta(seconds=retry_after or 0), LONGEST_WAIT))


POLICY = Policy()


@dataclass(frozen=True, kw_only=True)
class Score:
    """What a person has reached; without `points` someone still has to read it."""

    points: float | None
    maximum: float
    comment: str = ""
    started_at: dt.datetime | None = None
    submitted_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A score under way: which row, which of its revisions, and until when this worker holds it."""

    id: int
    revision: int
    tries: int
    lease: dt.datetime
    not_before: dt.datetime
    counts_from: dt.datetime
    """Since when it could have arrived: not before the platform last turned the whole registration away."""
    reason: str
    """Why it has not arrived so far, as a code; empty for one that was never refused."""
    platform: int
    ailing: bool
    """The platform has failed last time; a success is news."""
    placement: int
    line_item: str
    score: ScoreUpdate

    def stamped(self, now: dt.datetime) -> ScoreUpdate:
        """The score with the timestamp of its sending."""
        return replace(self.score, timestamp=max(now, self.not_before))


def obstacle(row: ScoreDelivery, placement: Placement, platform: Platform) -> str:
    """Why this score must not be sent now, as a key `held.<code>`; empty if it can."""
    if placement.line_item_id is None and not placement.line_items_url:
        return "no-column"
    known = traits(platform.family, platform.version)
    if placement.line_item_id is None and not known.finds_columns:
        return "no-column"
    if row.points is None and known.only_numbers and platform.passback_mode == "points":
        return "unread"
    return ""


def delivery(row: ScoreDelivery, platform: Platform, subject: str, url: str, lease: dt.datetime) -> Delivery:
    times = [time for time in (row.last_timestamp, row.leased_until) if time is not None]
    return Delivery(
        id=row.id,
        revision=row.revision,
        tries=row.tries + 1,
        lease=lease,
        not_before=max(times) + SECOND if times else row.first_due_at,
        counts_from=max(row.first_due_at, platform.interrupted_at or row.first_due_at),
        reason=row.reason,
        platform=platform.id,
        ailing=platform.failures > 0 or bool(platform.refusal),
        placement=row.placement_id,
        line_item=url,
        score=_payload(row, platform, subject),
    )


def _payload(row: ScoreDelivery, platform: Platform, subject: str) -> ScoreUpdate:
    """Points and comment, or where the registration says so only that the work is done."""
    stamp = row.first_due_at
    if platform.passback_mode == "completion":
        return ScoreUpdate(user=subject, given=1, maximum=1, timestamp=stamp, submitted_at=row.submitted_at)
    return ScoreUpdate(
        user=subject,
        given=None if row.points is None else round(row.points, DECIMALS),
        maximum=round(row.maximum, DECIMALS),
        activity="Submitted" if row.points is None else "Completed",
        grading="PendingManual" if row.points is None else "FullyGraded",
        comment=row.comment,
        timestamp=stamp,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
    )
