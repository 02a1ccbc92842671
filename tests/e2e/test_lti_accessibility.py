"""The tool's pages in every state: axe finds nothing, light and dark; 320 pixels are enough; the keyboard is enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lti_tool.sandbox.model import Fault, ResourceLink
from tests.e2e.accessibility import overflow, violations
from tests.e2e.lti import CHOICE, ESSAY, TEST, TwoSites

Scheme = Literal["light", "dark"]
State = Callable[[Page, TwoSites], None]
ENOUGH_TABS = 60
EXERCISE = f"exercise:{CHOICE}"


def launch(page: Page, sites: TwoSites, person: str, link: str, message: str = "LtiResourceLinkRequest") -> None:
    """The tool in a window of its own."""
    query = {"as": person, "link": link, "message": message, "target": "window"}
    page.goto(f"{sites.lms.url}/launch?{urlencode(query)}")
    expect(page.locator("main#content")).to_be_visible()
    assert page.url.startswith(sites.tool_url)


def place(sites: TwoSites, **custom: str) -> str:
    """A new activity: each visit meets it untouched."""
    number = len(sites.lms.links) + 1
    return sites.lms.add_link(ResourceLink(id=f"a{number}", title="Aktivität", custom=custom)).id


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state("load")


# --- States: each leaves the page where it is to be looked at ---------------------------------------------------------


def exercise(page: Page, sites: TwoSites) -> None:
    launch(page, sites, "anna", place(sites, exercise=CHOICE))


def unanswered(page: Page, sites: TwoSites) -> None:
    exercise(page, sites)
    press(page, "Antwort abgeben")


def wrong(page: Page, sites: TwoSites) -> None:
    exercise(page, sites)
    page.locator('[data-value="abfliessen"] input').check()
    press(page, "Antwort abgeben")
    expect(page.locator(".exercise-result")).to_be_visible()


def solution(page: Page, sites: TwoSites) -> None:
    wrong(page, sites)
    press(page, "Lösung zeigen")


def essay(page: Page, sites: TwoSites) -> None:
    launch(page, sites, "anna", place(sites, exercise=ESSAY))
    page.locator("textarea").fill("Die Unterführung Nord.")
    expect(page.locator("[data-draft-status]")).to_contain_text("gespeichert", timeout=15_000)


def essay_handed_in(page: Page, sites: TwoSites) -> None:
    hand_in_text(page, sites, "anna", place(sites, exercise=ESSAY))


def hand_in_text(page: Page, sites: TwoSites, person: str, link: str) -> None:
    launch(page, sites, person, link)
    page.locator("textarea").fill(f"Die Unterführung Nord, meint {person}.")
    press(page, "Text abgeben")
    expect(page.get_by_text("wird gelesen").first).to_be_visible()


def assessment_start(page: Page, sites: TwoSites) -> None:
    launch(page, sites, "anna", place(sites, assessment=TEST))


def assessment_step(page: Page, sites: TwoSites) -> None:
    assessment_start(page, sites)
    press(page, "Test starten")
    expect(page.locator("form.exercise")).to_be_visible()


def assessment_overview(page: Page, sites: TwoSites) -> None:
    assessment_step(page, sites)
    press(page, "Übersicht")


def assessment_result(page: Page, sites: TwoSites) -> None:
    assessment_overview(page, sites)
    press(page, "Test abgeben")


def picker(page: Page, sites: TwoSites) -> None:
    launch(page, sites, "tara", place(sites))


def deep_linking(page: Page, sites: TwoSites) -> None:
    launch(page, sites, "tara", "", "LtiDeepLinkingRequest")


def nothing_chosen(page: Page, sites: TwoSites) -> None:
    launch(page, sites, "anna", place(sites))


def trainer(page: Page, sites: TwoSites) -> None:
    link = place(sites, exercise=CHOICE)
    launch(page, sites, "anna", link)
    page.locator('[data-value="abfliessen"] input').check()
    press(page, "Antwort abgeben")
    launch(page, sites, "tara", link)
    press(page, "Auswertung öffnen")
    expect(page.get_by_role("heading", name="Auswertung")).to_be_visible()


def items(page: Page, sites: TwoSites) -> None:
    trainer(page, sites)
    press(page, "Ergebnisse der Aufgaben")


def queue(page: Page, sites: TwoSites) -> None:
    link = place(sites, exercise=ESSAY)
    hand_in_text(page, sites, "anna", link)
    hand_in_text(page, sites, "ben", link)
    launch(page, sites, "tara", link)
    press(page, "Auswertung öffnen")
    page.get_by_role("button", name="Lesen").last.click()
    expect(page.locator("form[data-reading]")).to_be_visible()


def self_test(page: Page, sites: TwoSites) -> None:
    picker(page, sites)
    press(page, "Selbsttest starten")
    expect(page.get_by_role("heading", name="Selbsttest")).to_be_visible()


def privacy(page: Page, sites: TwoSites) -> None:
    exercise(page, sites)
    press(page, "Was hier gespeichert wird")


def registration(page: Page, sites: TwoSites) -> None:
    page.goto(f"{sites.tool_url}/lti/register?lms=ilias")


def refused(page: Page, sites: TwoSites) -> None:
    page.goto(f"{sites.tool_url}/lti/login")


def course(page: Page, sites: TwoSites) -> None:
    page.goto(sites.lms.url)


STATES: dict[str, State] = {
    state.__name__: state
    for state in (
        exercise,
        unanswered,
        wrong,
        solution,
        essay,
        essay_handed_in,
        assessment_start,
        assessment_step,
        assessment_overview,
        assessment_result,
        picker,
        deep_linking,
        nothing_chosen,
        trainer,
        items,
        queue,
        self_test,
        privacy,
        registration,
        refused,
        course,
    )
}
every_state = pytest.mark.parametrize("state", STATES.values(), ids=STATES)


@pytest.fixture
def page(framing_browser: Browser) -> Iterator[Page]:
    context = framing_browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def unfold(page: Page) -> None:
    for summary in page.locator("summary").all():
        if summary.is_visible():
            summary.click()


@every_state
def test_axe_finds_nothing_and_320_pixels_are_enough(page: Page, sites: TwoSites, state: State) -> None:
    state(page, sites)
    unfold(page)
    schemes: tuple[Scheme, Scheme] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == [], scheme
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) == 0
    assert violations(page) == []


def test_a_narrow_page_of_results_is_read_in_one_direction(page: Page, sites: TwoSites) -> None:
    """At 400 % a table of columns would hide why a grade has not arrived; so each person is a short list."""
    sites.lms.faults["scores"] = Fault(status=403)
    try:
        trainer(page, sites)
        for _ in range(20):
            if page.get_by_text("Es wird von selbst weiter versucht").is_visible():
                break
            page.wait_for_timeout(500)
            page.locator("tr[aria-current] button").click()  # this task: other tests have some of that name
            page.wait_for_load_state("load")
    finally:
        sites.lms.faults.clear()
    for width in (320, 500):
        page.set_viewport_size({"width": width, "height": 256})
        assert overflow(page) == 0
        tables = page.locator(".table-scroll").all()
        assert len(tables) == 2
        for table in tables:
            assert table.evaluate("area => area.scrollWidth - area.clientWidth") == 0
        labels = page.locator(".people td[data-label]").evaluate_all(
            "cells => cells.map(cell => getComputedStyle(cell, '::before').content)"
        )
        assert all("In der Lernplattform" in labels[at] for at in range(2, len(labels), 3))
        assert violations(page) == []
    expect(page.get_by_role("cell", name="noch nicht angekommen")).to_be_visible()


# --- Keyboard ---------------------------------------------------------------------------------------------------------


def tab_to(page: Page, target: Locator) -> None:
    """Tab until `target` has the focus, which must then be visible."""
    for _ in range(ENOUGH_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            assert target.evaluate("element => element.matches(':focus-visible')")
            return
    raise AssertionError(f"the keyboard does not reach {target}")


def test_an_exercise_is_answered_with_the_keyboard_alone(page: Page, sites: TwoSites) -> None:
    exercise(page, sites)
    tab_to(page, page.locator("form.exercise input[type=radio]").first)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Antwort abgeben"))
    page.keyboard.press("Enter")
    expect(page.locator(".exercise-result")).to_be_focused()


def test_content_is_chosen_with_the_keyboard_alone(page: Page, sites: TwoSites) -> None:
    deep_linking(page, sites)
    tab_to(page, page.locator(f'input[value="{EXERCISE}"]'))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="In den Kurs übernehmen"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Übernommene Inhalte: 1")).to_be_visible()


def test_a_text_is_read_and_given_back_with_the_keyboard_alone(page: Page, sites: TwoSites) -> None:
    queue(page, sites)
    first = page.locator("h1").inner_text()
    for group in range(page.locator("fieldset.rubric").count()):
        tab_to(page, page.locator("fieldset.rubric").nth(group).locator("input").first)
        page.keyboard.press("ArrowDown")
    tab_to(page, page.locator("[data-comment]"))
    page.keyboard.insert_text("Ort gut beschrieben.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).not_to_have_text(first)
    expect(page.locator("form[data-reading]")).to_be_visible()


def test_the_self_test_is_started_with_the_keyboard_alone(page: Page, sites: TwoSites) -> None:
    picker(page, sites)
    tab_to(page, page.get_by_role("button", name="Selbsttest starten"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Selbsttest")).to_be_visible()


def test_without_script_an_answer_is_given_and_scored(framing_browser: Browser, sites: TwoSites) -> None:
    context = framing_browser.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    query = urlencode({"as": "ben", "link": place(sites, exercise=CHOICE), "target": "window"})
    page.goto(f"{sites.lms.url}/launch?{query}")
    for _ in range(2):  # the forms of login and launch send themselves only with script
        page.get_by_role("button", name="Weiter").click()
    page.locator('[data-value="versickern"] input').check()
    page.get_by_role("button", name="Antwort abgeben").click()
    expect(page.locator(".exercise-result")).to_have_attribute("data-outcome", "correct")
    context.close()
