"""An image with outlined and lettered areas as one SVG, for questions that know no areas (SVG 1.1, 5.1 and 5.7).

An SVG is nested, since ILIAS uploads none that holds base64 text; a raster image has no other place than a data URI.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import fields
from itertools import count, product, takewhile
from pathlib import Path
from string import ascii_uppercase

from lxml import etree
from lxml.builder import ElementMaker

from content.exercises import HotSpot
from content.exercises.spot import Spot
from content.frozen import frozen
from content.model import Asset

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_SVG: dict[str | None, str] = {None: SVG, "xlink": XLINK}
E = ElementMaker(namespace=SVG, nsmap=_SVG)
MEDIA_TYPE = "image/svg+xml"
# An author's file name never begins with an underscore (content.assets), so that no two files can meet.
PREFIX = "_areas-"
# Style attributes win over the style sheet of a nested image; two lines are seen on dark and on light ground.
BELOW, LINE = "fill:none;stroke:#ffffff;stroke-width:{0}px", "fill:none;stroke:#8b0000;stroke-width:{0}px"
DISC = "fill:#8b0000;stroke:#ffffff;stroke-width:{0}px"
LETTER = "fill:#ffffff;stroke:none;font:bold {0}px sans-serif;text-anchor:middle"
# Sizes as parts of the longer side.
LINE_PART, DISC_PART = 200, 40
# Where the capital letters of common fonts have their middle, above the base line, as a part of the size.
CAPITAL = 0.36


@frozen(kw_only=True)
class Drawing(Asset):
    """A file that the packager drew; `file` is the one that it was drawn from."""

    data: bytes


def stored(asset: Asset) -> bytes | Path:
    """What goes into a package."""
    return asset.data if isinstance(asset, Drawing) else asset.file


def read(asset: Asset) -> bytes:
    """The content, for targets that embed it."""
    return asset.data if isinstance(asset, Drawing) else asset.file.read_bytes()


def letters(number: int) -> tuple[str, ...]:
    """A, B, …, Z, AA, AB, … for `number` areas."""
    names = ("".join(name) for length in count(1) for name in product(ascii_uppercase, repeat=length))
    return tuple(name for _, name in takewhile(lambda pair: pair[0] < number, enumerate(names)))


def drawing(exercise: HotSpot, asset: Asset) -> Drawing:
    """The image of an exercise with its areas; the same input gives the same bytes."""
    folder = asset.path.rpartition("/")[0]
    path = f"{folder}/{PREFIX}{exercise.id}.svg".lstrip("/")
    width, height = _size(exercise)
    root = E.svg(_image(asset, width, height), viewBox=f"0 0 {width} {height}", width=str(width), height=str(height))
    scale = max(width, height)
    for name, spot in zip(letters(len(exercise.options)), exercise.options, strict=True):
        root.extend(_area(spot, name, scale, (width, height)))
    data = etree.tostring(root, encoding="unicode").encode() + b"\n"
    same = {part.name: getattr(asset, part.name) for part in fields(asset)}
    made = {"path": path, "media_type": MEDIA_TYPE, "size": len(data), "width": width, "height": height}
    return Drawing(**{**same, **made, "data": data})


def without_areas(exercise: HotSpot, drawn: Drawing) -> str:
    """The figure of the exercise, as HTML with abstract links, that shows the drawing instead."""
    return exercise.image.html.replace(f'"asset:{exercise.asset}"', f'"asset:{drawn.path}"')


def _size(exercise: HotSpot) -> tuple[int, int]:
    """Of an image without a size, as much as the areas need."""
    width, height = exercise.size
    boxes = [spot.box() for spot in exercise.options]
    return width or max(box[2] for box in boxes), height or max(box[3] for box in boxes)


def _image(asset: Asset, width: int, height: int) -> etree._Element:
    place = {"x": "0", "y": "0", "width": str(width), "height": str(height)}
    data = asset.file.read_bytes()
    if asset.media_type == MEDIA_TYPE:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, recover=True)
        image: etree._Element | None = etree.fromstring(data, parser)
        if image is not None:
            for name, value in place.items():
                image.set(name, value)
            return image
    address = f"data:{asset.media_type};base64,{base64.b64encode(data).decode('ascii')}"
    # Old readers know only the first, new ones prefer the second of SVG's two names.
    return E.image({f"{{{XLINK}}}href": address, **place})


def _area(spot: Spot, name: str, scale: int, size: tuple[int, int]) -> Sequence[etree._Element]:
    """Outline and letter; the letter sits on the outline, so that it belongs to no other area, and inside the image."""
    line, radius = max(scale / LINE_PART, 0.01), scale / DISC_PART * (1 + (len(name) - 1) / 2)
    corner = (spot.coords[0], spot.coords[1] - (spot.coords[2] if spot.shape == "circle" else 0))
    x, y = (min(max(place, radius), most - radius) for place, most in zip(corner, size, strict=True))
    letter = radius * 1.3 / len(name) ** 0.5
    text = E.text(name, x=_n(x), y=_n(y + letter * CAPITAL), style=LETTER.format(_n(letter)))
    disc = E.circle(cx=_n(x), cy=_n(y), r=_n(radius), style=DISC.format(_n(line)))
    return [_outline(spot, BELOW.format(_n(2 * line))), _outline(spot, LINE.format(_n(line))), disc, text]


def _outline(spot: Spot, style: str) -> etree._Element:
    numbers = [str(number) for number in spot.coords]
    if spot.shape == "circle":
        return E.circle(cx=numbers[0], cy=numbers[1], r=numbers[2], style=style)
    if spot.shape == "poly":
        points = " ".join(",".join(pair) for pair in zip(numbers[0::2], numbers[1::2], strict=True))
        return E.polygon(points=points, style=style)
    left, top, right, bottom = spot.coords
    return E.rect(x=str(left), y=str(top), width=str(right - left), height=str(bottom - top), style=style)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
