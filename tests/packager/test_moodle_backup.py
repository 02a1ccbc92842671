"""The course backup for Moodle: whole, linked, the same bytes every time, refused where it is broken."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from content import load
from packager import formats
from packager.archive import archive_bytes, read_archive
from packager.build import Order, build
from packager.bundles import bundle
from packager.formats import moodle_backup, moodle_glossary, scorm12
from packager.formats.base import Job
from packager.moodle.records import MOMENT
from tests.factories import loaded
from tests.packager.moodle_bank import SAMPLE
from tests.packager.moodle_course import TOOL, content, folder, job, only, page, parts, sha1, xml
from tests.samples import contents, sample

NEVER_NEEDED = {"course/enrolments.xml", "completion.xml", "grade_history.xml", "users.xml"}


# --- the whole -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "moodle_backup.xml",
        "course/course.xml",
        "gradebook.xml",
        "questions.xml",
        "sections/section_4/section.xml",
        "activities/page_108/page.xml",
        "activities/lti_112/lti.xml",
        "activities/glossary_117/glossary.xml",
        "activities/glossary_117/module.xml",
        "activities/quiz_116/quiz.xml",
        "activities/quiz_116/module.xml",
        "activities/quiz_116/grades.xml",
    ],
)
def test_the_backup_of_the_sample_is_as_expected(name: str, golden: Callable[[str, bytes], None]) -> None:
    golden(f"moodle-backup/{name}", parts(TOOL)[name])


def test_our_own_backup_has_no_fault() -> None:
    for tool_url in ("", TOOL):
        assert list(moodle_backup.FORMAT.verify(parts(tool_url))) == []


def test_the_same_job_gives_the_same_bytes_without_a_date_of_today() -> None:
    again = moodle_backup.render(Job(curriculum=load(SAMPLE), modules=load(SAMPLE).modules, tool_url=TOOL))
    assert contents(again) == parts(TOOL)
    moments = {
        element.text
        for name in parts(TOOL)
        if name.endswith(".xml")
        for element in xml(name).iter("timecreated", "timemodified", "added", "backup_date", "startdate")
    }
    assert moments == {str(MOMENT)}


def test_it_is_declared_as_4_0_with_a_build() -> None:
    information = xml("moodle_backup.xml").find("information")
    assert information is not None
    assert information.findtext("backup_version") == "2022041900"
    assert information.findtext("moodle_release") == "4.0 (Build: 20220419)"
    assert all(xml(name).get("version") == "2022041900" for name in parts(TOOL) if name.endswith("/module.xml"))


def test_sections_have_names_and_list_their_activities_in_order() -> None:
    names = [xml(f"sections/section_{number}/section.xml").findtext("name") for number in range(1, 7)]
    assert names == [
        "Überblick",
        "Modul 1: Wohin mit dem Regen?",
        "1.1 Wege des Wassers",
        "1.2 Maßnahmen planen",
        "1.3 Vertiefung: Die Schwammstadt",
        "Abschluss von Modul 1",
    ]
    sections = [xml(f"sections/section_{number}/section.xml") for number in range(1, 7)]
    sequence = ",".join(section.findtext("sequence") or "" for section in sections)
    assert sequence.split(",") == [
        a.findtext("moduleid") for a in xml("moodle_backup.xml").iterfind(".//activity[moduleid]")
    ]


def test_every_activity_has_its_stable_identifier() -> None:
    modules = [xml(name) for name in parts(TOOL) if name.endswith("/module.xml")]
    numbers = [module.findtext("idnumber") for module in modules]
    assert len(numbers) == len(set(numbers))
    assert {"m1u1-einstieg", "m1-scorm", "m1-abschluss", "m1u2-arbeitsblatt", "start", "_glossary"} <= set(numbers)


def test_files_that_a_restore_never_needs_are_left_out() -> None:
    assert NEVER_NEEDED & set(parts(TOOL)) == set()


# --- glossary --------------------------------------------------------------------------------------------------------


def test_the_glossary_is_hidden_and_brings_the_file_that_fills_it() -> None:
    """Moodle drops entries when a teacher restores, so nobody shall see the activity before it is filled."""
    document = only("glossary")
    assert document.find("glossary/entries") is not None
    assert len(document.findall("glossary/entries/entry")) == 0
    assert xml(f"{folder(document)}/module.xml").findtext("visible") == "0"
    assert 'href="@@PLUGINFILE@@/glossary.xml"' in (document.findtext("glossary/intro") or "")
    (file,) = [f for f in xml("files.xml").iterchildren("file") if f.findtext("component") == "mod_glossary"]
    assert file.findtext("filearea") == "intro"
    assert file.findtext("contenthash") == sha1(contents(moodle_glossary.render(job(TOOL)))[moodle_glossary.PART])
    assert xml(f"{folder(document)}/inforef.xml").findtext("fileref/file/id") == file.get("id")


def test_a_curriculum_without_terms_has_no_glossary_activity() -> None:
    without = replace(sample(), terms={})
    names = moodle_backup.render(Job(curriculum=without, modules=without.modules)).parts
    assert not [name for name in names if "glossary" in name]


def test_a_module_that_uses_no_term_has_no_glossary_activity(tmp_path: Path) -> None:
    """Moodle's import stops at a file without entries (PHP 8)."""
    curriculum = loaded(tmp_path, {"glossary.yaml": "wort: {term: Wort, definition: Eine Bedeutung.}\n"})
    assert curriculum.terms
    job = Job(curriculum=curriculum, modules=curriculum.modules)
    assert not [name for name in moodle_backup.render(job).parts if "glossary" in name]
    assert [finding.code for finding in moodle_glossary.FORMAT.remarks(job)] == ["moodle-no-terms"]


