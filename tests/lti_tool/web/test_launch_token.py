"""What a launch leads to: the token that pages carry, where forms may come from, the headers of every page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import select

from lti_tool import create_app
from lti_tool.launch_token import LaunchExpired, LaunchTokens
from lti_tool.models import Platform, User
from tests.lti_tool.web.world import EXERCISE, Browser, World


def test_no_token_stands_in_an_address(world: World) -> None:
    page = world.launch()
    assert urlsplit(page.url).query == ""
    assert page.token not in page.url


def test_a_page_after_the_launch_needs_no_cookie(world: World) -> None:
    picker = world.launch(Browser(), "tara", "empty")
    assert Browser().send(picker.forms[0], own=True, activity=f"exercise:{EXERCISE}").status == 200


@pytest.mark.parametrize("token", ["", "x", "e30.x", "ä" * 50])
def test_a_forged_token_is_refused_with_a_way_back(world: World, token: str) -> None:
    form = world.launch(Browser(), "tara", "empty").forms[0]
    page = Browser().send(form, own=True, launch_token=token)
    assert page.status == 401
    assert "Ihre Sitzung ist abgelaufen" in page.text


def test_a_script_gets_its_refusal_as_json(world: World) -> None:
    answer = requests.post(
        f"{world.url}/lti/pick",
        headers={"X-Launch-Token": "x", "Sec-Fetch-Site": "same-origin"},
        timeout=20,
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "expired")


def test_a_token_ends_with_the_registration_and_with_the_person(world: World) -> None:
    form = world.launch(Browser(), "tara", "empty").forms[0]
    with world.tool.sessions.begin() as session:
        session.get_one(Platform, world.platform).active = False
    assert Browser().send(form, own=True).status == 401
    with world.tool.sessions.begin() as session:
        session.get_one(Platform, world.platform).active = True
        session.delete(session.scalars(select(User)).one())
    assert Browser().send(form, own=True).status == 401


def test_a_token_lives_for_its_time_and_survives_a_change_of_the_secret(world: World) -> None:
    launch = world.tool.tokens.read(world.launch().token, dt.datetime.now(dt.UTC))
    hour = dt.timedelta(hours=1)
    old, new = LaunchTokens(["old secret"], hour), LaunchTokens(["new secret", "old secret"], hour)
    token = old.issue(launch)
    assert new.read(token, launch.issued_at) == launch
    assert new.read(token, launch.issued_at - dt.timedelta(seconds=60)) == launch  # another machine's clock
    for moment in (launch.issued_at + hour, launch.issued_at - dt.timedelta(seconds=61)):
        with pytest.raises(LaunchExpired):
            new.read(token, moment)
    with pytest.raises(LaunchExpired):
        old.read(new.issue(launch), launch.issued_at)


def test_a_form_from_another_site_is_refused(world: World) -> None:
    form = world.launch(Browser(), "tara", "empty").forms[0]
    assert Browser().send(form, activity=f"exercise:{EXERCISE}").status == 403
    for headers, status in (
        ({"Origin": "https://attacker.example"}, 403),
        ({"Origin": world.url}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({}, 200),
    ):
        data = form.fields | {"activity": f"exercise:{EXERCISE}"}
        assert requests.post(form.action, data=data, headers=headers, timeout=20).status_code == status


# --- Headers ---------------------------------------------------------------------------------------------------------


def test_a_launched_page_is_framed_by_its_platform_alone(world: World) -> None:
    headers = world.launch().headers
    assert headers["Content-Security-Policy"] == (
        f"default-src 'self'; img-src 'self' data:; base-uri 'none'; object-src 'none'; "
        f"form-action 'self'; frame-ancestors {world.lms.url}"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "X-Frame-Options" not in headers


def test_other_pages_are_framed_by_nobody(world: World) -> None:
    for path in ("/lti/launch", "/nowhere", "/healthz"):
        policy = requests.get(world.url + path, timeout=20).headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors 'none'")


def test_a_refusal_is_seen_in_the_frame_of_the_platform_that_asked(world: World) -> None:
    with world.tool.sessions.begin() as session:
        session.get_one(Platform, world.platform).active = False
    address = f"{world.url}/lti/login?iss={world.lms.url}&login_hint=anna&target_link_uri={world.url}/lti/launch"
    refused = requests.get(address, timeout=20)
    assert refused.status_code == 403
    assert refused.headers["Content-Security-Policy"].endswith(f"frame-ancestors {world.lms.url}")
    malformed = requests.post(f"{world.url}/lti/launch", headers={"Origin": world.lms.url}, timeout=20)
    assert malformed.status_code == 400
    assert malformed.headers["Content-Security-Policy"].endswith(f"frame-ancestors {world.lms.url}")


@pytest.mark.parametrize("issuer", ["https://a; script-src *", "https://a b", "https://[", "javascript:x", "https://"])
def test_no_issuer_writes_into_the_policy(world: World, issuer: str) -> None:
    refused = requests.get(f"{world.url}/lti/login", params={"iss": issuer}, timeout=20)
    assert refused.status_code == 400
    assert refused.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_an_expired_session_says_so_in_the_frame_of_its_platform(world: World) -> None:
    launched = world.launch()
    form = next(form for form in launched.forms if "launch_token" in form.fields)
    old = world.tool.tokens.read(form.fields["launch_token"], world.tool.clock())
    token = world.tool.tokens.issue(replace(old, issued_at=old.issued_at - dt.timedelta(days=2)))
    answer = requests.post(f"{world.url}/exercise", data={"launch_token": token}, timeout=20)
    assert answer.status_code == 401
    assert answer.headers["Content-Security-Policy"].endswith(f"frame-ancestors {world.lms.url}")


def test_the_cookie_over_https_is_partitioned_and_of_this_host_alone(world: World) -> None:
    app = create_app(world.tool.settings.model_copy(update={"public_url": "https://tool.example"}))
    values = {"iss": world.lms.url, "login_hint": "anna", "target_link_uri": "https://tool.example/"}
    answer = app.test_client().get("/lti/login", query_string=values)
    name, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Host-staffel=")
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= set(attributes)
    assert answer.headers["Strict-Transport-Security"]


def test_anonymous_requests_are_limited(world: World) -> None:
    client = world.app.test_client()
    answers = [client.get("/lti/launch").status_code for _ in range(1201)]
    assert (answers[0], answers[-1]) == (200, 429)
