"""The IMS content package: a valid manifest with the table of contents, which texts and pictures do not change."""

from dataclasses import replace
from pathlib import Path

from content import load
from packager import schemas
from packager.formats.base import Job
from packager.formats.imscp import FORMAT, MANIFEST, verify
from packager.xml import IMSCP, name, parse
from tests.samples import FOLDER, contents, sample, sample_job


def manifest(job: Job) -> bytes:
    return contents(FORMAT.render(job))[MANIFEST]


def test_the_package_has_no_faults() -> None:
    assert list(verify(contents(FORMAT.render(sample_job())))) == []
    assert list(verify(contents(FORMAT.render(sample_job("course"))))) == []


def test_the_manifest_is_valid_against_the_official_schema() -> None:
    schemas.compiled("scorm2004").assertValid(parse(manifest(sample_job())))


def test_the_manifest_is_the_expected_one(golden: object) -> None:
    assert callable(golden)
    golden("imscp/imsmanifest.xml", manifest(sample_job()))


def test_the_table_of_contents_is_that_of_the_module() -> None:
    root = parse(manifest(sample_job()))
    units = root.findall(f".//{name(IMSCP, 'organization')}/{name(IMSCP, 'item')}")
    titles = {
        unit.findtext(name(IMSCP, "title")): [
            page.findtext(name(IMSCP, "title")) for page in unit.findall(name(IMSCP, "item"))
        ]
        for unit in units
    }
    assert titles["Wege des Wassers"] == ["Worum es geht", "Kästen und Medien"]
    assert titles["Maßnahmen planen"] == ["Rechnen und ordnen", "Ihr eigener Ort", "Abschlusstest"]
    assert next(iter(titles)) == "Übersicht"
    assert list(titles)[-1] == "Über dieses Lernpaket"


def test_texts_pictures_and_versions_do_not_change_the_manifest(tmp_path: Path) -> None:
    for path in FOLDER.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(FOLDER)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    unit = tmp_path / "m1-wasser" / "02-massnahmen.md"
    text = unit.read_text("utf-8").replace("Was fällt,", "![Bild](assets/mulde.png)\n\nWas vom Himmel fällt,")
    unit.write_text(text, "utf-8")
    head = tmp_path / "curriculum.yaml"
    head.write_text(head.read_text("utf-8").replace("1.2.0", "1.3.0"), "utf-8")
    changed = load(tmp_path)
    assert manifest(Job(curriculum=changed, modules=changed.modules)) == manifest(sample_job())


def test_the_lms_shows_the_table_of_contents_so_the_pages_do_not() -> None:
    page = contents(FORMAT.render(sample_job()))["pages/m1u1-einstieg.html"].decode()
    assert "course-nav" not in page
    assert 'data-nav="next"' in page


def test_a_title_cannot_bring_a_tag_into_the_lms() -> None:
    module = replace(sample().modules[0], title="Daten <b>& Recht")
    text = manifest(Job(curriculum=sample(), modules=(module,))).decode()
    assert "<title>Daten ‹b›&amp; Recht</title>" in text


def test_faults_of_a_manifest_are_found() -> None:
    parts = contents(FORMAT.render(sample_job()))
    missing = {name: data for name, data in parts.items() if name != MANIFEST}
    broken = {**parts, MANIFEST: b"<manifest>"}
    invalid = {**parts, MANIFEST: parts[MANIFEST].replace(b"<schema>IMS Content</schema>", b"<nonsense/>")}
    lost = {name: data for name, data in parts.items() if name != "pages/m1u2-test.html"}
    assert "manifest-missing" in {finding.code for finding in verify(missing)}
    assert "manifest-syntax" in {finding.code for finding in verify(broken)}
    assert "manifest-invalid" in {finding.code for finding in verify(invalid)}
    assert "manifest-file" in {finding.code for finding in verify(lost)}
