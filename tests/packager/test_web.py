"""The static site: one start file, sound links, nothing foreign, small pages, the same bytes every time."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from content import Finding
from content.model import Module
from packager.formats import FORMATS
from packager.formats.base import Grain, Job
from packager.formats.web import FORMAT, verify
from packager.links import FOLDER
from packager.staged import SCRIPT, STYLE
from tests.samples import contents, sample, sample_job, write

WEIGHT = 300_000
MEDIA = (".png", ".svg", ".webm", ".mp4", ".mp3", ".jpg")


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize("grain", ["module", "course"])
def test_the_site_has_no_faults(grain: Grain) -> None:
    assert list(verify(contents(FORMAT.render(sample_job(grain))))) == []


def test_there_is_one_start_file_whatever_pages_are_called() -> None:
    names = list(contents(FORMAT.render(sample_job())))
    assert [name for name in names if re.search(r"(^|/)(index|start)\.html?$", name)] == ["index.html"]
    assert "pages/start_.html" in names


def test_names_are_plain_ascii_and_no_module_script_is_among_them() -> None:
    for name in contents(FORMAT.render(sample_job())):
        assert re.fullmatch(r"[A-Za-z0-9_./-]+", name)
        assert not name.endswith(".mjs")


def test_the_same_source_gives_the_same_bytes() -> None:
    assert FORMAT.render(sample_job()).digest() == FORMAT.render(sample_job()).digest()


@pytest.mark.parametrize(
    "name", ["index.html", "pages/m1u1-einstieg.html", "pages/m1u1-kaesten.html", "pages/m1u3-markt.html"]
)
def test_a_page_weighs_less_than_300_kilobytes_without_media(name: str) -> None:
    parts = contents(FORMAT.render(sample_job()))
    fonts = [part for part in parts if part.endswith(".woff2")]
    assert sum(len(parts[part]) for part in (name, STYLE, SCRIPT, *fonts)) < WEIGHT


def test_only_files_in_use_are_in_the_package() -> None:
    assert {name for name in contents(FORMAT.render(sample_job())) if name.startswith("m1-wasser/")} == {
        "m1-wasser/assets/markt.svg",
        "m1-wasser/assets/mulde.png",
        "m1-wasser/assets/regen.vtt",
        "m1-wasser/assets/regen.webm",
        "m1-wasser/assets/wege.svg",
    }


def test_licences_of_others_are_in_the_package() -> None:
    parts = contents(FORMAT.render(sample_job()))
    assert b"EUROPEAN UNION PUBLIC LICENCE" in parts["static/kern.LICENSE.md"].upper()
    assert b"SIL OPEN FONT LICENSE" in parts["static/fonts/OFL.txt"].upper()


def test_the_document_marks_its_own_page_in_the_table_of_contents() -> None:
    parts = contents(FORMAT.render(sample_job()))
    for name, mark in (("m1u1-kaesten", "data-page"), ("_glossary", "data-document")):
        text = parts[f"pages/{name}.html"].decode()
        assert re.findall(r'(data-\w+)="([\w-]+)" aria-current="page"', text) == [(mark, name)]


def two_modules() -> tuple[Module, Module]:
    first = sample().modules[0]
    unit = first.units[0]
    pages = tuple(replace(page, id=page.id.replace("m1", "m2"), blocks=tuple(page.markup())) for page in unit.pages)
    units = (replace(unit, id="m2u1", title="Noch einmal", pages=pages),)
    return first, replace(first, id="m2", number=2, title="Zweiter Teil", units=units, exercises={}, assessments=())


def test_a_course_leads_from_one_module_to_the_next() -> None:
    modules = two_modules()
    curriculum = replace(sample(), modules=modules)
    parts = contents(FORMAT.render(Job(curriculum=curriculum, modules=modules, grain="course")))
    last = parts["pages/m1u3-markt.html"].decode()
    assert re.search(r'<a class="pager-link pager-link--next" href="m2u1-einstieg.html">', last)
    assert "Modul 2: Zweiter Teil" in parts["index.html"].decode()
    assert list(verify(parts)) == []


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ('<a href="nirgends.html">x</a>', "site-link"),
        ('<a href="#weg">x</a>', "site-link"),
        ('<img src="https://example.org/a.png" alt="">', "site-foreign"),
        ('<link rel="stylesheet" href="//example.org/a.css">', "site-foreign"),
        ('<p onclick="f()">x</p>', "site-inline"),
        ('<p style="color:red">x</p>', "site-inline"),
        ("<script>f()</script>", "site-inline"),
    ],
)
def test_a_fault_of_a_page_is_found(html: str, code: str) -> None:
    assert codes(list(verify({"index.html": html.encode()}))) == [code]


def test_a_second_start_file_is_found() -> None:
    assert codes(list(verify({"index.html": b"", "pages/start.htm": b""}))) == ["site-start"]
    assert codes(list(verify({"a.html": b""}))) == ["site-start"]


def test_sound_pages_are_left_alone() -> None:
    html = b'<p id="da"><a href="#da">x</a><a href="https://example.org/">y</a><script src="a.js"></script></p>'
    assert list(verify({"index.html": html, "a.js": b""})) == []


@pytest.mark.parametrize("name", ["web", "imscp"])
def test_html_validate_has_nothing_to_say(name: str, tmp_path: Path, root: Path) -> None:
    folder = write(FORMATS[name].render(sample_job()), tmp_path / name)
    command = ["node_modules/.bin/html-validate", "-c", "tests/htmlvalidate.mjs", f"{folder}/**/*.html"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_pages_are_found_under_the_addresses_that_links_use() -> None:
    parts = contents(FORMAT.render(sample_job()))
    assert all(f"pages/{FOLDER.page(page.id)}" in parts for page in sample().modules[0].pages)
