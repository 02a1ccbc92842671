"""The question bank for Moodle: complete, legal, equal in scoring, and readable by others."""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from content import load
from content.exercises import (
    TYPES,
    Exercise,
    GapText,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    SelfRating,
    ShortText,
    SingleChoice,
)
from content.exercises.arrange import Item, Source, Target
from content.exercises.choice import Option
from content.exercises.entry import AcceptedText, Gap
from content.markup import Markup
from content.model import Curriculum
from packager import formats
from packager.build import Order, build
from packager.bundles import bundle
from packager.formats import moodle_xml
from packager.formats.base import Job
from packager.moodle.differences import DIFFERENCES, STAND_INS
from packager.moodle.fractions import ALLOWED, nearest, parts
from packager.moodle.maker import Maker
from packager.moodle.question_xml import question as question_element
from packager.moodle.questions import Ordering as OrderingQuestion
from packager.moodle.questions import as_matching
from packager.moodle.texts import Texts, legal
from packager.moodle.translate import handles, translate
from packager.stand_ins import scores_alike, stood_in
from tests.content.samples import EXERCISES, PLACED
from tests.factories import UNIT, exercises, loaded
from tests.packager.moodle_engine import parse_gaps, score

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "curricula" / "sample"
EQUAL = Fraction(1, 10_000)


@cache
def sample() -> Curriculum:
    return load(SAMPLE)


@pytest.fixture(scope="module")
def curriculum() -> Curriculum:
    return sample()


@pytest.fixture(scope="module")
def every_type(tmp_path_factory: pytest.TempPathFactory) -> Curriculum:
    unit = UNIT.replace("{{exercise wahl}}", PLACED)
    return loaded(tmp_path_factory.mktemp("types"), {**exercises(EXERCISES), "m1-eins/01-einheit.md": unit})


def job(curriculum: Curriculum) -> Job:
    return Job(curriculum=curriculum, modules=curriculum.modules)


def document(curriculum: Curriculum) -> bytes:
    data = moodle_xml.render(job(curriculum)).parts[moodle_xml.PART].data
    assert isinstance(data, bytes)
    return data


def asked(curriculum: Curriculum) -> dict[str, etree._Element]:
    """idnumber -> question."""
    root = etree.fromstring(document(curriculum))
    return {q.findtext("idnumber") or "": q for q in root.iterchildren("question") if q.get("type") != "category"}


def one(exercise: Exercise, curriculum: Curriculum) -> etree._Element:
    """The element of an exercise that is not part of a curriculum, written and read again."""
    maker = Maker(curriculum, curriculum.modules[0], Texts(curriculum))
    element = question_element(curriculum, translate(exercise, maker))
    return etree.fromstring(etree.tostring(element, encoding="unicode"))


def test_the_question_bank_of_the_sample_is_as_expected(
    curriculum: Curriculum, golden: Callable[[str, bytes], None]
) -> None:
    golden("moodle-xml/questions.xml", document(curriculum))


def test_every_exercise_type_is_translated_or_refused_with_a_reason() -> None:
    for kind in TYPES.values():
        assert (handles(kind), kind in STAND_INS, kind in moodle_xml.UNSUPPORTED).count(True) == 1, kind


def test_a_category_leads_to_every_unit_and_section(curriculum: Curriculum) -> None:
    root = etree.fromstring(document(curriculum))
    paths = [text.text or "" for text in root.iterfind("question/category/text")]
    assert paths[0] == "$course$/top/Regenwasser in der Stadt/Modul 1: Wohin mit dem Regen?"
    assert [path.rpartition("/")[2] for path in paths[1:]] == [
        "Einheit 1: Wege des Wassers",
        "Einheit 2: Maßnahmen planen",
        "Abschlusstest Regenwasser: Begriffe",
        "Abschlusstest Regenwasser: Entscheiden",
        "Ersatz für Moodle vor 4.4",
    ]


def test_a_slash_in_a_title_stays_part_of_the_name(tmp_path: Path) -> None:
    module = "id: m1\ntitle: Ein/Aus\nunits: [01-einheit]\n"
    root = etree.fromstring(document(loaded(tmp_path, {"m1-eins/module.yaml": module})))
    assert (root.findtext("question/category/text") or "").endswith("/Modul 1: Ein//Aus")


def test_identifiers_and_tags_lead_back_to_the_curriculum(curriculum: Curriculum) -> None:
    questions = asked(curriculum)
    expected = {name for name, item in curriculum.exercises.items() if not isinstance(item, SelfRating)}
    assert {name for name in questions if not name.endswith(moodle_xml.STAND_IN)} == expected
    tags = [tag.text for tag in questions["m1u1-zuordnen"].iterfind("tags/tag/text")]
    assert tags == ["Kompetenz F1", "Kompetenz S1", "Lernziel m1u1-b", "Schwierigkeit 2"]


