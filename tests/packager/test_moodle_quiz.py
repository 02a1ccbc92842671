"""Tests in the course backup for Moodle: drawn and fixed questions, marks, the question bank, the gradebook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree

from content.exercises import GapText, MultipleChoice, ShortText
from content.exercises.choice import Option
from content.exercises.entry import Gap
from packager.formats import moodle_backup, moodle_xml
from packager.formats.base import Job
from packager.moodle.bank import Bank
from packager.moodle.files import Files
from packager.moodle.maker import Maker
from packager.moodle.plan import Activity
from packager.moodle.texts import Texts
from packager.moodle.translate import translate
from packager.package import Package
from tests.content.samples import EXERCISES, IDS
from tests.factories import CHOICE, CURRICULUM, MODULE, UNIT, loaded
from tests.packager.moodle_bank import WORDS, kept, mark
from tests.packager.moodle_course import content, folder, job, only, page, sha1, xml
from tests.samples import contents, sample


def test_a_drawn_section_draws_from_its_category_and_the_others_are_fixed() -> None:
    slots = list(only("quiz").iter("question_instance"))
    assert [slot.find("question_set_reference") is not None for slot in slots] == [True, True, False, False]
    condition = json.loads(slots[0].findtext("question_set_reference/filtercondition") or "")
    (category,) = [
        c for c in xml("questions.xml").iter("question_category") if c.get("id") == condition["questioncategoryid"]
    ]
    assert category.findtext("name") == "Begriffe"
    assert len(list(category.iter("question_bank_entry"))) == 3
    assert condition["includingsubcategories"] == "0"


def test_marks_add_up_and_the_pass_mark_is_in_the_gradebook() -> None:
    quiz = only("quiz")
    marks = sum(Fraction(mark.text or "0") for mark in quiz.iter("maxmark"))
    assert abs(marks - Fraction(quiz.findtext("quiz/sumgrades") or "0")) < Fraction(1, 1000)
    item = xml(f"{folder(quiz)}/grades.xml").find("grade_items/grade_item")
    assert item is not None
    assert (item.findtext("grademax"), item.findtext("gradepass")) == ("100.00000", "60.00000")
    assert quiz.findtext("quiz/attempts_number") == "3"
    assert [section.findtext("heading") for section in quiz.iter("section")] == ["Begriffe", "Entscheiden"]


def test_the_bank_lives_in_the_context_of_the_quiz_and_its_inforef_names_it() -> None:
    quiz = only("quiz")
    categories = list(xml("questions.xml").iterchildren("question_category"))
    assert {category.findtext("contextlevel") for category in categories} == {"70"}
    assert {category.findtext("contextid") for category in categories} == {quiz.get("contextid")}
    wanted = [element.text for element in xml(f"{folder(quiz)}/inforef.xml").iterfind(".//question_category/id")]
    assert wanted == [category.get("id") for category in categories]


def test_shares_in_the_backup_are_those_of_the_question_bank() -> None:
    bank = moodle_xml.render(job()).parts[moodle_xml.PART].data
    assert isinstance(bank, bytes)
    shares = {
        question.findtext("idnumber"): [Fraction(a.get("fraction", "0")) / 100 for a in question.iterchildren("answer")]
        for question in etree.fromstring(bank).iterchildren("question")
        if question.get("type") in ("multichoice", "truefalse", "numerical")
    }
    compared = 0
    for entry in xml("questions.xml").iter("question_bank_entry"):
        here = [Fraction(fraction.text or "0") for fraction in entry.iterfind(".//answers/answer/fraction")]
        there = shares.get(entry.findtext("idnumber"))
        if there:
            assert all(abs(a - b) < Fraction(1, 10_000) for a, b in zip(here, there, strict=True))
            compared += 1
    assert compared == 5


def test_a_quiz_opens_by_the_package_or_by_reading() -> None:
    quiz = only("quiz")
    tree = json.loads(xml(f"{folder(quiz)}/module.xml").findtext("availability") or "")
    last = ("Kästen und Medien", "Ihr eigener Ort", "Der Markt von Musterau")
    read = [page(title).get("moduleid") for title in last]
    assert tree == {
        "op": "|",
        "c": [
            {"type": "completion", "cm": int(only("scorm").get("moduleid") or 0), "e": 1},
            {"op": "&", "c": [{"type": "completion", "cm": int(cm or 0), "e": 1} for cm in read]},
        ],
        "show": True,
    }


def test_completion_follows_the_kind_of_activity() -> None:
    def rule(document: etree._Element) -> tuple[str | None, ...]:
        module = xml(f"{folder(document)}/module.xml")
        names = ("completion", "completionview", "completiongradeitemnumber", "completionpassgrade")
        return tuple(module.findtext(name) for name in names)

    null = "$@NULL@$"
    assert rule(page("Worum es geht")) == ("2", "1", null, "0")
    assert rule(page("Impressum")) == ("0", "0", null, "0")
    assert rule(only("scorm")) == ("2", "0", null, "0")
    assert rule(only("quiz")) == ("2", "0", "0", "1")
    assert rule(only("lti")) == ("2", "0", "0", "0")
    assert only("scorm").findtext("scorm/completionstatusrequired") == "6"


# --- gradebook -------------------------------------------------------------------------------------------------------


def test_the_gradebook_has_a_category_per_module_and_practice_does_not_count() -> None:
    categories = {c.findtext("fullname"): c.get("id") for c in xml("gradebook.xml").iter("grade_category")}
    assert list(categories) == ["?", "Wohin mit dem Regen?"]
    items = {kind: xml(f"{folder(only(kind))}/grades.xml").find(".//grade_item") for kind in ("scorm", "quiz", "lti")}
    for item in items.values():
        assert item is not None
        assert item.findtext("categoryid") == categories["Wohin mit dem Regen?"]
    weights = {kind: item.findtext("weightoverride") for kind, item in items.items() if item is not None}
    assert weights == {"scorm": "1", "quiz": "0", "lti": "0"}


# --- other sources ---------------------------------------------------------------------------------------------------

TEST = """\
assessments:
  - id: m1-test
    title: Test
    sections: [{title: "", exercises: [bild, luecken, folge]}]
