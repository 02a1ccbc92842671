"""Typed texts as regular expressions: what `content.scoring.normalised` makes equal, QTI's `patternMatch` accepts.

XML Schema patterns (Part 2, appendix F) hold for the whole text. Some players search instead, so a second pattern
refuses texts with more in them; either way of reading gives the same answer.
"""

from __future__ import annotations

import re
import unicodedata

from content.scoring import normalised

SPACES = "\\s\u00a0\u2000-\u200a\u202f\u205f\u3000"
DASHES = "[\\-\u2010-\u2015\u2212]"
DOUBLE_QUOTES = '["„“”«»\u201f]'
SINGLE_QUOTES = "['‚‘’‹›\u201b]"
CLASSES = {" ": f"[{SPACES}]+", "-": DASHES, '"': DOUBLE_QUOTES, "'": SINGLE_QUOTES}
SPECIAL = re.compile(r"([\\.?*+{}()\[\]|^])")
# A single sign that lower-cases to another one, beyond what `upper` finds.
DOTTED = "i\u0307"
MORE_UPPER = {"ß": "ẞ", "k": "\u212a", "å": "\u212b", "ω": "\u2126", "ς": "Σ", DOTTED: "İ"}
# The one sign that is two in lower case.
SIGNS = re.compile(f"{DOTTED}|.", re.DOTALL)


def whole(text: str, case_sensitive: bool) -> str:
    """The pattern of all spellings that count as `text`, with white space around."""
    return f"[{SPACES}]*{_core(text, case_sensitive)}[{SPACES}]*"


def longer(text: str, case_sensitive: bool) -> str:
    """The pattern of texts in which something stands before or behind it."""
    core, more, anything = _core(text, case_sensitive), f"[^{SPACES}]", "[\\s\\S]*"
    return f"{anything}({more}{anything}{core}|{core}{anything}{more}){anything}"


def _core(text: str, case_sensitive: bool) -> str:
    return "".join(_sign(sign, case_sensitive) for sign in SIGNS.findall(normalised(text, case_sensitive)))


def _sign(sign: str, case_sensitive: bool) -> str:
    if sign in CLASSES:
        return CLASSES[sign]
    forms = [sign] if case_sensitive else _cases(sign)
    apart = [unicodedata.normalize("NFD", form) for form in forms]
    written = dict.fromkeys(_escaped(form) for form in [*forms, *apart])
    if len(written) == 1:
        return next(iter(written))
    return f"[{''.join(written)}]" if all(len(form) == 1 for form in written) else f"({'|'.join(written)})"


def _cases(sign: str) -> list[str]:
    upper = sign.upper() if len(sign.upper()) == 1 and sign.upper().lower() == sign else sign
    return list(dict.fromkeys([sign, upper, MORE_UPPER.get(sign, sign)]))


def _escaped(text: str) -> str:
    """XML Schema knows no escape for the dollar sign, and others take a bare one for the end of the text."""
    return SPECIAL.sub(r"\\\1", text).replace("$", "[$]")
