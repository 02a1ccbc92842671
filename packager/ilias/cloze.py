"""Cloze questions: texts and gaps by turns, each gap with its answers and their points (`assClozeTestImport`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from lxml import etree

from content.exercises import Exercise
from content.exercises.entry import Gap, accepted
from content.scoring import FULL_CREDIT
from packager.ilias.question import Question
from packager.ilias.texts import Texts
from packager.ilias.xml import E, condition, equal, shares

NUMBER_LENGTH = "20"
NO_COMBINATIONS = "W10="


@dataclass(frozen=True)
class Field:
    """A gap: `response` without its ident, and the answers with their credit in percent."""

    element: str
    attributes: Mapping[str, str]
    rendered: etree._Element
    answers: tuple[tuple[str, int], ...]


def cloze(  # noqa: PLR0913, PLR0917  # texts and gaps by turns, and how they count
    exercise: Exercise,
    texts: Texts,
    pieces: Sequence[str],
    gaps: Sequence[Field],
    asides: Sequence[str],
    case_sensitive: bool = False,
) -> Question:
    """A cloze question. Its question is metadata, where ILIAS finds no pictures: a prompt with one opens the text."""
    prompt, title = texts.html(exercise.prompt), escape(exercise.title, quote=False)
    pictures = "<img " in prompt
    around = [_no_gap(piece) for piece in ([prompt + pieces[0], *pieces[1:]] if pictures else pieces)]
    flow = [texts.material(around[0])]
    conditions = []
    worth = shares(exercise.points, len(gaps))
    for index, (gap, after, share) in enumerate(zip(gaps, around[1:], worth, strict=True)):
        ident = f"gap_{index}"
        flow.append(E(gap.element, gap.rendered, ident=ident, rcardinality="Single", **gap.attributes))
        flow.append(texts.material(after))
        conditions += [
            condition([equal(ident, text)], share * credit / FULL_CREDIT, str(index)) for text, credit in gap.answers
        ]
    metadata = {"textgaprating": "cs" if case_sensitive else "ci", "identicalScoring": "1"}
    metadata |= {"feedback_mode": "gapQuestion", "combinations": NO_COMBINATIONS}
    return Question(
        kind="CLOZE QUESTION",
        prompt="",
        flow=flow,
        conditions=conditions,
        metadata=metadata | {"question": title if pictures else prompt},
        asides=asides,
    )


def gap_field(gap: Gap, texts: Texts) -> Field:
    if gap.type == "select":
        return select_field([(texts.plain(option.text), FULL_CREDIT * option.correct) for option in gap.options])
    if gap.type == "text":
        return text_field(accepted(gap.answers))
    answer = gap.answer or 0
    low, high = f"{answer - gap.tolerance:f}", f"{answer + gap.tolerance:f}"
    rendered = E.render_fib(
        fibtype="Decimal", prompt="Box", columns="10", maxchars=NUMBER_LENGTH, minnumber=low, maxnumber=high
    )
    return Field("response_num", {"numtype": "Decimal"}, rendered, ((f"{answer:f}", FULL_CREDIT),))


def select_field(options: Sequence[tuple[str, int]]) -> Field:
    labels = (
        E.response_label(E.material(E.mattext(text)), ident=str(index)) for index, (text, _) in enumerate(options)
    )
    return Field("response_str", {}, E.render_choice(*labels, shuffle="Yes"), tuple(options))


def text_field(answers: Sequence[tuple[str, int]]) -> Field:
    columns = str(max(10, *(len(text) for text, _ in answers)))
    return Field("response_str", {}, E.render_fib(fibtype="String", prompt="Box", columns=columns), tuple(answers))


def _no_gap(html: str) -> str:
    """The text with its own `[gap]`, which ILIAS would take for one, as a character reference."""
    return html.replace("[gap]", "&#91;gap]").replace("[/gap]", "&#91;/gap]")
