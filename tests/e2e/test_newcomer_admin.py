"""A new administrator with only the handbook (lti-moodle.md, lti-ilias.md): `make run`, a second window, a browser.

Names of buttons and fields are those that the chapters tell; the sandbox calls things as Moodle does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.e2e.accessibility import overflow, violations
from tests.e2e.trial import Trial

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="de-DE", viewport={"width": 1000, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def manage_tools(page: Page, trial: Trial) -> None:
    page.goto(trial.sandbox)
    page.get_by_role("link", name="Externe Werkzeuge verwalten").click()


def add_by_address(page: Page, trial: Trial, address: str) -> FrameLocator:
    manage_tools(page, trial)
    page.get_by_label("Tool-URL", exact=True).fill(address)
    page.get_by_role("button", name="LTI Advantage hinzufügen").click()
    return page.frame_locator("iframe[name=tool]")


def details(page: Page) -> dict[str, str]:
    """What the tile of the tool shows."""
    page.get_by_text("Tool-Konfigurationsdetails").click()
    shown = page.locator("[data-detail]")
    return {str(one.get_attribute("data-detail")): one.inner_text() for one in shown.all()}


def number_on(text: str) -> str:
    found = re.search(r"platforms activate (\d+)", text)
    assert found, text
    return found.group(1)


def open_activity(page: Page, trial: Trial, person: str = "tara") -> FrameLocator:
    page.goto(f"{trial.sandbox}/activity?as={person}&link=l1")
    return page.frame_locator("iframe[name=tool]")


def is_good(page: Page) -> None:
    assert violations(page) == []
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) == 0
    assert size is not None
    page.set_viewport_size(size)


def test_a_platform_is_registered_in_five_steps(page: Page, trial: Trial) -> None:
    """lti-moodle.md, section 1, and the self-test at its end; every step done too early says what is missing."""
    address = trial.invitation("Moodle der Stadt Musterhausen")
    frame = add_by_address(page, trial, address)
    frame.get_by_role("button", name="Verbinden").click()
    expect(frame.get_by_text("noch nicht freigeschaltet")).to_be_visible()
    number = number_on(frame.locator("main").inner_text())
    frame.get_by_role("button", name="Fenster schließen").click()
    expect(page.get_by_text("ausstehend")).to_be_visible()
    is_good(page)
    page.get_by_role("button", name="Aktivieren").click()
    expect(page.get_by_text("aktiv", exact=True)).to_be_visible()

    expect(open_activity(page, trial).locator("main")).to_contain_text("noch nicht freigeschaltet")
    assert "noch nicht freigeschaltet" in trial.command(f"doctor {number}", good=False)
    assert "freigeschaltet" in trial.command(f"platforms activate {number}")
    assert "noch nie" in trial.command(f"doctor {number}") or "Aktivität" in trial.command(f"doctor {number}")
    expect(open_activity(page, trial).get_by_role("button", name="Auswertung öffnen")).to_be_visible()
    healthy = trial.command(f"doctor {number}")
    assert "✗" not in healthy
    assert "✓" in healthy

    frame = add_by_address(page, trial, address)  # the same link once more
    expect(frame.get_by_role("heading", name="Diese Einladung gilt nicht mehr")).to_be_visible()
    expect(frame.locator("main")).to_contain_text("schon angemeldet")


def test_a_planted_fault_is_named_with_the_box_to_tick(page: Page, trial: Trial) -> None:
    """The platform refuses the scope, as it does where the service for grades is off."""
    page.goto(trial.sandbox)
    page.get_by_label("fehlt das Recht dazu (falscher Scope)").check()
    page.get_by_role("button", name="Einschalten").click()
    try:
        number = re.findall(r"^\D*(\d+)", trial.command("platforms list"), re.MULTILINE)[-1]
        said = trial.command(f"doctor {number}", good=False)
        assert "✗" in said
        assert "→" in said
    finally:
        page.goto(trial.sandbox)
        page.get_by_label("geht alles gut").check()
        page.get_by_role("button", name="Einschalten").click()


@pytest.mark.parametrize("lms", ["Moodle", "ILIAS"])
def test_a_platform_is_registered_by_hand(page: Page, trial: Trial, lms: str) -> None:
    """lti-moodle.md, section 2, and lti-ilias.md, section 1: copy ours there, copy theirs here."""
    address = trial.invitation(f"{lms} von Hand")
    page.goto(address)
    page.get_by_label(lms, exact=True).check()
    page.get_by_role("button", name="Anzeigen").click()
    is_good(page)
    ours = dict(zip(page.locator("dt").all_inner_texts(), page.locator("dd").all_inner_texts(), strict=True))

    manage_tools(page, trial)
    page.get_by_text("Ein Tool manuell konfigurieren").click()
    page.get_by_label("Name des Tools").fill(f"Smart City Aufgaben ({lms})")
    page.get_by_label("Tool-URL des neuen Tools").fill(one(ours, "Tool URL"))
    page.get_by_label("Öffentliches Schlüsselset").fill(one(ours, "eyset", "http"))
    page.get_by_label("Login-URL").fill(one(ours, "nitiate"))
    page.get_by_label("Weiterleitungs-URI").fill(one(ours, "Redirection URI(s)"))
    page.get_by_role("button", name="Änderungen speichern").click()
    theirs = details(page)

    page.goto(f"{address}&lms={lms.lower()}")
    page.get_by_role("button", name="Anmelden").click()  # too early
    expect(page.get_by_text("Bitte prüfen Sie die markierten Felder.")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Plattform-ID").fill(theirs["Platform ID"])
    page.get_by_label("Client-ID").fill(theirs["Client ID"])
    page.get_by_label("Deployment-ID").fill(theirs["Deployment ID"])
    page.get_by_label("Adresse der Anmeldung").fill(theirs["Authentication request URL"])
    page.get_by_label("Adresse für Zugangstokens").fill(theirs["Access token URL"])
    page.get_by_label("Adresse des Schlüsselsets").fill(theirs["Public keyset URL"])
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("heading", name="Angemeldet")).to_be_visible()
    trial.command(f"platforms activate {number_on(page.locator('main').inner_text())}")
    expect(open_activity(page, trial, "anna").locator("form.exercise")).to_be_visible()


def one(values: dict[str, str], name: str, start: str = "") -> str:
    """The value of the field whose label holds `name`."""
    return next(value for label, value in values.items() if name in label and value.startswith(start))


def test_a_platform_is_registered_by_one_command(page: Page, trial: Trial) -> None:
    """betrieb.md, section 2: for whoever has both sides in hand."""
    manage_tools(page, trial)
    page.get_by_text("Ein Tool manuell konfigurieren").click()
    ours: dict[str, str] = json.loads(trial.command("platforms setup --json"))
    page.get_by_label("Name des Tools").fill("Smart City Aufgaben")
    page.get_by_label("Tool-URL des neuen Tools").fill(one(ours, "Tool URL"))
    page.get_by_label("Öffentliches Schlüsselset").fill(one(ours, "Public keyset"))
    page.get_by_label("Login-URL").fill(one(ours, "Initiate"))
    page.get_by_label("Weiterleitungs-URI").fill(one(ours, "Redirection"))
    page.get_by_role("button", name="Änderungen speichern").click()
    theirs = details(page)
    said = trial.command(
        f"platforms add --name Befehl --issuer {theirs['Platform ID']} --client-id {theirs['Client ID']}"
        f" --login-url {theirs['Authentication request URL']} --token-url {theirs['Access token URL']}"
        f" --jwks-url {theirs['Public keyset URL']} --deployment {theirs['Deployment ID']} --activate"
    )
    assert "Angemeldet als Nummer" in said
    expect(open_activity(page, trial, "ben").locator("form.exercise")).to_be_visible()
