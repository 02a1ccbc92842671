"""Which Python the set-up chooses for the virtual environment."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def chosen(python: Path) -> str:
    command = ["sh", "packager/setup/python.sh", str(python)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def test_a_python_of_the_distribution_that_is_new_enough_and_whole_is_taken() -> None:
    assert chosen(Path(sys.executable)) == sys.executable


def test_without_such_a_python_the_choice_is_left_to_uv(tmp_path: Path) -> None:
    assert chosen(tmp_path / "missing") == ""


@pytest.mark.parametrize("lack", ["sys.version_info = (3, 10)", "sys.modules['sqlite3'] = None"])
def test_a_python_that_is_too_old_or_lacks_a_part_is_not_taken(tmp_path: Path, lack: str) -> None:
    sound, lacking = tmp_path / "sound", tmp_path / "lacking"
    for path, first in ((sound, "pass"), (lacking, lack)):
        path.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c \"import sys; {first}\n$2\"\n")
        path.chmod(0o755)
    assert chosen(sound) == str(sound)
    assert chosen(lacking) == ""
