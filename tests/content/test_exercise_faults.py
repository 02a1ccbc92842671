"""Faults in an exercise's own logic are findings with a place, never a wrong score later."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories import CURRICULUM, exercises, faults, loaded

HOT_SPOT = """
- id: wahl
  type: hot-spot
  title: Bild
  prompt: Wo?
  image: "{image}"
  options:
    - {{id: a, text: oben, shape: {shape}, coords: [{coords}], correct: true}}
    - {{id: b, text: unten, shape: circle, coords: [5, 5, 1]}}
"""
CASE = """
- id: wahl
  type: decision-path
  title: Fall
  prompt: Entscheiden Sie.
  steps:
    - {{id: a, text: Eins, options: [{{id: x, text: X, credit: {credit}, next: b}}, {{id: y, text: Y}}]}}
    - {{id: b, text: Zwei, options: [{{id: x, text: X, next: {following}}}, {{id: y, text: Y}}]}}
    - {{id: c, text: Drei, options: [{{id: x, text: X}}, {{id: y, text: Y}}]}}
"""
BUDGET = """
- id: wahl
  type: budget
  title: Topf
  prompt: Verteilen Sie.
  total: {total}
  items:
    - {{id: a, text: Eins, low: {low}, high: 30}}
    - {{id: b, text: Zwei, low: 10, high: 30}}
"""
TEXT = """
- id: wahl
  type: hot-text
  title: Stellen
  prompt: Welche?
  text: "{text}"
  options: [{{id: a, text: eins, correct: true}}, {{id: b, text: zwei}}]
"""
KPRIM = """
- id: wahl
  type: kprim
  title: Drei
  prompt: Was stimmt?
  statements: [{a: 1}]
"""
PICTURE = "![Plan](assets/bild.svg)"


@pytest.mark.parametrize(
    ("yaml", "code"),
    [
        (HOT_SPOT.format(image=PICTURE, shape="rect", coords="0, 0, 11, 4"), "spot-outside"),
        (HOT_SPOT.format(image=PICTURE, shape="rect", coords="4, 4, 0, 0"), "spot-coords"),
        (HOT_SPOT.format(image=PICTURE, shape="circle", coords="4, 4"), "spot-coords"),
        (HOT_SPOT.format(image=PICTURE, shape="poly", coords="4, 4, 5, 5, 6"), "spot-coords"),
        (HOT_SPOT.format(image="Ohne Bild", shape="rect", coords="0, 0, 4, 4"), "spot-image"),
        (CASE.format(credit=1, following="a"), "path-circle"),
        (CASE.format(credit=1, following="z"), "path-next"),
        (CASE.format(credit=1, following='""'), "path-unreached"),
        (CASE.format(credit=0, following="c"), "path-credit"),
        (CASE.format(credit=-1, following="c"), "path-credit"),
        (BUDGET.format(total=70, low=10), "budget-total"),
        (BUDGET.format(total=40, low=31), "budget-range"),
        (TEXT.format(text="Nur [[a]]."), "passage-missing"),
        (TEXT.format(text="[[a]], [[b]] und [[c]]"), "passage-unknown"),
        (TEXT.format(text="[[a]], [[b]] und [[a]]"), "passage-twice"),
    ],
)
def test_a_fault_in_an_exercise_is_found(tmp_path: Path, yaml: str, code: str) -> None:
    assert code in [finding.code for finding in faults(tmp_path, exercises(yaml))]


def test_kprim_wants_four_statements(tmp_path: Path) -> None:
    statements = ", ".join(f"{{id: s{number}, text: Satz {number}, answer: true}}" for number in range(3))
    yaml = KPRIM.replace("[{a: 1}]", f"[{statements}]")
    assert [f.code for f in faults(tmp_path, exercises(yaml))] == ["kprim-four"]


HEAD = "- id: wahl\n  title: Probe\n  prompt: Was gilt?\n  objectives: [u1-a]\n"
CHOICES = HEAD + "  type: single-choice\n  options:\n    - {id: a, text: A, correct: true}\n    - "
GAPS = HEAD + "  type: gap-text\n  text: '{}'\n  gaps: [{{id: a, type: text, answers: [x]}}]\n"
NUMBER = GAPS.replace("type: text, answers: [x]", "type: number, answer: 1, tolerance: -1")


@pytest.mark.parametrize(
    ("yaml", "place"),
    [
        (HEAD.replace("Was gilt?", '""') + "  type: true-false\n  answer: true\n", "3 field-empty"),
        (HEAD + "  type: true-false\n  answer: true\n  hints: ['', x]\n", "7 field-empty"),
        (CHOICES + "{id: b, text: ' '}\n", "8 field-empty"),
        (CHOICES + "{id: b, text: A}\n", "8 text-twice"),
        (HEAD + "  type: ordering\n  items:\n    - {id: a, text: A}\n    - {id: b, text: 'A '}\n", "8 text-twice"),
        (HEAD + "  type: self-rating\n  scale: [nein, '']\n  statements:\n    - {id: a, text: A}\n", "6 field-empty"),
        (HEAD + "  type: gap-text\n  text: Ohne.\n  gaps: []\n", "7 gaps-none"),
        (GAPS.format("[Ein [[a]]](page:s1)"), "6 gap-place"),
        (GAPS.format("![Ein [[a]]](assets/bild.svg)"), "6 gap-place"),
        (GAPS.format("[[a]] von {{stelle}}"), "6 gap-place"),
        (HEAD + "  type: extended-text\n  minimum_words: -1\n", "6 words-minimum"),
        (HEAD + "  type: extended-text\n  minimum_words: 80\n  maximum_characters: 100\n", "6 words-minimum"),
        (NUMBER.format("[[a]]"), "7 tolerance"),
    ],
)
def test_what_nobody_could_answer_is_found_where_it_stands(tmp_path: Path, yaml: str, place: str) -> None:
    head = CURRICULUM.replace("{anbieter: ", "{stelle: '[[b]]', anbieter: ")
    found = faults(tmp_path, {**exercises(yaml), "curriculum.yaml": head})
    assert [f"{finding.line} {finding.code}" for finding in found] == [place]


def test_passages_of_a_text_may_read_the_same(tmp_path: Path) -> None:
    yaml = TEXT.format(text="[[a]] und [[b]]").replace("text: zwei", "text: eins")
    assert loaded(tmp_path, exercises(yaml)).findings == ()
