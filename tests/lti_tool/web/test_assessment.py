"""A learner takes a test by forms alone: draw, steps, overview, result, attempts."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from lti_tool import seen
from lti_tool.launches import Link
from lti_tool.models import Attempt, Placement, User
from lti_tool.seen import SeenAttempt
from lti_tool.views import progress
from lti_tool.views.working import Work
from tests.lti_tool.web.classroom import Seat, deliver, form, seat
from tests.lti_tool.web.world import SAMPLE, World
from tests.lti_tool.web.world import world as running_world

RIGHT: dict[str, dict[str, str | list[str]]] = {
    "m1p-begriff": {"RESPONSE": "deckel"},
    "m1p-weg": {"RESPONSE": ["a", "b"]},
    "m1p-menge": {"RESPONSE": "1.000"},
    "m1p-ziel": {"RESPONSE": "karte"},
    "m1p-aussage": {"RESPONSE": "true"},
}

LEFT = {
    1: "Sie haben noch 2 von 3 Versuchen; der beste zählt.",
    2: "Sie haben noch einen von 3 Versuchen; der beste zählt.",
    3: "Alle 3 Versuche sind genutzt; der beste zählt.",
}
"""What is said after so many attempts."""

CASE = """
- id: m1p-lage
  type: decision-path
  title: Der Keller
  prompt: Ein Keller läuft voll. Was tun Sie?
  steps:
    - id: anruf
      text: Das Telefon klingelt.
      options:
        - {id: fragen, text: Nachfragen, credit: 1, next: antwort}
        - {id: auflegen, text: Auflegen}
    - id: antwort
      text: Das Wasser steigt.
      options:
        - {id: pumpen, text: Pumpen schicken, credit: 1}
        - {id: warten, text: Abwarten}
