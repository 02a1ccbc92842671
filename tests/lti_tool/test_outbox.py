"""The way of a score: newest wins, times only grow, nothing is sent twice at once, nothing is lost, refusals stop."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import outbox
from lti_tool.gateway import PlatformRefused
from lti_tool.models import Placement, Platform
from lti_tool.scores import POLICY
from tests.lti_tool.factories import NOW, SECOND, context, graded_placement, placement, user
from tests.lti_tool.fakes import DOWN, busy
from tests.lti_tool.office import COLUMN, HOUR, MINUTE, Office, learner


@pytest.fixture
def office(sessions: sessionmaker[Session]) -> Office:
    return Office(sessions)


def test_a_score_arrives_with_the_time_of_its_sending(office: Office) -> None:
    office.put(8, *learner(office), comment="Gut.")
    office.work(after=5 * MINUTE)
    ((column, score),) = office.gateway.history
    assert column == COLUMN
    assert (score.given, score.maximum, score.comment, score.user) == (8, 10, "Gut.", "7")
    assert (score.activity, score.grading) == ("Completed", "FullyGraded")
    assert score.timestamp == NOW + 5 * MINUTE
    assert office.row().state == "delivered"
    assert office.work() == 0


def test_a_newer_score_replaces_one_that_waits(office: Office) -> None:
    where, who = learner(office)
    office.put(3, where, who)
    office.put(8, where, who)
    office.work()
    assert office.sent() == [8]


def test_what_was_delivered_is_not_sent_again(office: Office) -> None:
    where, who = learner(office)
    for _ in range(2):
        office.put(8, where, who)
        office.work()
    assert office.sent() == [8]


def test_a_score_that_changes_while_it_is_sent_is_sent_again(office: Office) -> None:
    where, who = learner(office)
    office.put(3, where, who)
    with office.sessions.begin() as session:
        (item,) = outbox.claim(session, NOW)
    office.put(8, where, who)
    assert office.work() == 0  # the lease holds: two workers never send for one person at once
    with office.sessions.begin() as session:
        assert outbox.settle_delivered(session, item, NOW, NOW)
    assert office.row().state == "waiting"
    office.work()
    assert office.sent() == [8]
    assert office.gateway.book[COLUMN, "7"].timestamp == NOW + SECOND


def test_two_scores_in_one_second_get_times_a_second_apart(office: Office) -> None:
    where, who = learner(office)
    for points in (3, 8, 9):
        office.put(points, where, who)
        office.work()
    assert office.sent() == [3, 8, 9]
    times = [score.timestamp for _, score in office.gateway.history]
    assert times == [NOW, NOW + SECOND, NOW + 2 * SECOND]


def test_a_killed_worker_loses_its_lease_and_the_score_is_sent_later(office: Office) -> None:
    office.put(8, *learner(office))
    with office.sessions.begin() as session:
        (lost,) = outbox.claim(session, NOW)
    assert office.work(after=POLICY.lease - SECOND) == 0
    assert office.work(after=SECOND) == 1
    assert office.gateway.book[COLUMN, "7"].timestamp > lost.lease
    with office.sessions.begin() as session:
        assert not outbox.settle_failed(session, lost, "timeout", office.clock.now)
    assert office.row().state == "delivered"


def test_two_workers_claim_different_scores(office: Office) -> None:
    where, who = learner(office)
    with office.sessions.begin() as session:
        other = user(session, session.get_one(Platform, who.platform_id), "8")
    office.put(1, where, who)
    office.put(2, where, other)
    with office.sessions.begin() as first:
        a = outbox.claim(first, NOW, limit=1)
    with office.sessions.begin() as second:
        b = outbox.claim(second, NOW, limit=5)
    assert [item.score.user for item in a + b] == ["7", "8"]


def test_an_outage_is_waited_for_with_growing_pauses(office: Office) -> None:
    office.put(8, *learner(office))
    office.gateway.faults = [DOWN] * 4
    due = []
    for _ in range(4):
        assert office.work() == 1
        due.append(office.row().due_at - office.clock.now)
        office.clock.now = office.row().due_at
    assert all(0.8 * 30 * 2**n <= pause.total_seconds() <= 1.2 * 30 * 2**n for n, pause in enumerate(due))
    assert office.row().reason == "timeout"
    office.work()
    assert office.sent() == [8]
    assert (office.row().state, office.row().reason) == ("delivered", "")


def test_the_platform_may_say_how_long_to_wait(office: Office) -> None:
    office.put(8, *learner(office))
    office.gateway.faults = [busy(900)]
    office.work()
    assert office.row().due_at == NOW + 15 * MINUTE


def test_after_a_week_a_score_stops_with_the_reason(office: Office) -> None:
    office.put(8, *learner(office))
    office.gateway.faults = [DOWN] * 1000
    while office.row().state == "waiting" and office.clock.now < NOW + 200 * HOUR:
        office.work(after=HOUR)
    assert (office.row().state, office.row().reason) == ("stopped", "gave-up")
    assert dt.timedelta(days=7) <= office.clock.now - NOW <= dt.timedelta(days=7) + 2 * HOUR


def test_a_refusal_waits_with_its_code_and_a_person_can_send_again(office: Office) -> None:
    office.put(8, *learner(office))
    office.gateway.faults = [PlatformRefused("request-refused", 400)]
    office.work()
    row = office.row()
    assert (row.state, row.reason, row.status) == ("waiting", "request-refused", 400)
    assert row.due_at == NOW + POLICY.first_refusal_pause
    assert office.work(after=MINUTE) == 0
    with office.sessions.begin() as session:
        assert outbox.requeue(session, [row.id], office.clock.now) == 1
    office.work()
    assert office.sent() == [8]


def test_a_new_score_gets_its_own_chance_after_a_refusal(office: Office) -> None:
    where, who = learner(office)
    office.put(8, where, who)
    office.gateway.faults = [PlatformRefused("request-refused", 400)]
    office.work()
    office.put(9, where, who)
    office.work()
    assert office.sent() == [9]


def test_a_conflict_is_tried_again_with_a_fresh_time(office: Office) -> None:
    office.put(8, *learner(office))
    office.gateway.faults = [PlatformRefused("conflict", 409)]
    office.work()
    assert (office.row().state, office.row().status) == ("waiting", 409)
    office.work(after=MINUTE)
    assert office.gateway.book[COLUMN, "7"].timestamp == NOW + MINUTE


def test_a_platform_that_cannot_read_our_keys_gets_the_score_when_it_can(office: Office) -> None:
    """Our own web service was down, or a firewall stood between: nobody has to send anything again."""
    office.put(8, *learner(office))
    office.gateway.faults = [PlatformRefused("keys-not-read", 400)]
    office.work()
    assert (office.row().state, office.row().reason) == ("waiting", "keys-not-read")
    office.work(after=HOUR)
    assert office.sent() == [8]


def test_a_fault_of_ours_loses_nothing_and_stops_nobody(office: Office) -> None:
    where, who = learner(office)
    with office.sessions.begin() as session:
        other = user(session, session.get_one(Platform, who.platform_id), "8")
    office.put(8, where, who)
    office.put(9, where, other)
    office.gateway.faults = [KeyError("scope")]
    office.work()
    assert [row.state for row in office.rows()] == ["waiting", "delivered"]
    assert office.rows()[0].reason == "internal"
    office.work(after=MINUTE)
    assert sorted(str(points) for points in office.sent()) == ["8.0", "9.0"]


def test_a_platform_that_is_down_is_left_alone_and_then_served_at_once(office: Office) -> None:
    where, who = learner(office)
    with office.sessions.begin() as session:
        row = session.get_one(Platform, who.platform_id)
        others = [user(session, row, f"u{number}") for number in range(30)]
    for person in others:
        office.put(5, where, person)
    office.gateway.faults = [DOWN] * 5
    office.work()
    assert len(office.gateway.faults) == 0  # five tries, then the rest of the batch went back untouched
    assert office.work() == 0
    assert [row.tries for row in office.rows()] == [1] * 5 + [0] * 25
    office.clock.now += POLICY.first_delay
    while office.work():
        pass
    assert office.sent() == [5] * 30


def test_a_down_platform_does_not_hold_up_another(office: Office) -> None:
    where, who = learner(office)
    there, person = learner(office, issuer="https://other.example.de", name="Anderes")
    with office.sessions.begin() as session:
        session.get_one(Platform, who.platform_id).paused_until = NOW + HOUR
    office.put(1, where, who)
    office.put(2, there, person)
    office.work()
    assert office.sent() == [2]


def test_a_switched_off_registration_gets_nothing(office: Office) -> None:
    where, who = learner(office)
    with office.sessions.begin() as session:
        session.get_one(Platform, who.platform_id).active = False
    office.put(8, where, who)
    assert office.work() == 0
    assert office.row().state == "waiting"


def test_moodle_hears_nothing_of_work_that_nobody_has_read(office: Office) -> None:
    where, who = learner(office)
    office.put(None, where, who)
    assert office.work() == 0
    assert (office.row().state, office.row().reason) == ("held", "unread")
    office.put(4, where, who)
    office.work()
    assert office.sent() == [4]


def test_other_platforms_hear_that_work_waits_for_a_reader(office: Office) -> None:
    office.put(None, *learner(office, family="canvas"))
    office.work()
    ((_, score),) = office.gateway.history
    assert (score.given, score.activity, score.grading) == (None, "Submitted", "PendingManual")


@pytest.mark.parametrize("points", [None, 0, 3])
def test_completion_mode_tells_only_that_the_work_is_done(office: Office, points: float | None) -> None:
    office.put(points, *learner(office, passback_mode="completion"), comment="Schwach.")
    office.work()
    ((_, score),) = office.gateway.history
    assert (score.given, score.maximum, score.comment, score.grading) == (1, 1, "", "FullyGraded")


def test_a_score_without_a_column_waits_for_one(office: Office) -> None:
    with office.sessions.begin() as session:
        known, who = graded_placement(session)
        row = session.get_one(Platform, who.platform_id)
        where = placement(session, context(session, row, "zweiter Kurs"))
    office.put(8, where, who)
    assert office.work() == 0
    assert (office.row().state, office.row().reason) == ("held", "no-column")
    with office.sessions.begin() as session:
        session.get_one(Placement, where.id).line_item_id = known.line_item_id
        assert outbox.wake_held(session, office.clock.now) == 1
    office.work()
    assert office.sent() == [8]


def test_a_held_score_stays_held_as_long_as_its_obstacle(office: Office) -> None:
    where, who = learner(office)
    office.put(None, where, who)
    office.work()
    with office.sessions.begin() as session:
        assert outbox.wake_held(session, office.clock.now) == 0
        session.get_one(Platform, who.platform_id).passback_mode = "completion"
    with office.sessions.begin() as session:
        assert outbox.wake_held(session, office.clock.now) == 1
    office.work()
    assert office.sent() == [1]
