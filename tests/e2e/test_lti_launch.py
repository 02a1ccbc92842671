"""From the click in a course to its gradebook: two https sites, the tool in a frame, third-party cookies blocked."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, Playwright, Request, expect

from lti_tool.sandbox.faults import MANNERS, switch_manners
from lti_tool.sandbox.model import ResourceLink
from tests.e2e.lti import CHOICE, LMS_HOST, TOOL_HOST, TwoSites, profile

RIGHT = "versickern"


def opened(context: BrowserContext, sites: TwoSites, person: str, link: str, **more: str) -> tuple[Page, FrameLocator]:
    """The course page with the tool in its frame."""
    page = context.new_page()
    page.goto(sites.activity(person, link, **more))
    frame = page.frame_locator("iframe[name=tool]")
    expect(frame.locator("main")).to_be_visible()
    return page, frame


def hand_in(frame: FrameLocator, value: str = RIGHT) -> None:
    frame.locator(f'[data-value="{value}"] input').check()
    frame.get_by_role("button", name="Antwort abgeben").click()
    expect(frame.locator(".exercise-result")).to_be_visible()


def link(sites: TwoSites, identifier: str, **custom: str) -> ResourceLink:
    """An activity of this test's own."""
    return sites.lms.add_link(ResourceLink(id=identifier, title=f"Aufgabe {identifier}", custom=custom))


def test_third_party_cookies_are_really_blocked(context: BrowserContext, sites: TwoSites) -> None:
    """The control: a cookie that is not partitioned does not reach the tool in the frame."""
    context.add_cookies(
        [{"name": "control", "value": "1", "domain": TOOL_HOST, "path": "/", "secure": True, "sameSite": "None"}]
    )
    sent: dict[str, str] = {}

    def note(request: Request) -> None:
        if "/lti/launch" in request.url:
            sent.update(request.all_headers())

    page = context.new_page()
    page.on("requestfinished", note)
    page.goto(sites.activity("anna", "choice"))
    expect(page.frame_locator("iframe[name=tool]").locator("main")).to_be_visible()
    page.wait_for_timeout(300)
    assert "__Host-staffel=" in sent["cookie"]
    assert "control" not in sent["cookie"]


def test_work_in_a_frame_is_graded_in_the_gradebook(context: BrowserContext, sites: TwoSites) -> None:
    link(sites, "graded", exercise=CHOICE)
    page, frame = opened(context, sites, "anna", "graded")
    hand_in(frame)
    expect(frame.locator(".exercise-result")).to_have_attribute("data-outcome", "correct")
    assert sites.wait_for_grade("graded", "anna") == 100
    page.goto(sites.lms.url)
    column = sites.lms.links["graded"].column
    expect(page.locator(f'[data-column="{column}"][data-person="anna"]')).to_contain_text("100 von 100")


def test_a_person_in_a_second_frame_does_not_become_the_first(context: BrowserContext, sites: TwoSites) -> None:
    link(sites, "two-people", exercise=CHOICE)
    _, first = opened(context, sites, "anna", "two-people")
    _, second = opened(context, sites, "ben", "two-people")
    hand_in(second, "abfliessen")
    hand_in(first)
    assert sites.wait_for_grade("two-people", "anna") == 100
    assert sites.wait_for_grade("two-people", "ben") < 100


@pytest.mark.parametrize("name", MANNERS)
def test_the_manners_of_each_platform_are_known(context: BrowserContext, sites: TwoSites, name: str) -> None:
    link(sites, f"manners-{name}", exercise=CHOICE)
    switch_manners(sites.lms, name)
    try:
        _, frame = opened(context, sites, "ben", f"manners-{name}")
        hand_in(frame)
        assert sites.wait_for_grade(f"manners-{name}", "ben") == 100
    finally:
        switch_manners(sites.lms, "standard")


def test_a_browser_without_any_cookie_goes_on_in_a_tab_of_its_own(
    playwright: Playwright, sites: TwoSites, tmp_path: Path
) -> None:
    """As with the strictest settings: not even a partitioned cookie of the tool is kept."""
    link(sites, "no-cookie", exercise=CHOICE)
    with profile(playwright, sites, tmp_path, no_cookies_for=TOOL_HOST) as context:
        page, frame = opened(context, sites, "anna", "no-cookie")
        with page.expect_popup() as popup:
            frame.get_by_role("button", name="öffnen").click()
        tab = popup.value
        expect(tab.locator("form.exercise")).to_be_visible()
        assert tab.url.startswith(f"https://{TOOL_HOST}")
        assert "?" not in tab.url
        tab.locator(f'[data-value="{RIGHT}"] input').check()
        tab.get_by_role("button", name="Antwort abgeben").click()
    assert sites.wait_for_grade("no-cookie", "anna") == 100


def test_a_trainer_chooses_content_and_the_course_has_it(context: BrowserContext, sites: TwoSites) -> None:
    page = context.new_page()
    page.goto(sites.activity("tara", "", "LtiDeepLinkingRequest"))
    frame = page.frame_locator("iframe[name=tool]")
    before = set(sites.lms.links)
    frame.locator(f'input[value="exercise:{CHOICE}"]').check()
    frame.get_by_role("button", name="In den Kurs übernehmen").click()
    expect(frame.get_by_text("Übernommene Inhalte: 1")).to_be_visible()
    (made,) = set(sites.lms.links) - before
    _, launched = opened(context, sites, "ben", made)
    hand_in(launched)
    assert sites.wait_for_grade(made, "ben") == 1


def test_an_empty_link_is_filled_by_a_trainer_and_waits_for_one(context: BrowserContext, sites: TwoSites) -> None:
    link(sites, "to-choose")
    _, frame = opened(context, sites, "anna", "to-choose")
    expect(frame.locator("form.exercise")).to_have_count(0)
    _, frame = opened(context, sites, "tara", "to-choose")
    frame.locator(f'input[value="exercise:{CHOICE}"]').check()
    frame.get_by_role("button", name="Auswahl übernehmen").click()
    expect(frame.locator("form.exercise")).to_be_visible()
    _, frame = opened(context, sites, "anna", "to-choose")
    hand_in(frame)


def test_only_the_platform_of_this_session_may_frame_the_tool(context: BrowserContext, sites: TwoSites) -> None:
    page = context.new_page()
    policies: list[str] = []
    page.on(
        "response",
        lambda response: (
            policies.append(response.headers.get("content-security-policy", ""))
            if response.url.startswith(sites.tool_url) and response.request.resource_type == "document"
            else None
        ),
    )
    page.goto(sites.activity("anna", "choice"))
    expect(page.frame_locator("iframe[name=tool]").locator("main")).to_be_visible()
    assert policies[-1].endswith(f"frame-ancestors {sites.lms.url}")
    assert LMS_HOST in sites.lms.url
