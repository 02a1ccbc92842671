"""What learners see of an exercise: prompt and interactions (QTI 2.1 Information Model, section 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch

from lxml import etree

from content.exercises import (
    Exercise,
    ExtendedText,
    GapText,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    SelfRating,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from content.exercises.base import RESPONSE
from content.exercises.choice import Listed
from content.exercises.entry import Gap, accepted
from content.markup import Markup
from content.messages import messages
from content.widgets import mixed, mixed_sequence
from packager.qti.dialect import Child
from packager.qti.identifiers import identifier, variable_identifier
from packager.qti.texts import MARKER, Texts, clean
from packager.xml import name

LINES = "12"
# Players take the decimal point of XML; a pattern makes them refuse a comma instead of reading it as something else.
NUMBER = "[+\\-]?[0-9]+([.][0-9]+)?"
NUMBER_LENGTH = "12"
SHORTEST_FIELD = 10


@singledispatch
def body(exercise: Exercise, texts: Texts) -> Iterator[etree._Element]:
    """The blocks of the item's body."""
    raise TypeError(f"no QTI item for exercises of type {exercise.type}")


def _asked(exercise: Exercise, texts: Texts) -> tuple[list[etree._Element], list[etree._Element]]:
    """(blocks before the interaction, prompt inside it): a prompt may not hold blocks."""
    if texts.is_inline(exercise.prompt):
        return [], [texts.dialect("prompt", *texts.flow(exercise.prompt))]
    return texts.blocks(exercise.prompt), []


def _choices(texts: Texts, choices: Sequence[tuple[str, list[Child]]]) -> list[etree._Element]:
    return [texts.dialect("simpleChoice", *content, identifier=identifier(value)) for value, content in choices]


@body.register
def _(exercise: SingleChoice, texts: Texts) -> Iterator[etree._Element]:
    yield from _choice(exercise, texts, "1")


@body.register
def _(exercise: MultipleChoice, texts: Texts) -> Iterator[etree._Element]:
    yield from _choice(exercise, texts, "0")


def _choice(exercise: Listed, texts: Texts, most: str) -> Iterator[etree._Element]:
    before, prompt = _asked(exercise, texts)
    options = mixed(exercise.options, exercise.id) if exercise.shuffle else exercise.options
    choices = _choices(texts, [(option.id, texts.flow(option.text)) for option in options])
    yield from before
    yield _interaction(texts, "choiceInteraction", *prompt, *choices, shuffle=_bool(exercise.shuffle), maxChoices=most)


@body.register
def _(exercise: TrueFalse, texts: Texts) -> Iterator[etree._Element]:
    before, prompt = _asked(exercise, texts)
    t = messages(texts.curriculum.language)
    choices = _choices(texts, [("true", [t["widget.true"]]), ("false", [t["widget.false"]])])
    yield from before
    yield _interaction(texts, "choiceInteraction", *prompt, *choices, shuffle="false", maxChoices="1")


@body.register
def _(exercise: Matching, texts: Texts) -> Iterator[etree._Element]:
    """Each source goes to one target at most, a target may take all of them."""
    q = texts.dialect
    before, prompt = _asked(exercise, texts)
    sources = q("simpleMatchSet", *(_associable(texts, s.id, s.text, "1") for s in exercise.sources))
    targets = q(
        "simpleMatchSet", *(_associable(texts, t.id, t.text, "0") for t in mixed(exercise.targets, exercise.id))
    )
    most = str(len(exercise.sources))
    yield from before
    yield _interaction(texts, "matchInteraction", *prompt, sources, targets, shuffle="true", maxAssociations=most)


def _associable(texts: Texts, value: str, text: Markup, most: str) -> etree._Element:
    return texts.dialect("simpleAssociableChoice", *texts.flow(text), identifier=identifier(value), matchMax=most)


@body.register
def _(exercise: Ordering, texts: Texts) -> Iterator[etree._Element]:
    """The order of the source is the solution, so the items stand in another one even where nobody shuffles."""
    before, prompt = _asked(exercise, texts)
    items = mixed_sequence(exercise.items, exercise.id)
    yield from before
    choices = _choices(texts, [(item.id, texts.flow(item.text)) for item in items])
    yield _interaction(texts, "orderInteraction", *prompt, *choices, shuffle="true")