def test_points_become_the_default_mark(curriculum: Curriculum) -> None:
    questions = asked(curriculum)
    assert questions["m1u1-zuordnen"].findtext("defaultgrade") == "3.0000000"
    assert questions["m1u2-arbeitsblatt"].findtext("defaultgrade") == "5.0000000"


def test_rubric_and_model_answer_are_for_the_person_who_scores(curriculum: Curriculum) -> None:
    essay = asked(curriculum)["m1u2-arbeitsblatt"]
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


def test_links_inside_the_curriculum_become_text(curriculum: Curriculum) -> None:
    assert b"href=&quot;term:" not in document(curriculum)
    assert "term:" not in document(curriculum).decode()
    assert "asset:" not in document(curriculum).decode()


def test_the_same_job_gives_the_same_bytes(curriculum: Curriculum) -> None:
    assert document(curriculum) == document(load(SAMPLE))


def test_our_own_file_has_no_fault(every_type: Curriculum) -> None:
    assert list(moodle_xml.FORMAT.verify({"questions.xml": document(every_type)})) == []


# --- scoring ---------------------------------------------------------------------------------------------------------


def declared(exercise: Exercise) -> bool:
    return any(difference.applies(exercise) for difference in DIFFERENCES)


def told(curriculum: Curriculum) -> dict[str, Exercise]:
    """The exercises as Moodle asks them."""
    return {
        name: item for module in stood_in(job(curriculum), STAND_INS).modules for name, item in module.exercises.items()
    }


def unequal(exercise: Exercise, question: etree._Element, asked: Exercise | None = None) -> list[str]:
    """Names of the samples that Moodle scores otherwise than the exercise, which it asks as `asked`."""
    return [
        sample.name
        for sample in exercise.samples()
        if sample.score is not None and abs(score(question, asked or exercise, sample.response) - sample.score) > EQUAL
    ]


def test_moodle_gives_every_sample_the_score_of_the_exercise(curriculum: Curriculum, every_type: Curriculum) -> None:
    for source in (curriculum, every_type):
        questions, stand_ins = asked(source), told(source)
        for name, exercise in source.exercises.items():
            alike = handles(type(exercise)) or scores_alike(exercise)
            if exercise.scored and name in questions and alike and not declared(stand_ins[name]):
                assert unequal(exercise, questions[name], stand_ins[name]) == [], name


def test_the_whole_curriculum_scores_alike() -> None:
    whole = load(ROOT / "content" / "curricula" / "smart-city-manager")
    questions = asked(whole)
    scored = {
        name: exercise for name, exercise in whole.exercises.items() if exercise.scored and not declared(exercise)
    }
    assert len(scored) > 300
    assert {name: bad for name, item in scored.items() if (bad := unequal(item, questions[name]))} == {}


def test_a_stand_in_scores_like_the_ordering(curriculum: Curriculum) -> None:
    exercise, stand_in = curriculum.exercises["m1u2-ordnen"], asked(curriculum)[f"m1u2-ordnen{moodle_xml.STAND_IN}"]
    assert stand_in.get("type") == "matching"
    assert unequal(exercise, stand_in) == []


def test_a_declared_difference_is_a_real_one(every_type: Curriculum) -> None:
    questions = asked(every_type)
    assert unequal(every_type.exercises["genau"], questions["genau"]) == ["one missing"]
    whole = every_type.exercises["folge-ganz"]
    assert unequal(whole, questions["folge-ganz"]) == []
    three = Ordering(**{**_texts("x"), "items": tuple(Item(id=i, text=mark(i)) for i in "abc"), "scoring": "all"})
    maker = Maker(every_type, every_type.modules[0], Texts(every_type))
    native = translate(three, maker)
    assert isinstance(native, OrderingQuestion)
    stand_in = question_element(every_type, as_matching(native, "", ""))
    assert unequal(three, stand_in) == ["two swapped"]


def test_a_stand_in_with_another_score_gives_one(every_type: Curriculum) -> None:
    questions, stand_ins = asked(every_type), told(every_type)
    found = {
        name: unequal(exercise, questions[name], stand_ins[name])
        for name, exercise in every_type.exercises.items()
        if type(exercise) in STAND_INS and not scores_alike(exercise)
    }
    assert found == {
        "vier": ["one missing", "one wrong", "two wrong"],
        "vier-ganz": ["one missing", "one wrong", "two wrong"],
        "fall": ["beside the way"],  # every gap counts, whatever was decided before
        "topf": ["more than there is"],
    }


