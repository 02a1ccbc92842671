"""Sixty learners hand in by real launches while gunicorn, its workers and the delivery are killed with SIGKILL.

The platform fails half of the time. Afterwards its gradebook holds everyone's best score, nothing came behind anything
newer, and every attempt whose answer was seen is in the database.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import socket
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lti_tool.cli.db import upgrade_to
from lti_tool.db import make_engine, make_sessions
from lti_tool.keys import KeyFolder
from lti_tool.messages import messages
from lti_tool.models import Attempt, Deployment, Platform, ScoreDelivery, User
from lti_tool.sandbox import Person, ResourceLink, Sandbox, ToolRegistration, create_platform, served
from tests.conftest import ROOT
from tests.e2e.lti import LOOPBACK, Process, free_port
from tests.lti_tool.web.world import EXERCISE, OPEN, SAMPLE, Browser, Form, Page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LEARNERS, AT_ONCE = 60, 6
KILL_EVERY = 8
"""Submissions from one kill to the next."""
POINTS = {"abfliessen": 0.0, "verdunsten": 50.0, "versickern": 100.0}
KINDS = ("worker", "delivery", "master", "worker", "delivery")
LINK, CLIENT, DEPLOYMENT = "crash", "staffel-client", "1"
FATES = ("ok", "ok", "ok", "ok", "500", "429", "no answer", "kept but 500")
STANDSTILL = 60
TROUBLE = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)

pytestmark = pytest.mark.timeout(240)


@dataclass
class Moody:
    """The platform, which fails every second time when a score comes."""

    application: WSGIApplication
    failing: bool = True

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        fate = random.choice(FATES) if self.failing else "ok"  # noqa: S311 - how it fails
        if fate == "ok" or not environ["PATH_INFO"].endswith("/scores"):
            return self.application(environ, start_response)
        if fate == "no answer":
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        if fate == "kept but 500":
            with suppress(Exception):
                list(self.application(environ, lambda status, headers, error=None: lambda data: None))
        status = "429 Too Many Requests" if fate == "429" else "500 Internal Server Error"
        start_response(status, [("Content-Length", "0")])
        return []


@dataclass
class Service:
    """The tool as an operator runs it: gunicorn with two workers, and one delivery process."""

    env: dict[str, str]
    port: int
    kills: Counter[str] = field(default_factory=Counter)
    turns: Iterator[str] = field(default_factory=lambda: cycle(random.sample(KINDS, len(KINDS))))

    def __post_init__(self) -> None:
        gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"{LOOPBACK}:{self.port}", "--workers", "2"]
        gunicorn += [
            "--threads",
            "4",
            "--preload",
            "--no-control-socket",
            "--log-level",
            "critical",
            "wsgi:application",
        ]
        self.server = Process(gunicorn, self.env)
        self.delivery = Process([sys.executable, "-m", "tests.contract.fast_worker"], self.env, quiet=True)

    def start(self) -> None:
        self.server.start()
        self.delivery.start()

    def stop(self) -> None:
        self.delivery.stop()
        self.server.stop()

    def kill_one(self) -> None:
        kind = next(self.turns)
        if kind == "master":
            self.server.kill()
            self.server.start()
        elif kind == "delivery":
            self.delivery.kill()
            self.delivery.start()
        else:
            self._kill_worker()
        self.kills[kind] += 1

    def _kill_worker(self) -> None:
        """One of gunicorn's children; the master makes a new one."""
        assert self.server.running is not None
        master = self.server.running.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        if children:
            with suppress(ProcessLookupError):
                os.kill(int(random.choice(children)), signal.SIGKILL)  # noqa: S311 - which one


@dataclass
class Course:
    """Learners with what they will choose, one after the other, and how far all have got."""

    lms: Sandbox
    plan: dict[str, tuple[str, ...]]
    handed_in: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def learn(self, person: str) -> None:
        """Opens the activity and hands in each choice, again and again until the result is seen."""
        for number, choice in enumerate(self.plan[person], start=1):
            until_answered(partial(self._hand_in, person, number, choice))
            with self.lock:
                self.handed_in += 1

    def _hand_in(self, person: str, number: int, choice: str) -> bool:
        """Whether the result was seen; a person who sees an error opens the activity once more."""
        browser = Browser()
        page = browser.send(browser.get(f"{self.lms.url}/launch?as={person}&link={LINK}").form)
        page = good(browser.send(page.form))
        if "data-open" not in page.text and number > handed_in(page):
            form = form_to(page, "/exercise/submit")
            page = good(browser.send(replace(form, action=form.action.replace("/submit", "/again")), own=True))
        if "data-open" in page.text:
            page = good(browser.send(form_to(page, "/exercise/submit"), own=True, RESPONSE=choice))
        return "exercise-result" in page.text


def handed_in(page: Page) -> int:
    """How many attempts a page without an open one knows of: from the second on it tells which of them counts."""
    return 2 if messages("de")["exercise.best"].partition("{")[0] in page.text else 1


def good(page: Page) -> Page:
    if page.status >= 400:
        raise requests.ConnectionError(f"{page.url}: {page.status}")
    return page


def form_to(page: Page, address: str) -> Form:
    return next(form for form in page.forms if form.action.endswith(address))


