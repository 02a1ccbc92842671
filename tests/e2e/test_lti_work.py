"""Exercises, tests and trainers' pages in a browser: accessible, usable by keys, and no word that was typed is lost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from lti_tool.keys import KeyFolder
from lti_tool.models import Answer, Attempt
from lti_tool.sandbox import ResourceLink
from tests.e2e.accessibility import AXE, overflow, violations
from tests.lti_tool.web.classroom import LINKS, Seat, deliver, seat
from tests.lti_tool.web.world import World
from tests.lti_tool.web.world import world as running_world

ENTER = """token => {
  const form = document.createElement("form"), field = document.createElement("input");
  Object.assign(form, {method: "post", action: "/exercise"});
  Object.assign(field, {type: "hidden", name: "launch_token", value: token});
  form.append(field);
  document.body.append(form);
  form.submit();
}"""
LONG = "Wo das Wasser steht, und warum. " * 313


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A tool and a platform of its own for each test: what one types is not in the other's way."""
    folder, keys = tmp_path_factory.mktemp("tool"), tmp_path_factory.mktemp("keys")
    KeyFolder(keys).rotate(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), bits=2048)
    with running_world(folder, keys) as made:
        seat(made)
        yield made


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1000, "height": 900}, locale="de-DE") as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def fresh(world: World, link: str) -> str:
    """A link of this test alone that shows the same as the course's."""
    name = f"{link}-{len(world.lms.links)}"
    world.lms.add_link(ResourceLink(id=name, title=f"Aktivität {name}", custom=LINKS[link]))
    return name


def enter(page: Page, world: World, person: str, link: str) -> None:
    """The activity, with a fresh launch of this person."""
    token = Seat(world, person, link).page.token
    page.goto(f"{world.url}/lti/launch")
    page.evaluate(ENTER, token)
    page.wait_for_selector("#launch-token", state="attached")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def is_good(page: Page) -> None:
    """axe finds nothing, by light and by dark, and 320 px are enough."""
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.emulate_media(color_scheme="light")
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) == 0
    assert size is not None
    page.set_viewport_size(size)


def stored(world: World) -> str:
    """The newest text that the server has."""
    with world.database() as session:
        query = select(Answer).join(Attempt).order_by(Answer.saved_at.desc())
        for answer in session.scalars(query):
            text: str = "".join(answer.response.get("RESPONSE", []))
            if text:
                return text
    return ""


def attach_axe(context: BrowserContext) -> None:
    """Beforehand, because the pages' policy lets nobody add a script later."""
    context.add_init_script(AXE)


def test_exercises_are_accessible_in_every_state(world: World, context: BrowserContext, page: Page) -> None:
    wahl = fresh(world, "wahl")
    ordnen = fresh(world, "ordnen")
    attach_axe(context)
    enter(page, world, "anna", wahl)
    is_good(page)
    press(page, "Antwort abgeben")
    expect(page.locator(".exercise-result")).to_be_focused()
    is_good(page)
    page.get_by_label("Es verdunstet.").check()
    press(page, "Antwort abgeben")
    is_good(page)
    press(page, "Lösung zeigen")
    is_good(page)
    enter(page, world, "anna", ordnen)
    is_good(page)


def test_a_test_is_accessible_and_taken_by_keys_alone(world: World, context: BrowserContext, page: Page) -> None:
    test = fresh(world, "test")
    attach_axe(context)
    enter(page, world, "ben", test)
    is_good(page)
    page.get_by_role("button", name="Test starten").focus()
    page.keyboard.press("Enter")
    for _ in range(4):
        page.wait_for_selector("[data-work]")
        is_good(page)
        page.locator(".exercise-body :is(input)").first.focus()
        page.keyboard.press("Space")
        page.locator("button[value=next]").focus()
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    expect(page.get_by_role("heading", name="Übersicht und Abgabe")).to_be_visible()
    is_good(page)
    page.get_by_role("button", name="Test abgeben").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ergebnis")).to_be_visible()
    is_good(page)


