"""The certification list of 1EdTech, tool side, "valid launches", teacher and student each; and real platforms."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from lti_tool.gateway import Role
from lti_tool.models import Context, Deployment, Placement, Platform, User
from lti_tool.sandbox.model import ILIAS, MOODLE, Draft, Fault
from lti_tool.web import EXTENSION
from tests.lti_tool.web.world import EXERCISE, Browser, World

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
PERSONAL = ("name", "given_name", "family_name", "email")
both = pytest.mark.parametrize(("person", "role"), [("anna", "Learner"), ("tara", "Instructor")])


def roles_seen(world: World, page_token: str) -> frozenset[Role]:
    return world.tool.tokens.read(page_token, dt.datetime.now(dt.UTC)).roles


def change(world: World, remove: tuple[str, ...] = (), **claims: Any) -> None:
    def apply(draft: Draft) -> None:
        for name in remove:
            draft.claims.pop(name, None)
        draft.claims.update(claims)

    world.lms.tamper = apply


def set_claim(world: World, name: str, value: Any, *remove: str) -> None:
    def apply(draft: Draft) -> None:
        draft.claims[name] = value
        for other in remove:
            draft.claims.pop(other, None)

    world.lms.tamper = apply


def opened(world: World, person: str) -> str:
    """The token of a launch that succeeds and shows the exercise."""
    page = world.launch(person=person)
    assert (page.status, page.code) == (200, "")
    return page.token


@both
def test_a_plain_launch(world: World, person: str, role: str) -> None:
    assert roles_seen(world, opened(world, person)) == {Role(role.lower())}


@both
def test_several_roles(world: World, person: str, role: str) -> None:
    set_claim(world, LTI + "roles", [MEMBERSHIP + role, MEMBERSHIP + "Mentor", INSTITUTION + "Student"])
    assert roles_seen(world, opened(world, person)) == {Role(role.lower())}


@both
def test_a_short_role_name(world: World, person: str, role: str) -> None:
    set_claim(world, LTI + "roles", [role])
    assert roles_seen(world, opened(world, person)) == {Role(role.lower())}


@both
def test_an_unknown_role(world: World, person: str, role: str) -> None:
    set_claim(world, LTI + "roles", ["http://example.org/uknownrole/helper", MEMBERSHIP + role])
    assert roles_seen(world, opened(world, person)) == {Role(role.lower())}


@both
def test_an_unknown_role_alone(world: World, person: str, role: str) -> None:
    set_claim(world, LTI + "roles", [f"http://example.org/role#{role}"])
    assert roles_seen(world, opened(world, person)) == {Role.OTHER}


@both
def test_an_empty_list_of_roles(world: World, person: str, role: str) -> None:
    set_claim(world, LTI + "roles", [])
    assert roles_seen(world, opened(world, person)) == {Role.OTHER}


@both
def test_e_mail_only(world: World, person: str, role: str) -> None:
    set_claim(world, "email", "x@example.org", "name", "given_name", "family_name")
    opened(world, person)


@both
def test_names_only(world: World, person: str, role: str) -> None:
    change(world, remove=("email",))
    opened(world, person)


@both
def test_no_personal_data(world: World, person: str, role: str) -> None:
    change(world, remove=PERSONAL)
    opened(world, person)


@both
def test_e_mail_and_no_context(world: World, person: str, role: str) -> None:
    change(world, remove=(LTI + "context", "name", "given_name", "family_name"))
    opened(world, person)


@both
def test_a_resource_link_and_nothing_else(world: World, person: str, role: str) -> None:
    def bare(draft: Draft) -> None:
        kept = {"iss", "aud", "sub", "nonce", "iat", "exp"} | {
            LTI + name
            for name in ("message_type", "version", "deployment_id", "target_link_uri", "roles", "resource_link")
        }
        draft.claims = {name: value for name, value in draft.claims.items() if name in kept}
        draft.claims[LTI + "target_link_uri"] += f"?exercise={EXERCISE}"
        draft.claims[LTI + "resource_link"] = {"id": "bare"}

    world.lms.tamper = bare
    opened(world, person)


def test_optional_claims_may_be_null(world: World) -> None:
    def nulls(draft: Draft) -> None:
        for name in (*PERSONAL, LTI + "context", LTI + "launch_presentation", LTI + "tool_platform", LTI + "lis"):
            draft.claims[name] = None

    world.lms.tamper = nulls
    opened(world, "anna")


def test_unknown_claims_are_ignored(world: World) -> None:
    set_claim(world, "https://example.org/claim", {"any": ["thing"]})
    opened(world, "anna")


def test_an_audience_list_with_ours_second_is_taken_where_azp_names_us(world: World) -> None:
    change(world, aud=["another-tool", "staffel-client"], azp="staffel-client")
    opened(world, "anna")


def test_an_audience_list_with_only_us(world: World) -> None:
    change(world, aud=["staffel-client"])
    opened(world, "anna")


@pytest.mark.parametrize(("iat", "exp"), [(-59, -50), (50, 100)])
def test_clocks_may_differ_by_less_than_a_minute(world: World, iat: int, exp: int) -> None:
    now = int(dt.datetime.now(dt.UTC).timestamp())
    change(world, iat=now + iat, exp=now + exp)
    opened(world, "anna")


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([INSTITUTION + "Instructor", MEMBERSHIP + "Learner"], {Role.LEARNER}),
        ([INSTITUTION + "Administrator"], {Role.OTHER}),
        (["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"], {Role.OTHER}),
        (
            [
                MEMBERSHIP + "Instructor",
                "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
            ],
            {Role.ASSISTANT},
        ),
        (["http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#GuestInstructor"], {Role.INSTRUCTOR}),
        (["http://purl.imsglobal.org/vocab/lis/v2/membership/Learner#GuestLearner"], {Role.LEARNER}),
        (["http://purl.imsglobal.org/vocab/lis/v2/membership/Learner#Instructor"], {Role.LEARNER}),
        (["urn:lti:role:ims/lis/Learner/Instructor"], {Role.LEARNER}),
        (["Learner/Instructor"], {Role.LEARNER}),
        (["Instructor/PrimaryInstructor"], {Role.INSTRUCTOR}),
        (["http://purl.imsglobal.org/vocab/lis/v2/membership/Manager#ExternalObserver"], {Role.OTHER}),
        (["http://purl.imsglobal.org/vocab/lis/v2/membership/Mentor#Mentor"], {Role.OTHER}),
        (["urn:lti:role:ims/lis/Instructor"], {Role.INSTRUCTOR}),
        (["urn:lti:role:ims/lis/Learner/NonCreditLearner"], {Role.LEARNER}),
        (
            [MEMBERSHIP + "Learner", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"],
            {Role.TEST_LEARNER},
        ),
        ([MEMBERSHIP + "ContentDeveloper"], {Role.OTHER}),
        (["http://attacker.example/vocab/lis/v2/membership#Instructor"], {Role.OTHER}),
    ],
)
def test_roles_of_the_course_decide(world: World, roles: list[str], expected: set[Role]) -> None:
    set_claim(world, LTI + "roles", roles)
    assert roles_seen(world, opened(world, "anna")) == expected


def test_a_name_is_kept_only_where_the_operator_keeps_names(world: World) -> None:
    opened(world, "anna")
    with world.database() as session:
        user = session.scalars(select(User)).one()
        assert (user.subject, user.name) == ("anna", "")
        assert user.alias.startswith("Person ")


def test_a_name_turns_nothing_around_that_stands_beside_it(world: World) -> None:
    """Marks of direction and unseen characters would let one person look like another in a table."""
    world.app.extensions[EXTENSION] = replace(
        world.tool, settings=world.tool.settings.model_copy(update={"store_names": True})
    )
    set_claim(world, "name", "Anna\u202e dnu\u200b\tBen\n\u2066x")
    opened(world, "anna")
    with world.database() as session:
        assert session.scalars(select(User.name)).one() == "Anna dnu Ben x"


def test_a_link_outside_of_any_course_is_a_course_of_its_own(world: World) -> None:
    change(world, remove=(LTI + "context",))
    world.launch(link="link-1")
    world.launch(link="empty", person="tara")
    with world.database() as session:
        assert len(session.scalars(select(Context)).all()) == 2


def test_a_deployment_is_learnt_where_the_registration_says_so(world: World) -> None:
    with world.tool.sessions.begin() as session:
        session.get_one(Platform, world.platform).any_deployment = True
    set_claim(world, LTI + "deployment_id", "from a launch")
    opened(world, "anna")
    opened(world, "anna")
    with world.database() as session:
        assert set(session.scalars(select(Deployment.deployment_id))) == {"1", "from a launch"}


def test_keys_are_not_fetched_for_every_launch(world: World) -> None:
    opened(world, "anna")
    world.lms.faults["jwks"] = Fault(status=500)
    opened(world, "anna")
    opened(world, "ben")


def test_moodle_as_it_is(world: World) -> None:
    world.lms.quirks = MOODLE
    opened(world, "anna")
    with world.database() as session:
        platform = session.get_one(Platform, world.platform)
        assert (platform.family, platform.version) == ("moodle", MOODLE.version)


def test_ilias_as_it_is(world: World) -> None:
    """GET to the authorisation, dashes for names, our own redirect address as the target."""
    world.lms.quirks = ILIAS
    opened(world, "anna")
    with world.database() as session:
        assert session.scalars(select(Placement)).one().activity == f"exercise:{EXERCISE}"


def test_the_locale_of_the_launch_goes_before_the_browsers(world: World) -> None:
    set_claim(world, LTI + "launch_presentation", {"locale": "en_US"})
    browser = Browser()
    browser.session.headers["Accept-Language"] = "de"
    assert '<html lang="en">' in world.launch(browser).text
