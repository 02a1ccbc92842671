"""Scoring equivalence: QTI 2.1 and 3.0 response processing gives our score and our feedback, whatever is answered."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from content.exercises import Budget, DecisionPath, Exercise
from content.exercises.budget import Purpose
from content.exercises.path import Decision, Step
from content.markup import Markup
from content.model import Module
from content.scoring import MatchText, Path, Response, Rule, Sum
from packager.formats.base import Format, Job
from packager.formats.qti21 import FORMAT as QTI21
from packager.formats.qti30 import FORMAT as QTI30
from packager.qti.dialect import QTI21 as DIALECT_21
from packager.qti.dialect import QTI30 as DIALECT_30
from packager.qti.items import item_document
from packager.qti.texts import Texts
from tests.content.samples import EXERCISES, IDS, PLACED
from tests.factories import UNIT, loaded
from tests.further_strategies import LONGEST_ANSWER, further_exercises, responses
from tests.packager.qti_engine import Session
from tests.samples import contents, sample
from tests.strategies import exercises, markup_of

FORMS = {"qti21": QTI21, "qti30": QTI30}
DIALECTS = (DIALECT_21, DIALECT_30)
# A float holds less than a fraction.
ROUNDED = 1e-9


@pytest.fixture(scope="module")
def every_type(tmp_path_factory: pytest.TempPathFactory) -> Module:
    page = {"m1-eins/01-einheit.md": UNIT.replace("{{exercise wahl}}", PLACED)}
    return loaded(tmp_path_factory.mktemp("source"), {"m1-eins/exercises/a.yaml": EXERCISES, **page}).modules[0]


@pytest.fixture(scope="module", params=FORMS)
def items(request: pytest.FixtureRequest, every_type: Module) -> dict[str, etree._Element]:
    form: Format = FORMS[request.param]
    parts = contents(form.render(Job(curriculum=sample(), modules=(every_type,))))
    return {name: etree.fromstring(parts[f"items/{name}.xml"]) for name in IDS}


def written(exercise: Exercise) -> list[etree._Element]:
    """The item in both dialects."""
    return [item_document(exercise, Texts(sample(), dialect)) for dialect in DIALECTS]


def accepted_texts(rule: Rule) -> list[str]:
    if isinstance(rule, Sum):
        return [text for part in rule.parts for text in accepted_texts(part)]
    return [text for text, _ in rule.accepted] if isinstance(rule, MatchText) else []


def compare(item: etree._Element, exercise: Exercise, response: Response) -> None:
    """Score and feedback on parts are those of our own rule."""
    outcome = exercise.rule().evaluate(response)
    found = Session(item, exercise, response).values
    if outcome is None:
        assert found["SCORE"] == 0
        return
    assert found["SCORE"] == pytest.approx(float(exercise.points * outcome.score), abs=ROUNDED)
    assert found.get("RAW", outcome.points) == outcome.points
    rule = exercise.rule()
    counted = {name: (value,) for name, value in rule.taken(response)} if isinstance(rule, Path) else response
    for number, note in enumerate(exercise.notes(), start=1):
        given_points = note.rule.evaluate(counted)
        assert given_points is not None
        shown = "show" if (given_points.points > 0) != note.negate else None
        assert found[f"NOTE_{number}"] == shown, note


@pytest.mark.parametrize("name", IDS)
def test_every_sample_gets_its_score(items: dict[str, etree._Element], every_type: Module, name: str) -> None:
    exercise = every_type.exercises[name]
    for answer in exercise.samples():
        compare(items[name], exercise, answer.response)
        if answer.score is not None:
            found = Session(items[name], exercise, answer.response).values["SCORE"]
            assert found == pytest.approx(float(exercise.points * answer.score), abs=ROUNDED), answer


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_any_answer_to_any_exercise_gets_the_score_of_our_own_rule(data: st.DataObject) -> None:
    exercise = data.draw(st.one_of(exercises(), further_exercises(), further_exercises()))
    # The matcher of XML Schema takes for ever with a pattern of a whole page.
    assume(all(len(text) <= LONGEST_ANSWER for text in accepted_texts(exercise.rule())))
    for item in written(exercise):
        for _ in range(3):
            compare(item, exercise, data.draw(responses(exercise)))


def path_of(length: int) -> DecisionPath:
    """Two decisions at every step, both lead to the next one: two to the power of `length` ways."""
    names = [f"s{number}" for number in range(length)]
    steps = tuple(
        Step(
            id=name,
            text=markup_of(name),
            options=tuple(
                Decision(id=choice, text=markup_of(choice), credit=credit, next=after)
                for choice, credit in (("a", 1), ("b", 0))
            ),
        )
        for name, after in zip(names, [*names[1:], ""], strict=True)
    )
    return DecisionPath(id="weg", title="Weg", prompt=markup_of("?"), steps=steps)


def test_a_long_case_grows_by_the_same_for_every_step() -> None:
    sizes = [len(etree.tostring(item_document(path_of(n), Texts(sample(), DIALECT_21)))) for n in (20, 30, 40)]
    assert sizes[2] - sizes[1] == pytest.approx(sizes[1] - sizes[0], rel=0.01)
    exercise = path_of(40)
    half: Response = {f"s{number}": ("a" if number % 2 else "b",) for number in range(40)}
    assert Session(written(exercise)[0], exercise, half).values["SCORE"] == Fraction(1, 2)


def test_a_total_of_decimals_is_kept_to_the_cent() -> None:
    """In binary, 0.1 + 0.2 is more than 0.3."""
    purposes = tuple(
        Purpose(id=name, text=markup_of(name), low=Decimal("0.1"), high=Decimal("0.3")) for name in ("a", "b")
    )
    exercise = Budget(id="topf", title="Topf", prompt=Markup(""), total=Decimal("0.3"), items=purposes)
    for second, score in (("0.2", 1.0), ("0.21", 0.0)):
        response = {"a": ("0.1",), "b": (second,)}
        assert [Session(item, exercise, response).values["SCORE"] for item in written(exercise)] == [score, score]
