"""The platform has switched the tool off, or knows its client no more: scores wait, people read why, none is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from lti_tool.models import Platform, ScoreDelivery
from lti_tool.sandbox import Fault
from tests.lti_tool.web.classroom import Seat, deliver, seat
from tests.lti_tool.web.world import World

MINUTE = dt.timedelta(minutes=1)
OFF = Fault(status=401, body=b'{"error":"invalid_client"}')


@pytest.fixture
def refused(world: World) -> World:
    """Anna's and Ben's scores wait, because the platform gives no token."""
    seat(world)
    world.lms.faults["token"] = OFF
    for person in ("anna", "ben"):
        Seat(world, person, "wahl").choose("versickern")
    deliver(world)
    return world


def grades(world: World) -> list[float | None]:
    return [world.lms.grade("wahl", person) for person in ("anna", "ben")]


def states(world: World) -> list[str]:
    with world.database() as session:
        return sorted(session.scalars(select(ScoreDelivery.state)))


def test_trainers_read_why_and_when_and_may_send_at_once(refused: World) -> None:
    tara = Seat(refused, "tara", "wahl")
    tara.send("/teach")
    assert "nimmt dieses Werkzeug zurzeit nicht an" in tara.text
    assert "kennt unsere Anmeldung nicht" in tara.text
    assert states(refused) == ["waiting", "waiting"]
    refused.lms.faults.clear()
    deliver(refused)
    assert grades(refused) == [None, None]
    tara.send("/teach/resend")
    deliver(refused)
    assert grades(refused) == [100, 100]
    tara.open()
    tara.send("/teach")
    assert "nimmt dieses Werkzeug zurzeit nicht an" not in tara.text


def test_a_quarter_of_an_hour_later_it_is_tried_again(refused: World) -> None:
    refused.lms.faults.clear()
    deliver(refused, 14 * MINUTE)
    assert grades(refused) == [None, None]
    deliver(refused, 16 * MINUTE)
    assert grades(refused) == [100, 100]


def test_launches_while_it_is_refused_ask_for_no_more_tokens(refused: World) -> None:
    refused.lms.log.clear()
    before = len(refused.lms.grants)
    for _ in range(5):
        Seat(refused, "anna", "wahl")
        deliver(refused)
    assert len(refused.lms.grants) == before
    with refused.database() as session:
        assert session.get_one(Platform, refused.platform).paused_until is not None


def test_a_launch_a_while_later_brings_the_scores_along(refused: World) -> None:
    refused.lms.faults.clear()
    with refused.tool.sessions.begin() as session:  # the last refusal was a while ago
        platform = session.get_one(Platform, refused.platform)
        assert platform.interrupted_at is not None
        platform.interrupted_at -= 6 * MINUTE
    Seat(refused, "ben", "wahl")
    deliver(refused)
    assert grades(refused) == [100, 100]


@pytest.mark.parametrize("command", ["doctor", "platforms activate"])
def test_the_self_test_and_switching_on_bring_them_at_once(refused: World, command: str) -> None:
    refused.lms.faults.clear()
    refused.app.test_cli_runner().invoke(args=[*command.split(), str(refused.platform)])
    deliver(refused)
    assert grades(refused) == [100, 100]


def test_a_registration_that_is_switched_off_while_a_score_is_sent_keeps_it(world: World) -> None:
    seat(world)
    Seat(world, "anna", "wahl").choose("versickern")
    runner = world.app.test_cli_runner()
    runner.invoke(args=["platforms", "deactivate", str(world.platform)])
    deliver(world)
    runner.invoke(args=["platforms", "activate", str(world.platform)])
    deliver(world)
    assert world.lms.grade("wahl", "anna") == 100


def test_a_page_that_says_maintenance_stops_no_score(world: World) -> None:
    seat(world)
    Seat(world, "anna", "wahl").choose("versickern")
    world.lms.faults["scores"] = Fault(status=302, headers={"Location": "https://lms.example/wartung"})
    deliver(world)
    assert states(world) == ["waiting"]
    world.lms.faults.clear()
    deliver(world, MINUTE)
    assert world.lms.grade("wahl", "anna") == 100
