"""Rows that a launch would have made, each valid until a test changes one thing."""

from __future__ import annotations

import datetime as dt
from functools import cache

from sqlalchemy.orm import Session

from content import Curriculum, load
from lti_tool.models import Context, LineItemRow, Placement, Platform, User
from tests.conftest import ROOT

NOW = dt.datetime(2026, 11, 24, 9, 42, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
CHOICE = "exercise:m1u1-einfach"
TEST = "assessment:m1-abschluss"
ESSAY = "exercise:m1u2-arbeitsblatt"


@cache
def curriculum() -> Curriculum:
    """The small curriculum that has everything."""
    return load(ROOT / "tests" / "curricula" / "sample")


def platform(session: Session, **over: object) -> Platform:
    fields: dict[str, object] = {
        "name": "Moodle der Stadt",
        "issuer": "https://lms.example.de",
        "client_id": "client-1",
        "login_url": "https://lms.example.de/mod/lti/auth.php",
        "token_url": "https://lms.example.de/mod/lti/token.php",
        "jwks_url": "https://lms.example.de/mod/lti/certs.php",
        "family": "moodle",
        "active": True,
        "created_at": NOW,
    }
    row = Platform(**{**fields, **over})
    session.add(row)
    session.flush()
    return row


def user(session: Session, row: Platform, subject: str = "7", **over: object) -> User:
    fields: dict[str, object] = {"alias": f"Person {subject}", "last_activity": NOW}
    person = User(platform_id=row.id, subject=subject, **{**fields, **over})
    session.add(person)
    session.flush()
    return person


def context(session: Session, row: Platform, context_id: str = "kurs", **over: object) -> Context:
    course = Context(platform_id=row.id, context_id=context_id, **{"title": "Kurs 1", "deployment": "1", **over})
    session.add(course)
    session.flush()
    return course


def line_item(session: Session, row: Platform, url: str = "https://lms.example.de/lineitem/1") -> LineItemRow:
    column = LineItemRow(platform_id=row.id, url=url)
    session.add(column)
    session.flush()
    return column


def placement(session: Session, course: Context, activity: str = CHOICE, **over: object) -> Placement:
    link = over.pop("resource_link_id", f"link-{activity}")
    row = Placement(context_pk=course.id, resource_link_id=link, activity=activity, **{"title": "Aufgabe", **over})
    session.add(row)
    session.flush()
    return row


def graded_placement(session: Session, activity: str = CHOICE, **over: object) -> tuple[Placement, User]:
    """A placement with a declared column on a platform, and a learner of it."""
    row = platform(session, **over)
    column = line_item(session, row)
    place = placement(session, context(session, row), activity, line_item_id=column.id)
    return place, user(session, row)
