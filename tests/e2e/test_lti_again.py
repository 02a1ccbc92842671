"""Going back and reloading show the activity as it stands: no question, no error, nothing handed in twice."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Frame, Page, expect

from lti_tool.sandbox.model import ResourceLink
from tests.e2e.lti import CHOICE, ESSAY, TEST, TwoSites


def place(sites: TwoSites, **custom: str) -> str:
    name = f"again-{len(sites.lms.links)}"
    return sites.lms.add_link(ResourceLink(id=name, title=f"Aktivität {name}", custom=custom)).id


def opened(context: BrowserContext, sites: TwoSites, person: str, link: str) -> tuple[Page, Frame]:
    """The course page, and the tool in its frame."""
    page = context.new_page()
    page.goto(sites.activity(person, link))
    expect(page.frame_locator("iframe[name=tool]").locator("main")).to_be_visible()
    frame = page.frame("tool")
    assert frame is not None
    return page, frame


def reload(frame: Frame) -> None:
    frame.evaluate("window.here = true")
    frame.evaluate("location.reload()")
    frame.wait_for_function("!window.here && !document.querySelector('[data-again]')")


def back(page: Page, frame: Frame) -> None:
    frame.evaluate("window.here = true")
    page.evaluate("history.back()")
    frame.wait_for_function("!window.here && !document.querySelector('[data-again]')")


def test_reloading_keeps_the_open_exercise_and_its_text(context: BrowserContext, sites: TwoSites) -> None:
    _, frame = opened(context, sites, "anna", place(sites, exercise=ESSAY))
    frame.locator("textarea").fill("Am Bahnhof.")
    expect(frame.locator("[data-draft-status]")).to_contain_text("gespeichert", timeout=15_000)
    reload(frame)
    expect(frame.locator("textarea")).to_have_value("Am Bahnhof.")
    assert "/lti/again/" in frame.url
    assert "token" not in frame.url


def test_back_after_handing_in_shows_the_result_and_hands_in_nothing(context: BrowserContext, sites: TwoSites) -> None:
    link = place(sites, exercise=CHOICE)
    page, frame = opened(context, sites, "anna", link)
    frame.locator('[data-value="versickern"] input').check()
    frame.get_by_role("button", name="Antwort abgeben").click()
    expect(frame.locator(".exercise-result")).to_be_visible()
    back(page, frame)
    expect(frame.locator(".exercise-result")).to_be_visible()
    reload(frame)
    expect(frame.locator(".exercise-result")).to_be_visible()
    assert sites.wait_for_grade(link, "anna") == 100
    column = sites.lms.columns[sites.lms.links[link].column]
    assert column.results["anna"].posts == 1


def test_reloading_a_step_of_a_test_stays_at_that_step(context: BrowserContext, sites: TwoSites) -> None:
    _, frame = opened(context, sites, "ben", place(sites, assessment=TEST))
    frame.get_by_role("button", name="Test starten").click()
    frame.get_by_role("button", name="Speichern und weiter").click()
    expect(frame.locator(".test-step")).to_contain_text("Aufgabe 2")
    reload(frame)
    expect(frame.locator(".test-step")).to_contain_text("Aufgabe 2")


def test_a_trainer_goes_back_from_a_text_to_the_overview(context: BrowserContext, sites: TwoSites) -> None:
    link = place(sites, exercise=ESSAY)
    _, frame = opened(context, sites, "anna", link)
    frame.locator("textarea").fill("Am Bahnhof.")
    frame.get_by_role("button", name="Text abgeben").click()
    expect(frame.locator(".learner-text")).to_be_visible()
    page, frame = opened(context, sites, "tara", link)
    frame.get_by_role("button", name="Auswertung öffnen").click()
    expect(frame.get_by_role("heading", name="Auswertung")).to_be_visible()
    frame.get_by_role("button", name="Ansehen").click()
    expect(frame.locator("form[data-reading]")).to_be_visible()
    reload(frame)
    expect(frame.locator("form[data-reading]")).to_be_visible()
    back(page, frame)
    expect(frame.get_by_role("heading", name="Auswertung")).to_be_visible()


def test_a_choice_for_an_empty_link_can_be_reloaded(context: BrowserContext, sites: TwoSites) -> None:
    page, frame = opened(context, sites, "tara", place(sites))
    reload(frame)
    frame.locator(f'input[value="exercise:{CHOICE}"]').check()
    frame.get_by_role("button", name="Auswahl übernehmen").click()
    expect(frame.locator("form.exercise")).to_be_visible()
    back(page, frame)
    expect(frame.locator(f'input[value="exercise:{CHOICE}"]')).to_be_visible()


def test_a_choice_of_content_can_be_reloaded(context: BrowserContext, sites: TwoSites) -> None:
    there = f"{sites.lms.url}/deep-linking"
    context.route(there, lambda route: route.fulfill(status=204))  # the page stays
    page = context.new_page()
    page.goto(sites.activity("tara", "", "LtiDeepLinkingRequest"))
    expect(page.frame_locator("iframe[name=tool]").locator("form.tool-form")).to_be_visible()
    frame = page.frame("tool")
    assert frame is not None
    box = frame.locator(f'input[value="exercise:{CHOICE}"]')
    box.check()
    with page.expect_request_finished(lambda request: request.url == there):
        frame.get_by_role("button", name="In den Kurs übernehmen").click()
    frame.wait_for_url("**/lti/again/**")
    expect(box).to_have_count(0)
    frame.evaluate("setTimeout(() => location.reload())")
    expect(box).to_be_checked()


def test_the_address_of_going_back_says_nothing_to_a_stranger(context: BrowserContext, sites: TwoSites) -> None:
    page = context.new_page()
    page.goto(f"{sites.tool_url}/lti/again/1")
    expect(page.get_by_role("heading", name="Bitte noch einmal öffnen")).to_be_visible()
    answer = page.goto(f"{sites.tool_url}/lti/again/999")
    assert answer is not None
    assert answer.status == 404
