"""The learning record store Ralph in an environment and a process of its own, with a file as its data base."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENVIRONMENT = Path(__file__).parents[3] / ".tools" / "lrs" / "bin"
USER, PASSWORD = "lms", "kein-geheimnis"
PATIENCE = 30
# `ralph runserver` restarts with every change in the working folder, and its file backend creates the file anew with
# each write, so it takes one request only; appending is a mode that the backend has.
SERVE = """
import sys
import uvicorn
from ralph.backends.data.base import BaseOperationType
from ralph.backends.data.fs import FSDataBackend
FSDataBackend.default_operation_type = BaseOperationType.APPEND
uvicorn.run("ralph.api:app", host="127.0.0.1", port=int(sys.argv[1]), log_level="info")
"""
# Ralph's API takes what looks like a statement; its models know all of xAPI 1.0.3.
VALIDATE = """
import json, sys
from ralph.models.xapi.base.statements import BaseXapiStatement
for statement in json.load(sys.stdin):
    BaseXapiStatement.model_validate(statement)
"""

Statement = dict[str, Any]


@dataclass(frozen=True)
class Store:
    """A running store."""

    address: str

    def send(self, method: str, query: str, body: bytes | None) -> tuple[int, bytes]:
        """Hand a request for statements on, with the LMS's own credentials."""
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(  # noqa: S310  # our own process
            f"{self.address}/xAPI/statements{query}", body, headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return answer.status, answer.read()
        except urllib.error.HTTPError as fault:
            return fault.code, fault.read()

    def statements(self, registration: str) -> list[Statement]:
        """What the store holds of a registration, in the order in which it came (`ascending` would turn it round)."""
        status, body = self.send("GET", f"?registration={registration}&limit=100", None)
        assert status == 200, body
        answer = json.loads(body)
        assert not answer.get("more")
        found: list[Statement] = answer["statements"]
        return found


def assert_valid(statements: list[Statement]) -> None:
    """Every statement obeys xAPI 1.0.3 as Ralph's models have it."""
    # The store adds these after the statement has come.
    sent = [{k: v for k, v in s.items() if k not in ("stored", "authority")} for s in statements]
    checked = subprocess.run(
        [ENVIRONMENT / "python", "-c", VALIDATE], input=json.dumps(sent).encode(), capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr.decode()[-2000:]


@contextmanager
def running(folder: Path) -> Iterator[Store]:
    """A store that keeps its data in `folder`."""
    data = folder / "data"
    data.mkdir()
    environment = {
        **os.environ,
        "HOME": str(folder),
        "RALPH_APP_DIR": str(folder),
        "RALPH_AUTH_FILE": str(folder / "auth.json"),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(data),
    }
    account = ["-u", USER, "-p", PASSWORD, "-s", "all", "-A", USER, "https://lms.example.de", "-w"]
    subprocess.run([ENVIRONMENT / "ralph", "auth", *account], env=environment, check=True, capture_output=True)
    port = _free_port()
    with (folder / "log").open("wb") as log:
        command = [str(ENVIRONMENT / "python"), "-c", SERVE, str(port)]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            _wait(port, process)
            yield Store(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 10):
        assert process.poll() is None, "the store has ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the store does not answer")
