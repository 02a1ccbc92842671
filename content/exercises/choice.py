"""Single choice, multiple choice and true/false (QTI choiceInteraction)."""

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
    shares,
)
from content.frozen import frozen
from content.markup import Markup
from content.scoring import FULL_CREDIT, MapResponse, MatchCorrect, Response, Rule, fraction


@frozen(kw_only=True)
class Option:
    """One answer to choose; `credit` (percent) only in single choice."""

    id: str
    text: Markup
    correct: bool = False
    credit: int | None = None
    feedback: Markup = Markup("")


@frozen(kw_only=True)
class Choice(Exercise):
    """What all choices from a set of options share."""

    interaction: ClassVar[Interaction] = "choice"
    options: tuple[Option, ...]

    def correct_values(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options if option.correct)

    def correct(self) -> Response:
        return {RESPONSE: self.correct_values()}

    def notes(self) -> tuple[Note, ...]:
        return tuple(Note(chosen(RESPONSE, option.id), option.feedback) for option in self.options if option.feedback)

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        yield from duplicates([option.id for option in self.options], "options")
        if len(self.options) < MINIMUM_CHOICES:
            yield Problem(("options",), "options-few")


@frozen(kw_only=True)
class Listed(Choice):
    """A choice whose options stand in a list, in an order of their own or in any."""

    shuffle: bool = True


@frozen(kw_only=True)
class SingleChoice(Listed):
    """One option is right; others may earn part of the points."""

    type: ClassVar[str] = "single-choice"

    def variables(self) -> tuple[Variable, ...]:
        return (Variable(RESPONSE, "single", "identifier", tuple(option.id for option in self.options)),)

    def rule(self) -> Rule:
        if not any(option.credit for option in self.options):
            return MatchCorrect(RESPONSE, self.correct_values())
        mapping = tuple((o.id, FULL_CREDIT if o.correct else o.credit or 0) for o in self.options)
        return MapResponse(RESPONSE, mapping, FULL_CREDIT)

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        if len(self.correct_values()) != 1:
            yield Problem(("options",), "single-correct", {"count": len(self.correct_values())})
        for index, option in enumerate(self.options):
            if option.credit is not None and (option.correct or not 0 <= option.credit < FULL_CREDIT):
                yield Problem(("options", index, "credit"), "credit")

    def samples(self) -> tuple[Sample, ...]:
        rest = tuple(
            Sample(f"option {o.id}", {RESPONSE: (o.id,)}, fraction(o.credit or 0, FULL_CREDIT))
            for o in self.options
            if not o.correct
        )
        return (Sample("right", self.correct(), fraction(1)), *rest, Sample("empty", {}, fraction(0)))


@frozen(kw_only=True)
class Several(Choice):
    """Several options may be right; `partial` weighs right against wrong ones, `all` wants exactly the right set."""

    scoring: Literal["partial", "all"] = "partial"

    def variables(self) -> tuple[Variable, ...]:
        return (Variable(RESPONSE, "multiple", "identifier", tuple(option.id for option in self.options)),)

    def rule(self) -> Rule:
        right = self.correct_values()
        if self.scoring == "all":
            return MatchCorrect(RESPONSE, right)
        gain, loss, maximum = shares(len(right), len(self.options) - len(right))
        return MapResponse(RESPONSE, tuple((o.id, gain if o.correct else loss) for o in self.options), maximum)

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        if not self.correct_values():
            yield Problem(("options",), "multiple-correct")
        for index, option in enumerate(self.options):
            if option.credit is not None:
                yield Problem(("options", index, "credit"), "credit")

    def samples(self) -> tuple[Sample, ...]:
        right = self.correct_values()
        wrong = tuple(option.id for option in self.options if not option.correct)
        partial = self.scoring == "partial"
        samples = [Sample("right", self.correct(), fraction(1)), Sample("empty", {}, fraction(0))]
        if wrong:
            samples.append(Sample("everything", {RESPONSE: right + wrong}, fraction(0)))
            samples.append(Sample("wrong", {RESPONSE: wrong}, fraction(0)))
            one_off = max(fraction(0), 1 - fraction(1, len(wrong))) if partial else fraction(0)
            samples.append(Sample("one too many", {RESPONSE: (*right, wrong[0])}, one_off))
        if len(right) > 1:
            score = fraction(len(right) - 1, len(right)) if partial else fraction(0)
            samples.append(Sample("one missing", {RESPONSE: right[1:]}, score))
        return tuple(samples)


@frozen(kw_only=True)
class MultipleChoice(Several, Listed):
    """Any number of options may be chosen."""

    type: ClassVar[str] = "multiple-choice"


@frozen(kw_only=True)
class TrueFalse(Exercise):
    """The prompt is a statement."""

    type: ClassVar[str] = "true-false"
    interaction: ClassVar[Interaction] = "true-false"
    answer: bool
    feedback_true: Markup = Markup("")
    feedback_false: Markup = Markup("")

    def variables(self) -> tuple[Variable, ...]:
        return (Variable(RESPONSE, "single", "identifier", ("true", "false")),)

    def rule(self) -> Rule:
        return MatchCorrect(RESPONSE, (str(self.answer).lower(),))

    def correct(self) -> Response:
        return {RESPONSE: (str(self.answer).lower(),)}

    def notes(self) -> tuple[Note, ...]:
        texts = (("true", self.feedback_true), ("false", self.feedback_false))
        return tuple(Note(chosen(RESPONSE, value), text) for value, text in texts if text)

    def samples(self) -> tuple[Sample, ...]:
        wrong = {RESPONSE: (str(not self.answer).lower(),)}
        right = Sample("right", self.correct(), fraction(1))
        return (right, Sample("wrong", wrong, fraction(0)), Sample("empty", {}, fraction(0)))
