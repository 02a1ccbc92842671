"""Pages on paper: what a screen unfolds or offers in a list stands there, and there is room to write."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.widgets import answer, check, form_of, opened
from tests.samples import sample

PLAIN = {"m1u1-zuordnen": ".print-only, .matching-targets", "m1u2-luecken": ".print-only"}


@pytest.fixture
def paper(browser: Browser, site: Path) -> Iterator[Page]:
    """The page with this exercise, as it is printed."""
    page = opened(browser, site, sample().modules[0].page_of["m1u2-luecken"])
    page.emulate_media(media="print")
    yield page
    page.context.close()


@pytest.mark.parametrize("identifier", PLAIN)
def test_a_printed_list_shows_what_it_offers(browser: Browser, site: Path, identifier: str) -> None:
    page = opened(browser, site, sample().modules[0].page_of[identifier])
    form = form_of(page, identifier)
    offered = form.locator("select").first.locator("option:not([value=''])").all_inner_texts()
    assert len(offered) > 1
    page.emulate_media(media="print")
    printed = form.locator(PLAIN[identifier]).first
    expect(printed).to_be_visible()
    for text in offered:
        expect(printed).to_contain_text(text.strip())
    page.context.close()


def test_what_a_printed_list_offers_is_said_once_on_the_screen(browser: Browser, site: Path) -> None:
    page = opened(browser, site, sample().modules[0].page_of["m1u2-luecken"])
    for place in page.locator(".print-only").all():
        expect(place).to_be_hidden()
    page.context.close()


def test_a_printed_list_without_a_choice_leaves_room_to_write(paper: Page) -> None:
    choice = form_of(paper, "m1u2-luecken").locator("select").first
    colour = "node => getComputedStyle(node).color"
    assert choice.evaluate(colour) == "rgba(0, 0, 0, 0)"
    choice.select_option(index=1)
    assert choice.evaluate(colour) != "rgba(0, 0, 0, 0)"


def test_a_printed_sequence_has_no_places_yet(browser: Browser, site: Path) -> None:
    page = opened(browser, site, sample().modules[0].page_of["m1u2-ordnen"])
    page.emulate_media(media="print")
    form, place = form_of(page, "m1u2-ordnen"), "node => getComputedStyle(node, '::before').content"
    item = form.locator(".ordering-item").first
    assert item.evaluate(place) == '""'
    page.emulate_media(media="screen")
    answer(form, "m1u2-ordnen", {"RESPONSE": ("orte", "karte", "plan", "bau")})
    check(form)
    page.emulate_media(media="print")
    assert item.evaluate(place) != '""'
    page.context.close()


def test_a_printed_text_is_whole(browser: Browser, site: Path) -> None:
    text = next(e for e in sample().exercises.values() if e.type == "extended-text")
    page = opened(browser, site, sample().modules[0].page_of[text.id])
    field = form_of(page, text.id).locator("textarea")
    field.fill("\n".join(f"Zeile {number}" for number in range(60)))
    page.emulate_media(media="print")
    assert field.evaluate("node => node.scrollHeight - node.clientHeight") <= 0
    page.context.close()


def test_hints_and_more_are_printed_and_solutions_are_not(browser: Browser, site: Path) -> None:
    page = opened(browser, site, sample().modules[0].page_of["m1u1-einfach"])
    hint = form_of(page, "m1u1-einfach").locator("details > :not(summary)").first
    assert hint.bounding_box() is None or not hint.is_visible()
    page.emulate_media(media="print")
    expect(hint).to_be_visible()
    expect(page.locator(".exercise-solution")).to_have_count(0)
    page.goto((site / "pages/m1u1-kaesten.html").as_uri())
    for details in page.locator("details > :not(summary)").all():
        expect(details).to_be_visible()
    page.context.close()


def test_a_printed_choice_shows_what_was_chosen(browser: Browser, site: Path) -> None:
    """Printers leave backgrounds out unless a page insists."""
    page = opened(browser, site, sample().modules[0].page_of["m1u1-einfach"])
    page.emulate_media(media="print")
    for kind in ("radio", "checkbox"):
        control = page.locator(f"input[type={kind}]").first
        assert control.evaluate("node => getComputedStyle(node, '::before').printColorAdjust") == "exact"
    page.context.close()
