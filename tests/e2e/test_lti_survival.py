"""Nobody loses a word: a killed browser, a killed server, both; the tool in a frame, third-party cookies blocked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, Playwright, expect

from lti_tool.sandbox.model import ResourceLink
from tests.e2e.lti import ESSAY, KillableBrowser, TwoSites

PARAGRAPH = (
    "Die Unterführung „Nord“ läuft bei Starkregen voll – 35 cm in 20 Minuten; öffnen wir den Bach? <b>Ja & nein.</b>\n"
)
TEXT = (PARAGRAPH * 100)[:9_999] + "!"
PIECE = 500
ALLOWED = 6_000
"""What may be handed in; drafts may be longer."""
SAVED = re.compile(r"gespeichert \d{2}:\d{2}")
LOCAL_STORAGE_SECONDS = 12
"""Chromium writes what a page stores to the disk within a few seconds, not at once."""

Browsers = Callable[[str], KillableBrowser]


@pytest.fixture
def browsers(playwright: Playwright, sites: TwoSites, tmp_path: Path) -> Iterator[Browsers]:
    """Browsers by the name of their profile; all end with the test."""
    made: list[KillableBrowser] = []

    def browser(name: str) -> KillableBrowser:
        made.append(KillableBrowser(playwright, sites, tmp_path / name))
        return made[-1]

    yield browser
    for one in made:
        one.kill()


def opened(context: BrowserContext, sites: TwoSites, link: str) -> tuple[Page, FrameLocator]:
    page = context.new_page()
    page.goto(sites.activity("anna", link))
    frame = page.frame_locator("iframe[name=tool]")
    expect(frame.locator("textarea")).to_be_visible()
    return page, frame


def write(page: Page, frame: FrameLocator, text: str = TEXT) -> None:
    """As somebody types: many changes, one after the other."""
    frame.locator("textarea").focus()
    for start in range(0, len(text), PIECE):
        page.keyboard.insert_text(text[start : start + PIECE])
    expect(frame.locator("textarea")).to_have_value(text)


def place(sites: TwoSites, name: str) -> str:
    return sites.lms.add_link(ResourceLink(id=name, title="Arbeitsblatt", custom={"exercise": ESSAY})).id


def saved(frame: FrameLocator, seconds: int = 15) -> None:
    expect(frame.locator("[data-draft-status]")).to_have_text(SAVED, timeout=seconds * 1000)


def test_what_was_saved_is_there_on_another_computer_after_browser_and_server_were_killed(
    sites: TwoSites, browsers: Browsers
) -> None:
    link = place(sites, "killed-both")
    first = browsers("office")
    page, frame = opened(first.start(), sites, link)
    write(page, frame)
    saved(frame)
    first.kill()
    sites.server.kill()
    sites.start_server()
    _, frame = opened(browsers("home").start(), sites, link)
    expect(frame.locator("textarea")).to_have_value(TEXT)


def test_what_the_server_never_got_is_there_after_the_browser_was_killed(sites: TwoSites, browsers: Browsers) -> None:
    link = place(sites, "killed-unsaved")
    browser = browsers("office")
    page, frame = opened(browser.start(), sites, link)
    sites.server.kill()
    try:
        write(page, frame)
        expect(frame.locator(".draft-alert")).not_to_be_empty(timeout=15_000)
        page.wait_for_timeout(LOCAL_STORAGE_SECONDS * 1000)
        browser.kill()
    finally:
        sites.start_server()
    _, frame = opened(browser.start(), sites, link)
    expect(frame.locator("textarea")).to_have_value(TEXT)
    saved(frame)
    _, frame = opened(browsers("home").start(), sites, link)
    expect(frame.locator("textarea")).to_have_value(TEXT)


def test_writing_goes_on_while_the_server_is_away_and_is_saved_when_it_is_back(
    sites: TwoSites, browsers: Browsers
) -> None:
    link = place(sites, "killed-server")
    page, frame = opened(browsers("office").start(), sites, link)
    write(page, frame, TEXT[:5_000])
    sites.server.kill()
    page.keyboard.insert_text(TEXT[5_000:ALLOWED])
    expect(frame.locator(".draft-alert")).not_to_be_empty(timeout=15_000)
    sites.start_server()
    saved(frame, seconds=35)
    frame.get_by_role("button", name="Text abgeben").click()
    expect(frame.get_by_text("wird gelesen").first).to_be_visible()
    expect(frame.locator(".learner-text")).to_contain_text(TEXT[:ALLOWED].splitlines()[-1])
