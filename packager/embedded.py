"""What a package of ours tells about itself: module, pages and exercises as its run-time reads them.

Checks and comparisons read the finished package, never the source: so they hold for a package that somebody sends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MODULE = re.compile(r'<script type="application/json" id="staffel-module">(.*?)</script>', re.DOTALL)
EXERCISE = re.compile(
    r'<script type="application/json" class="exercise-data" data-exercise="[^"]*">(.*?)</script>', re.DOTALL
)
CALL = b"staffel.unit("

Data = Mapping[str, Any]
"""JSON of `packager.pages.module_data` or `content.exercises.data.browser_data`."""


@dataclass(frozen=True, kw_only=True)
class EmbeddedModule:
    """A module in a package; `document` is the part that shows it (SCORM: all of it, else its first page).

    `pages` (page -> HTML of `main`) is filled for SCORM, where scripts bring the pages.
    """

    document: str
    data: Data
    exercises: Mapping[str, Data] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Folder of the document, empty or with a slash at its end."""
        return folder_of(self.document)


def embedded_modules(parts: Mapping[str, bytes]) -> list[EmbeddedModule]:
    """The modules of a package, empty for packages of strangers."""
    found: dict[str, tuple[str, Data]] = {}
    exercises: dict[str, Data] = {}
    pages: dict[str, dict[str, str]] = {}
    for name in sorted(parts):
        if name.endswith(".html"):
            text = parts[name].decode("utf-8", "replace")
            for data in _json(MODULE.findall(text)):
                found.setdefault(str(data.get("id")), (name, data))
            exercises |= {str(data.get("id")): data for data in _json(EXERCISE.findall(text))}
        elif name.endswith(".js") and parts[name].startswith(CALL):
            payload = unit_payload(parts[name])
            exercises |= payload.get("exercises", {})
            pages.setdefault(folder_of(name), {}).update(payload.get("pages", {}))
    return [_module(name, data, exercises, pages) for name, data in found.values()]


def _module(
    name: str, data: Data, exercises: Mapping[str, Data], pages: Mapping[str, Mapping[str, str]]
) -> EmbeddedModule:
    own = {entry["id"]: exercises[entry["id"]] for entry in data.get("exercises", ()) if entry["id"] in exercises}
    return EmbeddedModule(
        document=name, data=data, exercises=own, pages=pages.get(folder_of(name) + data.get("scripts", "pages/"), {})
    )


def unit_payload(script: bytes) -> dict[str, Any]:
    """What a unit script hands over, empty if it cannot be read."""
    text = script[len(CALL) :].decode("utf-8", "replace").rstrip().removesuffix(";").removesuffix(")")
    return next(_json([text]), {})


def folder_of(name: str) -> str:
    return name[: name.rfind("/") + 1]


def _json(texts: list[str]) -> Iterator[dict[str, Any]]:
    for text in texts:
        try:
            data = json.loads(text)
        except json.JSONDecodeError:
            continue
        if isinstance(data, dict):
            yield data
