"""The examples in the handbook for authors are whole: copied word for word they pass `staffel check`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from content import load
from content.exercises import TYPES
from content.findings import catalogue
from content.yaml_source import parse_yaml
from tests.factories import CURRICULUM, SVG, UNIT, write_source

ROOT = Path(__file__).parents[2]
HANDBOOK = ROOT / "docs" / "handbuch"
SOURCE = (HANDBOOK / "quelltext.md").read_text("utf-8")
AUTHORS = (HANDBOOK / "autoren.md").read_text("utf-8")
COMMON = "- id: wahl\n  type: {type}\n  title: Beispiel\n  prompt: Was stimmt?\n  objectives: [u1-a]\n"
STRATEGY = CURRICULUM + "strategy: [{id: ausgangslage, title: Ausgangslage}]\n"
PLAN = SVG.replace("0 0 10 10", "0 0 200 150")
EXAMPLES = dict(re.findall(r"^### ([a-z-]+)\n\n```yaml\n(.*?)^```", SOURCE, re.DOTALL | re.MULTILINE))


def yaml_blocks(text: str) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_every_exercise_type_has_an_example() -> None:
    assert set(EXAMPLES) == set(TYPES)


@pytest.mark.parametrize("kind", list(TYPES))
def test_the_example_of_a_type_passes_as_it_stands(tmp_path: Path, kind: str) -> None:
    changes = {
        "curriculum.yaml": STRATEGY,
        "m1-eins/exercises/a.yaml": COMMON.format(type=kind) + EXAMPLES[kind],
        "m1-eins/assets/plan.svg": PLAN,
    }
    (module,) = load(write_source(tmp_path, changes)).modules
    assert module.exercises["wahl"].type == kind


@pytest.mark.parametrize("text", [SOURCE, AUTHORS], ids=["quelltext", "autoren"])
def test_every_example_in_yaml_is_readable(text: str) -> None:
    blocks = yaml_blocks(text)
    assert blocks
    for block in blocks:
        assert parse_yaml(block, "Handbuch").value, block


def test_the_fields_that_all_exercises_share_pass_as_they_stand(tmp_path: Path) -> None:
    common = next(block for block in yaml_blocks(SOURCE) if block.startswith("- id: m1u1-begriffe"))
    exercise = common.replace("m1u1-", "").replace("m1u1-a", "u1-a") + EXAMPLES["single-choice"]
    changes = {
        "m1-eins/exercises/a.yaml": exercise.replace("[a]", "[u1-a]"),
        "m1-eins/01-einheit.md": UNIT.replace("{{exercise wahl}}", "{{exercise begriffe}}"),
    }
    assert load(write_source(tmp_path, changes)).modules[0].exercises["begriffe"].hints


def test_the_long_answer_of_the_first_hour_passes_as_it_stands(tmp_path: Path) -> None:
    (exercise,) = (block for block in yaml_blocks(AUTHORS) if "type: extended-text" in block)
    changes = {
        "m1-eins/exercises/a.yaml": exercise,
        "m1-eins/01-einheit.md": UNIT.replace("{{exercise wahl}}", "{{exercise m1u1-vorhaben}}"),
    }
    assert load(write_source(tmp_path, changes)).findings == ()


def test_the_finding_that_the_first_hour_shows_is_the_one_that_is_printed() -> None:
    (shown,) = re.findall(r"^Fehler \S+: (Bild ohne Alternativtext.*)$", AUTHORS, re.MULTILINE)
    entry = catalogue("de")["alt-missing"]
    assert shown == f"{entry['message']} – {entry['remedy']}".format(path="assets/umfrage.svg")
