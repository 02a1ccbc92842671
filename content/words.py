"""Variables and person nouns: `{{anbieter}}`, `{{Bürger:innen|dat}}`.

A person noun has one form for each gender form that a profile may ask for; the neutral profile contains no sign
inside a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape

from content.frozen import frozen
from content.model import Gender

MACRO = re.compile(r"\{\{\s*([^{}|\n]+?)\s*(?:\|\s*(nom|gen|dat|akk)\s*)?\}\}")
CASES = frozenset({"nom", "gen", "dat", "akk"})
VARIABLE = re.compile(r"[a-z][a-z0-9_.]*")
# Bürger:innen, Ärzt*in, Bürger:innenrat, Mitarbeiter(in), BürgerInnen; jede:r, eine*n, ein:e, der:die. Addresses like
# page:s and abbreviations like z:B have neither form.
IN_WORD_SIGN = re.compile(
    r"\b[A-ZÄÖÜ][a-zäöüß-]+(?:[:*·](?:innen[a-zäöüß]*|in|r|n)|(?:_|/-?)(?:innen|in|r|n)|\(in(?:nen)?\))(?!\w)"
    r"|\b[A-ZÄÖÜ][a-zäöüß-]*[a-zäöüß]Innen[a-zäöüß]*\b"
    r"|\b(?!(?:page|exercise|competence|source):)[A-Za-zÄÖÜäöüß]+e[:*·][rnms]\b|\b[DdKkMmSs]?[Ee]in[:*·]e[rnms]?\b"
    r"|\b[Dd](?:er[:*·]die|ie[:*·]der|en[:*·]die)\b"
)
# Far cheaper than the pattern above, and hardly a text has one: a pattern that begins with a letter leaps from one to
# the next, one that begins with a choice of letters looks at all of them.
SIGNS = {sign: re.compile(re.escape(sign) + r"-?(?:innen|in\b|[rnms]\b|e[rnms]?\b|die\b|der\b)") for sign in ":*_·/("}
# Signs of Markdown in the value of a macro mean themselves; behind these private signs the parser does not see them.
# The private area of the last plane: the one of the first holds bullets of old word processors.
PRIVATE = {ord(sign): chr(0x10F000 + ord(sign)) for sign in "\\`*_{}[]()#+!<>~|&"}
# What would begin a list, a box or an underlined heading where a line begins with the macro.
LEADING = re.compile(r"(?m)^(\d{0,9})([.:=-])")
HIDDEN = {**PRIVATE, **{ord(sign): chr(0x10F000 + ord(sign)) for sign in ".:=-"}}
PRIVATE_SIGN = re.compile("[\U0010f000-\U0010f0ff]")


def hidden(value: str) -> str:
    """The value of a macro for the Markdown parser: a text without any markup."""
    return LEADING.sub(lambda found: found[1] + found[2].translate(HIDDEN), value).translate(PRIVATE)


def shown(text: str) -> str:
    """The text or address with its `hidden` signs back in their places."""
    return PRIVATE_SIGN.sub(lambda found: chr(ord(found[0]) - 0x10F000), text)


def shown_html(html: str) -> str:
    """The same for HTML, where the signs are text or stand in attributes."""
    return PRIVATE_SIGN.sub(lambda found: escape(shown(found[0])), html)


@frozen(kw_only=True)
class Person:
    """The forms of a person noun that cannot be derived from its key."""

    both: dict[str, str] | str
    neutral: dict[str, str] | str


def person_faults(persons: Mapping[str, Person]) -> Iterator[tuple[str, str]]:
    """Each noun that some profile could not write, with the code of the finding; the profile in use need not be it."""
    for noun, person in persons.items():
        if ":" not in noun:
            yield noun, "person-key"
        for forms in (person.both, person.neutral):
            cases = {"nom": forms} if isinstance(forms, str) else forms
            texts = cases.values()
            if (
                "nom" not in cases
                or not CASES.issuperset(cases)
                or not all(texts)
                or any(map(IN_WORD_SIGN.search, texts))
            ):
                yield noun, "person-form"
                break


@frozen
class UnknownWord:
    """A macro that nothing defines; `offset` counts line breaks before it."""

    word: str
    offset: int


@frozen
class Words:
    """What macros stand for under one profile."""

    variables: Mapping[str, str]
    persons: Mapping[str, Person]
    gender: Gender = "colon"

    def form(self, noun: str, case: str = "nom") -> str | None:
        """The noun in the profile's gender form, or None if it is unknown."""
        person = self.persons.get(noun)
        if person is None:
            return None
        if self.gender == "colon":
            return noun
        if self.gender == "asterisk":
            return noun.replace(":", "*")
        forms = person.both if self.gender == "both" else person.neutral
        return forms if isinstance(forms, str) else forms.get(case, forms.get("nom"))

    def value(self, word: str, case: str = "nom") -> str | None:
        """What a macro's word stands for, or None."""
        return self.variables.get(word) if VARIABLE.fullmatch(word) else self.form(word, case)

    def expand(self, text: str, markdown: bool = True) -> tuple[str, list[UnknownWord]]:
        """The text with its macros replaced; in Markdown their signs are `hidden`. Placements are left alone.

        What is no Markdown is a title or a plain sentence, and becomes one line.
        """
        if not markdown and "\n" in text:
            text = " ".join(line.strip() for line in text.strip().split("\n"))
        unknown: list[UnknownWord] = []

        def replaced(match: re.Match[str]) -> str:
            word, case = match.group(1), match.group(2) or "nom"
            if word.startswith(("exercise ", "assessment ")):
                return match.group(0)
            value = self.value(word, case)
            if value is None:
                unknown.append(UnknownWord(word, text.count("\n", 0, match.start())))
                return match.group(0)
            return hidden(value) if markdown else value

        return MACRO.sub(replaced, text) if "{{" in text else text, unknown

    def unexpandable(self, text: str) -> Iterator[UnknownWord]:
        """In-word gender signs that stand outside a macro, which no profile could change."""
        if "Innen" not in text and not any(sign in text and end.search(text) for sign, end in SIGNS.items()):
            return
        bare = MACRO.sub(lambda match: " " * len(match.group(0)), text)
        for match in IN_WORD_SIGN.finditer(bare):
            yield UnknownWord(match.group(0), text.count("\n", 0, match.start()))
