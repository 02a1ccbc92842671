"""A small LMS for tests: scorm-again in a player page, and the package under the strictest policy of an LMS."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

Edition = Literal["scorm12", "scorm2004"]
Mode = Literal["normal", "review", "browse"]

HERE = Path(__file__).parent
AGAIN = HERE.parents[1] / "node_modules" / "scorm-again" / "dist" / "scorm-again.min.js"
PATIENCE = 10_000
"""Milliseconds that a click may wait for its element."""
POLICY = "default-src 'self'; img-src 'self' data:"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@contextmanager
def served(parts: dict[str, bytes]) -> Iterator[str]:
    """The address of a server with the player page and the package's members below `/sco/`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            own = path.startswith("/sco/")
            files = {"/player.html": HERE / "player.html", "/scorm-again.js": AGAIN}
            data = parts.get(path.removeprefix("/sco/")) if own else files[path].read_bytes() if path in files else None
            self.send_response(404 if data is None else 200)
            self.send_header("Content-Type", TYPES.get(Path(path).suffix, "application/octet-stream"))
            if own:
                self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@dataclass
class Launch:
    """A started package. Whatever it asks of another host, or says in the console, is noted."""

    page: Page
    edition: Edition
    foreign: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    @property
    def sco(self) -> FrameLocator:
        return self.page.frame_locator("#sco")

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What the content asked of the LMS, in order: name, values, result, error."""
        found: list[dict[str, Any]] = self.page.evaluate("calls")
        return found

    def value(self, element: str) -> str:
        """An element as the LMS holds it, whether or not the content may read it."""
        return str(
            self.page.evaluate(
                "path => path.split('.').slice(1).reduce((at, name) => at?.[name], api.cmi) ?? ''", element
            )
        )

    @property
    def state(self) -> str:
        return self.value("cmi.suspend_data")

    @property
    def score(self) -> float | None:
        raw = self.value("cmi.core.score.raw" if self.edition == "scorm12" else "cmi.score.raw")
        return float(raw) if raw else None

    @property
    def status(self) -> str:
        if self.edition == "scorm12":
            return self.value("cmi.core.lesson_status")
        return f"{self.value('cmi.completion_status')}/{self.value('cmi.success_status')}"

    @property
    def interactions(self) -> list[dict[str, str]]:
        """The interactions as they were written: element below `cmi.interactions.n` -> value."""
        found: dict[str, dict[str, str]] = {}
        for call in self.calls:
            if call["name"] == "SetValue" and call["values"][0].startswith("cmi.interactions."):
                _, _, index, name = call["values"][0].split(".", 3)
                found.setdefault(index, {})[name] = call["values"][1]
        return list(found.values())

    def open(self, page: str) -> None:
        """Follow the table of contents; it shows the pages of the current unit and the titles of the others."""
        link = self.sco.locator(f'nav a[data-page="{page}"]')
        if not link.is_visible():
            group = self.sco.locator(".nav-group", has=self.sco.locator(f'a[data-page="{page}"]'))
            group.locator(".nav-title").click()
        link.click()
        expect(self.sco.locator("main")).to_have_attribute("data-page", page)

    def assert_clean(self) -> None:
        """No other host, nothing in the console, no call that the LMS refused, and a state that SCORM 1.2 keeps."""
        assert self.foreign == []
        assert self.messages == []
        assert [call for call in self.calls if call["error"]] == []
        limit = 4096 if self.edition == "scorm12" else 64_000
        written = [
            c["values"][1] for c in self.calls if c["name"] == "SetValue" and c["values"][0] == "cmi.suspend_data"
        ]
        assert all(len(text) < limit for text in written)

    def close(self) -> None:
        """The learner closes the tab."""
        self.page.close(run_before_unload=False)


@dataclass
class Lms:
    """One learner in one browser: launches of one package share what was committed."""

    context: BrowserContext
    address: str
    edition: Edition

    def launch(self, mode: Mode = "normal", start: str = "index.html") -> Launch:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        launch = Launch(page, self.edition)
        page.on("request", lambda request: self._note(launch, request.url))
        page.on("console", lambda message: launch.messages.append(message.text))
        page.on("pageerror", lambda error: launch.messages.append(str(error)))
        page.goto(f"{self.address}/player.html?edition={self.edition}&mode={mode}&start={start}")
        expect(launch.sco.locator("html")).to_have_attribute("data-staffel", "ready")
        return launch

    def _note(self, launch: Launch, url: str) -> None:
        if not url.startswith((self.address, "data:", "about:")):
            launch.foreign.append(url)
