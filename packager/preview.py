"""The curriculum in the browser while it is written: builds the `web` format in memory, reloads on every save.

Serves on 127.0.0.1 only. What it shows is what the bundle contains, plus one script that waits for changes.
"""

from __future__ import annotations

import gc
import threading
import webbrowser
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click

from content import InvalidCurriculum, load
from content.assets import MEDIA_TYPES
from content.findings import Finding, StaffelError
from packager.formats import FORMATS
from packager.formats.base import Job
from packager.language import LANGUAGE, reason, text
from packager.package import Package
from packager.pages import fragment
from packager.printing import print_findings

MEDIA = {
    **MEDIA_TYPES,
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
RELOAD = "staffel-preview.js"
WAIT_SECONDS = 25
SCRIPT = f"""(async () => {{
  const seen = (await (await fetch("/{RELOAD}?state")).text());
  for (;;) {{
    try {{
      const now = await (await fetch("/{RELOAD}?since=" + encodeURIComponent(seen))).text();
      if (now !== seen) {{ location.reload(); return; }}
    }} catch {{ await new Promise((done) => setTimeout(done, 1000)); }}
  }}
}})();
"""


@dataclass
class Site:
    """The latest build and its number; `changed` wakes the browsers that wait."""

    source: Path
    profile: str | None
    package: Package | None = None
    findings: tuple[Finding, ...] = ()
    number: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def rebuild(self) -> bool:
        """Build again; True if the source has no faults. A fault keeps the server up and shows the findings."""
        package: Package | None = None
        try:
            curriculum = load(self.source, self.profile)
            findings = curriculum.findings
            package = FORMATS["web"].render(Job(curriculum=curriculum, modules=curriculum.modules, grain="course"))
        except InvalidCurriculum as error:
            findings = error.findings
        with self.changed:
            self.package, self.findings = package, findings
            self.number += 1
            self.changed.notify_all()
        return package is not None

    def wait(self, number: str) -> str:
        """The number of the build, as soon as it is not `number` any more or after a while."""
        with self.changed:
            self.changed.wait_for(lambda: str(self.number) != number, WAIT_SECONDS)
            return str(self.number)

    def page(self, name: str) -> tuple[bytes, str] | None:
        """Content and media type of a part, or None."""
        if self.package is None:
            findings = [finding.data(LANGUAGE) for finding in self.findings]
            html = fragment(LANGUAGE, "findings.html", findings=findings, title=text("preview.faults"))
            return _with_reload(html.encode()), MEDIA[".html"]
        part = self.package.parts.get(name)
        if part is None:
            return None
        data = b"".join(part.chunks())
        media_type = MEDIA.get(Path(name).suffix, "application/octet-stream")
        return (_with_reload(data) if media_type == MEDIA[".html"] else data), media_type


def _with_reload(html: bytes) -> bytes:
    return html.replace(b"</body>", f'<script src="/{escape(RELOAD)}"></script></body>'.encode(), 1)


class Server(ThreadingHTTPServer):
    """Knows the site that its requests ask for."""

    daemon_threads = True

    def __init__(self, port: int, site: Site) -> None:
        self.site = site
        super().__init__(("127.0.0.1", port), Request)


class Request(BaseHTTPRequestHandler):
    """GET of parts and of the reload script."""

    server: Server

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        name = unquote(address.path).lstrip("/") or "index.html"
        site = self.server.site
        if name == RELOAD and address.query.startswith("since="):
            self._answer(site.wait(unquote(address.query.removeprefix("since="))).encode(), MEDIA[".txt"])
        elif name == RELOAD and address.query == "state":
            self._answer(str(site.number).encode(), MEDIA[".txt"])
        elif name == RELOAD:
            self._answer(SCRIPT.encode(), MEDIA[".js"])
        elif found := site.page(name):
            self._answer(*found)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, data: bytes, media_type: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the terminal is for findings."""


def serve(source: Path, profile: str | None, port: int, open_browser: bool) -> None:
    """Serve until interrupted."""
    import watchfiles

    gc.enable()  # unlike other commands this one runs for hours

    site = Site(source, profile)
    site.rebuild()
    try:
        server = Server(port, site)
    except OSError as error:
        raise StaffelError(text("preview.port").format(port=port, reason=reason(error))) from error
    url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    click.echo(text("preview.ready").format(url=url))
    print_findings(site.findings, LANGUAGE)
    if open_browser:
        webbrowser.open(url)
    try:
        for _ in watchfiles.watch(source, raise_interrupt=True):
            known = site.findings
            if site.rebuild():
                click.echo(text("preview.rebuilt"))
            if site.findings != known:
                print_findings(site.findings, LANGUAGE)
    except KeyboardInterrupt:
        click.echo(text("preview.stopped"))
    finally:
        server.shutdown()
