"""Numbers for Prometheus: launches by result, score deliveries by state, age of the oldest score that waits.

With several processes under gunicorn set PROMETHEUS_MULTIPROC_DIR, as prometheus-client documents.
"""

from __future__ import annotations

import datetime as dt
import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    generate_latest,
    multiprocess,
)
from sqlalchemy import and_, case, func, not_, select
from sqlalchemy.orm import Session

from lti_tool.models import ScoreDelivery
from lti_tool.refusals import SINGLE

LAUNCHES = Counter("staffel_launches", "Launches by result: accepted or the code of the refusal", ["result"])
STATES = ("waiting", "refused", "held", "delivered", "stopped")
REFUSED = and_(ScoreDelivery.state == "waiting", ScoreDelivery.reason.in_(SINGLE))
"""One person or one column is the trouble, often for weeks and for good reason: nothing to wake an operator for."""


def count_launch(result: str) -> None:
    LAUNCHES.labels(result).inc()


def render(session: Session, now: dt.datetime) -> tuple[bytes, str]:
    """The text format and its media type."""
    database = CollectorRegistry()
    deliveries = Gauge("staffel_score_deliveries", "Scores by state of delivery", ["state"], registry=database)
    state = case((REFUSED, "refused"), else_=ScoreDelivery.state).label("kind")
    query = select(state, func.count()).group_by(state)
    counts = {row[0]: row[1] for row in session.execute(query)}
    for name in STATES:
        deliveries.labels(name).set(counts.get(name, 0))
    waiting = and_(ScoreDelivery.state == "waiting", not_(REFUSED))
    oldest = session.scalar(select(func.min(ScoreDelivery.first_due_at)).where(waiting))
    age = Gauge("staffel_oldest_waiting_score_seconds", "Age of the oldest score that waits", registry=database)
    age.set((now - oldest).total_seconds() if oldest is not None else 0)
    return _processes() + generate_latest(database), CONTENT_TYPE_LATEST


def _processes() -> bytes:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
