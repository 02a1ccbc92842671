"""The static site in a browser: from a folder and under a strict policy, axe, reflow, keyboard, print."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from packager.formats import FORMATS
from tests.e2e.accessibility import overflow, violations
from tests.samples import sample_job, write

Scheme = Literal["light", "dark"]
POLICY = "default-src 'self'; img-src 'self' data:"
PAGES = (
    "index.html",
    "pages/m1u1-einstieg.html",
    "pages/m1u1-kaesten.html",
    "pages/m1u2-rechnen.html",
    "pages/m1u2-transfer.html",
    "pages/m1u2-test.html",
    "pages/start_.html",
    "pages/_objectives.html",
    "pages/_glossary.html",
    "pages/_sources.html",
    "pages/_about.html",
)
every_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(FORMATS["web"].render(sample_job()), tmp_path_factory.mktemp("web"))


class Strict(SimpleHTTPRequestHandler):
    """A server with the strictest policy that an LMS may set."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Strict, directory=str(site))) as started:
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{started.server_port}/"
        started.shutdown()


def opened(browser: Browser, address: str, width: int = 1280, scheme: Scheme = "light") -> Page:
    """A page of its own context, run-time started."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-staffel", "ready")
    return page


@every_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, site: Path, name: str, scheme: Scheme) -> None:
    page = opened(browser, (site / name).as_uri(), scheme=scheme)
    for details in page.locator("summary").all():
        details.click()
    assert violations(page) == []
    page.context.close()


@every_page
def test_320_pixels_are_enough(browser: Browser, site: Path, name: str) -> None:
    page = opened(browser, (site / name).as_uri(), width=320)
    for details in page.locator("summary").all():
        details.click()
    assert overflow(page) == 0
    assert violations(page) == []
    page.context.close()


def test_hidden_words_in_a_table_that_scrolls_do_not_widen_the_page(browser: Browser, site: Path) -> None:
    """With the spacing of text that readers may set (WCAG 2.2, 1.4.12), the table is wider than a phone."""
    page = opened(browser, (site / "pages/_about.html").as_uri(), width=320)
    page.add_style_tag(content="* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }")
    table = page.locator(".table-scroll", has=page.locator("td .visually-hidden")).first
    assert table.evaluate("node => node.scrollWidth > node.clientWidth")
    assert overflow(page) == 0
    page.context.close()


@every_page
def test_a_strict_policy_blocks_nothing(browser: Browser, server: str, name: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    messages: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(server + name)
    expect(page.locator("html")).to_have_attribute("data-staffel", "ready")
    assert messages == []
    assert [url for url in requests if not url.startswith((server, "data:"))] == []
    context.close()


def test_every_font_of_the_page_is_our_own(browser: Browser, server: str) -> None:
    page = opened(browser, server + "pages/m1u1-einstieg.html")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('600 18px \"Fira Sans\"'))")
    assert page.evaluate("[...document.fonts].some(font => font.status === 'loaded')")
    page.context.close()


def test_without_script_the_site_can_be_read_and_turned(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.get_by_role("link", name="Beginnen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Worum es geht")
    page.get_by_role("navigation", name="Blättern").get_by_role("link", name="Weiter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kästen und Medien")
    expect(page.locator(".course-progress")).to_be_hidden()
    expect(page.locator('.course-nav [aria-current="page"]')).to_have_text("Kästen und Medien")
    context.close()


def test_the_keyboard_skips_to_the_text(browser: Browser, site: Path) -> None:
    page = opened(browser, (site / "pages/m1u1-einstieg.html").as_uri())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.context.close()


def test_nothing_hides_what_has_the_focus(browser: Browser, site: Path) -> None:
    page = opened(browser, (site / "pages/m1u1-kaesten.html").as_uri(), width=320)
    page.emulate_media(reduced_motion="reduce")
    hidden = """() => {
      const box = document.activeElement.getClientRects()[0];
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 10));
      return top === null || !(document.activeElement.contains(top) || top.contains(document.activeElement));
    }"""
    page.keyboard.press("Tab")
    stops = 0
    while page.evaluate("document.activeElement !== document.body"):
        assert not page.evaluate(hidden), page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")
        stops += 1
    assert stops > 20
    page.context.close()


def test_progress_is_kept_from_page_to_page(browser: Browser, server: str) -> None:
    page = opened(browser, server + "pages/m1u1-einstieg.html")
    page.get_by_role("navigation", name="Blättern").get_by_role("link", name="Weiter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kästen und Medien")
    expect(page.locator("progress")).to_have_attribute("value", "2")
    page.goto(server + "index.html")
    resume = page.get_by_role("link", name="Dort weitermachen")
    expect(resume).to_have_attribute("href", "pages/m1u1-kaesten.html")
    page.context.close()


def test_two_windows_side_by_side_keep_each_others_answers(browser: Browser, server: str) -> None:
    first = opened(browser, server + "pages/m1u1-einstieg.html")
    second = first.context.new_page()
    second.goto(server + "pages/m1u1-einstieg.html")
    expect(second.locator("html")).to_have_attribute("data-staffel", "ready")
    for page, name in ((first, "m1u1-einfach"), (second, "m1u1-mehrfach")):
        form = page.locator(f"#exercise-{name}")
        form.locator("input").first.check()
        form.locator('[data-action="check"]').click()
    first.reload()
    for name in ("m1u1-einfach", "m1u1-mehrfach"):
        expect(first.locator(f"#exercise-{name} .exercise-result")).to_be_visible()
    first.context.close()


def test_only_the_current_unit_is_unfolded(browser: Browser, site: Path) -> None:
    page = opened(browser, (site / "pages/m1u1-kaesten.html").as_uri())
    contents = page.locator("#course-nav")
    expect(contents.get_by_role("link", name="Worum es geht")).to_be_visible()
    expect(contents.get_by_role("link", name="Maßnahmen planen")).to_be_visible()
    expect(contents.get_by_role("link", name="Rechnen und ordnen")).to_be_hidden()
    page.context.close()


def test_the_smallest_type_can_be_read_and_lines_are_not_too_long(browser: Browser, site: Path) -> None:
    page = opened(browser, (site / "pages/m1u1-einstieg.html").as_uri(), width=1920)
    smallest = """[...document.querySelectorAll("body *")].filter(e => e.offsetParent && e.textContent.trim())
      .reduce((least, e) => Math.min(least, parseFloat(getComputedStyle(e).fontSize)), 99)"""
    assert page.evaluate(smallest) >= 13
    width = page.locator("main > p").nth(1).evaluate("e => e.getBoundingClientRect().width")
    size = page.locator("main > p").nth(1).evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert width / size < 45
    page.context.close()


def test_print_leaves_out_what_only_a_screen_needs(browser: Browser, site: Path) -> None:
    page = opened(browser, (site / "pages/m1u1-einstieg.html").as_uri())
    page.emulate_media(media="print")
    for selector in (".course-header", ".course-aside", ".pager", ".exercise-actions >> nth=0"):
        expect(page.locator(selector)).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.context.close()


def test_the_pages_of_the_content_package_are_sound(browser: Browser, tmp_path: Path) -> None:
    folder = write(FORMATS["imscp"].render(sample_job()), tmp_path)
    page = opened(browser, (folder / "pages/m1u1-kaesten.html").as_uri(), width=640)
    assert violations(page) == []
    assert overflow(page) == 0
    page.context.close()
