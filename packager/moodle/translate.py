"""Exercises in Moodle's terms: one function per exercise type (question/type/* of Moodle 4.0 to 5.x)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch
from html import escape
from typing import Any

from content.exercises import (
    Exercise,
    ExtendedText,
    GapText,
    MultipleChoice,
    Numeric,
    Ordering,
    Pairing,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from content.exercises.choice import Option
from content.exercises.entry import GAP, Answers, Gap, accepted
from content.markup import Markup
from packager.moodle import questions as q
from packager.moodle.cloze import literal
from packager.moodle.fractions import FULL, NOTHING, nearest, parts
from packager.moodle.maker import Maker
from packager.moodle.texts import described, legal, spellings
from packager.titles import MOODLE, shortened, told_apart

ANY = "*"


def translate(exercise: Exercise, maker: Maker) -> q.Question:
    """The exercise as a question. Raises TypeError for a type that Moodle has nothing for."""
    return _question(exercise, maker)


@singledispatch
def _question(exercise: Exercise, maker: Maker) -> q.Question:
    raise TypeError(f"no question type of Moodle for {exercise.type}")


def handles(kind: type[Exercise]) -> bool:
    """There is a question for exercises of this type."""
    return _question.dispatch(kind) is not _question.dispatch(Exercise)


@_question.register
def _(exercise: SingleChoice, maker: Maker) -> q.Question:
    def percent(option: Option) -> Decimal:
        return FULL if option.correct else nearest(Fraction(option.credit or 0))

    answers = tuple(_answer(option, percent(option), maker) for option in exercise.options)
    combined = maker.combined(exercise)
    common = maker.common(exercise)
    return q.MultiChoice(**common, single=True, shuffle=exercise.shuffle, answers=answers, combined=combined)


@_question.register
def _(exercise: MultipleChoice, maker: Maker) -> q.Question:
    """All-or-nothing does not exist in Moodle's core: a wrong option costs everything, a missing one its share."""
    right = len(exercise.correct_values())
    wrong = len(exercise.options) - right
    gains = iter(parts(right))
    loss = -FULL if exercise.scoring == "all" else nearest(Fraction(-100, wrong or 1))
    answers = tuple(_answer(option, next(gains) if option.correct else loss, maker) for option in exercise.options)
    combined = maker.combined(exercise)
    common = maker.common(exercise)
    return q.MultiChoice(**common, single=False, shuffle=exercise.shuffle, answers=answers, combined=combined)


def _answer(option: Option, percent: Decimal, maker: Maker) -> q.Answer:
    text, feedback = maker.texts.inline(option.text), maker.texts.block(option.feedback)
    return q.Answer(id=option.id, text=text, percent=percent, feedback=feedback)


@_question.register
def _(exercise: TrueFalse, maker: Maker) -> q.Question:
    feedback = exercise.feedback
    general = (feedback.incorrect, feedback.correct) if not exercise.answer else (feedback.correct, feedback.incorrect)
    return q.TrueFalse(
        **maker.common(exercise),
        right=exercise.answer,
        feedback_true=maker.texts.joined(exercise.feedback_true, general[0]),
        feedback_false=maker.texts.joined(exercise.feedback_false, general[1]),
    )


@_question.register
def _(exercise: Pairing, maker: Maker) -> q.Question:
    """Matching and categorise: a choice for every left side, each of which may be chosen any number of times."""
    sources, targets = exercise.pairing
    pairs = (q.Pair(id=s.id, text=maker.texts.inline(s.text), choice=s.target) for s in sources)
    return q.Matching(
        **maker.common(exercise),
        general=maker.explained((source.text, source.feedback) for source in sources),
        pairs=tuple(pairs),
        choices=told_apart({target.id: legal(described(target.text)).strip() for target in targets}, MOODLE),
        combined=maker.combined(exercise),
    )


@_question.register
def _(exercise: Ordering, maker: Maker) -> q.Question:
    items = (q.Answer(id=i.id, text=maker.texts.inline(i.text), percent=NOTHING) for i in exercise.items)
    return q.Ordering(
        **maker.common(exercise),
        general=maker.explained((item.text, item.feedback) for item in exercise.items),
        items=tuple(items),
        whole=exercise.scoring == "all",
        combined=maker.combined(exercise),
    )


@_question.register
def _(exercise: Numeric, maker: Maker) -> q.Question:
    """The unit may be typed or left out; it is said in the text, since Moodle shows it nowhere."""
    feedback = exercise.feedback
    wrong = (
        _number(w.answer, w.tolerance, NOTHING, maker.texts.joined(w.feedback, feedback.incorrect))
        for w in exercise.wrong
    )
    right = _number(exercise.answer, exercise.tolerance, FULL, maker.texts.block(feedback.correct))
    common = maker.common(exercise)
    if exercise.unit:
        hint = f"<p>{escape(maker.words['moodle.unit'].format(unit=exercise.unit))}</p>"
        common["text"] = q.Text(common["text"].html + hint, common["text"].files)
    return q.Numerical(**common, answers=(right, *wrong, *_otherwise(feedback.incorrect, maker)), unit=exercise.unit)


def _number(answer: Any, tolerance: Any, percent: Any, feedback: q.Text) -> q.Typed:
    return q.Typed(text=f"{answer:f}", percent=percent, feedback=feedback, tolerance=tolerance)


