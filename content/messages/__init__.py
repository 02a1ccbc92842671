"""The sentences of the interface, one flat JSON file per language, shared by templates and JavaScript."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from content.findings import Language


@cache
def messages(language: Language) -> dict[str, str]:
    """Key (`widget.check`, `js.saved`, `box.tip` …) -> text with `{places}`."""
    result: dict[str, str] = json.loads((files(__name__) / f"{language}.json").read_text(encoding="utf-8"))
    return result
