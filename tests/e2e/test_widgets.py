"""Exercises in a browser: every type answered wrongly, partly and rightly, in every state free of barriers."""

from pathlib import Path

import pytest
from lxml import html as lxml_html
from playwright.sync_api import Browser, expect

from lti_tool.presenting import Presentation, present
from tests.e2e.accessibility import overflow, violations
from tests.e2e.widgets import (
    PARTLY,
    RIGHT,
    SHOWN,
    VERDICTS,
    WRONG,
    Response,
    Scheme,
    answer,
    check,
    form_of,
    opened,
    order_of,
)
from tests.samples import sample


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SHOWN)
def test_no_state_of_an_exercise_has_a_barrier(browser: Browser, site: Path, name: str, scheme: Scheme) -> None:
    page = opened(browser, site, name, scheme=scheme)
    forms = {exercise: form_of(page, exercise) for exercise in RIGHT if form_of(page, exercise).count()}
    for form in forms.values():
        check(form)  # nothing is answered yet
    assert violations(page) == []
    for responses in (WRONG, PARTLY, RIGHT):
        for identifier, form in forms.items():
            if identifier not in responses:
                continue
            if form.locator('[data-action="retry"]').is_visible():
                form.locator('[data-action="retry"]').click()
                for box in form.locator("input[type=checkbox]").all():
                    box.uncheck()
            answer(form, identifier, responses[identifier])
            check(form)
        assert violations(page) == []
        assert overflow(page) == 0
    page.context.close()


@pytest.mark.parametrize("name", SHOWN)
def test_feedback_and_solution_fit_into_320_pixels(browser: Browser, site: Path, name: str) -> None:
    page = opened(browser, site, name, width=320)
    for identifier, response in WRONG.items():
        form = form_of(page, identifier)
        if form.count():
            answer(form, identifier, response)
            check(form)
            form.locator('[data-action="solution"]').click()
    assert overflow(page) == 0
    assert violations(page) == []
    page.context.close()


@pytest.mark.parametrize(
    ("identifier", "kind", "response"),
    [
        (identifier, kind, response)
        for kind, responses in (("right", RIGHT), ("partly", PARTLY), ("wrong", WRONG))
        for identifier, response in responses.items()
    ],
)
def test_the_browser_scores_as_python_does(
    browser: Browser, site: Path, identifier: str, kind: str, response: Response
) -> None:
    exercise = sample().exercises[identifier]
    page = opened(browser, site, sample().modules[0].page_of[identifier])
    form = form_of(page, identifier)
    answer(form, identifier, response)
    check(form)
    expect(form.locator(".exercise-result")).to_have_attribute("data-outcome", VERDICTS[kind])
    outcome = exercise.rule().evaluate({name: tuple(values) for name, values in response.items()})
    assert outcome
    shown = form.locator(".exercise-result").inner_text()
    points = f"{float(outcome.score * exercise.points):.2f}".rstrip("0").rstrip(".").replace(".", ",")
    assert f"{points} von {exercise.points}" in shown
    page.context.close()


@pytest.mark.parametrize("name", SHOWN)
def test_a_package_marks_every_answer_with_the_words_of_the_tool(browser: Browser, site: Path, name: str) -> None:
    """Marks and solutions are made twice, in the browser and in Python: same places, same results, same words."""
    for responses in (WRONG, PARTLY, RIGHT):
        page = opened(browser, site, name)
        for identifier, response in responses.items():
            form = form_of(page, identifier)
            if form.count():
                answer(form, identifier, response)
                check(form)
                if (solution := form.locator('[data-action="solution"]')).is_visible():
                    solution.click()
                found, expected = form.evaluate("form => form.outerHTML"), tool(identifier, response)
                assert marks_of(found) == marks_of(expected)
                if "exercise-solution" in found:
                    assert solution_of(found) == solution_of(expected)
        page.context.close()


def tool(identifier: str, response: Response) -> str:
    """The exercise as the tool shows it once all is told."""
    given = {name: tuple(value for value in values if value) for name, values in response.items()}
    how = Presentation(language="de", action="", fields={}, response=given, locked=True, told=True, revealed=True)
    return present(sample().exercises[identifier], how)


