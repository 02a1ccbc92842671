"""A tool and a platform that talk over real HTTP on loopback, and a browser that goes between them."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Flask
from pydantic import SecretStr
from sqlalchemy.orm import Session

import content
from lti_tool import create_app
from lti_tool.models import Deployment, Platform
from lti_tool.sandbox import Person, ResourceLink, Sandbox, ToolRegistration, create_platform, served
from lti_tool.sandbox.app import EXTENSION as EXTENSION_OF_PLATFORM
from lti_tool.sandbox.keys import PlatformKeys, make_key
from lti_tool.sandbox.model import INSTRUCTOR
from lti_tool.settings import Settings
from lti_tool.web import EXTENSION, Tool
from tests.lti_tool.databases import empty_sqlite

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "tests" / "curricula" / "sample"
EXERCISE = "m1u1-einfach"
SECONDS = 20
OPEN: list[requests.Session] = []
"""Connections of all browsers of a test, to be closed at its end."""
IDLE: list[Flask] = []
"""Platforms that serve nobody: making one takes as long as a launch."""
DATABASE = "tool.sqlite3"
REDIRECTS = (302, 303, 307)


@dataclass
class Form:
    """A form as a browser sees it."""

    action: str
    fields: dict[str, str]
    options: list[tuple[str, str]] = field(default_factory=list)
    target: str = ""
    resume: str = ""
    """The address that "reload" asks for: such a form is no part of what a person sees."""


class Forms(HTMLParser):
    """Collects the forms of a page: hidden fields, and the choices that a person has."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.url, found.get("action", ""))
            self.forms.append(Form(action, {}, target=found.get("target", ""), resume=found.get("data-resume", "")))
        elif tag == "input" and self.forms and found.get("name"):
            if found.get("type") == "hidden":
                self.forms[-1].fields[found["name"]] = found.get("value", "")
            else:
                self.forms[-1].options.append((found["name"], found.get("value", "")))


@dataclass
class Page:
    """What came back at the end of all redirects."""

    url: str
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def forms(self) -> list[Form]:
        parser = Forms(self.url)
        parser.feed(self.text)
        return parser.forms

    @property
    def form(self) -> Form:
        (form,) = (known for known in self.forms if not known.resume)
        return form

    @property
    def code(self) -> str:
        """The code of a refusal, or nothing."""
        return self.text.partition('data-code="')[2].partition('"')[0]

    @property
    def token(self) -> str:
        return self.text.partition('id="launch-token" value="')[2].partition('"')[0]


class Browser:
    """Keeps cookies, follows redirects, sends forms. `framed`: it says that it loads into a frame.

    `patience` in seconds: how long it waits for an answer.
    """

    def __init__(self, *, framed: bool = False, cookies: bool = True, patience: float = SECONDS) -> None:
        self.session = requests.Session()
        self.framed = framed
        self.cookies = cookies
        self.patience = patience
        OPEN.append(self.session)

    def get(self, url: str) -> Page:
        return self._go("GET", url, None, "none")

    def send(self, form: Form, *, own: bool = False, **changes: Any) -> Page:
        """Sends a form with fields changed (text, or a list of texts); `own`: from a page of the same site."""
        return self._go("POST", form.action, {**form.fields, **changes}, "same-origin" if own else "cross-site")

    def _go(self, method: str, url: str, data: Any, site: str) -> Page:
        for _ in range(10):
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": "iframe" if self.framed else "document"}
            if not self.cookies:
                tool_cookies = [cookie for cookie in self.session.cookies if "staffel" in cookie.name]
                for cookie in tool_cookies:
                    self.session.cookies.clear(cookie.domain, cookie.path, cookie.name)
            response = self.session.request(
                method, url, data=data, headers=headers, allow_redirects=False, timeout=self.patience
            )
            if response.status_code not in REDIRECTS:
                break
            method, url, data, site = "GET", urljoin(url, response.headers["Location"]), None, "cross-site"
        return Page(url, response.status_code, response.text, response.headers)


@dataclass
class World:
    """Tool and platform, registered with each other."""

    app: Flask
    url: str
    lms: Sandbox
    platform: int

    @property
    def tool(self) -> Tool:
        found: Tool = self.app.extensions[EXTENSION]
        return found

    def database(self) -> Session:
        return self.tool.sessions()

    def click(
        self,
        browser: Browser,
        person: str = "anna",
        link: str = "link-1",
        message: str = "LtiResourceLinkRequest",
        for_user: str = "",
    ) -> Page:
        """From the click in the course to the form that carries the id_token."""
        address = f"{self.lms.url}/launch?as={person}&link={link}&message={message}&for_user={for_user}"
        return browser.send(browser.get(address).form)

    def launch(self, browser: Browser | None = None, person: str = "anna", link: str = "link-1", **more: str) -> Page:
        """The whole way: what the tool shows after a click."""
        browser = browser or Browser()
        page = self.click(browser, person, link, **more)
        return browser.send(page.form) if page.forms else page


