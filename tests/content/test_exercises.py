"""Every exercise type scores its own samples as it says, and reads the forms that its widget sends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest

from content import load
from content.exercises import TYPES, Exercise, MalformedResponse
from content.exercises.data import browser_data
from content.model import Module
from content.scoring import Response
from tests.content.samples import EXERCISES, IDS, PLACED
from tests.factories import UNIT, write_source


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Module:
    unit = UNIT.replace("{{exercise wahl}}", PLACED)
    source = write_source(
        tmp_path_factory.mktemp("samples"), {"m1-eins/01-einheit.md": unit, "m1-eins/exercises/a.yaml": EXERCISES}
    )
    return load(source).modules[0]


def form_of(exercise: Exercise, response: Response) -> dict[str, list[str]]:
    """The form that the widget sends for a response."""
    form: dict[str, list[str]] = {}
    for variable in exercise.variables():
        given = response.get(variable.id, ())
        if variable.base == "pair":
            form |= {f"{variable.id}.{s}": [t] for s, t in (pair.split(" ") for pair in given)}
        elif variable.cardinality == "ordered":
            form |= {f"{variable.id}.{item}": [str(place + 1)] for place, item in enumerate(given)}
        else:
            form[variable.id] = list(given)
    return form


def test_the_samples_cover_every_type(module: Module) -> None:
    assert {exercise.type for exercise in module.exercises.values()} == set(TYPES)


@pytest.mark.parametrize("identifier", IDS)
def test_a_type_scores_its_own_samples(module: Module, identifier: str) -> None:
    exercise = module.exercises[identifier]
    samples = exercise.samples()
    assert len({sample.name for sample in samples}) == len(samples)
    for sample in samples:
        outcome = exercise.rule().evaluate(sample.response)
        assert (outcome.score if outcome else None) == sample.score, sample.name


@pytest.mark.parametrize("identifier", IDS)
def test_the_right_answer_is_full_and_an_empty_one_is_nothing(module: Module, identifier: str) -> None:
    exercise = module.exercises[identifier]
    if exercise.scored:
        right, empty = exercise.rule().evaluate(exercise.correct()), exercise.rule().evaluate({})
        assert right is not None
        assert empty is not None
        assert (right.points, empty.points) == (right.maximum, 0)


@pytest.mark.parametrize("identifier", IDS)
def test_a_form_is_read_back_as_the_response_it_came_from(module: Module, identifier: str) -> None:
    exercise = module.exercises[identifier]
    for sample in (sample for sample in exercise.samples() if sample.name != "beside the way"):
        parsed = exercise.parse(form_of(exercise, sample.response))
        assert {k: set(v) for k, v in parsed.items()} == {k: set(v) for k, v in sample.response.items() if v}


@pytest.mark.parametrize(
    ("identifier", "form"),
    [
        ("einfach", {"RESPONSE": ["z"]}),
        ("einfach", {"RESPONSE": ["a", "b"]}),
        ("mehrfach", {"RESPONSE": ["a", "z"]}),
        ("paare", {"RESPONSE.s1": ["t9"]}),
        ("folge", {"RESPONSE.a": ["erster"]}),
        ("folge", {"RESPONSE.a": ["-1"]}),
        ("aufsatz", {"RESPONSE": ["x" * 20_001]}),
        ("luecken", {"wen": ["niemand"]}),
        ("einschaetzung", {"s1": ["9"]}),
        ("vier", {"RESPONSE.a": ["vielleicht"]}),
        ("stellen", {"RESPONSE": ["name", "strasse"]}),
        ("bild-eins", {"RESPONSE": ["oben", "mitte"]}),
        ("fall", {"lage": ["auswerten"]}),
    ],
)
def test_a_form_that_no_page_of_ours_sends_is_malformed(
    module: Module, identifier: str, form: Mapping[str, list[str]]
) -> None:
    with pytest.raises(MalformedResponse):
        module.exercises[identifier].parse(form)


def test_an_order_with_equal_places_stays_readable(module: Module) -> None:
    parsed = module.exercises["folge"].parse({"RESPONSE.a": ["2"], "RESPONSE.b": ["1"], "RESPONSE.c": ["1"]})
    assert parsed == {"RESPONSE": ("b", "c", "a")}


def test_answers_beside_the_way_are_not_read(module: Module) -> None:
    form = {"lage": ["warten"], "murren": ["erklaeren"], "antwort": ["auswerten"]}
    assert module.exercises["fall"].parse(form) == {"lage": ("warten",)}


def shown(exercise: Exercise, response: Response) -> list[str]:
    """The notes that an answer brings up."""
    texts = []
    for note in exercise.notes():
        outcome = note.rule.evaluate(response)
        if outcome and (outcome.points > 0) != note.negate:
            texts.append(note.text.source)
    return texts


@pytest.mark.parametrize(
    ("identifier", "response", "expected"),
    [
        ("einfach", {"RESPONSE": ("b",)}, ["Nein."]),
        ("aussage", {"RESPONSE": ("true",)}, ["Leider nein."]),
        ("paare", {"RESPONSE": ("s1 t2", "s2 t2")}, ["Eins gehört zu A."]),
        ("paare", {"RESPONSE": ("s1 t1",)}, []),
        ("folge", {"RESPONSE": ("b", "a", "c")}, ["Drittens kommt zuletzt."]),
        ("zahl", {"RESPONSE": ("12",)}, ["Das sind die Monate."]),
        ("wort", {"RESPONSE": ("egovg",)}, ["Das ist ein anderes."]),
        ("luecken", {"wen": ("bund",), "gesetz": ("gesetz",)}, ["Nicht nur den Bund."]),
        ("vier", {"RESPONSE": ("a true", "d true")}, ["Vier stimmt nicht."]),
        ("stellen", {"RESPONSE": ("name", "ort")}, ["Eine Stadt hat viele Menschen."]),
        ("sorten", {"RESPONSE": ("luft geheim",)}, ["Luftwerte sind offen."]),
        ("bild", {"RESPONSE": ("mitte",)}, ["Dort ist es hoch."]),
        ("fall", {"lage": ("kaufen",)}, ["Das war schnell."]),
        ("topf", {"technik": ("50.000",)}, ["Ohne Geräte geht es nicht."]),
    ],
)
def test_feedback_fits_the_answer(module: Module, identifier: str, response: Response, expected: list[str]) -> None:
    assert shown(module.exercises[identifier], response) == expected


def test_a_rubric_decides_the_points_of_a_text(module: Module) -> None:
    assert module.exercises["aufsatz"].maximum_points == 3


def test_browser_data_is_json_with_permanent_positions(module: Module) -> None:
    for identifier, exercise in module.exercises.items():
        number, variables = module.exercise_numbers[identifier], module.variables[identifier]
        data = json.loads(json.dumps(browser_data(exercise, number, variables, lambda html: html)))
        assert data["number"] == number > 0
        assert [variable["id"] for variable in data["variables"]] == [v.id for v in exercise.variables()]


def test_scoring_vectors_for_the_browser_are_up_to_date(module: Module, golden: Callable[[str, bytes], None]) -> None:
    """`tests/js` evaluates the same rules on the same answers; the file is renewed with --update-golden."""
    vectors = [
        {
            "name": f"{identifier}: {sample.name}",
            "rule": exercise.rule().data(),
            "language": "de",
            "response": {variable: list(values) for variable, values in sample.response.items()},
            "outcome": _outcome(exercise, sample.response),
        }
        for identifier, exercise in module.exercises.items()
        for sample in exercise.samples()
    ]
    golden("../vectors/scoring.json", json.dumps(vectors, ensure_ascii=False, indent=1).encode() + b"\n")


def test_vectors_of_how_far_an_answer_is_are_up_to_date(module: Module, golden: Callable[[str, bytes], None]) -> None:
    """Samples, and of each the part that comes first; `tests/js` says of the same answers how far they are."""
    vectors = []
    for identifier, exercise in module.exercises.items():
        variables = module.variables[identifier]
        data = browser_data(exercise, module.exercise_numbers[identifier], variables, lambda html: html)
        cases = {f"{s.name}{part}": r for s in exercise.samples() for part, r in _beginnings(s.response).items()}
        vectors.append(
            {
                "name": identifier,
                **{key: data[key] for key in ("variables", "rule", "correct")},
                "cases": [
                    {"name": name, "response": r, "answered": any(r.values()), "complete": exercise.complete(r)}
                    for name, r in cases.items()
                ],
            }
        )
    golden("../vectors/progress.json", json.dumps(vectors, ensure_ascii=False, indent=1).encode() + b"\n")


def _beginnings(response: Response) -> dict[str, Response]:
    """The response, its first variable alone, and of that the first value alone."""
    if not response:
        return {"": response}
    first = next(iter(response))
    return {"": response, ", first part": {first: response[first]}, ", first value": {first: response[first][:1]}}


@pytest.mark.parametrize(
    ("identifier", "response", "complete"),
    [
        ("einfach", {}, False),
        ("mehrfach", {"RESPONSE": ("a",)}, True),  # how many are wanted is the question
        ("paare", {"RESPONSE": ("s1 t1",)}, False),
        ("luecken", {"gesetz": ("ozg",)}, False),
        ("vier", {"RESPONSE": ("a true", "b true", "c true")}, False),
        ("fall", {"lage": ("kaufen",)}, False),
        ("fall", {"lage": ("warten",)}, True),
        ("topf", {"technik": ("50.000",)}, True),  # nothing has to go to each purpose
    ],
)
def test_an_answer_is_complete_when_each_part_has_one(
    module: Module, identifier: str, response: Response, complete: bool
) -> None:
    assert module.exercises[identifier].complete(response) is complete


def _outcome(exercise: Exercise, response: Response) -> dict[str, int] | None:
    outcome = exercise.rule().evaluate(response)
    return {"points": outcome.points, "maximum": outcome.maximum} if outcome else None


def test_partial_credit_weighs_wrong_against_right(module: Module) -> None:
    rule = module.exercises["mehrfach"].rule()
    outcome = rule.evaluate({"RESPONSE": ("a", "b", "c")})
    assert outcome
    assert outcome.score == Fraction(2, 3)


def test_kprim_gives_half_for_three_of_four(module: Module) -> None:
    outcome = module.exercises["vier"].rule().evaluate({"RESPONSE": ("a true", "b false", "c true", "d true")})
    assert outcome
    assert outcome.score == Fraction(1, 2)


@pytest.mark.parametrize(
    ("response", "points"),
    [
        ({"lage": ("warten",)}, 1),
        ({"lage": ("kaufen",), "murren": ("erklaeren",), "antwort": ("auswerten",)}, 3),
        ({"antwort": ("auswerten",)}, 0),
    ],
)
def test_a_case_pays_what_lies_on_the_way(module: Module, response: Response, points: int) -> None:
    outcome = module.exercises["fall"].rule().evaluate(response)
    assert outcome
    assert (outcome.points, outcome.maximum) == (points, 4)


def test_no_more_than_there_is_can_be_shared_out(module: Module) -> None:
    rule = module.exercises["topf"].rule()
    every_amount_fits = {"technik": ("40.000",), "schulung": ("40000",), "betrieb": ("20.000,5",)}
    outcome = rule.evaluate(every_amount_fits)
    assert outcome
    assert outcome.points == 0
