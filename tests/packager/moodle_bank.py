"""The question bank of a curriculum as the tests see it, and texts that a careless writer would break."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from content.exercises import (
    Exercise,
)
from content.markup import Markup
from content.model import Curriculum
from packager.formats import moodle_xml
from packager.formats.base import Job
from packager.moodle.maker import Maker
from packager.moodle.question_xml import question as question_element
from packager.moodle.texts import Texts, legal
from packager.moodle.translate import translate

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "curricula" / "sample"


def job(curriculum: Curriculum) -> Job:
    return Job(curriculum=curriculum, modules=curriculum.modules)


def document(curriculum: Curriculum) -> bytes:
    data = moodle_xml.render(job(curriculum)).parts[moodle_xml.PART].data
    assert isinstance(data, bytes)
    return data


def asked(curriculum: Curriculum) -> dict[str, etree._Element]:
    """idnumber -> question."""
    root = etree.fromstring(document(curriculum))
    return {q.findtext("idnumber") or "": q for q in root.iterchildren("question") if q.get("type") != "category"}


def one(exercise: Exercise, curriculum: Curriculum) -> etree._Element:
    """The element of an exercise that is not part of a curriculum, written and read again."""
    maker = Maker(curriculum, curriculum.modules[0], Texts(curriculum))
    element = question_element(curriculum, translate(exercise, maker))
    return etree.fromstring(etree.tostring(element, encoding="unicode"))


NASTY = st.sampled_from(
    ["]]>", "<b>&amp;</b>", "„Größe“ & 'Maß'", "{1:SA:=x}", "~%50%=#}\\", "*", "\\*", "&#", "äöüß€😀", "--"]
)
MIXED = st.lists(NASTY, min_size=1, max_size=4).map(" ".join)
TEXT = st.one_of(st.text(max_size=60), NASTY, MIXED, st.just("lang " * 900))
WORDS = TEXT.filter(lambda text: text.strip() and "\0" not in text)


def mark(text: str) -> Markup:
    return Markup(text, escape(text, quote=False))


def texts(text: str) -> dict[str, Any]:
    return {"id": "x", "title": text, "prompt": mark(text)}


def shown(html: str | None) -> str:
    """The text that a browser shows of a piece of HTML without tags."""
    return unescape(html or "")


def kept(text: str) -> str:
    """What the author's text is after everything that XML cannot hold is gone."""
    return legal(text).strip()


PIECES = re.compile(r"<!\[CDATA\[(?P<whole>.*?)\]\]>|(?P<entity>&[^;]+;)|(?P<plain>[^<&]+)", re.DOTALL)


def as_moodle_reads(data: bytes, *tags: str) -> list[str]:
    """Texts of the file as Moodle's reader joins them (lib/xmlize.php): it drops pieces of white space alone.

    A piece is a CDATA section, an entity, or what stands between them.
    """
    found = re.findall(rf"<(?:{'|'.join(tags)})>(.*?)</(?:{'|'.join(tags)})>", data.decode(), re.DOTALL)
    pieces = ([match["whole"] or unescape(match[0]) for match in PIECES.finditer(raw)] for raw in found)
    return ["".join(piece for piece in known if piece.strip()).strip() for known in pieces]
