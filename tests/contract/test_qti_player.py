"""QTI 3.0 items in a player that is not ours (@citolab/qti-components, Chromium): they render, SCORE is our score."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route

from content import Curriculum
from content.exercises import Exercise, GapText, ShortText
from content.exercises.base import Variable
from content.exercises.entry import AcceptedText
from content.model import Module
from content.scoring import Response, parse_number
from packager.formats.base import Job
from packager.formats.qti30 import FORMAT
from packager.qti.identifiers import pair_or_value, variable_identifier
from tests.content.samples import EXERCISES, IDS, PLACED
from tests.factories import UNIT, loaded
from tests.samples import contents, sample

PLAYER = Path(__file__).parent / "qti/node_modules/@citolab/qti-components/cdn/index.global.js"
# The player keeps three decimal places.
ROUNDED = 0.0005
# Nobody listens there: the browser asks, the test answers with the parts of the package.
SITE = "https://player.example/"
OPEN = """
async xml => {
  document.body.innerHTML = '<qti-item><item-container></item-container></qti-item>';
  const container = document.querySelector('item-container');
  await container.updateComplete;
  container.itemXML = xml;
  for (let i = 0; i < 200 && !container.shadowRoot.querySelector('qti-assessment-item'); i++) {
    await new Promise(done => setTimeout(done, 10));
  }
  await container.shadowRoot.querySelector('qti-assessment-item').updateComplete;
}
"""
ITEM = "document.querySelector('item-container').shadowRoot.querySelector('qti-assessment-item')"
# Dragging is the player's own business; its interactions say by this method what was dragged where.
SAVE = f'([variable, value]) => {ITEM}.querySelector(`[response-identifier="${{variable}}"]`).saveResponse(value)'
CHOICES = {
    "qti-choice-interaction": "qti-simple-choice",
    "qti-hottext-interaction": "qti-hottext",
    "qti-hotspot-interaction": "qti-hotspot-choice",
}
FINISH = f"""() => {{
  {ITEM}.processResponse();
  return Object.fromEntries({ITEM}.variables.map(variable => [variable.identifier, variable.value]));
}}"""


@pytest.fixture(scope="module")
def curriculum(tmp_path_factory: pytest.TempPathFactory) -> Curriculum:
    """Every type and variant of exercise, and the answers that tell spellings apart."""
    page = {"m1-eins/01-einheit.md": UNIT.replace("{{exercise wahl}}", PLACED)}
    return loaded(tmp_path_factory.mktemp("source"), {"m1-eins/exercises/a.yaml": EXERCISES, **page})


@pytest.fixture(scope="module")
def module(curriculum: Curriculum) -> Module:
    return curriculum.modules[0]


@pytest.fixture(scope="module")
def parts(curriculum: Curriculum) -> dict[str, bytes]:
    return contents(FORMAT.render(Job(curriculum=curriculum, modules=curriculum.modules)))


@pytest.fixture(scope="module")
def items(parts: dict[str, bytes]) -> dict[str, str]:
    return {
        name.removeprefix("items/").removesuffix(".xml"): data.decode()
        for name, data in parts.items()
        if name.startswith("items/")
    }


@contextmanager
def playing(browser: Browser, parts: dict[str, bytes], locale: str = "en-GB") -> Iterator[Page]:
    """A page with the player; an error that it reports fails the test."""
    assert PLAYER.exists(), "make contract installs the player (npm ci in tests/contract/qti)"
    page = browser.new_page(locale=locale)

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path == "items/":
            route.fulfill(body="<!doctype html><title>QTI</title>", content_type="text/html")
        elif path in parts:
            route.fulfill(body=parts[path], content_type="image/svg+xml")
        else:
            route.fulfill(status=204)

    page.route(f"{SITE}**", serve)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{SITE}items/")
    page.add_script_tag(path=PLAYER)
    yield page
    page.close()
    assert faults == []


@pytest.fixture
def player(browser: Browser, parts: dict[str, bytes]) -> Iterator[Page]:
    with playing(browser, parts) as page:
        yield page


def interaction(player: Page, variable: str) -> Locator:
    return player.locator(f'qti-assessment-item [response-identifier="{variable}"]')


def answer(player: Page, variable: Variable, values: tuple[str, ...]) -> None:
    """Click and type where the player wants it; drags are reported by the interaction."""
    identifier = variable_identifier(variable.id)
    place = interaction(player, identifier)
    kind = place.evaluate("element => element.localName")
    if kind in CHOICES:
        for value in values:
            place.locator(f'{CHOICES[kind]}[identifier="{pair_or_value(value)}"]').click()
    elif "qti-match-tabular" in (place.get_attribute("class") or ""):
        # From the last to the first: no answer may take another one away.
        for value in reversed(values):
            place.locator(f'input[value="{pair_or_value(value)}"]').click()
    elif kind == "qti-text-entry-interaction":
        text = values[0]
        number = parse_number(text) if variable.base == "float" else None
        field = place.locator("input")
        field.fill(text if number is None else f"{number:f}")
        field.blur()
    elif kind == "qti-extended-text-interaction":
        place.locator("textarea").fill(values[0])
    else:
        given: Any = [pair_or_value(value) for value in values]
        player.evaluate(SAVE, [identifier, given if variable.cardinality != "single" else given[0]])


def outcomes(player: Page, xml: str, exercise: Exercise, response: Response) -> dict[str, Any]:
    player.evaluate(OPEN, xml)
    for variable in exercise.variables():
        if values := response.get(variable.id):
            answer(player, variable, values)
    found: dict[str, Any] = player.evaluate(FINISH)
    return found


@pytest.mark.parametrize("name", IDS)
def test_every_sample_gets_its_score(player: Page, items: dict[str, str], module: Module, name: str) -> None:
    exercise = module.exercises[name]
    for sample_answer in exercise.samples():
        found = outcomes(player, items[name], exercise, sample_answer.response)
        expected = exercise.points * sample_answer.score if sample_answer.score is not None else Fraction(0)
        assert float(found["SCORE"]) == pytest.approx(float(expected), abs=ROUNDED), (sample_answer, found)
        outcome = exercise.rule().evaluate(sample_answer.response)
        if outcome is not None and "RAW" in found:
            assert float(found["RAW"]) == outcome.points, (sample_answer, found)


def test_the_full_score_is_announced(player: Page, items: dict[str, str], module: Module) -> None:
    for name, exercise in module.exercises.items():
        found = outcomes(player, items[name], exercise, {})
        unscored = exercise.rule().data()["kind"] == "unscored"
        assert float(found["MAXSCORE"]) == (0 if unscored else exercise.maximum_points), name


def test_the_learner_sees_prompt_and_choices(player: Page, items: dict[str, str], module: Module) -> None:
    for name, exercise in module.exercises.items():
        player.evaluate(OPEN, items[name])
        item = player.locator("qti-assessment-item")
        assert exercise.prompt.plain in item.inner_text(), name
    player.evaluate(OPEN, items["paare"])
    texts = player.locator("qti-simple-associable-choice").all_inner_texts()
    assert sorted(texts) == ["A", "B", "C", "Drei", "Eins", "Zwei"]


SPELLINGS = {
    "Datenschutz-Grundverordnung": (
        ["  datenschutz\u2013grundverordnung ", "DATENSCHUTZ-GRUNDVERORDNUNG"],
        ["Die Datenschutz-Grundverordnung", "Datenschutz-Grundverordnungen", "Datenschutz Grundverordnung"],
    ),
    "„Große“ $1.50 (netto)": (['"große" $1.50 (netto)', "«GROẞE» $1.50 (netto)"], ["große $1x50 (netto)"]),
    "Maß und Öl": (["maß und öl", "Maß und O\u0308l"], ["Mas und Öl"]),
}


@pytest.mark.parametrize("text", sorted(SPELLINGS))
def test_spellings_count_as_in_our_own_rule(player: Page, module: Module, text: str) -> None:
    known = module.exercises["wort"]
    exercise = ShortText(id="wort", title="Wort", prompt=known.prompt, answers=(AcceptedText(text=text),))
    job = Job(curriculum=sample(), modules=(_only(module, exercise),))
    xml = contents(FORMAT.render(job))["items/wort.xml"].decode()
    right, wrong = SPELLINGS[text]
    for given in [*right, *wrong]:
        ours = exercise.rule().evaluate({"RESPONSE": (given,)})
        assert ours is not None
        assert ours.points == (100 if given in right else 0), given
        found = outcomes(player, xml, exercise, {"RESPONSE": (given,)})
        assert float(found["SCORE"]) == ours.points / 100, (given, found)


def _only(module: Module, exercise: Exercise) -> Module:
    return replace(module, exercises={exercise.id: exercise}, units=(), assessments=())


def test_feedback_comes_by_result_and_by_part(player: Page, items: dict[str, str], module: Module) -> None:
    single = module.exercises["einfach"]
    shown = outcomes(player, items["einfach"], single, {"RESPONSE": ("b",)})
    assert [shown[f"NOTE_{number}"] for number in (1, 2, 3)] == [None, "show", None]
    gaps = module.exercises["luecken"]
    assert isinstance(gaps, GapText)
    right = outcomes(player, items["luecken"], gaps, gaps.correct())
    empty = outcomes(player, items["luecken"], gaps, {})
    assert right["NOTE_1"] is None
    assert empty["NOTE_1"] == "show"


# What this player does against the standard, each with what we do about it. A test that fails here is good news.


def test_fault_a_decimal_comma_in_the_browser_loses_the_point(
    browser: Browser, parts: dict[str, bytes], items: dict[str, str], module: Module
) -> None:
    """0.5 becomes 05, in every item that divides. Nothing helps but whole numbers, so the handbook tells."""
    with playing(browser, parts, locale="de-DE") as page:
        found = outcomes(page, items["gestuft"], module.exercises["gestuft"], {"RESPONSE": ("b",)})
    assert (found["RAW"], found["SCORE"]) == ("50", "05")


def test_fault_a_prompt_inside_hottext_is_not_shown(player: Page, items: dict[str, str]) -> None:
    """So ours stands before the interaction."""
    start = r"<p>(Welche Angaben[^<]*)</p>\s*(<qti-hottext-interaction [^>]*>)"
    inside = re.sub(start, r"\2<qti-prompt>\1</qti-prompt>", items["stellen"])
    assert inside != items["stellen"]
    player.evaluate(OPEN, inside)
    assert "Welche Angaben" not in player.locator("qti-assessment-item").inner_text()


def test_fault_an_answer_takes_away_others_that_contain_the_name_of_its_row(
    player: Page, items: dict[str, str], module: Module
) -> None:
    """So the names of our rows occur in no other answer."""
    plain = re.sub(r"row\.([a-d])\.", r"\1", items["vier"])
    assert plain != items["vier"]
    player.evaluate(OPEN, plain)
    for value in ("b false", "a true"):
        interaction(player, "RESPONSE").locator(f'input[value="{value}"]').click()
    found = player.evaluate(FINISH)
    assert found["RESPONSE"] == ["a true"]


def test_fault_a_large_number_is_kept_as_people_write_it(player: Page, items: dict[str, str], module: Module) -> None:
    """So no variable of ours holds a sum of amounts."""
    reckoned = items["topf"].replace(
        '<qti-variable identifier="technik"/>\n        </qti-set-outcome-value>',
        '<qti-sum><qti-variable identifier="technik"/></qti-sum>\n        </qti-set-outcome-value>',
    )
    assert reckoned != items["topf"]
    found = outcomes(player, reckoned, module.exercises["topf"], {"technik": ("40000",)})
    assert found["AMOUNT_1"] == "40,000"
