"""Areas of a raster image as image map: links with the areas' names, so that no pointer is needed (`assImagemap…`).

Of an SVG, the raster image of the same name beside it is shown, with the areas in its pixels.
"""

from __future__ import annotations

from fractions import Fraction

from lxml import etree

from content.exercises import Exercise, HotSpot
from content.exercises.spot import Shape
from content.messages import messages
from content.model import Asset, Curriculum
from packager.areas import letters
from packager.ilias.choices import worth
from packager.ilias.pictures import shown
from packager.ilias.question import Question
from packager.ilias.texts import Texts, embedded
from packager.ilias.xml import E, condition

# ilQTIResponseLabel: rarea.
AREAS = {"rect": "Rectangle", "circle": "Ellipse", "poly": "Bounded"}


def is_beyond(exercise: Exercise, curriculum: Curriculum) -> bool:
    """ILIAS cannot ask it as image map.

    It draws chosen areas into the image, which needs a raster one; and its import tells areas apart by their numbers.
    """
    if not isinstance(exercise, HotSpot):
        return False
    image = shown(curriculum.assets[exercise.asset], curriculum.assets)
    return image is None or len({numbers for _, numbers in _areas(exercise, image)}) < len(exercise.options)


def image_map(exercise: HotSpot, texts: Texts) -> Question:
    """Points for areas as for options; what the figure says besides its image comes under the prompt.

    Names have the letters of the areas, because feedback speaks of them.
    """
    image = shown(texts.curriculum.assets[exercise.asset], texts.curriculum.assets)
    if image is None:
        raise ValueError(f"{exercise.id}: is_beyond")
    areas = _areas(exercise, image)
    called = messages(texts.curriculum.language)["stand-in.area"]
    names = [
        called.format(letter=letter, text=texts.plain(spot.text))
        for letter, spot in zip(letters(len(areas)), exercise.options, strict=True)
    ]
    labels = [
        E.response_label(area, E.material(E.mattext(name, texttype="text/plain")), ident=str(index), rarea=kind)
        for index, (name, (kind, area)) in enumerate(zip(names, areas, strict=True))
    ]
    rendered = E.render_hotspot(E.material(embedded(image)), *labels)
    conditions = []
    for index, (area, (chosen, left)) in enumerate(zip(areas, _worth(exercise), strict=True)):
        conditions.append(condition([_inside(area)], chosen, f"response_{index}"))
        conditions.append(condition([E("not", _inside(area))], left))
    return Question(
        kind="IMAGE MAP QUESTION",
        prompt=texts.html(exercise.prompt) + texts.described(exercise.image),
        flow=[E.response_xy(rendered, ident="IM", rcardinality="Single")],
        conditions=conditions,
        metadata={"IS_MULTIPLE_CHOICE": str(int(exercise.choose == "many"))},
        feedback={f"response_{i}": texts.html(s.feedback) for i, s in enumerate(exercise.options) if s.feedback},
    )


def _worth(exercise: HotSpot) -> list[tuple[Fraction, Fraction]]:
    if exercise.choose == "many":
        return worth(exercise)
    return [(Fraction(exercise.points * spot.correct), Fraction(0)) for spot in exercise.options]


def _areas(exercise: HotSpot, image: Asset) -> list[tuple[str, str]]:
    """Kind and numbers of every area, in pixels of the image that ILIAS shows."""
    across = down = Fraction(1)
    if image.path != exercise.asset and all((*exercise.size, image.width, image.height)):
        across, down = Fraction(image.width or 1, exercise.size[0]), Fraction(image.height or 1, exercise.size[1])
    return [(AREAS[spot.shape], _numbers(spot.shape, spot.coords, across, down)) for spot in exercise.options]


def _numbers(shape: Shape, coords: tuple[int, ...], across: Fraction, down: Fraction) -> str:
    """A radius, third of three numbers, grows with the width."""
    factors = (across, down) * (len(coords) // 2) if shape != "circle" else (across, down, across)
    return ",".join(str(round(number * factor)) for number, factor in zip(coords, factors, strict=True))


def _inside(area: tuple[str, str]) -> etree._Element:
    kind, numbers = area
    return E.varinside(numbers, respident="IM", areatype=kind)
