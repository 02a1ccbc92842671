"""The way of a launch: login, what is shown, and the other database."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import func, select

from lti_tool.models import LoginState, Placement, Platform, User
from lti_tool.sandbox import ResourceLink
from lti_tool.sandbox.model import Draft
from tests.lti_tool.databases import Postgres, fresh_postgres
from tests.lti_tool.web.world import EXERCISE, Browser, World, register
from tests.lti_tool.web.world import world as running_world

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
LOGIN = {"login_hint": "anna", "lti_message_hint": '{"cmid":7,"x":"ä&=?"}', "lti_deployment_id": "1"}


def login(world: World, method: str = "GET", **changes: str) -> requests.Response:
    values = {"iss": world.lms.url, "target_link_uri": world.url, "client_id": "staffel-client", **LOGIN, **changes}
    values = {name: value for name, value in values.items() if value}
    query, body = (values, {}) if method == "GET" else ({}, values)
    address = f"{world.url}/lti/login"
    return requests.request(method, address, params=query, data=body, allow_redirects=False, timeout=20)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_login_is_answered_with_a_plain_redirect(world: World, method: str) -> None:
    answer = login(world, method)
    assert answer.status_code == 302
    address = urlsplit(answer.headers["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{world.lms.url}/auth"
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    state, nonce = query.pop("state"), query.pop("nonce")
    assert len(state) >= 43
    assert len(nonce) >= 43
    assert query == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "staffel-client",
        "redirect_uri": f"{world.url}/lti/launch",
        "login_hint": "anna",
        "lti_message_hint": LOGIN["lti_message_hint"],
        "lti_deployment_id": "1",
    }


def test_the_redirect_address_is_never_the_callers(world: World) -> None:
    location = login(world, redirect_uri="https://attacker.example", target_link_uri="https://attacker.example/x")
    assert "attacker" not in location.headers["Location"]


def test_the_query_of_the_platforms_login_address_survives(world: World) -> None:
    with world.tool.sessions.begin() as session:
        session.get_one(Platform, world.platform).login_url += "?tenant=1"
    query = parse_qs(urlsplit(login(world).headers["Location"]).query)
    assert (query["tenant"], query["scope"]) == (["1"], ["openid"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": ""}, "login-incomplete"),
        ({"login_hint": ""}, "login-incomplete"),
        ({"target_link_uri": ""}, "login-incomplete"),
        ({"iss": "https://unknown.example"}, "platform-unknown"),
        ({"client_id": "unknown"}, "platform-unknown"),
    ],
)
def test_a_login_that_cannot_succeed_is_refused_and_keeps_no_row(
    world: World, changes: dict[str, str], code: str
) -> None:
    answer = login(world, **changes)
    assert answer.status_code == 400
    assert f'data-code="{code}"' in answer.text
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(LoginState)) == 0


def test_without_a_client_id_the_only_registration_of_an_issuer_counts(world: World) -> None:
    assert login(world, client_id="").status_code == 302
    register(world, world.lms, "second", "2")
    assert 'data-code="client-id-missing"' in login(world, client_id="").text


def test_expired_logins_go_with_the_next_one(world: World) -> None:
    login(world)
    with world.tool.sessions.begin() as session:
        session.scalars(select(LoginState)).one().expires_at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    login(world)
    with world.database() as session:
        assert session.scalar(select(func.count()).select_from(LoginState)) == 1


def test_two_launches_under_way_in_one_browser_do_not_disturb_each_other(world: World) -> None:
    browser = Browser()
    first, second = world.click(browser), world.click(browser)
    assert browser.send(second.form).status == 200
    assert browser.send(first.form).status == 200


def test_a_second_launch_does_not_switch_the_first_ones_person(world: World) -> None:
    browser = Browser()
    anna = world.launch(browser, "anna").token
    ben = world.launch(browser, "ben").token
    now = dt.datetime.now(dt.UTC)
    with world.database() as session:
        subjects = [session.get_one(User, world.tool.tokens.read(token, now).user).subject for token in (anna, ben)]
    assert subjects == ["anna", "ben"]


# --- What is shown ---------------------------------------------------------------------------------------------------


def activity(world: World, link: str) -> str:
    with world.database() as session:
        return session.scalars(select(Placement).where(Placement.resource_link_id == link)).one().activity


def test_the_signed_target_names_the_activity_where_no_parameter_does(world: World) -> None:
    world.lms.add_link(ResourceLink(id="by-url", target=f"{world.url}/lti/launch?assessment=m1-abschluss"))
    assert world.launch(link="by-url").token
    assert activity(world, "by-url") == "assessment:m1-abschluss"


def test_the_query_of_a_foreign_target_means_nothing(world: World) -> None:
    def foreign(draft: Draft) -> None:
        draft.claims[LTI + "target_link_uri"] = f"https://attacker.example/?exercise={EXERCISE}"
        draft.claims.pop(LTI + "custom", None)

    world.lms.tamper = foreign
    world.launch(person="tara")
    assert activity(world, "link-1") == ""


def test_a_copied_course_shows_the_same_activity(world: World) -> None:
    world.launch()
    world.lms.context = {"id": "kopie", "title": "Staffel 2"}
    copy = world.lms.add_link(ResourceLink(id="link-99", custom={"exercise": EXERCISE}))
    assert world.launch(link=copy.id).token


def test_a_learner_on_an_empty_link_is_told_to_wait(world: World) -> None:
    page = world.launch(link="empty")
    assert "Hier ist noch keine Aufgabe ausgewählt" in page.text


def test_an_instructor_picks_what_an_empty_link_shows_and_all_see_it(world: World) -> None:
    browser = Browser()
    picker = world.launch(browser, "tara", "empty")
    assert ("activity", f"exercise:{EXERCISE}") in picker.forms[0].options
    assert browser.send(picker.forms[0], own=True).status == 422
    page = browser.send(picker.forms[0], own=True, activity=f"exercise:{EXERCISE}")
    assert (page.status, bool(page.token)) == (200, True)
    assert world.launch(link="empty").token
    assert activity(world, "empty") == f"exercise:{EXERCISE}"


def test_a_learner_cannot_pick(world: World) -> None:
    world.launch(person="tara", link="empty")
    learner = world.launch().token
    form = world.launch(person="tara", link="empty").forms[0]
    assert Browser().send(form, own=True, launch_token=learner, activity=f"exercise:{EXERCISE}").status == 403


def test_an_activity_that_is_gone_is_said_so(world: World) -> None:
    world.lms.add_link(ResourceLink(id="old", custom={"exercise": "m1u1-frueher"}))
    page = world.launch(link="old")
    assert page.status == 404
    assert "m1u1-frueher" in page.text
    assert "m1u1-frueher" in world.launch(person="tara", link="old").text


def test_a_submission_review_is_for_teachers(world: World) -> None:
    assert world.launch(person="tara", message="LtiSubmissionReviewRequest", for_user="anna").status == 200
    assert world.launch(person="ben", message="LtiSubmissionReviewRequest", for_user="anna").status == 403


# --- The other database ----------------------------------------------------------------------------------------------


def test_launches_work_on_postgresql(tmp_path: Path, signing_keys: Path, postgres: Postgres) -> None:
    fresh_postgres(postgres).dispose()
    with running_world(tmp_path, signing_keys, database_url=postgres.url) as world:
        browser = Browser()
        form = world.click(browser).form
        with ThreadPoolExecutor(4) as pool:
            pages = list(pool.map(lambda _: browser.send(form), range(4)))
        assert sorted(page.code for page in pages) == ["", "state-unknown", "state-unknown", "state-unknown"]
        picker = world.launch(Browser(), "tara", "empty")
        assert browser.send(picker.forms[0], own=True, activity=f"exercise:{EXERCISE}").status == 200
        world.lms.tamper = lambda draft: draft.claims.update(sub="a\0b")
        assert world.launch().code == "claim-malformed"
    fresh_postgres(postgres).dispose()


def test_first_launches_of_a_whole_course_at_once_make_each_row_once(
    tmp_path: Path, signing_keys: Path, postgres: Postgres
) -> None:
    fresh_postgres(postgres).dispose()
    with running_world(tmp_path, signing_keys, database_url=postgres.url) as world:
        forms = [(browser, world.click(browser).form) for browser in (Browser() for _ in range(12))]
        with ThreadPoolExecutor(12) as pool:
            pages = list(pool.map(lambda pair: pair[0].send(pair[1]), forms))
        assert [page.code for page in pages] == [""] * 12
        with world.database() as session:
            assert session.scalar(select(func.count()).select_from(User)) == 1
            assert session.scalar(select(func.count()).select_from(Placement)) == 1
    fresh_postgres(postgres).dispose()
