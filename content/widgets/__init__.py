"""Exercises as accessible HTML forms, the same on an LTI page, in a learning package and in the preview.

A form works without script; `widgets/static` brings it to life. Names of controls and classes are a contract between
the templates, the scripts and `content.exercises.base.Exercise.parse`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from content.exercises.base import Exercise
from content.exercises.entry import GAP
from content.findings import Language
from content.frozen import frozen
from content.hashing import sha256
from content.messages import messages
from content.scoring import Response
from content.widgets.areas import areas

if TYPE_CHECKING:
    from jinja2 import Environment, Template

HIGHEST_HEADING = 2
LOWEST_HEADING = 6
# A closed select shows about this many signs on a phone; longer answers are listed in full beside it.
SELECT_LENGTH = 42
IMAGE = re.compile(r"<img\b[^>]*>")


class Named(Protocol):
    """An option, target or item."""

    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=Named)


@frozen(kw_only=True)
class View:
    """The surroundings of a widget.

    `heading` is the level of its title (2…6). `response` is an answer to show again. `fields` become hidden inputs.
    With `server` the form is sent and typed texts are stored there; otherwise texts are saved as a file. `order` names
    the items of a sequence as they are offered; without it every build offers them alike. A server that answers says
    with `action` where the form goes, with `locked` that nothing can be changed, with `actions` and `feedback` (HTML)
    what stands below it.
    """

    heading: int = 3
    response: Response = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    server: bool = False
    order: Sequence[str] = ()
    action: str = ""
    locked: bool = False
    actions: str | None = None
    feedback: str = ""

    def first(self, variable: str) -> str:
        """The given value of a variable that holds one, or nothing."""
        return next(iter(self.response.get(variable, ())), "")


def render(exercise: Exercise, language: Language, html: Callable[[str], str], view: View | None = None) -> str:
    """The form of an exercise; `html` makes the abstract links of a piece of HTML concrete."""
    view = view or View()
    if not HIGHEST_HEADING <= view.heading <= LOWEST_HEADING:
        raise ValueError(f"heading level {view.heading}")
    return _template(exercise.type, language).render(exercise=exercise, html=html, view=view).strip() + "\n"


def mixed(items: Iterable[Item], seed: str) -> list[Item]:
    """The items in an order that looks random and is the same in every build."""
    return sorted(items, key=lambda item: sha256(f"{seed} {item.id}".encode()).digest())


def mixed_sequence(items: tuple[Item, ...], seed: str) -> list[Item]:
    """Like `mixed`, but never in the order of the source, which is the solution."""
    order = mixed(items, seed)
    return order if order != list(items) else [*order[1:], order[0]]


def offered(items: tuple[Item, ...], order: Sequence[str], seed: str) -> list[Item]:
    """The items of a sequence in `order`; without one mixed by `seed`."""
    known = {item.id: item for item in items}
    return [known[identifier] for identifier in order] if order else mixed_sequence(items, seed)


def grouped(number: int, language: Language) -> str:
    """A whole number as people read it."""
    return f"{number:,}".replace(",", "." if language == "de" else ",")


def amount(number: Decimal, language: Language) -> str:
    """A decimal number as people read it."""
    whole, _, fraction = f"{number:f}".partition(".")
    minus, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    sign = "," if language == "de" else "."
    return minus + grouped(int(whole), language) + (sign + fraction if fraction.strip("0") else "")


def with_gaps(items: Iterable[Item], html: str, control: Callable[[Item, int], str]) -> str:
    """The text with `control(item, number)` in the place of each `[[id]]`, numbered in reading order."""
    known = {item.id: item for item in items}
    numbers = {identifier: index for index, identifier in enumerate(GAP.findall(html), start=1)}
    return GAP.sub(lambda found: control(known[found.group(1)], numbers[found.group(1)]), html)


def with_overlay(html: str, overlay: str) -> str:
    """A figure with `overlay` exactly upon its image."""
    return IMAGE.sub(lambda found: f'<span class="spot-image">{found.group(0)}{overlay.strip()}</span>', html, count=1)


@cache
def _template(kind: str, language: Language) -> Template:
    return _environment(language).get_template(f"{kind}.html")


@cache
def _environment(language: Language) -> Environment:
    """One per language, because a template keeps the sentences that it was first loaded with."""
    from content.templates import environment  # not needed where all forms are known already (docs/decisions/0008)

    return environment(
        Path(__file__).parent,
        t=messages(language),
        amount=lambda number: amount(number, language),
        areas=areas,
        grouped=lambda number: grouped(number, language),
        mixed=mixed,
        offered=offered,
        with_gaps=with_gaps,
        with_overlay=with_overlay,
        select_length=SELECT_LENGTH,
    )
