"""What `deploy/` tells an operator to install, tried: `make deploy`. Needs nginx and systemd (apt install nginx-light).

Not part of `make test`, because installing a web server needs root. The files themselves are used; only names, ports,
folders and the certificate are those of this run.
"""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Playwright, expect

from lti_tool.sandbox.model import ResourceLink
from lti_tool.settings import Settings
from tests.browser import launched, started
from tests.conftest import ROOT
from tests.e2e.lti import CHOICE, LOOPBACK, TOOL_HOST, Certificate, TwoSites, free_port, make_certificate, two_sites

HERE = ROOT / "deploy"
UNITS = sorted((HERE / "systemd").glob("*.service"))
SITE = (HERE / "nginx.conf").read_text("utf-8")
MEGABYTE = 1024 * 1024
SECONDS = 30

pytestmark = pytest.mark.timeout(120)


def program(name: str) -> str:
    """Its path; the tests fail where it is missing, because then nothing was tried."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, f"{name} is missing: apt install nginx-light systemd"
    return found


# --- nginx ------------------------------------------------------------------------------------------------------------


def site(outer: int, plain: int, inner: int, certificate: Certificate) -> str:
    """The site of the handbook with this run's ports, name and certificate."""
    text = re.sub(r"listen \[::\]:\d+( ssl)?;", "", SITE)
    for old, new in (
        ("listen 443 ssl", f"listen {LOOPBACK}:{outer} ssl"),
        ("listen 80", f"listen {LOOPBACK}:{plain}"),
        ("http://127.0.0.1:5000", f"http://{LOOPBACK}:{inner}"),
        ("lernen.example.de", TOOL_HOST),
        ("proxy_set_header Host $host;", "proxy_set_header Host $http_host;"),  # the port of this run belongs to it
        ("X-Forwarded-Host $host;", "X-Forwarded-Host $http_host;"),
        (f"/etc/letsencrypt/live/{TOOL_HOST}/fullchain.pem", str(certificate.chain)),
        (f"/etc/letsencrypt/live/{TOOL_HOST}/privkey.pem", str(certificate.key)),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text.replace(f"server_name {TOOL_HOST}", f"server_name {TOOL_HOST} {LOOPBACK}")


def around(folder: Path, text: str) -> Path:
    """A configuration of nginx that holds the site and writes only to `folder`."""
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\ninclude /etc/nginx/mime.types;\naccess_log off;\n{temporary}"
        f"{text.replace('/var/log/nginx', str(folder))}}}\n"
    )
    return whole


class Nginx:
    """The web server of the handbook before the tool."""

    def __init__(self, folder: Path, certificate: Certificate) -> None:
        self.folder, self.certificate, self.plain = folder, certificate, free_port()

    @contextmanager
    def __call__(self, outer: int, inner: int) -> Iterator[None]:
        configuration = around(self.folder, site(outer, self.plain, inner, self.certificate))
        command = [program("nginx"), "-p", str(self.folder), "-c", str(configuration)]
        subprocess.run([*command, "-t"], check=True)
        process = subprocess.Popen(command)
        try:
            yield
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(SECONDS)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certificate]:
    made = make_certificate(tmp_path_factory.mktemp("certificate"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(made.chain))
        yield made


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Nginx:
    return Nginx(tmp_path_factory.mktemp("nginx"), certificate)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate, nginx: Nginx) -> Iterator[TwoSites]:
    with two_sites(tmp_path_factory.mktemp("sites"), certificate, proxy=nginx) as made:
        yield made


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with started() as found:
        yield found


@pytest.fixture(scope="module")
def browser(playwright: Playwright, sites: TwoSites) -> Iterator[Browser]:
    with launched(playwright, *sites.chromium_arguments()) as found:
        yield found


def ask(sites: TwoSites, path: str, method: str = "GET", **more: object) -> requests.Response:
    headers = {"Host": f"{TOOL_HOST}:{sites.tool_port}", **dict(more.pop("headers", {}))}  # type: ignore[call-overload]
    url = f"https://{LOOPBACK}:{sites.tool_port}{path}"
    return requests.request(method, url, headers=headers, timeout=SECONDS, allow_redirects=False, **more)  # type: ignore[arg-type]