"""
POOL = """
- id: bild
  type: true-false
  title: Bild
  prompt: '![Ein Kasten](assets/bild.svg)'
  answer: true
- id: luecken
  type: gap-text
  title: Lücken
  prompt: Ergänzen Sie.
  points: 4
  text: "Das [[a]] ist [[b]]."
  gaps:
    - {id: a, type: text, answers: [Wort]}
    - {id: b, type: number, answer: 5, tolerance: 1}
- id: folge
  type: ordering
  title: Folge
  prompt: Sortieren Sie.
  items: [{id: a, text: Erstens}, {id: b, text: Zweitens}, {id: c, text: Drittens}]
"""


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A course whose test holds a picture, gaps and an ordering, and stands on no page."""
    changes = {"m1-eins/module.yaml": MODULE + TEST, "m1-eins/exercises/a.yaml": CHOICE + POOL}
    curriculum = loaded(tmp_path_factory.mktemp("test"), changes)
    return contents(moodle_backup.render(Job(curriculum=curriculum, modules=curriculum.modules)))


def questions(backup: dict[str, bytes]) -> dict[str, etree._Element]:
    """Name of the type -> its last question."""
    return {q.findtext("qtype") or "": q for q in etree.fromstring(backup["questions.xml"]).iter("question")}


def test_a_picture_in_a_question_travels_along(tested: dict[str, bytes]) -> None:
    question = questions(tested)["truefalse"]
    assert "@@PLUGINFILE@@/m1-eins/assets/bild.svg" in (question.findtext("questiontext") or "")
    rows = etree.fromstring(tested["files.xml"]).iterchildren("file")
    (file,) = [file for file in rows if file.findtext("component") == "question"]
    assert (file.findtext("filearea"), file.findtext("itemid")) == ("questiontext", question.get("id"))
    assert list(moodle_backup.FORMAT.verify(tested)) == []


def test_gaps_are_questions_of_their_own(tested: dict[str, bytes]) -> None:
    asked = questions(tested)
    cloze = asked["multianswer"]
    assert "{#1}" in (cloze.findtext("questiontext") or "")
    assert cloze.findtext("defaultmark") == "4.0000000"
    sequence = cloze.findtext(".//multianswer/sequence")
    assert sequence == f"{asked['shortanswer'].get('id')},{asked['numerical'].get('id')}"
    assert asked["numerical"].findtext("parent") == cloze.get("id")
    assert asked["numerical"].findtext("questiontext") == "{2:NUMERICAL:=5:1}"
    assert asked["numerical"].findtext(".//numerical_record/tolerance") == "1"


def test_an_ordering_is_a_matching_question(tested: dict[str, bytes]) -> None:
    match = questions(tested)["match"]
    assert [m.findtext("answertext") for m in match.iter("match")] == ["1", "2", "3"]
    assert "ordering" not in questions(tested)


