"""What learners see of an exercise: prompt and interactions (QTI 2.1 Information Model, section 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import Protocol

from lxml import etree

from content.exercises import (
    Categorise,
    Exercise,
    ExtendedText,
    GapText,
    Kprim,
    MultipleChoice,
    Numeric,
    Ordering,
    Pairing,
    SelfRating,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from content.exercises.base import RESPONSE
from content.exercises.choice import Listed
from content.exercises.entry import Gap, accepted
from content.exercises.kprim import FALSE, TRUE
from content.markup import Markup
from content.messages import messages
from content.widgets import mixed, mixed_sequence
from packager.qti.cases import budget, decision_path
from packager.qti.controls import Choice, asked, choices, interaction, number_field, text_field, truth
from packager.qti.dialect import Child
from packager.qti.identifiers import identifier, row
from packager.qti.places import hot_spot, hot_text
from packager.qti.texts import Texts, clean, markers, put

LINES = "12"
ANY_NUMBER = "0"


@singledispatch
def body(exercise: Exercise, texts: Texts) -> Iterator[etree._Element]:
    """The blocks of the item's body."""
    raise TypeError(f"no QTI item for exercises of type {exercise.type}")


@body.register
def _(exercise: SingleChoice, texts: Texts) -> Iterator[etree._Element]:
    yield from _choice(exercise, texts, "1")


@body.register
def _(exercise: MultipleChoice, texts: Texts) -> Iterator[etree._Element]:
    yield from _choice(exercise, texts, "0")


def _choice(exercise: Listed, texts: Texts, most: str) -> Iterator[etree._Element]:
    before, prompt = asked(exercise.prompt, texts)
    options = mixed(exercise.options, exercise.id) if exercise.shuffle else exercise.options
    listed = choices(texts, [(option.id, texts.flow(option.text)) for option in options])
    yield from before
    yield interaction(texts, "choiceInteraction", *prompt, *listed, shuffle=truth(exercise.shuffle), maxChoices=most)


@body.register
def _(exercise: TrueFalse, texts: Texts) -> Iterator[etree._Element]:
    before, prompt = asked(exercise.prompt, texts)
    t = messages(texts.curriculum.language)
    listed = choices(texts, [("true", [t["widget.true"]]), ("false", [t["widget.false"]])])
    yield from before
    yield interaction(texts, "choiceInteraction", *prompt, *listed, shuffle="false", maxChoices="1")


@body.register
def _(exercise: Pairing, texts: Texts) -> Iterator[etree._Element]:
    """Each source goes to one target at most, a target may take all of them."""
    sources, targets = exercise.pairing
    yield from _match(exercise, texts, sources, [(t.id, texts.flow(t.text)) for t in mixed(targets, exercise.id)])


@body.register
def _(exercise: Categorise, texts: Texts) -> Iterator[etree._Element]:
    """The categories keep their order; each stands at every thing."""
    sources, targets = exercise.pairing
    shown = mixed(sources, exercise.id)
    yield from _match(exercise, texts, shown, [(t.id, texts.flow(t.text)) for t in targets], table=True)


@body.register
def _(exercise: Kprim, texts: Texts) -> Iterator[etree._Element]:
    t = messages(texts.curriculum.language)
    shown = mixed(exercise.statements, exercise.id) if exercise.shuffle else exercise.statements
    columns: list[Choice] = [(TRUE, [t["widget.true"]]), (FALSE, [t["widget.false"]])]
    yield from _match(exercise, texts, shown, columns, table=True)


class Row(Protocol):
    """What is matched with something."""

    @property
    def id(self) -> str: ...

    @property
    def text(self) -> Markup: ...


def _match(
    exercise: Exercise, texts: Texts, rows: Sequence[Row], columns: Sequence[Choice], *, table: bool = False
) -> Iterator[etree._Element]:
    """A table has its rows and columns in the order of the document (QTI 3.0 shared vocabulary, qti-match-tabular)."""
    q = texts.dialect
    before, prompt = asked(exercise.prompt, texts)
    left = (_associable(texts, row(entry.id), texts.flow(entry.text), "1") for entry in rows)
    right = (_associable(texts, identifier(value), content, ANY_NUMBER) for value, content in columns)
    sets = (q("simpleMatchSet", *left), q("simpleMatchSet", *right))
    look = {"class_": "qti-match-tabular"} if table else {}
    yield from before
    yield interaction(
        texts, "matchInteraction", *prompt, *sets, shuffle=truth(not table), maxAssociations=str(len(rows)), **look
    )


def _associable(texts: Texts, name_: str, content: Sequence[Child], most: str) -> etree._Element:
    return texts.dialect("simpleAssociableChoice", *content, identifier=name_, matchMax=most)