def test_the_log_of_the_web_server_tells_nothing_about_people(sites: TwoSites, nginx: Nginx) -> None:
    """A login by GET carries the platform's identifier of a person, a registration its invitation."""
    ask(sites, "/lti/login?iss=https://lms.example&login_hint=kennung-4711&target_link_uri=x")
    ask(sites, "/lti/register?invitation=geheim")
    requests.get(f"http://{LOOPBACK}:{nginx.plain}/lti/register?invitation=geheim", allow_redirects=False, timeout=10)
    lines = (nginx.folder / "staffel.log").read_text("utf-8")
    assert "GET /lti/login" in lines
    assert lines.count("GET /lti/register") == 2
    for personal in ("kennung-4711", "geheim", LOOPBACK, "?"):
        assert personal not in lines


def test_a_launch_through_the_web_server_ends_in_the_gradebook(sites: TwoSites, browser: Browser) -> None:
    sites.lms.add_link(ResourceLink(id="nginx", title="Hinter nginx", custom={"exercise": CHOICE}))
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    policies: list[str] = []
    page.on("response", lambda r: policies.append(r.headers.get("content-security-policy", "")))
    page.goto(sites.activity("anna", "nginx"))
    frame = page.frame_locator("iframe[name=tool]")
    frame.locator('[data-value="versickern"] input').check()
    frame.get_by_role("button", name="Antwort abgeben").click()
    expect(frame.locator(".exercise-result")).to_have_attribute("data-outcome", "correct")
    assert sites.wait_for_grade("nginx", "anna") == 100
    assert any(policy.endswith(f"frame-ancestors {sites.lms.url}") for policy in policies)
    context.close()


def test_the_security_headers_arrive_once_and_unchanged(sites: TwoSites) -> None:
    answer = ask(sites, "/lti/launch")
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Server"] == "nginx"
    assert "X-Frame-Options" not in answer.headers


