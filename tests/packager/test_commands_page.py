"""The handbook names every command and every option."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def test_the_handbook_lists_every_command(root: Path, golden: Callable[[str, bytes], None]) -> None:
    environment = {**os.environ, "STAFFEL_LANG": "de", "COLUMNS": "100"}
    command = [sys.executable, "-m", "packager.commands_page"]
    page = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=True).stdout
    golden("../../docs/handbuch/befehle.md", page)