@body.register
def _(exercise: Ordering, texts: Texts) -> Iterator[etree._Element]:
    """The order of the source is the solution, so the items stand in another one even where nobody shuffles."""
    before, prompt = asked(exercise.prompt, texts)
    items = mixed_sequence(exercise.items, exercise.id)
    yield from before
    listed = choices(texts, [(item.id, texts.flow(item.text)) for item in items])
    yield interaction(texts, "orderInteraction", *prompt, *listed, shuffle="true")


@body.register
def _(exercise: Numeric, texts: Texts) -> Iterator[etree._Element]:
    t = messages(texts.curriculum.language)
    yield from texts.blocks(exercise.prompt)
    numbers = (exercise.answer, exercise.tolerance)
    fraction = any(number != number.to_integral_value() for number in numbers)
    hint = f" {t['qti.decimal-point']}" if fraction else ""
    unit = f" {clean(exercise.unit)}" if exercise.unit else ""
    field = number_field(texts, RESPONSE)
    yield texts.dialect.html("p", f"{t['widget.your-answer']}: ", field, unit, hint)


@body.register
def _(exercise: ShortText, texts: Texts) -> Iterator[etree._Element]:
    label = messages(texts.curriculum.language)["widget.your-answer"]
    field = text_field(texts, RESPONSE, [text for text, _ in accepted(exercise.answers)])
    yield from texts.blocks(exercise.prompt)
    yield texts.dialect.html("p", f"{label}: ", field)


@body.register
def _(exercise: GapText, texts: Texts) -> Iterator[etree._Element]:
    gaps = {gap.id: gap for gap in exercise.gaps}
    yield from texts.blocks(exercise.prompt)
    for block in texts.with_gaps(exercise.text):
        for marker, known in markers(block, texts.dialect):
            _put_gap(marker, gaps[known], exercise, texts)
        yield block


def _put_gap(marker: etree._Element, gap: Gap, exercise: GapText, texts: Texts) -> None:
    if gap.type == "select":
        options = mixed(gap.options, exercise.id)
        listed = (
            texts.dialect("inlineChoice", texts.plain(option.text), identifier=identifier(option.id))
            for option in options
        )
        made = interaction(texts, "inlineChoiceInteraction", *listed, variable=gap.id, shuffle="true")
    elif gap.type == "number":
        made = number_field(texts, gap.id)
    else:
        made = text_field(texts, gap.id, [text for text, _ in accepted(gap.answers)])
    put(marker, made, f" {clean(gap.unit)}" if gap.unit else "")


@body.register
def _(exercise: ExtendedText, texts: Texts) -> Iterator[etree._Element]:
    q, t = texts.dialect, messages(texts.curriculum.language)
    yield from texts.blocks(exercise.prompt)
    if exercise.questions:
        yield q.html("p", f"{t['widget.questions']}:")
        yield q.html("ul", *(q.html("li", *texts.flow(question)) for question in exercise.questions))
    if exercise.minimum_words:
        yield q.html("p", t["ilias.words"].format(words=exercise.minimum_words))
    length = str(exercise.maximum_characters)
    yield interaction(texts, "extendedTextInteraction", expectedLength=length, expectedLines=LINES)
    rubric = list(_rubric(exercise, texts))
    if rubric:
        use = {"use": "scoring"} if q.kebab else {}
        yield q("rubricBlock", *q.content(*rubric), view="scorer tutor", **use)


def _rubric(exercise: ExtendedText, texts: Texts) -> Iterator[etree._Element]:
    """What only those who score see: criteria with their steps, and the model answer."""
    h, t = texts.dialect.html, messages(texts.curriculum.language)
    if exercise.rubric:
        heads = h("tr", *(h("th", t[key]) for key in ("widget.criterion", "widget.level", "widget.level-points")))
        rows = [
            h("tr", h("td", *texts.flow(c.criterion)), h("td", *texts.flow(level.text)), h("td", str(level.points)))
            for c in exercise.rubric
            for level in c.levels
        ]
        yield h("table", h("thead", heads), h("tbody", *rows))
    if exercise.model_answer:
        yield h("p", h("strong", t["qti.model-answer"]))
        yield from texts.blocks(exercise.model_answer)


@body.register
def _(exercise: SelfRating, texts: Texts) -> Iterator[etree._Element]:
    """One choice on the scale for each statement, without points."""
    yield from texts.blocks(exercise.prompt)
    for statement in exercise.statements:
        steps = choices(
            texts, [(step, [clean(text)]) for step, text in zip(exercise.steps(), exercise.scale, strict=True)]
        )
        prompt = texts.dialect("prompt", *texts.flow(statement.text))
        choice = {"variable": statement.id, "shuffle": "false", "maxChoices": "1"}
        yield interaction(texts, "choiceInteraction", prompt, *steps, **choice)


for _written in (hot_text, hot_spot, decision_path, budget):
    body.register(_written)
