"""A learner works on an exercise by forms alone: nothing is lost, nothing counts twice, feedback follows the rules."""

from __future__ import annotations

import pytest
import requests
from sqlalchemy import select

from lti_tool.models import Attempt, ScoreDelivery
from tests.lti_tool.web.classroom import Seat, deliver, form, post, seat, text_of
from tests.lti_tool.web.test_valid_launches import LTI
from tests.lti_tool.web.world import World

pytestmark = pytest.mark.usefixtures("course")


@pytest.fixture
def course(world: World) -> None:
    seat(world)


def attempts(world: World) -> list[Attempt]:
    with world.database() as session:
        return list(session.scalars(select(Attempt).order_by(Attempt.id)))


def test_a_right_answer_is_told_and_reaches_the_gradebook(world: World) -> None:
    anna = Seat(world, "anna", "wahl")
    anna.choose("versickern")
    assert "Richtig. 1 von 1 Punkt" in anna.text
    assert "Genau: Der Boden speichert." in anna.text
    assert "wird an die Lernplattform übertragen" in anna.text
    deliver(world)
    assert world.lms.grade("wahl", "anna") == 100
    anna.open()
    assert "Ihr Ergebnis ist in der Lernplattform angekommen." in anna.text


def test_a_wrong_answer_is_marked_and_may_be_tried_again(world: World) -> None:
    anna = Seat(world, "anna", "wahl")
    anna.choose("abfliessen")
    assert "Nicht richtig. 0 von 1 Punkt" in anna.text
    assert "Das dauert nur Minuten." in anna.text
    assert anna.page.text.count('class="exercise-mark"') == 1
    assert "Der Boden gibt es langsam ab." not in anna.text
    anna.press("/exercise/submit", "/exercise/again")
    anna.choose("versickern")
    assert "Richtig. 1 von 1 Punkt" in anna.text
    assert [attempt.points for attempt in attempts(world)] == [0, 1]


def test_the_solution_ends_what_counts(world: World) -> None:
    anna = Seat(world, "anna", "wahl")
    anna.choose("verdunsten")
    anna.press("/exercise/submit", "/exercise/solution")
    assert "Lösung Es versickert." in anna.text
    anna.press("/exercise/submit", "/exercise/again")
    anna.choose("versickern")
    assert "Gewertet wird Ihr bestes Ergebnis: 0,5 von 1 Punkt." in anna.text
    deliver(world)
    assert world.lms.grade("wahl", "anna") == 50


def test_an_empty_answer_is_asked_for_and_not_scored(world: World) -> None:
    anna = Seat(world, "anna", "wahl")
    page = anna.send("/exercise/submit")
    assert page.status == 422
    assert "Bitte beantworten Sie zuerst die Aufgabe." in anna.text
    assert [attempt.state for attempt in attempts(world)] == ["open"]


def test_sending_a_form_twice_hands_in_once(world: World) -> None:
    anna = Seat(world, "anna", "wahl")
    sheet = form(anna.page, "/exercise/submit")
    pages = [anna.browser.send(sheet, own=True, RESPONSE="versickern") for _ in range(2)]
    assert [page.status for page in pages] == [200, 200]
    assert [attempt.state for attempt in attempts(world)] == ["graded"]


def test_trying_again_twice_begins_one_attempt(world: World) -> None:
    anna = Seat(world, "anna", "wahl")
    anna.choose("abfliessen")
    result = anna.page
    for _ in range(2):
        anna.page = result
        anna.press("/exercise/submit", "/exercise/again")
    assert [attempt.state for attempt in attempts(world)] == ["graded", "open"]


def test_a_sequence_works_by_selects(world: World) -> None:
    anna = Seat(world, "anna", "ordnen")
    order = ("karte", "plan", "orte", "bau")
    anna.send("/exercise/submit", {f"RESPONSE.{item}": str(place) for place, item in enumerate(order, start=1)})
    assert "Teilweise richtig. 1 von 2 Punkten" in anna.text
    assert anna.page.text.count('data-result="right"') == 2
    assert anna.page.text.count('data-result="wrong"') == 2


