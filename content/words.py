"""Variables and person nouns: `{{anbieter}}`, `{{Bürger:innen|dat}}`.

A person noun has one form for each gender form that a profile may ask for; the neutral profile contains no sign
inside a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from content.frozen import frozen
from content.model import Gender

MACRO = re.compile(r"\{\{\s*([^{}|\n]+?)\s*(?:\|\s*(nom|gen|dat|akk)\s*)?\}\}")
VARIABLE = re.compile(r"[a-z][a-z0-9_.]*")
IN_WORD_SIGN = re.compile(r"\b[A-ZÄÖÜ][a-zäöüß-]+(?::|\*|_|·|/-?)(?:innen|in|r|n)\b|\b[A-ZÄÖÜ][a-zäöüß-]+Innen\b")
# Far cheaper than the pattern above, and hardly a text has one: a pattern that begins with a letter leaps from one to
# the next, one that begins with a choice of letters looks at all of them.
SIGNS = {sign: re.compile(re.escape(sign) + r"-?(?:innen|in|r|n)\b") for sign in ":*_·/"}
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!<>~|])")


@frozen(kw_only=True)
class Person:
    """The forms of a person noun that cannot be derived from its key."""

    both: dict[str, str] | str
    neutral: dict[str, str] | str


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
        """The text with its macros replaced; in Markdown the values are escaped. Placements are left alone."""
        unknown: list[UnknownWord] = []

        def replaced(match: re.Match[str]) -> str:
            word, case = match.group(1), match.group(2) or "nom"
            if word.startswith(("exercise ", "assessment ")):
                return match.group(0)
            value = self.value(word, case)
            if value is None:
                unknown.append(UnknownWord(word, text.count("\n", 0, match.start())))
                return match.group(0)
            return SPECIAL.sub(r"\\\1", value) if markdown else value

        return MACRO.sub(replaced, text) if "{{" in text else text, unknown

    def unexpandable(self, text: str) -> Iterator[UnknownWord]:
        """In-word gender signs that stand outside a macro, which no profile could change."""
        if "Innen" not in text and not any(sign in text and end.search(text) for sign, end in SIGNS.items()):
            return
        bare = MACRO.sub(lambda match: " " * len(match.group(0)), text)
        for match in IN_WORD_SIGN.finditer(bare):
            yield UnknownWord(match.group(0), text.count("\n", 0, match.start()))
