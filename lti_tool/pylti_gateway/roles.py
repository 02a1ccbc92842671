"""Roles of a launch or a member (LTI Core 1.3, A.2): roles in the context decide, others give nothing.

PyLTI1p3 lets institution roles count, so that a student who teaches elsewhere is a teacher here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lti_tool.gateway import Role

CONTEXT = re.compile(
    r"(?:https?://purl\.imsglobal\.org/vocab/lis/v2/membership(?:/(?P<principal>[A-Za-z]+))?#|urn:lti:role:ims/lis/)?"
    r"(?P<name>[A-Za-z/]+)"
)
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
ASSISTANTS = frozenset(("TeachingAssistant", "TeachingAssistantSection", "TeachingAssistantGroup", "Grader"))
TEACHERS = frozenset(("Instructor", "Administrator", "Manager"))
LEARNERS = frozenset(("Learner", "Student"))
WATCHERS = frozenset(("Observer", "ExternalObserver"))
"""Sub-roles of Manager that look on: they grade nobody."""


def roles(names: Iterable[str]) -> frozenset[Role]:
    """Full, short and sub-roles of the context. An assistant's principal role Instructor adds nothing.

    Of a sub-role the principal role counts (A.2.3.1): `Learner#Instructor` is a teacher who takes part as a learner.

    A person with no role that we know is OTHER: they see the work and give no orders.
    """
    listed = set(names)
    found = {role for role in map(_context_role, listed) if role is not None}
    if Role.ASSISTANT in found:
        found.discard(Role.INSTRUCTOR)
    if TEST_USER in listed:
        # Canvas and others show the course as a learner sees it: no grades, no rights.
        return frozenset((Role.TEST_LEARNER,))
    return frozenset(found) or frozenset((Role.OTHER,))


def _context_role(name: str) -> Role | None:
    match = CONTEXT.fullmatch(name)
    if match is None:
        return None
    *above, last = match["name"].split("/")
    principal = match["principal"] or (above[0] if above else last)
    if last in ASSISTANTS:
        return Role.ASSISTANT
    if principal in LEARNERS:
        return Role.LEARNER
    return Role.INSTRUCTOR if principal in TEACHERS and last not in WATCHERS else None
