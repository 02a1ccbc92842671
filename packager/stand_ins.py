"""Exercises in the words of another type, for targets that lack theirs: the one place that turns one into the other.

A stand-in keeps identifier, points, objectives, hints and feedback. Each target has a table that names the types it
stands in for and the finding that tells the author; what is in no table and has no exporter of its own stays a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import singledispatch
from html import escape
from typing import Any

from content import Curriculum, Finding
from content.exercises import (
    Budget,
    Categorise,
    DecisionPath,
    Exercise,
    GapText,
    HotSpot,
    HotText,
    Kprim,
    Matching,
    MultipleChoice,
    SingleChoice,
)
from content.exercises.arrange import Source, Target
from content.exercises.budget import Purpose
from content.exercises.choice import Option
from content.exercises.entry import GAP, Gap
from content.exercises.kprim import FALSE, TRUE
from content.exercises.path import Decision, Step
from content.findings import Language
from content.markup import Markup
from content.messages import messages
from content.model import Asset, Module
from packager.areas import Drawing, drawing, letters, without_areas
from packager.formats.base import Job


def always(exercise: Exercise, curriculum: Curriculum) -> bool:
    """The target has nothing for any exercise of the type."""
    return True


@dataclass(frozen=True)
class StandIn:
    """`code` of the finding that says what stands in and how it scores; `needed` tells which exercises need it."""

    code: str
    needed: Callable[[Exercise, Curriculum], bool] = always


Table = Mapping[type[Exercise], StandIn]


def stood_in(job: Job, table: Table) -> Job:
    """The job with every exercise replaced that the table names, and with the drawings that these show."""
    drawings: dict[str, Asset] = {}
    modules = {module.id: _module(module, job.curriculum, table, drawings) for module in job.modules}
    if all(modules[module.id] is module for module in job.modules):
        return job
    curriculum = replace(
        job.curriculum,
        modules=tuple(modules.get(module.id, module) for module in job.curriculum.modules),
        assets={**job.curriculum.assets, **drawings},
    )
    return replace(job, curriculum=curriculum, modules=tuple(modules.values()))


def remarks(job: Job, table: Table) -> Iterator[Finding]:
    """One finding for each module and reason, with the exercises that something else stands in for."""
    for module in job.modules:
        for kind, entry in table.items():
            ids = [item.id for item in module.exercises.values() if _applies(item, job.curriculum, table, kind)]
            if ids:
                place = module.location
                yield Finding(place.path, place.line, entry.code, {"ids": ", ".join(ids), "count": len(ids)})


def _applies(exercise: Exercise, curriculum: Curriculum, table: Table, kind: type[Exercise]) -> bool:
    return type(exercise) is kind and table[kind].needed(exercise, curriculum)


def _module(module: Module, curriculum: Curriculum, table: Table, drawings: dict[str, Asset]) -> Module:
    exercises = dict(module.exercises)
    for identifier, exercise in module.exercises.items():
        if type(exercise) in table and _applies(exercise, curriculum, table, type(exercise)):
            exercises[identifier], drawn = stand_in(exercise, curriculum)
            if drawn:
                drawings[drawn.path] = drawn
    changed = {name: item.variables() for name, item in exercises.items() if item is not module.exercises[name]}
    return replace(module, exercises=exercises, variables={**module.variables, **changed}) if changed else module


def stand_in(exercise: Exercise, curriculum: Curriculum) -> tuple[Exercise, Drawing | None]:
    """The exercise in the words of an older type, and the picture that it needs.

    Raises TypeError for a type that nothing stands in for.
    """
    if isinstance(exercise, HotSpot):
        drawn = drawing(exercise, curriculum.assets[exercise.asset])
        return _lettered(exercise, drawn, curriculum.language), drawn
    return _stand_in(exercise, curriculum.language), None


@singledispatch
def _stand_in(exercise: Exercise, language: Language) -> Exercise:
    raise TypeError(f"nothing stands in for exercises of type {exercise.type}")


def scores_alike(exercise: Exercise) -> bool:
    """The stand-in gives every answer the score of the exercise; the findings say what differs where it does not."""
    if isinstance(exercise, Kprim):
        return exercise.scoring == "partial"
    return not isinstance(exercise, DecisionPath | Budget)


STOOD_IN_FOR = frozenset({HotSpot, HotText, Kprim, Categorise, DecisionPath, Budget})
"""The types that something stands in for, for the tests that no pair of type and target is forgotten."""


def _common(exercise: Exercise) -> dict[str, Any]:
    names = ("id", "title", "prompt", "objectives", "competences", "difficulty", "points", "hints", "feedback")
    return {name: getattr(exercise, name) for name in names}


def _html(html: str) -> Markup:
    """Text that was put together here; it is its own source."""
    return Markup(html, html)


def _plain(html: str) -> str:
    """Text that was none with gaps: what looks like one gets an invisible sign (word joiner) between its brackets."""
    return GAP.sub(lambda found: f"[\u2060[{found.group(1)}]]", html)


@_stand_in.register
def _(exercise: HotText, language: Language) -> Exercise:
    """The passages keep their place in the text, set off and numbered; they are chosen by number."""
    known = {option.id: option for option in exercise.options}
    numbers = {name: number for number, name in enumerate(GAP.findall(exercise.text.html), start=1)}

    def passage(name: str) -> str:
        return f"({numbers[name]}) {known[name].text.inline}"

    text = GAP.sub(lambda found: f"<strong>{passage(found.group(1))}</strong>", exercise.text.html)
    return MultipleChoice(
        **{**_common(exercise), "prompt": _html(exercise.prompt.html + text)},
        options=tuple(replace(known[name], text=_html(passage(name))) for name in numbers),
        scoring=exercise.scoring,
        shuffle=False,
    )


def _lettered(exercise: HotSpot, drawn: Drawing, language: Language) -> Exercise:
    """The areas are outlined and lettered in the image; what they are is said in the options, as for all readers."""
    names = letters(len(exercise.options))
    area = messages(language)["stand-in.area"]
    options = tuple(
        Option(
            id=spot.id,
            text=_html(area.format(letter=name, text=spot.text.inline)),
            correct=spot.correct,
            feedback=spot.feedback,
        )
        for name, spot in zip(names, exercise.options, strict=True)
    )
    common = {**_common(exercise), "prompt": _html(exercise.prompt.html + without_areas(exercise, drawn))}
    if exercise.choose == "one":
        return SingleChoice(**common, options=options, shuffle=False)
    return MultipleChoice(**common, options=options, scoring=exercise.scoring, shuffle=False)


@_stand_in.register
def _(exercise: Kprim, language: Language) -> Exercise:
    """Right or wrong for every statement; each right one counts a quarter, whatever the exercise wanted."""
    return Matching(
        **_common(exercise),
        sources=tuple(
            Source(id=claim.id, text=claim.text, target=TRUE if claim.answer else FALSE, feedback=claim.feedback)
            for claim in exercise.statements
        ),
        targets=tuple(Target(id=name, text=_html(messages(language)[f"widget.{name}"])) for name in (TRUE, FALSE)),
    )


@_stand_in.register
def _(exercise: Categorise, language: Language) -> Exercise:
    sources, targets = exercise.pairing
    return Matching(**_common(exercise), sources=sources, targets=targets)


@_stand_in.register
def _(exercise: DecisionPath, language: Language) -> Exercise:
    """The case as the best way tells it, a choice for every decision on it; ways beside it have no place."""
    way = exercise.best_way()
    asked = messages(language)["stand-in.decision"]
    text = "".join(f"{_plain(step.text.html)}<p>{asked}: [[{step.id}]]</p>" for step, _ in way)
    gaps = tuple(_choice(step, best) for step, best in way)
    return GapText(**_common(exercise), text=_html(text), gaps=gaps)


def _choice(step: Step, best: Decision) -> Gap:
    options = tuple(
        Option(id=option.id, text=option.text, correct=option is best, feedback=option.feedback)
        for option in step.options
    )
    return Gap(id=step.id, type="select", options=options)


@_stand_in.register
def _(exercise: Budget, language: Language) -> Exercise:
    """A number for every purpose; nothing tells whether they exceed the total, which is why the text names it."""
    total = _plain(f"{_amount(exercise.total, language)} {escape(exercise.unit, quote=False)}".strip())
    rows = "".join(f"<li>{_plain(item.text.inline)}: [[{item.id}]]</li>" for item in exercise.items)
    text = f"<p>{messages(language)['stand-in.total'].format(total=total)}</p><ul>{rows}</ul>"
    gaps = tuple(_number(item, exercise.unit) for item in exercise.items)
    return GapText(**_common(exercise), text=_html(text), gaps=gaps)


def _number(item: Purpose, unit: str) -> Gap:
    middle, half = (item.low + item.high) / 2, (item.high - item.low) / 2
    return Gap(id=item.id, type="number", answer=middle, tolerance=half, unit=unit, feedback=item.feedback)


def _amount(number: Decimal, language: Language) -> str:
    """The amount as people read it."""
    english = f"{number:,f}"
    return english.translate({ord(","): ".", ord("."): ","}) if language == "de" else english
