"""Where Moodle scores otherwise than the curriculum: two tables, shown to the author and kept honest by the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from content import Curriculum, Finding
from content.exercises import (
    Budget,
    DecisionPath,
    Exercise,
    GapText,
    HotSpot,
    HotText,
    Kprim,
    MultipleChoice,
    Numeric,
    Ordering,
    ShortText,
    SingleChoice,
)
from content.exercises.entry import accepted
from content.model import Module
from packager.moodle.fractions import is_exact
from packager.stand_ins import StandIn, Table

THOUSAND = Decimal(1000)
LAST_YEAR = Decimal(2100)
STAND_INS: Table = {
    # Kprim is a plug-in that a site may lack; core knows no half points for three of four.
    Kprim: StandIn("stand-in-kprim"),
    # No core type chooses words in a text; „drag and drop into text“ fills gaps instead.
    HotText: StandIn("stand-in-hot-text"),
    # ddmarker counts hits per marker, so that wrong areas cost less; and who does not see the image cannot aim.
    HotSpot: StandIn("stand-in-hot-spot"),
    # Questions do not depend on the answers to others within a question.
    DecisionPath: StandIn("stand-in-decision-path"),
    # Gaps are scored one by one; nothing adds them up.
    Budget: StandIn("stand-in-budget"),
}
"""Exercise types that core Moodle has nothing for; see `packager.stand_ins` for what they become."""


@dataclass(frozen=True)
class Difference:
    """`code` of the finding that says what differs; `applies` tells the exercises that it concerns."""

    code: str
    applies: Callable[[Exercise], bool]


def _incomplete_set(exercise: Exercise) -> bool:
    """Part of the right options earns part of the points (question/type/multichoice knows no all-or-nothing)."""
    return isinstance(exercise, MultipleChoice) and exercise.scoring == "all" and len(exercise.correct_values()) > 1


def _incomplete_order(exercise: Exercise) -> bool:
    """The stand-in for `ordering` is a matching question, which always gives points for single places."""
    return isinstance(exercise, Ordering) and exercise.scoring == "all"


def _rounded(exercise: Exercise) -> bool:
    """A share that is not on Moodle's list (see `fractions`)."""
    return not all(is_exact(share) for share in _shares(exercise))


def _shares(exercise: Exercise) -> Iterator[Fraction]:
    if isinstance(exercise, SingleChoice):
        yield from (Fraction(option.credit or 0) for option in exercise.options)
    if isinstance(exercise, MultipleChoice):
        right = len(exercise.correct_values())
        yield Fraction(100, right)
        if exercise.scoring == "partial" and right < len(exercise.options):
            yield Fraction(100, len(exercise.options) - right)
    if isinstance(exercise, ShortText):
        yield from (Fraction(credit) for _, credit in accepted(exercise.answers))


def _thousands(exercise: Exercise) -> bool:
    """`1.234` is 1.234 in Moodle, whatever the language (question/type/numerical, apply_units)."""
    if isinstance(exercise, Numeric):
        return _grouped(exercise.answer, exercise.unit)
    return isinstance(exercise, GapText) and any(_grouped(gap.answer or Decimal(0), gap.unit) for gap in exercise.gaps)


def _grouped(number: Decimal, unit: str) -> bool:
    """Whether people might write the number with a point between its digits; nobody does so in a year."""
    year = THOUSAND <= number < LAST_YEAR and number == int(number) and not unit
    return abs(number) >= THOUSAND and not year


DIFFERENCES = (
    Difference("moodle-incomplete-set", _incomplete_set),
    Difference("moodle-incomplete-order", _incomplete_order),
    Difference("moodle-rounded", _rounded),
    Difference("moodle-thousands", _thousands),
)


def differences(curriculum: Curriculum, module: Module) -> Iterator[Finding]:
    """The differences of a module's exercises, stand-ins in the place of what they stand in for."""
    for identifier, exercise in module.exercises.items():
        place = module.locations[identifier]
        for difference in DIFFERENCES:
            if curriculum.language != "de" and difference.code == "moodle-thousands":
                continue
            if difference.applies(exercise):
                yield Finding(place.path, place.line, difference.code, {"id": identifier})
