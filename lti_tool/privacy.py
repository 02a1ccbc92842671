"""What a person may ask for (GDPR articles 15, 17, 20) and what goes by itself: one person's data, erasure, periods."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from lti_tool import audit
from lti_tool.models import (
    Answer,
    Attempt,
    AuditEntry,
    Context,
    Invitation,
    LoginState,
    Placement,
    Platform,
    ScoreDelivery,
    Upload,
    User,
)


@dataclass(frozen=True, kw_only=True)
class Periods:
    """How long things stay, in days: work after the last activity, drafts after the last save, the audit log."""

    attempts: int
    drafts: int
    audit: int


@dataclass(frozen=True, kw_only=True)
class Removed:
    """What a run removed; `keys` are files that the caller deletes from the store after its commit."""

    people: int = 0
    drafts: int = 0
    entries: int = 0
    keys: tuple[str, ...] = ()


def find(session: Session, platform: int, subject: str) -> User | None:
    """The person by what the platform calls them."""
    return session.scalar(select(User).where(User.platform_id == platform, User.subject == subject))


def export(session: Session, user: int) -> dict[str, object]:
    """Everything that is stored about a person, as JSON-able values (article 20: structured, commonly used)."""
    person = session.get_one(User, user)
    platform = session.get_one(Platform, person.platform_id)
    attempts = session.scalars(select(Attempt).where(Attempt.user_id == user).order_by(Attempt.started_at)).all()
    scores = session.scalars(select(ScoreDelivery).where(ScoreDelivery.user_id == user)).all()
    entries = session.scalars(select(AuditEntry).where(audit.about(user)).order_by(AuditEntry.at)).all()
    return {
        "platform": platform.name,
        "subject": person.subject,
        "name": person.name,
        "alias": person.alias,
        "last_activity": person.last_activity.isoformat(),
        "attempts": [_attempt(session, attempt) for attempt in attempts],
        "scores": [_score(session, row, platform) for row in scores],
        "log": [{"at": entry.at.isoformat(), "action": entry.action} for entry in entries],
    }


def erase(session: Session, user: int, actor: str, now: dt.datetime) -> tuple[str, ...]:
    """Deletes a person with everything; returns the keys of their files, to be deleted after the commit."""
    keys = tuple(session.scalars(_upload_keys(User.id == user)))
    session.execute(delete(AuditEntry).where(audit.about(user)))
    session.execute(delete(User).where(User.id == user))
    by_themselves = actor == audit.person(user)
    audit.write(session, "person" if by_themselves else actor, "person.erase", "person", now)
    return keys


def clean_up(session: Session, periods: Periods, now: dt.datetime) -> Removed:
    """Deletes what is older than its period, and notes how much that was (never whose)."""
    late = session.scalars(_idle_people(now - _days(periods.attempts))).all()
    keys = [key for user in late for key in erase(session, user, "retention", now)]
    drafts = session.scalars(_old_drafts(now - _days(periods.drafts))).all()
    keys += session.scalars(_upload_keys(Attempt.id.in_(drafts)))
    session.execute(delete(Attempt).where(Attempt.id.in_(drafts)))
    old = AuditEntry.at < now - _days(periods.audit)
    entries = session.scalar(select(func.count()).select_from(AuditEntry).where(old)) or 0
    session.execute(delete(AuditEntry).where(old))
    for expiring in (LoginState, Invitation):
        session.execute(delete(expiring).where(expiring.expires_at < now))
    removed = Removed(people=len(late), drafts=len(drafts), entries=entries, keys=tuple(keys))
    if removed != Removed():
        counts = f"people:{removed.people} drafts:{removed.drafts} entries:{removed.entries}"
        audit.write(session, "retention", "clean-up", counts, now)
    return removed


def _idle_people(before: dt.datetime) -> Select[int]:
    """Who has not been here since, and whose work nobody has given back since."""
    newer = or_(Attempt.started_at >= before, Attempt.submitted_at >= before, Attempt.returned_at >= before)
    return select(User.id).where(User.last_activity < before, ~exists().where(Attempt.user_id == User.id, newer))


def _old_drafts(before: dt.datetime) -> Select[int]:
    """Open attempts that nobody has touched since."""
    touched = exists().where(Answer.attempt_id == Attempt.id, Answer.saved_at >= before)
    return select(Attempt.id).where(Attempt.state == "open", Attempt.started_at < before, ~touched)


def _upload_keys(where: ColumnElement[bool]) -> Select[str]:
    return (
        select(Upload.key)
        .join(Answer, Upload.answer_id == Answer.id)
        .join(Attempt, Answer.attempt_id == Attempt.id)
        .join(User, Attempt.user_id == User.id)
        .where(where)
    )


def _days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def _attempt(session: Session, attempt: Attempt) -> dict[str, object]:
    placement = session.get_one(Placement, attempt.placement_id)
    course = session.get_one(Context, placement.context_pk)
    return {
        "course": course.title,
        "activity": placement.activity,
        "number": attempt.number,
        "state": attempt.state,
        "version": attempt.version,
        "points": attempt.points,
        "maximum": attempt.maximum,
        "comment": attempt.comment,
        "started_at": _time(attempt.started_at),
        "submitted_at": _time(attempt.submitted_at),
        "returned_at": _time(attempt.returned_at),
        "answers": [_answer(answer) for answer in attempt.answers],
    }


def _answer(answer: Answer) -> dict[str, object]:
    """A reader's notes that were not given back yet are no feedback yet, but they are the person's data."""
    return {
        "exercise": answer.exercise_id,
        "response": answer.response,
        "points": answer.points,
        "maximum": answer.maximum,
        "comment": answer.comment,
        "rubric": answer.rubric,
        "hints": answer.hints,
        "saved_at": _time(answer.saved_at),
        "files": [{"name": upload.name, "type": upload.media_type, "size": upload.size} for upload in answer.uploads],
    }


def _score(session: Session, row: ScoreDelivery, platform: Platform) -> dict[str, object]:
    placement = session.get_one(Placement, row.placement_id)
    return {
        "activity": placement.activity,
        "state": row.state,
        "points": row.points,
        "maximum": row.maximum,
        "comment": row.comment,
        "sent_as": platform.passback_mode,
        "delivered_at": _time(row.delivered_at),
    }


def _time(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
