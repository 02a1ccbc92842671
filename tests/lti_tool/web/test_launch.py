"""The way of a launch: login, cookie, storage, hand-over to a tab, what is shown, and the token afterwards."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import func, select

from lti_tool import create_app
from lti_tool.launch_token import LaunchExpired, LaunchTokens
from lti_tool.models import LoginState, Placement, Platform, User
from lti_tool.sandbox import ResourceLink
from lti_tool.sandbox.model import Draft, Quirks
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
    return requests.request(method, address, params=query, data=body, allow_redirects=False, timeout=10)


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


# --- Without cookies -------------------------------------------------------------------------------------------------


def test_without_its_cookie_a_launch_outside_of_a_frame_is_refused(world: World) -> None:
    page = world.launch(Browser(cookies=False))
    assert (page.status, page.code) == (400, "cookie-missing")


def test_without_cookies_in_a_frame_a_click_opens_the_task_in_a_tab_of_its_own(world: World) -> None:
    browser = Browser(cookies=False, framed=True)
    page = world.launch(browser)
    assert "Anna Beispiel" in page.text
    assert page.form.target == "_blank"
    tab = Browser()
    opened = tab.send(page.form, own=True)
    assert (opened.status, bool(opened.token)) == (200, True)
    assert tab.send(page.form, own=True).status == 401


def test_a_hand_over_from_a_strangers_page_is_refused(world: World) -> None:
    page = world.launch(Browser(cookies=False, framed=True))
    assert Browser().send(page.form).status == 403
    assert Browser().send(page.form, own=True).status == 200


def test_a_hand_over_code_opens_no_other_launch(world: World) -> None:
    pages = [world.launch(Browser(cookies=False, framed=True), person) for person in ("anna", "ben")]
    page = Browser().send(pages[0].form, own=True, code=pages[1].form.fields["code"])
    assert page.status == 401


def test_a_hand_over_code_is_no_state_of_a_login(world: World) -> None:
    page = world.launch(Browser(cookies=False, framed=True))
    browser = Browser()
    form = world.click(browser).form
    assert browser.send(form, state=page.form.fields["code"]).code == "state-unknown"


def test_the_page_of_a_hand_over_can_only_be_framed_by_the_platform(world: World) -> None:
    page = world.launch(Browser(cookies=False, framed=True))
    assert page.headers["Content-Security-Policy"].endswith(f"frame-ancestors {world.lms.url}")


def test_where_the_platform_keeps_data_it_stands_in_for_the_cookie(world: World) -> None:
    world.lms.quirks = Quirks(storage_frame="lti_storage")
    browser = Browser(cookies=False, framed=True)
    put = browser.send(browser.get(f"{world.lms.url}/launch?as=anna&link=link-1").form)
    data = {name: put.text.partition(f'data-{name}="')[2].partition('"')[0] for name in ("key", "value", "origin")}
    assert data["origin"] == world.lms.url
    address = put.text.partition('href="' + world.lms.url)[2].partition('"')[0].replace("&amp;", "&")
    get = browser.send(browser.get(world.lms.url + address).form)
    assert f'data-key="{data["key"]}"' in get.text
    assert get.form.fields["binding"] == ""
    page = browser.send(get.form, own=True, binding=data["value"])
    assert (page.status, bool(page.token)) == (200, True)


def test_a_strangers_form_cannot_bring_the_strangers_own_binding(world: World) -> None:
    """Login CSRF: state, id_token and binding of one person, sent by a foreign page in the browser of another."""
    attacker = Browser()
    form = world.click(attacker).form
    (binding,) = [cookie.value for cookie in attacker.session.cookies if cookie.name == "staffel"]
    for framed in (False, True):
        page = Browser(framed=framed).send(form, binding=binding)
        assert page.token == ""
    assert Browser(framed=False).send(form, binding=binding).code in ("cookie-missing", "state-unknown")


def test_a_wrong_value_from_the_platforms_storage_is_refused(world: World) -> None:
    world.lms.quirks = Quirks(storage_frame="lti_storage")
    browser = Browser(cookies=False, framed=True)
    put = browser.send(browser.get(f"{world.lms.url}/launch?as=anna&link=link-1").form)
    address = put.text.partition('href="' + world.lms.url)[2].partition('"')[0].replace("&amp;", "&")
    get = browser.send(browser.get(world.lms.url + address).form)
    assert browser.send(get.form, own=True, binding="x" * 43).code == "state-other-browser"


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


# --- The launch token ------------------------------------------------------------------------------------------------


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
        timeout=10,
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
    for moment in (launch.issued_at + hour, launch.issued_at - dt.timedelta(seconds=1)):
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
        assert requests.post(form.action, data=data, headers=headers, timeout=10).status_code == status


# --- Headers ---------------------------------------------------------------------------------------------------------


def test_a_launched_page_is_framed_by_its_platform_alone(world: World) -> None:
    headers = world.launch().headers
    assert headers["Content-Security-Policy"] == (
        f"default-src 'self'; img-src 'self' data:; base-uri 'none'; object-src 'none'; frame-ancestors {world.lms.url}"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "X-Frame-Options" not in headers


def test_other_pages_are_framed_by_nobody(world: World) -> None:
    for path in ("/lti/launch", "/nowhere", "/healthz"):
        policy = requests.get(world.url + path, timeout=10).headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors 'none'")


def test_a_refusal_is_seen_in_the_frame_of_the_platform_that_asked(world: World) -> None:
    with world.tool.sessions.begin() as session:
        session.get_one(Platform, world.platform).active = False
    address = f"{world.url}/lti/login?iss={world.lms.url}&login_hint=anna&target_link_uri={world.url}/lti/launch"
    refused = requests.get(address, timeout=10)
    assert refused.status_code == 403
    assert refused.headers["Content-Security-Policy"].endswith(f"frame-ancestors {world.lms.url}")
    malformed = requests.post(f"{world.url}/lti/launch", headers={"Origin": world.lms.url}, timeout=10)
    assert malformed.status_code == 400
    assert malformed.headers["Content-Security-Policy"].endswith(f"frame-ancestors {world.lms.url}")


@pytest.mark.parametrize("issuer", ["https://a; script-src *", "https://a b", "https://[", "javascript:x", "https://"])
def test_no_issuer_writes_into_the_policy(world: World, issuer: str) -> None:
    refused = requests.get(f"{world.url}/lti/login", params={"iss": issuer}, timeout=10)
    assert refused.status_code == 400
    assert refused.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_an_expired_session_says_so_in_the_frame_of_its_platform(world: World) -> None:
    launched = world.launch()
    form = next(form for form in launched.forms if "launch_token" in form.fields)
    old = world.tool.tokens.read(form.fields["launch_token"], world.tool.clock())
    token = world.tool.tokens.issue(replace(old, issued_at=old.issued_at - dt.timedelta(days=2)))
    answer = requests.post(f"{world.url}/exercise", data={"launch_token": token}, timeout=10)
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
