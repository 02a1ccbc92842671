"""The texts in an exercise, wherever its type has some: Markdown becomes HTML, macros their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Protocol

from content.exercises import Exercise
from content.exercises.base import Problem
from content.findings import Finding
from content.frozen import changed
from content.markdown import Place, Renderer
from content.markup import Markup
from content.raw import RawExercise

# Plain texts that learners read; the others are identifiers, or answers that somebody may type in any gender form.
SHOWN = frozenset({"unit", "scale"})


class Texts(Protocol):
    """Turns the texts of an exercise, one after the other, into what is shown (`Renderer`)."""

    def markup(self, source: str, place: Place) -> Markup: ...

    def title(self, text: str, place: Place) -> str: ...


class Noted:
    """Renders, and notes what came out: far less to keep than the exercise with all its parts."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self.texts: list[str] = []

    def markup(self, source: str, place: Place) -> Markup:
        made = self._renderer.markup(source, place)
        self.texts.append(made.html)
        return made

    def title(self, text: str, place: Place) -> str:
        made = self._renderer.title(text, place)
        self.texts.append(made)
        return made


class Repeated:
    """Gives back the texts that `Noted` noted of the same exercise."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = iter(texts)

    def markup(self, source: str, place: Place) -> Markup:
        return Markup(source, next(self._texts))

    def title(self, text: str, place: Place) -> str:
        return next(self._texts)


def texts_rendered(value: Any, raw: RawExercise, keys: tuple[str | int, ...], renderer: Texts, place: Place) -> Any:
    """`value`, the part of an exercise at `keys` of its file, with every text in it rendered, at any depth."""
    if isinstance(value, Markup):
        if not value:
            return value
        place.line = raw.document.line(*keys)
        place.prefix = "-".join([raw.exercise.id, *map(str, keys[len(raw.keys) :])])
        return renderer.markup(value.source, place)
    if isinstance(value, str):
        if "{{" not in value and not SHOWN.intersection(keys):
            return value
        place.line = raw.document.line(*keys)
        return renderer.title(value, place)
    if isinstance(value, tuple):
        return tuple([texts_rendered(item, raw, (*keys, index), renderer, place) for index, item in enumerate(value)])
    new = {}
    for name in _parts(value.__class__):
        part = getattr(value, name)
        if part.__class__ is str and "{{" not in part and name != "unit":  # most parts
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


NEEDED = frozenset({"prompt", "text", "image", "criterion"})
PLACED = frozenset({"hot-text", "hot-spot"})
"""Types whose options are told apart by where they stand, so two may read the same."""


def text_problems(exercise: Exercise) -> Iterator[Problem]:
    """A part without the text that it needs, and parts of one list that read the same."""
    yield from _of_fields(exercise, (), exercise.type not in PLACED)


def _of_fields(value: Any, keys: tuple[str | int, ...], unlike: bool) -> Iterator[Problem]:
    for name in _parts(value.__class__):
        part = getattr(value, name)
        kind = part.__class__
        if kind is Markup:
            if name in NEEDED and not part:
                yield Problem((*keys, name), "field-empty", {"field": name})
        elif kind is tuple:
            yield from _of_list(part, (*keys, name), unlike)
        elif kind is not str and _parts(kind):
            yield from _of_fields(part, (*keys, name), unlike)


def _of_list(items: tuple[Any, ...], keys: tuple[str | int, ...], unlike: bool) -> Iterator[Problem]:
    """`unlike`: the texts of the parts must differ."""
    seen: set[str] = set()
    for index, item in enumerate(items):
        shown = item.source if item.__class__ is Markup else item if keys[-1] == "scale" else None
        if shown is not None and not shown.strip():
            yield Problem((*keys, index), "field-empty", {"field": keys[-1]})
        text = getattr(item, "text", None) if unlike else None
        if text.__class__ is Markup and text:
            words = " ".join(text.source.split())
            if words in seen and any(map(str.isalnum, words)):  # not the dots of a draft
                yield Problem((*keys, index), "text-twice", {"text": words})
            seen.add(words)
        if shown is None:
            yield from _of_fields(item, (*keys, index), unlike)


def problems(exercise: Exercise, raw: RawExercise) -> Iterator[Finding]:
    """Faults that show only when the texts are rendered."""
    for problem in exercise.check_rendered():
        line = raw.document.line(*raw.keys, *problem.keys)
        yield Finding(raw.document.path, line, problem.code, {"id": exercise.id, **problem.values})
