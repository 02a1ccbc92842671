"""How often whoever has no launch yet may ask: a count per page and address, in the memory of the process.

No thread, no clean-up of its own: a new minute begins with an empty table.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from ipaddress import IPv6Network

from flask import request
from werkzeug.exceptions import TooManyRequests

SECONDS = 60
NETWORK = 64
"""Bits of an IPv6 address that a household has; the rest any machine chooses as it likes."""


class Limit:
    """At most `most` requests of one kind from one address within `seconds`."""

    def __init__(self, most: int, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], int] = {}
        self._ends = 0.0

    def wait(self, kind: str, address: str) -> int:
        """Counts a request; the seconds until the next is welcome, 0 where this one is."""
        key = kind, sender(address)
        now = self._clock()
        with self._lock:
            if now >= self._ends:
                self._counts = {}
                self._ends = now + self._seconds
            count = self._counts[key] = self._counts.get(key, 0) + 1
        return 0 if count <= self._most else int(self._ends - now) + 1

    def check(self) -> None:
        """For `before_request` of a blueprint."""
        wait = self.wait(request.endpoint or "", request.remote_addr or "")
        if wait:
            raise TooManyRequests(retry_after=wait)


def sender(address: str) -> str:
    """The address, of IPv6 its network; what is no address stays what it is."""
    if ":" not in address:
        return address
    try:
        return str(IPv6Network((address, NETWORK), strict=False))
    except ValueError:
        return address