def test_the_tool_knows_the_visitor_the_name_and_the_scheme(sites: TwoSites) -> None:
    """The login's redirect names the public address; a forged address of the sender counts nothing."""
    query = f"iss={sites.lms.url}&login_hint=anna&target_link_uri={sites.tool_url}/lti/launch&client_id=staffel-client"
    answer = ask(sites, f"/lti/login?{query}", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"})
    assert answer.status_code == 302
    assert f"redirect_uri=https%3A%2F%2F{TOOL_HOST}%3A{sites.tool_port}%2Flti%2Flaunch" in answer.headers["Location"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-staffel=")
    assert "Secure" in cookie


def test_numbers_stay_inside_and_plain_http_leads_to_https(sites: TwoSites, nginx: Nginx) -> None:
    assert ask(sites, "/metrics").status_code == 404
    plain = requests.get(f"http://{LOOPBACK}:{nginx.plain}/lti/x?y=1", timeout=SECONDS, allow_redirects=False)
    assert (plain.status_code, plain.headers["Location"]) == (301, f"https://{LOOPBACK}/lti/x?y=1")


def test_files_up_to_the_limit_get_through_and_larger_ones_are_refused_in_words(sites: TwoSites) -> None:
    """10 MB are the tool's own limit; whether this one is good is the tool's to say (401: no launch)."""
    fits = ask(sites, "/files/upload", "POST", files={"file": ("a.txt", b"x" * 10 * MEGABYTE)})
    assert fits.status_code not in (413, 502, 504)
    too_large = ask(sites, "/files/upload", "POST", files={"file": ("a.txt", b"x" * 13 * MEGABYTE)})
    assert too_large.status_code == 413


def test_styles_and_scripts_are_compressed_and_pages_are_not(sites: TwoSites) -> None:
    packed = {"Accept-Encoding": "gzip"}
    assert ask(sites, "/static/dist/tool.js", headers=packed).headers.get("Content-Encoding") == "gzip"
    assert "Content-Encoding" not in ask(sites, "/lti/launch", headers=packed).headers


# --- systemd ----------------------------------------------------------------------------------------------------------


def here(text: str) -> str:
    """A unit with the folder and interpreter of this run."""
    text = text.replace("/opt/staffel/.venv/bin/flask", f"{sys.executable} -m flask")
    text = text.replace("/opt/staffel/.venv/bin/gunicorn", f"{sys.executable} -m gunicorn")
    return text.replace("/opt/staffel", str(ROOT))


def service(name: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # names keep their capitals
    parser.read_string(here((HERE / "systemd" / name).read_text("utf-8")))
    return parser["Service"]


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    for unit in UNITS:
        text = here(unit.read_text("utf-8")).replace("User=staffel", "User=root").replace("Group=staffel", "Group=root")
        (tmp_path / unit.name).write_text(text)
    paths = [str(tmp_path / unit.name) for unit in UNITS]
    found = subprocess.run(
        [program("systemd-analyze"), "verify", "--recursive-errors=no", *paths],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_rates_the_exposure_as_low(unit: Path) -> None:
    command = [program("systemd-analyze"), "security", "--offline=true", "--threshold=40", str(unit)]
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout.splitlines()[-1]


def test_the_units_start_report_and_stop_as_they_say(tmp_path: Path) -> None:
    """Runs their commands as systemd would: the tables, then the web service, which says when it is ready."""
    web, worker = service("staffel.service"), service("staffel-worker.service")
    port, address = free_port(), str(tmp_path / "notify")
    (tmp_path / "run").mkdir()
    env = {
        **os.environ,
        "STAFFEL_SECRET_KEY": "only for this test, and long enough",
        "STAFFEL_DATABASE_URL": f"sqlite:///{tmp_path / 'staffel.sqlite3'}",
        "STAFFEL_KEYS_FOLDER": str(tmp_path / "keys"),
        "STAFFEL_CURRICULUM": str(ROOT / "tests" / "curricula" / "sample"),
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "run"),
        "NOTIFY_SOCKET": address,
    }
    folder = web["WorkingDirectory"]
    subprocess.run(shlex.split(web["ExecStartPre"]), env=env, cwd=folder, check=True)
    subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", "keys", "rotate"], env=env, cwd=folder, check=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        listener.settimeout(SECONDS)
        command = shlex.split(web["ExecStart"].replace("127.0.0.1:5000", f"{LOOPBACK}:{port}"))
        serving = subprocess.Popen(command, env=env, cwd=folder, start_new_session=True)
        delivering = subprocess.Popen(shlex.split(worker["ExecStart"]), env=env, cwd=folder, start_new_session=True)
        try:
            assert b"READY=1" in listener.recv(4096)
            ready = requests.get(f"http://{LOOPBACK}:{port}/readyz", timeout=SECONDS)
            assert (ready.status_code, ready.json()["missing"]) == (200, [])
            time.sleep(1)
            assert delivering.poll() is None
        finally:
            for process in (serving, delivering):
                process.send_signal(signal.SIGTERM)
            assert serving.wait(int(web["TimeoutStopSec"])) == 0
            assert delivering.wait(int(worker["TimeoutStopSec"])) == 0


# --- Settings and container -------------------------------------------------------------------------------------------


def example() -> dict[str, str]:
    lines = (HERE / "beispiel.env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_example_of_settings_is_complete_but_for_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in example().items():
        monkeypatch.setenv(name, value or "x" * 32)
    settings = Settings(_env_file=None)
    assert not settings.lacks_operator
    assert settings.https
    assert {name.removeprefix("STAFFEL_").lower() for name in example()} <= set(Settings.model_fields)


def test_no_secret_gets_into_an_image() -> None:
    ignored = (ROOT / ".containerignore").read_text("utf-8")
    assert ignored == (ROOT / ".dockerignore").read_text("utf-8")
    assert {".env", "keys/*.pem", "var", "*.sqlite3*"} <= set(ignored.splitlines())
