"""The question bank for Moodle: complete, legal, the same bytes every time, and readable by others."""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from content import load
from content.exercises import (
    TYPES,
    SelfRating,
)
from content.model import Curriculum
from packager import formats
from packager.build import Order, build
from packager.bundles import bundle
from packager.formats import moodle_xml
from packager.moodle.differences import STAND_INS
from packager.moodle.translate import handles
from tests.factories import exercises, loaded
from tests.packager.moodle_bank import SAMPLE, as_moodle_reads, asked, document, job


def test_the_question_bank_of_the_sample_is_as_expected(
    sample: Curriculum, golden: Callable[[str, bytes], None]
) -> None:
    golden("moodle-xml/questions.xml", document(sample))


def test_every_exercise_type_is_translated_or_refused_with_a_reason() -> None:
    for kind in TYPES.values():
        assert (handles(kind), kind in STAND_INS, kind in moodle_xml.UNSUPPORTED).count(True) == 1, kind


def test_a_category_leads_to_every_unit_and_section(sample: Curriculum) -> None:
    root = etree.fromstring(document(sample))
    paths = [text.text or "" for text in root.iterfind("question/category/text")]
    assert paths[0] == "$course$/top/Regenwasser in der Stadt/Modul 1: Wohin mit dem Regen?"
    assert [path.rpartition("/")[2] for path in paths[1:]] == [
        "Einheit 1: Wege des Wassers",
        "Einheit 2: Maßnahmen planen",
        "Einheit 3: Vertiefung: Die Schwammstadt",
        "Abschlusstest Regenwasser: Begriffe",
        "Abschlusstest Regenwasser: Entscheiden",
        "Ersatz für Moodle vor 4.4",
    ]


def test_a_slash_in_a_title_stays_part_of_the_name(tmp_path: Path) -> None:
    module = "id: m1\ntitle: Ein/Aus\nunits: [01-einheit]\n"
    root = etree.fromstring(document(loaded(tmp_path, {"m1-eins/module.yaml": module})))
    assert (root.findtext("question/category/text") or "").endswith("/Modul 1: Ein//Aus")


def test_a_later_import_beside_a_renamed_category_meets_no_idnumber_twice(sample: Curriculum) -> None:
    """A context has an idnumber once (question_categories), and an import does not look before it writes one."""
    root = etree.fromstring(document(sample))
    categories = [question for question in root.iterchildren("question") if question.get("type") == "category"]
    assert [category.find("idnumber") for category in categories] == [None] * len(categories)


def test_identifiers_and_tags_lead_back_to_the_curriculum(sample: Curriculum) -> None:
    questions = asked(sample)
    expected = {name for name, item in sample.exercises.items() if not isinstance(item, SelfRating)}
    assert {name for name in questions if not name.endswith(moodle_xml.STAND_IN)} == expected
    tags = [tag.text for tag in questions["m1u1-zuordnen"].iterfind("tags/tag/text")]
    assert tags == ["Kompetenz F1", "Kompetenz S1", "Lernziel m1u1-b", "Schwierigkeit 2"]


def test_points_become_the_default_mark(sample: Curriculum) -> None:
    questions = asked(sample)
    assert questions["m1u1-zuordnen"].findtext("defaultgrade") == "3.0000000"
    assert questions["m1u2-arbeitsblatt"].findtext("defaultgrade") == "5.0000000"


def test_rubric_and_model_answer_are_for_the_person_who_scores(sample: Curriculum) -> None:
    essay = asked(sample)["m1u2-arbeitsblatt"]
    grader = essay.findtext("graderinfo/text") or ""
    assert "mit Lage und Ursache" in grader
    assert "Nur für die Kursleitung." in grader
    assert "Nur für die Kursleitung." not in (essay.findtext("questiontext/text") or "")
    assert essay.findtext("minwordlimit") == "80"


