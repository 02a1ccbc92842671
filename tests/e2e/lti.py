"""Two sites over https on this machine: our tool as gunicorn and worker processes, the sandbox LMS, and a Chromium that
blocks third-party cookies.

The certificate is made for each run; the browser finds the two host names by a rule of its own, so nothing outside
this process is changed. What servers ask each other goes over loopback addresses, because only the browser knows the
names.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import ipaddress
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from playwright.sync_api import BrowserContext, Playwright
from sqlalchemy import Engine

import lti_tool.models  # noqa: F401 - fills Base.metadata
from lti_tool.db import Base, make_engine, make_sessions
from lti_tool.keys import KeyFolder
from lti_tool.models import Deployment, Platform
from lti_tool.sandbox import Person, ResourceLink, Sandbox, ToolRegistration, create_platform, served
from lti_tool.sandbox.model import INSTRUCTOR
from tests.browser import ARGUMENTS, executable
from tests.conftest import ROOT

LOOPBACK = "127.0.0.1"
LMS_HOST, TOOL_HOST = "lms.stadt-a.example", "werkzeug.stadt-b.example"
CLIENT, DEPLOYMENT = "staffel-client", "1"
CHOICE, ESSAY, TEST = "m1u1-einfach", "m1u2-arbeitsblatt", "m1-abschluss"
SAMPLE = ROOT / "tests" / "curricula" / "sample"
SECONDS = 40
Proxy = Callable[[int, int], AbstractContextManager[None]]
WITH_THE_TESTS = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Starts a command that ends with the tests, even if these are killed."""


@dataclass(frozen=True)
class Certificate:
    """Files, and the hash by which Chromium is told to trust this key alone."""

    chain: Path
    key: Path
    spki: str

    def context(self) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.chain, self.key)
        return made


def make_certificate(folder: Path) -> Certificate:
    """Self-signed, for both hosts and the loopback address, for a day."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "staffel tests")])
    names: list[x509.GeneralName] = [x509.DNSName(host) for host in (LMS_HOST, TOOL_HOST)]
    names.append(x509.IPAddress(ipaddress.ip_address(LOOPBACK)))
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "certificate.pem", folder / "certificate.key"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.touch(0o600)
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Certificate(chain, private, base64.b64encode(hashlib.sha256(public).digest()).decode())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@dataclass
class Process:
    """A process with its children, all of which a signal reaches."""

    command: list[str]
    env: dict[str, str]
    quiet: bool = False
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-c", WITH_THE_TESTS, *self.command]
        errors = subprocess.DEVNULL if self.quiet else None
        self.running = subprocess.Popen(command, env=self.env, cwd=ROOT, start_new_session=True, stderr=errors)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.running is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, number)
        self.running.wait(SECONDS)
        self.running = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)


@dataclass
class TwoSites:
    """The LMS's state, the tool's processes, and where a browser finds both."""

    lms: Sandbox
    certificate: Certificate
    tool_port: int
    env: dict[str, str]
    engine: Engine
    behind: int | None = None
    """The port of gunicorn where a reverse proxy stands before it, which then has the certificate."""
    server: Process = field(init=False)
    worker: Process = field(init=False)

    def __post_init__(self) -> None:
        # A browser holds connections open on which it asks nothing yet; without a proxy in front each takes a thread.
        port = self.behind or self.tool_port
        gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"{LOOPBACK}:{port}", "--threads", "32"]
        if self.behind is None:
            gunicorn += ["--certfile", str(self.certificate.chain), "--keyfile", str(self.certificate.key)]
        gunicorn += ["--log-level", "warning", "wsgi:application"]
        self.server = Process(gunicorn, self.env)
        self.worker = Process([sys.executable, "-m", "flask", "--app", "wsgi", "worker"], self.env)

    @property
    def tool_url(self) -> str:
        return f"https://{TOOL_HOST}:{self.tool_port}"

    def start_server(self) -> None:
        self.server.start()
        ends = time.monotonic() + SECONDS
        while True:
            with suppress(requests.RequestException):
                address = f"https://{LOOPBACK}:{self.tool_port}/healthz"
                requests.get(address, verify=str(self.certificate.chain), timeout=5).raise_for_status()
                return
            assert time.monotonic() < ends, "the tool does not answer"
            time.sleep(0.2)

    def activity(self, person: str, link: str, message: str = "LtiResourceLinkRequest", for_user: str = "") -> str:
        """The address of the course page that holds the tool in a frame."""
        return f"{self.lms.url}/activity?as={person}&link={link}&message={message}&for_user={for_user}"

    def wait_for_grade(self, link: str, person: str, seconds: float = SECONDS) -> float:
        """The points in the LMS's gradebook, once they are there."""
        ends = time.monotonic() + seconds
        while (points := self.lms.grade(link, person)) is None:
            assert time.monotonic() < ends, f"no grade; the tool sent {self.lms.log}"
            time.sleep(0.2)
        return points

    def chromium_arguments(self) -> list[str]:
        """Both names lead here, this one key is trusted, and third-party cookies are blocked as by default soon.

        Both sites share a process: on a busy machine Playwright loses sight of a frame that changes processes while
        it loads, though the browser shows its page. What cookies and messages may do is the same.
        """
        return [
            f"--host-resolver-rules=MAP {LMS_HOST} {LOOPBACK}, MAP {TOOL_HOST} {LOOPBACK}",
            f"--ignore-certificate-errors-spki-list={self.certificate.spki}",
            "--test-third-party-cookie-phaseout",
            "--disable-site-isolation-trials",
        ]


