"""Exercises as ILIAS questions: type, response elements, points and feedback (classes `ass*Import` of ILIAS 8 to 10).

What the score needs decides about the type, not the name: ILIAS scores an ordering question all or nothing, so places
that count alone become a matching of places; a target that fits several sources becomes a choice in a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import singledispatch
from html import escape

from lxml import etree

from content.exercises import (
    Exercise,
    ExtendedText,
    GapText,
    HotSpot,
    Kprim,
    MultipleChoice,
    Numeric,
    Ordering,
    Pairing,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from content.exercises.entry import GAP, Gap, accepted
from content.findings import Language
from content.messages import messages
from content.scoring import FULL_CREDIT
from packager.ilias.choices import kprim, multiple_choice, single_choice, true_false
from packager.ilias.cloze import NUMBER_LENGTH, cloze, gap_field, select_field, text_field
from packager.ilias.image_map import image_map
from packager.ilias.question import Question
from packager.ilias.texts import Texts
from packager.ilias.xml import E, condition, equal, shares

SHUFFLE_TERMS = "2"
EMPTY_LIST = "YTowOnt9"


@singledispatch
def question(exercise: Exercise, texts: Texts) -> Question:
    """The exercise in ILIAS' terms."""
    raise TypeError(f"no ILIAS question for exercises of type {exercise.type}")


question.register(SingleChoice, single_choice)
question.register(MultipleChoice, multiple_choice)
question.register(TrueFalse, true_false)
question.register(Kprim, kprim)
question.register(HotSpot, image_map)


def handles(kind: type[Exercise]) -> bool:
    """There is a question for exercises of this type."""
    return question.dispatch(kind) is not question.dispatch(Exercise)


@question.register
def _(exercise: Pairing, texts: Texts) -> Question:
    left, right = exercise.pairing
    targets = [source.target for source in left]
    asides = [f"{texts.inline(s.text)}: {texts.inline(s.feedback)}" for s in left if s.feedback]
    if len(set(targets)) == len(targets):
        sources = [texts.plain(source.text) for source in left]
        terms = [texts.plain(target.text) for target in right]
        place = {target.id: index for index, target in enumerate(right)}
        return _pairs(exercise, texts, sources, terms, [place[target] for target in targets], asides)
    options = [(texts.plain(target.text), target.id) for target in right]
    pieces, gaps = [""], []
    for source in left:
        pieces[-1] += f"<p>{texts.inline(source.text)}: "
        gaps.append(select_field([(text, FULL_CREDIT * (name == source.target)) for text, name in options]))
        pieces.append("</p>")
    return cloze(exercise, texts, pieces, gaps, asides)


@question.register
def _(exercise: Ordering, texts: Texts) -> Question:
    items = [texts.plain(item.text) for item in exercise.items]
    asides = [texts.inline(item.feedback) for item in exercise.items if item.feedback]
    if exercise.scoring == "partial":
        place = messages(texts.curriculum.language)["widget.place"]
        places = [f"{place} {index}" for index in range(1, len(items) + 1)]
        return _pairs(exercise, texts, places, items, range(len(items)), asides)
    labels = (
        E.response_label(
            E.material(E.mattext(text, texttype="text/plain")),
            E.material(E.mattext("0", label="answerdepth")),
            ident=str(index),
        )
        for index, text in enumerate(items)
    )
    response = E.response_lid(
        E.render_choice(*labels, shuffle="Yes"), ident="OQT", rcardinality="Ordered", output="javascript"
    )
    worth = enumerate(shares(exercise.points, len(items)))
    return Question(
        kind="ORDERING QUESTION",
        prompt=texts.html(exercise.prompt),
        flow=[response],
        conditions=[condition([equal("OQT", str(i), index=str(i))], share, f"link_{i}") for i, share in worth],
        metadata={"thumb_geometry": "100", "points": str(exercise.points)},
        asides=asides,
    )


def _pairs(  # noqa: PLR0913, PLR0917  # both sides, what belongs together and what is said about it
    exercise: Exercise,
    texts: Texts,
    definitions: Sequence[str],
    terms: Sequence[str],
    right: Sequence[int],
    asides: Sequence[str],
) -> Question:
    """A matching question: definitions stay, terms are dragged to them, each term once. Idents are unique over both."""
    first = len(terms) + 1
    group = ",".join(str(index) for index in range(1, first))
    labels = [
        E.response_label(_safe(text), ident=str(first + index), match_max="1", match_group=group)
        for index, text in enumerate(definitions)
    ]
    labels += [E.response_label(_safe(text), ident=str(index)) for index, text in enumerate(terms, start=1)]
    response = E.response_grp(E.render_choice(*labels, shuffle="Yes"), ident="MQ", rcardinality="Multiple")
    pairs = [(term + 1, first + index) for index, term in enumerate(right)]
    worth = zip(pairs, shares(exercise.points, len(definitions)), strict=True)
    return Question(
        kind="MATCHING QUESTION",
        prompt=texts.html(exercise.prompt),
        flow=[response],
        conditions=[
            condition([E.varsubset(f"{term},{definition}", respident="MQ")], share, f"correct_{term}_{definition}")
            for (term, definition), share in worth
        ],
        metadata={"shuffle": SHUFFLE_TERMS, "thumb_geometry": "100", "matching_mode": "1:1"},
        asides=asides,
    )


