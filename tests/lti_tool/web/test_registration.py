"""Registration: by hand and dynamically, with an invitation that counts once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from lti_tool import platforms
from lti_tool.models import Invitation, Platform
from lti_tool.sandbox import Fault, Quirks
from tests.lti_tool.web.world import Browser, Page, World

MANUAL: dict[str, Any] = {
    "name": "Moodle der Stadt",
    "issuer": "https://moodle.example",
    "client_id": "abc",
    "login_url": "https://moodle.example/mod/lti/auth.php",
    "token_url": "https://moodle.example/mod/lti/token.php",
    "jwks_url": "https://moodle.example/mod/lti/certs.php",
    "deployments": "7",
}


def invite(world: World, days: int = 7) -> str:
    with world.tool.sessions.begin() as session:
        hosts = [world.lms.url.removeprefix("http://")]
        return platforms.invite(session, "Sandbox", world.tool.clock(), days=days, allowed_hosts=hosts)


def registered(world: World) -> list[Platform]:
    """All but the one that every test begins with."""
    with world.database() as session:
        found = [row for row in platforms.listed(session) if row.id != world.platform]
        for row in found:
            assert row.deployments is not None
        return found


def open_dynamic(world: World, secret: str) -> Page:
    world.lms.registration_tokens.add("einmal")
    address = f"{world.url}/lti/register?invitation={secret}"
    more = f"&openid_configuration={world.lms.url}/openid-configuration&registration_token=einmal"
    return Browser(framed=True).get(address + more)


def connect(world: World, secret: str) -> Page:
    return Browser(framed=True).send(open_dynamic(world, secret).form, own=True)


# --- By hand ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lms", "words"),
    [
        ("moodle", ["Initiate login URL", "Redirection URI(s)", "Public keyset", "Tool URL", "Content Selection URL"]),
        ("ilias", ["Initiate Login URL", "Redirection URI(s)", "JWK", "neues Fenster", "SHA256", "exercise="]),
        ("other", ["JWKS URL", "Redirect URI"]),
    ],
)
def test_our_addresses_stand_under_the_names_of_the_platforms_fields(world: World, lms: str, words: list[str]) -> None:
    page = Browser().get(f"{world.url}/lti/register?lms={lms}")
    assert page.status == 200
    for word in [*words, f"{world.url}/lti/login", f"{world.url}/lti/launch", f"{world.url}/lti/jwks"]:
        assert word in page.text


def test_without_an_invitation_nothing_can_be_entered(world: World) -> None:
    page = Browser().get(f"{world.url}/lti/register")
    assert "platforms invite" in page.text
    assert 'name="client_id"' not in page.text
    assert Browser().get(f"{world.url}/lti/register?invitation=made-up").status == 403


def test_a_platform_is_registered_by_hand_and_waits_for_the_operator(world: World) -> None:
    secret = invite(world)
    form = Browser().get(f"{world.url}/lti/register?invitation={secret}&lms=moodle").forms[1]
    done = Browser().send(form, own=True, **MANUAL)
    assert done.status == 200
    (platform,) = registered(world)
    assert f"platforms activate {platform.id}" in done.text
    assert (platform.active, platform.family, platform.any_deployment) == (False, "moodle", False)
    assert platform.issuer == MANUAL["issuer"]
    assert Browser().send(form, own=True, **MANUAL).status == 403


def test_faults_are_shown_at_their_fields_and_nothing_is_lost(world: World) -> None:
    secret = invite(world)
    form = Browser().get(f"{world.url}/lti/register?invitation={secret}").forms[1]
    wrong = {**MANUAL, "client_id": "", "token_url": "http://moodle.example/token", "jwks_url": "moodle.example"}
    page = Browser().send(form, own=True, **wrong)
    assert page.status == 422
    for field in ("client_id", "token_url", "jwks_url"):
        assert f'id="fault-{field}"' in page.text
    assert 'id="fault-issuer"' not in page.text
    assert "http://moodle.example/token" in page.text
    assert registered(world) == []
    assert Browser().send(form, own=True, **MANUAL).status == 200


def test_a_platform_is_not_registered_twice(world: World) -> None:
    for status in (200, 422):
        form = Browser().get(f"{world.url}/lti/register?invitation={invite(world)}").forms[1]
        assert Browser().send(form, own=True, **MANUAL).status == status


def test_a_form_from_elsewhere_registers_nothing(world: World) -> None:
    form = Browser().get(f"{world.url}/lti/register?invitation={invite(world)}").forms[1]
    assert Browser().send(form, **MANUAL).status == 403


# --- Dynamically -----------------------------------------------------------------------------------------------------


def test_a_platform_registers_itself_and_launches_once_it_is_switched_on(world: World) -> None:
    world.lms.quirks = Quirks(family="moodle", version="2024100700")
    secret = invite(world)
    done = connect(world, secret)
    assert done.status == 200
    (platform,) = registered(world)
    assert (platform.active, platform.family, platform.version) == (False, "moodle", "2024100700")
    assert [row.deployment_id for row in platform.deployments] == ["7"]
    assert world.launch().code == "platform-inactive"
    with world.tool.sessions.begin() as session:
        session.get_one(Platform, platform.id).active = True
    assert world.launch().token


def test_the_deployment_of_ilias_is_a_number_and_counts(world: World) -> None:
    world.lms.quirks = Quirks(family="ilias", version="9.14")
    assert connect(world, invite(world)).status == 200
    (platform,) = registered(world)
    assert [row.deployment_id for row in platform.deployments] == ["7"]
    assert not platform.any_deployment


def test_what_we_register_is_what_moodle_wants(world: World) -> None:
    """The sandbox makes the checks of Moodle's registration_helper and answers 400 otherwise."""
    connect(world, invite(world))
    (body,) = [entry for name, entry in world.lms.log if name == "registration"]
    settings = body["https://purl.imsglobal.org/spec/lti-tool-configuration"]
    assert settings["domain"] == world.url.removeprefix("http://")
    assert body["redirect_uris"] == [f"{world.url}/lti/launch"]
    assert "lti-ags/scope/score" in body["scope"]


