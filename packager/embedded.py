"""What a package of ours tells about itself: module, pages and exercises as its run-time reads them.

Checks and comparisons read the finished package, never the source: so they hold for a package that somebody sends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from content.frozen import frozen
from packager.embedded_shape import EXERCISE as EXERCISE_SHAPE
from packager.embedded_shape import MODULE as MODULE_SHAPE
from packager.embedded_shape import UNIT, Shape, fits

MODULE = re.compile(r'<script type="application/json" id="staffel-module">')
EXERCISE = re.compile(r'<script type="application/json" class="exercise-data" data-exercise="[^"]*">')
END = "</script>"
CALL = b"staffel.unit("

Data = Mapping[str, Any]
"""JSON of `packager.pages.module_data` or `content.exercises.data.browser_data`."""


@frozen(kw_only=True)
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
            for data in _json(_scripts(MODULE, text), MODULE_SHAPE):
                found.setdefault(data["id"], (name, data))
            exercises |= {data["id"]: data for data in _json(_scripts(EXERCISE, text), EXERCISE_SHAPE)}
        elif name.endswith(".js") and parts[name].startswith(CALL):
            payload = unit_payload(parts[name])
            given = payload.get("exercises", {}).items()
            exercises |= {key: data for key, data in given if fits(data, EXERCISE_SHAPE)}
            texts = {page: html for page, html in payload.get("pages", {}).items() if isinstance(html, str)}
            pages.setdefault(folder_of(name), {}).update(texts)
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
    text = script[len(CALL) : script.rfind(b")")].decode("utf-8", "replace")
    return next(_json([text], UNIT), {})


def folder_of(name: str) -> str:
    return name[: name.rfind("/") + 1]


def _scripts(start: re.Pattern[str], text: str) -> Iterator[str]:
    """What stands in the scripts that begin like this; one without an end is the last."""
    found = start.search(text)
    while found and (end := text.find(END, found.end())) >= 0:
        yield text[found.end() : end]
        found = start.search(text, end)


def _json(texts: Iterable[str], shape: Shape) -> Iterator[dict[str, Any]]:
    for text in texts:
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):  # also a number of thousands of digits
            continue
        if fits(data, shape):
            yield data
