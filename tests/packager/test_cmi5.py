"""cmi5 packages: the course structure byte by byte, the run-time that speaks xAPI, and what checks say about faults."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from content import Curriculum
from packager.formats import FORMATS, cmi5
from packager.formats.base import Job
from packager.verify import verify_file
from tests.factories import CURRICULUM, MODULE, UNIT, loaded, page
from tests.packager.conftest import Parts
from tests.packager.test_verify import packed

MANIFEST = "cmi5.xml"
SECOND_MODULE = {
    "m2-zwei/module.yaml": MODULE.replace("id: m1", "id: m2").replace("Erstes", "Zweites"),
    "m2-zwei/01-einheit.md": UNIT.replace("u1", "u2").replace("#s1", "#s2").replace("{{exercise wahl}}", ""),
}


def two_modules(folder: Path) -> Curriculum:
    return loaded(folder, {**SECOND_MODULE, "curriculum.yaml": CURRICULUM.replace("[m1-eins]", "[m1-eins, m2-zwei]")})


@pytest.fixture(scope="module")
def parts(sample: Curriculum, parts_of: Callable[..., Parts]) -> Parts:
    return parts_of("cmi5", sample)


def test_the_course_structure_is_the_expected_one(parts: Parts, golden: Callable[[str, bytes], None]) -> None:
    golden(f"cmi5/{MANIFEST}", parts[MANIFEST])


def test_a_course_has_a_unit_for_each_module(
    tmp_path: Path, parts_of: Callable[..., Parts], golden: Callable[[str, bytes], None]
) -> None:
    course = parts_of("cmi5", two_modules(tmp_path), grain="course")
    golden(f"cmi5/course/{MANIFEST}", course[MANIFEST])
    assert {"m1/index.html", "m2/index.html", "m1/pages/u1.js", "m2/static/staffel.js"} <= set(course)
    assert [finding.code for finding in FORMATS["cmi5"].verify(course)] == ["cmi5-several"]


def test_a_module_keeps_its_identifier_whatever_it_is_packed_with(
    tmp_path: Path, parts_of: Callable[..., Parts]
) -> None:
    course = parts_of("cmi5", two_modules(tmp_path / "two"), grain="course")[MANIFEST]
    alone = parts_of("cmi5", loaded(tmp_path / "one"))[MANIFEST]
    name = cmi5.iri(loaded(tmp_path / "name").id, "m1").encode()
    assert course.count(name) == alone.count(name) == 1


@pytest.mark.parametrize(
    "changes",
    [page("Ein anderer Text."), {"curriculum.yaml": CURRICULUM.replace("1.0.0", "2.5.0")}],
    ids=["text", "version"],
)
def test_editing_changes_no_byte_of_the_course_structure(
    changes: Mapping[str, str], tmp_path: Path, parts_of: Callable[..., Parts]
) -> None:
    before = parts_of("cmi5", loaded(tmp_path / "before"))
    after = parts_of("cmi5", loaded(tmp_path / "after", changes))
    assert after[MANIFEST] == before[MANIFEST]
    assert after != before


def test_a_module_without_pass_mark_moves_on_when_completed(tmp_path: Path, parts_of: Callable[..., Parts]) -> None:
    text = parts_of("cmi5", loaded(tmp_path))[MANIFEST].decode()
    assert 'moveOn="Completed"' in text
    assert "masteryScore" not in text


def test_titles_and_descriptions_survive_their_signs(tmp_path: Path, parts_of: Callable[..., Parts]) -> None:
    module = MODULE.replace("Erstes Modul", "Bäume & „Ämter“ <1> 🏙")
    text = parts_of("cmi5", loaded(tmp_path, {"m1-eins/module.yaml": module}))[MANIFEST].decode()
    assert '<langstring lang="de">Bäume &amp; „Ämter“ ‹1›</langstring>' in text


def test_the_package_has_the_run_time_of_cmi5(sample: Curriculum, parts: Parts, parts_of: Callable[..., Parts]) -> None:
    assert b"LMS.LaunchData" in parts["static/staffel.js"]
    assert b"LMS.LaunchData" not in parts_of("scorm12", sample)["static/staffel.js"]
    assert b'"format":"cmi5"' in parts["index.html"]
    assert parts_of("cmi5", sample) == parts


def test_a_sound_package_is_called_sound(parts: Parts, tmp_path: Path) -> None:
    result = verify_file(packed(tmp_path / "a.zip", parts))
    assert (result.kind, result.own, result.findings) == ("cmi5", True, ())
    assert "cmi5" in result.heading("de")


def test_the_course_package_says_what_ilias_takes_of_it(tmp_path: Path) -> None:
    curriculum = two_modules(tmp_path)
    course = Job(curriculum=curriculum, modules=curriculum.modules, grain="course")
    assert [finding.code for finding in cmi5.FORMAT.remarks(course)] == ["cmi5-several"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<url>index.html</url>", "<url>start.html</url>", "cmi5-file"),
        ("<url>index.html</url>", "<url>https://example.org/</url>", "cmi5-foreign"),
        ("<url>index.html</url>", "", "cmi5-element"),
        ("<url>index.html</url>", "<url>index.html</url><title/>", "cmi5-order"),
        ("<url>index.html</url>", "<url>index.html</url><link/>", "cmi5-order"),
        ('id="urn:uuid:', 'id="', "cmi5-iri"),
        ('moveOn="CompletedAndPassed"', 'moveOn="Done"', "cmi5-word"),
        ('launchMethod="AnyWindow"', 'launchMethod="Popup"', "cmi5-word"),
        ('masteryScore="0.6"', 'masteryScore="60"', "cmi5-mastery"),
        ('masteryScore="0.6"', 'masteryScore="0.66667"', "cmi5-mastery"),
        ('masteryScore="0.6"', 'masteryScore="NaN"', "cmi5-mastery"),
        ('masteryScore="0.6"', 'masteryScore="viel"', "cmi5-mastery"),
        ("Wohin mit dem Regen?", "", "cmi5-text"),
        ("</courseStructure>", "", "cmi5-syntax"),
        ("/v1/CourseStructure.xsd", "/v9/CourseStructure.xsd", "cmi5-root"),
    ],
)
def test_a_fault_is_found_by_name(parts: Parts, old: str, new: str, code: str, tmp_path: Path) -> None:
    text = parts[MANIFEST].decode()
    assert old in text
    result = verify_file(packed(tmp_path / "a.zip", {**parts, MANIFEST: text.replace(old, new).encode()}))
    assert code in {finding.code for finding in result.findings}


def test_identifiers_must_differ_and_a_unit_must_be_there(parts: Parts) -> None:
    text = parts[MANIFEST].decode()
    unit = text[text.index("  <au") : text.index("</courseStructure>")]
    codes = {
        finding.code for finding in FORMATS["cmi5"].verify({**parts, MANIFEST: text.replace(unit, unit * 2).encode()})
    }
    assert codes == {"cmi5-duplicate", "cmi5-several"}
    without = {**parts, MANIFEST: text.replace(unit, "").encode()}
    assert [finding.code for finding in FORMATS["cmi5"].verify(without)] == ["cmi5-launch"]
    assert [finding.code for finding in FORMATS["cmi5"].verify({})] == ["cmi5-missing"]


def test_objectives_blocks_and_foreign_extensions_are_legal(parts: Parts) -> None:
    text = parts[MANIFEST].decode()
    start, end = text.index("  <au"), text.index("</courseStructure>")
    texts = text[text.index("    <title>") : text.index("  </course>")]
    objectives = f'<objectives><objective id="urn:x:o">{texts}</objective></objectives>'
    references = '<objectives><objective idref="urn:x:o"/></objectives>'
    block = f'<block id="urn:x:b">{texts}{references}{text[start:end]}</block>'
    changed = text[:start] + objectives + block + '<more xmlns="urn:x:more"/>' + text[end:]
    assert list(FORMATS["cmi5"].verify({**parts, MANIFEST: changed.encode()})) == []


def test_a_link_that_leads_nowhere_is_found_in_the_unit(parts: Parts) -> None:
    broken = {**parts, "pages/m1u1.js": parts["pages/m1u1.js"].replace(b"#m1u2-test/", b"#m1u9-test/")}
    assert [finding.code for finding in FORMATS["cmi5"].verify(broken)] == ["site-link"]
