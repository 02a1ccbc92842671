"""Tool, worker and sandbox LMS together on this machine, for trying out: `python -m lti_tool.trial`, or `make run`.

Everything but the keys lies in `var/trial`, or in the folder that is named, and is made anew at each start. Ctrl+C
ends all three in order.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import content
from content.exercises import ExtendedText
from lti_tool import activities
from lti_tool.activities import Activity
from lti_tool.db import make_engine, make_sessions
from lti_tool.messages import best_language, messages
from lti_tool.models import Deployment, Platform
from lti_tool.sandbox import Person, ResourceLink, Sandbox, ToolRegistration, create_platform, served
from lti_tool.sandbox.model import INSTRUCTOR
from lti_tool.settings import Settings

HOST = "127.0.0.1"
TOOL_PORT, SANDBOX_PORT = 5000, 5001
FOLDER = Path("var") / "trial"
CLIENT, DEPLOYMENT = "sandbox", "1"
COMMANDS = "befehle.sh"
START_SECONDS, STOP_SECONDS = 180, 20
"""A process that ends is noticed at once; the limit is for one that hangs, not for a machine that is busy."""
LOOK_SECONDS = 0.2
THREADS = 8


def say(key: str, **places: object) -> None:
    print(messages(best_language(os.environ.get("LANG", "")))[f"trial.{key}"].format_map(places), flush=True)


def free_port(wanted: int) -> int:
    """`wanted`, or another one where something else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def environment(tool_url: str, sandbox_port: int, folder: Path) -> dict[str, str]:
    """What the tool's processes share; it goes before a `.env` file, so that nothing of a real service is touched."""
    return {
        **os.environ,
        "STAFFEL_SANDBOX": "1",
        "STAFFEL_PUBLIC_URL": tool_url,
        "STAFFEL_SECRET_KEY": secrets.token_urlsafe(32),
        "STAFFEL_DATABASE_URL": f"sqlite:///{folder / 'staffel.sqlite3'}",
        "STAFFEL_UPLOADS_URL": f"file://{folder.resolve() / 'uploads'}",
        "STAFFEL_ALLOWED_HOSTS": json.dumps([f"{HOST}:{sandbox_port}"]),
        "STAFFEL_STORE_NAMES": "1",
        "STAFFEL_PROXY_COUNT": "0",
        "STAFFEL_LOG_LEVEL": "WARNING",
    }


def write_commands(folder: Path, env: Mapping[str, str]) -> Path:
    """A file for a second window, after which `flask --app wsgi …` is about this trial; for its owner alone."""
    mine = {name: value for name, value in env.items() if name.startswith("STAFFEL_")}
    mine["STAFFEL_DATABASE_URL"] = f"sqlite:///{(folder / 'staffel.sqlite3').resolve()}"
    lines = [f"export {name}={shlex.quote(value)}" for name, value in mine.items()]
    lines.append(f'export PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"')
    commands = folder / COMMANDS
    commands.touch(mode=0o600)
    commands.write_text("\n".join(lines) + "\n", "utf-8")
    return commands


def furnish(sandbox: Sandbox, curriculum: content.Curriculum, tool_url: str) -> None:
    """People, activities of each kind, and the tool as an administrator would register it."""
    for subject, name in (("anna", "Anna Beispiel"), ("ben", "Ben Muster"), ("cem", "Cem Özgür")):
        sandbox.add_person(Person(subject=subject, name=name, email=f"{subject}@example.org"))
    sandbox.add_person(Person(subject="tara", name="Tara Trainerin", roles=(INSTRUCTOR,)))
    for number, activity in enumerate(showpieces(curriculum), start=1):
        kind, _, identifier = activity.name.partition(":")
        link = ResourceLink(id=f"l{number}", title=activity.title, custom={kind: identifier})
        sandbox.add_link(link, maximum=activity.line_item_maximum)
    sandbox.add_link(ResourceLink(id="empty", title=messages("de")["trial.empty"]))
    sandbox.tool = ToolRegistration(
        client_id=CLIENT,
        deployment_id=DEPLOYMENT,
        login_url=f"{tool_url}/lti/login",
        redirect_uris=(f"{tool_url}/lti/launch",),
        jwks_url=f"{tool_url}/lti/jwks",
        target=f"{tool_url}/lti/launch",
    )


