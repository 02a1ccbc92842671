"""Three small modules that refer to each other, and what a build of them left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from packager.build import Order
from tests.factories import CURRICULUM

Make = Callable[..., Order]

SECOND = {
    "curriculum.yaml": CURRICULUM.replace("[m1-eins]", "[m1-eins, m2-zwei, m3-drei]"),
    **{
        f"m{number}-{name}/{file}": text
        for number, name in ((2, "zwei"), (3, "drei"))
        for file, text in {
            "module.yaml": f"id: m{number}\ntitle: Modul {number}\nunits: [01-teil]\n",
            "01-teil.md": f"---\nid: u{number}\ntitle: Teil {number}\nduration: 45\n---\n\n# Anfang {{#a{number}}}\n\n"
            f"Text mit [](term:begriff) und [](page:s1).\n\n{{{{exercise frage{number}}}}}\n",
            "exercises/b.yaml": f"- id: frage{number}\n  type: short-text\n  title: Frage\n  prompt: Was?\n"
            "  answers: [das]\n",
            "glossary.yaml": f"wort{number}: {{term: Wort {number}, definition: Erklärt.}}\n",
        }.items()
    },
}


def bundles(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.zip"))}


def written(folder: Path) -> dict[str, int]:
    """Name of each bundle -> number of its file, which changes when it is written again."""
    return {path.name: path.stat().st_ino for path in folder.glob("*.zip")}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
