"""`make bench-lti`: launches per second with all checks beside two peers in the same run; 10,000 scores on their way.

    python -m benchmarks.launches [--launches N] [--rounds N] [--scores N]

All traffic stays on 127.0.0.1. Each contestant runs under gunicorn with 2 workers of 4 threads, one after the other in
every round; 8 connections ask it. A hundred people come again and again, each once before anything is measured.
Launches are signed between the two phases, so that the client costs little.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from rich.console import Console
from rich.table import Table

from benchmarks import lti_scores
from benchmarks.lti_platform import CLIENT, DEPLOYMENT, ISSUER, LOOPBACK, Signer, running
from benchmarks.lti_tool_under_test import environment, prepare

CONNECTIONS = 8
WORKERS, THREADS = 2, 4
PEOPLE = 100
READY_SECONDS = 60
USER_TICKS = 11
"""Place in /proc/…/stat behind the name of the program (proc(5)); the system's ticks follow."""
BY_EXAMPLE, BY_BARE, P95 = 1.0, 0.7, 35
Request = tuple[str, str, dict[str, str]]
"""Path, form body, headers."""


@dataclass
class Phase:
    """The answers of one phase: milliseconds each, and the seconds of all."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0
    failures: int = 0
    cpu: float = math.nan
    """Processor milliseconds of the server for each."""

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1]


def ask(port: int, requests: Sequence[Request], handle: Callable[[int, http.client.HTTPResponse], bool]) -> Phase:
    """Sends all requests over 8 kept connections; `handle` says whether an answer is right."""
    phase = Phase()
    waiting = iter(range(len(requests)))
    lock = threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
        while True:
            with lock:
                index = next(waiting, None)
            if index is None:
                break
            path, body, headers = requests[index]
            began = time.perf_counter()
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            right = handle(index, response)
            response.read()
            took = (time.perf_counter() - began) * 1000
            with lock:
                phase.times.append(took)
                phase.failures += not right
        connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    phase.seconds = time.perf_counter() - began
    return phase


@dataclass
class Contestant:
    """A WSGI application under gunicorn, and what was measured of it in each round."""

    name: str
    application: str
    env: dict[str, str]
    port: int = 0
    firsts: list[Phase] = field(default_factory=list)
    logins: list[Phase] = field(default_factory=list)
    launches: list[Phase] = field(default_factory=list)
    master: int = 0
    """Process that the workers belong to, while it serves."""

    @contextmanager
    def serving(self) -> Iterator[None]:
        command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--threads", str(THREADS)]
        command += ["--bind", f"{LOOPBACK}:{self.port}", "--log-level", "error", self.application]
        with subprocess.Popen(command, env=self.env) as process:
            self.master = process.pid
            try:
                wait_until_ready(self.port)
                yield
            finally:
                process.terminate()

    def round(self, signer: Signer, count: int) -> None:
        _, first = self.play(signer, PEOPLE)
        if not self.firsts:  # of the tool: people, whom it did not know, with an attempt for each
            self.firsts.append(first)
        logins, launches = self.play(signer, count)
        self.logins.append(logins)
        self.launches.append(launches)

    def play(self, signer: Signer, count: int) -> tuple[Phase, Phase]:
        """`count` launches of different people: first all logins, then all launches."""
        target = f"http://{LOOPBACK}:{self.port}/lti/launch"
        answers: dict[int, tuple[str, str, str]] = {}

        def redirected(index: int, response: http.client.HTTPResponse) -> bool:
            asked = parse_qs(urlsplit(response.headers.get("Location", "")).query)
            cookies = "; ".join(c.split(";", 1)[0] for c in response.headers.get_all("Set-Cookie", []))
            if response.status == http.client.FOUND:
                answers[index] = (asked["state"][0], asked["nonce"][0], cookies)
            return index in answers

        def accepted(index: int, response: http.client.HTTPResponse) -> bool:
            return response.status == http.client.OK

        logins = ask(self.port, [login(index, target) for index in range(count)], redirected)
        forms = [launch(signer, index, target, *answers[index]) for index in sorted(answers)]
        before = worker_seconds(self.master)
        launches = ask(self.port, forms, accepted)
        launches.cpu = (worker_seconds(self.master) - before) * 1000 / len(forms)
        return logins, launches


def worker_seconds(master: int) -> float:
    """Processor time, user and system, that the children of a process have used so far; unknown outside of Linux.

    It hardly changes when others use the machine, and shows what a launch costs.
    """
    listed = Path(f"/proc/{master}/task/{master}/children")
    if not listed.is_file():
        return math.nan
    ticks = 0
    for child in listed.read_text(encoding="ascii").split():
        values = Path(f"/proc/{child}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(values[USER_TICKS]) + int(values[USER_TICKS + 1])
    return ticks / os.sysconf("SC_CLK_TCK")


def headers(index: int, cookies: str = "") -> dict[str, str]:
    """Each person comes from an address of their own, as the reverse proxy says it."""
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": cookies,
        "X-Forwarded-For": f"10.1.{index // 250 % 250}.{index % 250}",
    }


def login(index: int, target: str) -> Request:
    fields = {
        "iss": ISSUER,
        "client_id": CLIENT,
        "lti_deployment_id": DEPLOYMENT,
        "login_hint": str(index % PEOPLE),
        "lti_message_hint": "7",
        "target_link_uri": target,
    }
    return "/lti/login", urlencode(fields), headers(index)


def launch(signer: Signer, index: int, target: str, state: str, nonce: str, cookies: str) -> Request:  # noqa: PLR0913, PLR0917
    token = signer.id_token(nonce, str(index % PEOPLE), target)
    return "/lti/launch", urlencode({"id_token": token, "state": state}), headers(index, cookies)


def wait_until_ready(port: int) -> None:
    ends = time.monotonic() + READY_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/readyz", timeout=5):
                return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)


def contestants(folder: Path, signer: Signer, platform: str) -> list[Contestant]:
    base = {**os.environ, "BENCH_FOLDER": str(folder), "BENCH_KEYS": json.dumps(signer.key_set())}
    base["BENCH_JWKS"] = f"{platform}/jwks"
    tool = {**base, **environment(folder, 5100, f"sqlite:///{folder / 'tool.sqlite3'}")}
    prepare(tool, platform)
    return [
        Contestant("staffel", "wsgi:application", tool, 5100),
        Contestant("PyLTI1p3, Beispiel", "benchmarks.lti_peers:example()", base, 5101),
        Contestant("nackte Seite", "benchmarks.lti_peers:bare()", base, 5102),
    ]


def measure(folder: Path, rounds: int, count: int, console: Console) -> list[Contestant]:
    signer = Signer()
    with running(signer) as platform:
        found = contestants(folder, signer, platform)
        for number in range(rounds):
            for contestant in found:
                console.print(f"Runde {number + 1} von {rounds}: {contestant.name} …")
                with contestant.serving():
                    contestant.round(signer, count)
    return found


def middle(values: Sequence[float]) -> str:
    """Median, and the range where there is one."""
    if len(values) == 1:
        return f"{values[0]:.0f}"
    return f"{statistics.median(values):.0f} [{min(values):.0f}–{max(values):.0f}]"


def compared(found: Sequence[Contestant], value: Callable[[Phase], float]) -> list[float]:
    """The tool's value by that of each peer: the median of the ratios within each round."""
    ours, *peers = ([value(phase) for phase in contestant.launches] for contestant in found)
    return [statistics.median(a / b for a, b in zip(ours, peer, strict=True)) for peer in peers]