@contextmanager
def profile(playwright: Playwright, sites: TwoSites, folder: Path, no_cookies_for: str) -> Iterator[BrowserContext]:
    """A browser with a profile of its own, whose owner lets one site keep nothing."""
    exceptions = {f"https://{no_cookies_for}:*,*": {"setting": 2}}
    preferences = {"profile": {"content_settings": {"exceptions": {"cookies": exceptions}}}}
    (folder / "Default").mkdir()
    (folder / "Default" / "Preferences").write_text(json.dumps(preferences))
    context = playwright.chromium.launch_persistent_context(
        folder, executable_path=executable(), args=[*ARGUMENTS, *sites.chromium_arguments()], locale="de-DE"
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()


@dataclass
class KillableBrowser:
    """A Chromium as a process of its own; its profile outlives it."""

    playwright: Playwright
    sites: TwoSites
    profile: Path
    process: Process = field(init=False)

    def start(self) -> BrowserContext:
        self.profile.mkdir(exist_ok=True)
        port = self.profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        program = executable() or self.playwright.chromium.executable_path
        arguments = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self.profile}", "--lang=de-DE"]
        command = [program, *ARGUMENTS, *arguments, *self.sites.chromium_arguments(), "about:blank"]
        self.process = Process(command, dict(os.environ), quiet=True)
        self.process.start()
        ends = time.monotonic() + SECONDS
        while not port.exists() or not port.read_text().strip():
            assert time.monotonic() < ends, "the browser does not start"
            time.sleep(0.1)
        number = port.read_text().split()[0]
        context = self.playwright.chromium.connect_over_cdp(f"http://{LOOPBACK}:{number}").contexts[0]
        context.set_default_timeout(20_000)
        return context

    def kill(self) -> None:
        """As a power cut would end it."""
        self.process.kill()


@contextmanager
def two_sites(
    folder: Path, certificate: Certificate, curriculum: Path = SAMPLE, proxy: Proxy | None = None
) -> Iterator[TwoSites]:
    """Everything running; the database is new. `proxy` starts what stands between two ports: outer and inner."""
    sandbox = Sandbox()
    application = create_platform(sandbox)
    with served(application, tls=certificate.context()) as lms_port, served(application) as services_port:
        sandbox.url = f"https://{LMS_HOST}:{lms_port}"
        sandbox.services_url = f"http://{LOOPBACK}:{services_port}"
        tool_port, behind = free_port(), free_port() if proxy else None
        env = environment(folder, tool_port, curriculum)
        env |= {"STAFFEL_PROXY_COUNT": "1"} if proxy else {}
        engine = make_engine(env["STAFFEL_DATABASE_URL"])
        Base.metadata.create_all(engine)
        made = TwoSites(sandbox, certificate, tool_port, env, engine, behind)
        furnish(made)
        KeyFolder(folder / "keys").rotate(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), bits=2048)
        with proxy(tool_port, behind) if proxy and behind else nullcontext():
            try:
                made.start_server()
                made.worker.start()
                yield made
            finally:
                made.worker.stop()
                made.server.stop()
                engine.dispose()


def environment(folder: Path, port: int, curriculum: Path) -> dict[str, str]:
    return {
        **os.environ,
        "STAFFEL_PUBLIC_URL": f"https://{TOOL_HOST}:{port}",
        "STAFFEL_SECRET_KEY": "only for this test, and long enough",
        "STAFFEL_DATABASE_URL": f"sqlite:///{folder / 'tool.sqlite3'}",
        "STAFFEL_KEYS_FOLDER": str(folder / "keys"),
        "STAFFEL_UPLOADS_URL": f"file://{folder / 'uploads'}",
        "STAFFEL_CURRICULUM": str(curriculum),
        "STAFFEL_STORE_NAMES": "1",
        "STAFFEL_LOG_LEVEL": "WARNING",
    }


def furnish(made: TwoSites) -> None:
    """People, one activity of each kind, and the registration on both sides."""
    lms = made.lms
    for subject, name in (("anna", "Anna Beispiel"), ("ben", "Ben Muster")):
        lms.add_person(Person(subject=subject, name=name, email=f"{subject}@example.org"))
    lms.add_person(Person(subject="tara", name="Tara Trainerin", roles=(INSTRUCTOR,)))
    lms.add_link(ResourceLink(id="choice", title="Wege des Wassers", custom={"exercise": CHOICE}))
    lms.add_link(ResourceLink(id="essay", title="Arbeitsblatt", custom={"exercise": ESSAY}))
    lms.add_link(ResourceLink(id="test", title="Abschlusstest", custom={"assessment": TEST}))
    lms.add_link(ResourceLink(id="empty", title="Noch leer"))
    lms.tool = ToolRegistration(
        client_id=CLIENT,
        deployment_id=DEPLOYMENT,
        login_url=f"{made.tool_url}/lti/login",
        redirect_uris=(f"{made.tool_url}/lti/launch",),
        jwks_url=f"https://{LOOPBACK}:{made.tool_port}/lti/jwks",
        target=f"{made.tool_url}/lti/launch",
    )
    platform = Platform(
        name="Sandbox",
        issuer=lms.url,
        client_id=CLIENT,
        login_url=f"{lms.url}/auth",
        token_url=f"{lms.services}/token",
        token_audience=f"{lms.url}/token",
        jwks_url=f"{lms.services}/jwks",
        active=True,
        created_at=dt.datetime.now(dt.UTC),
        allowed_hosts=[lms.services.rpartition("/")[2]],
        deployments=[Deployment(deployment_id=DEPLOYMENT)],
    )
    with make_sessions(made.engine).begin() as session:
        session.add(platform)
