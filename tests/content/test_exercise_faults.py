"""Faults in an exercise's own logic are findings with a place, never a wrong score later."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories import exercises, faults

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
    statements = ", ".join(f"{{id: s{number}, text: Satz, answer: true}}" for number in range(3))
    yaml = KPRIM.replace("[{a: 1}]", f"[{statements}]")
    assert [f.code for f in faults(tmp_path, exercises(yaml))] == ["kprim-four"]