def test_a_draft_survives_a_new_launch(world: World) -> None:
    anna = Seat(world, "anna", "text")
    anna.press("/exercise/submit", "/exercise/keep", {"RESPONSE": "Am Bahnhof <b>steht</b> Wasser."})
    assert "gespeichert " in anna.text
    again = Seat(world, "anna", "text")
    assert "Am Bahnhof &lt;b&gt;steht&lt;/b&gt; Wasser." in again.page.text


def test_drafts_by_script_know_their_order(world: World) -> None:
    anna = Seat(world, "anna", "text")
    sheet = form(anna.page, "/exercise/submit").fields
    known = {name: sheet[name] for name in ("attempt", "exercise")}
    token = anna.page.token

    def save(revision: int, text: str) -> tuple[int, dict[str, object]]:
        answer = post(world, "/exercise/save", token, **known, revision=revision, RESPONSE=text)
        return answer.status_code, answer.json()

    assert save(1, "eins")[0] == 200
    status, said = save(3, "drei")
    assert (status, said["revision"]) == (200, 3)
    status, said = save(2, "zwei")
    assert (status, said["error"], said["response"]) == (409, "stale", {"RESPONSE": ["drei"]})
    assert save(3, "drei")[0] == 200


def test_text_of_an_overtaken_window_is_shown_not_lost(world: World) -> None:
    here, there = Seat(world, "anna", "text"), Seat(world, "anna", "text")
    there.press("/exercise/submit", "/exercise/keep", {"RESPONSE": "Neuer Stand."})
    page = here.write("Mein Absatz von hier.")
    assert page.status == 422
    assert "In einem anderen Fenster wurde weitergeschrieben" in here.text
    assert "Mein Absatz von hier." in here.text
    assert "Neuer Stand." in here.text
    assert attempts(world)[0].state == "open"


def test_a_text_of_twenty_thousand_signs_is_kept_and_a_longer_one_refused(world: World) -> None:
    anna = Seat(world, "anna", "text")
    assert anna.press("/exercise/submit", "/exercise/keep", {"RESPONSE": "ä" * 20_000}).status == 200
    assert "ä" * 20_000 in anna.page.text
    assert "höchstens" in anna.text
    for action in ("/exercise/keep", "/exercise/submit"):
        assert anna.press("/exercise/submit", action, {"RESPONSE": "ö" * 20_001}).status == 422
        assert "Der Text ist länger als erlaubt" in anna.text
        assert "ö" * 20_001 in anna.page.text  # in the form, to be shortened
    assert anna.press("/exercise/submit", "/exercise/keep", {"RESPONSE": "ö" * 19_000 + "\r\n" * 1_000}).status == 200


def test_a_text_waits_for_its_reader(world: World) -> None:
    anna = Seat(world, "anna", "text")
    anna.write("Am Bahnhof.")
    assert "wird gelesen" in anna.text
    assert "Am Bahnhof." in anna.text
    assert "Nur für die Kursleitung" not in anna.page.text
    deliver(world)
    assert world.lms.grade("text", "anna") is None


def test_a_malformed_answer_is_refused_and_not_scored(world: World) -> None:
    anna = Seat(world, "anna", "wahl")
    assert anna.choose("made-up").status == 400
    assert [attempt.state for attempt in attempts(world)] == ["open"]


@pytest.mark.parametrize("revision", ["", "-1", "x", "9" * 10, "9" * 30])
def test_a_broken_revision_is_refused(world: World, revision: str) -> None:
    anna = Seat(world, "anna", "wahl")
    assert anna.send("/exercise/submit", {"RESPONSE": "versickern", "revision": revision}).status == 400


def test_attempts_of_others_cannot_be_touched(world: World) -> None:
    anna, ben = Seat(world, "anna", "wahl"), Seat(world, "ben", "wahl")
    mine = form(ben.page, "/exercise/submit").fields
    theirs = form(anna.page, "/exercise/submit").fields
    answer = post(
        world, "/exercise/save", ben.page.token, **{**mine, "attempt": theirs["attempt"], "RESPONSE": "versickern"}
    )
    assert (answer.status_code, answer.json()["error"]) == (409, "unknown")