def showpieces(curriculum: content.Curriculum) -> list[Activity]:
    """The first exercise that a machine scores, the first text that a person reads, the first assessment."""
    everything = activities.catalogue(curriculum)
    singles = [activity for activity in everything if activity.single is not None]
    choices = (
        next((found for found in singles if found.single and found.single.scored), None),
        next((found for found in singles if isinstance(found.single, ExtendedText)), None),
        next((found for found in everything if found.kind == "assessment"), None),
    )
    return [found for found in choices if found is not None]


def enrol(settings: Settings, sandbox_url: str) -> None:
    """The tool's side of the registration, active at once: this is the person who would confirm it."""
    engine = make_engine(settings.database_url)
    platform = Platform(
        name="Sandbox",
        issuer=sandbox_url,
        client_id=CLIENT,
        login_url=f"{sandbox_url}/auth",
        token_url=f"{sandbox_url}/token",
        jwks_url=f"{sandbox_url}/jwks",
        active=True,
        allowed_hosts=[sandbox_url.rpartition("/")[2]],
        created_at=dt.datetime.now(dt.UTC),
        deployments=[Deployment(deployment_id=DEPLOYMENT)],
    )
    with make_sessions(engine).begin() as session:
        session.add(platform)
    engine.dispose()


def flask(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]


def gunicorn(port: int) -> list[str]:
    bind = f"{HOST}:{port}"
    command = [sys.executable, "-m", "gunicorn", "--bind", bind, "--threads", str(THREADS), "--log-level", "warning"]
    return [*command, "--no-control-socket", "wsgi:application"]


@contextmanager
def child(command: list[str], env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own group, so that Ctrl+C reaches it through us: as a request to finish what it is doing."""
    process = subprocess.Popen(command, env=env, start_new_session=True)  # noqa: S603 - our own commands
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(url: str, process: subprocess.Popen[bytes], stop: threading.Event) -> None:
    """Raises SystemExit where the tool ends or does not get ready; returns where nobody wants it any more."""
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=1):  # noqa: S310 - our own address
                return
        except OSError:
            if stop.wait(LOOK_SECONDS):
                return
    raise SystemExit(messages("de")["trial.not-ready"])


def stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: stop.set())
    return stop


def main() -> None:
    """Until Ctrl+C, SIGTERM, or the end of one of the processes."""
    stop = stop_on_signals()
    folder = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    tool_port, sandbox_port = free_port(TOOL_PORT), free_port(SANDBOX_PORT)
    tool_url = f"http://{HOST}:{tool_port}"
    env = environment(tool_url, sandbox_port, folder)
    os.environ.update(env)
    settings = Settings()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    commands = write_commands(folder, env)
    say("preparing")
    subprocess.run(flask("db", "upgrade"), env=env, check=True)  # noqa: S603
    if not any(settings.keys_folder.glob("*.pem")):
        say("keys")
        subprocess.run(flask("keys", "rotate"), env=env, check=True)  # noqa: S603
    sandbox = Sandbox()
    furnish(sandbox, content.load(settings.curriculum, settings.profile), tool_url)
    with ExitStack() as stack:
        port = stack.enter_context(served(create_platform(sandbox), sandbox_port))
        sandbox.url = f"http://{HOST}:{port}"
        enrol(settings, sandbox.url)
        processes = [stack.enter_context(child(command, env)) for command in (gunicorn(tool_port), flask("worker"))]
        wait_until_ready(tool_url, processes[0], stop)
        if not stop.is_set():
            say("ready", sandbox=sandbox.url, tool=tool_url, commands=commands)
        while not stop.wait(LOOK_SECONDS):
            if any(process.poll() is not None for process in processes):
                say("ended")
                break
        say("stopping")
    say("stopped")


if __name__ == "__main__":
    main()