"""


@pytest.fixture
def anna(world: World) -> Seat:
    seat(world)
    return Seat(world, "anna", "test")


def step(anna: Seat, answer: dict[str, str | list[str]], go: str = "next") -> None:
    anna.send("/test/step", {**answer, "go": go})


def exercise(anna: Seat) -> str:
    return form(anna.page, "/test/step").fields["exercise"]


def take(anna: Seat, wrong: int = 0) -> None:
    """From the start page to the overview; the first `wrong` exercises stay open."""
    anna.send("/test/start")
    for number in range(4):
        step(anna, {} if number < wrong else RIGHT[exercise(anna)])


def test_a_test_says_its_rules_and_is_taken_step_by_step(anna: Seat) -> None:
    assert "Sie haben 3 Versuche; der beste zählt." in anna.text
    assert "Bestanden ab 60 %" in anna.text
    take(anna)
    assert "Alle Aufgaben sind beantwortet." in anna.text
    anna.send("/test/submit")
    assert "Bestanden." in anna.text
    assert re.search(r"\d von \d Punkten \(100 %\)", anna.text)
    assert anna.page.text.count('data-outcome="correct"') == 4
    deliver(anna.world)
    assert anna.world.lms.grade("test", "anna") == 100


def test_open_exercises_are_named_and_count_nothing(anna: Seat) -> None:
    take(anna, wrong=2)
    assert "2 Aufgaben sind noch offen." in anna.text
    anna.send("/test/submit")
    assert "Zum Bestehen fehlen noch Punkte: Nötig sind 60 %." in anna.text or "Bestanden." in anna.text
    with anna.world.database() as session:
        assert session.scalars(select(Attempt.points)).one() == 2


def test_an_exercise_that_is_only_begun_is_told_apart(tmp_path: Path, signing_keys: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(SAMPLE, source)
    module = source / "m1-wasser" / "module.yaml"
    entries = module.read_text("utf-8").replace("m1p-menge]", "m1p-menge, m1p-ziel, m1p-aussage]")
    module.write_text(entries.replace("[m1p-ziel, m1p-aussage]", "[m1p-lage]"), "utf-8")
    with (source / "m1-wasser" / "exercises" / "pool.yaml").open("a", encoding="utf-8") as pool:
        pool.write(CASE)
    with running_world(tmp_path, signing_keys, curriculum=source) as world:
        seat(world)
        anna = Seat(world, "anna", "test")
        anna.send("/test/start")
        for _ in range(3):
            step(anna, RIGHT.get(exercise(anna), {"anruf": "fragen"}))
        assert "Eine Aufgabe ist nicht zu Ende bearbeitet." in anna.text
        assert anna.text.count("angefangen") == 1
        anna.open()
        assert exercise(anna) == "m1p-lage"  # it goes on with what is not finished
        step(anna, {"anruf": "fragen", "antwort": "pumpen"})
        assert "Alle Aufgaben sind beantwortet." in anna.text


def test_a_test_goes_on_where_it_was_left(anna: Seat) -> None:
    anna.send("/test/start")
    first = exercise(anna)
    step(anna, RIGHT[first])
    second = exercise(anna)
    anna.open()
    assert exercise(anna) == second
    step(anna, {}, "back")
    assert exercise(anna) == first
    assert "checked" in anna.page.text or "1.000" in anna.page.text


def test_attempts_end(anna: Seat) -> None:
    for attempt in (1, 2, 3):
        take(anna, wrong=4)
        anna.send("/test/submit")
        assert ("exercise-solution" in anna.page.text) is (attempt == 3)  # nothing depends on it any more
        assert LEFT[attempt] in anna.text
        anna.open()
        assert LEFT[attempt] in anna.text
    assert not [known for known in anna.page.forms if known.action.endswith("/test/start")]


@pytest.mark.parametrize(
    ("count", "used", "german", "english"),
    [
        (0, 0, "Sie können den Test beliebig oft machen", "as often as you like"),
        (0, 7, "Sie können den Test beliebig oft machen", "as often as you like"),
        (1, 0, "Sie haben einen Versuch.", "You have one attempt."),
        (1, 1, "Der eine Versuch ist genutzt.", "The only attempt has been used."),
        (4, 1, "Sie haben noch 3 von 4 Versuchen", "You have 3 of 4 attempts left"),
        (4, 5, "Alle 4 Versuche sind genutzt", "All 4 attempts have been used"),  # the curriculum allowed more once
    ],
)
def test_how_many_attempts_are_left_is_said_in_both_languages(
    anna: Seat, count: int, used: int, german: str, english: str
) -> None:
    tool = anna.world.tool
    (attempt,) = [*made_by(anna)]
    launch = tool.tokens.read(anna.page.token, tool.clock())
    activity = replace(tool.activity("assessment:m1-abschluss"), attempts=count)
    work = Work(launch=launch, placement=Link(1, "", False), activity=activity, attempts=[attempt] * used)
    for language, expected in (("de", german), ("en", english)):
        with anna.world.app.test_request_context(headers={"Accept-Language": language}):
            assert expected in progress.chances(work)


def made_by(anna: Seat) -> list[SeenAttempt]:
    """The attempt that she begins."""
    anna.send("/test/start")
    with anna.world.database() as session:
        placement = session.scalars(select(Placement.id).where(Placement.activity == "assessment:m1-abschluss")).one()
        user = session.scalars(select(User.id).where(User.subject == "anna")).one()
    return seen.attempts(anna.world.tool.engine, user, placement, uploads=False)


def test_starting_twice_starts_once(anna: Seat) -> None:
    page = anna.page
    for _ in range(2):
        anna.page = page
        anna.send("/test/start")
    with anna.world.database() as session:
        assert len(session.scalars(select(Attempt)).all()) == 1


def test_after_handing_in_no_step_gets_through(anna: Seat) -> None:
    anna.send("/test/start")
    late = form(anna.page, "/test/step")
    for _ in range(4):
        step(anna, {})
    anna.send("/test/submit")
    page = anna.browser.send(late, own=True, go="next", **RIGHT[late.fields["exercise"]])
    assert page.status == 200
    with anna.world.database() as session:
        assert session.scalars(select(Attempt.points)).one() == 0


def test_the_best_of_several_attempts_is_in_the_gradebook(anna: Seat) -> None:
    for wrong in (0, 4):
        take(anna, wrong)
        anna.send("/test/submit")
        deliver(anna.world)
        anna.open()
    assert anna.world.lms.grade("test", "anna") == 100
    assert "Bestes Ergebnis bisher: 100 %" in anna.text


def test_hints_are_no_part_of_a_test(anna: Seat) -> None:
    anna.send("/test/start")
    assert "exercise-hints" not in anna.page.text


def test_a_link_that_shows_something_else_now_keeps_no_old_attempt_open(anna: Seat) -> None:
    anna.send("/test/start")
    with anna.world.tool.sessions.begin() as session:
        session.execute(update(Placement).values(activity="exercise:gone"))
    assert anna.browser.send(form(anna.page, "/test/step"), own=True, go="next").status == 404
