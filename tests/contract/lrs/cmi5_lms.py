"""The LMS's part of cmi5 for tests: launch, token, launch data, documents; statements go to the record store."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import BrowserContext, Page, expect

from tests.contract.lms import PATIENCE, POLICY, TYPES
from tests.contract.lrs.store import Statement, Store

Mode = Literal["Normal", "Review", "Browse"]
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
# Chromium's note on documents that are not there yet: our state, the learner's preferences.
NO_DOCUMENT = "404 (Not Found)"
ALLOWED = "Authorization, Content-Type, X-Experience-API-Version"


@dataclass
class Server:
    """One course with one unit and one learner; `session` counts the launches."""

    parts: dict[str, bytes]
    store: Store
    publisher_id: str
    mastery: float | None
    address: str = ""
    endpoint: str = ""
    policy: str = POLICY
    registration: str = field(default_factory=lambda: str(uuid.uuid4()))
    mode: Mode = "Normal"
    session: int = 0
    tokens: dict[str, str] = field(default_factory=dict)
    documents: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    away: bool = False

    @property
    def activity(self) -> str:
        return f"{self.address}/activities/42"

    @property
    def actor(self) -> dict[str, object]:
        return {"objectType": "Agent", "account": {"homePage": self.address, "name": "lernende-7"}}

    def launch(self) -> str:
        """The address of a new session, cmi5 1.0, section 8.1."""
        self.session += 1
        query = {
            "endpoint": f"{self.endpoint}/xapi/",
            "fetch": f"{self.endpoint}/token?session={self.session}",
            "actor": json.dumps(self.actor),
            "registration": self.registration,
            "activityId": self.activity,
        }
        return f"{self.address}/content/index.html?{urlencode(query)}"

    @property
    def statements(self) -> list[Statement]:
        return self.store.statements(self.registration)

    @property
    def verbs(self) -> list[str]:
        return [statement["verb"]["id"].rsplit("/", 1)[1] for statement in self.statements]

    def token(self, session: str) -> dict[str, str]:
        if session in self.tokens:
            return {"error-code": "1", "error-text": "The authorization token has already been returned."}
        self.tokens[session] = f"dG9rZW46{session}"
        return {"auth-token": self.tokens[session]}

    def launch_data(self, session: str) -> dict[str, object]:
        mastery = {} if self.mastery is None else {"masteryScore": self.mastery}
        template = {
            "contextActivities": {"grouping": [{"objectType": "Activity", "id": self.publisher_id}]},
            "extensions": {SESSION: session},
        }
        return {"contextTemplate": template, "launchMode": self.mode, "moveOn": "CompletedAndPassed", **mastery}


class Handler(BaseHTTPRequestHandler):
    """The content under the LMS's policy, and the xAPI side of it."""

    lms: Server

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/content/"):
            data = self.lms.parts.get(path.removeprefix("/content/"))
            headers = {"Content-Security-Policy": self.lms.policy}
            self._answer(404 if data is None else 200, data or b"", TYPES.get(Path(path).suffix, ""), headers)
        else:
            self._xapi("GET")

    def do_POST(self) -> None:
        if urlsplit(self.path).path == "/token":
            self._json(self.lms.token(self._query["session"]))
        else:
            self._xapi("POST")

    def do_PUT(self) -> None:
        self._xapi("PUT")

    def do_OPTIONS(self) -> None:
        self._answer(204)

    @property
    def _query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def _xapi(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        resource = urlsplit(self.path).path.removeprefix("/xapi/")
        authorised = self.headers.get("Authorization", "").removeprefix("Basic ") in self.lms.tokens.values()
        self.lms.asked.append(f"{method} {resource} {self._query.get('stateId', '')}".strip())
        if self.lms.away:
            self._answer(503)
        elif not authorised or self.headers.get("X-Experience-API-Version") != "1.0.3":
            self._answer(401)
        elif resource == "statements" and method == "POST":
            self._answer(*self.lms.store.send("POST", "", body), "application/json")
        elif resource == "activities/state":
            self._document(method, body)
        else:
            self._answer(404)

    def _document(self, method: str, body: bytes) -> None:
        lms, query = self.lms, self._query
        about = (query["activityId"], query["registration"], json.loads(query["agent"]))
        if about != (lms.activity, lms.registration, lms.actor):
            self._answer(400)
        elif method == "PUT":
            lms.documents[query["stateId"]] = json.loads(body)
            self._answer(204)
        elif query["stateId"] == "LMS.LaunchData":
            token = self.headers["Authorization"].removeprefix("Basic ")
            self._json(lms.launch_data(next(name for name, known in lms.tokens.items() if known == token)))
        elif query["stateId"] in lms.documents:
            self._json(lms.documents[query["stateId"]])
        else:
            self._answer(404)

    def _json(self, value: object) -> None:
        self._answer(200, json.dumps(value).encode(), "application/json")

    def _answer(self, status: int, data: bytes = b"", kind: str = "", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind or "application/octet-stream")
        if self.headers.get("Origin"):
            self.send_header("Access-Control-Allow-Origin", self.lms.address)
            self.send_header("Access-Control-Allow-Headers", ALLOWED)
            self.send_header("Access-Control-Allow-Methods", "GET, POST, PUT")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def serving(lms: Server, other_host: bool) -> Iterator[Server]:
    """The LMS at its address, its endpoint at the same one or at another."""
    handler = type("Bound", (Handler,), {"lms": lms})
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    lms.address, lms.endpoint = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    if other_host:
        lms.policy = f"{POLICY}; connect-src {lms.endpoint}"
    else:
        lms.endpoint = lms.address
    try:
        yield lms
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


@dataclass
class Unit:
    """The unit in a tab; whatever it asks of another host, or says in the console, is noted."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def open(self, page: str) -> None:
        """Follow the table of contents."""
        link = self.page.locator(f'nav a[data-page="{page}"]')
        if not link.is_visible():
            self.page.locator(".nav-group", has=self.page.locator(f'[data-page="{page}"]')).locator(
                ".nav-title"
            ).click()
        link.click()
        expect(self.page.locator("main")).to_have_attribute("data-page", page)

    def assert_clean(self) -> None:
        assert self.foreign == []
        assert self.messages == []


def start(context: BrowserContext, lms: Server, address: str = "") -> Unit:
    """Open the unit as the LMS does."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    unit = Unit(page)
    known = (lms.address, lms.endpoint, "data:", "about:")
    page.on("request", lambda request: None if request.url.startswith(known) else unit.foreign.append(request.url))
    page.on("console", lambda message: None if NO_DOCUMENT in message.text else unit.messages.append(message.text))
    page.on("pageerror", lambda error: unit.messages.append(str(error)))
    page.goto(address or lms.launch())
    expect(page.locator("html")).to_have_attribute("data-staffel", "ready")
    return unit
