"""One question as Moodle XML, with its files inside: one function per question type (question/format/xml)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import singledispatch
from pathlib import Path

from lxml import etree
from lxml.builder import E

from content.model import Curriculum
from packager.areas import read
from packager.moodle import questions as q
from packager.moodle.cloze import code
from packager.moodle.fractions import FULL, NOTHING, written
from packager.moodle.texts import legal
from packager.xml import verbatim

# Hints cost nothing, as in the learning package; the author's points stay what they are.
PENALTY = "0.0000000"


def question(curriculum: Curriculum, item: q.Question) -> etree._Element:
    """The element of one question."""
    writer = Writer(curriculum)
    mark = [] if isinstance(item, q.Cloze) else [E.defaultgrade(f"{item.mark}.0000000")]
    text = _cloze_text(item) if isinstance(item, q.Cloze) else item.text
    return E.question(
        E.name(_text(item.name)),
        writer.text("questiontext", text),
        writer.text("generalfeedback", item.general),
        *mark,
        E.penalty(PENALTY),
        E.hidden("0"),
        E.idnumber(item.id),
        *_body(item, writer),
        *(_hint(hint, isinstance(item, _WITH_PARTS), writer) for hint in item.hints),
        *([E.tags(*(E.tag(_text(tag)) for tag in item.tags))] if item.tags else []),
        type=item.xml,
    )


def _text(text: str) -> etree._Element:
    return E.text(verbatim(legal(text)))


_WITH_PARTS = q.MultiChoice | q.Matching | q.Cloze
"""Types whose hints may say how many parts are right."""


def _hint(hint: q.Text, parts: bool, writer: Writer) -> etree._Element:
    element = writer.text("hint", hint)
    if parts:
        element.append(E.shownumcorrect())
    return element


def _cloze_text(item: q.Cloze) -> q.Text:
    html = item.text.html
    for number, gap in enumerate(item.gaps, start=1):
        html = html.replace(f"{{#{number}}}", code(gap, item.weight), 1)
    return q.Text(html, item.text.files)


class Writer:
    """Writes texts with their files inside (base64)."""

    def __init__(self, curriculum: Curriculum) -> None:
        self.curriculum = curriculum

    def text(self, tag: str, text: q.Text, **attributes: str) -> etree._Element:
        files = (self._file(path) for path in text.files if path in self.curriculum.assets)
        return E(tag, _text(text.html), *files, format="html", **attributes)

    def combined(self, combined: q.Combined, parts: bool) -> Iterator[etree._Element]:
        yield self.text("correctfeedback", combined.correct)
        yield self.text("partiallycorrectfeedback", combined.partial)
        yield self.text("incorrectfeedback", combined.incorrect)
        if parts:
            yield E.shownumcorrect()

    def _file(self, path: str) -> etree._Element:
        name = Path(path)
        data = base64.b64encode(read(self.curriculum.assets[path])).decode("ascii")
        return E.file(data, name=name.name, path=f"/{name.parent.as_posix()}/", encoding="base64")


@singledispatch
def _body(item: q.Question, writer: Writer) -> Iterator[etree._Element]:
    raise TypeError(type(item).__name__)


@_body.register
def _(item: q.MultiChoice, writer: Writer) -> Iterator[etree._Element]:
    yield E.single(_truth(item.single))
    yield E.shuffleanswers(_truth(item.shuffle))
    yield E.answernumbering("none")
    yield E.showstandardinstruction("1")
    yield from writer.combined(item.combined, parts=not item.single)
    for answer in item.answers:
        element = writer.text("answer", answer.text, fraction=written(answer.percent))
        element.append(writer.text("feedback", answer.feedback))
        yield element


@_body.register
def _(item: q.TrueFalse, writer: Writer) -> Iterator[etree._Element]:
    for value, feedback in ((True, item.feedback_true), (False, item.feedback_false)):
        percent = written(FULL if value is item.right else NOTHING)
        text = E.text(_truth(value))
        yield E.answer(text, writer.text("feedback", feedback), fraction=percent, format="moodle_auto_format")


@_body.register
def _(item: q.ShortAnswer, writer: Writer) -> Iterator[etree._Element]:
    yield E.usecase("1" if item.case_sensitive else "0")
    yield from (_typed(answer, writer) for answer in item.answers)


@_body.register
def _(item: q.Numerical, writer: Writer) -> Iterator[etree._Element]:
    for answer in item.answers:
        element = _typed(answer, writer)
        element.append(E.tolerance(f"{answer.tolerance:f}"))
        yield element
    if item.unit:
        yield E.units(E.unit(E.multiplier("1"), E.unit_name(legal(item.unit))))
    yield E.unitgradingtype("0")
    yield E.unitpenalty("0.1000000")
    yield E.showunits("0" if item.unit else "3")
    yield E.unitsleft("0")


def _typed(answer: q.Typed, writer: Writer) -> etree._Element:
    text = _text(answer.text)
    feedback = writer.text("feedback", answer.feedback)
    return E.answer(text, feedback, fraction=written(answer.percent), format="moodle_auto_format")


@_body.register
def _(item: q.Matching, writer: Writer) -> Iterator[etree._Element]:
    yield E.shuffleanswers(_truth(item.shuffle))
    yield from writer.combined(item.combined, parts=True)
    for pair in item.pairs:
        element = writer.text("subquestion", pair.text)
        element.append(E.answer(_text(item.choices[pair.choice])))
        yield element
    for text in item.distractors():
        yield E.subquestion(E.text(), E.answer(_text(text)), format="html")


@_body.register
def _(item: q.Ordering, writer: Writer) -> Iterator[etree._Element]:
    yield E.layouttype("VERTICAL")
    yield E.selecttype("ALL")
    yield E.selectcount(str(len(item.items)))
    yield E.gradingtype("ALL_OR_NOTHING" if item.whole else "ABSOLUTE_POSITION")
    yield E.showgrading("SHOW")
    yield E.numberingstyle("none")
    yield from writer.combined(item.combined, parts=False)
    yield E.shownumcorrect("1")
    for number, answer in enumerate(item.items, start=1):
        yield writer.text("answer", answer.text, fraction=f"{number}.0000000")


@_body.register
def _(item: q.Essay, writer: Writer) -> Iterator[etree._Element]:
    yield E.responseformat("editor")
    yield E.responserequired("1")
    yield E.responsefieldlines("15")
    yield E.minwordlimit(*([str(item.minimum_words)] if item.minimum_words else []))
    yield E.maxwordlimit()
    yield E.attachments("0")
    yield E.attachmentsrequired("0")
    yield writer.text("graderinfo", item.grader)
    yield writer.text("responsetemplate", q.EMPTY)


@_body.register
def _(item: q.Cloze, writer: Writer) -> Iterator[etree._Element]:
    yield from ()


def _truth(value: bool) -> str:
    return "true" if value else "false"
