"""A trainer reads, grades, sends and keeps tables; nobody else sees anything of it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update

from lti_tool.models import AuditEntry, Placement, ScoreDelivery, User
from lti_tool.sandbox import Fault, Person
from tests.lti_tool.web.classroom import Seat, deliver, form, seat, text_of
from tests.lti_tool.web.world import Browser, Form, Page, World

LEVELS: dict[str, str | list[str]] = {"level.m1u2-arbeitsblatt.0": "2", "level.m1u2-arbeitsblatt.1": "3"}
COMMENT = "comment.m1u2-arbeitsblatt"


@pytest.fixture
def tara(world: World) -> Seat:
    """She has the text task open; Anna and Ben have handed in."""
    seat(world)
    for person in ("anna", "ben"):
        Seat(world, person, "text").write(f"Text von {person}.")
    return Seat(world, "tara", "text")


def results(tara: Seat) -> Page:
    tara.open()
    return tara.send("/teach")


def read(tara: Seat) -> Page:
    results(tara)
    return tara.send("/read")


def decide(tara: Seat, action: str, **fields: str) -> Page:
    answer: dict[str, str | list[str]] = {**LEVELS, **fields, "action": action}
    return tara.send("/read/decide", answer)


def test_the_overview_counts_and_names_what_is_to_read(tara: Seat) -> None:
    results(tara)
    assert "Alle offenen Texte lesen (2)" in tara.text
    assert "Aktivität text 2 2 2" in tara.text
    assert tara.text.count("Die Arbeit ist noch nicht gelesen.") == 0
    assert "Person " in tara.text


def test_reading_goes_from_text_to_text_and_every_score_arrives(tara: Seat) -> None:
    read(tara)
    assert "Text von anna." in tara.text
    assert "Nur für die Kursleitung." in tara.text
    decide(tara, "return", **{COMMENT: "Sehr gut."})
    assert "Text von ben." in tara.text
    assert "Zurückgegeben. Die Bewertung ist unterwegs." in tara.text
    decide(tara, "return", **{"level.m1u2-arbeitsblatt.0": "0", "level.m1u2-arbeitsblatt.1": "0"})
    assert "Alles gelesen" in tara.text
    deliver(tara.world)
    assert (tara.world.lms.grade("text", "anna"), tara.world.lms.grade("text", "ben")) == (100, 0)
    anna = Seat(tara.world, "anna", "text")
    assert "Bewertung: 5 von 5 Punkten" in anna.text
    assert "Sehr gut." in anna.text
    assert "mit Lage und Ursache" in anna.text


def test_what_is_noted_is_not_seen_by_the_learner(tara: Seat) -> None:
    read(tara)
    decide(tara, "note", **{COMMENT: "Noch nicht fertig."})
    assert "Gemerkt." in tara.text
    assert "Noch nicht fertig." not in Seat(tara.world, "anna", "text").page.text
    read(tara)
    assert "Noch nicht fertig." in tara.text


def test_skipping_goes_on_and_comes_round(tara: Seat) -> None:
    read(tara)
    decide(tara, "skip")
    assert "Text von ben." in tara.text
    decide(tara, "skip")
    assert "Text von anna." in tara.text


def test_a_missing_level_is_asked_for(tara: Seat) -> None:
    read(tara)
    page = tara.send("/read/decide", {"level.m1u2-arbeitsblatt.0": "2", COMMENT: "Halb.", "action": "return"})
    assert page.status == 422
    assert "Es fehlen noch Punkte" in tara.text
    assert "Halb." in tara.text


def test_work_can_be_given_back_to_be_revised(tara: Seat) -> None:
    read(tara)
    tara.send("/read/decide", {COMMENT: "Bitte genauer.", "action": "reopen"})
    anna = Seat(tara.world, "anna", "text")
    assert "Bitte überarbeiten Sie Ihren Text." in anna.text
    assert "Bitte genauer." in anna.text
    anna.write("Text von anna, genauer.")
    assert "wird gelesen" in anna.text
    read(tara)
    decide(tara, "skip")
    assert "Text von anna, genauer." in tara.text


def test_text_blocks_are_kept_for_the_course_and_inserted(tara: Seat) -> None:
    read(tara)
    tara.press("/read/decide", "/read/block", {COMMENT: "Anfang.", "new_block": "Bitte nennen Sie eine Quelle."})
    assert "Anfang." in tara.text
    key = tara.page.text.partition('name="insert" value="')[2].partition('"')[0]
    tara.send("/read/decide", {COMMENT: "Anfang.", "insert": key})
    assert "Anfang. Bitte nennen Sie eine Quelle." in tara.text
    number = key.split()[1]
    tara.press("/read/decide", "/read/block", {"remove_block": number})
    assert 'name="insert"' not in tara.page.text


def test_what_a_learner_writes_is_text_and_nothing_else(world: World) -> None:
    seat(world)
    attack = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    Seat(world, "anna", "text").write(attack)
    tara = Seat(world, "tara", "text")
    read(tara)
    assert "<script>alert" not in tara.page.text
    assert "<img src=x" not in tara.page.text
    assert attack in tara.text or "alert(1)" in tara.text


@pytest.mark.parametrize(
    "path", ["/teach", "/teach/roster", "/teach/items", "/teach/export/csv", "/read", "/teach/resend"]
)
def test_learners_see_nothing_of_it(tara: Seat, path: str) -> None:
    anna = Seat(tara.world, "anna", "text")
    assert "/teach" not in anna.page.text
    sheet = Form(f"{tara.world.url}{path}", {"launch_token": anna.page.token, "delivery": "1"})
    page = anna.browser.send(sheet, own=True)
    assert page.status == 403
    assert "Text von" not in page.text


def test_a_trainer_of_another_course_sees_nothing_of_this_one(tara: Seat) -> None:
    read(tara)
    attempt = form(tara.page, "/read/decide").fields["attempt"]
    with tara.world.database() as session:
        placement = session.scalars(select(Placement.id)).first()
    tara.world.lms.context = {"id": "other", "title": "Anderer Kurs"}
    other = Seat(tara.world, "tara", "text", Browser())
    for path, fields in (
        ("/read/attempt", {"attempt": attempt}),
        ("/read/decide", {"attempt": attempt, "action": "return"}),
        ("/teach", {"placement": str(placement)}),
        ("/teach/export/csv", {"placement": str(placement)}),
        ("/teach/resend", {"delivery": "1"}),
    ):
        sheet = Form(f"{tara.world.url}{path}", {"launch_token": other.page.token, **fields})
        assert other.browser.send(sheet, own=True).status == 404, path


def test_a_stuck_score_says_why_and_is_sent_again(tara: Seat) -> None:
    Seat(tara.world, "anna", "wahl").choose("versickern")
    tara.world.lms.faults["scores"] = Fault(status=403)
    deliver(tara.world)
    tara.link = "wahl"
    results(tara)
    assert "noch nicht angekommen" in tara.text
    assert "beim Werkzeug Bewertungen einschalten" in tara.text
    assert "Es wird von selbst weiter versucht: wieder" in tara.text
    tara.world.lms.faults.clear()
    tara.send("/teach/resend")
    assert "zum Senden vorgemerkt" in tara.text
    deliver(tara.world)
    assert tara.world.lms.grade("wahl", "anna") == 100
    with tara.world.database() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert "score.resend" in actions


def test_a_score_that_nobody_asks_about_any_more_says_what_brings_it_back(tara: Seat) -> None:
    Seat(tara.world, "anna", "wahl").choose("versickern")
    tara.world.lms.faults["scores"] = Fault(status=404)
    deliver(tara.world)
    with tara.world.tool.sessions.begin() as session:
        session.execute(update(ScoreDelivery).values(state="stopped"))
    tara.link = "wahl"
    results(tara)
    assert "nicht angenommen" in tara.text
    assert "Zwei Monate lang kam nichts an. Öffnet die Person diese Aufgabe" in tara.text
    tara.world.lms.faults.clear()
    with tara.world.tool.sessions.begin() as session:
        session.execute(update(ScoreDelivery).values(last_timestamp=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)))
    Seat(tara.world, "anna", "wahl")
    deliver(tara.world)
    assert tara.world.lms.grade("wahl", "anna") == 100


def test_an_outage_says_when_it_goes_on(tara: Seat) -> None:
    Seat(tara.world, "anna", "wahl").choose("versickern")
    tara.world.lms.faults["scores"] = Fault(status=500)
    deliver(tara.world)
    tara.link = "wahl"
    results(tara)
    assert "noch nicht angekommen" in tara.text
    assert "Nächster Versuch" in tara.text
    tara.world.lms.faults.clear()
    deliver(tara.world, ahead=dt.timedelta(minutes=2))
    assert tara.world.lms.grade("wahl", "anna") == 100


def test_the_roster_shows_who_has_not_begun(tara: Seat) -> None:
    tara.world.lms.add_person(Person(subject="cem", name="Cem Özgür"))
    results(tara)
    assert "nicht begonnen" not in tara.text
    tara.send("/teach/roster")
    assert "Cem Özgür nicht begonnen" in tara.text
    assert "Tara Trainerin nicht begonnen" not in tara.text


def test_a_roster_that_fails_is_said_in_words(tara: Seat) -> None:
    results(tara)
    tara.world.lms.faults["members"] = Fault(status=500)
    tara.send("/teach/roster")
    assert "Die Teilnehmerliste ließ sich nicht abrufen." in tara.text


def test_item_results_count_first_attempts(tara: Seat) -> None:
    for person, choices in (("anna", ("abfliessen",)), ("ben", ("versickern",))):
        for choice in choices:
            Seat(tara.world, person, "wahl").choose(choice)
    tara.link = "wahl"
    results(tara)
    tara.send("/teach/items")
    assert "Antworten 2" in tara.text
    assert "im Mittel erreicht 50 %" in tara.text
    assert "Es fließt in den Kanal. zählt als nicht richtig" in tara.text


def test_tables_run_nothing_in_a_spreadsheet(world: World) -> None:
    seat(world)
    world = named(world)
    Seat(world, "anna", "wahl").choose("versickern")
    tara = Seat(world, "tara", "wahl")
    results(tara)
    table = tara.send("/teach/export/csv")
    assert "'=HYPERLINK" in table.text
    assert ";1;" in table.text
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"


def named(world: World) -> World:
    """Anna's name in the database, as a platform may have given it."""
    Seat(world, "anna", "wahl")
    with world.tool.sessions.begin() as session:
        for person in session.scalars(select(User).where(User.subject == "anna")):
            person.alias = '=HYPERLINK("http://evil.example";"x")'
    return world


def test_a_submission_review_opens_the_work_it_names(tara: Seat) -> None:
    page = tara.world.launch(Browser(), "tara", "text", message="LtiSubmissionReviewRequest", for_user="ben")
    assert "Text von ben." in text_of(page)
    page = tara.world.launch(Browser(), "tara", "text", message="LtiSubmissionReviewRequest", for_user="nobody")
    assert "noch nichts abgegeben" in text_of(page)
