"""The worker of one machine: delivers due scores until it is told to stop; looks after held ones and old data."""

from __future__ import annotations

import datetime as dt
import signal
import threading
from dataclasses import dataclass
from types import FrameType

import structlog
from sqlalchemy.exc import OperationalError

from lti_tool import outbox, privacy, uploads
from lti_tool.db import reads_only
from lti_tool.delivery import Courier
from lti_tool.privacy import Periods, Removed
from lti_tool.uploads import Store

IDLE_SECONDS = 1.0
TROUBLE_SECONDS = 5.0
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Duties:
    """Everything that happens without a request. Each can run in any process, at any time, several at once."""

    courier: Courier
    store: Store
    periods: Periods

    def wake_held(self) -> int:
        with self.courier.sessions.begin() as session:
            return outbox.wake_held(session, self.courier.clock())

    def clean_up(self) -> Removed:
        """Deletes what is too old; files go after the commit, and forgotten ones with them."""
        now = self.courier.clock()
        with self.courier.sessions.begin() as session:
            removed = privacy.clean_up(session, self.periods, now)
        for key in removed.keys:
            self.store.delete(key)
        with self.courier.sessions() as session:
            reads_only(session)
            kept = uploads.known(session)
        orphans = uploads.sweep(self.store, kept, now)
        log.info("cleaned up", people=removed.people, drafts=removed.drafts, entries=removed.entries, files=orphans)
        return removed


def run_once(courier: Courier) -> int:
    """Delivers everything that is due now; returns how many scores were tried."""
    tried = 0
    while found := courier.deliver_due():
        tried += found
    return tried


def run(duties: Duties, stop: threading.Event, idle: float = IDLE_SECONDS) -> None:
    """Until `stop`: what has begun is finished. A database that is away for a moment ends nothing."""
    clock = duties.courier.clock
    next_look = next_clean_up = clock()
    while not stop.is_set():
        try:
            if clock() >= next_look:
                duties.wake_held()
                next_look = clock() + MINUTE
            if clock() >= next_clean_up:
                duties.clean_up()
                next_clean_up = clock() + DAY
            if not duties.courier.deliver_due():
                stop.wait(idle)
        except OperationalError:
            log.exception("database is not there")
            stop.wait(TROUBLE_SECONDS)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set: the score under way is settled before the process ends."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    return stop
