"""Launches that bring nothing new only read, and whoever only reads waits for no writer."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import launches
from lti_tool.db import forgettable, make_engine, reads_only
from lti_tool.gateway import GradeService, Launch, Role
from lti_tool.models import Context, Placement, Platform, User
from tests.lti_tool import factories
from tests.lti_tool.factories import NOW

COLUMN = "https://lms.example.de/lineitem"
LAUNCH = Launch(
    platform=1,
    deployment="1",
    message="LtiResourceLinkRequest",
    subject="7",
    roles=frozenset({Role.LEARNER}),
    target_link_uri="https://lernen.example.de/lti/launch",
    context_id="kurs",
    context_title="Kurs 1",
    resource_link_id="link",
    resource_link_title="Aufgabe",
    product_family="moodle",
    product_version="2024100700",
    grades=GradeService(line_item=f"{COLUMN}/1", scopes=frozenset({"score"})),
)


def recall(engine: Engine, launch: Launch) -> launches.Recorded | None:
    return launches.recall(engine, launch, factories.CHOICE, NOW, store_names=False)


@pytest.fixture
def known(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    with sessions.begin() as session:
        factories.platform(session)
        launches.record(session, LAUNCH, factories.CHOICE, NOW, store_names=False)
    return sessions


def test_the_same_launch_again_finds_its_rows_without_writing(known: sessionmaker[Session], engine: Engine) -> None:
    with known.begin() as writer:  # on SQLite nobody else could write meanwhile
        writer.scalars(select(Platform)).one().failures = 1
        writer.flush()
        found = recall(engine, LAUNCH)
    assert found
    with known() as session:
        assert session.get_one(User, found.user).subject == "7"
        assert session.get_one(Context, found.context).context_id == "kurs"
    assert found.link
    assert (found.link.activity, found.link.chosen) == (factories.CHOICE, False)


@pytest.mark.parametrize(
    "other",
    [
        replace(LAUNCH, subject="8"),
        replace(LAUNCH, context_id="other"),
        replace(LAUNCH, deployment="2"),
        replace(LAUNCH, resource_link_id="other"),
        replace(LAUNCH, context_title="Kurs 2"),
        replace(LAUNCH, resource_link_title="Andere Aufgabe"),
        replace(LAUNCH, product_version="2025041400"),
        replace(LAUNCH, grades=None),
        replace(LAUNCH, grades=GradeService(line_item="https://lms.example.de/lineitem/2")),
    ],
)
def test_a_launch_that_brings_something_new_is_left_to_record(
    known: sessionmaker[Session], engine: Engine, other: Launch
) -> None:
    with known() as session:
        assert recall(engine, other) is None
        assert session.scalar(select(func.count()).select_from(User)) == 1
        assert session.scalars(select(Platform.version)).one() == "2024100700"
        recorded = launches.record(session, other, factories.CHOICE, NOW, store_names=False)
        session.commit()
        assert recall(engine, other) == recorded
        assert session.get_one(User, recorded.user).subject == other.subject


@pytest.mark.parametrize(
    ("family", "link", "places"), [("ilias", "p17", 2), ("ilias", "42", 1), ("moodle", "p17", 1), ("", "p17", 1)]
)
def test_objects_of_ilias_with_one_identifier_are_told_apart_by_their_columns(
    sessions: sessionmaker[Session], engine: Engine, family: str, link: str, places: int
) -> None:
    first, second = (
        replace(
            LAUNCH, product_family=family, resource_link_id=link, grades=GradeService(line_item=f"{COLUMN}/{number}")
        )
        for number in (1, 2)
    )
    with sessions() as session:
        factories.platform(session)
        for launch in (first, second, first):
            launches.record(session, launch, factories.CHOICE, NOW, store_names=False)
            session.commit()
        assert session.scalar(select(func.count()).select_from(Placement)) == places
    assert recall(engine, first)


def test_another_activity_or_a_day_without_a_launch_is_news(known: sessionmaker[Session], engine: Engine) -> None:
    assert launches.recall(engine, LAUNCH, factories.ESSAY, NOW, store_names=False) is None
    assert launches.recall(engine, LAUNCH, "", NOW, store_names=False)
    assert launches.recall(engine, LAUNCH, "", NOW + dt.timedelta(days=1), store_names=False) is None
    assert launches.recall(engine, replace(LAUNCH, name="Anna"), "", NOW, store_names=True) is None


def test_a_registration_that_is_gone_is_left_to_record(known: sessionmaker[Session], engine: Engine) -> None:
    assert recall(engine, replace(LAUNCH, platform=99)) is None


def test_whoever_reads_does_not_wait_for_a_writer(sessions: sessionmaker[Session], engine: Engine) -> None:
    with sessions.begin() as session:
        factories.platform(session)
    read: list[str] = []

    def reader() -> None:
        with sessions() as session:
            reads_only(session)
            read.append(session.scalars(select(Platform.name)).one())

    with sessions.begin() as writer:
        writer.scalars(select(Platform)).one().name = "Neuer Name"
        writer.flush()
        thread = threading.Thread(target=reader)
        thread.start()
        thread.join(5)
        assert read == ["Moodle der Stadt"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_postgresql_forgets_only_what_it_may_and_only_in_that_transaction(engine: Engine) -> None:
    levels = []
    with engine.connect() as connection:
        connection.exec_driver_sql("SET synchronous_commit TO on")
        connection.commit()
        for options in ({}, {"server": False}, None):
            with Session(connection) as session:
                if options is not None:
                    forgettable(session, **options)
                levels.append(session.scalar(text("SHOW synchronous_commit")))
                session.commit()
        connection.exec_driver_sql("RESET synchronous_commit")
    assert levels == ["off", "on", "on"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_only_what_may_be_forgotten_is_not_waited_for_on_the_disk(engine: Engine) -> None:
    """SQLite only: PostgreSQL decides by its own configuration."""
    engine = make_engine(str(engine.url))  # one connection after the other
    levels = {}
    for name, begin in (("before", None), ("forgettable", forgettable), ("after", None)):
        with Session(engine) as session:
            if begin:
                begin(session)
            levels[name] = session.connection().exec_driver_sql("PRAGMA synchronous").scalar()
    engine.dispose()
    assert levels == {"before": 2, "forgettable": 1, "after": 2}  # FULL, NORMAL, FULL