def test_a_second_best_decision_earns_nothing_in_moodle(every_type: Curriculum) -> None:
    response = {"lage": ("warten",)}
    outcome = every_type.exercises["fall"].rule().evaluate(response)
    assert outcome is not None
    assert outcome.score == Fraction(1, 4)
    assert score(asked(every_type)["fall"], told(every_type)["fall"], response) == 0


def test_the_author_sees_differences_and_stand_ins(every_type: Curriculum) -> None:
    found = [(f.code, f.values.get("id", f.values.get("ids"))) for f in moodle_xml.remarks(job(every_type))]
    assert found == [
        ("stand-in-kprim", "vier, vier-ganz, vier-teile"),
        ("stand-in-hot-text", "stellen"),
        ("stand-in-hot-spot", "bild, bild-eins"),
        ("stand-in-decision-path", "fall"),
        ("stand-in-budget", "topf"),
        ("moodle-incomplete-set", "genau"),
        ("moodle-incomplete-order", "folge-ganz"),
        ("moodle-thousands", "zahl"),
        ("moodle-thousands", "topf"),
        ("moodle-ordering", "folge, folge-ganz"),
    ]
    assert all(finding.severity == "warning" for finding in moodle_xml.remarks(job(every_type)))


def test_the_handbook_names_every_declared_difference() -> None:
    handbook = (ROOT / "docs" / "handbuch" / "moodle.md").read_text("utf-8")
    assert [d.code for d in DIFFERENCES if f"`{d.code}`" not in handbook] == []


def test_a_credit_that_moodle_does_not_know_is_rounded_and_named(tmp_path: Path) -> None:
    text = exercises(
        "- id: wahl\n  type: single-choice\n  title: Wahl\n  prompt: Was?\n  options:\n"
        "    - {id: a, text: A, correct: true}\n    - {id: b, text: B, credit: 57}\n"
    )
    curriculum = loaded(tmp_path, text)
    shares = [answer.get("fraction") for answer in asked(curriculum)["wahl"].iterchildren("answer")]
    assert shares == ["100", "60"]
    assert [finding.code for finding in moodle_xml.remarks(job(curriculum))] == ["moodle-rounded"]


@settings(deadline=None)
@given(st.integers(1, 20))
def test_shares_of_right_options_are_on_the_list_and_make_a_hundred(count: int) -> None:
    shares = parts(count)
    assert len(shares) == count
    assert set(shares) <= set(ALLOWED)
    assert abs(sum(shares, Decimal(0)) - 100) < Decimal("0.001")


@settings(deadline=None)
@given(st.fractions(-100, 100))
def test_rounding_keeps_the_sign_and_takes_the_nearest(percent: Fraction) -> None:
    rounded = nearest(percent)
    assert abs(rounded) in ALLOWED
    assert Fraction(rounded) * percent >= 0
    assert all(abs(Fraction(rounded) - percent) <= abs(Fraction(a) - abs(percent)) for a in ALLOWED)


@settings(deadline=None)
@given(st.data())
def test_several_options_score_alike_whatever_is_chosen(data: st.DataObject) -> None:
    correct = data.draw(st.lists(st.booleans(), min_size=2, max_size=10).filter(any))
    options = tuple(Option(id=f"o{i}", text=mark(str(i)), correct=right) for i, right in enumerate(correct))
    exercise = MultipleChoice(**_texts("x"), options=options)
    chosen = data.draw(st.sets(st.sampled_from([option.id for option in options])))
    response = {"RESPONSE": tuple(chosen)}
    outcome = exercise.rule().evaluate(response)
    assert outcome is not None
    if not declared(exercise):
        assert abs(score(one(exercise, sample()), exercise, response) - outcome.score) <= EQUAL


# --- any text survives -----------------------------------------------------------------------------------------------

NASTY = st.sampled_from(
    ["]]>", "<b>&amp;</b>", "„Größe“ & 'Maß'", "{1:SA:=x}", "~%50%=#}\\", "*", "\\*", "&#", "äöüß€😀", "--"]
)
MIXED = st.lists(NASTY, min_size=1, max_size=4).map(" ".join)
TEXT = st.one_of(st.text(max_size=60), NASTY, MIXED, st.just("lang " * 900))
WORDS = TEXT.filter(lambda text: text.strip() and "\0" not in text)


def mark(text: str) -> Markup:
    return Markup(text, escape(text, quote=False))


def _texts(text: str) -> dict[str, Any]:
    return {"id": "x", "title": text, "prompt": mark(text)}


def shown(html: str | None) -> str:
    """The text that a browser shows of a piece of HTML without tags."""
    return unescape(html or "")


def kept(text: str) -> str:
    """What the author's text is after everything that XML cannot hold is gone."""
    return legal(text).strip()


