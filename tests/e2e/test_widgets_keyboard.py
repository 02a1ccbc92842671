"""Exercises with the keyboard alone: every type is answered, and the focus is seen and stays where one works."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.widgets import (
    check,
    form_of,
    opened,
    order_of,
)


@pytest.mark.parametrize("colors", ["none", "active"])
@pytest.mark.parametrize("name", ["m1u2-rechnen", "m1u3-begriff", "m1u3-markt"])
def test_wherever_the_keyboard_goes_the_focus_is_seen(
    browser: Browser, site: Path, name: str, colors: Literal["none", "active"]
) -> None:
    context = browser.new_context(forced_colors=colors)
    page = context.new_page()
    page.goto((site / "pages" / f"{name}.html").as_uri())
    outline = r"""node => { const { outlineStyle, outlineColor } = getComputedStyle(node);
      return outlineStyle !== 'none' && !/^rgba.* 0\)$/.test(outlineColor); }"""
    while True:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        focused = page.locator(":focus")
        assert focused.evaluate(outline), focused.evaluate("node => node.outerHTML")
    context.close()


def test_a_choice_is_made_and_checked_with_the_keyboard_alone(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u1-kaesten")
    form = form_of(page, "m1u1-aussage")
    form.locator("input").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(form.locator('[data-action="check"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(form.locator(".exercise-result")).to_be_focused()
    expect(form.locator(".exercise-result")).to_have_attribute("data-outcome", "correct")
    page.context.close()


def test_after_a_check_the_keyboard_goes_on_from_the_result_to_another_try(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u1-kaesten")
    form = form_of(page, "m1u1-aussage")
    form.locator('[value="true"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(form.locator(".exercise-result")).to_be_focused()
    page.keyboard.press("Tab")
    expect(form.locator('[data-action="retry"]')).to_be_focused()
    page.keyboard.press("Tab")
    expect(form.locator('[data-action="solution"]')).to_be_focused()
    page.context.close()


def test_a_sequence_is_sorted_with_the_keyboard_and_the_focus_stays(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u2-rechnen")
    form = form_of(page, "m1u2-ordnen")
    before = order_of(form)
    form.locator(f'[data-value="{before[-1]}"] button[data-step="-1"]').focus()
    page.keyboard.press("Enter")
    assert order_of(form) == [*before[:-2], before[-1], before[-2]]
    expect(form.locator(f'[data-value="{before[-1]}"] button[data-step="-1"]')).to_be_focused()
    for _ in before[2:]:
        page.keyboard.press("Enter")
    assert order_of(form)[0] == before[-1]
    expect(form.locator(f'[data-value="{before[-1]}"] button[data-step="1"]')).to_be_focused()
    page.context.close()


def test_judgements_are_made_with_the_keyboard_row_by_row(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u3-begriff")
    form = form_of(page, "m1u3-urteil")
    form.locator("input").first.focus()
    for _ in range(4):
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")  # from „Richtig“ to „Falsch“
        page.keyboard.press("Tab")
    assert form.locator("input:checked").evaluate_all("nodes => nodes.map(node => node.value)") == ["false"] * 4
    page.keyboard.press("Tab")  # over the hint
    page.keyboard.press("Enter")
    expect(form.locator(".exercise-result")).to_be_focused()
    expect(form.locator(".exercise-result")).to_have_attribute("data-outcome", "incorrect")
    expect(form.get_by_role("group", name="Auch Dächer können Wasser speichern.")).to_contain_text("Falsch beurteilt")
    page.context.close()


def test_passages_are_marked_with_the_keyboard_in_the_order_of_the_text(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u3-begriff")
    form = form_of(page, "m1u3-stellen")
    form.get_by_role("checkbox", name="eine flache Mulde mit Gras").focus()
    for wanted in (True, False, True, True, False):
        if wanted:
            page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(form.locator(".exercise-result")).to_have_attribute("data-outcome", "correct")
    page.context.close()


def test_categories_are_chosen_with_the_keyboard(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u3-begriff")
    form = form_of(page, "m1u3-sorten")
    group = form.get_by_role("group", name="Gully")
    group.get_by_role("radio", name="speichern").focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(group.get_by_role("radio", name="ableiten")).to_be_checked()
    page.context.close()


def test_areas_are_chosen_in_the_list_with_the_keyboard_and_in_the_image_with_the_mouse(
    browser: Browser, site: Path
) -> None:
    page = opened(browser, site, "m1u3-markt")
    form = form_of(page, "m1u3-plan")
    roof, bed = (form.locator(f'[data-spot="{name}"]') for name in ("rathaus", "beet"))
    form.get_by_role("checkbox", name="A – das Dach des Rathauses").focus()
    expect(roof).to_have_attribute("data-focused", "")
    page.keyboard.press("Space")
    expect(roof).to_have_attribute("data-chosen", "")
    bed.locator(".spot-badge").click()
    expect(form.get_by_role("checkbox", name="C – das Beet")).to_be_checked()
    check(form)
    expect(form.locator(".exercise-result")).to_have_attribute("data-outcome", "correct")
    expect(bed).to_have_attribute("data-result", "right")
    page.context.close()


def test_a_case_is_decided_with_the_keyboard_step_by_step(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u3-markt")
    form = form_of(page, "m1u3-fall")
    expect(form.locator(".path-step:visible")).to_have_count(1)
    form.get_by_role("radio", name="Sofort ausschreiben").focus()
    page.keyboard.press("Space")
    expect(form.get_by_role("group", name="Schritt 2")).to_contain_text("Die Zeitung schreibt")
    expect(form.get_by_role("status").first).to_have_text("Weiter mit Schritt 2.")
    page.keyboard.press("ArrowDown")  # another decision, other way: the second step is another one
    expect(form.get_by_role("group", name="Schritt 2")).to_contain_text("feste Wege")
    check(form)
    expect(form.locator('.exercise-result[data-outcome="problem"]')).to_contain_text("noch nicht zu Ende")
    expect(form.get_by_role("radio", name="Beete und Wege gemeinsam einzeichnen")).to_be_focused()
    page.keyboard.press("Space")
    expect(form.locator(".path-end")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(form.locator(".exercise-result")).to_have_attribute("data-outcome", "correct")
    page.context.close()
