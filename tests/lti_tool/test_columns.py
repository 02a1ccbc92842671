"""Columns of the gradebook: declared ones are used, ours are found before one is made, twins are impossible."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import columns
from lti_tool.gateway import LineItem, PlatformRefused, PlatformUnavailable
from lti_tool.models import Placement
from tests.lti_tool.factories import CHOICE, NOW, context, placement, platform
from tests.lti_tool.fakes import DOWN, FakeGateway

LIST = "https://lms.example.de/lineitems"
ALL = frozenset({"lineitem", "score"})
OURS = LineItem(url=f"{LIST}/9", resource_id=CHOICE, tag="staffel", resource_link_id=f"link-{CHOICE}")


def place(sessions: sessionmaker[Session], scopes: frozenset[str] = ALL, **over: object) -> Placement:
    with sessions.begin() as session:
        course = context(session, platform(session, **over))
        return placement(session, course, line_items_url=LIST, grade_scopes=sorted(scopes))


def test_our_column_is_found_before_one_is_made(sessions: sessionmaker[Session]) -> None:
    row = place(sessions)
    gateway = FakeGateway(columns=[replace(OURS, url=f"{LIST}/8", tag="other"), OURS])
    assert columns.resolve(sessions, gateway, row.id, NOW) == f"{LIST}/9"
    assert gateway.made == []
    with sessions() as session:
        assert session.get_one(Placement, row.id).line_item_id is not None


def test_a_column_of_another_link_is_not_taken(sessions: sessionmaker[Session]) -> None:
    row = place(sessions)
    gateway = FakeGateway(columns=[replace(OURS, resource_link_id="elsewhere")])
    columns.resolve(sessions, gateway, row.id, NOW)
    (made,) = gateway.made
    assert (made.resource_id, made.tag, made.resource_link_id) == (CHOICE, "staffel", f"link-{CHOICE}")
    assert (made.label, made.maximum) == ("Aufgabe", 100)


def test_a_second_delivery_uses_the_column_that_the_first_one_made(sessions: sessionmaker[Session]) -> None:
    row = place(sessions)
    gateway = FakeGateway()
    first = columns.resolve(sessions, gateway, row.id, NOW)
    assert columns.resolve(sessions, gateway, row.id, NOW) == first
    assert len(gateway.made) == 1


def test_two_workers_never_make_twins(sessions: sessionmaker[Session]) -> None:
    row = place(sessions)

    class Slow(FakeGateway):
        def create_line_item(self, platform: int, line_items: str, item: LineItem) -> LineItem:
            with pytest.raises(PlatformUnavailable, match="column-busy"):
                columns.resolve(sessions, FakeGateway(), row.id, NOW)
            return super().create_line_item(platform, line_items, item)

    gateway = Slow()
    columns.resolve(sessions, gateway, row.id, NOW)
    assert len(gateway.made) == 1


def test_after_a_failure_the_next_worker_may_try_at_once(sessions: sessionmaker[Session]) -> None:
    row = place(sessions)
    gateway = FakeGateway(faults=[DOWN])
    with pytest.raises(PlatformUnavailable, match="timeout"):
        columns.resolve(sessions, gateway, row.id, NOW)
    assert columns.resolve(sessions, gateway, row.id, NOW)


def test_a_column_whose_making_was_not_noted_is_found(sessions: sessionmaker[Session]) -> None:
    row = place(sessions)
    gateway = FakeGateway()
    made = columns.resolve(sessions, gateway, row.id, NOW)
    with sessions.begin() as session:  # as if the worker had been killed between the two
        session.get_one(Placement, row.id).line_item_id = None
    assert columns.resolve(sessions, gateway, row.id, NOW) == made
    assert len(gateway.made) == 1


def test_nothing_is_made_without_the_scope(sessions: sessionmaker[Session]) -> None:
    row = place(sessions, frozenset({"lineitem.readonly", "score"}))
    gateway = FakeGateway()
    with pytest.raises(PlatformRefused, match="no-column"):
        columns.resolve(sessions, gateway, row.id, NOW)
    assert gateway.made == []


def test_nothing_is_made_where_the_platform_cannot(sessions: sessionmaker[Session]) -> None:
    row = place(sessions, family="ilias", version="9.14")
    gateway = FakeGateway(columns=[])
    with pytest.raises(PlatformRefused, match="no-column"):
        columns.resolve(sessions, gateway, row.id, NOW)
    assert gateway.made == []
