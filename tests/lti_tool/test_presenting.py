"""Every type of exercise in every state: nothing is given away early, everything is said afterwards."""

from __future__ import annotations

import pytest
from lxml import html as lxml_html

from content.exercises import Exercise
from content.exercises.base import Sample
from content.scoring import Response
from lti_tool.marking import marks, solution
from lti_tool.presenting import Button, Presentation, order_of, present
from lti_tool.texts import concrete, paragraphs
from tests.lti_tool.factories import curriculum

EXERCISES = list(curriculum().exercises.values())
CASES = [(exercise, sample) for exercise in EXERCISES for sample in exercise.samples()]
WRONG = "Nicht richtig"
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
each_sample = pytest.mark.parametrize(("exercise", "sample"), CASES, ids=[f"{e.id}-{s.name}" for e, s in CASES])


def shown(exercise: Exercise, **how: object) -> str:
    defaults: dict[str, object] = {"language": "de", "action": "/x", "fields": {"attempt": "1"}}
    return present(exercise, Presentation(**{**defaults, **how}))  # type: ignore[arg-type]


@each_exercise
def test_an_open_exercise_gives_nothing_away(exercise: Exercise) -> None:
    text = shown(exercise, buttons=[Button(label="Los")])
    assert "data-result" not in text
    assert "exercise-solution" not in text
    assert 'action="/x"' in text
    assert 'disabled="disabled"' not in text
    for feedback in (exercise.feedback.correct, exercise.feedback.partial, exercise.feedback.incorrect):
        assert not feedback or feedback.html not in text


@each_sample
def test_a_result_shows_the_answer_locked_with_its_verdict(exercise: Exercise, sample: Sample) -> None:
    text = shown(exercise, response=sample.response, locked=True, told=True)
    form = lxml_html.fragment_fromstring(text)
    assert form.find_class("exercise-body")[0].get("disabled") == "disabled"
    (verdict,) = form.find_class("exercise-result")
    assert verdict.get("data-outcome") == outcome_word(sample)
    assert isinstance(form, lxml_html.FormElement)
    if sample.name == "right":
        found: dict[str, list[str]] = {}
        for name, value in form.form_values():
            found.setdefault(name, []).append(value)
        again = exercise.parse(found)
        assert {name: set(given) for name, given in again.items()} == {n: set(g) for n, g in sample.response.items()}


def outcome_word(sample: Sample) -> str:
    if sample.score is None:
        return "saved"
    return "correct" if sample.score == 1 else "partial" if sample.score else "incorrect"


@each_sample
def test_marks_agree_with_the_score(exercise: Exercise, sample: Sample) -> None:
    found = [mark.result for mark in marks(exercise, sample.response, "de")]
    if sample.score == 1:
        assert found
        assert set(found) == {"right"}
    if sample.score == 0 and sample.response:
        assert set(found) != {"right"}
    if sample.score is None:
        assert found == []


@each_exercise
def test_the_solution_is_said_in_words_where_there_is_one(exercise: Exercise) -> None:
    lines = solution(exercise, lambda key: key, "de")
    assert bool(lines) is bool(exercise.correct())
    text = shown(exercise, response={}, locked=True, told=True, revealed=True)
    assert ("exercise-solution" in text) is (bool(lines) and exercise.scored)


def test_the_same_seed_gives_the_same_order_and_others_give_others() -> None:
    exercise = curriculum().exercises["m1u1-mehrfach"]
    assert order_of(exercise, 5) == order_of(exercise, 5)
    assert len({order_of(exercise, seed) for seed in range(20)}) > 5


def test_a_sequence_begins_differently_in_other_attempts_and_never_solved() -> None:
    exercise = curriculum().exercises["m1u2-ordnen"]
    orders = {order_of(exercise, seed) for seed in range(40)}
    assert len(orders) > 2
    assert exercise.correct()["RESPONSE"] not in orders


@each_exercise
def test_an_order_is_shown_as_it_is(exercise: Exercise) -> None:
    order = order_of(exercise, 3)
    text = shown(exercise, order=order)
    assert sorted(order, key=lambda part: text.index(f'data-value="{part}"')) == list(order)


def test_an_order_that_matters_is_not_mixed() -> None:
    exercise = curriculum().exercises["m1p-ziel"]
    assert {order_of(exercise, seed) for seed in range(10)} == {()}


def test_words_behind_a_control_belong_to_it() -> None:
    text = shown(curriculum().exercises["m1u2-zahl"], response={"RESPONSE": ("6000",)}, told=True, locked=True)
    form = lxml_html.fragment_fromstring(text)
    (control,) = [node for node in form.iter("input") if node.get("name") == "RESPONSE"]
    (word,) = form.find_class("exercise-mark")
    assert word.get("id") in (control.get("aria-describedby") or "").split()
    assert word.text_content() == "Nicht richtig"
    assert "Der Beiwert fehlt." in text


