"""Who made the texts and pictures, and under which licence, arrives in every bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from content.model import Author
from packager.credit import credit
from packager.formats import FORMATS
from tests.factories import exercises, loaded, page
from tests.samples import sample

CHAIN = (Author(name="Erste Feder", year=2019, role="Konzept"), Author(name="Zweite Feder & Co.", year=2026))
CHOICE = """\
- id: wahl
  type: single-choice
  title: Wahl
  prompt: "![Ein Quadrat](assets/bild.svg)"
  options: [{id: a, text: Eins, correct: true}, {id: b, text: Zwei}]
"""
PICTURE = '"*": {author: Dritte Hand, licence: CC-BY-SA-4.0}\n'


@pytest.mark.parametrize("form", FORMATS)
def test_authors_and_licence_of_the_texts_are_in_every_bundle(
    form: str, parts_of: Callable[..., dict[str, bytes]]
) -> None:
    parts = parts_of(form, replace(sample(), authors=CHAIN, publisher="Das Haus"))
    texts = [data.decode("utf-8", "replace") for data in parts.values()]
    for wanted in ("Das Haus", "Erste Feder", "Zweite Feder", "CC BY 4.0"):
        assert any(wanted in text for text in texts), wanted


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "moodle-glossary"])
def test_author_and_licence_of_a_picture_are_in_every_bundle_that_has_it(
    form: str, parts_of: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    changes = {**exercises(CHOICE), "m1-eins/assets/assets.yaml": PICTURE, **page("![Bild](assets/bild.svg)")}
    parts = parts_of(form, loaded(tmp_path, changes))
    texts = [data.decode("utf-8", "replace") for data in parts.values()]
    assert any("Dritte Hand" in text and "CC BY-SA 4.0" in text for text in texts)


def test_what_is_not_said_leaves_no_gap() -> None:
    alone = replace(sample(), publisher="", authors=())
    assert credit(alone) == "Lizenz: CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"
    assert credit(replace(alone, authors=CHAIN)).startswith("Urheber: Erste Feder, 2019 (Konzept); Zweite Feder & Co.,")
