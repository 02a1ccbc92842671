"""The sample's exercises in a browser: wrong, partly right and right answers, entered as a person does."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Locator, Page, expect

from tests.samples import sample

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
