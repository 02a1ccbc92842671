"""What a command costs: CPU of the process and its children, wall time, peak memory (getrusage of the child)."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """CPU (user + system) and wall time in seconds, peak resident memory in MB (10^6 bytes), what was printed."""

    cpu: float
    wall: float
    memory: float
    output: str = ""


@dataclass(frozen=True)
class Task:
    """A command under a name; `before` runs outside of the measurement."""

    name: str
    command: Sequence[str]
    before: Callable[[], None] = lambda: None
    folder: Path | None = None


def cost(command: Sequence[str], folder: Path | None = None, environment: Mapping[str, str] | None = None) -> Cost:
    """Run the command once. Raises `RuntimeError` with its output if it fails."""
    with tempfile.TemporaryFile() as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **(environment or {})}, stdout=log, stderr=log
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        output = log.read().decode(errors="replace")
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024 / 1e6, output)


def rounds(tasks: Sequence[Task], count: int, environment: Mapping[str, str]) -> dict[str, list[Cost]]:
    """Every task once a round, so that a slow minute of the machine hits all of them; the first round warms up."""
    costs: dict[str, list[Cost]] = {task.name: [] for task in tasks}
    for turn in range(count + 1):
        for task in tasks:
            task.before()
            found = cost(task.command, task.folder, environment)
            if turn:
                costs[task.name].append(found)
    return costs


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def ratio(one: Sequence[Cost], other: Sequence[Cost], of: Callable[[Cost], float]) -> float:
    """Median of the ratios within each round."""
    return median(of(a) / of(b) for a, b in zip(one, other, strict=True))
