"""Takes the handbook's pictures of the LTI tool from the real thing: `python docs/bilder/lti_aufnehmen.py`.

Tool, worker and sandbox run as in the browser tests; the curriculum is the real one. Needs `make setup-dev`.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import FrameLocator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
sys.path.insert(0, str(ROOT))

import content  # noqa: E402 - the repository's own packages, found by the line above
from content.exercises import ExtendedText  # noqa: E402
from lti_tool import activities, platforms  # noqa: E402
from lti_tool.db import make_sessions  # noqa: E402
from lti_tool.sandbox.model import ResourceLink  # noqa: E402
from tests.browser import launched, started  # noqa: E402
from tests.e2e.lti import TwoSites, make_certificate, two_sites  # noqa: E402

CURRICULUM = ROOT / "content" / "curricula" / "smart-city-manager"
TEXT = "In unserer Stadt steht bei Starkregen die Unterführung am Bahnhof. Betroffen sind vor allem Pendelnde. "
COMMENT = "Der Ort ist gut beschrieben. Nennen Sie noch, wer die Messwerte pflegt."


def shoot(page: Page, name: str, height: int = 720) -> None:
    page.set_viewport_size({"width": 960, "height": height})
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)  # until what was scrolled to is drawn
    page.screenshot(path=HERE / f"{name}.png")
    print(f"docs/bilder/{name}.png", (HERE / f"{name}.png").stat().st_size // 1024, "kB")


def furnish(sites: TwoSites) -> None:
    everything = activities.catalogue(content.load(CURRICULUM))
    choice = next(a for a in everything if a.single is not None and a.single.scored)
    essay = next(a for a in everything if isinstance(a.single, ExtendedText))
    for name, activity in (("wissen", choice), ("text", essay)):
        custom: dict[str, str] = {activity.kind: activity.name.partition(":")[2]}
        sites.lms.add_link(
            ResourceLink(id=name, title=activity.title, custom=custom), maximum=activity.line_item_maximum
        )
    for name in ("choice", "essay", "test"):
        column = sites.lms.links.pop(name).column
        del sites.lms.columns[column]


def opened(
    page: Page, sites: TwoSites, person: str, link: str, message: str = "LtiResourceLinkRequest"
) -> FrameLocator:
    page.goto(sites.activity(person, link, message))
    frame = page.frame_locator("iframe[name=tool]")
    expect(frame.locator("main")).to_be_visible()
    return frame


def registration(page: Page, sites: TwoSites) -> None:
    with make_sessions(sites.engine).begin() as session:
        secret = platforms.invite(session, "Moodle der Stadt Musterhausen", dt.datetime.now(dt.UTC), days=14)
    for family, name in (("moodle", "lti-anmelden"), ("ilias", "lti-anmelden-ilias")):
        page.goto(f"{sites.tool_url}/lti/register?invitation={secret}&lms={family}")
        shoot(page, name, height=900)


def choosing(page: Page, sites: TwoSites) -> None:
    opened(page, sites, "tara", "", "LtiDeepLinkingRequest").locator("input[type=checkbox]").nth(1).check()
    shoot(page, "lti-auswahl")
    opened(page, sites, "tara", "empty").locator("input[type=radio]").nth(1).check()
    shoot(page, "lti-waehlen")


def working(page: Page, sites: TwoSites) -> None:
    frame = opened(page, sites, "anna", "wissen")
    frame.locator("form.exercise").locator("input[type=radio], input[type=checkbox]").first.check()
    frame.get_by_role("button", name="Antwort abgeben").click()
    expect(frame.locator(".exercise-result")).to_be_visible()
    sites.wait_for_grade("wissen", "anna")
    for person in ("anna", "ben"):
        frame = opened(page, sites, person, "text")
        frame.locator("textarea").fill(TEXT * 8)
        expect(frame.locator("[data-draft-status]")).to_contain_text("gespeichert", timeout=15_000)
        if person == "anna":
            page.set_viewport_size({"width": 960, "height": 860})
            frame.get_by_role("button", name="Text abgeben").scroll_into_view_if_needed()
            shoot(page, "lti-schreiben", height=860)
        frame.get_by_role("button", name="Text abgeben").click()
        expect(frame.get_by_text("wird gelesen").first).to_be_visible()


def reading(page: Page, sites: TwoSites) -> None:
    frame = opened(page, sites, "tara", "text")
    frame.get_by_role("button", name="Auswertung öffnen").click()
    expect(frame.get_by_role("heading", name="Auswertung")).to_be_visible()
    shoot(page, "lti-auswertung", height=860)
    frame.get_by_role("button", name="Lesen").last.click()
    expect(frame.locator("form[data-reading]")).to_be_visible()
    for group in frame.locator("fieldset.rubric").all():
        group.locator("input").last.check()
    frame.locator("[data-comment]").fill(COMMENT)
    page.locator("iframe[name=tool]").evaluate("frame => frame.scrollIntoView()")
    frame.locator("fieldset.rubric, .points-input").first.scroll_into_view_if_needed()
    shoot(page, "lti-lesen", height=860)
    frame.locator("[data-primary]").click()
    sites.wait_for_grade("text", "anna")
    page.goto(sites.lms.url)
    page.locator("#gradebook").evaluate("heading => heading.scrollIntoView()")
    shoot(page, "lti-uebungsplattform", height=860)


def main() -> None:
    os.environ["STAFFEL_LANG"] = "de"
    with tempfile.TemporaryDirectory() as folder, started() as playwright:
        certificate = make_certificate(Path(folder))
        os.environ["REQUESTS_CA_BUNDLE"] = str(certificate.chain)
        with two_sites(Path(folder), certificate, CURRICULUM) as sites:
            furnish(sites)
            with launched(playwright, *sites.chromium_arguments()) as browser:
                page = browser.new_context(locale="de-DE", device_scale_factor=1).new_page()
                page.set_viewport_size({"width": 960, "height": 720})
                for chapter in (registration, choosing, working, reading):
                    chapter(page, sites)


if __name__ == "__main__":
    main()