# --- pages -----------------------------------------------------------------------------------------------------------


def test_links_between_pages_become_moodles_own() -> None:
    html = content(page("Kästen und Medien"))
    start = page("Worum es geht").get("moduleid")
    assert f'href="$@PAGEVIEWBYID*{start}@$"' in html
    glossary = page("Glossar").get("moduleid")
    assert f'href="$@PAGEVIEWBYID*{glossary}@$#term-versiegelung"' in content(page("Worum es geht"))
    assert 'id="term-versiegelung"' in content(page("Glossar"))
    everything = "".join(content(xml(name)) for name in parts(TOOL) if name.endswith("/page.xml"))
    assert re.search(r'(?:href|src)="(?:term|page|unit|exercise|assessment|asset|source):', everything) is None
    assert 'href="#"' not in everything


def test_a_picture_of_a_page_is_a_file_that_its_inforef_names() -> None:
    document = page("Worum es geht")
    assert 'src="@@PLUGINFILE@@/m1-wasser/assets/wege.svg"' in content(document)
    (file,) = [
        file
        for file in xml("files.xml").iterchildren("file")
        if file.findtext("contextid") == document.get("contextid") and file.findtext("component") == "mod_page"
    ]
    assert (file.findtext("filepath"), file.findtext("filename")) == ("/m1-wasser/assets/", "wege.svg")
    assert (file.findtext("filearea"), file.findtext("itemid")) == ("content", "0")
    asset = sample().assets["m1-wasser/assets/wege.svg"].file.read_bytes()
    assert parts(TOOL)[f"files/{(file.findtext('contenthash') or '')[:2]}/{sha1(asset)}"] == asset
    wanted = [identifier.text for identifier in xml(f"{folder(document)}/inforef.xml").iterfind("fileref/file/id")]
    assert wanted == [file.get("id")]


def test_an_exercise_on_a_page_leads_to_package_or_tool() -> None:
    html = content(page("Rechnen und ordnen"))
    assert f"$@SCORMVIEWBYID*{only('scorm').get('moduleid')}@$" in html
    assert f"$@LTIVIEWBYID*{only('lti').get('moduleid')}@$" in content(page("Ihr eigener Ort"))
    assert f"$@QUIZVIEWBYID*{only('quiz').get('moduleid')}@$" in content(page("Abschlusstest"))
    assert "LTIVIEWBYID" not in content(page("Ihr eigener Ort", ""))


