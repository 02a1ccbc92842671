"""Choices in their place: passages of a text and areas of an image (QTI 2.1 Information Model, 7.1 and 7.5)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from lxml import etree

from content.assets import MEDIA_TYPES
from content.exercises import HotSpot, HotText
from content.exercises.spot import IMAGE, Spot
from content.markup import Markup
from content.messages import messages
from packager.areas import letters
from packager.qti.controls import asked, interaction
from packager.qti.dialect import Child
from packager.qti.identifiers import identifier
from packager.qti.texts import Texts, markers, put
from packager.xml import name

ANY_NUMBER, ONE = "0", "1"


def hot_text(exercise: HotText, texts: Texts) -> Iterator[etree._Element]:
    """The text inside the interaction, each passage a `hottext` where it is read; players show no prompt in it."""
    passages = {option.id: option for option in exercise.options}
    blocks = texts.with_gaps(exercise.text)
    for block in blocks:
        for marker, known in markers(block, texts.dialect):
            put(marker, texts.dialect("hottext", *_inline(passages[known].text, texts), identifier=identifier(known)))
    yield from texts.blocks(exercise.prompt)
    yield interaction(texts, "hottextInteraction", *blocks, maxChoices=ANY_NUMBER)


def _inline(text: Markup, texts: Texts) -> list[Child]:
    """A passage holds no blocks."""
    return texts.flow(text) if texts.is_inline(text) else [texts.plain(text)]


def hot_spot(exercise: HotSpot, texts: Texts) -> Iterator[etree._Element]:
    """The image with its areas; what stands around the image in its figure comes behind."""
    before, prompt = asked(exercise.prompt, texts)
    around = Markup("", IMAGE.sub("", exercise.image.html))
    names = zip(letters(len(exercise.options)), exercise.options, strict=True)
    areas = (_area(option, letter, texts) for letter, option in names)
    most = ONE if exercise.choose == "one" else ANY_NUMBER
    yield from before
    yield interaction(texts, "hotspotInteraction", *prompt, _image(exercise, texts), *areas, maxChoices=most)
    yield from (texts.blocks(around) if around.plain.strip() else ())


def _image(exercise: HotSpot, texts: Texts) -> etree._Element:
    """2.1 knows nothing but `object` in this place; players of 3.0 look for `img`."""
    q = texts.dialect
    (picture,) = (found for block in texts.blocks(exercise.image) for found in block.iter(name(q.namespace, "img")))
    size = dict(zip(("width", "height"), map(str, exercise.size), strict=True)) if all(exercise.size) else {}
    address, alternative = picture.get("src", ""), picture.get("alt", "")
    if q.kebab:
        return q.html("img", src=address, alt=alternative, **size)
    kind = MEDIA_TYPES[PurePosixPath(exercise.asset).suffix.lower()]
    return q.html("object", alternative, data=address, type=kind, **size)


def _area(option: Spot, letter: str, texts: Texts) -> etree._Element:
    """Numbers as QTI counts them: rectangle left, top, right, bottom; circle x, y, radius; polygon its points.

    The name has the letter of the area, because feedback speaks of it.
    """
    called = messages(texts.curriculum.language)["stand-in.area"]
    return texts.dialect(
        "hotspotChoice",
        identifier=identifier(option.id),
        shape=option.shape,
        coords=",".join(map(str, option.coords)),
        hotspotLabel=called.format(letter=letter, text=texts.plain(option.text)),
    )