def until_answered(request: Callable[[], bool]) -> None:
    ends = time.monotonic() + STANDSTILL
    while True:
        with suppress(*TROUBLE):
            if request():
                return
        assert time.monotonic() < ends, "nobody answers"
        time.sleep(0.1)


@dataclass
class Scene:
    """Everything of the test."""

    course: Course
    service: Service
    moody: Moody

    def sessions(self) -> sessionmaker[Session]:
        return make_sessions(make_engine(self.service.env["STAFFEL_DATABASE_URL"]))


def environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "STAFFEL_PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        "STAFFEL_SECRET_KEY": "only for this test, and long enough",
        "STAFFEL_DATABASE_URL": f"sqlite:///{folder / 'tool.sqlite3'}",
        "STAFFEL_KEYS_FOLDER": str(folder / "keys"),
        "STAFFEL_UPLOADS_URL": f"file://{folder / 'uploads'}",
        "STAFFEL_CURRICULUM": str(SAMPLE),
        "STAFFEL_LOG_LEVEL": "ERROR",
    }


def enrol(lms: Sandbox, tool: str) -> dict[str, tuple[str, ...]]:
    """People and the activity on the platform's side; who chooses what, the best one last or first."""
    chance = random.Random(LEARNERS)  # noqa: S311 - who chooses what
    plan = {}
    for number in range(LEARNERS):
        person = lms.add_person(Person(subject=f"learner-{number}", name=f"Person {number}"))
        plan[person.subject] = tuple(chance.sample(list(POINTS), chance.choice((1, 1, 2))))
    lms.add_link(ResourceLink(id=LINK, title="Aufgabe", custom={"exercise": EXERCISE}), maximum=100)
    lms.tool = ToolRegistration(
        client_id=CLIENT,
        deployment_id=DEPLOYMENT,
        login_url=f"{tool}/lti/login",
        redirect_uris=(f"{tool}/lti/launch",),
        jwks_url=f"{tool}/lti/jwks",
        target=f"{tool}/lti/launch",
    )
    return plan


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    lms, port = Sandbox(), free_port()
    moody = Moody(create_platform(lms))
    env = environment(tmp_path, port)
    engine = make_engine(env["STAFFEL_DATABASE_URL"])
    upgrade_to(engine)
    KeyFolder(tmp_path / "keys").rotate(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), bits=2048)
    with served(moody) as lms_port:
        lms.url = f"http://localhost:{lms_port}"  # another site than the tool's
        plan = enrol(lms, env["STAFFEL_PUBLIC_URL"])
        platform = Platform(
            name="Sandbox",
            issuer=lms.url,
            client_id=CLIENT,
            login_url=f"{lms.url}/auth",
            token_url=f"{lms.url}/token",
            jwks_url=f"{lms.url}/jwks",
            active=True,
            created_at=dt.datetime.now(dt.UTC),
            allowed_hosts=[f"localhost:{lms_port}"],
            deployments=[Deployment(deployment_id=DEPLOYMENT)],
        )
        with make_sessions(engine).begin() as session:
            session.add(platform)
        engine.dispose()
        service = Service(env, port)
        service.start()
        try:
            yield Scene(Course(lms, plan), service, moody)
        finally:
            service.stop()
            while OPEN:
                OPEN.pop().close()


def test_every_best_score_is_in_the_gradebook_though_everything_is_killed(scene: Scene) -> None:
    begun, course = time.monotonic(), scene.course
    with ThreadPoolExecutor(AT_ONCE) as learners:
        learning = [learners.submit(course.learn, person) for person in course.plan]
        killed_at = 0
        while not all(work.done() for work in learning):
            time.sleep(0.05)
            if course.handed_in >= killed_at + KILL_EVERY:
                killed_at = course.handed_in
                scene.service.kill_one()
    for work in learning:
        work.result()
    scene.moody.failing = False
    wait_for_scores(scene)
    check(scene)
    kills, posts = scene.service.kills, sum(name == "score" for name, _ in course.lms.log)
    print(f"\n{time.monotonic() - begun:.0f} s, kills {dict(kills)}, {posts} scores taken for {LEARNERS} learners")
    assert set(kills) == set(KINDS)


def wait_for_scores(scene: Scene) -> None:
    ends = time.monotonic() + STANDSTILL
    sessions = scene.sessions()
    while True:
        with sessions() as session:
            rows = session.execute(select(ScoreDelivery.state, ScoreDelivery.reason)).all()
        still = Counter((state, reason) for state, reason in rows if state != "delivered")
        if not still:
            return
        assert time.monotonic() < ends, still
        time.sleep(0.2)


def check(scene: Scene) -> None:
    course = scene.course
    with scene.sessions()() as session:
        query = select(User.subject).join(Attempt, Attempt.user_id == User.id).where(Attempt.state == "graded")
        handed = Counter(session.scalars(query))
    assert handed == {person: len(choices) for person, choices in course.plan.items()}
    best = {person: max(POINTS[choice] for choice in choices) for person, choices in course.plan.items()}
    assert {person: course.lms.grade(LINK, person) for person in course.plan} == best
    stamps: dict[str, list[str]] = defaultdict(list)
    for name, body in course.lms.log:
        if name == "score":
            stamps[body["userId"]].append(body["timestamp"])
    for sent in stamps.values():
        assert sent == sorted(set(sent))