def test_a_test_on_no_page_gets_one(tested: dict[str, bytes]) -> None:
    pages = [etree.fromstring(data) for name, data in tested.items() if name.endswith("/page.xml")]
    assert any("QUIZVIEWBYID" in content(document) for document in pages)


def test_a_whole_course_holds_every_module(tmp_path: Path) -> None:
    other = {
        "m2-zwei/module.yaml": MODULE.replace("m1", "m2").replace("Erstes", "Zweites"),
        "m2-zwei/01-einheit.md": UNIT.replace("id: u1", "id: u2")
        .replace("u1-a", "u2-a")
        .replace("#s1", "#s2")
        .replace("wahl", "wahl2"),
        "m2-zwei/exercises/a.yaml": CHOICE.replace("wahl", "wahl2").replace("u1-a", "u2-a"),
        "curriculum.yaml": CURRICULUM.replace("[m1-eins]", "[m1-eins, m2-zwei]"),
    }
    curriculum = loaded(tmp_path, other)
    backup = contents(moodle_backup.render(Job(curriculum=curriculum, modules=curriculum.modules, grain="course")))
    assert list(moodle_backup.FORMAT.verify(backup)) == []
    names = [s.findtext("title") for s in etree.fromstring(backup["moodle_backup.xml"]).iterfind(".//sections/section")]
    assert names == ["Überblick", "Modul 1: Erstes Modul", "1.1 Einheit", "Modul 2: Zweites Modul", "2.1 Einheit"]
    assert sum(name.endswith("/scorm.xml") for name in backup) == 2
    categories = [c.findtext("fullname") for c in etree.fromstring(backup["gradebook.xml"]).iter("grade_category")]
    assert categories == ["?", "Erstes Modul", "Zweites Modul"]


def test_a_page_may_have_the_name_of_its_test(tmp_path: Path) -> None:
    """A test on no page gets one of its own name; both modules, so that something follows the first test."""
    second = {"m1": "m2", "Erstes": "Zweites", "u1": "u2", "s1": "s2", "wahl": "wahl2"}

    def renamed(text: str) -> str:
        return re.sub("|".join(second), lambda found: second[found.group()], text)

    test = "assessments:\n  - {id: m1-test, title: Test, sections: [{title: A, exercises: [wahl]}]}\n"
    changes = {
        "m1-eins/module.yaml": MODULE + test,
        "m2-zwei/module.yaml": renamed(MODULE + test),
        "m2-zwei/01-einheit.md": renamed(UNIT),
        "m2-zwei/exercises/a.yaml": renamed(CHOICE),
        "curriculum.yaml": CURRICULUM.replace("[m1-eins]", "[m1-eins, m2-zwei]"),
    }
    curriculum = loaded(tmp_path, changes)
    backup = contents(moodle_backup.render(Job(curriculum=curriculum, modules=curriculum.modules, grain="course")))
    kinds = {a.findtext("moduleid"): a.findtext("modulename") for a in activities(backup)}
    assert len(kinds) == len(list(activities(backup)))
    modules = [etree.fromstring(data) for name, data in backup.items() if name.endswith("/module.xml")]
    numbers = {module.findtext("idnumber"): module.findtext("modulename") for module in modules}
    assert len(numbers) == len(modules)
    tests = {number: kind for number, kind in numbers.items() if number and "-test" in number}
    assert tests == {"m1-test": "quiz", "m1-test_page": "page", "m2-test": "quiz", "m2-test_page": "page"}
    for name, data in backup.items():
        for kind, cm in re.findall(r"\$@([A-Z]+)VIEWBYID\*([0-9]+)@\$", data.decode() if ".xml" in name else ""):
            assert kinds[cm] == kind.lower(), name
    assert list(moodle_backup.FORMAT.verify(backup)) == []


