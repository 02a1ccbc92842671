"""Readability figures follow the formula and the text."""

from __future__ import annotations

from pathlib import Path

from content.readability import readability
from tests.factories import loaded, page


def test_lix_is_words_per_sentence_plus_percentage_of_long_words(tmp_path: Path) -> None:
    unit = loaded(tmp_path, page("Die Stadt plant. Die Bauverwaltung prüft.")).modules[0].units[0]
    figures = readability(unit)
    assert (figures.words, figures.sentence) == (6, 3.0)
    assert figures.lix == 19.7
