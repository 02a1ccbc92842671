"""Exercises as HTML forms: names of controls, labels, order, what is shown and what is not."""

import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from content.exercises import TYPES, Exercise
from content.exercises.base import Form
from content.exercises.spot import HotSpot, Spot
from content.markup import Markup
from content.scoring import Response
from content.widgets import View, amount, mixed_sequence, render
from content.widgets.areas import areas, letter
from tests.samples import sample

EXERCISES = sorted(sample().exercises.values(), key=lambda exercise: exercise.id)
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)


def html(exercise: Exercise, view: View | None = None) -> str:
    return render(exercise, "de", lambda text: text, view)


class Controls(HTMLParser):
    """What a browser would send: the successful controls of the form."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.form: dict[str, list[str]] = {}
        self.names: set[str] = set()
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.unlabelled: list[str] = []
        self.select = self.area = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label":
            self.labels.add(given.get("for", ""))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.names.add(given["name"])
            if not {"aria-label", "aria-labelledby"} & given.keys():
                self.unlabelled.append(given["id"])
        if tag == "input" and (given["type"] == "text" or "checked" in given):
            self.form.setdefault(given["name"], []).append(given["value"])
        self.select = given["name"] if tag == "select" else self.select
        self.area = given["name"] if tag == "textarea" else ""
        if tag == "option" and "selected" in given:
            self.form[self.select] = [given["value"]]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.form.setdefault(self.area, [""])[0] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area


def test_the_sample_has_every_type() -> None:
    assert {exercise.type for exercise in EXERCISES} == set(TYPES)


@every_exercise
def test_every_control_has_a_name_of_the_exercise_and_a_label(exercise: Exercise) -> None:
    controls = Controls(html(exercise))
    expected: set[str] = set()
    for variable in exercise.variables():
        many = variable.base == "pair" or variable.cardinality == "ordered"
        expected |= {f"{variable.id}.{value}" for value in variable.values} if many else {variable.id}
    assert controls.names == expected
    assert set(controls.unlabelled) <= controls.labels
    assert len(controls.ids) == len(set(controls.ids))


@every_exercise
def test_a_shown_answer_comes_back_as_it_was(exercise: Exercise) -> None:
    for sample_answer in (given for given in exercise.samples() if given.name != "beside the way"):
        answer = {name: values for name, values in sample_answer.response.items() if values}
        form: Form = Controls(html(exercise, View(response=answer))).form
        assert normal(exercise.parse(form)) == normal(answer), sample_answer.name


def normal(response: Response) -> dict[str, object]:
    """Sets have no order; typed text keeps its blanks in the form."""
    return {name: sorted(values) for name, values in response.items()}


@every_exercise
def test_the_solution_and_the_model_answer_are_not_in_the_form(exercise: Exercise) -> None:
    source = html(exercise)
    assert "checked" not in source
    assert "selected" not in source
    assert "Nur für die Kursleitung" not in source


@every_exercise
def test_the_same_exercise_gives_the_same_form(exercise: Exercise) -> None:
    assert html(exercise) == html(exercise)


def test_the_right_option_is_not_always_the_first() -> None:
    first = {
        re.findall(r'data-value="(\w+)"', html(exercise))[0] in exercise.correct().get("RESPONSE", ())
        for exercise in EXERCISES
        if exercise.type in ("single-choice", "multiple-choice")
    }
    assert first == {True, False}


def test_options_keep_their_order_where_the_author_wants_it() -> None:
    source = html(sample().exercises["m1p-ziel"])
    assert re.findall(r'data-value="(\w+)"', source) == ["bau", "karte"]
    assert "data-shuffle" not in source


def test_a_sequence_never_starts_solved() -> None:
    items = getattr(sample().exercises["m1u2-ordnen"], "items")  # noqa: B009  # the field of one subclass
    for seed in range(200):
        assert mixed_sequence(items, str(seed)) != list(items)


def test_a_worksheet_says_why_it_is_saved_as_a_file() -> None:
    worksheet = sample().exercises["m1u2-arbeitsblatt"]
    assert "als Datei" in html(worksheet)
    assert 'data-action="save-file" hidden' in html(worksheet)
    assert 'data-action="check"' not in html(worksheet)


def test_on_a_server_a_text_is_sent_and_has_points() -> None:
    source = html(sample().exercises["m1u2-arbeitsblatt"], View(server=True, fields={"token": 'a"b'}))
    assert '<input type="hidden" name="token" value="a&#34;b">' in source
    assert "5 Punkte" in source
    assert 'type="submit"' in source
    assert "save-file" not in source


@pytest.mark.parametrize("level", [2, 3, 4])
def test_the_title_has_the_level_that_the_page_asks_for(level: int) -> None:
    source = html(EXERCISES[0], View(heading=level))
    assert f'<h{level} class="exercise-title">' in source


def test_a_heading_level_outside_the_page_is_refused() -> None:
    with pytest.raises(ValueError, match="heading"):
        html(EXERCISES[0], View(heading=1))


def test_typed_answers_are_escaped() -> None:
    view = View(response={"RESPONSE": ('"><script>',)})
    assert "<script>" not in html(sample().exercises["m1u2-wort"], view)


@every_exercise
def test_the_english_form_differs_in_words_only(exercise: Exercise) -> None:
    german, english = html(exercise), render(exercise, "en", lambda text: text)
    assert re.findall(r"<[a-z]+", german) == re.findall(r"<[a-z]+", english)
    assert german != english


@pytest.mark.parametrize(
    ("number", "german", "english"),
    [
        ("100000", "100.000", "100,000"),
        ("20000.50", "20.000,50", "20,000.50"),
        ("5.0", "5", "5"),
        ("-0.5", "-0,5", "-0.5"),
    ],
)
def test_an_amount_is_written_as_people_read_it(number: str, german: str, english: str) -> None:
    assert (amount(Decimal(number), "de"), amount(Decimal(number), "en")) == (german, english)


def plan(*spots: Spot) -> HotSpot:
    image = Markup("…", '<figure><img src="asset:plan.svg" alt="Plan" width="240" height="100"></figure>')
    return HotSpot(id="plan", title="Plan", prompt=Markup("…"), image=image, options=spots)


def test_each_shape_is_drawn_where_the_author_put_it_with_its_letter_inside_of_the_image() -> None:
    spots = (
        Spot(id="a", text=Markup("A"), shape="rect", coords=(0, 20, 60, 80), correct=True),
        Spot(id="b", text=Markup("B"), shape="circle", coords=(120, 60, 25)),
        Spot(id="c", text=Markup("C"), shape="poly", coords=(240, 100, 200, 60, 200, 100)),
    )
    drawn = areas(plan(*spots))
    assert [(area.letter, area.tag, dict(area.numbers)) for area in drawn] == [
        ("A", "rect", {"x": "0", "y": "20", "width": "60", "height": "60"}),
        ("B", "circle", {"cx": "120", "cy": "60", "r": "25"}),
        ("C", "polygon", {"points": "240,100 200,60 200,100"}),
    ]
    assert [(area.x, area.y) for area in drawn] == [(3.33, 20), (50, 35), (96.67, 92)]


def test_letters_go_on_after_z() -> None:
    assert [letter(index) for index in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_the_areas_are_decoration_and_the_list_says_the_same() -> None:
    exercise = next(exercise for exercise in EXERCISES if isinstance(exercise, HotSpot))
    source = html(exercise)
    overlay = r'<svg class="spots" aria-hidden="true" focusable="false">.*</svg>'
    assert re.search(rf'<span class="spot-image"><img [^>]*>{overlay}</span><figcaption', source)
    for area, option in zip(areas(exercise), exercise.options, strict=True):
        assert f'data-spot="{option.id}"' in source
        assert f"{area.letter} – {option.text.inline}" in source
    assert "style=" not in source


def test_an_image_of_unknown_size_has_no_areas_but_the_list() -> None:
    exercise = plan(Spot(id="a", text=Markup("A", "<p>am Markt</p>"), shape="rect", coords=(0, 0, 5, 5), correct=True))
    source = html(replace(exercise, image=Markup("…", '<img src="asset:plan.svg" alt="Plan">')))
    assert "<svg" not in source
    assert "A – am Markt" in source


def test_a_case_says_without_script_where_each_decision_leads() -> None:
    exercise = next(exercise for exercise in EXERCISES if exercise.type == "decision-path")
    source = html(exercise)
    assert "(weiter bei Schritt 3)" in source
    assert "(der Fall ist zu Ende)" in source
    assert "(go on with step 3)" in render(exercise, "en", lambda text: text)
