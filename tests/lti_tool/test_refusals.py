"""Scores that the platform does not take, while it takes others: they arrive by themselves, and nobody is hammered."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import launches, outbox, refusals, standing
from lti_tool.delivery import PASSING
from lti_tool.gateway import GradeService, Launch, LineItem, PlatformRefused, Role, ScoreUpdate
from lti_tool.models import LineItemRow, Placement, Platform, ScoreDelivery, User
from lti_tool.pylti_gateway.connector import NEVER
from lti_tool.scores import POLICY
from tests.lti_tool.factories import CHOICE, NOW, context, placement, user
from tests.lti_tool.fakes import DOWN, FakeGateway
from tests.lti_tool.office import COLUMN, HOUR, MINUTE, Office, learner

DAY = dt.timedelta(days=1)
COHORT = 45
FEW = 6
ELSEWHERE = "https://lms.example.de/lineitem/2"
LIST = "https://lms.example.de/lineitems"


@dataclass
class Gradebook(FakeGateway):
    """A platform that knows which columns there are and who is in the course; counts how often it is asked."""

    gone: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    closed: bool = False
    asked: list[str] = field(default_factory=list)

    def publish_score(self, platform: int, line_item: str, score: ScoreUpdate) -> None:
        self.asked.append(score.user)
        if line_item in self.gone:
            raise PlatformRefused("not-found", 404)
        if self.closed:
            raise PlatformRefused("forbidden", 403)
        if score.user in self.left:
            raise PlatformRefused("request-refused", 400)
        super().publish_score(platform, line_item, score)


@dataclass
class Course(Office):
    """An office, the gradebook of its platform, and a cohort."""

    gateway: Gradebook = field(default_factory=Gradebook)

    def enrol(self, people: int = COHORT) -> tuple[Placement, list[User]]:
        where, first = learner(self)
        with self.sessions.begin() as session:
            row = session.get_one(Platform, first.platform_id)
            return where, [first, *(user(session, row, f"u{number}") for number in range(1, people))]

    def hand_in(self, where: Placement, people: list[User]) -> None:
        for person in people:
            self.put(5, where, person)

    def until(self, end: dt.timedelta, step: dt.timedelta = 5 * MINUTE) -> int:
        """A worker looks whenever something is due; how often the platform was asked for a score meanwhile."""
        before, stop = len(self.gateway.asked), self.clock.now + end
        while self.work():
            pass
        while self.clock.now < stop:
            due = [row.due_at for row in self.rows() if row.state == "waiting"]
            self.clock.now = min(max([self.clock.now + step, min(due, default=stop)]), stop)
            while self.work():
                pass
        return len(self.gateway.asked) - before

    def launch(self, where: Placement, who: str, line_item: str = COLUMN) -> None:
        arrived = Launch(
            platform=1,
            deployment="1",
            message="LtiResourceLinkRequest",
            subject=who,
            roles=frozenset({Role.LEARNER}),
            target_link_uri="https://tool.example.de/lti/launch",
            context_id="kurs",
            context_title="Kurs 1",
            resource_link_id=where.resource_link_id,
            grades=GradeService(line_item=line_item, line_items="", scopes=frozenset({"score"})),
        )
        with self.sessions() as session:
            engine = session.get_bind().engine
        if launches.recall(engine, arrived, CHOICE, self.clock.now, store_names=False) is None:
            with self.sessions.begin() as session:
                launches.record(session, arrived, CHOICE, self.clock.now, store_names=False)

    def states(self) -> set[str]:
        return {row.state for row in self.rows()}


@pytest.fixture
def course(sessions: sessionmaker[Session]) -> Course:
    return Course(sessions)


def test_every_refusal_has_a_rule() -> None:
    assert {"answer-malformed", "answer-too-large", "no-column", *NEVER.values()} <= refusals.SINGLE
    assert refusals.SINGLE.isdisjoint(PASSING)
    assert {"scope-missing"} == refusals.SINGLE & standing.REGISTRATION


def test_someone_who_comes_back_into_the_course_gets_their_grade_without_a_click(course: Course) -> None:
    where, people = course.enrol(3)
    course.gateway.left = {"u1"}
    course.hand_in(where, people)
    course.until(2 * DAY)
    assert set(course.gateway.asked) == {"7", "u1", "u2"}
    assert [(row.state, row.reason) for row in course.rows()][1] == ("waiting", "request-refused")
    course.gateway.left = set()
    course.until(POLICY.longest_refusal_pause)
    assert (COLUMN, "u1") in course.gateway.book


def test_someone_who_is_gone_is_asked_about_ever_more_rarely_and_stops_after_two_months(course: Course) -> None:
    where, people = course.enrol(2)
    course.gateway.left = {"u1"}
    course.hand_in(where, people)
    first_day = course.until(DAY)
    assert first_day <= 10
    assert course.until(29 * DAY) <= 2 * 29
    course.until(31 * DAY)
    assert [(row.state, row.reason) for row in course.rows()] == [("delivered", ""), ("stopped", "request-refused")]
    assert course.until(10 * DAY) == 0


@pytest.mark.parametrize("waited", [HOUR, 70 * DAY])
def test_their_next_visit_brings_the_grade_at_once(course: Course, waited: dt.timedelta) -> None:
    where, people = course.enrol(2)
    course.gateway.left = {"u1"}
    course.hand_in(where, people)
    course.until(waited)
    course.gateway.left = set()
    course.clock.now += standing.SIGN_OF_LIFE
    course.launch(where, "u1")
    course.work()
    assert (COLUMN, "u1") in course.gateway.book


def test_a_visit_of_somebody_else_says_nothing_about_them(course: Course) -> None:
    where, people = course.enrol(2)
    course.gateway.left = {"u1"}
    course.hand_in(where, people)
    course.until(DAY)
    before = len(course.gateway.asked)
    course.launch(where, "7")
    course.work()
    assert len(course.gateway.asked) == before


def test_who_reloads_all_the_time_makes_no_try_of_each(course: Course) -> None:
    where, people = course.enrol(1)
    course.gateway.closed = True
    course.hand_in(where, people)
    course.until(DAY)
    before = len(course.gateway.asked)
    for _ in range(60):  # ten minutes, every ten seconds
        course.clock.now += dt.timedelta(seconds=10)
        course.launch(where, "7")
        course.work()
    assert len(course.gateway.asked) - before == 2


def test_a_deleted_column_of_a_cohort_is_asked_about_once_at_a_time_and_ever_more_rarely(course: Course) -> None:
    where, people = course.enrol()
    course.gateway.gone = {COLUMN}
    course.hand_in(where, people)
    while course.work():
        pass
    assert len(course.gateway.asked) == POLICY.refusals_before_rest
    assert {(row.state, row.reason) for row in course.rows()} == {("waiting", "not-found")}
    assert course.until(DAY) <= 10
    assert course.until(29 * DAY) <= 2 * 29


def test_when_the_column_is_back_the_whole_cohort_gets_its_grades(course: Course) -> None:
    where, people = course.enrol()
    course.gateway.closed = True
    course.hand_in(where, people)
    course.until(3 * DAY)
    course.gateway.closed = False
    course.until(POLICY.longest_refusal_pause + HOUR)
    assert course.sent() == [5] * COHORT


def test_one_grade_that_gets_through_brings_all_others_along(course: Course) -> None:
    where, people = course.enrol()
    course.gateway.closed = True
    course.hand_in(where, people)
    course.until(5 * DAY)
    course.gateway.closed = False
    course.launch(where, "u30")
    while course.work():
        pass
    assert course.sent() == [5] * COHORT


def test_nobody_waits_for_ever_behind_people_who_left(course: Course) -> None:
    """Those who are refused ask again after those who only waited for them."""
    where, people = course.enrol(12)
    course.gateway.closed = True
    course.hand_in(where, people)
    course.until(HOUR)
    course.gateway.closed = False
    course.gateway.left = {person.subject for person in people[:6]}
    course.until(2 * DAY)
    assert {user for _, user in course.gateway.book} == {person.subject for person in people[6:]}


def test_people_who_left_hold_up_nobody_whose_column_works(course: Course) -> None:
    where, people = course.enrol(20)
    course.gateway.left = {"u3", "u9", "u15"}
    course.hand_in(where, people)
    while course.work():
        pass
    assert len(course.gateway.book) == 17
    assert len(course.gateway.asked) == 20


def test_a_new_grade_is_tried_even_while_its_column_rests(course: Course) -> None:
    where, people = course.enrol(5)
    course.gateway.closed = True
    course.hand_in(where, people)
    course.until(HOUR)
    course.gateway.closed = False
    course.put(9, where, people[4])
    course.work()
    assert course.gateway.book[COLUMN, "u4"].given == 9


def test_a_column_that_the_next_launch_names_gets_all_grades(course: Course) -> None:
    """The activity was deleted and made anew, or moved: whoever opens it first brings the news."""
    where, people = course.enrol(FEW)
    course.gateway.gone = {COLUMN}
    course.hand_in(where, people)
    course.until(70 * DAY)
    assert course.states() == {"stopped"}
    course.launch(where, "u3", ELSEWHERE)
    while course.work():
        pass
    assert {column for column, _ in course.gateway.book} == {ELSEWHERE}
    assert len(course.gateway.book) == FEW


def loose(course: Course, *, ours: bool) -> tuple[Placement, User]:
    """A placement with a column that may be looked for, found by us or declared."""
    _, who = learner(course)
    with course.sessions.begin() as session:
        row = session.get_one(Platform, who.platform_id)
        column = LineItemRow(platform_id=row.id, url=f"{LIST}/old", ours=ours)
        session.add(column)
        session.flush()
        scopes = ["lineitem", "score"]
        other = context(session, row, "anderer Kurs")
        return placement(session, other, line_item_id=column.id, line_items_url=LIST, grade_scopes=scopes), who


def test_a_column_that_was_made_anew_in_the_platform_is_found(course: Course) -> None:
    where, who = loose(course, ours=False)
    course.gateway.gone = {f"{LIST}/old"}
    again = LineItem(url=f"{LIST}/new", resource_id=where.activity, tag="staffel")
    course.gateway.columns = [again]
    course.put(5, where, who)
    course.until(MINUTE)
    assert set(course.gateway.book) == {(f"{LIST}/new", "7")}
    assert course.gateway.made == []


@pytest.mark.parametrize("ours", [True, False])
def test_a_deleted_column_is_made_again_only_if_it_was_ours_and_somebody_asks(course: Course, ours: bool) -> None:
    """Whoever deleted it may have meant to; one that the platform declared would come twice."""
    where, who = loose(course, ours=ours)
    course.gateway.gone = {f"{LIST}/old"}
    course.put(5, where, who)
    course.until(3 * DAY)
    assert course.gateway.made == []
    with course.sessions.begin() as session:
        outbox.requeue(session, [course.row().id], course.clock.now)
    course.work()
    assert len(course.gateway.made) == ours
    assert bool(course.gateway.book) is ours


def test_sending_one_again_sends_all_that_waited_for_the_same_column(course: Course) -> None:
    where, people = course.enrol(FEW)
    course.gateway.closed = True
    course.hand_in(where, people)
    course.until(70 * DAY)
    assert course.states() == {"stopped"}
    course.gateway.closed = False
    with course.sessions.begin() as session:
        outbox.requeue(session, [course.rows()[4].id], course.clock.now)
    while course.work():
        pass
    assert course.sent() == [5] * FEW


def test_a_platform_that_was_down_for_weeks_gets_what_had_been_given_up(course: Course) -> None:
    where, people = course.enrol(3)
    course.hand_in(where, people)
    course.gateway.faults = [DOWN] * 100_000
    course.until(20 * DAY)
    assert {(row.state, row.reason) for row in course.rows()} == {("stopped", refusals.GAVE_UP)}
    course.gateway.faults = []
    course.launch(where, "u1")
    while course.work():
        pass
    assert course.sent() == [5] * 3


def test_a_refusal_is_no_failure_of_the_platform(course: Course) -> None:
    where, people = course.enrol()
    course.gateway.closed = True
    course.hand_in(where, people)
    course.until(DAY)
    with course.sessions() as session:
        row = session.get_one(Platform, 1)
        assert (row.failures, row.refusal, row.paused_until) == (0, "", None)


def test_a_column_that_rests_holds_up_no_other(course: Course) -> None:
    where, people = course.enrol(5)
    with course.sessions.begin() as session:
        other = placement(session, context(session, session.get_one(Platform, 1), "zweiter Kurs"))
        column = LineItemRow(platform_id=1, url=ELSEWHERE)
        session.add(column)
        session.flush()
        other.line_item_id = column.id
    course.gateway.gone = {COLUMN}
    course.hand_in(where, people)
    course.put(7, other, people[0])
    while course.work():
        pass
    assert set(course.gateway.book) == {(ELSEWHERE, "7")}


def test_times_of_a_score_grow_over_all_refusals(course: Course) -> None:
    """The platform may have kept one that it answered wrongly."""
    where, people = course.enrol(1)
    course.gateway.closed = True
    course.hand_in(where, people)
    course.work()
    first = course.row().last_timestamp
    course.gateway.closed = False
    course.launch(where, "7")
    course.until(HOUR)
    assert first == NOW
    with course.sessions() as session:
        last = session.get_one(ScoreDelivery, course.row().id).last_timestamp
    assert last is not None
    assert last > NOW


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_launch_does_not_wait_for_whoever_settles_the_score(course: Course) -> None:
    """It may hold the platform's row, for which that one waits: each would wait for the other."""
    where, people = course.enrol(1)
    course.gateway.left = {"7"}
    course.hand_in(where, people)
    course.work()
    with ThreadPoolExecutor(1) as launching, course.sessions.begin() as settling:
        settling.scalars(select(ScoreDelivery).with_for_update()).all()
        course.clock.now += HOUR
        launching.submit(course.launch, where, "7").result(timeout=20)
    course.launch(where, "7")
    assert course.row().due_at == course.clock.now
