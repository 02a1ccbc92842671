"""What a person types in a test, without script: two windows, too much of it, too late; nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from lti_tool.models import Answer
from tests.lti_tool.web.classroom import Seat, form, post, seat
from tests.lti_tool.web.world import SAMPLE, World
from tests.lti_tool.web.world import world as running_world

TYPED = """
- id: m1p-text
  type: short-text
  title: Die nasse Stelle
  prompt: Wo steht Wasser?
  answers: ["Am Bahnhof."]
- id: m1p-satz
  type: gap-text
  title: Zwei Lücken
  prompt: Ergänzen Sie.
  text: "[[wo]] steht [[was]]."
  gaps:
    - {id: wo, type: text, answers: ["Dort"]}
    - {id: was, type: text, answers: ["Wasser"]}
"""


@pytest.fixture
def texts(tmp_path: Path, signing_keys: Path) -> Iterator[World]:
    """A tool whose test asks for a text, a number, gaps and a choice, in this order."""
    source = tmp_path / "source"
    shutil.copytree(SAMPLE, source)
    module = source / "m1-wasser" / "module.yaml"
    changed = module.read_text("utf-8")
    drawn = "draw: 2, exercises: [m1p-begriff, m1p-weg, m1p-menge]"
    changed = changed.replace(drawn, "exercises: [m1p-text, m1p-menge, m1p-satz]").replace("m1p-ziel, ", "")
    changed = changed.replace("shuffle: true", "shuffle: false")
    more = "    sections:\n      - {title: Rest, exercises: [m1p-begriff, m1p-weg, m1p-ziel]}\n"
    module.write_text(f"{changed}  - id: m1-rest\n    title: Rest\n    attempts: 1\n{more}", "utf-8")
    with (source / "m1-wasser" / "exercises" / "pool.yaml").open("a", encoding="utf-8") as pool:
        pool.write(TYPED)
    with running_world(tmp_path, signing_keys, curriculum=source) as made:
        seat(made)
        yield made


@pytest.fixture
def anna(texts: World) -> Seat:
    found = Seat(texts, "anna", "test")
    found.send("/test/start")
    assert exercise(found) == "m1p-text"
    return found


def exercise(anna: Seat) -> str:
    return form(anna.page, "/test/step").fields["exercise"]


def go(anna: Seat, text: str, where: str = "next") -> int:
    return anna.send("/test/step", {"RESPONSE": text, "go": where}).status


def stored(anna: Seat, name: str = "m1p-text") -> list[str]:
    with anna.world.database() as session:
        rows = session.scalars(select(Answer).where(Answer.exercise_id == name)).all()
        return [text for row in rows for text in row.response.get("RESPONSE", [])]


@pytest.mark.parametrize("where", ["next", "overview", "stay"])
def test_text_of_an_overtaken_window_is_shown_beside_the_newer_one(anna: Seat, where: str) -> None:
    there = Seat(anna.world, "anna", "test")
    assert go(there, "Neuer Stand.", "stay") == 200
    assert go(anna, "Mein Absatz\r\nvon hier.", where) == 422
    assert exercise(anna) == "m1p-text"
    assert "In einem anderen Fenster wurde weitergeschrieben" in anna.text
    assert "Ihr Text ist nicht verloren" in anna.text
    assert "Mein Absatz\nvon hier.</textarea>" in anna.page.text
    assert 'value="Neuer Stand."' in anna.page.text
    assert stored(anna) == ["Neuer Stand."]
    assert go(anna, "Beides zusammen.") == 200
    assert stored(anna) == ["Beides zusammen."]


def test_whatever_was_typed_is_shown_and_a_choice_is_not(anna: Seat) -> None:
    there = Seat(anna.world, "anna", "test")
    for here, newer, shown in (
        ({"RESPONSE": "1.000"}, {"RESPONSE": "900"}, "1.000"),
        ({"wo": "Dort", "was": "Wasser"}, {"wo": "Hier"}, "Dort\nWasser"),
        ({"RESPONSE": "false"}, {"RESPONSE": "true"}, ""),
    ):
        for window in (there, anna):
            window.send("/test/step", {"go": "next"})
        assert exercise(anna) == exercise(there)
        assert there.send("/test/step", {**newer, "go": "stay"}).status == 200
        assert anna.send("/test/step", {**here, "go": "next"}).status == 422
        assert ("lost-text" in anna.page.text) == bool(shown)
        assert shown in anna.page.text
        assert anna.send("/test/step", {**newer, "go": "stay"}).status == 200
        there.send("/test/step", {**newer, "go": "stay"})


def test_a_text_that_is_too_long_to_be_kept_is_given_back_to_be_shortened(anna: Seat) -> None:
    assert go(anna, "Am Bahnhof.", "stay") == 200
    for where in ("next", "back", "overview", "check"):
        assert go(anna, "ö" * 20_001, where) == 422
        assert exercise(anna) == "m1p-text"
        assert "Der Text ist länger als erlaubt" in anna.text
        assert "ö" * 20_001 in anna.page.text
    assert stored(anna) == ["Am Bahnhof."]
    assert go(anna, "ö" * 20_000) == 200
    assert exercise(anna) == "m1p-menge"


def test_of_several_gaps_nothing_is_lost_where_one_is_too_long(anna: Seat) -> None:
    for _ in range(2):
        anna.send("/test/step", {"go": "next"})
    assert anna.send("/test/step", {"wo": "Am Bahnhof", "was": "ö" * 20_001, "go": "next"}).status == 422
    assert exercise(anna) == "m1p-satz"
    assert 'value="Am Bahnhof"' in anna.page.text
    assert "ö" * 20_001 in anna.page.text


def test_a_script_hears_that_a_text_is_too_long(anna: Seat) -> None:
    sheet = form(anna.page, "/test/step").fields
    fields = {name: sheet[name] for name in ("attempt", "exercise", "revision")}
    answer = post(anna.world, "/exercise/save", anna.page.token, **fields, RESPONSE="ö" * 20_001)
    assert (answer.status_code, answer.json()["error"]) == (409, "too-long")


def test_text_for_a_session_that_has_expired_is_given_back(anna: Seat) -> None:
    sheet = form(anna.page, "/test/step")
    for token, status in (("", 401), (anna.page.token, 404)):
        page = anna.browser.send(
            sheet, own=True, launch_token=token, attempt="999", RESPONSE="Am <b>Bahnhof</b>, sehr lange.", go="next"
        )
        assert page.status == status
        assert "Am &lt;b&gt;Bahnhof&lt;/b&gt;, sehr lange.</textarea>" in page.text
    foreign = anna.browser.send(sheet, launch_token="", RESPONSE="Bitte zahlen Sie hier.", go="next")
    assert (foreign.status, "zahlen" in foreign.text) == (403, False)


def test_text_that_comes_after_handing_in_is_shown(anna: Seat) -> None:
    late = form(anna.page, "/test/step")
    there = Seat(anna.world, "anna", "test")
    go(there, "Abgegeben.", "overview")
    there.send("/test/submit")
    anna.page = anna.browser.send(late, own=True, go="next", RESPONSE="Zu spät geschrieben.")
    assert "Dieser Versuch ist schon abgegeben" in anna.text
    assert "Zu spät geschrieben.</textarea>" in anna.page.text
    anna.page = anna.browser.send(late, own=True, go="next", RESPONSE="Abgegeben.")
    assert "lost-text" not in anna.page.text
    assert stored(anna) == ["Abgegeben."]
