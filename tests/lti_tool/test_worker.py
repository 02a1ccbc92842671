"""The worker and the jobs do the same duties, share the work and stop when they are told to."""

from __future__ import annotations

import datetime as dt
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import jobs, outbox
from lti_tool.db import make_sessions
from lti_tool.delivery import Courier
from lti_tool.models import Platform, ScoreDelivery, User
from lti_tool.privacy import Periods
from lti_tool.scores import Score
from lti_tool.uploads import Store
from lti_tool.worker import Duties, run, run_once
from tests.lti_tool.databases import Postgres, fresh_postgres
from tests.lti_tool.factories import graded_placement, user
from tests.lti_tool.fakes import FakeGateway


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def duties(sessions: sessionmaker[Session], gateway: FakeGateway, folder: Path) -> Duties:
    return Duties(
        courier=Courier(sessions=sessions, gateway=gateway, clock=now),
        store=Store(f"file://{folder}/uploads"),
        periods=Periods(attempts=365, drafts=30, audit=90),
    )


def put_scores(sessions: sessionmaker[Session], count: int) -> None:
    with sessions.begin() as session:
        placement, first = graded_placement(session)
        row = session.get_one(Platform, first.platform_id)
        for number in range(count):
            who: User = user(session, row, f"u{number}", last_activity=now())
            outbox.put(session, placement.id, who.id, Score(points=1, maximum=1), now())


def states(sessions: sessionmaker[Session]) -> set[str]:
    with sessions() as session:
        return set(session.scalars(select(ScoreDelivery.state)))


def test_once_delivers_all_that_is_due(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    put_scores(sessions, 25)
    gateway = FakeGateway()
    assert run_once(duties(sessions, gateway, tmp_path).courier) == 25
    assert states(sessions) == {"delivered"}


def test_a_worker_delivers_what_comes_and_ends_when_told(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    gateway, stop = FakeGateway(), threading.Event()
    worker = threading.Thread(target=run, args=(duties(sessions, gateway, tmp_path), stop, 0.01))
    worker.start()
    put_scores(sessions, 3)
    end = time.monotonic() + 30
    while states(sessions) != {"delivered"} and time.monotonic() < end:
        time.sleep(0.02)
    stop.set()
    worker.join(timeout=20)
    assert not worker.is_alive()
    assert len(gateway.history) == 3


@pytest.fixture
def postgres_engine(postgres: Postgres) -> Engine:
    engine = fresh_postgres(postgres)
    with engine.begin() as connection:
        if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")):
            connection.execute(text("TRUNCATE procrastinate_jobs CASCADE"))
    return engine


def test_on_postgresql_jobs_do_the_same(postgres_engine: Engine, tmp_path: Path) -> None:
    sessions, gateway = make_sessions(postgres_engine), FakeGateway()
    put_scores(sessions, 25)
    made = jobs.make_jobs(postgres_engine, duties(sessions, gateway, tmp_path))
    jobs.prepare(postgres_engine, made)
    jobs.prepare(postgres_engine, made)  # a second worker finds the tables
    with made.open():
        made.tasks["look"].defer(timestamp=0)
        made.tasks["wake-held"].defer(timestamp=0)
    jobs.run(made, wait=False, signals=False)
    jobs.run(made, wait=False, signals=False)
    assert states(sessions) == {"delivered"}
    assert len(gateway.history) == 25
    postgres_engine.dispose()
