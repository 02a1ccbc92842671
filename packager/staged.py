"""What every package with HTML carries: one style sheet, the run-time script, fonts, and their licences."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from content.findings import StaffelError
from packager.language import text

STYLE, SCRIPT = "static/staffel.css", "static/staffel.js"
WIDGETS = ("widgets", "static")


class NotStaged(StaffelError):
    """The set-up has not been run: a file that comes from another package is missing."""


@cache
def static_parts() -> Mapping[str, bytes]:
    """Part name -> content, the same for every package of one release."""
    vendor = files("content").joinpath(*WIDGETS, "vendor")
    own = [files("content").joinpath(*WIDGETS, "exercise.css"), files("packager").joinpath("static", "course.css")]
    try:
        style = b"\n".join(path.read_bytes() for path in (vendor.joinpath("kern.css"), *own))
        fonts = sorted((path for path in vendor.joinpath("fonts").iterdir()), key=lambda path: path.name)
        return {
            STYLE: style,
            SCRIPT: files("packager").joinpath("static", "dist", "staffel.js").read_bytes(),
            "static/kern.LICENSE.md": vendor.joinpath("kern.LICENSE.md").read_bytes(),
            **{f"static/fonts/{path.name}": path.read_bytes() for path in fonts},
        }
    except FileNotFoundError as missing:
        raise NotStaged(text("cli.not-staged").format(path=missing.filename)) from missing
