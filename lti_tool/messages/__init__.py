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
    for wish in wishes:
        for language in LANGUAGES:
            if wish.lower().replace("_", "-").split("-")[0] == language:
                return language
    return "de"
