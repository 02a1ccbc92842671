"""Going back and reloading show the activity as it stands: no question, no error, nothing handed in twice."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import BrowserContext, Error, Frame, Page, expect

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
    frame.evaluate("window.here = true; setTimeout(() => location.reload())")
    wait_for_the_next_page(frame)


def back(page: Page, frame: Frame) -> None:
    frame.evaluate("window.here = true")
    page.evaluate("setTimeout(() => history.back())")
    wait_for_the_next_page(frame)


def wait_for_the_next_page(frame: Frame) -> None:
    """Another page than the one that was marked, and not the one that only asks for it.

    Asked anew each time: our policy forbids what the browser's own waiting would evaluate in the page.
    """
    arrived = False
    while not arrived:
        frame.page.wait_for_timeout(50)
        with suppress(Error):  # the page under it went away
            arrived = frame.evaluate("!window.here && !!document.querySelector('main:not(:has([data-again]))')")


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


def test_after_a_choice_of_content_back_and_reload_ask_nothing_and_send_nothing(
    context: BrowserContext, sites: TwoSites
) -> None:
    page = context.new_page()
    page.goto(sites.activity("tara", "", "LtiDeepLinkingRequest"))
    box = page.frame_locator("iframe[name=tool]").locator(f'input[value="exercise:{CHOICE}"]')
    box.check()
    before = len(sites.lms.links)
    page.frame_locator("iframe[name=tool]").get_by_role("button", name="In den Kurs übernehmen").click()
    expect(box).to_have_count(0)
    page.evaluate("setTimeout(() => history.back())")
    expect(box).to_be_visible()
    frame = page.frame("tool")
    assert frame is not None
    reload(frame)
    expect(box).to_be_visible()
    assert len(sites.lms.links) == before + 1


def test_the_address_of_going_back_says_nothing_to_a_stranger(context: BrowserContext, sites: TwoSites) -> None:
    page = context.new_page()
    page.goto(f"{sites.tool_url}/lti/again/1")
    expect(page.get_by_role("heading", name="Bitte noch einmal öffnen")).to_be_visible()
    answer = page.goto(f"{sites.tool_url}/lti/again/999")
    assert answer is not None
    assert answer.status == 404
