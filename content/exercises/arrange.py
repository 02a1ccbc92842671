"""Matching (QTI matchInteraction) and ordering (QTI orderInteraction)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from content.exercises.base import (
    MINIMUM_CHOICES,
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
from content.scoring import MapPosition, MapResponse, MatchCorrect, Response, Rule, fraction


@frozen(kw_only=True)
class Source:
    """A left side; `target` names the right side that belongs to it."""

    id: str
    text: Markup
    target: str
    feedback: Markup = Markup("")


@frozen(kw_only=True)
class Target:
    """A right side; one that no source names is a distractor."""

    id: str
    text: Markup


@frozen(kw_only=True)
class Pairing(Exercise):
    """Every source gets one target; each right pair counts the same. Subclasses say how an author writes it."""

    interaction: ClassVar[Interaction] = "matching"
    SOURCES: ClassVar[str]
    TARGETS: ClassVar[str]
    TARGET: ClassVar[str]
    """Names of the fields, for findings."""

    @property
    def pairing(self) -> tuple[tuple[Source, ...], tuple[Target, ...]]:
        """The two sides."""
        raise TypeError(self.type)

    def variables(self) -> tuple[Variable, ...]:
        sources, targets = self.pairing
        return (Variable(RESPONSE, "multiple", "pair", tuple(s.id for s in sources), tuple(t.id for t in targets)),)

    def pairs(self) -> tuple[str, ...]:
        return tuple(f"{source.id} {source.target}" for source in self.pairing[0])

    def rule(self) -> Rule:
        pairs = self.pairs()
        return MapResponse(RESPONSE, tuple((pair, 1) for pair in pairs), len(pairs))

    def correct(self) -> Response:
        return {RESPONSE: self.pairs()}

    def notes(self) -> tuple[Note, ...]:
        return tuple(
            Note(chosen(RESPONSE, f"{source.id} {source.target}"), source.feedback, negate=True)
            for source in self.pairing[0]
            if source.feedback
        )

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        sources, targets = self.pairing
        known = [target.id for target in targets]
        yield from duplicates([source.id for source in sources], self.SOURCES)
        yield from duplicates(known, self.TARGETS)
        if len(sources) < MINIMUM_CHOICES or len(targets) < MINIMUM_CHOICES:
            yield Problem((self.SOURCES,), "options-few")
        for index, source in enumerate(sources):
            if source.target not in known:
                yield Problem((self.SOURCES, index, self.TARGET), "target-unknown", {"id": source.target})

    def samples(self) -> tuple[Sample, ...]:
        sources, targets = self.pairing
        pairs = self.pairs()
        wrong = tuple(f"{s.id} {next(t.id for t in targets if t.id != s.target)}" for s in sources)
        share = fraction(1, len(pairs))
        return (
            Sample("right", self.correct(), fraction(1)),
            Sample("one missing", {RESPONSE: pairs[1:]}, 1 - share),
            Sample("one wrong", {RESPONSE: (wrong[0], *pairs[1:])}, 1 - share),
            Sample("wrong", {RESPONSE: wrong}, fraction(0)),
            Sample("empty", {}, fraction(0)),
        )


@frozen(kw_only=True)
class Matching(Pairing):
    """Two lists; the right one may hold distractors."""

    type: ClassVar[str] = "matching"
    SOURCES: ClassVar[str] = "sources"
    TARGETS: ClassVar[str] = "targets"
    TARGET: ClassVar[str] = "target"
    sources: tuple[Source, ...]
    targets: tuple[Target, ...]

    @property
    def pairing(self) -> tuple[tuple[Source, ...], tuple[Target, ...]]:
        return self.sources, self.targets


@frozen(kw_only=True)
class Member:
    """A thing to put into a category."""

    id: str
    text: Markup
    category: str
    feedback: Markup = Markup("")


@frozen(kw_only=True)
class Categorise(Pairing):
    """Things are put into a few categories; all categories are in sight at every thing."""

    type: ClassVar[str] = "categorise"
    SOURCES: ClassVar[str] = "items"
    TARGETS: ClassVar[str] = "categories"
    TARGET: ClassVar[str] = "category"
    items: tuple[Member, ...]
    categories: tuple[Target, ...]

    @property
    def pairing(self) -> tuple[tuple[Source, ...], tuple[Target, ...]]:
        sources = (Source(id=i.id, text=i.text, target=i.category, feedback=i.feedback) for i in self.items)
        return tuple(sources), self.categories


@frozen(kw_only=True)
class Item:
    """A member of the sequence."""

    id: str
    text: Markup
    feedback: Markup = Markup("")


@frozen(kw_only=True)
class Ordering(Exercise):
    """Items in the right order; `partial` counts right places, `all` wants the whole order."""

    type: ClassVar[str] = "ordering"
    interaction: ClassVar[Interaction] = "sequencing"
    items: tuple[Item, ...]
    scoring: Literal["partial", "all"] = "partial"

    def sequence(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)

    def variables(self) -> tuple[Variable, ...]:
        return (Variable(RESPONSE, "ordered", "identifier", self.sequence()),)

    def rule(self) -> Rule:
        if self.scoring == "all":
            return MatchCorrect(RESPONSE, self.sequence(), ordered=True)
        return MapPosition(RESPONSE, self.sequence())

    def correct(self) -> Response:
        return {RESPONSE: self.sequence()}

    def notes(self) -> tuple[Note, ...]:
        """The feedback of an item shows when the whole order is not right."""
        whole = MatchCorrect(RESPONSE, self.sequence(), ordered=True)
        return tuple(Note(whole, item.feedback, negate=True) for item in self.items if item.feedback)

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        yield from duplicates(self.sequence(), "items")
        if len(self.items) < MINIMUM_CHOICES:
            yield Problem(("items",), "options-few")

    def samples(self) -> tuple[Sample, ...]:
        order = self.sequence()
        swapped = (order[1], order[0], *order[2:])
        partial = fraction(len(order) - 2, len(order)) if self.scoring == "partial" else fraction(0)
        shifted = Sample("shifted", {RESPONSE: (*order[1:], order[0])}, fraction(0))
        return (
            Sample("right", self.correct(), fraction(1)),
            Sample("two swapped", {RESPONSE: swapped}, partial),
            shifted,
            Sample("empty", {}, fraction(0)),
        )
