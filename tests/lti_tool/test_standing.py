"""A platform that turns the registration away: scores wait for its end, it is asked rarely, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import launches, outbox, overview, standing
from lti_tool.gateway import Launch, PlatformRefused, Role
from lti_tool.models import Placement, Platform, User
from lti_tool.scores import POLICY
from tests.lti_tool.factories import CHOICE, SECOND, context, placement, user
from tests.lti_tool.fakes import DOWN
from tests.lti_tool.office import HOUR, MINUTE, Office, learner

DAY = dt.timedelta(days=1)
OFF = PlatformRefused("client-refused", 401)
ENDLESS = [OFF] * 100_000


@pytest.fixture
def office(sessions: sessionmaker[Session]) -> Office:
    return Office(sessions)


def course(office: Office, people: int) -> tuple[Placement, list[User]]:
    where, who = learner(office)
    with office.sessions.begin() as session:
        row = session.get_one(Platform, who.platform_id)
        return where, [who, *(user(session, row, f"u{number}") for number in range(1, people))]


def platform(office: Office) -> Platform:
    with office.sessions() as session:
        return session.get_one(Platform, 1)


def launch(office: Office, where: Placement) -> None:
    """A person who has been there before opens the activity."""
    arrived = Launch(
        platform=1,
        deployment="1",
        message="LtiResourceLinkRequest",
        subject="7",
        roles=frozenset({Role.LEARNER}),
        target_link_uri="https://tool.example.de/lti/launch",
        context_id="kurs",
        context_title="Kurs 1",
        resource_link_id=where.resource_link_id,
    )
    with office.sessions() as session:
        engine = session.get_bind().engine
    if launches.recall(engine, arrived, CHOICE, office.clock.now, store_names=False) is None:
        with office.sessions.begin() as session:
            launches.record(session, arrived, CHOICE, office.clock.now, store_names=False)


def asked(office: Office) -> int:
    """How often the platform has turned us away."""
    return len(ENDLESS) - len(office.gateway.faults)


def until(office: Office, end: dt.timedelta, step: dt.timedelta = 5 * MINUTE) -> int:
    """Lets a worker look again and again; how often the platform was asked meanwhile."""
    before, stop = asked(office), office.clock.now + end
    while office.clock.now < stop:
        office.work(after=step)
    return asked(office) - before


@pytest.mark.parametrize("code", sorted(standing.REGISTRATION))
def test_a_score_that_the_registration_is_refused_for_arrives_by_itself(office: Office, code: str) -> None:
    office.put(8, *learner(office))
    office.gateway.faults = [PlatformRefused(code, 401)]
    office.work()
    assert (office.row().state, office.row().reason) == ("waiting", code)
    until(office, 20 * MINUTE)
    assert office.sent() == [8]
    assert (platform(office).refusal, platform(office).refused_since) == ("", None)


def test_one_score_asks_for_all_and_ever_more_rarely(office: Office) -> None:
    where, people = course(office, 30)
    for person in people:
        office.put(5, where, person)
    office.gateway.faults = list(ENDLESS)
    office.work()
    assert asked(office) == 1
    assert office.work() == 0
    assert until(office, DAY) <= 8
    assert until(office, 29 * DAY, 6 * HOUR) <= 29 * 2
    assert [row.state for row in office.rows()] == ["waiting"] * 30


def test_when_it_works_again_everything_arrives_at_once(office: Office) -> None:
    where, people = course(office, 30)
    for person in people:
        office.put(5, where, person)
    office.gateway.faults = list(ENDLESS)
    until(office, 3 * DAY, HOUR)
    office.gateway.faults = []
    office.clock.now += POLICY.longest_refusal_pause
    while office.work():
        pass
    assert office.sent() == [5] * 30


def test_after_two_months_scores_stop_and_come_back_with_a_sign_of_life(office: Office) -> None:
    where, people = course(office, 3)
    for person in people:
        office.put(5, where, person)
    office.gateway.faults = list(ENDLESS)
    until(office, 61 * DAY, 6 * HOUR)
    assert [(row.state, row.reason) for row in office.rows()] == [("stopped", "client-refused")] * 3
    assert until(office, 10 * DAY, 6 * HOUR) == 0
    office.gateway.faults = []
    launch(office, where)
    while office.work():
        pass
    assert office.sent() == [5] * 3


def test_a_launch_brings_the_next_try_forward_but_not_every_launch(office: Office) -> None:
    where, people = course(office, 2)
    for person in people:
        office.put(5, where, person)
    office.gateway.faults = list(ENDLESS)
    until(office, DAY, HOUR)
    before = asked(office)
    for _ in range(60):  # ten minutes in which somebody launches every ten seconds
        office.clock.now += 10 * SECOND
        launch(office, where)
        office.work()
    assert asked(office) - before == 2
    office.gateway.faults = []
    office.clock.now += standing.SIGN_OF_LIFE
    launch(office, where)
    office.work()
    assert office.sent() == [5, 5]


def test_a_score_that_is_alone_is_tried_at_the_next_launch(office: Office) -> None:
    where, who = learner(office)
    office.put(8, where, who)
    office.gateway.faults = [OFF]
    office.work()
    office.clock.now += standing.SIGN_OF_LIFE
    assert office.work() == 0
    launch(office, where)
    office.work()
    assert office.sent() == [8]


def test_the_week_of_an_outage_does_not_count_the_time_of_a_refusal(office: Office) -> None:
    office.put(8, *learner(office))
    office.gateway.faults = list(ENDLESS)
    until(office, 10 * DAY, 6 * HOUR)
    office.gateway.faults = [DOWN] * 3
    until(office, DAY, HOUR)
    assert office.sent() == [8]


def test_a_person_who_sends_again_is_not_told_to_wait(office: Office) -> None:
    office.put(8, *learner(office))
    office.gateway.faults = [OFF]
    office.work()
    with office.sessions.begin() as session:
        outbox.requeue(session, [office.row().id], office.clock.now)
    office.work()
    assert office.sent() == [8]


def test_a_platform_that_turns_us_away_holds_up_no_other(office: Office) -> None:
    where, who = learner(office)
    there, person = learner(office, issuer="https://other.example.de", name="Anderes")
    office.put(1, where, who)
    office.put(2, there, person)
    office.gateway.faults = [OFF]
    office.work()
    assert office.sent() == [2]


def test_a_right_that_is_missing_for_columns_alone_delays_only_that_score(office: Office) -> None:
    where, who = learner(office)
    with office.sessions.begin() as session:
        other = context(session, session.get_one(Platform, who.platform_id), "ohne Spalte")
        scopes = ["lineitem", "score"]
        loose = placement(session, other, line_items_url="https://lms.example.de/lineitems", grade_scopes=scopes)
    office.put(1, loose, who)
    office.put(2, where, who)
    office.gateway.faults = [PlatformRefused("scope-missing", 400)]
    office.work()
    assert [(row.state, row.reason) for row in office.rows()] == [("waiting", "scope-missing"), ("delivered", "")]


def test_a_newer_score_that_came_while_the_old_one_was_turned_away_is_the_one_that_arrives(office: Office) -> None:
    where, who = learner(office)
    office.put(3, where, who)
    with office.sessions.begin() as session:
        (item,) = outbox.claim(session, office.clock.now)
    office.put(8, where, who)
    with office.sessions.begin() as session:
        assert outbox.settle_turned_away(session, item, "client-refused", 401, office.clock.now)
        standing.note_refusal(session, item.platform, "client-refused", office.clock.now, POLICY)
    until(office, 20 * MINUTE)
    assert office.sent() == [8]


def test_many_workers_and_launches_at_once_neither_lock_each_other_out_nor_lose_a_score(office: Office) -> None:
    """Refused, down, well again, in any order, while people launch and press "send again"."""
    where, people = course(office, 16)
    for person in people:
        office.put(5, where, person)
    chance = random.Random(7)  # noqa: S311 - the same each time
    office.gateway.faults = [chance.choice([OFF, DOWN, None]) for _ in range(60)]

    def worker(number: int) -> None:
        for turn in range(5):
            office.work(after=dt.timedelta(hours=5))
            launch(office, where)
            if turn % 4 == number % 4:
                with office.sessions.begin() as session:
                    outbox.requeue(session, [row.id for row in office.rows()[number::4]], office.clock.now)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(worker, range(4)))
    office.gateway.faults = []
    office.clock.now += POLICY.longest_refusal_pause
    while office.work(after=POLICY.longest_delay * 2):
        pass
    assert {row.state for row in office.rows()} == {"delivered"}
    assert {score.given for score in office.gateway.book.values()} == {5}
    assert len(office.gateway.book) == len(people)


def test_a_registration_that_is_switched_on_again_gets_its_scores_at_once(office: Office) -> None:
    office.put(8, *learner(office))
    office.gateway.faults = list(ENDLESS)
    until(office, 8 * DAY, 6 * HOUR)
    with office.sessions.begin() as session:
        standing.begin_anew(session, session.get_one(Platform, 1), office.clock.now)
    office.gateway.faults = []
    office.work()
    assert office.sent() == [8]


def test_trainers_read_why_nothing_arrives_and_when_it_is_tried(office: Office) -> None:
    office.put(8, *learner(office))
    office.gateway.faults = [OFF]
    office.work()
    with office.sessions() as session:
        pause = overview.pause(session, 1, office.clock.now)
    assert pause == overview.Pause(office.clock.now + POLICY.first_refusal_pause, "client-refused")
    reason = overview.reason_of(office.row())
    assert (reason.state, reason.code, reason.at) == ("trying", "client-refused", pause.until)
