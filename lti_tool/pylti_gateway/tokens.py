"""Bearer tokens of platforms, in the memory of the process alone (OAuth 2.0, RFC 6749, 10.3): no disk ever sees one."""

from __future__ import annotations

import datetime as dt

from content.frozen import frozen
from lti_tool.pylti_gateway.registrations import Registered

MARGIN = dt.timedelta(seconds=60)
"""A token this close to its end is no longer sent: it could end on the way."""


@frozen
class Asked:
    """What a token is for. The whole registration: a changed one, or a later one of the same number, needs its own."""

    registered: Registered
    scopes: str


@frozen
class Kept:
    """A token and its end."""

    token: str
    expires_at: dt.datetime

    def holds(self, now: dt.datetime) -> bool:
        return self.expires_at - MARGIN > now


class Tokens:
    """The tokens that this process got. Every process asks for its own: a few requests an hour, as tokens live long.

    Threads share it: each step is one operation on a dict, and a token that two of them fetch at once holds twice.
    """

    def __init__(self) -> None:
        self._kept: dict[Asked, Kept] = {}

    def get(self, asked: Asked, now: dt.datetime) -> str | None:
        """One that still holds, else None."""
        kept = self._kept.get(asked)
        return kept.token if kept is not None and kept.holds(now) else None

    def keep(self, asked: Asked, kept: Kept, now: dt.datetime) -> None:
        """Those that have ended go: what is kept grows with the registrations and not with time."""
        for other, old in list(self._kept.items()):
            if not old.holds(now):
                self._kept.pop(other, None)
        self._kept[asked] = kept

    def forget(self, asked: Asked) -> None:
        """The platform does not take it any more. Once more does no harm."""
        self._kept.pop(asked, None)