def marks_of(source: str) -> set[tuple[str, str, str]]:
    """What is marked (option, source, item or control), the result, and the word for it."""
    form = lxml_html.fragment_fromstring(source)
    found = set()
    for mark in form.find_class("exercise-mark"):
        (host,) = mark.xpath("ancestor::*[@data-value][1]") or mark.xpath("preceding::*[@data-result][1]")
        controls = [host, *host.xpath(".//select|.//input")] if host.tag == "span" else [host]
        place = next(value for node in controls for key in ("data-value", "name") if (value := node.get(key)))
        found.add((place, host.get("data-result"), mark.text_content()))
    return found


def solution_of(source: str) -> list[str]:
    """The lines of the solution; where they are no sequence, each side has them in its own order."""
    form = lxml_html.fragment_fromstring(source)
    (solution,) = form.find_class("exercise-solution")
    lines = [" ".join(line.text_content().split()) for line in solution.iter("li")]
    return lines if solution.find("ol") is not None else sorted(lines)


def test_a_sequence_does_not_start_solved(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u2-rechnen")
    assert order_of(form_of(page, "m1u2-ordnen")) != list(RIGHT["m1u2-ordnen"]["RESPONSE"])
    page.context.close()


def test_an_amount_beyond_the_total_is_told_before_it_is_scored(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u3-markt")
    form = form_of(page, "m1u3-geld")
    form.get_by_label("Mulden und Gruben bauen").fill("250.000,5")
    expect(form.locator("output")).to_have_text("Verteilt: 250.000,5 von 250.000 Euro, 0,5 zu viel.")
    check(form)
    expect(form.locator('.exercise-result[data-outcome="problem"]')).to_contain_text("höchstens 250.000")
    expect(form.get_by_label("Mulden und Gruben bauen")).to_be_focused()
    page.context.close()


def test_a_worksheet_is_saved_as_a_file(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u2-transfer")
    form = form_of(page, "m1u2-arbeitsblatt")
    form.get_by_label("Ihr Text").fill("Die Unterführung Nord.")
    with page.expect_download() as download:
        form.get_by_role("button", name="Text als Datei sichern").click()
    assert Path(download.value.path()).read_text("utf-8") == "Die Unterführung Nord."
    page.context.close()


def test_the_whole_test_is_free_of_barriers(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u2-test")
    player = page.locator(".assessment-player")
    player.locator('[data-step="start"]').click()
    for _ in range(4):
        assert violations(page) == []
        player.locator('[data-step="next"]').click()
    assert violations(page) == []
    player.locator('[data-step="submit"]').click()
    expect(player.locator("form")).to_have_count(4)
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) == 0
    page.context.close()


def test_without_script_each_form_can_be_filled_in(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "pages" / "m1u2-rechnen.html").as_uri())
    form = form_of(page, "m1u2-ordnen")
    for place, item in enumerate(RIGHT["m1u2-ordnen"]["RESPONSE"], start=1):
        form.locator(f'[name="RESPONSE.{item}"]').select_option(str(place))
    expect(form.get_by_role("button", name="Antwort prüfen")).to_be_visible()
    expect(form.get_by_role("combobox", name="Platz Starkregenkarte lesen")).to_have_value("1")
    expect(page.locator("noscript .notice")).to_be_visible()
    assert "Ohne JavaScript" in page.locator("noscript .notice").inner_text()
    context.close()


def test_without_script_a_case_reads_like_a_gamebook(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "pages" / "m1u3-markt.html").as_uri())
    form = form_of(page, "m1u3-fall")
    expect(form.locator(".path-step:visible")).to_have_count(3)
    for name in ("Sofort ausschreiben (weiter bei Schritt 2)", "Das Vorhaben verschieben (der Fall ist zu Ende)"):
        form.get_by_role("radio", name=name).check()
    expect(form_of(page, "m1u3-geld")).to_contain_text("Zu verteilen: 250.000 Euro")
    context.close()
