"""Typed answers: number, short text and text with gaps (QTI textEntryInteraction, inlineChoiceInteraction)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
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
from content.exercises.choice import Option
from content.frozen import frozen
from content.markup import Markup
from content.scoring import FULL_CREDIT, InRange, MapResponse, MatchText, Response, Rule, Sum, fraction, normalised

GAP = re.compile(r"\[\[([a-z0-9_-]+)\]\]")
LINK_OR_TAG = re.compile(r"<a\b.*?</a>|<[^>]*>", re.DOTALL)


def misplaced(text: Markup) -> Iterator[Problem]:
    """A problem for each `[[id]]` where no control can stand: in a link, in an image, or come from a macro."""
    shown = GAP.findall(LINK_OR_TAG.sub(" ", text.html))
    for identifier in sorted(set(GAP.findall(text.source)) ^ set(shown)):
        yield Problem(("text",), "gap-place", {"gap": identifier})


@frozen(kw_only=True)
class WrongNumber:
    """A typical mistake and what to say about it."""

    answer: Decimal
    tolerance: Decimal = Decimal(0)
    feedback: Markup


@frozen(kw_only=True)
class Numeric(Exercise):
    """A number within `tolerance` (absolute); `unit` stands behind the field and is not typed."""

    type: ClassVar[str] = "numeric"
    interaction: ClassVar[Interaction] = "numeric"
    answer: Decimal
    tolerance: Decimal = Decimal(0)
    unit: str = ""
    wrong: tuple[WrongNumber, ...] = ()

    def variables(self) -> tuple[Variable, ...]:
        return (Variable(RESPONSE, "single", "float"),)

    def rule(self) -> Rule:
        return InRange(RESPONSE, ((self.answer - self.tolerance, self.answer + self.tolerance, FULL_CREDIT),))

    def correct(self) -> Response:
        return {RESPONSE: (f"{self.answer:f}",)}

    def notes(self) -> tuple[Note, ...]:
        return tuple(
            Note(InRange(RESPONSE, ((w.answer - w.tolerance, w.answer + w.tolerance, FULL_CREDIT),)), w.feedback)
            for w in self.wrong
        )

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        if self.tolerance < 0:
            yield Problem(("tolerance",), "tolerance")
        for index, wrong in enumerate(self.wrong):
            if abs(wrong.answer - self.answer) <= self.tolerance + wrong.tolerance:
                yield Problem(("wrong", index), "wrong-is-right", {"text": f"{wrong.answer:f}"})

    def samples(self) -> tuple[Sample, ...]:
        off = self.answer + self.tolerance + 1
        return (
            Sample("right", self.correct(), fraction(1)),
            Sample("upper bound", {RESPONSE: (german(self.answer + self.tolerance),)}, fraction(1)),
            Sample("outside", {RESPONSE: (german(off),)}, fraction(0)),
            Sample("not a number", {RESPONSE: ("viel",)}, fraction(0)),
            Sample("empty", {}, fraction(0)),
        )


def german(number: Decimal) -> str:
    """The number as a German types it."""
    return f"{number:f}".replace(".", ",")


@frozen(kw_only=True)
class AcceptedText:
    """A right answer, worth `credit` percent."""

    text: str
    credit: int = FULL_CREDIT


@frozen(kw_only=True)
class WrongText:
    """A typical wrong answer and what to say about it."""

    text: str
    feedback: Markup


Answers = tuple[AcceptedText | str, ...]


def accepted(answers: tuple[AcceptedText | str, ...]) -> tuple[tuple[str, int], ...]:
    """Texts with their credit in percent."""
    return tuple((a, FULL_CREDIT) if isinstance(a, str) else (a.text, a.credit) for a in answers)


def check_answers(answers: tuple[AcceptedText | str, ...], *keys: str | int) -> Iterator[Problem]:
    texts = accepted(answers)
    if not any(credit == FULL_CREDIT and text.strip() for text, credit in texts):
        yield Problem(keys, "answers-none")
    for index, (_, credit) in enumerate(texts):
        if not 0 < credit <= FULL_CREDIT:
            yield Problem((*keys, index), "credit")


@frozen(kw_only=True)
class ShortText(Exercise):
    """A word or a short phrase."""

    type: ClassVar[str] = "short-text"
    interaction: ClassVar[Interaction] = "fill-in"
    answers: Answers
    case_sensitive: bool = False
    wrong: tuple[WrongText, ...] = ()

    def variables(self) -> tuple[Variable, ...]:
        return (Variable(RESPONSE, "single", "string"),)

    def rule(self) -> Rule:
        return MatchText(RESPONSE, accepted(self.answers), self.case_sensitive)

    def correct(self) -> Response:
        return {RESPONSE: (full_answer(self.answers),)}

    def notes(self) -> tuple[Note, ...]:
        return tuple(
            Note(MatchText(RESPONSE, ((w.text, FULL_CREDIT),), self.case_sensitive), w.feedback) for w in self.wrong
        )

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        yield from check_answers(self.answers, "answers")
        right = {normalised(text, self.case_sensitive) for text, _ in accepted(self.answers)}
        for index, wrong in enumerate(self.wrong):
            if normalised(wrong.text, self.case_sensitive) in right:
                yield Problem(("wrong", index), "wrong-is-right", {"text": wrong.text})

    def samples(self) -> tuple[Sample, ...]:
        known = tuple(
            Sample(f"answer {index + 1}", {RESPONSE: (f"  {text} ",)}, fraction(credit, FULL_CREDIT))
            for index, (text, credit) in enumerate(accepted(self.answers))
        )
        wrong = Sample("wrong", {RESPONSE: ("\u2205",)}, fraction(0))
        return (Sample("right", self.correct(), fraction(1)), *known, wrong, Sample("empty", {}, fraction(0)))


def full_answer(answers: tuple[AcceptedText | str, ...]) -> str:
    return next((text for text, credit in accepted(answers) if credit == FULL_CREDIT), "")


@frozen(kw_only=True)
class Gap:
    """A gap: typed text, a choice or a number, by the fields that fit its `type`."""

    id: str
    type: Literal["text", "select", "number"]
    answers: Answers = ()
    case_sensitive: bool = False
    options: tuple[Option, ...] = ()
    answer: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    unit: str = ""
    feedback: Markup = Markup("")

    def variable(self) -> Variable:
        base: dict[str, Literal["string", "identifier", "float"]]
        base = {"text": "string", "select": "identifier", "number": "float"}
        return Variable(self.id, "single", base[self.type], tuple(option.id for option in self.options))

    def rule(self) -> Rule:
        if self.type == "text":
            return MatchText(self.id, accepted(self.answers), self.case_sensitive)
        if self.type == "number":
            answer = self.answer or Decimal(0)
            return InRange(self.id, ((answer - self.tolerance, answer + self.tolerance, FULL_CREDIT),))
        mapping = tuple((option.id, FULL_CREDIT) for option in self.options if option.correct)
        return MapResponse(self.id, mapping, FULL_CREDIT)

    def correct(self) -> tuple[str, ...]:
        if self.type == "text":
            return (full_answer(self.answers),)
        if self.type == "number":
            return (f"{self.answer or 0:f}",)
        return tuple(option.id for option in self.options if option.correct)

    def notes(self) -> Iterator[Note]:
        for option in self.options:
            if option.feedback:
                yield Note(chosen(self.id, option.id), option.feedback)
        if self.feedback:
            yield Note(self.rule(), self.feedback, negate=True)

    def check(self, index: int) -> Iterator[Problem]:
        if self.type == "text":
            yield from check_answers(self.answers, "gaps", index, "answers")
        if self.type == "number" and self.answer is None:
            yield Problem(("gaps", index), "gap-number")
        if self.tolerance < 0:
            yield Problem(("gaps", index, "tolerance"), "tolerance")
        if self.type == "select":
            yield from duplicates([option.id for option in self.options], "gaps")
            if len(self.correct()) != 1 or len(self.options) < MINIMUM_CHOICES:
                yield Problem(("gaps", index), "single-correct", {"count": len(self.correct())})


@frozen(kw_only=True)
class GapText(Exercise):
    """A text with gaps `[[id]]`; each gap counts the same."""

    type: ClassVar[str] = "gap-text"
    interaction: ClassVar[Interaction] = "fill-in"
    text: Markup
    gaps: tuple[Gap, ...]

    def variables(self) -> tuple[Variable, ...]:
        return tuple(gap.variable() for gap in self.gaps)

    def rule(self) -> Rule:
        return Sum(tuple(gap.rule() for gap in self.gaps))

    def correct(self) -> Response:
        return {gap.id: gap.correct() for gap in self.gaps}

    def notes(self) -> tuple[Note, ...]:
        return tuple(note for gap in self.gaps for note in gap.notes())

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        ids = [gap.id for gap in self.gaps]
        if not ids:
            yield Problem(("gaps",), "gaps-none")
        yield from duplicates(ids, "gaps")
        placed = GAP.findall(self.text.source)
        for gap in sorted(set(ids) ^ set(placed)):
            yield Problem(("text",), "gap-missing" if gap in ids else "gap-unknown", {"id": gap})
        if len(placed) != len(set(placed)):
            yield Problem(("text",), "gap-twice")
        for index, gap in enumerate(self.gaps):
            yield from gap.check(index)

    def check_rendered(self) -> Iterator[Problem]:
        yield from super().check_rendered()
        yield from misplaced(self.text)

    def samples(self) -> tuple[Sample, ...]:
        right = {gap.id: gap.correct() for gap in self.gaps}
        first = {gap: values for gap, values in right.items() if gap != self.gaps[0].id}
        return (
            Sample("right", right, fraction(1)),
            Sample("one missing", first, 1 - fraction(1, len(self.gaps))),
            Sample("empty", {}, fraction(0)),
        )