@settings(deadline=None)
@given(WORDS, WORDS)
def test_any_text_survives_in_a_choice(text: str, other: str) -> None:
    options = (Option(id="a", text=mark(text), correct=True, feedback=mark(other)), Option(id="b", text=mark(other)))
    question = one(SingleChoice(**_texts(text), options=options), sample())
    assert kept(question.findtext("name/text") or "") == kept(text[: moodle_xml.NAME_LENGTH])
    assert shown(question.findtext("questiontext/text")) == kept(text)
    assert [shown(answer.findtext("text")) for answer in question.iterfind("answer")] == [kept(text), kept(other)]
    assert shown(question.findtext("answer/feedback/text")) == kept(other)


@settings(deadline=None)
@given(WORDS, WORDS)
def test_any_text_survives_in_a_pair(text: str, other: str) -> None:
    sources = (Source(id="a", text=mark(text), target="t"), Source(id="b", text=mark(other), target="u"))
    targets = (Target(id="t", text=mark(text)), Target(id="u", text=mark(other)))
    question = one(Matching(**_texts(text), sources=sources, targets=targets), sample())
    answers = [row.findtext("answer/text") or "" for row in question.iterfind("subquestion")]
    assert answers == [kept(mark(text).plain), kept(mark(other).plain)]


@settings(deadline=None)
@given(WORDS)
def test_any_word_survives_and_is_right_when_typed(text: str) -> None:
    exercise = ShortText(**_texts("x"), answers=(text,), case_sensitive=True)
    question = one(exercise, sample())
    typed = " ".join(kept(" ".join(text.split())).split())
    if typed:
        assert score(question, exercise, {"RESPONSE": (typed,)}) == 1


@settings(deadline=None)
@given(WORDS, WORDS, WORDS)
def test_any_text_survives_in_a_gap(text: str, other: str, around: str) -> None:
    html = f"{escape(around, quote=False)} [[a]] [[b]]"
    options = (Option(id="r", text=mark(text), correct=True), Option(id="w", text=mark(other)))
    gaps = (
        Gap(id="a", type="text", answers=(AcceptedText(text=text),), feedback=mark(other)),
        Gap(id="b", type="select", options=options),
    )
    question = one(GapText(**_texts("x"), text=Markup("", html), gaps=gaps), sample())
    typed, chosen = parse_gaps(question.findtext("questiontext/text") or "")
    spelled = " ".join(kept(" ".join(text.split())).split()).replace("*", r"\*")
    assert typed.alternatives[0].text == spelled or not spelled
    assert shown(typed.alternatives[-1].feedback).split() == kept(other).split()
    assert [shown(a.text).split() for a in chosen.alternatives] == [kept(mark(t).plain).split() for t in (text, other)]
    assert [a.share for a in chosen.alternatives] == [1, 0]


def test_numbers_keep_their_digits(curriculum: Curriculum) -> None:
    exercise = Numeric(**_texts("x"), answer=Decimal("0.00012"), tolerance=Decimal("1E-5"), unit="m²")
    question = one(exercise, curriculum)
    assert question.findtext("answer/text") == "0.00012"
    assert question.findtext("answer/tolerance") == "0.00001"
    assert question.findtext("units/unit/unit_name") == "m²"
    assert score(question, exercise, {"RESPONSE": ("0,00012 m²",)}) == 1


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


def test_the_build_writes_one_xml_file_with_its_hash(tmp_path: Path, curriculum: Curriculum) -> None:
    artifact = bundle(moodle_xml.FORMAT, job(curriculum), tmp_path)
    path = Path(artifact.path)
    assert path.name == "beispielkurs-m1-1.2.0-moodle-xml.xml"
    assert path.read_bytes() == document(curriculum)
    assert artifact.written
    assert "moodle-self-rating" in {finding.code for finding in artifact.findings}


def test_the_command_knows_the_format(tmp_path: Path) -> None:
    assert formats.FORMATS["moodle-xml"] is moodle_xml.FORMAT
    report = build(Order(source=SAMPLE, out=tmp_path, formats=("moodle-xml",)))
    assert report.complete


# --- readers that we did not write -----------------------------------------------------------------------------------


def test_a_reader_from_elsewhere_understands_choices_and_gaps(curriculum: Curriculum) -> None:
    from moodle_xml_parser.parser import parse_bytes

    complaints = io.StringIO()
    with contextlib.redirect_stdout(complaints):
        result = parse_bytes(document(curriculum))
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
    (cloze,) = result["cloze"]
    assert [(gap.sub_type, gap.sub_grade) for gap in cloze.gaps] == [("SHORTANSWER", 1), ("NUMERICAL", 1), ("MCS", 1)]
    assert [(option.answer, option.score) for option in cloze.gaps[0].options] == [
        ("Boden", 100),
        ("Untergrund", 100),
        ("*", 0),
    ]