@pytest.mark.parametrize(
    ("name", "response", "expected"),
    [
        ("m1u1-einfach", {"RESPONSE": ("verdunsten",)}, {"verdunsten": "Teilweise richtig"}),
        ("m1u2-wort", {"RESPONSE": ("Bebauung",)}, {"": "Teilweise richtig"}),
        ("m1u3-fall", {"anfang": ("warten",)}, {"warten": "Teilweise richtig"}),
        ("m1u3-fall", {"anfang": ("bauen",), "streit": ("aussitzen",)}, {"bauen": WRONG, "aussitzen": WRONG}),
    ],
)
def test_what_earns_part_of_the_points_is_told_apart(name: str, response: Response, expected: dict[str, str]) -> None:
    assert words(shown(curriculum().exercises[name], response=response, told=True, locked=True)) == expected


@pytest.mark.parametrize(("answer", "word"), [("true", "Ihre Antwort stimmt nicht"), ("false", "Ihre Antwort stimmt")])
def test_words_beside_a_judged_statement_speak_of_the_answer(answer: str, word: str) -> None:
    text = shown(curriculum().exercises["m1u1-aussage"], response={"RESPONSE": (answer,)}, told=True, locked=True)
    assert words(text) == {answer: word}
    (verdict,) = lxml_html.fragment_fromstring(text).find_class("exercise-result")
    assert verdict.text_content().startswith(f"{word}. ")


@each_sample
def test_an_answer_right_in_part_and_without_points_says_why(exercise: Exercise, sample: Sample) -> None:
    text = shown(exercise, response=sample.response, told=True, locked=True)
    (verdict,) = lxml_html.fragment_fromstring(text).find_class("exercise-result")
    right = any(mark.result == "right" for mark in marks(exercise, sample.response, "de"))
    if not right or sample.score:
        assert ". " not in verdict.text_content().partition(" von ")[2]
    else:
        assert verdict.text_content().endswith(("auf.", "ganze Antwort.", "keine Punkte.", "als da ist."))


@pytest.mark.parametrize(
    ("name", "response", "reason"),
    [
        ("m1u1-mehrfach", {"RESPONSE": ("mulde", "asphalt")}, "Falsch Gewähltes hebt hier richtig Gewähltes auf."),
        ("m1p-weg", {"RESPONSE": ("a",)}, "Hier zählt nur die ganze Antwort."),
        ("m1u3-urteil", {"RESPONSE": ("kuehlen true",)}, "So wenig Richtiges bringt hier keine Punkte."),
    ],
)
def test_the_reason_for_no_points_names_the_rule(name: str, response: Response, reason: str) -> None:
    text = shown(curriculum().exercises[name], response=response, told=True, locked=True)
    assert f"Punkten. {reason}</p>" in text.replace("1 Punkt.", "Punkten.")


def test_what_was_not_answered_is_not_called_wrong() -> None:
    text = shown(curriculum().exercises["m1u1-aussage"], response={}, told=True, locked=True)
    (verdict,) = lxml_html.fragment_fromstring(text).find_class("exercise-result")
    assert verdict.text_content().startswith("Nicht beantwortet. ")
    gaps = shown(curriculum().exercises["m1u2-luecken"], response={"mittel": ("blech",)}, told=True, locked=True)
    found = [mark.text_content() for mark in lxml_html.fragment_fromstring(gaps).find_class("exercise-mark")]
    assert found == ["Nicht beantwortet", "Nicht beantwortet", WRONG]


def words(text: str) -> dict[str, str]:
    """The word beside each marked option (or control) of a form."""
    form = lxml_html.fragment_fromstring(text)
    return {
        next(iter(mark.xpath("ancestor::*/@data-value")), ""): mark.text_content()
        for mark in form.find_class("exercise-mark")
    }


def test_links_into_the_course_become_words_and_pictures_come_from_us() -> None:
    html = '<p><a class="link-term" href="term:ozg">OZG</a> <img src="asset:m1/a.svg" alt=""> <a href="https://x.de">x</a></p>'
    assert (
        concrete(html) == '<p>OZG <img src="/assets/m1/a.svg" alt=""> <a target="_blank" href="https://x.de">x</a></p>'
    )


def test_typed_text_is_never_markup() -> None:
    assert paragraphs("a <b>\nc\n\n\n & d") == "<p>a &lt;b&gt;<br>c</p><p> &amp; d</p>"
    assert paragraphs(" \n\n ") == ""