def test_rights_stand_on_a_page_without_files_that_are_not_there() -> None:
    html = content(page("Über dieses Lernpaket"))
    assert "Kim Beispiel" in html
    assert "kern.LICENSE" not in html


# --- learning package ------------------------------------------------------------------------------------------------


def test_the_package_is_the_one_that_a_person_would_upload() -> None:
    package = scorm12.render(replace(job(TOOL), grain="module"))
    scorm = only("scorm")
    expected = sha1(archive_bytes(package))
    assert scorm.findtext("scorm/sha1hash") == expected
    assert parts(TOOL)[f"files/{expected[:2]}/{expected}"] == archive_bytes(package)
    rows = [file for file in xml("files.xml").iterchildren("file") if file.findtext("component") == "mod_scorm"]
    unpacked = {
        f"{file.findtext('filepath')}{file.findtext('filename')}".lstrip("/"): file.findtext("contenthash")
        for file in rows
        if file.findtext("filearea") == "content"
    }
    assert unpacked == {name: sha1(data) for name, data in contents(package).items()}


def test_the_rows_of_the_package_are_those_that_moodle_would_parse() -> None:
    scorm = only("scorm")
    manifest = etree.fromstring(contents(scorm12.render(job()))["imsmanifest.xml"])
    item = next(manifest.iter("{*}item"))
    organization, sco = scorm.iter("sco")
    assert sco.findtext("identifier") == item.get("identifier")
    assert sco.findtext("organization") == sco.findtext("parent") == organization.findtext("identifier")
    assert (sco.findtext("launch"), sco.findtext("scormtype")) == ("index.html", "sco")
    assert scorm.findtext("scorm/launch") == sco.get("id")
    assert organization.find("sco_datas/sco_data") is None
    told = {data.findtext("name"): data.findtext("value") for data in sco.iterfind("sco_datas/sco_data")}
    assert told == {"isvisible": "true", "parameters": ""}
    assert scorm.findtext("scorm/version") == "SCORM_1.2"
    assert scorm.findtext("scorm/updatefreq") == "0"


# --- worksheets of the tool ------------------------------------------------------------------------------------------


def test_a_worksheet_binds_to_the_tool_by_its_address() -> None:
    lti = only("lti").find("lti")
    assert lti is not None
    assert lti.findtext("typeid") == "0"
    assert lti.findtext("toolurl") == f"{TOOL}?exercise=m1u2-arbeitsblatt"
    assert lti.findtext("instructorcustomparameters") == "exercise=m1u2-arbeitsblatt"
    assert (lti.findtext("instructorchoiceacceptgrades"), lti.findtext("grade")) == ("1", "5")
    assert only("lti").find(".//ltitype") is None
    item = xml(f"{folder(only('lti'))}/grades.xml").find(".//grade_item")
    assert item is not None
    assert item.findtext("grademax") == "5.00000"


def test_without_a_tool_there_is_no_worksheet_and_the_author_is_told() -> None:
    assert not any(name.startswith("activities/lti_") for name in parts())
    found = [finding.code for finding in moodle_backup.remarks(job())]
    assert found == ["moodle-incomplete-set", "moodle-thousands", "moodle-draw", "moodle-no-tool"]
    assert "moodle-no-tool" not in [finding.code for finding in moodle_backup.remarks(job(TOOL))]


