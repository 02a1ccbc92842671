"""Answers that no machine scores: extended text (QTI extendedTextInteraction) and self-rating."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from content.exercises.base import (
    MAXIMUM_ANSWER,
    MINIMUM_CHOICES,
    RESPONSE,
    Exercise,
    Interaction,
    Problem,
    Sample,
    Variable,
    duplicates,
)
from content.frozen import frozen
from content.markup import Markup
from content.scoring import Manual, Rule, Unscored

SHORTEST_WORD = 2
"""Characters of a word with the space behind it, at the very least."""


@frozen(kw_only=True)
class Level:
    """A step of a criterion."""

    points: int
    text: Markup


@frozen(kw_only=True)
class Criterion:
    """A line of the rubric, with its steps from low to high."""

    criterion: Markup
    levels: tuple[Level, ...]

    @property
    def maximum(self) -> int:
        return max((level.points for level in self.levels), default=0)


@frozen(kw_only=True)
class ExtendedText(Exercise):
    """A text that a person reads and scores by the rubric; with `strategy` a worksheet of the strategy draft."""

    type: ClassVar[str] = "extended-text"
    interaction: ClassVar[Interaction | None] = None
    minimum_words: int = 0
    maximum_characters: int = MAXIMUM_ANSWER
    questions: tuple[Markup, ...] = ()
    rubric: tuple[Criterion, ...] = ()
    model_answer: Markup = Markup("")
    strategy: str = ""

    def variables(self) -> tuple[Variable, ...]:
        return (Variable(RESPONSE, "single", "string"),)

    @property
    def maximum_points(self) -> int:
        return sum(criterion.maximum for criterion in self.rubric) or self.points

    def rule(self) -> Rule:
        return Manual(self.maximum_points)

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        if not 1 <= self.maximum_characters <= MAXIMUM_ANSWER:
            yield Problem(("maximum_characters",), "characters", {"maximum": MAXIMUM_ANSWER})
        if not 0 <= self.minimum_words * SHORTEST_WORD <= max(self.maximum_characters, 1):
            yield Problem(("minimum_words",), "words-minimum", {"maximum": self.maximum_characters})
        for index, criterion in enumerate(self.rubric):
            if (
                len(criterion.levels) < MINIMUM_CHOICES
                or criterion.maximum < 1
                or min(x.points for x in criterion.levels) < 0
            ):
                yield Problem(("rubric", index), "rubric")

    def samples(self) -> tuple[Sample, ...]:
        return (Sample("text", {RESPONSE: ("Unser Ort hat 18.600 Menschen.",)}, None), Sample("empty", {}, None))


@frozen(kw_only=True)
class Statement:
    """What the learner rates; `competence` ties it to the framework."""

    id: str
    text: Markup
    competence: str = ""


@frozen(kw_only=True)
class SelfRating(Exercise):
    """Statements on one scale, without right or wrong."""

    type: ClassVar[str] = "self-rating"
    interaction: ClassVar[Interaction] = "likert"
    scale: tuple[str, ...]
    statements: tuple[Statement, ...]

    def steps(self) -> tuple[str, ...]:
        """The values of the scale: `1` is its first step."""
        return tuple(str(index + 1) for index in range(len(self.scale)))

    def variables(self) -> tuple[Variable, ...]:
        return tuple(Variable(statement.id, "single", "identifier", self.steps()) for statement in self.statements)

    def rule(self) -> Rule:
        return Unscored()

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        yield from duplicates([statement.id for statement in self.statements], "statements")
        if len(self.scale) < MINIMUM_CHOICES or not self.statements:
            yield Problem(("scale",), "options-few")

    def samples(self) -> tuple[Sample, ...]:
        top = {statement.id: (str(len(self.scale)),) for statement in self.statements}
        return (Sample("top", top, None), Sample("empty", {}, None))