def report(found: Sequence[Contestant], console: Console) -> bool:
    """Prints the table; whether the aims are reached, by the ratios within each round."""
    table = Table(
        "",
        "erste Starts/s",
        "Anmeldungen/s",
        "Starts/s",
        "CPU ms je Start",
        "p50 ms",
        "p95 ms",
        "Fehler",
        title="Starts mit allen Prüfungen",
    )
    for contestant in found:
        launches = contestant.launches
        table.add_row(
            contestant.name,
            middle([phase.rate for phase in contestant.firsts]),
            middle([phase.rate for phase in contestant.logins]),
            middle([phase.rate for phase in launches]),
            f"{statistics.median(phase.cpu for phase in launches):.2f}",
            f"{statistics.median(statistics.median(phase.times) for phase in launches):.1f}",
            f"{statistics.median(phase.p95 for phase in launches):.1f}",
            str(sum(phase.failures for phase in (*launches, *contestant.logins))),
        )
    console.print(table)
    ratios = compared(found, lambda phase: phase.rate)
    costs = compared(found, lambda phase: 1 / phase.cpu)
    failures = sum(phase.failures for phase in found[0].launches)
    p95 = statistics.median(phase.p95 for phase in found[0].launches)
    console.print(
        f"staffel : PyLTI1p3 = {ratios[0]:.2f} (Ziel ≥ {BY_EXAMPLE}); "
        f"staffel : nackte Seite = {ratios[1]:.2f} (Ziel ≥ {BY_BARE}); p95 {p95:.0f} ms (Ziel < {P95}).\n"
        f"Starts je Prozessorsekunde der Server, kaum von der Last des Rechners abhängig: "
        f"{costs[0]:.2f} und {costs[1]:.2f}; Last {os.getloadavg()[0]:.1f} auf {os.cpu_count()} Kernen."
    )
    return ratios[0] >= BY_EXAMPLE and ratios[1] >= BY_BARE and p95 < P95 and not failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--launches", type=int, default=600, help="per contestant and round (at most 5000)")
    parser.add_argument("--rounds", type=int, default=5, help="at most 20")
    parser.add_argument("--scores", type=int, default=10_000, help="0: none; at most 50000")
    asked = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        good = report(measure(Path(folder), min(asked.rounds, 20), min(asked.launches, 5000), console), console)
    if asked.scores:
        good = lti_scores.measure(min(asked.scores, 50_000), console) and good
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
