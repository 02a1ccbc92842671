"""A thousand learners hand in while servers and workers are killed and the platform fails half of the time.

Afterwards the gradebook holds everyone's final score, no score arrived behind a newer one, and none is on its way.
"""

from __future__ import annotations

import datetime as dt
import logging
import multiprocessing as mp
import os
import random
import signal
import socket
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, MutableSequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

import pytest
import structlog
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import attempts
from lti_tool.activities import Activity, find
from lti_tool.attempts import Draft, Place
from lti_tool.db import make_engine, make_sessions
from lti_tool.delivery import Courier
from lti_tool.models import Attempt, ScoreDelivery, User
from lti_tool.scores import Policy
from tests.lti_tool.crash_platform import CrashGateway, gradebook, repair, serve
from tests.lti_tool.factories import CHOICE, curriculum, graded_placement

LEARNERS = 1000
SERVERS = 2
TRIES = ("abfliessen", "verdunsten", "versickern")
"""Options worth 0, ½ and 1: a learner tries some of them in any order, the best one is final."""
POINTS = {"abfliessen": 0.0, "verdunsten": 0.5, "versickern": 1.0}
KILL_EVERY = 40
"""Submissions from one kill to the next: so the chaos is the same on a slow machine."""
STANDSTILL = 30
FAST = Policy(
    lease=dt.timedelta(seconds=3),
    send_within=dt.timedelta(seconds=1.5),
    first_delay=dt.timedelta(seconds=0.05),
    longest_delay=dt.timedelta(seconds=0.5),
    failures_before_pause=20,
    longest_pause=dt.timedelta(seconds=0.2),
)
T = TypeVar("T")
Progress = MutableSequence[int]
FORK = mp.get_context("fork")

pytestmark = pytest.mark.timeout(240)


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Course:
    """Where everybody works: an address of a database and a placement; who tries what, in which order."""

    url: str
    placement: int
    plan: dict[int, tuple[str, ...]]


def serve_learners(course: Course, share: int, progress: Progress) -> None:
    """A server with the requests of its learners. A restarted one gets those again whose answer was not seen."""
    desk = Desk(course, make_sessions(make_engine(course.url)))
    known = until_answered(desk.handed_in)
    for user, choices in course.plan.items():
        for number, choice in enumerate(choices, start=1):
            if user % SERVERS == share and number > known[user]:
                until_answered(partial(desk.hand_in, user, number, choice))
                progress[share] += 1


@dataclass
class Desk:
    """The requests of the learners, as their browsers send them: repeated until they are answered."""

    course: Course
    sessions: sessionmaker[Session]
    activity: Activity = field(default_factory=lambda: find(curriculum(), CHOICE))

    def handed_in(self) -> Counter[int]:
        with self.sessions() as session:
            return Counter(session.scalars(select(Attempt.user_id).where(Attempt.state == "graded")))

    def hand_in(self, user: int, number: int, choice: str) -> None:
        """Opening the page is one request, handing in another one."""
        place = Place(user=user, placement=self.course.placement, version="1")
        with self.sessions.begin() as session:
            last = attempts.latest(session, user, place.placement)
            if last and last.number >= number and last.state != "open":
                return  # handed in, but the answer was not seen
            attempt = attempts.start(session, self.activity, place, utc_now())
        exercise = self.activity.pool["m1u1-einfach"]
        with self.sessions.begin() as session:
            attempt = attempts.locked(session, attempt.id, user, place.placement)
            answer = attempts.answer_to(attempt, exercise.id)
            draft = Draft(response={"RESPONSE": (choice,)}, revision=(answer.revision if answer else 0) + 1)
            attempts.save(session, attempt, exercise, draft, utc_now())
            attempts.submit(session, attempt, self.activity, "de", utc_now())


def until_answered(request: Callable[[], T]) -> T:
    while True:
        try:
            return request()
        except OperationalError:  # as a browser that sees 503
            time.sleep(0.05)


