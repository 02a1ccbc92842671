"""Which parts of an answer are right, wrong or missed, and the right answer in words; the twin of `marks.js`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import singledispatch
from typing import Literal

from content.exercises import Exercise, GapText, Matching, Numeric, Ordering, ShortText, TrueFalse, Variable
from content.exercises.choice import Choice
from content.exercises.entry import GAP
from content.scoring import Response, Rule, Sum

Result = Literal["right", "wrong", "missed"]
Words = Callable[[str], str]


@dataclass(frozen=True)
class Mark:
    """`control` is the name of a control, `value` the one of several with that name (else empty)."""

    control: str
    value: str
    result: Result


def marks(exercise: Exercise, response: Response, language: str) -> list[Mark]:
    """All marks, missed ones included; empty where nothing is right or wrong."""
    return [mark for variable in exercise.variables() for mark in _variable(exercise, variable, response, language)]


def _variable(exercise: Exercise, variable: Variable, response: Response, language: str) -> Iterator[Mark]:
    given, correct = response.get(variable.id, ()), exercise.correct().get(variable.id, ())
    if not correct:
        return
    if variable.base == "pair":
        yield from _pairs(variable, given, correct)
    elif variable.cardinality == "ordered":
        for index, item in enumerate(given):
            right = index < len(correct) and correct[index] == item
            yield Mark(f"{variable.id}.{item}", "", "right" if right else "wrong")
    elif variable.base == "identifier" and not isinstance(exercise, GapText):
        for value in variable.values or ("true", "false"):
            if value in given:
                yield Mark(variable.id, value, "right" if value in correct else "wrong")
            elif value in correct:
                yield Mark(variable.id, value, "missed")
    elif rule := rule_of(exercise.rule(), variable.id):
        outcome = rule.evaluate(response, language)
        if outcome is not None:
            yield Mark(variable.id, "", "right" if outcome.points == outcome.maximum else "wrong")


def _pairs(variable: Variable, given: tuple[str, ...], correct: tuple[str, ...]) -> Iterator[Mark]:
    for source in variable.values:
        control = f"{variable.id}.{source}"
        pair = next((pair for pair in given if pair.startswith(f"{source} ")), None)
        if pair:
            yield Mark(control, "", "right" if pair in correct else "wrong")
        elif any(known.startswith(f"{source} ") for known in correct):
            yield Mark(control, "", "missed")


def rule_of(rule: Rule, variable: str) -> Rule | None:
    """The rule that scores one variable alone: the rule itself or a part of a sum."""
    if isinstance(rule, Sum):
        return next((found for part in rule.parts if (found := rule_of(part, variable))), None)
    return rule if getattr(rule, "variable", None) == variable else None


@singledispatch
def solution(exercise: Exercise, words: Words) -> list[str]:
    """The right answer as lines of HTML that are not concrete yet; none where there is no right one."""
    return []


@solution.register
def _(exercise: Choice, words: Words) -> list[str]:
    return [option.text.inline for option in exercise.options if option.id in exercise.correct_values()]


@solution.register
def _(exercise: TrueFalse, words: Words) -> list[str]:
    return [words(f"widget.{value}") for value in exercise.correct()["RESPONSE"]]


@solution.register
def _(exercise: Matching, words: Words) -> list[str]:
    targets = {target.id: target.text.inline for target in exercise.targets}
    return [f"{source.text.inline} – {targets[source.target]}" for source in exercise.sources]


@solution.register
def _(exercise: Ordering, words: Words) -> list[str]:
    return [item.text.inline for item in exercise.items]


@solution.register
def _(exercise: Numeric, words: Words) -> list[str]:
    return [f"{exercise.correct()['RESPONSE'][0]} {exercise.unit}".strip()]


@solution.register
def _(exercise: ShortText, words: Words) -> list[str]:
    return list(exercise.correct()["RESPONSE"])


@solution.register
def _(exercise: GapText, words: Words) -> list[str]:
    places = {name: number for number, name in enumerate(GAP.findall(exercise.text.source), start=1)}
    lines = []
    for gap in sorted(exercise.gaps, key=lambda gap: places[gap.id]):
        texts = {option.id: option.text.plain for option in gap.options}
        value = gap.correct()[0]
        label = words("widget.gap").format(number=places[gap.id])
        lines.append(f"{label}: {texts.get(value, value)} {gap.unit}".strip())
    return lines
