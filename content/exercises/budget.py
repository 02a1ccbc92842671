"""A total that is shared out over several purposes (QTI textEntryInteraction, one for each)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from content.exercises.base import (
    MINIMUM_CHOICES,
    Exercise,
    Interaction,
    Note,
    Problem,
    Sample,
    Variable,
    duplicates,
)
from content.exercises.entry import german
from content.frozen import frozen
from content.markup import Markup
from content.scoring import FULL_CREDIT, InRange, Response, Rule, Split, fraction


@frozen(kw_only=True)
class Purpose:
    """What money, time or people are needed for; `low` to `high` is what is reasonable."""

    id: str
    text: Markup
    low: Decimal
    high: Decimal
    feedback: Markup = Markup("")

    def rule(self) -> InRange:
        return InRange(self.id, ((self.low, self.high, FULL_CREDIT),))


@frozen(kw_only=True)
class Budget(Exercise):
    """Each purpose whose amount is reasonable counts the same, as long as no more than `total` is shared out."""

    type: ClassVar[str] = "budget"
    interaction: ClassVar[Interaction] = "fill-in"
    total: Decimal
    unit: str = ""
    items: tuple[Purpose, ...]

    def variables(self) -> tuple[Variable, ...]:
        return tuple(Variable(item.id, "single", "float") for item in self.items)

    def rule(self) -> Rule:
        return Split(self.total, tuple(item.rule() for item in self.items))

    def complete(self, response: Response) -> bool:
        """Nothing has to go to each purpose."""
        return any(response.values())

    def correct(self) -> Response:
        """The lower bounds, and what is left to the first purposes that may take it."""
        left = self.total - sum(item.low for item in self.items)
        amounts = {}
        for item in self.items:
            more = min(left, item.high - item.low)
            left -= more
            amounts[item.id] = (f"{item.low + more:f}",)
        return amounts

    def notes(self) -> tuple[Note, ...]:
        return tuple(Note(item.rule(), item.feedback, negate=True) for item in self.items if item.feedback)

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        yield from duplicates([item.id for item in self.items], "items")
        if len(self.items) < MINIMUM_CHOICES:
            yield Problem(("items",), "options-few")
        for index, item in enumerate(self.items):
            if not 0 <= item.low <= item.high:
                yield Problem(("items", index), "budget-range")
        if not sum(item.low for item in self.items) <= self.total <= sum(item.high for item in self.items):
            yield Problem(("total",), "budget-total", {"total": f"{self.total:f}"})

    def samples(self) -> tuple[Sample, ...]:
        right = self.correct()
        first = self.items[0]
        without = {item.id: right[item.id] for item in self.items[1:]}
        beyond = {**right, first.id: (german(self.total + first.high + 1),)}
        # Nothing for a purpose may be reasonable too; then leaving it out is no mistake, but no answer either.
        return (
            Sample("right", right, fraction(1)),
            Sample("one missing", without, 1 - fraction(1, len(self.items))),
            Sample("more than there is", beyond, fraction(0)),
            Sample("empty", {}, fraction(0)),
        )