def test_no_request_works_without_its_launch_or_from_a_strange_page(world: World) -> None:
    anna = Seat(world, "anna", "wahl")
    assert post(world, "/exercise/save", "forged", attempt=1).status_code == 401
    strange = anna.browser.send(form(anna.page, "/exercise/submit"), own=False, RESPONSE="versickern")
    assert strange.status == 403
    assert [attempt.state for attempt in attempts(world)] == ["open"]


def test_what_a_teacher_tries_is_no_score(world: World) -> None:
    tara = Seat(world, "tara", "wahl")
    assert "Was Sie hier ausprobieren, zählt nicht." in tara.text
    tara.choose("versickern")
    with world.database() as session:
        assert session.scalars(select(ScoreDelivery)).all() == []


def test_pages_are_german_or_english_as_the_launch_says(world: World) -> None:
    world.lms.tamper = lambda draft: draft.claims.update({LTI + "launch_presentation": {"locale": "en_US"}})
    anna = Seat(world, "anna", "wahl")
    assert 'lang="en"' in anna.page.text
    assert "Hand in answer" in anna.text


def test_no_page_shows_a_right_answer_before_it_was_given(world: World) -> None:
    for link in ("wahl", "ordnen", "test"):
        anna = Seat(world, "anna", link)
        if link == "test":
            anna.send("/test/start")
        assert "correct" not in anna.page.text
        assert "data-result" not in anna.page.text


def test_pictures_of_the_curriculum_are_served_and_nothing_else(world: World) -> None:
    good = requests.get(f"{world.url}/assets/m1-wasser/assets/wege.svg", timeout=20)
    assert (good.status_code, good.headers["Content-Type"].split(";")[0]) == (200, "image/svg+xml")
    assert "sandbox" in good.headers["Content-Security-Policy"]
    for path in ("m1-wasser/module.yaml", "../curriculum.yaml", "m1-wasser/assets/none.svg"):
        assert requests.get(f"{world.url}/assets/{path}", timeout=20).status_code == 404


def test_a_removed_activity_leads_to_words_not_to_a_fault(world: World) -> None:
    anna = Seat(world, "anna", "wahl")
    assert text_of(anna.browser.send(form(anna.page, "/exercise/submit"), own=True, exercise="m1p-ziel"))
    assert anna.browser.send(form(anna.page, "/exercise/submit"), own=True, exercise="m1p-ziel").status == 404


def test_text_that_comes_after_handing_in_is_shown_not_lost(world: World) -> None:
    here, there = Seat(world, "anna", "text"), Seat(world, "anna", "text")
    there.write("Abgegeben.")
    page = here.write("Zu spät geschrieben.")
    assert page.status == 422
    assert "Dieser Versuch ist schon abgegeben" in here.text
    assert "Zu spät geschrieben.</textarea>" in page.text


def test_an_overtaken_choice_is_not_shown_as_a_text(world: World) -> None:
    here, there = Seat(world, "anna", "wahl"), Seat(world, "anna", "wahl")
    there.press("/exercise/submit", "/exercise/keep", {"RESPONSE": "versickern"})
    page = here.choose("abfliessen")
    assert page.status == 422
    assert "lost-text" not in page.text


def test_how_often_an_exercise_may_be_done_is_said_from_the_start(world: World) -> None:
    seat(world)
    anna = Seat(world, "anna", "wahl")
    assert "Sie können diese Aufgabe beliebig oft versuchen; Ihr bestes Ergebnis zählt." in anna.text
    anna.choose("abfliessen")
    assert "beliebig oft versuchen" in anna.text
    anna.press("/exercise/submit", "/exercise/solution")
    assert "Sie können beliebig oft weiter üben; Ihre Wertung ändert sich nicht mehr." in anna.text


def test_a_text_says_that_it_is_handed_in_once(world: World) -> None:
    seat(world)
    anna = Seat(world, "anna", "text")
    assert "Sie geben einmal ab." in anna.text
    anna.write("Mein Text.")
    assert "Sie geben einmal ab." not in anna.text
