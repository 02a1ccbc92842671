"""The six further exercise types in the tool: drafts come back, results are marked, no state has a barrier."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from content.exercises import Exercise
from content.exercises.base import Sample
from lti_tool.sandbox.model import ResourceLink
from tests.contract.answering import checkable, fill
from tests.e2e.accessibility import overflow, violations
from tests.e2e.lti import TEST, TwoSites
from tests.samples import sample

FURTHER = ("kprim", "hot-text", "categorise", "hot-spot", "decision-path", "budget")
EXERCISES = [exercise for exercise in sample().exercises.values() if exercise.type in FURTHER]
each_type = pytest.mark.parametrize("exercise", EXERCISES, ids=[exercise.type for exercise in EXERCISES])


@pytest.fixture
def page(framing_browser: Browser) -> Iterator[Page]:
    context = framing_browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def opened(page: Page, sites: TwoSites, exercise: Exercise, link: str = "") -> tuple[Locator, str]:
    """The form in an activity of its own, and that activity."""
    if not link:
        made = ResourceLink(id=f"t{len(sites.lms.links) + 1}", title="Aktivität", custom={"exercise": exercise.id})
        link = sites.lms.add_link(made).id
    query = {"as": "anna", "link": link, "message": "LtiResourceLinkRequest", "target": "window"}
    page.goto(f"{sites.lms.url}/launch?{urlencode(query)}")
    form = page.locator("form.exercise")
    expect(form).to_be_visible()
    return form, link


def worst(exercise: Exercise) -> Sample:
    return min(checkable(exercise), key=lambda given: given.score or 0)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state("load")


def free_of_barriers(page: Page) -> bool:
    return violations(page) == [] and overflow(page) == 0


@each_type
def test_no_state_has_a_barrier_and_a_wrong_answer_is_marked(page: Page, sites: TwoSites, exercise: Exercise) -> None:
    form, _ = opened(page, sites, exercise)
    fill(form, exercise, worst(exercise).response)
    assert free_of_barriers(page)
    press(page, "Antwort abgeben")
    expect(form.locator(".exercise-result")).to_be_focused()
    expect(form.locator(".exercise-mark").first).to_be_visible()
    assert form.locator('[data-result="wrong"]').count()
    press(page, "Lösung zeigen")
    expect(form.locator(".exercise-solution li").first).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == [], scheme
    page.set_viewport_size({"width": 320, "height": 800})
    assert free_of_barriers(page)


@each_type
def test_the_right_answer_is_worth_all_points(page: Page, sites: TwoSites, exercise: Exercise) -> None:
    form, _ = opened(page, sites, exercise)
    fill(form, exercise, exercise.correct())
    press(page, "Antwort abgeben")
    expect(form.locator(".exercise-result")).to_have_attribute("data-outcome", "correct")
    expect(form.locator(".exercise-result")).to_contain_text(f"{exercise.points} von {exercise.points}")


@each_type
def test_a_draft_is_there_again_in_the_next_launch(page: Page, sites: TwoSites, exercise: Exercise) -> None:
    form, link = opened(page, sites, exercise)
    fill(form, exercise, worst(exercise).response)
    expect(page.locator("[data-draft-status]")).to_contain_text("gespeichert", timeout=15_000)
    before = given(form)
    shown = form.locator(".path-step:visible").count()
    form, _ = opened(page, sites, exercise, link)
    assert given(form) == before
    expect(form.locator(".path-step:visible")).to_have_count(shown)


def given(form: Locator) -> list[str]:
    values: list[str] = form.evaluate(
        """form => [...form.querySelectorAll("fieldset [name]")]
          .filter(node => node.type === "text" ? node.value : node.checked)
          .map(node => `${node.name}=${node.value}`)"""
    )
    assert values
    return values


def test_a_case_that_is_not_at_its_end_is_no_answer_yet(page: Page, sites: TwoSites) -> None:
    exercise = sample().exercises["m1u3-fall"]
    form, _ = opened(page, sites, exercise)
    form.get_by_role("radio", name="Sofort ausschreiben").check()
    press(page, "Antwort abgeben")
    expect(form.locator('.exercise-result[data-outcome="problem"]')).to_contain_text("noch nicht zu Ende")
    expect(form.get_by_role("radio", name="Sofort ausschreiben")).to_be_checked()


def test_areas_are_chosen_and_marked_in_the_image(page: Page, sites: TwoSites) -> None:
    exercise = sample().exercises["m1u3-plan"]
    form, _ = opened(page, sites, exercise)
    form.locator('[data-spot="brunnen"] .spot-badge').click()
    expect(form.get_by_role("checkbox", name="B – der Rand des Brunnens")).to_be_checked()
    press(page, "Antwort abgeben")
    expect(form.locator('[data-spot="brunnen"]')).to_have_attribute("data-result", "wrong")
    expect(form.locator('[data-spot="brunnen"]')).to_have_attribute("data-chosen", "")
    text, image = (form.locator(selector).bounding_box() for selector in (".exercise-prompt", "figure"))
    assert text
    assert image
    assert text["x"] == image["x"]


def test_the_result_of_a_test_begins_with_the_whole(page: Page, sites: TwoSites) -> None:
    made = ResourceLink(id=f"t{len(sites.lms.links) + 1}", title="Test", custom={"assessment": TEST})
    query = {"as": "ben", "link": sites.lms.add_link(made).id, "message": "LtiResourceLinkRequest", "target": "window"}
    page.goto(f"{sites.lms.url}/launch?{urlencode(query)}")
    press(page, "Test starten")
    for _ in range(4):
        page.locator('button[value="next"]').click()
    press(page, "Test abgeben")
    expect(page.locator(".exercise-result").first).to_contain_text("Nicht beantwortet.")
    expect(page.locator("html")).to_have_js_property("scrollTop", 0)
    expect(page.locator(".exercise :focus")).to_have_count(0)
