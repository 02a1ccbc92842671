"""The worker of one machine: delivers due scores until it is told to stop, and cleans up once a day."""

from __future__ import annotations

import datetime as dt
import signal
import threading
from collections.abc import Callable
from types import FrameType

import structlog
from sqlalchemy.exc import OperationalError

from lti_tool.delivery import Courier

IDLE_SECONDS = 1.0
TROUBLE_SECONDS = 5.0
DAY = dt.timedelta(days=1)

log = structlog.get_logger(__name__)


def run_once(courier: Courier) -> int:
    """Delivers everything that is due now; returns how many scores were tried."""
    tried = 0
    while found := courier.deliver_due():
        tried += found
    return tried


def run(courier: Courier, stop: threading.Event, clean_up: Callable[[], None], idle: float = IDLE_SECONDS) -> None:
    """Until `stop`: what has begun is finished. A database that is away for a moment ends nothing."""
    next_clean_up = courier.clock()
    while not stop.is_set():
        try:
            if courier.clock() >= next_clean_up:
                clean_up()
                next_clean_up = courier.clock() + DAY
            if not courier.deliver_due():
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