def test_the_pages_of_a_dynamic_registration_can_be_framed_by_that_platform_alone(world: World) -> None:
    secret = invite(world)
    opened = open_dynamic(world, secret)
    done = Browser(framed=True).send(opened.form, own=True)
    for page in (opened, done):
        assert page.headers["Content-Security-Policy"].endswith(f"frame-ancestors {world.lms.url}")
    assert f'data-close="{world.lms.url}"' in done.text
    closed = open_dynamic(world, secret)  # there too people must read what is wrong
    assert closed.headers["Content-Security-Policy"].endswith(f"frame-ancestors {world.lms.url}")


def test_opening_the_link_alone_asks_the_platform_nothing(world: World) -> None:
    open_dynamic(world, invite(world))
    assert world.lms.registration_tokens == {"einmal"}
    assert registered(world) == []


def test_an_invitation_counts_once(world: World) -> None:
    secret = invite(world)
    form = open_dynamic(world, secret).form
    assert Browser().send(form, own=True).status == 200
    assert Browser().send(form, own=True).status == 403
    assert len(registered(world)) == 1


@pytest.mark.parametrize("token", ["€", "a\r\nX-Other: 1", "\0"])
def test_a_registration_token_that_is_none_does_not_use_up_the_invitation(world: World, token: str) -> None:
    form = open_dynamic(world, invite(world)).form
    assert Browser().send(form, own=True, registration_token=token).status == 422
    assert Browser().send(form, own=True).status == 200


def test_an_invitation_ends_after_its_days(world: World) -> None:
    assert open_dynamic(world, invite(world, days=-1)).status == 403
    assert "Diese Einladung gilt nicht mehr" in open_dynamic(world, "x").text


def test_only_the_hash_of_an_invitation_is_kept(world: World) -> None:
    secret = invite(world)
    with world.database() as session:
        assert secret not in session.scalars(select(Invitation)).one().secret_hash


DOCUMENT = "openid-configuration"


def document(world: World, **changes: str | None) -> bytes:
    url = world.lms.url
    values: dict[str, str | None] = {
        "issuer": url,
        "authorization_endpoint": f"{url}/auth",
        "token_endpoint": f"{url}/token",
        "jwks_uri": f"{url}/jwks",
        "registration_endpoint": f"{url}/registration",
    }
    return json.dumps({name: value for name, value in (values | changes).items() if value}).encode()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuer": "https://other.example"}, "other-host"),
        ({"registration_endpoint": "https://attacker.example/steal"}, "other-host"),
        ({"issuer": None}, "value-missing"),
        ({"jwks_uri": None}, "value-missing"),
        ({"token_endpoint": "http://10.0.0.1/token"}, "value-missing"),
    ],
)
def test_a_document_that_cannot_be_trusted_is_refused(world: World, changes: dict[str, str | None], code: str) -> None:
    world.lms.faults["configuration"] = Fault(body=document(world, **changes))
    page = connect(world, invite(world))
    assert (page.status, page.code) == (422, code)
    assert registered(world) == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(status=404), "document-refused"),
        (Fault(status=302, headers={"Location": "http://169.254.169.254/"}), "document-refused"),
        (Fault(body=b"<html>"), "document-malformed"),
        (Fault(body=b"x" * 3_000_000), "unreachable"),
    ],
)
def test_a_document_that_cannot_be_read_is_named(world: World, fault: Fault, code: str) -> None:
    world.lms.faults["configuration"] = fault
    assert connect(world, invite(world)).code == code


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(status=401), "token-used"),
        (Fault(status=400, body=b"invalid_client_metadata"), "refused"),
        (Fault(body=b"no JSON"), "answer-malformed"),
        (Fault(body=b"{}"), "value-missing"),
    ],
)
def test_a_failed_registration_is_named_and_can_be_tried_again(world: World, fault: Fault, code: str) -> None:
    fault.times = 1
    world.lms.faults["registration"] = fault
    secret = invite(world)
    page = connect(world, secret)
    assert (page.status, page.code) == (422, code)
    assert Browser().send(page.form, own=True).status == 200


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/x", "https://127.0.0.1/x", "https://[::1]/", "http://example.org/", "file:///etc"]
)
def test_an_address_inside_is_never_asked(world: World, address: str) -> None:
    form = open_dynamic(world, invite(world)).form
    page = Browser().send(form, own=True, openid_configuration=address)
    assert (page.status, page.code) == (422, "forbidden-address")


def test_anonymous_visitors_write_no_rows(world: World) -> None:
    open_dynamic(world, "made-up")
    Browser().get(f"{world.url}/lti/register")
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 0
    assert registered(world) == []
