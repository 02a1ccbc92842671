"""What every package with HTML carries: one style sheet, the run-time script, fonts, and their licences."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import content
from content.findings import StaffelError
from packager.language import text

STYLE, SCRIPT = "static/staffel.css", "static/staffel.js"
WIDGETS = Path(content.__file__).parent / "widgets" / "static"
OWN = Path(__file__).parent / "static"


class NotStaged(StaffelError):
    """The set-up has not been run: a file that comes from another package is missing."""


@cache
def static_parts() -> Mapping[str, bytes]:
    """Part name -> content, the same for every package of one release."""
    vendor = WIDGETS / "vendor"
    try:
        styles = (vendor / "kern.css", WIDGETS / "exercise.css", OWN / "course.css")
        style = b"\n".join(path.read_bytes() for path in styles)
        fonts = sorted((vendor / "fonts").iterdir())
        return {
            STYLE: style,
            SCRIPT: (OWN / "dist" / "staffel.js").read_bytes(),
            "static/kern.LICENSE.md": (vendor / "kern.LICENSE.md").read_bytes(),
            **{f"static/fonts/{path.name}": path.read_bytes() for path in fonts},
        }
    except FileNotFoundError as missing:
        raise NotStaged(text("cli.not-staged").format(path=missing.filename)) from missing
