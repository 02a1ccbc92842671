"""A page that was drawn for somebody else is the page that would have been drawn, and holds nothing of anybody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import g

from content.exercises import Exercise
from content.exercises.base import Sample
from lti_tool.gateway import Role
from lti_tool.launch_token import CurrentLaunch
from lti_tool.presenting import order_of
from lti_tool.stencils import Stencils
from lti_tool.views.progress import Progress
from lti_tool.views.sheet import Own, Sheet, draw
from tests.lti_tool.factories import curriculum
from tests.lti_tool.web.classroom import Seat, seat
from tests.lti_tool.web.world import World

HOLES = {"token": "tok-1.a_b", "attempt": "4711", "revision": "815", "writer": "w42", "clock": "10:42"}
CASES = [(exercise, sample) for exercise in curriculum().exercises.values() for sample in exercise.samples()]


@pytest.fixture
def course(world: World) -> World:
    seat(world)
    return world


@pytest.fixture
def request_of_a_learner(world: World) -> Iterator[None]:
    with world.app.test_request_context():
        g.launch = CurrentLaunch(
            id="x",
            platform=1,
            deployment="1",
            context=1,
            placement=1,
            user=1,
            roles=frozenset({Role.LEARNER}),
            language="de",
            message="LtiResourceLinkRequest",
            frames=(),
            issued_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        )
        yield


@pytest.mark.usefixtures("request_of_a_learner")
@pytest.mark.parametrize("state", ["open", "graded"])
def test_filling_is_the_same_as_drawing(state: str) -> None:
    stencils = Stencils()
    for exercise, sample in CASES:
        sheet = sheet_of(exercise, sample, state)
        others = {name: f"other-{name}" for name in HOLES}
        before = stencils.page(sheet, others, draw)
        page = stencils.page(sheet, HOLES, draw)
        assert page == draw(sheet, HOLES, Own()), (exercise.id, sample.name)
        assert "other-" in before
        assert "other-" not in page


def sheet_of(exercise: Exercise, sample: Sample, state: str) -> Sheet:
    return Sheet(
        platform=1,
        language="de",
        activity=f"exercise:{exercise.id}",
        teaches=False,
        picked=False,
        return_url="https://lms.example.de/course",
        state=state,
        order=order_of(exercise, 3),
        response=tuple(sample.response.items()),
        answered=True,
        progress=Progress(best="Bestes", score="Unterwegs"),
    )


def test_two_people_get_pages_of_their_own(course: World) -> None:
    anna, ben = Seat(course, "anna", "wahl"), Seat(course, "ben", "wahl")
    tokens = {person.page.token for person in (anna, ben)}
    assert len(tokens) == 2
    for one, other in ((anna, ben), (ben, anna)):
        assert one.page.token in one.page.text
        assert other.page.token not in one.page.text
    numbers = [form.fields["attempt"] for who in (anna, ben) for form in who.page.forms if "attempt" in form.fields]
    assert len(set(numbers)) == 2


def test_what_one_person_typed_or_chose_is_on_no_other_page(course: World) -> None:
    Seat(course, "anna", "wahl").choose("verdunsten")
    ben = Seat(course, "ben", "wahl")
    assert "checked" not in ben.page.text
    assert "Richtig" not in ben.text
    tara = Seat(course, "tara", "wahl")
    assert "data-open" in tara.page.text
    assert "tool-bar" in tara.page.text
    assert "tool-bar" not in Seat(course, "ben", "wahl").page.text


def test_typed_texts_are_not_kept_in_the_memory_of_the_process(course: World) -> None:
    anna = Seat(course, "anna", "text")
    known = len(course.tool.stencils)
    anna.press("/exercise/submit", "/exercise/keep", {"RESPONSE": "Ein Text, der nur Anna gehört."})
    assert "Ein Text, der nur Anna gehört." in anna.open().text
    assert len(course.tool.stencils) == known
