"""The first hour of the handbook for authors, word for word: every command and example in the order of the page."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
# Done before (setting up), without an end (the preview), or a shell's own (completion).
LEFT_OUT = ("make setup", ". .venv/bin/activate", "staffel preview", "eval ")


class Author:
    """Somebody who follows the page with an editor and a terminal."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        self._root = root

    def types(self, line: str) -> None:
        name, *arguments = shlex.split(line)
        if name == "cd":
            self.folder = (self.folder / arguments[0]).resolve()
        elif name == "cp":
            shutil.copytree(self.folder / arguments[1], self.folder / arguments[2])
        else:
            assert name == "staffel", line
            command = [sys.executable, "-m", "packager.cli", *arguments]
            environment = {**os.environ, "STAFFEL_LANG": "de", "PYTHONPATH": str(self._root), "PYTHONUTF8": "1"}
            done = subprocess.run(
                command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (line, done.stdout, done.stderr)

    def appends(self, name: str, text: str) -> None:
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{text}")

    def writes(self, language: str, text: str) -> None:
        """An example goes where the page says that it belongs."""
        module = "m1-erstes-modul"
        if language == "markdown":
            self.appends(f"{module}/01-erste-einheit.md", text)
        elif text.startswith("- id:"):
            self.appends(f"{module}/exercises/u1.yaml", text)
        elif text.startswith("assessments:"):
            self.appends(f"{module}/module.yaml", text)
        else:
            (self.folder / "profiles").mkdir()
            (self.folder / "profiles" / "bayern.yaml").write_text(text)

    def raises_the_version(self) -> None:
        head = self.folder / "curriculum.yaml"
        head.write_text(head.read_text("utf-8").replace("0.1.0", "0.1.1"), "utf-8")


def blocks(page: str) -> Iterator[tuple[str, str]]:
    yield from ((found.group(1), found.group(2)) for found in BLOCK.finditer(page))


def test_every_command_and_example_of_the_first_hour_works(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "handbuch" / "autoren.md").read_text("utf-8")
    (tmp_path / "staffel").mkdir()
    author = Author(root, tmp_path / "staffel")
    typed = 0
    for language, text in blocks(page):
        if language:
            author.writes(language, text)
            continue
        lines = [line for line in text.splitlines() if not line.startswith((*LEFT_OUT, "Fehler "))]
        if any("update-check" in line for line in lines):
            author.raises_the_version()
        for line in lines:
            author.types(line)
            typed += 1
    assert typed > 12
    made = {path.name for path in author.folder.iterdir()}
    assert made >= {"dist", "dist-0.1.0", "dist-bayern", "ids.lock", "m2-datenschutz-im-alltag", "profiles"}
