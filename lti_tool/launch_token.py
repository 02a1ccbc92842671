"""The launch token: what a launch allows, signed and short-lived, carried in forms and headers instead of a cookie.

It is readable, not secret: it holds keys of our tables, never names. Tokens never stand in addresses, because
addresses end up in logs and screenshots.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from content.findings import Language
from content.frozen import frozen
from lti_tool.gateway import DeepLinking, MessageType, Role

SALT = "launch"
CLOCKS = dt.timedelta(seconds=60)
"""By how much the clocks of two of our own machines may differ: one gives out what the other reads at once."""


class LaunchExpired(Exception):
    """The token is missing, too old, forged, or what it names is gone: the person starts from the course again.

    `frames` are the origins that may show the page that says so.
    """

    def __init__(self, reason: str, frames: tuple[str, ...] = ()) -> None:
        self.frames = frames
        super().__init__(reason)


@frozen(kw_only=True)
class CurrentLaunch:
    """Who works where. `platform`, `context`, `placement` and `user` are keys of our tables.

    `placement` is None where a launch concerns no single link (deep linking). `frames` are the origins that may show
    this launch in a frame. `for_user` is the subject whose work a submission review is about.
    """

    id: str
    platform: int
    deployment: str
    context: int
    placement: int | None
    user: int
    roles: frozenset[Role]
    language: Language
    message: MessageType
    frames: tuple[str, ...]
    issued_at: dt.datetime
    return_url: str = ""
    for_user: str = ""
    deep_linking: DeepLinking | None = None

    @property
    def teaches(self) -> bool:
        return any(role.teaches for role in self.roles)


ENCODER = json.JSONEncoder(separators=(",", ":"))
FIELDS = tuple(field.name for field in fields(CurrentLaunch))


class Uncompressed(URLSafeSerializer):
    """Compressing takes longer than making the rest of the page; tokens that are compressed can be read."""

    def dump_payload(self, obj: object) -> bytes:
        return base64_encode(ENCODER.encode(obj))


class LaunchTokens:
    """Signs with the first key, accepts all; `lifetime` counts from the launch."""

    def __init__(self, keys: Sequence[str], lifetime: dt.timedelta) -> None:
        # itsdangerous signs with the last key of the list.
        self._serializer = Uncompressed(
            list(reversed(keys)), salt=SALT, signer_kwargs={"digest_method": hashlib.sha256}
        )
        self._lifetime = lifetime

    def issue(self, launch: CurrentLaunch) -> str:
        values = {name: value for name in FIELDS if (value := getattr(launch, name)) is not None and value != ""}
        values["roles"] = sorted(role.value for role in launch.roles)
        values["issued_at"] = launch.issued_at.timestamp()
        if launch.deep_linking is not None:
            values["deep_linking"] = asdict(launch.deep_linking)
        return str(self._serializer.dumps(values))

    def read(self, token: str, now: dt.datetime) -> CurrentLaunch:
        """Raises `LaunchExpired`."""
        try:
            launch = _launch(self._serializer.loads(token))
        except (BadData, KeyError, TypeError, ValueError) as error:
            raise LaunchExpired("unreadable") from error
        if not launch.issued_at - CLOCKS <= now < launch.issued_at + self._lifetime:
            raise LaunchExpired("too old", launch.frames)
        return launch


def _launch(values: dict[str, Any]) -> CurrentLaunch:
    deep_linking = values.get("deep_linking")
    if deep_linking is not None:
        deep_linking = DeepLinking(**{**deep_linking, "accept_types": tuple(deep_linking["accept_types"])})
    return CurrentLaunch(
        **{
            "placement": None,
            **values,
            "roles": frozenset(Role(role) for role in values["roles"]),
            "frames": tuple(values["frames"]),
            "issued_at": dt.datetime.fromtimestamp(values["issued_at"], dt.UTC),
            "deep_linking": deep_linking,
        }
    )
