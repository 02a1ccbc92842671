"""The estimate of the largest learning state agrees with the codec of the run-time, which is written in JavaScript."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from content import Curriculum
from packager.embedded import EmbeddedModule, embedded_modules
from packager.state_size import StateSize, digits, state_size
from tests.content.samples import EXERCISES, PLACED
from tests.factories import exercises, loaded, page
from tests.packager.conftest import Parts

# Results such as 31 of 32 need one digit less than the estimate allows.
SLACK = 0.04


def largest(root: Path, module: EmbeddedModule) -> StateSize:
    """The characters that the codec makes of the largest state it can be given."""
    command = ["node", str(root / "tests/packager/largest_state.js")]
    text = json.dumps({"module": module.data, "exercises": module.exercises})
    done = subprocess.run(command, input=text, capture_output=True, check=True, text=True)
    return StateSize(**json.loads(done.stdout))


def assert_close(estimate: int, real: int) -> None:
    assert real <= estimate <= real * (1 + SLACK)


def test_the_estimate_is_what_the_codec_writes_for_the_sample(
    root: Path, sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    (module,) = embedded_modules(parts_of("scorm12", sample))
    estimate, real = state_size(module), largest(root, module)
    assert_close(estimate.full, real.full)
    assert_close(estimate.least, real.least)


def test_the_estimate_is_what_the_codec_writes_for_every_variant(
    root: Path, tmp_path: Path, parts_of: Callable[..., Parts]
) -> None:
    source = {**exercises(EXERCISES), "m1-eins/01-einheit.md": page(PLACED)["m1-eins/01-einheit.md"]}
    source["m1-eins/01-einheit.md"] = source["m1-eins/01-einheit.md"].replace("{{exercise wahl}}", "")
    source["m1-eins/exercises/a.yaml"] = EXERCISES
    (module,) = embedded_modules(parts_of("scorm12", loaded(tmp_path, source)))
    estimate, real = state_size(module), largest(root, module)
    assert_close(estimate.full, real.full)
    assert_close(estimate.least, real.least)


@pytest.mark.parametrize(
    ("number", "length"), [(0, 1), (31, 1), (32, 2), (1023, 2), (1024, 3), (32_767, 3), (32_768, 4)]
)
def test_a_number_needs_a_character_for_five_bits(number: int, length: int) -> None:
    assert digits(number) == length
