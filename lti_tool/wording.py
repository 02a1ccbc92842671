"""Given values in the words of their exercise: what identifiers and numbers stand for in a table of answers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from content.exercises import Budget, DecisionPath, Exercise, GapText, Kprim, Ordering, Pairing, TrueFalse
from content.exercises.base import RESPONSE
from content.exercises.choice import Choice
from content.findings import Language
from content.messages import messages

Words = Iterator[tuple[tuple[str, str], str]]
"""(variable, value) and its words."""


@singledispatch
def words(exercise: Exercise, language: Language) -> Words:
    """The words of every value that can be chosen; none where people type."""
    yield from ()


@words.register
def _(exercise: Choice, language: Language) -> Words:
    yield from (((RESPONSE, option.id), option.text.plain) for option in exercise.options)


@words.register
def _(exercise: TrueFalse, language: Language) -> Words:
    yield from (((RESPONSE, value), messages(language)[f"widget.{value}"]) for value in ("true", "false"))


@words.register
def _(exercise: Pairing, language: Language) -> Words:
    sources, targets = exercise.pairing
    for source in sources:
        for target in targets:
            yield (RESPONSE, f"{source.id} {target.id}"), f"{source.text.plain} – {target.text.plain}"


@words.register
def _(exercise: Kprim, language: Language) -> Words:
    for claim in exercise.statements:
        for value in ("true", "false"):
            judged = messages(language)[f"widget.{value}"]
            yield (RESPONSE, f"{claim.id} {value}"), f"{claim.text.plain} – {judged}"


@words.register
def _(exercise: Ordering, language: Language) -> Words:
    yield from (((RESPONSE, item.id), item.text.plain) for item in exercise.items)


@words.register
def _(exercise: DecisionPath, language: Language) -> Words:
    for step in exercise.steps:
        yield from (((step.id, option.id), option.text.plain) for option in step.options)


@words.register
def _(exercise: GapText, language: Language) -> Words:
    for gap in exercise.gaps:
        yield from (((gap.id, option.id), option.text.plain) for option in gap.options)


def purposes(exercise: Exercise) -> dict[str, str]:
    """What each typed amount is for, by variable."""
    return {item.id: item.text.plain for item in exercise.items} if isinstance(exercise, Budget) else {}