# --- faults ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "course/course.xml",
        "course/roles.xml",
        "roles.xml",
        "files.xml",
        "groups.xml",
        "scales.xml",
        "outcomes.xml",
        "questions.xml",
        "sections/section_2/section.xml",
        "activities/quiz_116/module.xml",
        "activities/quiz_116/quiz.xml",
        "activities/quiz_116/grades.xml",
        "activities/quiz_116/roles.xml",
    ],
)
def test_a_part_without_which_moodle_stops_is_missed(name: str) -> None:
    broken = {known: data for known, data in parts(TOOL).items() if known != name}
    assert ("moodle-part", name) in {(f.code, f.path) for f in moodle_backup.FORMAT.verify(broken)}


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("moodle_backup.xml", b"2022041900", b"2009041900", "moodle-old"),
        ("moodle_backup.xml", b" (Build: 20220419)", b"", "moodle-release"),
        ("activities/quiz_116/quiz.xml", b"<sumgrades>4.66667", b"<sumgrades>9.00000", "moodle-sum"),
        ("activities/quiz_116/quiz.xml", b"entryid>41<", b"entryid>99999<", "moodle-slot"),
        ("activities/quiz_116/quiz.xml", b'categoryid":"2"', b'categoryid":"77"', "moodle-slot"),
        ("activities/quiz_116/module.xml", b'"cm":107', b'"cm":999', "moodle-link"),
        ("activities/page_109/page.xml", b"PAGEVIEWBYID*108@", b"PAGEVIEWBYID*999@", "moodle-link"),
        ("activities/page_109/page.xml", b"PAGEVIEWBYID*108@", b"PAGEVIEWBYID*116@", "moodle-link"),
        ("moodle_backup.xml", b"<moduleid>108<", b"<moduleid>107<", "moodle-double"),
        ("activities/page_108/page.xml", b'contextid="10108"', b'contextid="10107"', "moodle-double"),
        ("activities/page_108/module.xml", b"<idnumber>m1u1-einstieg<", b"<idnumber>m1-abschluss<", "moodle-double"),
        ("activities/quiz_116/grades.xml", b'<grade_item id="116"', b'<grade_item id="107"', "moodle-double"),
        ("activities/scorm_107/scorm.xml", b"<launch>1071", b"<launch>5", "moodle-scoes"),
        ("activities/page_108/inforef.xml", b"<fileref>", b"<other>", "moodle-syntax"),
        ("activities/page_108/inforef.xml", b"fileref", b"other", "moodle-unwanted"),
    ],
)
def test_what_a_restore_would_break_or_lose_is_named(name: str, old: bytes, new: bytes, code: str) -> None:
    assert old in parts(TOOL)[name]
    broken = {**parts(TOOL), name: parts(TOOL)[name].replace(old, new)}
    assert code in {finding.code for finding in moodle_backup.FORMAT.verify(broken)}


@pytest.mark.parametrize("target", [b"COURSEVIEWBYID*2", b"SECTIONVIEWBYID*3"])
def test_a_strangers_link_to_course_or_section_is_sound(target: bytes) -> None:
    name = "activities/page_109/page.xml"
    changed = {**parts(TOOL), name: parts(TOOL)[name].replace(b"PAGEVIEWBYID*108", target)}
    assert changed[name] != parts(TOOL)[name]
    assert list(moodle_backup.FORMAT.verify(changed)) == []


def test_contents_are_compared_with_their_names() -> None:
    name = next(name for name in parts(TOOL) if name.startswith("files/"))
    changed = {**parts(TOOL), name: b"anders"}
    assert "moodle-hash" in {finding.code for finding in moodle_backup.FORMAT.verify(changed)}
    lost = {known: data for known, data in parts(TOOL).items() if known != name}
    assert "moodle-content" in {finding.code for finding in moodle_backup.FORMAT.verify(lost)}


def test_what_is_no_backup_is_said() -> None:
    assert [finding.code for finding in moodle_backup.FORMAT.verify({"a.html": b"x"})] == ["moodle-no-backup"]


# --- as a file -------------------------------------------------------------------------------------------------------


def test_the_build_writes_a_backup_that_reads_back(tmp_path: Path) -> None:
    artifact = bundle(moodle_backup.FORMAT, job(TOOL), tmp_path)
    path = Path(artifact.path)
    assert path.name == "beispielkurs-m1-1.2.0-moodle-backup.mbz"
    assert read_archive(path) == parts(TOOL)
    again = bundle(moodle_backup.FORMAT, job(TOOL), tmp_path / "again")
    assert again.sha256 == artifact.sha256


def test_the_command_knows_the_format(tmp_path: Path) -> None:
    assert formats.FORMATS["moodle-backup"] is moodle_backup.FORMAT
    assert build(Order(source=SAMPLE, out=tmp_path, formats=("moodle-backup",), grain="course")).complete
