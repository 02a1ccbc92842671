"""A new trainer with only the handbook (trainer.md): place exercises, see who works, read texts, see scores arrive.

One walk, in the order of the chapter, with the slips that people make: too early, twice, in two tabs.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.accessibility import overflow, violations
from tests.e2e.trial import Trial

CHOICE, ESSAY, EMPTY = "l1", "l2", "empty"
ARRIVES = 20_000
TEXT = "Am Bahnhof steht bei Starkregen das Wasser in der Unterführung."

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="de-DE", viewport={"width": 1000, "height": 900}, accept_downloads=True)
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def start(page: Page, trial: Trial, person: str, link: str, message: str = "LtiResourceLinkRequest") -> None:
    """A click on "neues Fenster" in the course."""
    query = {"as": person, "link": link, "message": message, "target": "window"}
    page.goto(f"{trial.sandbox}/launch?{urlencode(query)}")
    expect(page.locator("main#content")).to_be_visible()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def overview(page: Page, trial: Trial, link: str) -> None:
    start(page, trial, "tara", link)
    press(page, "Auswertung öffnen")
    expect(page.get_by_role("heading", name="Auswertung")).to_be_visible()


def switch(page: Page, trial: Trial, label: str) -> None:
    page.goto(trial.sandbox)
    page.get_by_label(label).check()
    press(page, "Einschalten")


def row(page: Page, name: str) -> str:
    return page.locator(".people tr", has=page.get_by_role("rowheader", name=name)).inner_text()


def wait_for_row(page: Page, trial: Trial, name: str, words: str) -> None:
    """Looks again until the worker has been there."""
    for _ in range(20):
        overview(page, trial, CHOICE)
        if words in row(page, name):
            return
        page.wait_for_timeout(500)
    raise AssertionError(row(page, name))


def is_good(page: Page) -> None:
    assert violations(page) == []
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) == 0
    assert size is not None
    page.set_viewport_size(size)


def test_exercises_are_placed_by_choosing(page: Page, trial: Trial) -> None:
    """Section 1: into the course (Moodle), and at the first opening (ILIAS)."""
    start(page, trial, "tara", "", "LtiDeepLinkingRequest")
    press(page, "In den Kurs übernehmen")  # too early
    expect(page.get_by_text("Bitte wählen Sie eine Aufgabe aus.")).to_be_visible()
    page.get_by_label("Aufgabe suchen").fill("der weg")
    expect(page.get_by_text("Gefunden: 1")).to_be_visible()
    expect(page.locator(".kern-form-check:visible")).to_have_count(1)
    is_good(page)
    page.locator(".kern-form-check:visible input").first.check()
    page.get_by_label("Aufgabe suchen").fill("")
    press(page, "In den Kurs übernehmen")
    expect(page.get_by_text("Übernommene Inhalte: 1")).to_be_visible()

    start(page, trial, "anna", EMPTY)
    expect(page.get_by_role("heading", name="Hier ist noch keine Aufgabe ausgewählt")).to_be_visible()
    start(page, trial, "tara", EMPTY)
    page.reload()
    page.locator("input[type=radio]:visible").first.check()
    press(page, "Auswahl übernehmen")
    first = page.locator("h1").inner_text()
    press(page, "Andere Aufgabe wählen")
    page.locator("input[type=radio]:visible").nth(1).check()
    press(page, "Auswahl übernehmen")
    expect(page.locator("h1")).not_to_have_text(first)


def test_texts_are_read_and_given_back(page: Page, trial: Trial, context: BrowserContext) -> None:
    """Sections 2 and 4."""
    for person in ("anna", "ben"):
        start(page, trial, person, ESSAY)
        page.locator("textarea").fill(f"{TEXT} {person}")
        expect(page.locator("[data-draft-status]")).to_contain_text("gespeichert ", timeout=15_000)
        page.get_by_role("button", name="Text abgeben").dblclick()
        expect(page.get_by_text("wird gelesen").first).to_be_visible()
    overview(page, trial, ESSAY)
    page.get_by_role("button", name="Alle offenen Texte lesen").click()
    press(page, "Zurückgeben und weiter")  # too early
    expect(page.get_by_text("Es fehlen noch Punkte")).to_be_visible()
    expect(page.get_by_text("Hier fehlt noch eine Stufe.").first).to_be_visible()
    page.get_by_text("Textbausteine verwalten").click()
    page.get_by_label("Neuer Textbaustein").fill("Gut beschrieben.")
    press(page, "Textbaustein anlegen")
    for criterion in page.locator(".rubric").all():
        criterion.locator("input").last.check()
    press(page, "Einfügen")
    expect(page.get_by_label("Kommentar")).to_have_value("Gut beschrieben.")
    is_good(page)
    press(page, "Nur merken")
    expect(page.get_by_text("Gemerkt.")).to_be_visible()
    other = context.new_page()  # the same text in a second tab
    overview(other, trial, ESSAY)
    other.get_by_role("button", name="Alle offenen Texte lesen").click()
    press(page, "Zurückgeben und weiter")
    expect(page.get_by_text("Die Bewertung ist unterwegs.")).to_be_visible()
    other.locator("[data-primary]").click()
    expect(other.locator("main")).to_be_visible()
    other.close()
    press(page, "Zur Überarbeitung zurückgeben")
    expect(page.get_by_role("heading", name="Alles gelesen")).to_be_visible()
    expect(page.get_by_text("eine Note gibt es noch nicht")).to_be_visible()
    start(page, trial, "anna", ESSAY)
    expect(page.get_by_text("Gut beschrieben.").first).to_be_visible()
    start(page, trial, "ben", ESSAY)
    expect(page.get_by_text("Bitte überarbeiten Sie Ihren Text.")).to_be_visible()
    expect(page.get_by_text("Die Bewertung folgt")).to_have_count(0)
    expect(page.locator("textarea")).to_have_value(f"{TEXT} ben")
    expect(page.locator("[data-draft-status]")).to_contain_text("gespeichert ")


def test_who_works_how_it_went_and_tables_to_take_along(page: Page, trial: Trial, tmp_path: Path) -> None:
    """Section 3."""
    start(page, trial, "anna", CHOICE)
    page.locator(".exercise-body input").first.check()
    press(page, "Antwort abgeben")
    overview(page, trial, CHOICE)
    press(page, "Mit Teilnehmerliste abgleichen")
    assert "nicht begonnen" in row(page, "Ben Muster")
    is_good(page)
    press(page, "Ergebnisse der Aufgaben")
    expect(page.get_by_role("heading", name="Ergebnisse der Aufgaben")).to_be_visible()
    page.go_back()
    for suffix in ("CSV", "ODS"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Tabelle als {suffix}").click()
        download.value.save_as(tmp_path / suffix)
    assert "Anna Beispiel" in (tmp_path / "CSV").read_text("utf-8-sig")
    with zipfile.ZipFile(tmp_path / "ODS") as table:
        assert "Anna Beispiel" in table.read("content.xml").decode()
    press(page, "Selbsttest starten")
    expect(page.get_by_role("heading", name="Selbsttest")).to_be_visible()
    press(page, "Zur Auswertung")
    expect(page.get_by_role("heading", name="Auswertung")).to_be_visible()


def test_a_score_that_is_stuck_says_why_and_is_sent_again(page: Page, trial: Trial) -> None:
    """Section 5."""
    switch(page, trial, "fehlt das Recht dazu (falscher Scope)")
    try:
        start(page, trial, "cem", CHOICE)
        page.locator(".exercise-body input").first.check()
        press(page, "Antwort abgeben")
        wait_for_row(page, trial, "Cem Özgür", "Es wird von selbst weiter versucht")
        assert all(words in row(page, "Cem Özgür") for words in ("noch nicht angekommen", "Abhilfe"))
        is_good(page)
    finally:
        switch(page, trial, "geht alles gut")
    overview(page, trial, CHOICE)
    page.locator(".people tr", has_text="Cem Özgür").get_by_role("button", name="Erneut senden").click()
    expect(page.get_by_text("zum Senden vorgemerkt")).to_be_visible()
    wait_for_row(page, trial, "Cem Özgür", "\tangekommen")
