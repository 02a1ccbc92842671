"""The same duties on PostgreSQL with any number of workers, as jobs of procrastinate (procrastinate.readthedocs.io).

The rows of the outbox stay the truth. A job only says that there is something to do, so a lost or a doubled job does
no harm; several workers share the rows by their leases.
"""

from __future__ import annotations

from collections.abc import Callable

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import Engine, text

from lti_tool import outbox
from lti_tool.delivery import BATCH
from lti_tool.worker import Duties

EVERY_FIVE_SECONDS = "* * * * * */5"
EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "17 3 * * *"
ROUNDS = 20
"""Batches of one job; then the next job may go to another worker."""
MOST_JOBS = 8
TABLES_LOCK = 7_358_021
"""Number of the advisory lock under which one of several starting workers makes procrastinate's tables."""


def make_jobs(engine: Engine, duties: Duties) -> App:
    """The jobs, bound to this process's duties."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    jobs = App(connector=PsycopgConnector(conninfo=url))

    @jobs.task(name="deliver")
    def deliver() -> None:
        for _ in range(ROUNDS):
            if not duties.courier.deliver_due():
                break

    async def defer(number: int) -> None:
        try:
            await deliver.configure(queueing_lock=f"deliver-{number}").defer_async()
        except AlreadyEnqueued:
            return

    @jobs.task(name="look", queueing_lock="look")
    async def look(timestamp: int) -> None:
        """As many jobs as there is work for, each of them queued at most once."""
        with duties.courier.sessions() as session:
            due = outbox.count_due(session, duties.courier.clock(), MOST_JOBS * ROUNDS * BATCH)
        for number in range(-(-due // (ROUNDS * BATCH))):
            await defer(number)

    jobs.periodic(cron=EVERY_FIVE_SECONDS)(look)
    _every(jobs, EVERY_MINUTE, "wake-held", duties.wake_held)
    _every(jobs, EVERY_NIGHT, "clean-up", duties.clean_up)
    return jobs


def _every(jobs: App, cron: str, name: str, duty: Callable[[], object]) -> None:
    @jobs.task(name=name, queueing_lock=name)
    def run(timestamp: int) -> None:
        duty()

    jobs.periodic(cron=cron)(run)


def prepare(engine: Engine, jobs: App) -> None:
    """Makes procrastinate's own tables if they are not there; any number of workers may ask at once."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": TABLES_LOCK})
        if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
            with jobs.open():
                jobs.schema_manager.apply_schema()


def run(jobs: App, *, wait: bool = True, signals: bool = True) -> None:
    """One worker, until it is told to stop; without `wait` until nothing is queued."""
    jobs.run_worker(concurrency=1, wait=wait, delete_jobs="always", install_signal_handlers=signals)
