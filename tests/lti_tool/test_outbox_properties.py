"""Whatever happens in whatever order: times grow, an older score never follows a newer one, the last one arrives."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from typing import Literal, get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from sqlalchemy import select

from lti_tool import outbox, refusals, standing
from lti_tool.db import Base, make_engine, make_sessions
from lti_tool.gateway import PlatformRefused, PlatformUnavailable
from lti_tool.models import Platform, ScoreDelivery
from lti_tool.scores import POLICY, Delivery, Score
from tests.lti_tool.factories import NOW, graded_placement, user
from tests.lti_tool.fakes import FakeGateway

pytestmark = pytest.mark.timeout(300)  # a failure takes long to be made small

PEOPLE = 3
REGULAR = replace(POLICY, spread=0)
Fate = Literal["arrives", "lost on the way", "answer lost", "killed before", "killed after", "refused", "turned away"]
FATES: tuple[Fate, ...] = get_args(Fate)
fates = st.sampled_from(FATES)


class Outbox(RuleBasedStateMachine):
    """Scores are numbered as they are put, so their points tell which one is newer."""

    claims: Bundle[Delivery] = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        engine = make_engine("sqlite://")
        Base.metadata.create_all(engine)
        self.sessions = make_sessions(engine)
        with self.sessions.begin() as session:
            self.placement, first = graded_placement(session)
            platform = session.get_one(Platform, first.platform_id)
            self.platform = platform.id
            self.people = [first, *(user(session, platform, f"other {number}") for number in range(1, PEOPLE))]
        self.gateway = FakeGateway()
        self.now = NOW
        self.count = 0
        self.newest: dict[str, int] = {}

    @rule(person=st.integers(0, PEOPLE - 1))
    def put(self, person: int) -> None:
        self.count += 1
        who = self.people[person]
        with self.sessions.begin() as session:
            outbox.put(session, self.placement.id, who.id, Score(points=self.count, maximum=1000), self.now)
        self.newest[who.subject] = self.count

    @rule(seconds=st.sampled_from([0.4, 1, 35, 70, 121, 4000]))
    def time_passes(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)

    @rule(fate=fates, meanwhile=st.none() | st.integers(0, PEOPLE - 1))
    def work(self, fate: Fate, meanwhile: int | None) -> None:
        """One score is sent; perhaps a newer one comes in between."""
        with self.sessions.begin() as session:
            batch = outbox.claim(session, self.now, 1)
        if meanwhile is not None:
            self.put(meanwhile)
        for item in batch:
            self.send(item, fate)

    @rule()
    def somebody_launches(self) -> None:
        with self.sessions.begin() as session:
            standing.seen_alive(session, self.platform, self.now)

    @rule(target=claims)
    def claim(self):  # type: ignore[no-untyped-def]
        with self.sessions.begin() as session:
            return multiple(*outbox.claim(session, self.now, 1))

    @rule(item=consumes(claims), fate=fates)
    def send_late(self, item: Delivery, fate: Fate) -> None:
        self.send(item, fate)

    def send(self, item: Delivery, fate: Fate) -> None:
        if fate == "killed before" or self.now + POLICY.send_within > item.lease:
            return
        score = item.stamped(self.now)
        error: PlatformRefused | PlatformUnavailable | None = None
        if fate in ("lost on the way", "answer lost"):
            error = PlatformUnavailable("timeout")
        if fate == "refused":
            error = PlatformRefused("request-refused", 400)
        if fate == "turned away":
            error = PlatformRefused("client-refused", 401)
        if fate in ("arrives", "answer lost", "killed after"):
            self.gateway.publish_score(item.platform, item.line_item, score)
        if fate != "killed after":
            self.settle(item, score.timestamp, error)

    def settle(self, item: Delivery, stamp: dt.datetime, error: PlatformRefused | PlatformUnavailable | None) -> None:
        with self.sessions.begin() as session:
            if isinstance(error, PlatformUnavailable):
                outbox.settle_failed(session, item, error.code, self.now, stamp=stamp, policy=REGULAR)
            elif error and error.code in standing.REGISTRATION:
                outbox.settle_turned_away(session, item, error.code, error.status, self.now)
                standing.note_refusal(session, item.platform, error.code, self.now, REGULAR)
            elif error:
                outbox.settle_refused(session, item, error.code, self.now, status=error.status, stamp=stamp)
            else:
                refusals.works(session, item, self.now)
                outbox.settle_delivered(session, item, stamp, self.now)
                standing.works(session, item.platform, self.now)

    @invariant()
    def times_grow_by_whole_seconds_and_nothing_older_follows(self) -> None:
        for person in self.people:
            mine = [score for _, score in self.gateway.history if score.user == person.subject]
            for before, after in pairwise(mine):
                assert after.timestamp >= before.timestamp + dt.timedelta(seconds=1)
                assert (after.given or 0) >= (before.given or 0)

    @invariant()
    def what_counts_as_delivered_is_in_the_gradebook(self) -> None:
        with self.sessions.begin() as session:
            rows = session.scalars(select(ScoreDelivery).where(ScoreDelivery.state == "delivered")).all()
            subjects = {person.id: person.subject for person in self.people}
            book = {user: score.given for (_, user), score in self.gateway.book.items()}
            assert all(book[subjects[row.user_id]] == row.points for row in rows)

    def teardown(self) -> None:
        """Once the platform works again, what a person asks for once more arrives, and so does everything else."""
        with self.sessions.begin() as session:
            stopped = session.scalars(select(ScoreDelivery.id).where(ScoreDelivery.state == "stopped")).all()
            outbox.requeue(session, stopped, self.now)
        for _ in range(3):
            self.now += POLICY.lease + POLICY.longest_refusal_pause * 2
            with self.sessions.begin() as session:
                batch = outbox.claim(session, self.now, PEOPLE)
            for item in batch:
                self.send(item, "arrives")
        self.what_counts_as_delivered_is_in_the_gradebook()
        assert {user: score.given for (_, user), score in self.gateway.book.items()} == self.newest


Outbox.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
test_no_order_of_events_breaks_the_promises = Outbox.TestCase
