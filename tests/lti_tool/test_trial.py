"""`make run`: one command starts tool, worker and sandbox, a grade arrives, and one signal ends all of it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

import content
from content.exercises import Exercise
from tests.conftest import ROOT
from tests.lti_tool.web.world import SAMPLE, Browser, Form, Page

pytestmark = pytest.mark.timeout(600)  # a machine that is busy takes its time; only one that hangs is stopped
FOR_EVER = 300
"""Seconds in which a request that will ever be answered is answered."""


@dataclass
class Trial:
    """The running command and what it prints."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)
    ended: bool = False

    def read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.note(line)
        self.note("", ended=True)

    def note(self, line: str, *, ended: bool = False) -> None:
        with self.news:
            self.lines.append(line)
            self.ended = ended
            self.news.notify_all()

    def addresses(self) -> tuple[str, str]:
        """Sandbox and tool, once it says that both are ready; an end without that is the only failure."""
        with self.news:
            self.news.wait_for(lambda: self.ended or len(self.found()) >= 2)
            assert len(self.found()) >= 2, self.lines
            return self.found()[0], self.found()[1]

    def found(self) -> list[str]:
        return re.findall(r"http://127\.0\.0\.1:\d+", "".join(self.lines))


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    env = {**os.environ, "STAFFEL_KEYS_FOLDER": str(tmp_path / "keys"), "STAFFEL_CURRICULUM": str(SAMPLE), "LANG": "de"}
    command = [sys.executable, "-m", "lti_tool.trial", str(tmp_path / "trial")]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        started = Trial(process)
        reader = threading.Thread(target=started.read)
        reader.start()
        try:
            yield started
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()
            reader.join()


def launched(sandbox: str, browser: Browser) -> Page:
    page = browser.send(browser.get(f"{sandbox}/launch?as=anna&link=l1").form)
    return browser.send(page.form)


def shown(form: Form) -> Exercise:
    """The exercise of the form: the trial shows what comes first in the curriculum."""
    name, curriculum = form.fields["exercise"], content.load(SAMPLE)
    return next(module.exercises[name] for module in curriculum.modules if name in module.exercises)


def right_answer(exercise: Exercise) -> dict[str, list[str]]:
    """The controls of a form filled rightly, for choices and for tables of pairs."""
    controls: dict[str, list[str]] = {}
    for variable in exercise.variables():
        for value in exercise.correct()[variable.id]:
            row, _, column = value.partition(" ")
            name, chosen = (f"{variable.id}.{row}", column) if variable.base == "pair" else (variable.id, value)
            controls.setdefault(name, []).append(chosen)
    return controls


def test_a_grade_arrives_and_one_signal_ends_everything(trial: Trial) -> None:
    sandbox, tool = trial.addresses()
    browser = Browser(patience=FOR_EVER)
    page = launched(sandbox, browser)
    assert page.status == 200
    form = next(form for form in page.forms if form.action.endswith("/submit"))
    exercise = shown(form)
    full = f"{exercise.maximum_points} von {exercise.maximum_points}"
    assert browser.send(form, own=True, **right_answer(exercise)).status == 200
    while full not in requests.get(f"{sandbox}/gradebook", timeout=FOR_EVER).text:
        assert trial.process.poll() is None, trial.lines
        time.sleep(0.2)

    trial.process.send_signal(signal.SIGINT)
    assert trial.process.wait() == 0
    for address in (sandbox, tool):
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=FOR_EVER)


def test_only_the_loopback_address_is_listened_on(trial: Trial) -> None:
    for address in trial.addresses():
        # Whoever listens on all addresses of the machine listens on this one too.
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", int(address.rpartition(":")[2])), timeout=FOR_EVER)
