"""How the server starts, and what it says where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.factories import write_source

ROOT = Path(__file__).parents[3]


def start(folder: Path, curriculum: Path) -> subprocess.CompletedProcess[str]:
    values = {
        "STAFFEL_CURRICULUM": str(curriculum),
        "STAFFEL_DATABASE_URL": f"sqlite:///{folder / 'tool.sqlite3'}",
        "STAFFEL_KEYS_FOLDER": str(folder),
        "STAFFEL_SECRET_KEY": "only for this test, and long enough",
    }
    command = [sys.executable, "-c", "import wsgi"]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **values}, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_server_without_faults_in_its_curriculum_starts(tmp_path: Path) -> None:
    done = start(tmp_path, write_source(tmp_path / "kurs"))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_curriculum_with_faults_is_told_by_its_findings_alone(tmp_path: Path) -> None:
    done = start(tmp_path, write_source(tmp_path / "kurs", {"m1-eins/module.yaml": "id: Ä\ntitle: Eins\nunits: []\n"}))
    assert done.returncode == 1
    assert "m1-eins/module.yaml:1:" in done.stderr
    assert "Traceback" not in done.stderr
