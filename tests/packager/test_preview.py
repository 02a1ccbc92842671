"""The preview serves what a bundle contains, reloads after every save, and shows findings instead of a broken page."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from packager.preview import POLICY, RELOAD, Site
from tests.factories import UNIT, write_source

TIMEOUT = 20


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path / "source")


@pytest.fixture
def preview(root: Path, source: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Address and process of a running preview of `source`."""
    command = [sys.executable, "-u", "-m", "packager.cli", "preview", str(source), "--port", "0"]
    environment = {**os.environ, "STAFFEL_LANG": "de", "PYTHONUTF8": "1"}
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
    assert found
    yield found.group(), process
    process.kill()
    process.wait(TIMEOUT)
    process.stdout.close()


def fetch(url: str) -> tuple[str, dict[str, str]]:
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response:  # noqa: S310  # the preview's own address
        return response.read().decode(), dict(response.headers)


def save(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def test_the_course_is_served_under_the_policy_of_bundles(preview: tuple[str, subprocess.Popen[str]]) -> None:
    url, _ = preview
    start, headers = fetch(url)
    page, _ = fetch(f"{url}pages/s1.html")
    style, style_headers = fetch(f"{url}static/staffel.css")
    assert "Probe" in start
    assert "Text." in page
    assert f'<script src="/{RELOAD}"></script>' in page
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Cache-Control"] == "no-store"
    assert style_headers["Content-Type"] == "text/css; charset=utf-8"
    assert style
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetch(f"{url}../curriculum.yaml")


def test_every_save_wakes_the_browser_and_shows_pages_or_findings(
    preview: tuple[str, subprocess.Popen[str]], source: Path
) -> None:
    url, process = preview
    state, _ = fetch(f"{url}{RELOAD}?state")
    unit = source / "m1-eins/01-einheit.md"
    save(unit, UNIT.replace("Text.", "Ganz neu."))
    state = changed(url, state)
    assert "Ganz neu." in fetch(f"{url}pages/s1.html")[0]
    save(unit, UNIT.replace("Text.", "![](assets/bild.svg)"))
    state = changed(url, state)
    faulty, _ = fetch(f"{url}pages/s1.html")
    assert "Die Quelle hat Fehler" in faulty
    assert "m1-eins/01-einheit.md:11" in faulty
    assert RELOAD in faulty
    save(unit, UNIT)
    changed(url, state)
    assert "Text." in fetch(f"{url}pages/s1.html")[0]
    process.send_signal(signal.SIGINT)
    output = process.communicate(timeout=TIMEOUT)[0]
    assert process.returncode == 0
    assert "Neu gebaut." in output
    assert output.rstrip().endswith("Vorschau beendet.")


def changed(url: str, state: str) -> str:
    """The number of the next build, as the waiting browser gets it."""
    now, _ = fetch(f"{url}{RELOAD}?since={state}")
    assert now != state
    return now


def test_a_browser_that_waits_is_answered_by_the_next_build(source: Path) -> None:
    site = Site(source, None)
    assert site.rebuild()
    answers: list[str] = []
    waiting = threading.Thread(target=lambda: answers.append(site.wait(str(site.number))))
    waiting.start()
    site.rebuild()
    waiting.join(TIMEOUT)
    assert answers == [str(site.number)]


def test_an_address_that_no_part_has_is_not_found(source: Path) -> None:
    site = Site(source, None)
    site.rebuild()
    assert site.page("index.html") is not None
    assert site.page("../curriculum.yaml") is None
    assert site.page("m1-eins/01-einheit.md") is None
