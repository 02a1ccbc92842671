"""A build makes what was ordered and says what it made."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from content import InvalidCurriculum
from packager.archive import atomic_file, clear_unfinished
from packager.build import build
from packager.formats import FORMATS
from packager.report import REPORT
from tests.factories import UNIT, write_source
from tests.packager.building import Make, bundles, edit


def test_every_module_gets_a_bundle_in_every_format(order: Make) -> None:
    report = build(order())
    assert report.complete
    assert [(artifact.module, artifact.format) for artifact in report.artifacts] == [
        (module, form) for form in ("web", "scorm12") for module in ("m1", "m2", "m3")
    ]
    for artifact in report.artifacts:
        data = Path(artifact.path).read_bytes()
        assert (sha256(data).hexdigest(), len(data)) == (artifact.sha256, artifact.bytes)
        assert Path(artifact.path).name == f"probe-{artifact.module}-1.0.0-{artifact.format}.zip"


def test_a_module_without_exercises_gets_every_bundle_but_those_of_questions(order: Make, tmp_path: Path) -> None:
    unit = UNIT.replace("{{exercise wahl}}", "")
    reading = write_source(tmp_path / "reading", {"m1-eins/01-einheit.md": unit, "m1-eins/exercises/a.yaml": ""})
    report = build(order(source=reading, formats=()))
    assert report.complete
    left_out = {"moodle-xml", "ilias-pool", "qti21", "qti30"}
    assert {artifact.format for artifact in report.artifacts} == set(FORMATS) - left_out
    (asked,) = build(order(source=reading, formats=("qti30",))).artifacts
    assert not asked.written
    assert [finding.code for finding in asked.findings] == ["no-questions"]


def test_the_report_beside_the_bundles_is_the_same_on_every_run(order: Make) -> None:
    out = order().out
    build(order()).write(out)
    table, page = (out / f"{REPORT}{suffix}" for suffix in (".json", ".html"))
    first = table.read_bytes(), page.read_bytes()
    data = json.loads(first[0])
    assert set(data) == {"curriculum", "version", "profile", "language", "findings", "artifacts"}
    names = {"path", "format", "module", "sha256", "bytes", "seconds", "findings"}
    assert [set(artifact) for artifact in data["artifacts"]] == [names] * 6
    assert data["artifacts"][0]["path"] == "probe-m1-1.0.0-web.zip"
    assert "probe-m1-1.0.0-web.zip" in first[1].decode()
    build(order(cache=None)).write(out)
    assert (table.read_bytes(), page.read_bytes()) == first


def test_a_report_in_another_language_is_written_anew(order: Make) -> None:
    out = order().out
    build(order()).write(out, "de")
    report = build(order())
    report.write(out, "en")
    assert report.unchanged
    assert '<html lang="en">' in (out / f"{REPORT}.html").read_text("utf-8")


def test_several_jobs_make_the_same_bundles_as_one(order: Make, tmp_path: Path) -> None:
    alone = build(order(cache=None))
    together = build(order(cache=None, jobs=3, out=tmp_path / "together"))
    assert bundles(tmp_path / "together") == bundles(order().out)
    assert [a.sha256 for a in together.artifacts] == [a.sha256 for a in alone.artifacts]


def test_a_bundle_is_the_same_whichever_modules_are_built_with_it(order: Make, tmp_path: Path) -> None:
    build(order(cache=None))
    build(order(cache=None, modules=("m2",), out=tmp_path / "single"))
    single = bundles(tmp_path / "single")
    assert set(single) == {"probe-m2-1.0.0-web.zip", "probe-m2-1.0.0-scorm12.zip"}
    assert single.items() <= bundles(order().out).items()


def test_a_bundle_that_cannot_be_made_is_reported_and_the_others_are_written(order: Make) -> None:
    report = build(order(formats=("scorm2004", "web"), grain="course"))
    refused, made = report.artifacts
    assert not report.complete
    assert (refused.written, [finding.code for finding in refused.findings]) == (False, ["grain"])
    assert made.written
    assert not build(order(formats=("scorm2004", "web"), grain="course")).unchanged


def test_a_faulty_source_writes_nothing(order: Make, source: Path) -> None:
    edit(source / "m2-zwei/01-teil.md", "page:s1", "page:nirgends")
    for _ in range(2):
        with pytest.raises(InvalidCurriculum) as caught:
            build(order())
        assert [finding.code for finding in caught.value.findings] == ["page-unknown"]
    assert not order().out.exists()


def test_a_file_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("alt")
    with atomic_file(path) as file:
        file.write(b"neu")
        assert path.read_text() == "alt"
    assert path.read_text() == "neu"


def test_leftovers_of_killed_builds_are_cleared_when_they_are_old(order: Make) -> None:
    out = order().out
    out.mkdir()
    for name, age in ((".probe.zip.0123abcd", 200_000), (".probe.zip.4567abcd", 0), (".gitkeep", 200_000)):
        (out / name).write_bytes(b"")
        if age:
            os.utime(out / name, (1_000_000_000, 1_000_000_000))
    clear_unfinished(out)
    assert {path.name for path in out.iterdir()} == {".probe.zip.4567abcd", ".gitkeep"}
