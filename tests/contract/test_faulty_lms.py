"""Learning platforms that do not answer, refuse or vanish: what the learner is told is true and can be seen."""

import pytest
from playwright.sync_api import Locator, Page, expect

from content import Curriculum
from tests.contract.learner import Start
from tests.contract.lms import Mode

FINISH = '[data-action="finish"]'

REFUSING = """
  const lms = {};
  for (const name of ["Initialize", "Terminate", "Finish", "SetValue"]) lms[name] = lms[`LMS${name}`] = () => "true";
  for (const name of ["GetValue", "GetLastError"]) lms[name] = lms[`LMS${name}`] = () => "";
  lms.Commit = lms.LMSCommit = () => "false";
  window.API = window.API_1484_11 = lms;
"""

HIDDEN = """() => {
  const focused = document.activeElement;
  const { left, top, width, height } = focused.getBoundingClientRect();
  const x = left + Math.min(width, 20) / 2;
  const points = [2, height / 2, height - 2].map((y) => document.elementFromPoint(x, top + y));
  const seen = points.some((upon) => upon && (focused.contains(upon) || upon.contains(focused)));
  return focused === document.body || seen ? "" : focused.outerHTML;
}"""


def notices(page: Page) -> Locator:
    return page.locator('[data-staffel="notices"]')


def alone(lms_page: Page, address: str) -> Page:
    """The package without any LMS around it."""
    lms_page.goto(f"{address}/sco/index.html")
    expect(lms_page.locator("html")).to_have_attribute("data-staffel", "ready")
    return lms_page


def test_without_a_platform_ending_the_session_does_not_claim_that_it_was_saved(
    start: Start, practice: Curriculum
) -> None:
    lms = start(practice)
    page = alone(lms.context.new_page(), lms.address)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator(FINISH).click()
    expect(notices(page)).to_contain_text("antwortet nicht")
    expect(notices(page)).not_to_contain_text("ist gespeichert")
    # Somebody who ends the session far down the page has to see the answer.
    expect(notices(page)).to_be_in_viewport()
    expect(notices(page)).to_be_focused()


@pytest.mark.parametrize("mode", ["review", "browse"])
def test_where_nothing_is_saved_ending_the_session_does_not_claim_it(
    start: Start, practice: Curriculum, mode: Mode
) -> None:
    launch = start(practice).launch(mode)
    launch.sco.locator(FINISH).click()
    told = launch.sco.locator('[data-staffel="notices"]')
    expect(told).to_contain_text("Sie können dieses Fenster jetzt schließen.")
    expect(told).not_to_contain_text("ist gespeichert")
    launch.assert_clean()


def test_saved_and_not_saved_never_stand_side_by_side(start: Start, practice: Curriculum) -> None:
    launch = start(practice).launch()
    commit = "LMSCommit" if launch.edition == "scorm12" else "Commit"
    told = launch.sco.locator('[data-staffel="notices"]')
    launch.page.evaluate(f"globalThis.taken = api.{commit}; api.{commit} = () => 'false'; 0")
    launch.open("s2")
    expect(told).to_contain_text("nicht angenommen")
    # Whoever reads far down has to see it without scrolling.
    launch.sco.locator("footer").scroll_into_view_if_needed()
    expect(told).to_be_in_viewport()
    launch.page.evaluate(f"api.{commit} = taken; 0")
    launch.sco.locator(FINISH).click()
    expect(told).to_have_text("Ihr Lernstand ist gespeichert. Sie können dieses Fenster jetzt schließen.")
    # The next refusal is news again.
    launch.page.evaluate(f"api.{commit} = () => 'false'; 0")
    launch.open("s1")
    expect(told).not_to_contain_text("ist gespeichert")
    expect(told).to_contain_text("wird")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_warning_in_sight_hides_nothing_that_has_the_focus(start: Start, practice: Curriculum, width: int) -> None:
    lms = start(practice)
    page = lms.context.new_page()
    page.add_init_script(REFUSING)
    page.set_viewport_size({"width": width, "height": 740})
    alone(page, lms.address)
    expect(notices(page)).to_contain_text("nicht angenommen")
    for key in ("Tab", "Shift+Tab"):
        for _ in range(60):
            page.keyboard.press(key)
            assert page.evaluate(HIDDEN) == ""


def test_a_text_survives_a_change_of_page_where_the_browser_stores_nothing(start: Start, practice: Curriculum) -> None:
    lms = start(practice)
    page = lms.context.new_page()
    for name in ("localStorage", "sessionStorage"):
        page.add_init_script(
            f"Object.defineProperty(window, '{name}', {{ get() {{ throw new DOMException('no'); }} }});"
        )
    alone(page, lms.address)
    page.locator("textarea").first.fill("Zwei Sätze. Mehr nicht.")
    for name in ("s2", "s1"):
        page.evaluate(f"location.hash = '#{name}'")
        expect(page.locator("main")).to_have_attribute("data-page", name)
    expect(page.locator("textarea").first).to_have_value("Zwei Sätze. Mehr nicht.")
