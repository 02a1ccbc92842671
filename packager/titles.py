"""Texts that an LMS keeps in a column: cut where they are too long, and no two of them alike where one is chosen."""

from __future__ import annotations

from collections.abc import Mapping

MOODLE = 255
"""Names of activities, sections, categories, terms and answers (install.xml: `name`, `concept`, `answertext`)."""
NUMBER = len(" (99)")


def shortened(text: str, most: int) -> str:
    """At most so many signs, cut between two words."""
    return text if len(text) <= most else text[: most - 2].rsplit(" ", 1)[0] + " …"


def told_apart(texts: Mapping[str, str], most: int) -> dict[str, str]:
    """The texts by their keys, cut; a number stands behind each that would equal one before."""
    result: dict[str, str] = {}
    for key, text in texts.items():
        name, number = shortened(text, most), 1
        while name in result.values():
            number += 1
            name = f"{shortened(text, most - NUMBER)} ({number})".strip()
        result[key] = name
    return result
