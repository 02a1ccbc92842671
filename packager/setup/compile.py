"""Compile our modules and templates ahead, as installing a wheel does: the first command is as fast as the next.

Containers and test environments often forbid Python to write byte code on the way (`PYTHONDONTWRITEBYTECODE`).
"""

from __future__ import annotations

import compileall
from contextlib import suppress
from pathlib import Path

from content.templates import compile_all
from packager import schemas
from packager.deflated import make_ahead
from packager.package import STORED
from packager.staged import NotStaged, static_parts
from packager.zip_writer import LEVEL

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = ("content/widgets", "packager/templates", "lti_tool/templates", "lti_tool/sandbox/templates")
"""All with the same settings: escaped, blocks trimmed (`content.templates.environment`, `lti_tool.application`)."""


def compile_program() -> None:
    """Byte code for our packages and their templates, and the deflated files that every package carries."""
    for name in ("content", "packager", "lti_tool"):
        compileall.compile_dir(ROOT / name, quiet=2)
    compile_all(*(ROOT / folder for folder in TEMPLATES))
    with suppress(NotStaged, FileNotFoundError):  # they come from other packages, perhaps later
        parts = [data for name, data in static_parts().items() if Path(name).suffix not in STORED]
        parts += [data for edition in schemas.EDITIONS for data in schemas.contents(edition).values()]
        make_ahead(parts, LEVEL)


if __name__ == "__main__":
    compile_program()
