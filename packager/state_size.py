"""How many characters a learner's state can need: the worst case of the run-time's codec (packager/static/runtime).

The formula, with d(n) the digits of n in base 32 (`encodeNumber` in text.js):

- state = `1=` head `=` visited `=` answers `=` tests; records are separated by `|` (codec.js)
- head = status 1, score 3, place d(highest page), interactions 3, told 1, seed 4
- visited = one character for six page numbers
- answer = d(number) + flags 2 (up to 127 tries) + result 2 d(maximum) + its codes (records.js)
- code of a choice or an order = d(4 n) + the positions; of pairs = d(1 + 8 n) + two positions each;
  of a typed text = 1 + text + 1, or 1 where the text had to go
- test = d(number) + d(attempts) + 3 for each attempt + 1 + seed 4 + d(place) and for each drawn exercise
  d(number) + d(1 + 2 codes) + its codes

Typed texts have no upper bound. They count as long as the longest known answer, at least `TYPED` characters; numbers
count `TYPED_NUMBER`. An assessment without limit counts `FREE_ATTEMPTS` attempts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from content.frozen import frozen
from packager.embedded import Data, EmbeddedModule

TYPED = 25
TYPED_NUMBER = 12
FREE_ATTEMPTS = 10
BASE = 32
HEAD = 1 + 3 + 3 + 1 + 4
FLAGS = 2
SCORE = 3
SEED = 4
ESCAPED = re.compile("[~*|=<>&\"'\\\\\n\t]")

LIMITS = {"scorm12": 4095, "scorm2004": 64_000, "cmi5": 28_000}
"""Characters that the run-time writes (scorm12.js, scorm2004.js, cmi5.js)."""


@frozen
class StateSize:
    """Characters in the worst case: `full` with typed texts of ordinary length, `least` where all of them had to go."""

    full: int
    least: int


def state_size(module: EmbeddedModule) -> StateSize:
    """The worst case of a module."""
    return StateSize(_state(module, typed=True), _state(module, typed=False))


def digits(number: int) -> int:
    """Characters of a whole number >= 0."""
    count = 1
    while number >= BASE:
        number //= BASE
        count += 1
    return count


def _state(module: EmbeddedModule, typed: bool) -> int:
    data = module.data
    highest = max((page["number"] for page in data["pages"]), default=0)
    answers = [
        _answer(entry, module.exercises[entry["id"]], typed)
        for entry in data["exercises"]
        if entry["page"] and entry["id"] in module.exercises
    ]
    tests = [_test(module, assessment, typed) for assessment in data["assessments"]]
    sections = [1, HEAD + digits(highest), highest // 6 + 1, _joined(answers), _joined(tests)]
    return _joined(sections)


def _joined(sizes: list[int]) -> int:
    """With a separator between two of them."""
    return sum(sizes) + max(0, len(sizes) - 1)


def _answer(entry: Data, exercise: Data, typed: bool) -> int:
    maximum = exercise["rule"].get("maximum", 0) if entry["scored"] else 0
    result = 2 * digits(maximum) if maximum else 0
    return digits(entry["number"]) + FLAGS + result + sum(_codes(exercise, typed))


def _codes(exercise: Data, typed: bool) -> list[int]:
    """Sizes of the codes; an extended text is never saved."""
    if exercise["type"] == "extended-text":
        return []
    return [_code(variable, exercise["rule"], typed) for variable in exercise["variables"]]


def _code(variable: Data, rule: Data, typed: bool) -> int:
    values = variable["values"]
    if variable.get("retired"):
        return 1
    if variable["base"] in ("string", "float"):
        return 1 + (_typed(variable, rule) + 1 if typed else 0)
    if variable["base"] == "pair":
        target = digits(max(0, len(variable["targets"]) - 1))
        return digits(1 + 8 * len(values)) + sum(digits(index) + target for index in range(len(values)))
    if variable["cardinality"] == "single":
        return 1 + digits(max(0, len(values) - 1))
    return digits(4 * len(values)) + sum(map(digits, range(len(values))))


def _typed(variable: Data, rule: Data) -> int:
    if variable["base"] == "float":
        return TYPED_NUMBER
    known = (len(text) + len(ESCAPED.findall(text)) for text in _accepted(variable, rule))
    return max([TYPED, *known])


def _accepted(variable: Data, rule: Data) -> Iterator[str]:
    for part in rule.get("parts", [rule]):
        if part.get("variable") == variable["id"]:
            yield from (text for text, _ in part.get("accepted", ()))


def _test(module: EmbeddedModule, assessment: Data, typed: bool) -> int:
    numbers = {entry["id"]: entry["number"] for entry in module.data["exercises"]}
    items: list[int] = []
    for section in assessment["sections"]:
        sizes = [_item(numbers[name], module.exercises[name], typed) for name in _pool(module, section["exercises"])]
        items += sorted(sizes, reverse=True)[: section["draw"] or len(sizes)]
    attempts = assessment["attempts"] or FREE_ATTEMPTS
    head = digits(assessment["number"]) + digits(attempts) + attempts * SCORE
    return head + 1 + SEED + digits(max(0, len(items) - 1)) + sum(items)


def _pool(module: EmbeddedModule, names: list[Any]) -> list[str]:
    return [str(name) for name in names if name in module.exercises]


def _item(number: int, exercise: Data, typed: bool) -> int:
    codes = _codes(exercise, typed)
    return digits(number) + digits(1 + 2 * len(codes)) + sum(codes)
