"""Moodle gives every answer the score of the exercise, or the author is told what it gives instead."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from content import load
from content.exercises import (
    Exercise,
    MultipleChoice,
    Ordering,
    Pairing,
)
from content.exercises.arrange import Item
from content.exercises.choice import Option
from content.model import Curriculum
from packager.formats import moodle_xml
from packager.moodle.differences import DIFFERENCES, STAND_INS
from packager.moodle.fractions import ALLOWED, nearest, parts
from packager.moodle.maker import Maker
from packager.moodle.question_xml import question as question_element
from packager.moodle.questions import Ordering as OrderingQuestion
from packager.moodle.questions import as_matching
from packager.moodle.texts import Texts
from packager.moodle.translate import handles, translate
from packager.stand_ins import scores_alike, stand_in, stood_in
from tests.factories import exercises, loaded
from tests.further_strategies import further_exercises, responses
from tests.packager.moodle_bank import ROOT, asked, job, mark, one, texts
from tests.packager.moodle_engine import score
from tests.samples import sample as whole_sample

EQUAL = Fraction(1, 10_000)


def declared(exercise: Exercise) -> bool:
    return any(difference.applies(exercise) for difference in DIFFERENCES)


def told(sample: Curriculum) -> dict[str, Exercise]:
    """The exercises as Moodle asks them."""
    return {
        name: item for module in stood_in(job(sample), STAND_INS).modules for name, item in module.exercises.items()
    }


def alike(exercise: Exercise, told: Exercise) -> bool:
    """Nobody was told that Moodle scores it otherwise."""
    return (told is exercise or scores_alike(exercise)) and not declared(told)


def unequal(exercise: Exercise, question: etree._Element, asked: Exercise | None = None) -> list[str]:
    """Names of the samples that Moodle scores otherwise than the exercise, which it asks as `asked`."""
    return [
        sample.name
        for sample in exercise.samples()
        if sample.score is not None and abs(score(question, asked or exercise, sample.response) - sample.score) > EQUAL
    ]


def test_moodle_gives_every_sample_the_score_of_the_exercise(sample: Curriculum, every_type: Curriculum) -> None:
    for source in (sample, every_type):
        questions, stand_ins = asked(source), told(source)
        for name, exercise in source.exercises.items():
            if exercise.scored and name in questions and alike(exercise, stand_ins[name]):
                assert unequal(exercise, questions[name], stand_ins[name]) == [], name


def test_the_whole_curriculum_scores_alike() -> None:
    whole = load(ROOT / "content" / "curricula" / "smart-city-manager")
    questions, stand_ins = asked(whole), told(whole)
    scored = {name: item for name, item in whole.exercises.items() if item.scored and alike(item, stand_ins[name])}
    assert len(scored) > 300
    found = {name: unequal(item, questions[name], stand_ins[name]) for name, item in scored.items()}
    assert {name: bad for name, bad in found.items() if bad} == {}


def test_a_stand_in_scores_like_the_ordering(sample: Curriculum) -> None:
    exercise, stand_in = sample.exercises["m1u2-ordnen"], asked(sample)[f"m1u2-ordnen{moodle_xml.STAND_IN}"]
    assert stand_in.get("type") == "matching"
    assert unequal(exercise, stand_in) == []


def test_a_declared_difference_is_a_real_one(every_type: Curriculum) -> None:
    questions = asked(every_type)
    assert unequal(every_type.exercises["genau"], questions["genau"]) == ["one missing"]
    whole = every_type.exercises["folge-ganz"]
    assert unequal(whole, questions["folge-ganz"]) == []
    three = Ordering(**{**texts("x"), "items": tuple(Item(id=i, text=mark(i)) for i in "abc"), "scoring": "all"})
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
    codes = [*(difference.code for difference in DIFFERENCES), *(entry.code for entry in STAND_INS.values())]
    assert [code for code in codes if f"`{code}`" not in handbook] == []


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
    exercise = MultipleChoice(**texts("x"), options=options)
    chosen = data.draw(st.sets(st.sampled_from([option.id for option in options])))
    response = {"RESPONSE": tuple(chosen)}
    outcome = exercise.rule().evaluate(response)
    assert outcome is not None
    if not declared(exercise):
        assert abs(score(one(exercise, whole_sample()), exercise, response) - outcome.score) <= EQUAL


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_any_answer_to_a_further_exercise_scores_as_the_question_that_asks_it(data: st.DataObject) -> None:
    before = data.draw(further_exercises())
    told = before if handles(type(before)) else stand_in(before, whole_sample())[0]
    response = data.draw(responses(before))
    assume(not declared(told) and distinct(told))
    outcome = told.rule().evaluate(response)
    assert outcome is not None
    assert abs(score(one(told, whole_sample()), told, response) - outcome.score) <= EQUAL


def distinct(exercise: Exercise) -> bool:
    """Moodle's matching takes choices of the same text for one."""
    texts = [target.text.plain for target in exercise.pairing[1]] if isinstance(exercise, Pairing) else []
    return len(set(texts)) == len(texts)