def _safe(text: str) -> etree._Element:
    """ILIAS prints terms without escaping them."""
    return E.material(E.mattext(escape(text, quote=False), texttype="text/plain"))


@question.register
def _(exercise: Numeric, texts: Texts) -> Question:
    low, high = exercise.answer - exercise.tolerance, exercise.answer + exercise.tolerance
    tests = [E.vargte(f"{low:f}", respident="NUM"), E.varlte(f"{high:f}", respident="NUM")]
    field_ = E.render_fib(fibtype="Decimal", prompt="Box", maxchars=NUMBER_LENGTH)
    language = texts.curriculum.language
    asides = [
        _about(_decimal(f"{wrong.answer:f}", language), texts.inline(wrong.feedback), language)
        for wrong in exercise.wrong
    ]
    unit = messages(language)["ilias.unit"].format(unit=escape(exercise.unit, quote=False)) if exercise.unit else ""
    return Question(
        kind="NUMERIC QUESTION",
        prompt=texts.html(exercise.prompt) + (f"<p>{unit}</p>" if unit else ""),
        flow=[E.response_num(field_, ident="NUM", numtype="Decimal", rcardinality="Single")],
        conditions=[condition(tests, Fraction(exercise.points), "Correct")],
        asides=asides,
    )


@question.register
def _(exercise: ShortText, texts: Texts) -> Question:
    """A cloze with one gap: a text subset cannot have commas in an answer."""
    language = texts.curriculum.language
    asides = [_about(wrong.text, texts.inline(wrong.feedback), language) for wrong in exercise.wrong]
    gap = text_field(accepted(exercise.answers))
    pieces = [f"<p>{messages(language)['widget.your-answer']}: ", "</p>"]
    return cloze(exercise, texts, pieces, [gap], asides, exercise.case_sensitive)


@question.register
def _(exercise: GapText, texts: Texts) -> Question:
    language = texts.curriculum.language
    gaps = {gap.id: gap for gap in exercise.gaps}
    pieces = GAP.split(texts.html(exercise.text))
    order = [gaps[name] for name in pieces[1::2]]
    texts_around = [pieces[0], *(_unit(gap) + piece for gap, piece in zip(order, pieces[2::2], strict=True))]
    typed = [gap for gap in order if gap.type == "text"]
    asides = [aside for number, gap in enumerate(order, start=1) for aside in _gap_asides(gap, number, texts, language)]
    case = bool(typed) and all(gap.case_sensitive for gap in typed)
    return cloze(exercise, texts, texts_around, [gap_field(gap, texts) for gap in order], asides, case)


def _unit(gap: Gap) -> str:
    return f" {escape(gap.unit, quote=False)}" if gap.unit else ""


def _gap_asides(gap: Gap, number: int, texts: Texts, language: Language) -> Iterator[str]:
    if gap.feedback:
        yield f"{messages(language)['widget.gap'].format(number=number)}: {texts.inline(gap.feedback)}"
    for option in gap.options:
        if option.feedback:
            yield _about(texts.plain(option.text), texts.inline(option.feedback), language)


@question.register
def _(exercise: ExtendedText, texts: Texts) -> Question:
    """The rubric stays behind: ILIAS has no place that trainers see and learners do not."""
    t = messages(texts.curriculum.language)
    prompt = texts.html(exercise.prompt)
    if exercise.questions:
        points = "".join(f"<li>{texts.inline(text)}</li>" for text in exercise.questions)
        prompt += f"<p>{t['widget.questions']}:</p><ul>{points}</ul>"
    if exercise.minimum_words:
        prompt += f"<p>{t['ilias.words'].format(words=exercise.minimum_words)}</p>"
    box = E.render_fib(
        E.response_label(ident="A"), fibtype="String", prompt="Box", maxchars=str(exercise.maximum_characters)
    )
    metadata = {"wordcounter": "1", "textrating": "ci", "matchcondition": "0", "termscoring": EMPTY_LIST}
    return Question(
        kind="TEXT QUESTION",
        prompt=prompt,
        flow=[E.response_str(box, ident="TEXT", rcardinality="Ordered")],
        metadata=metadata | {"termrelation": "non", "specificfeedback": "non"},
        maximum=exercise.maximum_points,
    )


def _about(answer: str, text: str, language: Language) -> str:
    """What is to be said about a typical wrong answer."""
    return messages(language)["ilias.wrong"].format(answer=escape(answer, quote=False), text=text)


def _decimal(text: str, language: Language) -> str:
    return text.replace(".", ",") if language == "de" else text
