"""Small sources and exercises for tests, each valid until a test breaks one thing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from content import InvalidCurriculum, load
from content.findings import Finding
from content.model import Curriculum

CURRICULUM = """\
id: probe
title: Probe
version: 1.0.0
language: de
description: Ein Kurs zum Prüfen.
licence: CC-BY-4.0
publisher: Prüfstelle
authors: [{name: Prüfstelle, year: 2026}]
modules: [m1-eins]
variables: {anbieter: Stadt Musterhausen}
"""
MODULE = """\
id: m1
title: Erstes Modul
units: [01-einheit]
"""
UNIT = """\
---
id: u1
title: Einheit
duration: 60
objectives:
  - {id: u1-a, text: "etwas tun."}
---

# Seite {#s1}

Text.

{{exercise wahl}}
"""
CHOICE = """\
- id: wahl
  type: single-choice
  title: Wahl
  prompt: Was ist richtig?
  objectives: [u1-a]
  options:
    - {id: a, text: Eins, correct: true, feedback: Genau.}
    - {id: b, text: Zwei, feedback: Nein.}
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>x</title><rect width="9" height="9"/></svg>\n'
FILES: Mapping[str, str] = {
    "curriculum.yaml": CURRICULUM,
    "persons.yaml": "Bürger:innen:\n  both: {nom: Bürgerinnen und Bürger, dat: Bürgerinnen und Bürgern}\n"
    "  neutral: Menschen im Ort\n",
    "competences.yaml": "levels: [kennt]\ncompetences:\n  F1: {title: Einordnen}\n",
    "glossary.yaml": "begriff: {term: Begriff, definition: Eine Erklärung.}\n",
    "sources.yaml": 'quelle: {title: "Ein Buch", publisher: Verlag, date: 2025, url: "https://example.org/"}\n',
    "m1-eins/module.yaml": MODULE,
    "m1-eins/01-einheit.md": UNIT,
    "m1-eins/exercises/a.yaml": CHOICE,
    "m1-eins/assets/assets.yaml": '"*": {author: Prüfstelle, licence: CC-BY-4.0}\n',
    "m1-eins/assets/bild.svg": SVG,
}


def write_source(folder: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """A valid source in `folder` with some files replaced, added or (None) left out."""
    for name, text in {**FILES, **(changes or {})}.items():
        path = folder / name
        if text is None:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def page(text: str) -> dict[str, str]:
    """Change: the first page's text, followed by the exercise."""
    return {"m1-eins/01-einheit.md": UNIT.replace("Text.", text)}


def exercises(text: str) -> dict[str, str]:
    """Change: the exercise file; the page shows the exercise `wahl`."""
    return {"m1-eins/exercises/a.yaml": text}


def loaded(
    folder: Path, changes: Mapping[str, str | bytes | None] | None = None, profile: str | None = None
) -> Curriculum:
    return load(write_source(folder, changes), profile)


def faults(folder: Path, changes: Mapping[str, str | bytes | None]) -> tuple[Finding, ...]:
    """The findings of a source that must be refused."""
    with pytest.raises(InvalidCurriculum) as caught:
        load(write_source(folder, changes))
    return caught.value.findings


def only_fault(folder: Path, changes: Mapping[str, str | bytes | None]) -> Finding:
    found = faults(folder, changes)
    assert len(found) == 1, [finding.text() for finding in found]
    return found[0]
