"""Which parts of an answer are right, partly right, wrong or missed, and the right answer in words; see `marks.js`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch
from typing import Literal

from content.exercises import (
    Budget,
    DecisionPath,
    Exercise,
    GapText,
    HotSpot,
    Kprim,
    Matching,
    Numeric,
    Ordering,
    Pairing,
    ShortText,
    TrueFalse,
    Variable,
)
from content.exercises.choice import Choice
from content.exercises.entry import GAP
from content.findings import Language
from content.scoring import Graded, Response, Rule, Split, Sum
from content.widgets import amount
from content.widgets.areas import areas

Result = Literal["right", "partly", "wrong", "missed"]
Words = Callable[[str], str]


@dataclass(frozen=True)
class Mark:
    """`control` is the name of a control, `value` the one of several with that name (else empty).

    `word` names the message where the result alone would mislead.
    """

    control: str
    value: str
    result: Result
    word: str = ""


def marks(exercise: Exercise, response: Response, language: str) -> list[Mark]:
    """All marks, missed ones included; empty where nothing is right or wrong."""
    return [mark for variable in exercise.variables() for mark in _variable(exercise, variable, response, language)]


def _variable(exercise: Exercise, variable: Variable, response: Response, language: str) -> Iterator[Mark]:
    given, correct = response.get(variable.id, ()), exercise.correct().get(variable.id, ())
    if isinstance(exercise, DecisionPath):
        yield from _decisions(exercise, variable.id, dict(exercise.rule().taken(response)).get(variable.id))
    elif not correct:
        return
    elif variable.base == "pair":
        yield from _pairs(exercise, variable, given, correct)
    elif variable.cardinality == "ordered":
        for index, item in enumerate(given):
            right = index < len(correct) and correct[index] == item
            yield Mark(f"{variable.id}.{item}", "", "right" if right else "wrong")
    elif variable.base == "identifier" and not isinstance(exercise, GapText):
        yield from _options(exercise, variable, given, correct)
    elif rule := rule_of(exercise.rule(), variable.id):
        outcome = rule.evaluate(response, language)
        if outcome is not None:
            result: Result = "partly" if outcome.points else "wrong"
            # Nothing may be what is wanted of a total, but it fills no gap.
            word = "" if given or isinstance(exercise, Budget) else "open"
            yield Mark(variable.id, "", "right" if outcome.points == outcome.maximum else result, word)


def _options(
    exercise: Exercise, variable: Variable, given: tuple[str, ...], correct: tuple[str, ...]
) -> Iterator[Mark]:
    # „Richtig“ beside „Falsch“ would speak of the statement, not of the answer.
    words = "answer." if isinstance(exercise, TrueFalse) else ""
    for value in variable.values:
        if value in given:
            result: Result = "partly" if _earns(exercise.rule(), variable.id, value) else "wrong"
            result = "right" if value in correct else result
            yield Mark(variable.id, value, result, f"{words}{result}")
        elif value in correct:
            yield Mark(variable.id, value, "missed", f"{words}missed")


def _earns(rule: Rule, variable: str, value: str) -> bool:
    """The value alone gives points."""
    part = rule_of(rule, variable)
    outcome = part.evaluate({variable: (value,)}) if part else None
    return outcome is not None and outcome.points > 0


def _pairs(exercise: Exercise, variable: Variable, given: tuple[str, ...], correct: tuple[str, ...]) -> Iterator[Mark]:
    # „Richtig“ beside a statement would speak of the statement, not of the judgement.
    words = "judged." if isinstance(exercise, Kprim) else ""
    for source in variable.values:
        control = f"{variable.id}.{source}"
        pair = next((pair for pair in given if pair.startswith(f"{source} ")), None)
        if pair:
            result: Result = "right" if pair in correct else "wrong"
            value = "" if isinstance(exercise, Matching) else pair.split(" ")[1]
            yield Mark(control, value, result, f"{words}{result}")
        elif any(known.startswith(f"{source} ") for known in correct):
            yield Mark(control, "", "missed", "open")


def _decisions(exercise: DecisionPath, step: str, decision: str | None) -> Iterator[Mark]:
    """A decision is as good as what it is worth beside the other ones of its step, even off the best way."""
    options = next((known.options for known in exercise.steps if known.id == step), ())
    best = max((option.credit for option in options), default=0)
    right = {option.id for option in options if option.credit == best}
    for option in options if decision else ():
        if option.id == decision:
            result: Result = "partly" if option.credit else "wrong"
            yield Mark(step, option.id, "right" if option.id in right else result)
        elif option.id in right and decision not in right:
            yield Mark(step, option.id, "missed")


def rule_of(rule: Rule, variable: str) -> Rule | None:
    """The rule that scores one variable alone: the rule itself or a part of it."""
    if isinstance(rule, Graded):
        return rule_of(rule.part, variable)
    if isinstance(rule, Sum | Split):
        return next((found for part in rule.parts if (found := rule_of(part, variable))), None)
    return rule if getattr(rule, "variable", None) == variable else None


@singledispatch
def solution(exercise: Exercise, words: Words, language: Language) -> list[str]:
    """The right answer as lines of HTML that are not concrete yet; none where there is no right one."""
    return []


@solution.register
def _(exercise: Choice, words: Words, language: Language) -> list[str]:
    return [option.text.inline for option in exercise.options if option.id in exercise.correct_values()]


@solution.register
def _(exercise: TrueFalse, words: Words, language: Language) -> list[str]:
    return [words(f"widget.{value}") for value in exercise.correct()["RESPONSE"]]


@solution.register
def _(exercise: HotSpot, words: Words, language: Language) -> list[str]:
    right = exercise.correct_values()
    return [f"{area.letter} – {area.text.inline}" for area in areas(exercise) if area.id in right]


@solution.register
def _(exercise: Pairing, words: Words, language: Language) -> list[str]:
    sources, sides = exercise.pairing
    targets = {target.id: target.text.inline for target in sides}
    return [f"{source.text.inline} – {targets[source.target]}" for source in sources]


@solution.register
def _(exercise: Kprim, words: Words, language: Language) -> list[str]:
    return [f"{claim.text.inline} – {words(f'widget.{str(claim.answer).lower()}')}" for claim in exercise.statements]


@solution.register
def _(exercise: DecisionPath, words: Words, language: Language) -> list[str]:
    return [decision.text.inline for _, decision in exercise.best_way()]


@solution.register
def _(exercise: Budget, words: Words, language: Language) -> list[str]:
    """All that is reasonable: one way to share out the total would tell the others wrong."""
    lines = []
    for item in exercise.items:
        bounds = dict.fromkeys((amount(item.low, language), amount(item.high, language)))
        lines.append(f"{item.text.inline}: {'–'.join(bounds)} {exercise.unit}".strip())
    return lines


@solution.register
def _(exercise: Ordering, words: Words, language: Language) -> list[str]:
    return [item.text.inline for item in exercise.items]


@solution.register
def _(exercise: Numeric, words: Words, language: Language) -> list[str]:
    return [f"{amount(Decimal(exercise.correct()['RESPONSE'][0]), language)} {exercise.unit}".strip()]


@solution.register
def _(exercise: ShortText, words: Words, language: Language) -> list[str]:
    return list(exercise.correct()["RESPONSE"])


@solution.register
def _(exercise: GapText, words: Words, language: Language) -> list[str]:
    places = {name: number for number, name in enumerate(GAP.findall(exercise.text.source), start=1)}
    lines = []
    for gap in sorted(exercise.gaps, key=lambda gap: places[gap.id]):
        texts = {option.id: option.text.plain for option in gap.options}
        value = gap.correct()[0]
        value = amount(Decimal(value), language) if gap.type == "number" else value
        label = words("widget.gap").format(number=places[gap.id])
        lines.append(f"{label}: {texts.get(value, value)} {gap.unit}".strip())
    return lines
