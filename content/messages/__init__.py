"""The sentences of the interface, one flat JSON file per language, shared by templates and JavaScript."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from content.findings import Language

_HERE = Path(__file__).parent


@cache
def messages(language: Language) -> dict[str, str]:
    """Key (`widget.check`, `js.saved`, `box.tip` …) -> text with `{places}`."""
    result: dict[str, str] = json.loads((_HERE / f"{language}.json").read_bytes())
    return result
