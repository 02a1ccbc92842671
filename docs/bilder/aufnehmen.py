"""Takes the README's pictures from the real thing: `python docs/bilder/aufnehmen.py` after `make setup-dev`.

A page and an answered exercise of module 1 in Chromium, and the build in a terminal.
"""

from __future__ import annotations

import html
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
sys.path.insert(0, str(ROOT))
COURSE = ROOT / "content" / "curricula" / "smart-city-manager"
SHOWN = ("-f", "scorm12", "-f", "moodle-backup")
STAFFEL = [sys.executable, "-m", "packager.cli"]
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def terminal(command: list[str], folder: Path) -> str:
    """What a person sees who types the command: it runs in a real pseudo terminal."""
    leader, follower = pty.openpty()
    language = {"STAFFEL_LANG": "de", "PYTHONPATH": str(ROOT)}
    environment = {**os.environ, **language, "COLUMNS": "100", "TERM": "xterm"}
    with subprocess.Popen(  # noqa: S603  # the project's own command
        command, cwd=folder, stdout=follower, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        os.close(follower)
        output = b""
        while True:
            try:
                chunk = os.read(leader, 4096)
            except OSError:
                break
            if not chunk:
                break
            output += chunk
        process.wait()
    os.close(leader)
    return ESCAPES.sub("", output.decode()).replace("\r\n", "\n")


def picture_of_terminal(browser: Browser, text: str) -> None:
    page = browser.new_page(viewport={"width": 900, "height": 300}, device_scale_factor=1)
    page.set_content(
        "<body style='margin:0'><pre style='margin:0;padding:20px;background:#171a2b;color:#f4f6fb;"
        f"font:14px/1.45 monospace'>{html.escape(text)}</pre></body>"
    )
    page.locator("pre").screenshot(path=HERE / "bauen.png")
    page.close()


def answered(page: Page) -> None:
    """Answer the first single choice on the page with a wrong option, so that the feedback shows."""
    form = page.locator("form[data-type='single-choice']").first
    form.locator("label").first.click()
    form.locator("[data-action='check']").click()
    form.scroll_into_view_if_needed()
    form.screenshot(path=HERE / "aufgabe.png")


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        output = terminal([*STAFFEL, "build", *SHOWN, str(COURSE)], folder)
        website = [*STAFFEL, "build", "-f", "web", "-m", "m1", "-o", str(folder)]
        subprocess.run(website, cwd=ROOT, check=True)  # noqa: S603  # the project's own command
        with zipfile.ZipFile(next(folder.glob("*-m1-*-web.zip"))) as archive:
            archive.extractall(folder / "web")
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        picture_of_terminal(browser, f"$ staffel build {' '.join(SHOWN)}\n{output}".rstrip())
        page = browser.new_page(viewport={"width": 1100, "height": 800})
        page.goto((folder / "web" / "pages" / "m1u1-begriffe.html").as_uri())
        page.wait_for_selector("html[data-staffel='ready']")
        page.screenshot(path=HERE / "seite.png")
        choices = (folder / "web" / "pages").glob("m1u*.html")
        target = next(path for path in sorted(choices) if 'data-type="single-choice"' in path.read_text("utf-8"))
        page.goto(target.as_uri())
        page.wait_for_selector("html[data-staffel='ready']")
        answered(page)
        browser.close()


if __name__ == "__main__":
    main()
