"""Nobody gets at another's work by a number: other learners, trainers of other courses and of other platforms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from lti_tool.models import (
    Answer,
    Attempt,
    Context,
    Deployment,
    Placement,
    Platform,
    ScoreDelivery,
    TextBlock,
    Upload,
    User,
)
from tests.lti_tool.web.classroom import Seat, form, post, seat
from tests.lti_tool.web.world import World, register
from tests.lti_tool.web.world import world as running_world

WRITTEN = "Ein Geheimnis vom Bahnhof."
REFUSED = (400, 403, 404, 409, 422)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, signing_keys: Path) -> Iterator[World]:
    """One for all: nobody must be able to change it."""
    with running_world(tmp_path_factory.mktemp("course"), signing_keys) as made:
        furnish(made)
        yield made


def furnish(world: World) -> None:
    """Anna has a test open and has handed in a text with a file; its score waits."""
    seat(world)
    Seat(world, "anna", "test").send("/test/start")
    anna = Seat(world, "anna", "text")
    number = anna.page.text.partition('data-attempt="')[2].partition('"')[0]
    hand_in_a_file(anna, number)
    anna.open()
    anna.write(WRITTEN)


def hand_in_a_file(anna: Seat, attempt: str) -> None:
    known = form(anna.page, "/exercise/upload")
    answer = anna.browser.session.post(
        known.action,
        data=known.fields,
        files={"file": ("geheim.txt", WRITTEN.encode())},
        headers={"Sec-Fetch-Site": "same-origin"},
        timeout=20,
    )
    assert (answer.status_code, known.fields["attempt"]) == (200, attempt)


def numbers(world: World) -> dict[str, int]:
    """Keys of Anna's rows, of her test first."""
    with world.database() as session:
        anna = session.scalars(select(User).where(User.subject == "anna")).one()
        mine = session.scalars(select(Attempt).where(Attempt.user_id == anna.id).order_by(Attempt.id)).all()
        answer = session.scalars(select(Answer).where(Answer.attempt_id == mine[1].id)).one()
        return {
            "test": mine[0].id,
            "text": mine[1].id,
            "upload": session.scalars(select(Upload.id)).one(),
            "placement": mine[1].placement_id,
            "answer": answer.id,
        }


def state(world: World) -> list[tuple[object, ...]]:
    """Everything of Anna's that somebody could change."""
    with world.database() as session:
        rows = session.scalars(select(Attempt).join(User).where(User.subject == "anna").order_by(Attempt.id)).all()
        return [
            (row.state, row.points, row.comment, row.solution_seen, [(a.response, a.comment) for a in row.answers])
            for row in rows
        ]


@pytest.mark.parametrize("whose", ["test", "text"])
@pytest.mark.parametrize("link", ["test", "text"])
@pytest.mark.parametrize(
    "path",
    [
        "/test/step",
        "/test/overview",
        "/test/submit",
        "/test/result",
        "/exercise/save",
        "/exercise/keep",
        "/exercise/submit",
        "/exercise/solution",
        "/exercise/upload",
        "/exercise/upload/remove",
        "/exercise/download",
        "/read/attempt",
        "/read/decide",
        "/read/block",
        "/teach",
        "/teach/resend",
        "/teach/items",
        "/teach/export/csv",
        "/teach/roster",
    ],
)
def test_another_learner_reads_and_changes_nothing(course: World, path: str, link: str, whose: str) -> None:
    found, before = numbers(course), state(course)
    ben = Seat(course, "ben", link)
    fields: dict[str, str | int] = {
        "attempt": found[whose],
        "upload": found["upload"],
        "placement": found["placement"],
        "delivery": 1,
        "exercise": "m1u2-arbeitsblatt" if link == "text" else "m1p-begriff",
        "revision": 99,
        "step": 0,
        "number": 1,
        "RESPONSE": "Überschrieben.",
        "action": "return",
        "confirmed": "yes",
    }
    answer = post(course, path, ben.page.token, **fields)
    assert answer.status_code in REFUSED or (path, answer.status_code) == ("/exercise/upload/remove", 200)
    assert WRITTEN not in answer.text
    assert "geheim" not in answer.text
    assert state(course) == before
    assert numbers(course) == found


@pytest.mark.parametrize("path", ["keep", "submit", "again", "solution"])
def test_the_addresses_of_an_exercise_open_no_test(course: World, path: str) -> None:
    anna, before = Seat(course, "anna", "test"), state(course)
    fields: dict[str, str | int] = {
        "attempt": numbers(course)["test"],
        "exercise": "m1p-begriff",
        "revision": 1,
        "RESPONSE": "deckel",
    }
    assert post(course, f"/exercise/{path}", anna.page.token, **fields).status_code == 404
    assert state(course) == before


