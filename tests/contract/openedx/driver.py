"""Drives Open edX's platform, which runs as a process of its own, and our tool beside it."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool import activities, attempts, create_app
from lti_tool.attempts import Draft, Place
from lti_tool.db import Base
from lti_tool.delivery import Courier
from lti_tool.launch_token import CurrentLaunch
from lti_tool.models import Deployment, Placement, Platform, ScoreDelivery
from lti_tool.pylti_gateway.key_sets import REFETCH_SECONDS
from lti_tool.sandbox import served
from lti_tool.web import EXTENSION, Tool
from tests.conftest import ROOT
from tests.lti_tool.web.world import Browser, Form, Page, Relay, tool_settings

PYTHON = ROOT / ".tools" / "openedx" / "bin" / "python"
SECONDS = 20


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The platform's address; the process ends with the block, and by itself should ours be killed."""
    command = [str(PYTHON), "-m", "tests.contract.openedx.server", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            address = process.stdout.readline().strip()
            assert address.startswith("http://"), "the platform did not start; its errors stand above"
            yield address
        finally:
            process.stdin.close()
            process.wait(SECONDS)


@dataclass
class OpenEdx:
    """The platform, by the addresses that people and administrators use."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def tell(self, what: str, **body: Any) -> dict[str, Any]:
        response = self.session.post(f"{self.url}/control/{what}", data=json.dumps(body), timeout=SECONDS)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer

    def ask(self, what: str, **query: str) -> dict[str, Any]:
        response = self.session.get(f"{self.url}/control/{what}", params=query, timeout=SECONDS)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer

    def columns(self, place: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("columns", place=place)["columns"]
        return found

    def grades(self, place: str) -> list[tuple[str, float, str]]:
        """What the LMS's own gradebook got for a place: person, share of the points, comment."""
        entries = self.ask("gradebook")["entries"]
        return [(e["person"], e["score"], e["comment"]) for e in entries if e["place"] == place]


@dataclass
class Course:
    """Open edX with our tool in it."""

    lms: OpenEdx
    app: Flask
    url: str
    registration: dict[str, Any] = field(default_factory=dict)
    platform: int = 0

    @property
    def tool(self) -> Tool:
        found: Tool = self.app.extensions[EXTENSION]
        return found

    def database(self) -> Session:
        return self.tool.sessions()

    def add(self, place: str, ags: str = "declarative") -> None:
        """An author puts the tool there; the first time an administrator registers the platform with the tool."""
        addresses = {
            "jwks": f"{self.url}/lti/jwks",
            "login": f"{self.url}/lti/login",
            "launch": f"{self.url}/lti/launch",
        }
        self.registration = self.lms.tell("place", place=place, ags=ags, tool=addresses)
        if not self.platform:
            self.platform = self._register()

    def _register(self) -> int:
        given = self.registration
        with self.tool.sessions.begin() as session:
            platform = Platform(
                name="Open edX",
                issuer=given["issuer"],
                client_id=given["client_id"],
                login_url=given["auth"],
                token_url=given["token"],
                jwks_url=given["jwks"],
                active=True,
                created_at=dt.datetime.now(dt.UTC),
            )
            platform.deployments.append(Deployment(deployment_id=given["deployment"]))
            session.add(platform)
            session.flush()
            return platform.id

    def launch(self, place: str, person: str = "sami", browser: Browser | None = None, **more: str) -> Page:
        """From the click in the course to the tool's page."""
        browser = browser or Browser()
        page = self.click(place, person, browser, **more)
        return browser.send(message(page)) if "id_token" in page.text else page

    def click(self, place: str, person: str, browser: Browser, **more: str) -> Page:
        """From the click in the course to the form that carries the id_token."""
        query = urlencode({"as": person, "place": place, **more})
        return browser.get(f"{self.lms.url}/course/start?{query}")

    def opened(
        self, place: str, exercise: str, person: str = "sami", *, role: str = "yes", personal: str = ""
    ) -> CurrentLaunch:
        """What the tool understood of a launch that succeeds."""
        custom = json.dumps({"exercise": exercise})
        page = self.launch(place, person, custom=custom, role=role, personal=personal)
        assert (page.status, page.code) == (200, ""), page.text
        return self.tool.tokens.read(page.token, dt.datetime.now(dt.UTC))

    def rotate(self, place: str, exercise: str) -> list[str]:
        """The platform replaces its key; waits until launches work again and returns why they did not until then."""
        kids = self.lms.tell("rotate")
        assert kids["before"] != kids["after"]
        codes: list[str] = []
        ends = time.monotonic() + REFETCH_SECONDS + 2
        while code := self.launch(place, custom=json.dumps({"exercise": exercise})).code:
            codes.append(code)
            assert time.monotonic() < ends, codes
            time.sleep(1)
        return codes

    def hand_in(self, launch: CurrentLaunch, response: Mapping[str, tuple[str, ...]]) -> None:
        """The person of `launch` answers and hands in."""
        now = dt.datetime.now(dt.UTC)
        assert launch.placement is not None
        with self.tool.sessions.begin() as session:
            activity = activities.find(self.tool.curriculum, session.get_one(Placement, launch.placement).activity)
            place = Place(user=launch.user, placement=launch.placement, version="1.0.0")
            attempt = attempts.start(session, activity, place, now)
            assert activity.single is not None
            known = attempts.answer_to(attempt, activity.single.id)
            draft = Draft(response=response, revision=known.revision + 1 if known else 1)
            attempts.save(session, attempt, activity.single, draft, now)
            attempts.submit(session, attempt, activity, "de", now)

    def deliver(self) -> int:
        """What the worker does."""
        tool, tried = self.tool, 0
        courier = Courier(sessions=tool.sessions, gateway=tool.gateway, clock=tool.clock)
        while found := courier.deliver_due():
            tried += found
        return tried

    def deliveries(self) -> list[tuple[str, str]]:
        """State and reason of every score on its way."""
        with self.database() as session:
            rows = session.scalars(select(ScoreDelivery).order_by(ScoreDelivery.id)).all()
            return [(row.state, row.reason) for row in rows]


def message(page: Page) -> Form:
    """The form with the id_token; Open edX hides it as a whole and not its fields."""
    form = page.form
    return Form(form.action, {**form.fields, **dict(form.options)})


@contextmanager
def course(folder: Path, keys: Path, lms: OpenEdx) -> Iterator[Course]:
    """Our tool on loopback, beside a running platform."""
    relay = Relay()
    with served(relay) as port:
        url = f"http://127.0.0.1:{port}"
        app = create_app(tool_settings(folder, keys, url, int(lms.url.rpartition(":")[2])))
        relay.app = app
        made = Course(lms, app, url)
        Base.metadata.create_all(made.tool.engine)
        try:
            yield made
        finally:
            made.tool.engine.dispose()
