"""Compile our modules and templates ahead, as installing a wheel does: the first command is as fast as the next.

Containers and test environments often forbid Python to write byte code on the way (`PYTHONDONTWRITEBYTECODE`).
"""

from __future__ import annotations

import compileall
from pathlib import Path

from content.templates import compile_all

ROOT = Path(__file__).parent.parent.parent


def compile_program() -> None:
    """Byte code for `content`, `packager`, `lti_tool` and for the templates of the first two."""
    for name in ("content", "packager", "lti_tool"):
        compileall.compile_dir(ROOT / name, quiet=2)
    compile_all(ROOT / "content" / "widgets", ROOT / "packager" / "templates")


if __name__ == "__main__":
    compile_program()
