"""Exercises in a browser: every type answered wrongly, partly and rightly, in every state free of barriers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pytest
from lxml import html as lxml_html
from playwright.sync_api import Browser, Locator, Page, expect

from lti_tool.presenting import Presentation, present
from packager.formats import FORMATS
from tests.e2e.accessibility import overflow, violations
from tests.samples import sample, sample_job, write

Response = Mapping[str, Sequence[str]]
Scheme = Literal["light", "dark"]
RIGHT: dict[str, Response] = {
    identifier: exercise.correct()
    for identifier, exercise in sample().exercises.items()
    if exercise.scored and identifier in sample().modules[0].page_of
}
PARTLY: dict[str, Response] = {
    "m1u1-einfach": {"RESPONSE": ("verdunsten",)},
    "m1u1-mehrfach": {"RESPONSE": ("mulde",)},
    "m1u1-zuordnen": {"RESPONSE": ("dach hoch", "wiese unsinn")},
    "m1u2-ordnen": {"RESPONSE": ("orte", "karte", "plan", "bau")},
    "m1u2-wort": {"RESPONSE": ("Bebauung",)},
    "m1u2-luecken": {"ziel": ("Boden",), "anteil": ("12",), "mittel": ("blech",)},
    "m1u3-urteil": {"RESPONSE": ("kuehlen true", "rohre false", "dach true", "alle true")},
    "m1u3-stellen": {"RESPONSE": ("mulde",)},
    "m1u3-sorten": {"RESPONSE": ("zisterne speichern", "gully verdunsten", "rigole ableiten", "fassade ableiten")},
    "m1u3-plan": {"RESPONSE": ("beet",)},
    "m1u3-fall": {"anfang": ("bauen",), "streit": ("reden",), "plan": ("teilen",)},
    "m1u3-geld": {"bau": ("120.000",), "pflege": ("10",), "gespraeche": ("",)},
}
WRONG: dict[str, Response] = {
    "m1u1-einfach": {"RESPONSE": ("abfliessen",)},
    "m1u1-mehrfach": {"RESPONSE": ("asphalt", "rohr")},
    "m1u1-aussage": {"RESPONSE": ("true",)},
    "m1u1-zuordnen": {"RESPONSE": ("dach unsinn", "pflaster unsinn", "wiese unsinn")},
    "m1u2-ordnen": {"RESPONSE": ("orte", "plan", "bau", "karte")},
    "m1u2-zahl": {"RESPONSE": ("6.000",)},
    "m1u2-wort": {"RESPONSE": ("Versickerung",)},
    "m1u2-luecken": {"ziel": ("Kanal",), "anteil": ("12",), "mittel": ("blech",)},
    "m1u3-urteil": {"RESPONSE": ("kuehlen false", "rohre true", "dach true")},
    "m1u3-stellen": {"RESPONSE": ("pflaster", "rinne")},
    "m1u3-sorten": {"RESPONSE": ("zisterne ableiten", "gully speichern")},
    "m1u3-plan": {"RESPONSE": ("brunnen", "strasse")},
    "m1u3-fall": {"anfang": ("bauen",), "streit": ("aussitzen",)},
    "m1u3-geld": {"bau": ("1",), "pflege": ("2",), "gespraeche": ("3",)},
}
SHOWN = [page.id for page in sample().modules[0].pages if page.exercises()]
VERDICTS = {"right": "correct", "partly": "partial", "wrong": "incorrect"}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(FORMATS["web"].render(sample_job()), tmp_path_factory.mktemp("widgets"))


def opened(browser: Browser, site: Path, name: str, width: int = 1280, scheme: Scheme = "light") -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto((site / "pages" / f"{name}.html").as_uri())
    expect(page.locator("html")).to_have_attribute("data-staffel", "ready")
    return page


def form_of(page: Page, identifier: str) -> Locator:
    return page.locator(f"#exercise-{identifier}")


def answer(form: Locator, identifier: str, response: Response) -> None:
    """Enter a response as a person does, in the controls that are visible."""
    for variable in sample().exercises[identifier].variables():
        given = response.get(variable.id, ())
        if variable.cardinality == "ordered":
            sort(form, given)
        elif variable.base == "pair":
            for source, target in (pair.split(" ") for pair in given):
                choose(form, f"{variable.id}.{source}", target)
        elif variable.base == "identifier":
            for value in given:
                choose(form, variable.id, value)
        elif given:
            form.locator(f'[name="{variable.id}"]').fill(given[0])


def choose(form: Locator, name: str, value: str) -> None:
    select = form.locator(f'select[name="{name}"]')
    if select.count():
        select.select_option(value)
    else:
        form.locator(f'input[name="{name}"][value="{value}"]').check()


def sort(form: Locator, order: Sequence[str]) -> None:
    """Move items up, first the one that comes first."""
    for place, item in enumerate(order):
        while order_of(form).index(item) > place:
            form.locator(f'[data-value="{item}"] button[data-step="-1"]').click()


def order_of(form: Locator) -> list[str]:
    values: list[str] = form.locator(".ordering > li").evaluate_all("items => items.map(item => item.dataset.value)")
    return values


def check(form: Locator) -> None:
    form.locator('[data-action="check"]').click()


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_contrast_theme_shows_the_arrows_of_lists_and_hints(browser: Browser, site: Path, scheme: Scheme) -> None:
    context = browser.new_context(forced_colors="active", color_scheme=scheme)
    page = context.new_page()
    page.goto((site / "pages" / "m1u2-rechnen.html").as_uri())
    arrows = """nodes => nodes.map(node => getComputedStyle(node, '::after').backgroundColor)"""
    found = page.locator(".exercise summary, .exercise .kern-form-input__select-wrapper").evaluate_all(arrows)
    assert set(found) <= {page.locator("body").evaluate("node => getComputedStyle(node).color")}
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


def test_a_sequence_does_not_start_solved(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u2-rechnen")
    assert order_of(form_of(page, "m1u2-ordnen")) != list(RIGHT["m1u2-ordnen"]["RESPONSE"])
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


def test_an_amount_beyond_the_total_is_told_before_it_is_scored(browser: Browser, site: Path) -> None:
    page = opened(browser, site, "m1u3-markt")
    form = form_of(page, "m1u3-geld")
    form.get_by_label("Mulden und Gruben bauen").fill("250.000,5")
    expect(form.locator("output")).to_have_text("Verteilt: 250.000,5 von 250.000 Euro, 0,5 zu viel.")
    check(form)
    expect(form.locator('.exercise-result[data-outcome="problem"]')).to_contain_text("höchstens 250.000")
    expect(form.get_by_label("Mulden und Gruben bauen")).to_be_focused()
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
