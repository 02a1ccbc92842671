"""The language of the command line: `STAFFEL_LANG`, else the locale of the terminal, else German."""

from __future__ import annotations

import errno
import os

from content.findings import Language
from content.messages import messages


def chosen_language() -> Language:
    """German where nothing says otherwise: most authors of this project work in German offices."""
    for name in ("STAFFEL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value.startswith("en_") or value == "en":
            return "en"
        if value.startswith("de"):
            return "de"
    return "de"


LANGUAGE = chosen_language()


def number(value: float, decimals: int = 0, language: Language = LANGUAGE) -> str:
    """A number as it is written in the language: 1.234,5 in German, 1,234.5 in English."""
    written = f"{value:,.{decimals}f}"
    return written.translate(str.maketrans(".,", ",.")) if language == "de" else written


def counted(key: str, count: int) -> str:
    """A phrase with a number; one thing has a phrase of its own, `key.one`."""
    return text(f"{key}.one" if count == 1 else key).format(count=number(count))


def reason(error: OSError) -> str:
    """What the operating system objects to, in our words where we have some."""
    name = errno.errorcode.get(error.errno or 0, "")
    return messages(LANGUAGE).get(f"system.{name}") or error.strerror or str(error)


def text(key: str) -> str:
    """A sentence of the command line in its language."""
    return messages(LANGUAGE)[key]
