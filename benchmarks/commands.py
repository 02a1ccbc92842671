"""The commands that are measured, and the courses and folders that they need."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.course import Size

ROOT = Path(__file__).parent.parent
STAFFEL = Path(sys.executable).parent / "staffel"


def write(folder: Path, size: Size) -> Path:
    """A course, written by a process of its own: a large parent would count in the peak memory of its children."""
    code = "import sys; from pathlib import Path; from benchmarks.course import *; write_course(Path(sys.argv[1]), "
    subprocess.run([sys.executable, "-c", f"{code}{size!r})", str(folder)], cwd=ROOT, check=True)
    return folder


def build(source: Path, out: Path, *options: str) -> list[str]:
    return [str(STAFFEL), "build", str(source), "--out", str(out), *options]


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
