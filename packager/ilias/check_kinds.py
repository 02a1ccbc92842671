"""Faults of single kinds of questions that ILIAS does not name: it makes empty ones of them (`ass…Import`)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from lxml import etree

from packager.ilias.pictures import accepted

STATEMENTS = {"0", "1", "2", "3"}
# Columns of ILIAS' tables qpl_a_*; its database refuses longer texts, and the import stops.
ANSWER_LENGTH = 4000
NARROW = {"CLOZE QUESTION": 1000, "assClozeTest": 1000, "KPRIM CHOICE QUESTION": 1000, "assKprimChoice": 1000}
NUMBER_LENGTH = 20
AREAS = {"Rectangle", "Ellipse", "Bounded"}
COORDS = re.compile(r"\d+(,\d+)+")


def kprim_is_whole(item: etree._Element) -> bool:
    """Four statements, each with a condition without points that says whether it is right, and a score."""
    labels = [label.get("ident") for label in item.iter("response_label")]
    solved = {
        equal.get("respident")
        for rule in item.iter("respcondition")
        if rule.find("setvar") is None
        for equal in rule.iterfind("conditionvar/varequal")
        if equal.text in ("0", "1")
    }
    scores = [decvar for decvar in item.iter("decvar") if decvar.get("varname") == "SCORE" and decvar.get("maxvalue")]
    return len(labels) == len(STATEMENTS) and set(labels) == solved == STATEMENTS and len(scores) == 1


def longest(item: etree._Element, kind: str) -> int:
    """How many signs the first answer or number that is too long may have; 0 if none is."""
    most = NARROW.get(kind, ANSWER_LENGTH)
    answers = ["".join(label.itertext("mattext")) for label in item.iter("response_label")]
    if any(len(text) > most for text in (*answers, *(equal.text or "" for equal in item.iter("varequal")))):
        return most
    numbers = [limit.text or "" for limit in item.iter("vargte", "varlte")]
    numbers += [box.get(name, "") for box in item.iter("render_fib") for name in ("minnumber", "maxnumber")]
    return NUMBER_LENGTH if any(len(number) > NUMBER_LENGTH for number in numbers) else 0


def missing_of_areas(item: etree._Element) -> Iterator[str]:
    """Elements and numbers of areas that are missing or not what the import reads."""
    images = list(item.iterfind(".//render_hotspot/material/matimage"))
    if len(images) != 1 or not (images[0].get("uri") or _embeds_picture(images[0])):
        yield "matimage"
    labels = list(item.iterfind(".//render_hotspot/response_label"))
    if not labels or any(label.get("rarea") not in AREAS for label in labels):
        yield "rarea"
    tested = {test.text for name in ("varinside", "varequal") for test in item.iter(name)}
    for label in labels:
        coords = label.text or ""
        if not COORDS.fullmatch(coords) or coords not in tested:
            yield coords or "–"


def _embeds_picture(image: etree._Element) -> bool:
    data = decoded(image.text or "")
    return data is not None and accepted(data, image.get("label", ""))


def decoded(text: str) -> bytes | None:
    """The file in an element; None where there is none."""
    try:
        return base64.b64decode(text, validate=True) or None
    except ValueError:
        return None