def deliver(course: Course, port: int) -> None:
    """A worker: until it is killed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    courier = Courier(
        sessions=make_sessions(make_engine(course.url)), gateway=CrashGateway(port), clock=utc_now, policy=FAST
    )
    while True:
        try:
            if not courier.deliver_due():
                time.sleep(0.1)
        except OperationalError:
            time.sleep(0.05)


@dataclass
class Crew:
    """Processes that are started again whenever they die before their work is done."""

    jobs: list[tuple[Callable[..., None], tuple[object, ...]]] = field(default_factory=list)
    running: list[BaseProcess] = field(default_factory=list)
    kills: int = 0

    def hire(self, job: Callable[..., None], *values: object) -> None:
        self.jobs.append((job, values))
        self.running.append(self._start(job, values))

    def kill_one(self) -> None:
        process = random.choice(self.running)  # noqa: S311 - which one to kill
        if process.is_alive() and process.pid:
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            self.kills += 1
        self.revive()

    def revive(self) -> None:
        for place, process in enumerate(self.running):
            if not process.is_alive() and process.exitcode != 0:
                process.join()
                self.running[place] = self._start(*self.jobs[place])

    def done(self, job: Callable[..., None]) -> bool:
        """All processes of this job have ended by themselves."""
        pairs = zip(self.jobs, self.running, strict=True)
        return all(process.exitcode == 0 for (known, _), process in pairs if known is job)

    def dismiss(self) -> None:
        for process in self.running:
            if process.is_alive():
                process.kill()
            process.join()

    @staticmethod
    def _start(job: Callable[..., None], values: tuple[object, ...]) -> BaseProcess:
        process = FORK.Process(target=job, args=values, daemon=True)
        process.start()
        return process


@contextmanager
def platform_process(path: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        process = FORK.Process(target=serve, args=(listener, path), daemon=True)
        process.start()
        try:
            yield listener.getsockname()[1]
        finally:
            process.kill()
            process.join()


def enrol(engine: Engine) -> Course:
    with make_sessions(engine).begin() as session:
        placement, first = graded_placement(session)
        people = [
            User(platform_id=first.platform_id, subject=f"learner-{n}", alias=f"L{n}", last_activity=utc_now())
            for n in range(LEARNERS)
        ]
        session.add_all(people)
        session.flush()
        chance = random.Random(LEARNERS)  # noqa: S311 - who tries what
        plan = {person.id: tuple(chance.sample(TRIES, chance.choice((1, 1, 1, 2)))) for person in people}
        url = engine.url.render_as_string(hide_password=False)
        return Course(url=url, placement=placement.id, plan=plan)


def open_deliveries(engine: Engine) -> int:
    with make_sessions(engine)() as session:
        return len(session.scalars(select(ScoreDelivery.id).where(ScoreDelivery.state != "delivered")).all())


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
def test_every_final_score_is_in_the_gradebook_once(engine: Engine, tmp_path: Path) -> None:
    workers = 1 if engine.dialect.name == "sqlite" else 4
    course = enrol(engine)
    find(curriculum(), CHOICE)  # loaded before the processes fork off
    engine.dispose()  # a connection must not be shared with a forked process
    crew, progress = Crew(), FORK.RawArray("i", SERVERS)
    book = tmp_path / "gradebook.sqlite3"
    begun = time.monotonic()
    with platform_process(book) as port:
        for share in range(SERVERS):
            crew.hire(serve_learners, course, share, progress)
        for _ in range(workers):
            crew.hire(deliver, course, port)
        try:
            cause_chaos(crew, progress)
            repair(port)
            wait_for_scores(crew, engine)
        finally:
            crew.dismiss()
    check_gradebook(engine, course, book)
    print(f"\n{engine.dialect.name}: {time.monotonic() - begun:.0f} s, {crew.kills} kills, {summary(book)}")
    assert crew.kills >= 10


def cause_chaos(crew: Crew, progress: Progress) -> None:
    """Kills one process after the other until all learners are through."""
    killed_at, moved_at, seen = 0, time.monotonic(), 0
    while not crew.done(serve_learners):
        time.sleep(0.05)
        crew.revive()
        if sum(progress) > seen:
            seen, moved_at = sum(progress), time.monotonic()
        if seen >= killed_at + KILL_EVERY:
            crew.kill_one()
            killed_at = seen
        assert time.monotonic() - moved_at < STANDSTILL, "nobody gets anything done"


def wait_for_scores(crew: Crew, engine: Engine) -> None:
    """Nobody is killed any more and the platform works: everything that waits must arrive."""
    missing, moved_at = open_deliveries(engine), time.monotonic()
    while missing:
        time.sleep(0.2)
        crew.revive()
        before, missing = missing, open_deliveries(engine)
        moved_at = time.monotonic() if missing < before else moved_at
        assert time.monotonic() - moved_at < STANDSTILL, f"{missing} scores are still on their way"


def check_gradebook(engine: Engine, course: Course, book: Path) -> None:
    with make_sessions(engine)() as session:
        subjects = {person.id: person.subject for person in session.scalars(select(User))}
        handed_in = Counter(session.scalars(select(Attempt.user_id).where(Attempt.state == "graded")))
    assert handed_in == {user: len(choices) for user, choices in course.plan.items()}
    final = {subjects[user]: max(POINTS[choice] for choice in choices) for user, choices in course.plan.items()}
    history: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for user, given, stamp in gradebook(book):
        history[user].append((given, stamp))
    assert {user: scores[-1][0] for user, scores in history.items()} == final
    for scores in history.values():
        assert [stamp for _, stamp in scores] == sorted({stamp for _, stamp in scores})
        assert [given for given, _ in scores] == sorted(given for given, _ in scores)


def summary(book: Path) -> str:
    with sqlite3.connect(book) as connection:
        (taken, users) = connection.execute("SELECT count(*), count(DISTINCT user) FROM score").fetchone()
    return f"{taken} scores taken for {users} learners"
