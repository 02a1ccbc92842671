"""The sandbox as people use it: its pages, its switches, and whom it answers."""

from __future__ import annotations

import datetime as dt

import pytest
import requests

from lti_tool.gateway import PlatformRefused, PlatformUnavailable, ScoreUpdate
from lti_tool.messages import LANGUAGES, messages
from lti_tool.outgoing import TOTAL_SECONDS
from lti_tool.sandbox.faults import FAULTS, MANNERS
from tests.lti_tool.web.world import World

SECONDS = 5


def get(world: World, path: str, **headers: str) -> requests.Response:
    return requests.get(world.lms.url + path, headers=headers, timeout=SECONDS)


def switch(world: World, site: str = "same-origin", **form: str) -> requests.Response:
    return requests.post(
        f"{world.lms.url}/switch",
        data=form,
        headers={"Sec-Fetch-Site": site},
        allow_redirects=False,
        timeout=SECONDS,
    )


def publish(world: World, given: float = 100) -> None:
    score = ScoreUpdate(user="anna", given=given, maximum=100, comment="<b>gut</b>", timestamp=dt.datetime.now(dt.UTC))
    world.tool.gateway.publish_score(world.platform, world.lms.column_url("c1"), score)


@pytest.fixture
def one_grade(world: World) -> World:
    publish(world)
    return world


def test_the_course_offers_every_activity_to_every_person(world: World) -> None:
    page = get(world, "/").text
    for person in world.lms.people.values():
        assert page.count(f">{person.name}</a>") >= len(world.lms.links)
    assert "LtiDeepLinkingRequest" in page


def test_the_gradebook_shows_points_and_comment_and_escapes_them(one_grade: World) -> None:
    for path in ("/", "/gradebook"):
        page = get(one_grade, path).text
        assert "100 von 100" in page
        assert "&lt;b&gt;gut&lt;/b&gt;" in page


def test_the_course_speaks_the_language_of_the_browser(world: World) -> None:
    assert "Als Teilnehmende starten" in get(world, "/").text
    assert "Start as participant" in get(world, "/", **{"Accept-Language": "en-GB"}).text


def test_only_the_tool_may_be_in_a_frame_of_the_course(world: World) -> None:
    response = get(world, "/activity?as=anna&link=link-1")
    assert f"frame-src 'self' {world.url};" in response.headers["Content-Security-Policy"]
    assert get(world, "/activity?as=nobody&link=link-1").status_code == 404


def test_a_name_that_a_stranger_points_to_this_machine_gets_no_answer(world: World) -> None:
    assert get(world, "/", Host="rebound.example.org").status_code == 403


def test_another_site_cannot_switch_faults_on(world: World) -> None:
    assert switch(world, "cross-site", fault="500").status_code == 403
    assert world.lms.fault == "none"


def test_an_unknown_fault_changes_nothing(world: World) -> None:
    assert switch(world, fault="flood").status_code == 400
    assert (world.lms.fault, world.lms.faults) == ("none", {})


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("down", PlatformUnavailable, "unreachable"),
        ("401", PlatformRefused, "unauthorised"),
        ("409", PlatformUnavailable, "conflict"),
        ("429", PlatformUnavailable, "too-many"),
        ("500", PlatformUnavailable, "server-error"),
        ("scope", PlatformRefused, "scope-missing"),
    ],
)
def test_each_fault_is_what_the_tool_takes_it_for_and_ends_when_switched_off(
    one_grade: World, fault: str, error: type[Exception], code: str
) -> None:
    assert switch(one_grade, fault=fault).status_code == 303
    with pytest.raises(error) as raised:
        publish(one_grade)
    assert getattr(raised.value, "code", "") == code
    switch(one_grade, fault="none")
    one_grade.lms.columns["c1"].results.clear()
    publish(one_grade, 50)
    assert one_grade.lms.grade("link-1", "anna") == 50


def test_a_slow_platform_is_slower_than_the_tool_waits() -> None:
    assert all(fault.delay > TOTAL_SECONDS for fault in FAULTS["slow"].values())


@pytest.mark.parametrize("name", [name for name, quirks in MANNERS.items() if not quirks.storage_frame])
def test_a_launch_succeeds_with_the_manners_of_each_platform(world: World, name: str) -> None:
    assert switch(world, manners=name).status_code == 303
    assert world.launch().token


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_switch_has_a_name(language: str) -> None:
    known = messages("de" if language == "de" else "en")
    assert {f"sandbox.fault.{name}" for name in FAULTS} <= set(known)
    assert {f"sandbox.manners.{name}" for name in MANNERS} <= set(known)