def activities(backup: dict[str, bytes]) -> Iterator[etree._Element]:
    return etree.fromstring(backup["moodle_backup.xml"]).iterfind(".//contents/activities/activity")


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, dict[str, bytes]]:
    """A test that asks every exercise for which Moodle needs a stand-in, and one of categories."""
    wanted = ["vier", "stellen", "sorten", "bild", "bild-eins", "fall", "topf"]
    section = f"{{title: Alle, exercises: [{', '.join(wanted)}]}}"
    test = f"assessments:\n  - id: m1-test\n    title: Test\n    sections: [{section}]\n"
    others = "\n\n".join(f"{{{{exercise {name}}}}}" for name in [*IDS, "wahl"] if name not in wanted)
    changes = {
        "m1-eins/module.yaml": MODULE + test,
        "m1-eins/exercises/a.yaml": EXERCISES + CHOICE,
        "m1-eins/01-einheit.md": UNIT.replace("{{exercise wahl}}", others),
    }
    curriculum = loaded(tmp_path_factory.mktemp("newer"), changes)
    whole = Job(curriculum=curriculum, modules=curriculum.modules)
    return whole, contents(moodle_backup.render(whole))


def test_stand_ins_are_questions_of_the_quiz_and_its_marks_add_up(newer: tuple[Job, dict[str, bytes]]) -> None:
    course, backup = newer
    assert list(moodle_backup.FORMAT.verify(backup)) == []
    kinds = {
        entry.findtext("idnumber"): entry.findtext("question_version//question/qtype")
        for entry in etree.fromstring(backup["questions.xml"]).iter("question_bank_entry")
        if entry.findtext("idnumber") != "$@NULL@$"
    }
    assert kinds == {
        "vier": "match",
        "stellen": "multichoice",
        "sorten": "match",
        "bild": "multichoice",
        "bild-eins": "multichoice",
        "fall": "multianswer",
        "topf": "multianswer",
    }
    (quiz,) = [etree.fromstring(data) for name, data in backup.items() if name.endswith("/quiz.xml")]
    marks = [Fraction(mark.text or "0") for mark in quiz.iter("maxmark")]
    assert sum(marks) == sum(course.curriculum.exercises[name].points for name in kinds if name)


def test_the_drawing_of_areas_is_a_file_of_the_question(newer: tuple[Job, dict[str, bytes]]) -> None:
    _, backup = newer
    rows = [
        row
        for row in etree.fromstring(backup["files.xml"]).iterchildren("file")
        if (row.findtext("filename") or "").startswith("_areas-")
    ]
    assert [row.findtext("filename") for row in rows] == ["_areas-bild.svg", "_areas-bild-eins.svg"]
    for row in rows:
        digest = row.findtext("contenthash") or ""
        drawn = backup[f"files/{digest[:2]}/{digest}"]
        assert sha1(drawn) == digest
        assert (row.findtext("mimetype"), row.findtext("filesize")) == ("image/svg+xml", str(len(drawn)))


def test_the_author_hears_of_stand_ins_in_tests_alone(newer: tuple[Job, dict[str, bytes]]) -> None:
    course, _ = newer
    found = {f.code: f.values["ids"] for f in moodle_backup.remarks(course) if f.code.startswith("stand-in-")}
    assert found == {
        "stand-in-kprim": "vier",
        "stand-in-hot-text": "stellen",
        "stand-in-hot-spot": "bild, bild-eins",
        "stand-in-decision-path": "fall",
        "stand-in-budget": "topf",
    }


@settings(deadline=None)
@given(WORDS, WORDS)
def test_any_text_survives_in_a_question(text: str, other: str) -> None:
    curriculum = sample()
    maker = Maker(curriculum, curriculum.modules[0], Texts(curriculum))
    bank = Bank(curriculum, Files(Package("x")))
    quiz = Activity(kind="quiz", cm=1, name="x", idnumber="x", section=0)
    category = bank.category(quiz, 0, text, "x")
    options = (Option(id="a", text=mark(text), correct=True), Option(id="b", text=mark(other)))
    common: dict[str, Any] = {"title": "x", "prompt": mark(other)}
    bank.entry(quiz, category, translate(MultipleChoice(id="a", **common, options=options), maker))
    bank.entry(quiz, category, translate(ShortText(id="b", **common, answers=(text,)), maker))
    gap = Gap(id="g", type="text", answers=(text,))
    bank.entry(quiz, category, translate(GapText(id="c", **common, text=mark("[[g]]"), gaps=(gap,)), maker))
    root = etree.fromstring(etree.tostring(bank.document(), encoding="unicode"))
    answers = [answer.text or "" for answer in root.iter("answertext")]
    assert [unescape(answer) for answer in answers[:2]] == [kept(text), kept(other)]
    assert unescape(root.findtext(".//questiontext") or "") == kept(other)
    typed = answers[2:]
    assert typed[: len(typed) // 2] == typed[len(typed) // 2 :]
    assert typed[0] == " ".join(kept(" ".join(text.split())).split()).replace("*", r"\*")