def _otherwise(feedback: Markup, maker: Maker) -> tuple[q.Typed, ...]:
    """The answer that catches everything else, if there is something to say."""
    return (q.Typed(text=ANY, percent=NOTHING, feedback=maker.texts.block(feedback)),) if feedback else ()


@_question.register
def _(exercise: ShortText, maker: Maker) -> q.Question:
    feedback = exercise.feedback
    answers = _texts(exercise.answers, maker, feedback.correct, feedback.partial or feedback.incorrect)
    wrong = (
        q.Typed(text=text, percent=NOTHING, feedback=maker.texts.joined(w.feedback, feedback.incorrect))
        for w in exercise.wrong
        for text in spellings(w.text)
    )
    all_answers = (*answers, *wrong, *_otherwise(feedback.incorrect, maker))
    return q.ShortAnswer(**maker.common(exercise), answers=all_answers, case_sensitive=exercise.case_sensitive)


def _texts(
    answers: Answers, maker: Maker, correct: Markup, partial: Markup, share: Callable[[Fraction], Decimal] = nearest
) -> tuple[q.Typed, ...]:
    """Accepted texts, the best first: Moodle takes the first that fits."""
    ranked = sorted(accepted(answers), key=lambda pair: -pair[1])
    return tuple(
        q.Typed(
            text=spelling,
            percent=share(Fraction(credit)),
            feedback=maker.texts.block(correct if credit == FULL else partial),
        )
        for text, credit in ranked
        for spelling in spellings(text)
    )


@_question.register
def _(exercise: GapText, maker: Maker) -> q.Question:
    """Moodle's cloze has no feedback on the whole answer: it goes into the general feedback with both cases named."""
    places = {gap.id: index for index, gap in enumerate(exercise.gaps, start=1)}
    units = {gap.id: gap.unit for gap in exercise.gaps}

    def placed(found: Any) -> str:
        unit = units[found.group(1)]
        return f"{{#{places[found.group(1)]}}}" + (f" {literal(escape(unit))}" if unit else "")

    prompt, text = maker.texts.block(exercise.prompt), maker.texts.block(exercise.text)
    common = maker.common(exercise)
    common["text"] = q.Text(literal(prompt.html) + GAP.sub(placed, literal(text.html)), (*prompt.files, *text.files))
    count = len(exercise.gaps)
    whole = exercise.points % count == 0
    return q.Cloze(
        **common,
        general=maker.by_result(exercise),
        gaps=tuple(_gap(exercise, gap, maker) for gap in exercise.gaps),
        weight=exercise.points // count if whole else 1,
    )


def _gap(exercise: GapText, gap: Gap, maker: Maker) -> q.Gap:
    common: dict[str, Any] = {"id": gap.id, "name": shortened(exercise.title, MOODLE), "text": q.EMPTY, "mark": 1}
    if gap.type == "select":
        answers = tuple(_gap_option(option, gap.feedback, maker) for option in gap.options)
        return q.MultiChoice(**common, single=True, shuffle=True, answers=answers)
    otherwise = _otherwise(gap.feedback, maker)
    if gap.type == "number":
        return q.Numerical(**common, answers=(_number(gap.answer or 0, gap.tolerance, FULL, q.EMPTY), *otherwise))
    # Shares of gaps need not be on the list, but older sites read whole percents only.
    texts = _texts(gap.answers, maker, Markup(""), Markup(""), lambda percent: Decimal(int(percent)))
    return q.ShortAnswer(**common, answers=(*texts, *otherwise), case_sensitive=gap.case_sensitive)


def _gap_option(option: Option, otherwise: Markup, maker: Maker) -> q.Answer:
    feedback = maker.texts.joined(option.feedback, Markup("") if option.correct else otherwise)
    text = q.Text(escape(legal(option.text.plain).strip(), quote=False))
    return q.Answer(id=option.id, text=text, percent=FULL if option.correct else NOTHING, feedback=feedback)


@_question.register
def _(exercise: ExtendedText, maker: Maker) -> q.Question:
    common = maker.common(exercise)
    if exercise.questions:
        items = "".join(f"<li>{question.inline}</li>" for question in exercise.questions)
        leading = maker.texts.html(f"<p>{escape(maker.words['widget.questions'])}:</p><ul>{items}</ul>")
        common["text"] = q.Text(common["text"].html + leading.html, (*common["text"].files, *leading.files))
    return q.Essay(
        **common,
        general=maker.by_result(exercise),
        grader=maker.texts.html(_grader(exercise, maker)),
        minimum_words=exercise.minimum_words,
    )


def _grader(exercise: ExtendedText, maker: Maker) -> str:
    """What the person who scores sees: rubric and model answer."""
    words = maker.words
    heads = "".join(f"<th>{escape(words[f'widget.{name}'])}</th>" for name in ("criterion", "level", "level-points"))
    rows = "".join(
        f"<tr><td>{criterion.criterion.inline}</td><td>{level.text.inline}</td><td>{level.points}</td></tr>"
        for criterion in exercise.rubric
        for level in criterion.levels
    )
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    model = exercise.model_answer
    answer = f"<p><strong>{escape(words['moodle.model-answer'])}</strong></p>{model.html}" if model else ""
    return table + answer
