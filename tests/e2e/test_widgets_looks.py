"""What exercises look like: on a phone, in a contrast theme, without colours, with areas upon an image."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.widgets import (
    SHOWN,
    Scheme,
    answer,
    check,
    form_of,
    opened,
)
from tests.samples import sample


def test_a_choice_from_a_list_is_read_in_full_on_a_phone(browser: Browser, site: Path) -> None:
    page = opened(browser, site, sample().modules[0].page_of["m1u1-zuordnen"], width=320)
    chosen = form_of(page, "m1u1-zuordnen").locator("select").first
    short = chosen.bounding_box()
    chosen.select_option("hoch")  # 0,9 – fast alles fließt ab, kaum etwas bleibt liegen
    long = chosen.bounding_box()
    assert short
    assert long
    assert long["height"] > short["height"] + 20
    assert chosen.evaluate("node => node.scrollWidth <= node.clientWidth && node.scrollHeight <= node.clientHeight")
    page.context.close()


def test_a_result_is_told_in_words_and_not_by_colour_alone(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u1-einstieg")
    form = form_of(page, "m1u1-mehrfach")
    answer(form, "m1u1-mehrfach", {"RESPONSE": ("mulde", "asphalt")})
    check(form)
    for value, result in (("mulde", "right"), ("asphalt", "wrong")):
        option = form.locator(f'[data-value="{value}"]')
        expect(option).to_have_attribute("data-result", result)
        expect(option.locator(".exercise-mark")).to_be_visible()
        assert option.locator(".exercise-mark").inner_text().strip()
        described = option.locator("input").get_attribute("aria-describedby") or ""
        assert page.locator(f"#{described}").inner_text() == option.locator(".exercise-mark").inner_text()
    page.context.close()


def test_a_contrast_theme_shows_what_is_chosen(browser: Browser, site: Path) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto((site / "pages" / "m1u3-begriff.html").as_uri())
    group = form_of(page, "m1u3-sorten").get_by_role("group", name="Gully")
    chosen = group.get_by_role("radio", name="ableiten")
    before = chosen.screenshot()
    chosen.check()
    chosen.evaluate("radio => radio.blur()")
    page.mouse.move(0, 0)
    assert chosen.screenshot() != before
    context.close()


def test_a_contrast_theme_greys_out_no_locked_answer(browser: Browser, site: Path) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto((site / "pages" / f"{sample().modules[0].page_of['m1u1-zuordnen']}.html").as_uri())
    form, colour = form_of(page, "m1u1-zuordnen"), "node => getComputedStyle(node).color"
    answer(form, "m1u1-zuordnen", {"RESPONSE": ("dach hoch",)})
    check(form)
    assert form.locator("select").first.evaluate(colour) == page.locator("body").evaluate(colour)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_contrast_theme_shows_the_arrows_of_lists_and_hints(browser: Browser, site: Path, scheme: Scheme) -> None:
    context = browser.new_context(forced_colors="active", color_scheme=scheme)
    page = context.new_page()
    page.goto((site / "pages" / "m1u2-rechnen.html").as_uri())
    arrows = """nodes => nodes.map(node => getComputedStyle(node, '::after').backgroundColor)"""
    found = page.locator(".exercise summary, .exercise .kern-form-input__select-wrapper").evaluate_all(arrows)
    assert set(found) <= {page.locator("body").evaluate("node => getComputedStyle(node).color")}
    context.close()


def test_the_areas_lie_exactly_upon_the_image(browser: Browser, site: Path) -> None:
    for width in (1280, 320):
        page = opened(browser, site, "m1u3-markt", width=width)
        image, overlay = (page.locator(f"#exercise-m1u3-plan {name}").bounding_box() for name in ("img", ".spots"))
        assert image
        assert overlay
        assert all(abs(image[side] - overlay[side]) < 1.5 for side in ("x", "y", "width", "height"))
        page.context.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_letters_of_the_areas_are_readable_whatever_the_scale_and_hide_little(
    browser: Browser, site: Path, width: int
) -> None:
    page = opened(browser, site, "m1u3-markt", width=width)
    form = form_of(page, "m1u3-plan")
    image = form.locator("img").bounding_box()
    assert image
    badges = [badge.bounding_box() or image for badge in form.locator(".spot-badge").all()]
    sizes = form.locator(".spot-letter").evaluate_all(
        "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 12
    assert all(24 <= badge["width"] < 28 for badge in badges)
    assert sum(badge["width"] * badge["height"] for badge in badges) < image["width"] * image["height"] / 10
    page.context.close()


@pytest.mark.parametrize("name", SHOWN)
def test_every_target_is_at_least_24_pixels_large(browser: Browser, site: Path, name: str) -> None:
    page = opened(browser, site, name, width=320)
    small = page.locator("form :is(button, input, select, summary)").evaluate_all(
        """nodes => nodes.filter(node => node.offsetParent).map(node => node.getBoundingClientRect())
          .filter(box => box.width < 24 || box.height < 24).length"""
    )
    assert small == 0
    page.context.close()
