"""What the bodies of items are made of: prompts, choices and fields in the words of a dialect (QTI 2.1, section 7)."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from content.exercises.base import RESPONSE
from content.markup import Markup
from content.messages import messages
from packager.qti.dialect import Child
from packager.qti.identifiers import identifier, variable_identifier
from packager.qti.texts import Texts

# Players take the decimal point of XML; a pattern makes them refuse a comma instead of reading it as something else.
NUMBER = "[+\\-]?[0-9]+([.][0-9]+)?"
# Where nothing but whole numbers makes sense, `1.500` is refused too: it would be one and a half.
WHOLE_NUMBER = "[+\\-]?[0-9]+"
NUMBER_LENGTH = "12"
SHORTEST_FIELD = 10

Choice = tuple[str, Sequence[Child]]
"""Identifier and content."""


def asked(prompt: Markup, texts: Texts) -> tuple[list[etree._Element], list[etree._Element]]:
    """(blocks before the interaction, prompt inside it): a prompt may not hold blocks."""
    if texts.is_inline(prompt):
        return [], [texts.dialect("prompt", *texts.flow(prompt))]
    return texts.blocks(prompt), []


def choices(texts: Texts, listed: Sequence[Choice]) -> list[etree._Element]:
    return [texts.dialect("simpleChoice", *content, identifier=identifier(value)) for value, content in listed]


def number_field(texts: Texts, variable: str, *, whole: bool = False) -> etree._Element:
    message = messages(texts.curriculum.language)["qti.whole-numbers" if whole else "qti.decimal-point"]
    # Shared vocabulary of QTI 3.0, section 4.10: the sentence for answers that the pattern refuses.
    told = {"data-patternmask-message": message} if texts.dialect.kebab else {}
    mask = WHOLE_NUMBER if whole else NUMBER
    field = interaction(
        texts, "textEntryInteraction", variable=variable, expectedLength=NUMBER_LENGTH, patternMask=mask
    )
    for key, value in told.items():
        field.set(key, value)
    return field


def text_field(texts: Texts, variable: str, answers: Sequence[str]) -> etree._Element:
    length = str(max(SHORTEST_FIELD, *(len(text) for text in answers)))
    return interaction(texts, "textEntryInteraction", variable=variable, expectedLength=length)


def interaction(
    texts: Texts, kind: str, *children: etree._Element, variable: str = RESPONSE, **attributes: str
) -> etree._Element:
    return texts.dialect(kind, *children, responseIdentifier=variable_identifier(variable), **attributes)


def truth(value: bool) -> str:
    return str(value).lower()
