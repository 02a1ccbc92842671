"""Who did what to which object, without content and without names (what is kept: see `lti_tool.privacy`)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from lti_tool.models import AuditEntry

COMMAND = "command"
"""The actor of everything that an operator does in a shell."""


def person(user: int) -> str:
    """A person in the log: a number of ours that means nothing outside of it."""
    return f"user:{user}"


def write(session: Session, actor: str, action: str, subject: str, now: dt.datetime) -> None:
    """Notes an action such as `score.resend` on a subject such as `delivery:17`."""
    session.add(AuditEntry(at=now, actor=actor, action=action, subject=subject))


def about(user: int) -> ColumnElement[bool]:
    """Entries by or on a person."""
    name = person(user)
    return or_(AuditEntry.actor == name, AuditEntry.subject == name)
