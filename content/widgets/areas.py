"""Areas of an image as SVG shapes with a letter each (SVG 2, chapter 10: basic shapes)."""

from __future__ import annotations

from string import ascii_uppercase

from content.exercises.spot import HotSpot, Spot
from content.frozen import frozen
from content.markup import Markup

# How far from the edges of the image the middle of a badge stays, as a part of the image's longer side.
MARGIN = 30
Numbers = tuple[tuple[str, str], ...]


@frozen
class Area:
    """An area as the template draws it: tag and attributes of the shape in pixels of the image, and the place of the
    letter's badge in percent of it: a badge is as large on a phone as on a wall.
    """

    id: str
    letter: str
    text: Markup
    tag: str
    numbers: Numbers
    x: float
    y: float


def areas(exercise: HotSpot) -> list[Area]:
    """The areas in the order of the source, A, B, C …"""
    width, height = exercise.size
    margin = max(width, height) / MARGIN

    def area(index: int, spot: Spot) -> Area:
        tag, numbers = _shape(spot)
        x, y = _corner(spot)
        place = (_percent(x, width, margin), _percent(y, height, margin))
        return Area(spot.id, letter(index), spot.text, tag, numbers, *place)

    return [area(index, spot) for index, spot in enumerate(exercise.options)]


def _percent(place: float, length: int, margin: float) -> float:
    """A place on an image of this length (0: nobody knows it), not too near to its edges."""
    return round(100 * min(max(place, margin), length - margin) / length, 2) if length else 0


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
