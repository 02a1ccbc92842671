"""Areas of a raster image as image map: links with the areas' names, so that no pointer is needed (`assImagemap…`)."""

from __future__ import annotations

from fractions import Fraction

from lxml import etree

from content.exercises import Exercise, HotSpot
from content.exercises.spot import Spot
from content.model import Curriculum
from packager.ilias.choices import worth
from packager.ilias.question import Question
from packager.ilias.texts import RASTER, Texts, embedded
from packager.ilias.xml import E, condition

# ilQTIResponseLabel: rarea.
AREAS = {"rect": "Rectangle", "circle": "Ellipse", "poly": "Bounded"}


def is_beyond(exercise: Exercise, curriculum: Curriculum) -> bool:
    """ILIAS cannot ask it as image map.

    It draws chosen areas into the image, which needs a raster one; and its import tells areas apart by their numbers.
    """
    if not isinstance(exercise, HotSpot):
        return False
    same = len({spot.coords for spot in exercise.options}) < len(exercise.options)
    return same or curriculum.assets[exercise.asset].media_type not in RASTER


def image_map(exercise: HotSpot, texts: Texts) -> Question:
    """Points for areas as for options; what the figure says besides its image comes under the prompt."""
    image = texts.curriculum.assets[exercise.asset]
    labels = [
        E.response_label(
            _coords(spot),
            E.material(E.mattext(texts.plain(spot.text), texttype="text/plain")),
            ident=str(index),
            rarea=AREAS[spot.shape],
        )
        for index, spot in enumerate(exercise.options)
    ]
    shown = E.render_hotspot(E.material(embedded(image)), *labels)
    conditions = []
    for index, (spot, (chosen, left)) in enumerate(zip(exercise.options, _worth(exercise), strict=True)):
        conditions.append(condition([_inside(spot)], chosen, f"response_{index}"))
        conditions.append(condition([E("not", _inside(spot))], left))
    return Question(
        kind="IMAGE MAP QUESTION",
        prompt=texts.html(exercise.prompt) + texts.described(exercise.image),
        flow=[E.response_xy(shown, ident="IM", rcardinality="Single")],
        conditions=conditions,
        metadata={"IS_MULTIPLE_CHOICE": str(int(exercise.choose == "many"))},
        feedback={f"response_{i}": texts.html(s.feedback) for i, s in enumerate(exercise.options) if s.feedback},
    )


def _worth(exercise: HotSpot) -> list[tuple[Fraction, Fraction]]:
    if exercise.choose == "many":
        return worth(exercise)
    return [(Fraction(exercise.points * spot.correct), Fraction(0)) for spot in exercise.options]


def _coords(spot: Spot) -> str:
    return ",".join(str(number) for number in spot.coords)


def _inside(spot: Spot) -> etree._Element:
    return E.varinside(_coords(spot), respident="IM", areatype=AREAS[spot.shape])