def test_a_sequence_is_moved_by_buttons_and_kept(world: World, page: Page) -> None:
    ordnen = fresh(world, "ordnen")
    enter(page, world, "ben", ordnen)
    first = page.locator(".ordering-text").first.inner_text()
    page.locator(".ordering-item").first.get_by_role("button").click()
    expect(page.locator("[data-draft-status]")).to_contain_text("gespeichert ", timeout=8000)
    enter(page, world, "ben", ordnen)
    expect(page.locator(".ordering-text").nth(1)).to_have_text(first)


def test_a_draft_is_saved_after_five_seconds_and_says_when(world: World, page: Page) -> None:
    text = fresh(world, "text")
    enter(page, world, "anna", text)
    page.get_by_label("Ihr Text").type("Am Bahnhof steht Wasser.")
    begun = dt.datetime.now().astimezone()  # the minute may end while the page waits
    minutes = "|".join(f"{begun + dt.timedelta(minutes=later):%H:%M}" for later in (0, 1))
    expect(page.locator("[data-draft-status]")).to_have_text(re.compile(f"^gespeichert ({minutes})$"), timeout=8000)
    assert stored(world) == "Am Bahnhof steht Wasser."
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_leaving_the_page_saves_at_once(world: World, page: Page) -> None:
    text = fresh(world, "text")
    enter(page, world, "anna", text)
    page.get_by_label("Ihr Text").fill("Kurz vor dem Weggehen.")
    page.goto("about:blank")
    page.wait_for_timeout(700)
    assert stored(world) == "Kurz vor dem Weggehen."


def test_ten_thousand_signs_survive_a_server_that_is_gone_and_a_closed_browser(
    world: World, context: BrowserContext, page: Page
) -> None:
    text = fresh(world, "text")
    enter(page, world, "anna", text)
    page.route("**/exercise/save", lambda route: route.abort())
    page.get_by_label("Ihr Text").fill(LONG)
    expect(page.locator(".draft-alert")).to_contain_text("Ihr Text bleibt in diesem Browser", timeout=8000)
    assert len(LONG) > 10_000
    page.close(run_before_unload=False)
    again = context.new_page()
    enter(again, world, "anna", text)
    expect(again.get_by_label("Ihr Text")).to_have_value(LONG)
    expect(again.locator("[data-draft-status]")).to_contain_text("gespeichert ", timeout=8000)
    assert stored(world) == LONG
    assert again.evaluate("Object.keys(localStorage).length") == 0


def test_after_the_session_has_ended_the_text_waits_for_the_next_launch(
    world: World, context: BrowserContext, page: Page
) -> None:
    text = fresh(world, "text")
    enter(page, world, "anna", text)
    page.evaluate("document.querySelector('#launch-token').value = 'over'")
    page.get_by_label("Ihr Text").fill("Nach der Pause.")
    expect(page.locator(".draft-alert")).to_contain_text("Ihre Sitzung ist abgelaufen", timeout=8000)
    page.close()
    again = context.new_page()
    enter(again, world, "anna", text)
    expect(again.get_by_label("Ihr Text")).to_have_value("Nach der Pause.")


