"""What the self-test looks at and says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lti_tool.gateway import PlatformRefused, PlatformUnavailable

Status = Literal["ok", "hint", "fault", "skipped"]


@dataclass(frozen=True)
class Finding:
    """`check` names what was looked at (`doctor.check.<check>`), `code` what was found (`doctor.<code>`)."""

    check: str
    status: Status
    code: str
    detail: str = ""


@dataclass(frozen=True)
class Patient:
    """What is examined, free of any session."""

    id: int
    active: bool
    family: str
    version: str
    login_url: str
    token_url: str
    jwks_url: str
    allowed_hosts: frozenset[str]
    has_deployment: bool


@dataclass(frozen=True)
class Course:
    """A course in which the services can be tried, as its launches told."""

    scopes: frozenset[str]
    line_items: str
    line_item: str
    memberships: str


def fault_of(call: Callable[[], object]) -> tuple[str, str] | None:
    """Code and HTTP status of what went wrong, or None."""
    try:
        call()
    except PlatformRefused as error:
        return error.code, str(error.status or "")
    except PlatformUnavailable as error:
        return error.code, ""
    return None
