"""Choices in their place: passages of a text (QTI hottextInteraction) and areas of an image (hotspotInteraction)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from content.exercises.base import RESPONSE, Problem, Sample, Variable
from content.exercises.choice import Option, Several
from content.exercises.entry import GAP, misplaced
from content.frozen import frozen
from content.markup import Markup
from content.scoring import MatchCorrect, Response, Rule, fraction

Shape = Literal["rect", "circle", "poly"]
IMAGE = re.compile(r'<img\b[^>]*\bsrc="asset:([^"]+)"[^>]*>')
SIZE = re.compile(r'\b(width|height)="(\d+)"')
RECT_NUMBERS = 4
CIRCLE_NUMBERS = 3
POLY_NUMBERS = 6


@frozen(kw_only=True)
class HotText(Several):
    """A text in which passages `[[id]]` can be chosen; the words of a passage are the option's text."""

    type: ClassVar[str] = "hot-text"
    text: Markup

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        ids = [option.id for option in self.options]
        placed = GAP.findall(self.text.source)
        for passage in sorted(set(ids) ^ set(placed)):
            yield Problem(("text",), "passage-missing" if passage in ids else "passage-unknown", {"id": passage})
        if len(placed) != len(set(placed)):
            yield Problem(("text",), "passage-twice")

    def check_rendered(self) -> Iterator[Problem]:
        yield from super().check_rendered()
        yield from misplaced(self.text)


@frozen(kw_only=True)
class Spot(Option):
    """An area, in pixels of the image: rect left, top, right, bottom; circle x, y, radius; poly x1, y1, x2, y2, …

    `text` names the area in words: it is what those read who do not see the image.
    """

    shape: Shape
    coords: tuple[int, ...]

    def well_formed(self) -> bool:
        """The numbers make an area of the shape."""
        count = len(self.coords)
        if self.shape == "rect":
            return count == RECT_NUMBERS and self.coords[0] < self.coords[2] and self.coords[1] < self.coords[3]
        if self.shape == "circle":
            return count == CIRCLE_NUMBERS and self.coords[2] > 0
        return count >= POLY_NUMBERS and count % 2 == 0

    def box(self) -> tuple[int, int, int, int]:
        """The smallest rectangle around the area: left, top, right, bottom."""
        if self.shape == "circle":
            x, y, radius = self.coords
            return x - radius, y - radius, x + radius, y + radius
        across, down = self.coords[0::2], self.coords[1::2]
        return min(across), min(down), max(across), max(down)


@frozen(kw_only=True)
class HotSpot(Several):
    """Areas of an image, one (`choose: one`) or any number of which may be chosen; `image` is a figure in Markdown."""

    type: ClassVar[str] = "hot-spot"
    image: Markup
    options: tuple[Spot, ...]
    choose: Literal["one", "many"] = "many"

    @property
    def asset(self) -> str:
        """Path of the image among the assets; empty before it was rendered and where there is none."""
        found = IMAGE.search(self.image.html)
        return found.group(1) if found else ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the image in pixels; (0, 0) where nobody knows."""
        found = IMAGE.search(self.image.html)
        numbers = dict(SIZE.findall(found.group(0))) if found else {}
        return int(numbers.get("width", 0)), int(numbers.get("height", 0))

    def variables(self) -> tuple[Variable, ...]:
        values = tuple(option.id for option in self.options)
        return (Variable(RESPONSE, "single" if self.choose == "one" else "multiple", "identifier", values),)

    def rule(self) -> Rule:
        return MatchCorrect(RESPONSE, self.correct_values()) if self.choose == "one" else super().rule()

    def correct(self) -> Response:
        return {RESPONSE: self.correct_values()}

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        if self.choose == "one" and len(self.correct_values()) != 1:
            yield Problem(("options",), "single-correct", {"count": len(self.correct_values())})
        for index, option in enumerate(self.options):
            if not option.well_formed():
                yield Problem(("options", index, "coords"), "spot-coords", {"shape": option.shape})

    def check_rendered(self) -> Iterator[Problem]:
        yield from super().check_rendered()
        if len(IMAGE.findall(self.image.html)) != 1:
            yield Problem(("image",), "spot-image")
            return
        width, height = self.size
        for index, option in enumerate(self.options):
            left, top, right, bottom = option.box() if option.well_formed() else (0, 0, 0, 0)
            if width and not (left >= 0 and top >= 0 and right <= width and bottom <= height):
                values = {"width": width, "height": height}
                yield Problem(("options", index, "coords"), "spot-outside", values)

    def samples(self) -> tuple[Sample, ...]:
        if self.choose == "many":
            return super().samples()
        wrong = (
            Sample(f"area {option.id}", {RESPONSE: (option.id,)}, fraction(0))
            for option in self.options
            if not option.correct
        )
        return (Sample("right", self.correct(), fraction(1)), *wrong, Sample("empty", {}, fraction(0)))
