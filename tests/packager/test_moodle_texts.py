"""Any text, any word and any number survive on their way into Moodle's question bank."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from hypothesis import given, settings

from content.exercises import (
    GapText,
    Matching,
    Numeric,
    ShortText,
    SingleChoice,
)
from content.exercises.arrange import Source, Target
from content.exercises.choice import Option
from content.exercises.entry import AcceptedText, Gap
from content.markup import Markup
from content.model import Curriculum
from packager.titles import MOODLE, shortened, told_apart
from tests.packager.moodle_bank import WORDS, kept, mark, one, shown, texts
from tests.packager.moodle_engine import parse_gaps, score
from tests.samples import sample as whole_sample


@settings(deadline=None)
@given(WORDS, WORDS)
def test_any_text_survives_in_a_choice(text: str, other: str) -> None:
    options = (Option(id="a", text=mark(text), correct=True, feedback=mark(other)), Option(id="b", text=mark(other)))
    question = one(SingleChoice(**texts(text), options=options), whole_sample())
    assert kept(question.findtext("name/text") or "") == kept(shortened(text, MOODLE))
    assert shown(question.findtext("questiontext/text")) == kept(text)
    assert [shown(answer.findtext("text")) for answer in question.iterfind("answer")] == [kept(text), kept(other)]
    assert shown(question.findtext("answer/feedback/text")) == kept(other)


@settings(deadline=None)
@given(WORDS, WORDS)
def test_any_text_survives_in_a_pair(text: str, other: str) -> None:
    sources = (Source(id="a", text=mark(text), target="t"), Source(id="b", text=mark(other), target="u"))
    targets = (Target(id="t", text=mark(text)), Target(id="u", text=mark(other)))
    question = one(Matching(**texts(text), sources=sources, targets=targets), whole_sample())
    answers = [row.findtext("answer/text") or "" for row in question.iterfind("subquestion")]
    told = told_apart({"t": kept(mark(text).plain), "u": kept(mark(other).plain)}, MOODLE)
    assert answers == [*told.values()]


@settings(deadline=None)
@given(WORDS)
def test_any_word_survives_and_is_right_when_typed(text: str) -> None:
    exercise = ShortText(**texts("x"), answers=(text,), case_sensitive=True)
    question = one(exercise, whole_sample())
    typed = " ".join(kept(" ".join(text.split())).split())
    if typed:
        assert score(question, exercise, {"RESPONSE": (typed,)}) == 1


@settings(deadline=None)
@given(WORDS, WORDS, WORDS)
def test_any_text_survives_in_a_gap(text: str, other: str, around: str) -> None:
    html = f"{escape(around, quote=False)} [[a]] [[b]]"
    options = (Option(id="r", text=mark(text), correct=True), Option(id="w", text=mark(other)))
    gaps = (
        Gap(id="a", type="text", answers=(AcceptedText(text=text),), feedback=mark(other)),
        Gap(id="b", type="select", options=options),
    )
    question = one(GapText(**texts("x"), text=Markup("", html), gaps=gaps), whole_sample())
    typed, chosen = parse_gaps(question.findtext("questiontext/text") or "")
    spelled = " ".join(kept(" ".join(text.split())).split()).replace("*", r"\*")
    assert typed.alternatives[0].text == spelled or not spelled
    assert shown(typed.alternatives[-1].feedback).split() == kept(other).split()
    assert [shown(a.text).split() for a in chosen.alternatives] == [kept(mark(t).plain).split() for t in (text, other)]
    assert [a.share for a in chosen.alternatives] == [1, 0]


def test_numbers_keep_their_digits(sample: Curriculum) -> None:
    exercise = Numeric(**texts("x"), answer=Decimal("0.00012"), tolerance=Decimal("1E-5"), unit="m²")
    question = one(exercise, sample)
    assert question.findtext("answer/text") == "0.00012"
    assert question.findtext("answer/tolerance") == "0.00001"
    assert question.findtext("units/unit/unit_name") == "m²"
    assert score(question, exercise, {"RESPONSE": ("0,00012 m²",)}) == 1
