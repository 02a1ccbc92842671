"""What can be switched on at the sandbox: named faults of its services, and the manners of named platforms."""

from __future__ import annotations

from collections.abc import Mapping

from lti_tool.sandbox.model import ILIAS, MOODLE, Endpoint, Fault, Quirks, Sandbox

SERVICES: tuple[Endpoint, ...] = ("token", "lineitems", "lineitem", "scores", "results", "members")
SLOW_SECONDS = 20
"""Longer than the tool waits for an answer."""
STORAGE_FRAME = "lti-storage"
INVALID_SCOPE = b'{"error": "invalid_scope"}'


def _scores(status: int, **headers: str) -> dict[Endpoint, Fault]:
    return {"scores": Fault(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})}


FAULTS: Mapping[str, Mapping[Endpoint, Fault]] = {
    "none": {},
    "down": {name: Fault(hang_up=True) for name in SERVICES},
    "slow": {"scores": Fault(delay=SLOW_SECONDS)},
    "401": _scores(401),
    "409": _scores(409),
    "429": _scores(429, Retry_After="30"),
    "500": _scores(500),
    "scope": {"token": Fault(status=400, body=INVALID_SCOPE), "scores": Fault(status=403)},
}
"""A refused scope is refused with the next token: the one that the tool still has must not help."""

MANNERS: Mapping[str, Quirks] = {
    "standard": Quirks(),
    "storage": Quirks(storage_frame=STORAGE_FRAME),
    "moodle": MOODLE,
    "ilias": ILIAS,
}


def switch_fault(sandbox: Sandbox, name: str) -> None:
    """Raises KeyError for a name that is not in `FAULTS`."""
    faults = FAULTS[name]
    sandbox.faults.clear()
    sandbox.faults.update(faults)
    sandbox.fault = name


def switch_manners(sandbox: Sandbox, name: str) -> None:
    """Raises KeyError for a name that is not in `MANNERS`."""
    sandbox.quirks = MANNERS[name]
    sandbox.manners = name
