"""Delivers due scores: the function that the worker of one machine and the jobs on PostgreSQL call alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import columns, outbox, refusals, standing
from lti_tool.db import forgettable
from lti_tool.gateway import PlatformGateway, PlatformRefused, PlatformUnavailable
from lti_tool.scores import POLICY, Delivery, Policy

CONFLICT = 409
BATCH = 10
OURS = ("column-busy", "conflict", "internal", "locked")
"""What says nothing about whether the platform works: one score or one column is the trouble."""

PASSING = ("keys-not-read", "redirected", "address-forbidden")
"""Refusals that pass without anybody's help: our own web service, a page that says "maintenance", a name server."""

Clock = Callable[[], dt.datetime]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Courier:
    """Everything that a delivery needs; one per process."""

    sessions: sessionmaker[Session]
    gateway: PlatformGateway
    clock: Clock
    policy: Policy = POLICY

    def deliver_due(self, limit: int = BATCH) -> int:
        """Claims up to `limit` due scores and sends them one after the other; returns how many were claimed."""
        with self._light(server=False) as session:
            batch = outbox.claim(session, self.clock(), limit, self.policy)
        down: set[int] = set()
        resting: dict[int, dt.datetime] = {}
        failed: set[int] = set()
        for item in batch:
            now = self.clock()
            if item.platform in down:
                self._settle(outbox.release, item, now)
            elif now + self.policy.send_within > item.lease:
                self._settle(outbox.release, item, now)  # too late to be sure of the lease: next time
            elif item.placement in resting:
                self._settle(outbox.release, item, resting[item.placement])
            elif not self._deliver(item, failed, resting):
                down.add(item.platform)
        return len(batch)

    def _deliver(self, item: Delivery, failed: set[int], resting: dict[int, dt.datetime]) -> bool:
        """Sends one score; False where nobody should try this platform for a while."""
        stamp: dt.datetime | None = None
        try:
            address = item.line_item or columns.resolve(self.sessions, self.gateway, item.placement, self.clock())
            score = item.stamped(self.clock())
            stamp = score.timestamp
            self.gateway.publish_score(item.platform, address, score)
        except PlatformUnavailable as error:
            failed.add(item.platform)
            return self._failed(item, stamp, error.code, error.retry_after)
        except PlatformRefused as error:
            if standing.is_of_registration(error.code, column_known=stamp is not None):
                return self._turned_away(item, error)
            # Something newer is there, or both fell into one second: a fresh stamp decides.
            if error.status == CONFLICT or error.code in PASSING:
                return self._failed(item, stamp, error.code, None, error.status)
            self._refused(item, error, stamp, resting)
            return True
        except Exception:  # a fault of ours must neither lose the score nor stop the others
            log.exception("delivery failed", platform=item.platform, delivery=item.id)
            return self._failed(item, stamp, "internal", None)
        with self._light() as session:
            refusals.works(session, item, self.clock())
            outbox.settle_delivered(session, item, score.timestamp, self.clock())
            if item.ailing or item.platform in failed:
                standing.works(session, item.platform, self.clock())
        return True

    @contextmanager
    def _light(self, *, server: bool = True) -> Iterator[Session]:
        """A transaction that does not wait for the disk.

        The score itself was on the disk before its owner saw a page. What a power cut can take is that it was
        delivered: then it is sent once more, later than before; or that it was claimed, whose worker is gone as well.
        A worker outlives a crash of PostgreSQL, so there a claim waits (`server=False`).
        """
        with self.sessions.begin() as session:
            forgettable(session, server=server)
            yield session

    def _failed(
        self, item: Delivery, stamp: dt.datetime | None, code: str, retry_after: int | None, status: int | None = None
    ) -> bool:
        now = self.clock()
        with self.sessions.begin() as session:
            outbox.settle_failed(
                session, item, code, now, stamp=stamp, retry_after=retry_after, status=status, policy=self.policy
            )
            counts = status != CONFLICT and code not in OURS
            paused = counts and standing.note_failure(session, item.platform, now, retry_after, self.policy)
        log.info("score delayed", platform=item.platform, code=code, tries=item.tries)
        return not paused

    def _refused(
        self, item: Delivery, error: PlatformRefused, stamp: dt.datetime | None, resting: dict[int, dt.datetime]
    ) -> None:
        """This score is asked about again later; where its column is the trouble, none of the others is sent either."""
        gone = item.line_item if error.code == "not-found" else ""
        moved = bool(gone) and columns.found_elsewhere(self.sessions, self.gateway, item.placement, gone)
        with self.sessions.begin() as session:
            until = outbox.settle_refused(
                session, item, error.code, self.clock(), status=error.status, stamp=stamp, policy=self.policy
            )
            if moved:
                refusals.wake(session, item.placement, self.clock())
        if until and not moved:
            resting[item.placement] = until
        log.warning("score refused", platform=item.platform, code=error.code, status=error.status)

    def _turned_away(self, item: Delivery, error: PlatformRefused) -> bool:
        """All scores of this platform would meet with the same: they wait, and one of them asks again later."""
        now = self.clock()
        with self.sessions.begin() as session:
            outbox.settle_turned_away(session, item, error.code, error.status, now)
            standing.note_refusal(session, item.platform, error.code, now, self.policy)
        log.warning("registration refused", platform=item.platform, code=error.code, status=error.status)
        return False

    def _settle(self, how: Callable[..., bool], *values: object) -> None:
        with self.sessions.begin() as session:
            how(session, *values)
