"""The tests' browser: the system's Chromium, else the one that Playwright brought (packager/setup/chromium.sh)."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox inside a container; no request of the browser's own to its maker.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")


def executable() -> str | None:
    """Path of the system's Chromium, `STAFFEL_CHROMIUM` first; None leaves the choice to Playwright."""
    named = os.environ.get("STAFFEL_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def started() -> Iterator[Playwright]:
    """Playwright; one at a time in a process."""
    # Playwright's own Node needs a system library that small installations lack; the project's Node does not.
    if node := shutil.which("node"):
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node)
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def launched(playwright: Playwright, *more: str) -> Iterator[Browser]:
    """A headless Chromium for the length of a `with` block, with `more` arguments."""
    browser = playwright.chromium.launch(executable_path=executable(), args=[*ARGUMENTS, *more])
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Both in one, for whoever needs only one browser."""
    with started() as playwright, launched(playwright) as browser:
        yield browser
