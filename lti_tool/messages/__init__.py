"""The tool's sentences: flat JSON files `<subject>.<language>.json`, merged; a key stands in one file only."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from content.findings import Language

LANGUAGES: tuple[Language, ...] = ("de", "en")


@cache
def messages(language: Language) -> dict[str, str]:
    """Key (`launch.title`, `refused.score-refused` …) -> text with `{places}`."""
    result: dict[str, str] = {}
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(f".{language}.json"):
            result.update(json.loads(file.read_text(encoding="utf-8")))
    return result


def best_language(*wishes: str) -> Language:
    """The first wish that we speak (`de-AT` counts as German), else German."""
    return next((language for language in map(spoken, wishes) if language), "de")


def spoken(wish: str) -> Language | None:
    """The language, if we speak it; `en_GB` counts as English."""
    name = wish.lower().replace("_", "-").split("-")[0]
    return next((language for language in LANGUAGES if language == name), None)
