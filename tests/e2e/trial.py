"""`make run` in one window, commands in another, a browser: what newcomers have who try the tool."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT

SAMPLE = ROOT / "tests" / "curricula" / "sample"
SECONDS = 60


@dataclass
class Trial:
    """`make run` in one window, commands in another."""

    process: subprocess.Popen[str]
    folder: Path
    lines: list[str] = field(default_factory=list)

    def read(self) -> None:
        assert self.process.stdout
        self.lines.extend(self.process.stdout)

    @property
    def sandbox(self) -> str:
        """Its address, once everything is ready."""
        ends = time.monotonic() + SECONDS
        while not (found := re.findall(r"http://127\.0\.0\.1:\d+", "".join(self.lines))):
            assert time.monotonic() < ends, self.lines
            assert self.process.poll() is None, self.lines
            time.sleep(0.1)
        return str(found[0])

    def command(self, arguments: str, good: bool = True) -> str:
        """As typed into the second window, after the line that the trial shows."""
        line = f". {self.folder}/befehle.sh && flask --app wsgi {arguments}"
        done = subprocess.run(["sh", "-c", line], cwd=ROOT, check=False, capture_output=True, text=True)
        assert (done.returncode == 0) == good, done.stdout + done.stderr
        return done.stdout

    def invitation(self, name: str) -> str:
        return str(re.findall(r"http\S+", self.command(f'platforms invite "{name}"'))[0])


@contextmanager
def running(folder: Path) -> Iterator[Trial]:
    """The trial with the sample curriculum, ready."""
    env = {**os.environ, "STAFFEL_KEYS_FOLDER": str(folder / "keys"), "STAFFEL_CURRICULUM": str(SAMPLE), "LANG": "de"}
    command = [sys.executable, "-m", "lti_tool.trial", str(folder / "trial")]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        started = Trial(process, folder / "trial")
        reader = threading.Thread(target=started.read)
        reader.start()
        assert started.sandbox
        yield started
        process.send_signal(signal.SIGINT)
        process.wait(SECONDS)
        reader.join()
