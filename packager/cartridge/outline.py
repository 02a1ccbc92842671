"""An exercise as text, for readers without script: what to choose from, and the solution for another page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from html import escape

from content.exercises import (
    Budget,
    DecisionPath,
    Exercise,
    ExtendedText,
    GapText,
    Kprim,
    Numeric,
    Ordering,
    Pairing,
    SelfRating,
    ShortText,
    TrueFalse,
)
from content.exercises.choice import Listed
from content.exercises.entry import GAP, Gap, accepted, full_answer
from content.exercises.path import Decision
from content.findings import Language
from content.markup import Markup
from content.messages import messages
from content.scoring import FULL_CREDIT
from content.widgets import amount, mixed, mixed_sequence, with_gaps

Text = Callable[[str], str]
"""Makes a piece of canonical HTML concrete."""

BLANK = "________"


@dataclass(frozen=True)
class Outline:
    """Lists of HTML: `items` to work with, `targets` to match them with, `solution` line by line (empty: none)."""

    items: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    solution: tuple[str, ...] = ()
    text: str = ""


@singledispatch
def outline(exercise: Exercise, html: Text, language: Language) -> Outline:
    """The exercise as lists of HTML."""
    raise TypeError(f"no outline for exercises of type {exercise.type}")


@outline.register
def _(exercise: Listed, html: Text, language: Language) -> Outline:
    options = mixed(exercise.options, exercise.id) if exercise.shuffle else exercise.options
    right = [option.text for option in exercise.options if option.correct]
    return Outline(_inline(html, [option.text for option in options]), solution=_inline(html, right))


@outline.register
def _(exercise: TrueFalse, html: Text, language: Language) -> Outline:
    words = messages(language)["widget.true"], messages(language)["widget.false"]
    return Outline(words, solution=(words[0] if exercise.answer else words[1],))


@outline.register
def _(exercise: Pairing, html: Text, language: Language) -> Outline:
    sources, targets = exercise.pairing
    texts = {target.id: target.text for target in targets}
    pairs = [f"{html(s.text.inline)} → {html(texts[s.target].inline)}" for s in sources]
    shown = [target.text for target in mixed(targets, exercise.id)]
    return Outline(_inline(html, [s.text for s in sources]), _inline(html, shown), tuple(pairs))


@outline.register
def _(exercise: Kprim, html: Text, language: Language) -> Outline:
    words = {answer: messages(language)[f"widget.{str(answer).lower()}"] for answer in (True, False)}
    shown = mixed(exercise.statements, exercise.id) if exercise.shuffle else exercise.statements
    solution = tuple(f"{html(s.text.inline)} → {words[s.answer]}" for s in exercise.statements)
    return Outline(_inline(html, [s.text for s in shown]), tuple(words.values()), solution)


@outline.register
def _(exercise: Ordering, html: Text, language: Language) -> Outline:
    shown = [item.text for item in mixed_sequence(exercise.items, exercise.id)]
    right = [item.text for item in exercise.items]
    numbered = (f"{place}. {text}" for place, text in enumerate(_inline(html, right), start=1))
    return Outline(_inline(html, shown), solution=tuple(numbered))


@outline.register
def _(exercise: Numeric, html: Text, language: Language) -> Outline:
    return Outline(solution=(_number(f"{exercise.answer:f}", exercise.unit, language),))


@outline.register
def _(exercise: ShortText, html: Text, language: Language) -> Outline:
    full = [text for text, credit in accepted(exercise.answers) if credit == FULL_CREDIT]
    return Outline(solution=tuple(escape(text, quote=False) for text in full))


@outline.register
def _(exercise: GapText, html: Text, language: Language) -> Outline:
    def blank(gap: Gap, number: int) -> str:
        choices = " / ".join(option.text.plain for option in mixed(gap.options, exercise.id))
        unit = f" {gap.unit}" if gap.unit else ""
        return f"{BLANK} ({number}{': ' + escape(choices, quote=False) if choices else ''}){escape(unit, quote=False)}"

    gaps = {gap.id: gap for gap in exercise.gaps}
    order = GAP.findall(exercise.text.html)
    solution = tuple(f"{place}. {_answer(gaps[name], html, language)}" for place, name in enumerate(order, start=1))
    return Outline(text=with_gaps(exercise.gaps, html(exercise.text.html), blank), solution=solution)


@outline.register
def _(exercise: ExtendedText, html: Text, language: Language) -> Outline:
    return Outline(_inline(html, exercise.questions))


@outline.register
def _(exercise: SelfRating, html: Text, language: Language) -> Outline:
    return Outline(_inline(html, [s.text for s in exercise.statements]), tuple(escape(step) for step in exercise.scale))


@outline.register
def _(exercise: DecisionPath, html: Text, language: Language) -> Outline:
    """A gamebook: every step with what may be decided and where that leads; the solution is the best way."""
    t = messages(language)
    names = {step.id: t["widget.step"].format(number=n) for n, step in enumerate(exercise.steps, start=1)}
    numbers = {step.id: n for n, step in enumerate(exercise.steps, start=1)}

    def decision(option: Decision) -> str:
        follows = t["widget.go-on"].format(number=numbers[option.next]) if option.next else t["widget.case-ends"]
        return f"<li>{html(option.text.inline)} {follows}</li>"

    steps = (
        f"<p><strong>{names[step.id]}</strong></p>{html(step.text.html)}<ul>{''.join(map(decision, step.options))}</ul>"
        for step in exercise.steps
    )
    way = tuple(f"{names[step.id]}: {html(option.text.inline)}" for step, option in exercise.best_way())
    return Outline(text="".join(steps), solution=way)


@outline.register
def _(exercise: Budget, html: Text, language: Language) -> Outline:
    """A line for each purpose; the solution names what is reasonable, from and to."""
    unit = escape(f" {exercise.unit}" if exercise.unit else "", quote=False)
    total = f"<p>{messages(language)['widget.to-share-out']} {amount(exercise.total, language)}{unit}</p>"
    items = tuple(f"{html(item.text.inline)}: {BLANK}{unit}" for item in exercise.items)
    solution = tuple(
        f"{html(item.text.inline)}: {amount(item.low, language)}–{amount(item.high, language)}{unit}"
        for item in exercise.items
    )
    return Outline(items, solution=solution, text=total)


def _answer(gap: Gap, html: Text, language: Language) -> str:
    if gap.type == "text":
        return escape(full_answer(gap.answers), quote=False)
    if gap.type == "number":
        return _number(f"{gap.answer or 0:f}", gap.unit, language)
    return html(next(option.text for option in gap.options if option.correct).inline)


def _number(text: str, unit: str, language: Language) -> str:
    shown = text.replace(".", ",") if language == "de" else text
    return escape(f"{shown} {unit}".strip(), quote=False)


def _inline(html: Text, texts: Sequence[Markup]) -> tuple[str, ...]:
    return tuple(html(text.inline) for text in texts)