@contextmanager
def world(folder: Path, keys: Path, **settings: Any) -> Iterator[World]:
    """Both sides, running. `keys` is a folder with a key that is old enough to sign."""
    sandbox = Sandbox(keys=PlatformKeys(platform_key()))
    with platform_of(sandbox) as platform, served(platform, ends_within=0.005) as lms_port:
        # Another host name than the tool's: two sites, so that cookies do not mix.
        sandbox.url = f"http://localhost:{lms_port}"
        relay = Relay()
        with served(relay, ends_within=0.005) as port:
            url = f"http://127.0.0.1:{port}"
            if "database_url" not in settings:
                (folder / DATABASE).write_bytes(empty_sqlite())
            app = create_app(tool_settings(folder, keys, url, lms_port, **settings), load=loaded)
            relay.app = app
            made = World(app, url, sandbox, 0)
            furnish(made)
            try:
                yield made
            finally:
                made.tool.engine.dispose()
                made.tool.outgoing.close()
                while OPEN:
                    OPEN.pop().close()


@contextmanager
def platform_of(sandbox: Sandbox) -> Iterator[Flask]:
    """An application that serves `sandbox`, which is all that it knows: the next one takes it over."""
    app = IDLE.pop() if IDLE else create_platform(sandbox)
    app.extensions[EXTENSION_OF_PLATFORM] = sandbox
    yield app
    IDLE.append(app)


@cache
def platform_key() -> RSAPrivateKey:
    """Making one takes longer than most tests; each platform names it differently."""
    return make_key()


# Curricula are values: one serves all tests.
loaded = cache(content.load)


class Relay:
    """The tool needs its own address before it can be made."""

    app: Any = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)


def tool_settings(folder: Path, keys: Path, url: str, lms_port: int, **more: Any) -> Settings:
    shutil.copytree(keys, folder / "keys", dirs_exist_ok=True)
    values: dict[str, Any] = {
        "public_url": url,
        "secret_key": SecretStr("only for this test, and long enough"),
        "database_url": f"sqlite:///{folder / DATABASE}",
        "keys_folder": folder / "keys",
        "uploads_url": f"file://{folder / 'uploads'}",
        "curriculum": SAMPLE,
        "allowed_hosts": (f"localhost:{lms_port}",),
        "log_level": "ERROR",
    }
    return Settings(_env_file=None, **(values | more))


def furnish(made: World) -> None:
    """People, an activity, and the registration on both sides."""
    lms, url = made.lms, made.url
    lms.add_person(Person(subject="anna", name="Anna Beispiel", email="anna@example.org"))
    lms.add_person(Person(subject="ben", name="Ben Beispiel"))
    lms.add_person(Person(subject="tara", name="Tara Trainerin", roles=(INSTRUCTOR,)))
    lms.add_link(ResourceLink(id="link-1", title="Wege des Wassers", custom={"exercise": EXERCISE}))
    lms.add_link(ResourceLink(id="empty", title="Noch leer"))
    lms.tool = ToolRegistration(
        client_id="staffel-client",
        deployment_id="1",
        login_url=f"{url}/lti/login",
        redirect_uris=(f"{url}/lti/launch",),
        jwks_url=f"{url}/lti/jwks",
        target=f"{url}/lti/launch",
    )
    made.platform = register(made, lms, "staffel-client", "1")


def register(made: World, lms: Sandbox, client_id: str, deployment: str, **more: Any) -> int:
    """The tool's side of a registration; returns its key."""
    values: dict[str, Any] = {
        "name": "Sandbox",
        "issuer": lms.url,
        "client_id": client_id,
        "login_url": f"{lms.url}/auth",
        "token_url": f"{lms.url}/token",
        "jwks_url": f"{lms.url}/jwks",
        "active": True,
        "created_at": dt.datetime.now(dt.UTC),
        "allowed_hosts": [],
    }
    with made.tool.sessions.begin() as session:
        platform = Platform(**(values | more))
        platform.deployments.append(Deployment(deployment_id=deployment))
        session.add(platform)
        session.flush()
        return platform.id