@body.register
def _(exercise: Numeric, texts: Texts) -> Iterator[etree._Element]:
    t = messages(texts.curriculum.language)
    yield from texts.blocks(exercise.prompt)
    numbers = (exercise.answer, exercise.tolerance)
    fraction = any(number != number.to_integral_value() for number in numbers)
    hint = f" {t['qti.decimal-point']}" if fraction else ""
    unit = f" {clean(exercise.unit)}" if exercise.unit else ""
    field = _number_field(texts, RESPONSE)
    yield texts.dialect.html("p", f"{t['widget.your-answer']}: ", field, unit, hint)


@body.register
def _(exercise: ShortText, texts: Texts) -> Iterator[etree._Element]:
    label = messages(texts.curriculum.language)["widget.your-answer"]
    field = _text_field(texts, RESPONSE, [text for text, _ in accepted(exercise.answers)])
    yield from texts.blocks(exercise.prompt)
    yield texts.dialect.html("p", f"{label}: ", field)


@body.register
def _(exercise: GapText, texts: Texts) -> Iterator[etree._Element]:
    gaps = {gap.id: gap for gap in exercise.gaps}
    yield from texts.blocks(exercise.prompt)
    for block in texts.with_gaps(exercise.text):
        for marker in list(block.iter(name(texts.dialect.namespace, "var"))):
            _put_gap(marker, gaps[(marker.get("id") or "").removeprefix(MARKER)], exercise, texts)
        yield block


def _put_gap(marker: etree._Element, gap: Gap, exercise: GapText, texts: Texts) -> None:
    parent = marker.getparent()
    if parent is None:
        return
    if gap.type == "select":
        options = mixed(gap.options, exercise.id)
        choices = (
            texts.dialect("inlineChoice", texts.plain(option.text), identifier=identifier(option.id))
            for option in options
        )
        made = _interaction(texts, "inlineChoiceInteraction", *choices, variable=gap.id, shuffle="true")
    elif gap.type == "number":
        made = _number_field(texts, gap.id)
    else:
        made = _text_field(texts, gap.id, [text for text, _ in accepted(gap.answers)])
    made.tail = (f" {clean(gap.unit)}" if gap.unit else "") + (marker.tail or "")
    parent.replace(marker, made)


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
    yield _interaction(texts, "extendedTextInteraction", expectedLength=length, expectedLines=LINES)
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
        steps = _choices(
            texts, [(step, [clean(text)]) for step, text in zip(exercise.steps(), exercise.scale, strict=True)]
        )
        prompt = texts.dialect("prompt", *texts.flow(statement.text))
        choice = {"variable": statement.id, "shuffle": "false", "maxChoices": "1"}
        yield _interaction(texts, "choiceInteraction", prompt, *steps, **choice)


def _number_field(texts: Texts, variable: str) -> etree._Element:
    message = messages(texts.curriculum.language)["qti.decimal-point"]
    # Shared vocabulary of QTI 3.0, section 4.10: the sentence for answers that the pattern refuses.
    told = {"data-patternmask-message": message} if texts.dialect.kebab else {}
    field = _interaction(
        texts, "textEntryInteraction", variable=variable, expectedLength=NUMBER_LENGTH, patternMask=NUMBER
    )
    for key, value in told.items():
        field.set(key, value)
    return field


def _text_field(texts: Texts, variable: str, answers: Sequence[str]) -> etree._Element:
    length = str(max(SHORTEST_FIELD, *(len(text) for text in answers)))
    return _interaction(texts, "textEntryInteraction", variable=variable, expectedLength=length)


def _interaction(
    texts: Texts, kind: str, *children: etree._Element, variable: str = RESPONSE, **attributes: str
) -> etree._Element:
    return texts.dialect(kind, *children, responseIdentifier=variable_identifier(variable), **attributes)


def _bool(value: bool) -> str:
    return str(value).lower()
