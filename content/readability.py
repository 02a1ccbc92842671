"""How hard a unit is to read: advice for authors, never a threshold.

LIX (Björnsson 1968): words per sentence plus the percentage of words with more than six letters. Below 40 is easy,
40 to 50 is common in newspapers, above 60 is a specialist text.
"""

from __future__ import annotations

import re

from content.frozen import frozen
from content.model import Unit

SENTENCE = re.compile(r"[.!?:](?:\s|$)")
WORD = re.compile(r"[^\W\d_](?:[\w-]*[^\W_])?")
LONG = 6


@frozen
class Readability:
    """Figures of one unit; `sentence` is the mean number of words in a sentence."""

    unit: str
    words: int
    sentence: float
    lix: float


def readability(unit: Unit) -> Readability:
    """Figures of the running text, without exercises."""
    text = "\n".join(markup.plain for page in unit.pages for markup in page.markup())
    words = WORD.findall(text)
    sentences = max(1, len(SENTENCE.findall(text)))
    long = sum(len(word) > LONG for word in words)
    share = 100 * long / len(words) if words else 0
    mean = len(words) / sentences
    return Readability(unit.id, len(words), round(mean, 1), round(mean + share, 1))