def test_a_picture_travels_inside_the_file(tmp_path: Path) -> None:
    text = "- id: wahl\n  type: true-false\n  title: Bild\n  prompt: '![Ein Kasten](assets/bild.svg)'\n  answer: true\n"
    curriculum = loaded(tmp_path, exercises(text))
    prompt = asked(curriculum)["wahl"].find("questiontext")
    assert prompt is not None
    assert 'src="@@PLUGINFILE@@/m1-eins/assets/bild.svg"' in (prompt.findtext("text") or "")
    file = prompt.find("file")
    assert file is not None
    assert (file.get("name"), file.get("path"), file.get("encoding")) == ("bild.svg", "/m1-eins/assets/", "base64")
    asset = curriculum.assets["m1-eins/assets/bild.svg"]
    assert base64.b64decode(file.text or "") == asset.file.read_bytes()
    assert list(moodle_xml.FORMAT.verify({"questions.xml": document(curriculum)})) == []


def test_the_drawing_of_areas_travels_inside_the_file(every_type: Curriculum) -> None:
    prompt = asked(every_type)["bild"].find("questiontext")
    assert prompt is not None
    assert "@@PLUGINFILE@@/m1-eins/assets/_areas-bild.svg" in (prompt.findtext("text") or "")
    (file,) = prompt.iterchildren("file")
    assert file.get("name") == "_areas-bild.svg"
    drawn = etree.fromstring(base64.b64decode(file.text or ""))
    assert [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")] == ["A", "B", "C"]


def test_categories_may_be_chosen_for_any_number_of_things(every_type: Curriculum) -> None:
    question = asked(every_type)["sorten"]
    assert question.get("type") == "matching"
    answers = [row.findtext("answer/text") for row in question.iterfind("subquestion")]
    assert answers == ["offene Daten", "geschützte Daten", "offene Daten", "keine Daten"]


def test_links_inside_the_curriculum_become_text(sample: Curriculum) -> None:
    assert b"href=&quot;term:" not in document(sample)
    assert "term:" not in document(sample).decode()
    assert "asset:" not in document(sample).decode()


def test_the_same_job_gives_the_same_bytes(sample: Curriculum) -> None:
    assert document(sample) == document(load(SAMPLE))


def test_our_own_file_has_no_fault(every_type: Curriculum) -> None:
    assert list(moodle_xml.FORMAT.verify({"questions.xml": document(every_type)})) == []


def test_no_blank_is_lost_on_the_way_into_moodle(every_type: Curriculum, tmp_path: Path) -> None:
    """Of `<strong>one</strong> <em>two</em>` in entities Moodle would lose the blank."""
    text = "- id: wahl\n  type: true-false\n  title: A & B\n  prompt: '**Eins** *zwei* & [drei](https://a.example)'\n"
    marked = document(loaded(tmp_path, exercises(text + "  answer: true\n")))
    assert b"<strong>Eins</strong> <em>zwei</em>" in marked
    for data in (marked, document(every_type)):
        texts = [(element.text or "").strip() for element in etree.fromstring(data).iter("text") if element.text]
        assert [read for read in as_moodle_reads(data, "text") if read] == [text for text in texts if text]


# --- faults ----------------------------------------------------------------------------------------------------------

FAULTY = """\
<quiz>
<question type="multichoice"><name><text>A</text></name><questiontext><text>?</text></questiontext><single>true</single>
<answer fraction="57"><text>x</text></answer></question>
<question type="stack"><name><text>B</text></name></question>
<question type="essay"><name><text> </text></name><questiontext><text>?</text></questiontext></question>
<question type="cloze"><name><text>D</text></name><questiontext><text>ohne</text></questiontext></question>
<question type="essay"><name><text>E</text></name><questiontext><text>&lt;img src="@@PLUGINFILE@@/a.png"&gt;</text>
</questiontext><idnumber>e</idnumber></question>
<question type="essay"><name><text>F</text></name><questiontext><text>?</text></questiontext>
<idnumber>e</idnumber></question>
</quiz>"""


def test_faults_of_a_stranger_are_named() -> None:
    found = {finding.code for finding in moodle_xml.FORMAT.verify({"fremd.xml": FAULTY.encode()})}
    assert found == {
        "moodle-fraction",
        "moodle-full-marks",
        "moodle-type",
        "moodle-nameless",
        "moodle-gapless",
        "moodle-file",
        "moodle-idnumber",
    }


@pytest.mark.parametrize(("text", "code"), [("<quiz>", "moodle-syntax"), ("<html/>", "moodle-no-quiz")])
def test_what_is_no_question_bank_is_said(text: str, code: str) -> None:
    assert [finding.code for finding in moodle_xml.FORMAT.verify({"x.xml": text.encode()})] == [code]


# --- as a file -------------------------------------------------------------------------------------------------------


def test_the_build_writes_one_xml_file_with_its_hash(tmp_path: Path, sample: Curriculum) -> None:
    artifact = bundle(moodle_xml.FORMAT, job(sample), tmp_path)
    path = Path(artifact.path)
    assert path.name == "beispielkurs-m1-1.2.0-moodle-xml.xml"
    assert path.read_bytes() == document(sample)
    assert artifact.written
    assert "moodle-self-rating" in {finding.code for finding in artifact.findings}


def test_the_command_knows_the_format(tmp_path: Path) -> None:
    assert formats.FORMATS["moodle-xml"] is moodle_xml.FORMAT
    report = build(Order(source=SAMPLE, out=tmp_path, formats=("moodle-xml",)))
    assert report.complete


# --- readers that we did not write -----------------------------------------------------------------------------------


def test_a_reader_from_elsewhere_understands_what_stands_in(every_type: Curriculum) -> None:
    from moodle_xml_parser.parser import parse_bytes

    complaints = io.StringIO()
    with contextlib.redirect_stdout(complaints):
        result = parse_bytes(document(every_type))
    assert complaints.getvalue() == ""
    choices = {question.name: question for question in result["multichoice"]}
    assert [option.answer for option in choices["Bild eins"].options] == ["A – oben links", "B – in der Mitte"]
    assert [option.score_fraction for option in choices["Stellen"].options] == [50, -50, 50, -50]
    gaps = {question.name: [gap.sub_type for gap in question.gaps] for question in result["cloze"]}
    assert gaps == {"Lücken": ["SHORTANSWER", "MCS", "NUMERICAL"], "Fall": ["MCS"] * 2, "Topf": ["NUMERICAL"] * 3}


def test_a_reader_from_elsewhere_understands_choices_and_gaps(sample: Curriculum) -> None:
    from moodle_xml_parser.parser import parse_bytes

    complaints = io.StringIO()
    with contextlib.redirect_stdout(complaints):
        result = parse_bytes(document(sample))
    assert complaints.getvalue() == ""
    choices = {question.name: question for question in result["multichoice"]}
    longest = choices["Der längste Weg"]
    assert longest.single
    assert [(option.answer, option.score_fraction) for option in longest.options] == [
        ("Es versickert.", 100),
        ("Es fließt in den Kanal.", 0),
        ("Es verdunstet.", 50),
    ]
    assert longest.correct_feedback == "<p>Genau: Der Boden speichert.</p>"
    assert [option.score_fraction for option in choices["Was hilft gegen Überflutung?"].options] == [50, 50, -50, -50]
    cloze = next(question for question in result["cloze"] if question.name == "Lücken füllen")
    assert [(gap.sub_type, gap.sub_grade) for gap in cloze.gaps] == [("SHORTANSWER", 1), ("NUMERICAL", 1), ("MCS", 1)]
    assert [(option.answer, option.score) for option in cloze.gaps[0].options] == [
        ("Boden", 100),
        ("Untergrund", 100),
        ("*", 0),
    ]
