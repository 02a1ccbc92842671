"""Kprim: four statements, each of them right or wrong (QTI matchInteraction with two columns).

Krebs, R. (1997): The Swiss way to score multiple true-false items – half of the points for three of four.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from content.exercises.base import (
    RESPONSE,
    Exercise,
    Interaction,
    Note,
    Problem,
    Sample,
    Variable,
    chosen,
    duplicates,
)
from content.frozen import frozen
from content.markup import Markup
from content.scoring import Graded, MapResponse, Response, Rule, fraction

STATEMENTS = 4
TRUE, FALSE = "true", "false"
# Percent for 0…4 right statements.
CREDITS = {"kprim": (0, 0, 0, 50, 100), "partial": (0, 25, 50, 75, 100), "all": (0, 0, 0, 0, 100)}


@frozen(kw_only=True)
class Claim:
    """A statement and whether it is right."""

    id: str
    text: Markup
    answer: bool
    feedback: Markup = Markup("")


@frozen(kw_only=True)
class Kprim(Exercise):
    """Exactly four statements; `kprim` gives half of the points for three right ones, `partial` a quarter for each."""

    type: ClassVar[str] = "kprim"
    interaction: ClassVar[Interaction] = "matching"
    statements: tuple[Claim, ...]
    scoring: Literal["kprim", "partial", "all"] = "kprim"
    shuffle: bool = True

    def variables(self) -> tuple[Variable, ...]:
        statements = tuple(statement.id for statement in self.statements)
        return (Variable(RESPONSE, "multiple", "pair", statements, (TRUE, FALSE)),)

    def pairs(self) -> tuple[str, ...]:
        """The right answer to every statement."""
        return tuple(_pair(statement, statement.answer) for statement in self.statements)

    def rule(self) -> Rule:
        pairs = self.pairs()
        return Graded(MapResponse(RESPONSE, tuple((pair, 1) for pair in pairs), len(pairs)), CREDITS[self.scoring])

    def correct(self) -> Response:
        return {RESPONSE: self.pairs()}

    def notes(self) -> tuple[Note, ...]:
        return tuple(
            Note(chosen(RESPONSE, _pair(statement, statement.answer)), statement.feedback, negate=True)
            for statement in self.statements
            if statement.feedback
        )

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        yield from duplicates([statement.id for statement in self.statements], "statements")
        if len(self.statements) != STATEMENTS:
            yield Problem(("statements",), "kprim-four", {"count": len(self.statements)})

    def samples(self) -> tuple[Sample, ...]:
        right = self.pairs()
        wrong = tuple(_pair(statement, not statement.answer) for statement in self.statements)
        shares = [fraction(credit, 100) for credit in CREDITS[self.scoring]]
        return (
            Sample("right", self.correct(), fraction(1)),
            Sample("one missing", {RESPONSE: right[1:]}, shares[3]),
            Sample("one wrong", {RESPONSE: (wrong[0], *right[1:])}, shares[3]),
            Sample("two wrong", {RESPONSE: (*wrong[:2], *right[2:])}, shares[2]),
            Sample("wrong", {RESPONSE: wrong}, fraction(0)),
            Sample("empty", {}, fraction(0)),
        )


def _pair(statement: Claim, answer: bool) -> str:
    return f"{statement.id} {TRUE if answer else FALSE}"
