"""The LMS around Open edX's LTI platform: people, one course, a gradebook. Runs in the platform's own environment.

Everything that speaks LTI comes from lti-consumer-xblock; this is what that package asks of the LMS it lives in
(`lti_consumer.plugin.compat`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

COURSE = "course-v1:Stadt+SCM+2026"
SESSION = "lms-user"


@dataclass(frozen=True)
class Person:
    """An account. `external` is the opaque subject that tools get to see."""

    id: int
    username: str
    name: str
    email: str
    role: str
    is_active: bool = True
    is_staff: bool = False
    """Of the whole platform, as Django means it."""

    @property
    def external(self) -> str:
        return f"3f5e-{self.id:04d}-opaque"

    @property
    def may_edit(self) -> bool:
        return self.role in ("staff", "instructor")


PEOPLE = {
    person.username: person
    for person in (
        Person(1, "sami", "Sami Šimić", "sami@example.org", "student"),
        Person(2, "zoe", "Zoë Ünal", "zoe@example.org", "student"),
        Person(3, "tina", "Tina Trainerin", "tina@example.org", "staff"),
        Person(4, "otto", "Otto O'Neill", "otto@example.org", "student"),
        Person(5, "nobody", "Noa Ohne", "noa@example.org", "student"),
    )
}


class NoSuchPerson(Exception):
    """A score for somebody who is not in the course."""


@dataclass(frozen=True)
class Entry:
    """What the gradebook was told: a share of the points of an activity."""

    place: str
    person: str
    score: float
    comment: str


GRADEBOOK: list[Entry] = []


class Block:
    """An activity of the course as the platform sees it; it counts and never ends."""

    context_id = COURSE
    lti_1p3_passport_id = None
    has_score = True
    weight = 1
    accept_grades_past_due = True
    start = due = None

    def __init__(self, location: object) -> None:
        self.location = location
        self.display_name = "Aufgabe"
        self.scope_ids = SimpleNamespace(usage_id=location, user_id=None)

    def is_past_due(self) -> bool:
        return False

    def max_score(self) -> int:
        return 1

    def set_user_module_score(self, user: Person, score: float, maximum: float, comment: str = "") -> None:
        place = str(self.location).rpartition("@")[2]
        GRADEBOOK.append(Entry(place, user.username, score, comment or ""))


def place_key(place: str) -> str:
    """The address of an activity in Open edX."""
    return f"block-v1:Stadt+SCM+2026+type@lti_consumer+block@{place}"


def person_of(external: str) -> Person:
    for person in PEOPLE.values():
        if person.external == external:
            return person
    raise NoSuchPerson(external)


def roster(course: object) -> dict[int, dict[str, Any]]:
    return {
        person.id: {
            "id": person.id,
            "username": person.username,
            "name": person.name,
            "email": person.email,
            "roles": [person.role],
        }
        for person in PEOPLE.values()
    }


def subjects(users: object) -> dict[int, SimpleNamespace]:
    return {person.id: SimpleNamespace(external_user_id=person.external) for person in PEOPLE.values()}


def may_edit(user: object, course: object) -> bool:
    return isinstance(user, Person) and user.may_edit


STAND_INS: Mapping[str, Callable[..., Any]] = {
    "batch_get_or_create_externalids": subjects,
    "get_course_by_id": lambda key: SimpleNamespace(id=key),
    "get_course_members": roster,
    "get_event_tracker": lambda: None,
    "get_signal_handler": lambda: None,
    "get_user_from_external_user_id": person_of,
    "load_block_as_user": Block,
    "load_enough_xblock": Block,
    "merge_course_forum_roles": lambda course, members: members,
    "save_xblock": lambda block: None,
    "user_course_access": lambda *args, **kwargs: True,
    "user_has_access": lambda *args, **kwargs: True,
    "user_has_studio_write_access": may_edit,
}


def session_of(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Middleware: who is logged in, by the cookie that a click in the course sets."""
    from django.contrib.auth.models import AnonymousUser

    def middleware(request: Any) -> Any:
        request.user = PEOPLE.get(request.COOKIES.get(SESSION, ""), AnonymousUser())
        return get_response(request)

    return middleware
