"""A courier at work for a platform that answers as a test wishes, at a time that the test moves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import outbox
from lti_tool.delivery import Courier
from lti_tool.models import Placement, ScoreDelivery, User
from lti_tool.scores import Score
from tests.lti_tool.factories import CHOICE, NOW, graded_placement
from tests.lti_tool.fakes import FakeGateway

COLUMN = "https://lms.example.de/lineitem/1"
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


@dataclass
class Clock:
    now: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass
class Office:
    """A courier, the platform it serves and a clock that the test moves."""

    sessions: sessionmaker[Session]
    gateway: FakeGateway = field(default_factory=FakeGateway)
    clock: Clock = field(default_factory=Clock)

    def put(self, points: float | None, where: Placement, who: User, comment: str = "") -> None:
        with self.sessions.begin() as session:
            outbox.put(session, where.id, who.id, Score(points=points, maximum=10, comment=comment), self.clock.now)

    def work(self, after: dt.timedelta = dt.timedelta(0)) -> int:
        self.clock.now += after
        courier = Courier(sessions=self.sessions, gateway=self.gateway, clock=self.clock)
        return courier.deliver_due()

    def rows(self) -> list[ScoreDelivery]:
        with self.sessions() as session:
            return list(session.scalars(select(ScoreDelivery).order_by(ScoreDelivery.id)))

    def row(self) -> ScoreDelivery:
        (only,) = self.rows()
        return only

    def sent(self) -> list[float | None]:
        return [score.given for _, score in self.gateway.history]


def learner(office: Office, activity: str = CHOICE, **over: object) -> tuple[Placement, User]:
    with office.sessions.begin() as session:
        return graded_placement(session, activity, **over)