@pytest.mark.parametrize("path", ["start", "step", "overview", "submit", "result"])
def test_the_addresses_of_a_test_open_no_exercise(course: World, path: str) -> None:
    anna, before = Seat(course, "anna", "text"), state(course)
    fields: dict[str, str | int] = {
        "attempt": numbers(course)["text"],
        "exercise": "m1u2-arbeitsblatt",
        "number": 9,
        "step": 0,
    }
    assert post(course, f"/test/{path}", anna.page.token, **fields, revision=9, go="check").status_code == 404
    assert state(course) == before


@pytest.fixture
def elsewhere(course: World) -> Iterator[str]:
    """The token of somebody who teaches in another course of the same platform."""
    home, course.lms.context = course.lms.context, {"id": "anderer", "title": "Anderer Kurs"}
    yield Seat(course, "tara", "text").page.token
    course.lms.context = home


@pytest.mark.parametrize(
    "path",
    [
        "/read/attempt",
        "/read/decide",
        "/read/block",
        "/read",
        "/teach",
        "/teach/resend",
        "/teach/items",
        "/teach/export/csv",
        "/teach/export/ods",
        "/exercise/download",
    ],
)
def test_who_teaches_in_another_course_reads_and_changes_nothing(course: World, elsewhere: str, path: str) -> None:
    found, before = numbers(course), state(course)
    with course.tool.sessions.begin() as session:
        waiting = session.scalars(select(ScoreDelivery).where(ScoreDelivery.placement_id == found["placement"])).one()
        block = TextBlock(context_pk=session.get_one(Placement, found["placement"]).context_pk, text=WRITTEN)
        session.add(block)
        session.flush()
        fields: dict[str, str | int] = {
            "attempt": found["text"],
            "upload": found["upload"],
            "placement": found["placement"],
            "delivery": waiting.id,
            "action": "return",
            "insert": f"m1u2-arbeitsblatt {block.id}",
            "remove_block": block.id,
        }
    answer = post(course, path, elsewhere, **fields)
    assert answer.status_code == 404
    assert WRITTEN not in answer.text
    assert state(course) == before
    with course.database() as session:
        assert session.get_one(TextBlock, int(fields["remove_block"])).text == WRITTEN
        assert session.scalars(select(ScoreDelivery.revision)).one() == 1


def test_the_same_subject_of_another_platform_is_another_person(world: World) -> None:
    course = world
    furnish(course)
    with course.tool.sessions.begin() as session:
        first = session.get_one(Platform, course.platform)
        first.issuer, first.client_id = "https://first.example", "first"
    register(course, course.lms, "staffel-client", "1")
    anna = Seat(course, "anna", "text")
    assert WRITTEN not in anna.page.text
    with course.database() as session:
        assert len(session.scalars(select(User).where(User.subject == "anna")).all()) == 2
        assert len(session.scalars(select(Context)).all()) == 2
    token, found = Seat(course, "tara", "text").page.token, numbers_of_all(course)
    for attempt in found:
        answer = post(course, "/read/attempt", token, attempt=attempt)
        assert WRITTEN not in answer.text


def test_a_course_of_the_same_id_in_another_deployment_is_another_course(world: World) -> None:
    """A platform may serve several schools under one client id, each a deployment with ids of its own."""
    furnish(world)
    with world.tool.sessions.begin() as session:
        session.add(Deployment(platform_id=world.platform, deployment_id="2"))
    assert world.lms.tool is not None
    world.lms.tool = replace(world.lms.tool, deployment_id="2")
    tara = Seat(world, "tara", "text")
    tara.send("/teach")
    assert "Aktivität text 0 0" in tara.text
    for attempt in numbers_of_all(world):
        assert post(world, "/read/attempt", tara.page.token, attempt=attempt).status_code == 404
    assert WRITTEN not in Seat(world, "anna", "text").page.text


def test_a_course_from_before_deployments_were_told_apart_belongs_to_the_next_that_launches(world: World) -> None:
    furnish(world)
    with world.tool.sessions.begin() as session:
        session.scalars(select(Context)).one().deployment = ""
    assert WRITTEN in Seat(world, "anna", "text").page.text
    with world.database() as session:
        assert session.scalars(select(Context.deployment)).one() == "1"


def numbers_of_all(world: World) -> list[int]:
    with world.database() as session:
        return list(session.scalars(select(Attempt.id)))


def test_two_tools_with_different_secrets_do_not_take_each_others_tokens(
    world: World, tmp_path: Path, signing_keys: Path
) -> None:
    seat(world)
    token = Seat(world, "tara", "text").page.token
    folder = tmp_path / "other"
    folder.mkdir()
    with running_world(folder, signing_keys, secret_key=SecretStr("another secret that is long enough, too")) as other:
        assert post(other, "/teach", token).status_code == 401
