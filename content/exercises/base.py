"""What every exercise type has: fields, variables, rule, feedback notes, parsing and samples of itself.

The words are those of QTI (Assessment Test, Section and Item Information Model 2.1, section 4): item, response
variable, cardinality, base type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from math import lcm
from typing import TYPE_CHECKING, ClassVar, Literal

from content.frozen import frozen
from content.markup import Markup
from content.scoring import MapResponse, Response, Rule

if TYPE_CHECKING:
    from fractions import Fraction

Cardinality = Literal["single", "multiple", "ordered"]
BaseType = Literal["identifier", "pair", "string", "float"]
Interaction = Literal["choice", "true-false", "matching", "sequencing", "numeric", "fill-in", "long-fill-in", "likert"]
Form = Mapping[str, Sequence[str]]
RESPONSE = "RESPONSE"
MAXIMUM_ANSWER = 20_000
MINIMUM_CHOICES = 2
PLACE = re.compile(r"[0-9]{1,3}")


class MalformedResponse(ValueError):
    """A form that no honest page of ours sends: a fault of format, never a score of zero."""


@frozen
class Variable:
    """A response variable; `values` are the identifiers to choose from (of pairs: the sources)."""

    id: str
    cardinality: Cardinality = "single"
    base: BaseType = "identifier"
    values: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


@frozen
class Note:
    """Feedback on a part of the answer, shown when `rule` gives points (`negate`: when it gives none)."""

    rule: Rule
    text: Markup
    negate: bool = False


@frozen
class Sample:
    """An answer that the exercise made itself, with the score that every target must give it (None: by hand)."""

    name: str
    response: Response
    score: Fraction | None


@frozen
class Problem:
    """A fault in the exercise's own logic: path of the field, code of the finding, values for its sentence."""

    keys: tuple[str | int, ...]
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@frozen(kw_only=True)
class Feedback:
    """General feedback by result; `partial` falls back to `incorrect`."""

    correct: Markup = Markup("")
    partial: Markup = Markup("")
    incorrect: Markup = Markup("")


@frozen(kw_only=True)
class Exercise:
    """An item. Subclasses set `type` and `interaction` and answer the questions below."""

    type: ClassVar[str]
    interaction: ClassVar[Interaction | None]

    id: str
    title: str
    prompt: Markup
    objectives: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    difficulty: Literal[1, 2, 3] = 2
    points: int = 1
    hints: tuple[Markup, ...] = ()
    feedback: Feedback = Feedback()

    def variables(self) -> tuple[Variable, ...]:
        """The response variables, in reading order."""
        raise TypeError(self.type)

    def rule(self) -> Rule:
        """How the score comes about."""
        raise TypeError(self.type)

    def correct(self) -> Response:
        """A response that scores full marks; empty where a person scores."""
        return {}

    def notes(self) -> tuple[Note, ...]:
        """Feedback on parts of the answer."""
        return ()

    def check(self) -> Iterator[Problem]:
        """Faults that the shape of the data does not show."""
        if self.points < 1:
            yield Problem(("points",), "points")

    def check_rendered(self) -> Iterator[Problem]:
        """Faults that show only once its texts are HTML."""
        yield from ()

    def samples(self) -> tuple[Sample, ...]:
        """Answers with known scores: fully right, wrong, empty and what the type adds."""
        raise TypeError(self.type)

    def complete(self, response: Response) -> bool:
        """Every part that wants an answer has one: each variable, and of pairs each source."""
        correct = self.correct()
        return all(
            len(response.get(variable.id, ())) >= (len(correct[variable.id]) if variable.base == "pair" else 1)
            for variable in self.variables()
        )

    def parse(self, form: Form) -> Response:
        """The response in a submitted form (`name -> values`); names that are not ours are ignored."""
        return {variable.id: given for variable in self.variables() if (given := parse_variable(variable, form))}

    @property
    def scored(self) -> bool:
        """A machine scores it."""
        return self.rule().data()["kind"] not in ("manual", "unscored")

    @property
    def maximum_points(self) -> int:
        """What it weighs in a test or a gradebook."""
        return self.points


def parse_variable(variable: Variable, form: Form) -> tuple[str, ...]:
    """The values of one variable; the control names are those of `content/widgets`."""
    if variable.base == "pair":
        return _parse_pairs(variable, form)
    if variable.cardinality == "ordered":
        return _parse_order(variable, form)
    given = tuple(dict.fromkeys(value for value in form.get(variable.id, ()) if value != ""))
    if variable.base == "identifier" and not set(given) <= set(variable.values):
        raise MalformedResponse(f"{variable.id}: unknown value")
    if variable.cardinality == "single" and len(given) > 1:
        raise MalformedResponse(f"{variable.id}: more than one value")
    if any(len(value) > MAXIMUM_ANSWER for value in given):
        raise MalformedResponse(f"{variable.id}: too long")
    return tuple(value for value in given if value.strip())


def _parse_pairs(variable: Variable, form: Form) -> tuple[str, ...]:
    pairs = []
    for source in variable.values:
        for target in form.get(f"{variable.id}.{source}", ()):
            if target and target not in variable.targets:
                raise MalformedResponse(f"{variable.id}: unknown value")
            if target:
                pairs.append(f"{source} {target}")
    return tuple(pairs)


def _parse_order(variable: Variable, form: Form) -> tuple[str, ...]:
    """Places as numbers, one per item; equal numbers keep the order of the source, missing ones go last."""
    places: list[tuple[int, int, str]] = []
    given = False
    for index, item in enumerate(variable.values):
        text = next(iter(form.get(f"{variable.id}.{item}", ())), "")
        if text and not PLACE.fullmatch(text):
            raise MalformedResponse(f"{variable.id}: not a place")
        given = given or bool(text)
        places.append((int(text) if text else 999, index, item))
    return tuple(item for _, _, item in sorted(places)) if given else ()


def shares(right: int, wrong: int) -> tuple[int, int, int]:
    """Whole points (per right value, per wrong value, maximum) so that all right is full and all chosen is nothing."""
    maximum = lcm(right, wrong or 1)
    return maximum // right, -(maximum // wrong) if wrong else 0, maximum


def chosen(variable: str, value: str) -> Rule:
    """A rule that gives a point if `value` is among the given ones."""
    return MapResponse(variable, ((value, 1),), 1)


def duplicates(ids: Sequence[str], *keys: str) -> Iterator[Problem]:
    """A problem for every identifier that stands twice in one list."""
    for index, identifier in enumerate(ids):
        if identifier in ids[:index]:
            yield Problem((*keys, index), "value-duplicate", {"id": identifier})