def lose_answers(page: Page) -> None:
    """The server saves, but its answer never gets back."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/exercise/save", lose)


def test_a_lost_acknowledgement_is_no_other_window(world: World, page: Page) -> None:
    text = fresh(world, "text")
    enter(page, world, "anna", text)
    lose_answers(page)
    page.get_by_label("Ihr Text").fill("Der Anfang.")
    expect(page.locator(".draft-alert")).to_contain_text("Keine Verbindung", timeout=8000)
    assert stored(world) == "Der Anfang."
    page.unroute("**/exercise/save")
    page.get_by_label("Ihr Text").fill("Der Anfang. Und mehr.")
    expect(page.locator("[data-draft-status]")).to_contain_text("gespeichert ", timeout=20_000)
    expect(page.locator(".draft-alert")).to_be_empty()
    assert stored(world) == "Der Anfang. Und mehr."


def test_after_a_lost_acknowledgement_the_form_hands_in_what_it_holds(world: World, page: Page) -> None:
    text = fresh(world, "text")
    enter(page, world, "anna", text)
    lose_answers(page)
    page.get_by_label("Ihr Text").fill("Der Anfang.")
    expect(page.locator(".draft-alert")).to_contain_text("Keine Verbindung", timeout=8000)
    page.get_by_label("Ihr Text").fill("Der ganze Text.")
    press(page, "Text abgeben")
    expect(page.locator(".learner-text")).to_have_text("Der ganze Text.")


def test_text_after_a_lost_acknowledgement_survives_a_closed_browser(
    world: World, context: BrowserContext, page: Page
) -> None:
    text = fresh(world, "text")
    enter(page, world, "anna", text)
    lose_answers(page)
    page.get_by_label("Ihr Text").fill("Der Anfang.")
    expect(page.locator(".draft-alert")).to_contain_text("Keine Verbindung", timeout=8000)
    page.unroute("**/exercise/save")
    page.route("**/exercise/save", lambda route: route.abort())
    page.get_by_label("Ihr Text").fill("Der Anfang. Und mehr.")
    page.close(run_before_unload=False)
    again = context.new_page()
    enter(again, world, "anna", text)
    expect(again.get_by_label("Ihr Text")).to_have_value("Der Anfang. Und mehr.")
    expect(again.locator("[data-draft-status]")).to_contain_text("gespeichert ", timeout=8000)


def test_a_text_that_is_too_long_is_kept_here_and_saved_once_it_is_shorter(world: World, page: Page) -> None:
    text = fresh(world, "text")
    enter(page, world, "anna", text)
    expect(page.get_by_text("höchstens").first).to_be_visible()
    page.get_by_label("Ihr Text").fill("x" * 20_001)
    expect(page.locator(".draft-alert")).to_contain_text("länger als erlaubt", timeout=8000)
    expect(page.locator(".text-count")).to_contain_text("Zeichen zu viel")
    page.get_by_label("Ihr Text").fill("x" * 300)
    expect(page.locator("[data-draft-status]")).to_contain_text("gespeichert ", timeout=15_000)
    expect(page.locator(".draft-alert")).to_be_empty()
    assert stored(world) == "x" * 300


def drafts(page: Page) -> int:
    found: int = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('staffel-draft')).length")
    return found


def test_on_a_shared_computer_nothing_is_kept_and_what_was_there_is_deleted(
    world: World, context: BrowserContext, page: Page
) -> None:
    text = fresh(world, "text")
    attach_axe(context)
    enter(page, world, "anna", text)
    page.route("**/exercise/save", lambda route: route.abort())
    page.get_by_label("Ihr Text").fill("Nur für diesen Bildschirm.")
    expect(page.locator(".draft-alert")).to_contain_text("Ihr Text bleibt in diesem Browser", timeout=8000)
    assert drafts(page) == 1
    page.get_by_text("Gemeinsam genutzter Rechner?").click()
    page.get_by_label("Auf diesem Gerät nichts zwischenspeichern").check()
    assert drafts(page) == 0
    expect(page.get_by_text("Auf diesem Gerät bleibt nichts zurück")).to_be_visible()
    is_good(page)
    page.get_by_label("Ihr Text").fill("Auch dies bleibt nicht.")
    expect(page.locator(".draft-alert")).to_contain_text("Lassen Sie dieses Fenster offen", timeout=15_000)
    assert drafts(page) == 0
    page.close(run_before_unload=False)
    again = context.new_page()
    enter(again, world, "ben", text)
    again.get_by_text("Gemeinsam genutzter Rechner?").click()
    expect(again.get_by_label("Auf diesem Gerät nichts zwischenspeichern")).to_be_checked()
    again.get_by_label("Auf diesem Gerät nichts zwischenspeichern").uncheck()
    again.route("**/exercise/save", lambda route: route.abort())
    again.get_by_label("Ihr Text").fill("Auf dem eigenen Gerät.")
    expect(again.locator(".draft-alert")).to_contain_text("Ihr Text bleibt in diesem Browser", timeout=8000)
    assert drafts(again) == 1


def test_an_operator_of_shared_computers_lets_browsers_keep_nothing(
    tmp_path_factory: pytest.TempPathFactory, page: Page
) -> None:
    folder, keys = tmp_path_factory.mktemp("tool"), tmp_path_factory.mktemp("keys")
    KeyFolder(keys).rotate(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), bits=2048)
    with running_world(folder, keys, shared_devices=True) as made:
        seat(made)
        enter(page, made, "anna", "text")
        page.route("**/exercise/save", lambda route: route.abort())
        page.get_by_label("Ihr Text").fill("Nur für diesen Bildschirm.")
        expect(page.locator(".draft-alert")).to_contain_text("Lassen Sie dieses Fenster offen", timeout=8000)
        assert drafts(page) == 0


def test_two_windows_never_overwrite_each_other(world: World, context: BrowserContext, page: Page) -> None:
    text = fresh(world, "text")
    other = context.new_page()
    enter(page, world, "anna", text)
    enter(other, world, "anna", text)
    other.get_by_label("Ihr Text").fill("Zweites Fenster.")
    expect(other.locator("[data-draft-status]")).to_contain_text("gespeichert ", timeout=8000)
    page.get_by_label("Ihr Text").fill("Erstes Fenster.")
    expect(page.locator(".draft-alert")).to_contain_text("weitergeschrieben", timeout=8000)
    assert stored(world) == "Zweites Fenster."
    press(page, "Meinen Text behalten")
    expect(page.locator("[data-draft-status]")).to_contain_text("gespeichert ", timeout=8000)
    assert stored(world) == "Erstes Fenster."


def test_reading_is_accessible_and_done_by_keys_alone(world: World, context: BrowserContext, page: Page) -> None:
    text = fresh(world, "text")
    attach_axe(context)
    for person in ("anna", "ben"):
        Seat(world, person, text).write(f"Text von {person}.")
    enter(page, world, "tara", text)
    is_good(page)
    press(page, "Auswertung öffnen")
    is_good(page)
    press(page, "Ergebnisse der Aufgaben")
    is_good(page)
    press(page, "Zur Auswertung")
    page.get_by_role("button", name="Lesen (2)", exact=True).focus()
    page.keyboard.press("Enter")
    for person in ("anna", "ben"):
        expect(page.locator(".learner-text")).to_contain_text(f"Text von {person}.")
        is_good(page)
        for criterion in page.locator(".rubric").all():
            criterion.locator("input").first.focus()
            page.keyboard.press("ArrowUp")
        page.keyboard.press("Tab")
        page.keyboard.type("Gut begründet.")
        page.keyboard.press("Control+Enter")
        page.wait_for_load_state()
    expect(page.get_by_role("heading", name="Alles gelesen")).to_be_visible()
    is_good(page)
    deliver(world)
    assert world.lms.grade(text, "anna") == 100
    enter(page, world, "anna", text)
    expect(page.get_by_text("Gut begründet.")).to_be_visible()
    is_good(page)


def test_the_privacy_page_is_accessible_and_erases(world: World, context: BrowserContext, page: Page) -> None:
    wahl = fresh(world, "wahl")
    attach_axe(context)
    enter(page, world, "ben", wahl)
    press(page, "Was hier gespeichert wird")
    is_good(page)
    press(page, "Meine Daten löschen")
    is_good(page)
    press(page, "Ja, alles löschen")
    expect(page.get_by_role("heading", name="Ihre Daten sind gelöscht")).to_be_visible()
