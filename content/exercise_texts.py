"""The texts in an exercise, wherever its type has some: Markdown becomes HTML, macros their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from content.exercises import Exercise
from content.findings import Finding
from content.frozen import changed
from content.markdown import Place, Renderer
from content.markup import Markup
from content.raw import RawExercise


def texts_rendered(value: Any, raw: RawExercise, keys: tuple[str | int, ...], renderer: Renderer, place: Place) -> Any:
    """`value`, the part of an exercise at `keys` of its file, with every text in it rendered, at any depth."""
    if isinstance(value, Markup):
        if not value:
            return value
        place.line = raw.document.line(*keys)
        place.prefix = "-".join([raw.exercise.id, *map(str, keys[len(raw.keys) :])])
        return renderer.markup(value.source, place)
    if isinstance(value, str):
        if "{{" not in value:
            return value
        place.line = raw.document.line(*keys)
        return renderer.title(value, place)
    if isinstance(value, tuple):
        return tuple([texts_rendered(item, raw, (*keys, index), renderer, place) for index, item in enumerate(value)])
    new = {}
    for name in _parts(value.__class__):
        part = getattr(value, name)
        if part.__class__ is str and "{{" not in part:  # most parts
            continue
        if part and (isinstance(part, str | tuple) or _parts(part.__class__)):
            rendered = texts_rendered(part, raw, (*keys, name), renderer, place)
            if rendered is not part:
                new[name] = rendered
    return changed(value, new) if new else value


@cache
def _parts(kind: Any) -> tuple[str, ...]:
    """The fields of a value class that may hold texts; of any other class none."""
    if not is_dataclass(kind):
        return ()
    return tuple(field.name for field in fields(kind) if field.name not in ("id", "title"))


def problems(exercise: Exercise, raw: RawExercise) -> Iterator[Finding]:
    """Faults that show only when the texts are rendered."""
    for problem in exercise.check_rendered():
        line = raw.document.line(*raw.keys, *problem.keys)
        yield Finding(raw.document.path, line, problem.code, {"id": exercise.id, **problem.values})
