"""Several interactions that belong together: a case that branches, and a total to share out (QTI 2.1, section 7)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from content.exercises import Budget, DecisionPath
from content.exercises.path import Decision
from content.messages import messages
from content.widgets import amount
from packager.qti.controls import Choice, asked, choices, interaction, number_field
from packager.qti.texts import Texts, clean


def decision_path(exercise: DecisionPath, texts: Texts) -> Iterator[etree._Element]:
    """All steps one below the other, as in a gamebook: an item cannot turn its pages."""
    h, t = texts.dialect.html, messages(texts.curriculum.language)
    numbers = {step.id: number for number, step in enumerate(exercise.steps, start=1)}

    def decision(option: Decision) -> Choice:
        follows = t["widget.go-on"].format(number=numbers[option.next]) if option.next else t["widget.case-ends"]
        content = texts.flow(option.text)
        return option.id, [*content, f" {follows}" if texts.is_inline(option.text) else h("p", follows)]

    yield from texts.blocks(exercise.prompt)
    for step in exercise.steps:
        before, prompt = asked(step.text, texts)
        listed = choices(texts, [decision(option) for option in step.options])
        yield h("p", h("strong", t["widget.step"].format(number=numbers[step.id])))
        yield from before
        yield interaction(
            texts, "choiceInteraction", *prompt, *listed, variable=step.id, shuffle="false", maxChoices="1"
        )


def budget(exercise: Budget, texts: Texts) -> Iterator[etree._Element]:
    """A field for each purpose, its name before it and the unit behind it."""
    h, language = texts.dialect.html, texts.curriculum.language
    t = messages(language)
    unit = f" {clean(exercise.unit)}" if exercise.unit else ""
    numbers = [exercise.total, *(bound for item in exercise.items for bound in (item.low, item.high))]
    whole = all(number == number.to_integral_value() for number in numbers)
    hint = t["qti.whole-numbers" if whole else "qti.decimal-point"]
    total = f"{t['widget.to-share-out']} {amount(exercise.total, language)}{unit}. {hint}"
    rows = []
    for item in exercise.items:
        field = number_field(texts, item.id, whole=whole)
        content = texts.flow(item.text)
        inline = texts.is_inline(item.text)
        rows.append(h("li", *content, ": ", field, unit) if inline else h("li", *content, h("p", field, unit)))
    yield from texts.blocks(exercise.prompt)
    yield h("p", total)
    yield h("ul", *rows)
