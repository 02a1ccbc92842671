"""Areas of an image as SVG shapes with a letter each (SVG 2, chapter 10: basic shapes)."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase

from content.exercises.spot import HotSpot, Spot
from content.markup import Markup

# The badge of a letter: its radius as a part of the image's longer side.
BADGE = 30
Numbers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Area:
    """An area as the template draws it: tag and attributes of the shape, place and radius of the letter's badge."""

    id: str
    letter: str
    text: Markup
    tag: str
    numbers: Numbers
    x: float
    y: float
    size: float


def areas(exercise: HotSpot) -> list[Area]:
    """The areas in the order of the source, A, B, C …; numbers are pixels of the image."""
    width, height = exercise.size
    size = round(max(width, height) / BADGE, 2)

    def area(index: int, spot: Spot) -> Area:
        tag, numbers = _shape(spot)
        x, y = _corner(spot)
        inside = (min(max(x, size), width - size), min(max(y, size), height - size))
        return Area(spot.id, letter(index), spot.text, tag, numbers, *inside, size)

    return [area(index, spot) for index, spot in enumerate(exercise.options)]


def letter(index: int) -> str:
    """A … Z, then AA, AB …"""
    rest, last = divmod(index, len(ascii_uppercase))
    return (letter(rest - 1) if rest else "") + ascii_uppercase[last]


def _shape(spot: Spot) -> tuple[str, Numbers]:
    if spot.shape == "circle":
        return "circle", tuple(zip(("cx", "cy", "r"), map(str, spot.coords), strict=True))
    if spot.shape == "poly":
        points = " ".join(f"{x},{y}" for x, y in zip(spot.coords[::2], spot.coords[1::2], strict=True))
        return "polygon", (("points", points),)
    left, top, right, bottom = spot.coords
    numbers = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return "rect", tuple((name, str(number)) for name, number in numbers.items())


def _corner(spot: Spot) -> tuple[float, float]:
    """A point of the outline: there a letter hides least of what is to be seen."""
    if spot.shape == "circle":
        x, y, radius = spot.coords
        return x, y - radius
    return spot.coords[0], spot.coords[1]
