"""Question pools for ILIAS give the points of the exercise, or what the author was told instead."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from content.exercises import TYPES, Exercise, ExtendedText, GapText, HotSpot, Kprim, Pairing
from content.exercises.arrange import Categorise, Member, Target
from content.exercises.choice import Option
from content.exercises.spot import Spot
from content.markup import Markup
from content.model import Curriculum
from packager.formats.ilias_pool import FORMAT, STAND_INS
from packager.ilias.questions import handles
from packager.ilias.texts import BEYOND
from packager.stand_ins import scores_alike, stood_in
from tests.further_strategies import further_exercises, responses
from tests.packager.ilias_engine import score, text_of
from tests.packager.test_ilias_pool import codes, document, fields, item, of, only, pool, told_of
from tests.samples import sample
from tests.strategies import markup_of

MULDE = "m1-wasser/assets/mulde.png"


def told(curriculum: Curriculum) -> dict[str, Exercise]:
    """The exercises as ILIAS asks them."""
    return dict(stood_in(of(curriculum), STAND_INS).modules[0].exercises)


def unequal(curriculum: Curriculum, name: str) -> list[str]:
    """Names of the samples to which ILIAS gives other points."""
    exercise, asked = curriculum.exercises[name], told(curriculum)[name]
    made = item(exercise, curriculum)
    return [
        sample.name
        for sample in exercise.samples()
        if sample.score is not None
        and abs(score(made, asked, sample.response) - exercise.points * sample.score) >= Fraction(1, 10**5)
    ]


def test_every_exercise_type_is_asked_or_refused_with_a_reason() -> None:
    for kind in TYPES.values():
        assert handles(kind) or kind in STAND_INS or kind in FORMAT.unsupported, kind
        assert not (kind in STAND_INS and kind in FORMAT.unsupported)
    # What both asks and replaces a type does so by a condition that some exercise fails.
    assert {kind for kind in TYPES.values() if handles(kind) and kind in STAND_INS} == {Kprim, HotSpot}


def test_points_add_up_to_the_score_of_every_sample(every_type: Curriculum) -> None:
    stand_ins = told(every_type)
    checked = 0
    for name, exercise in every_type.exercises.items():
        native = stand_ins[name] is exercise
        if exercise.scored and (native or scores_alike(exercise)):
            assert unequal(every_type, name) == [], name
            checked += len(exercise.samples())
    assert checked > 70


def test_a_stand_in_with_other_points_gives_them(every_type: Curriculum) -> None:
    stand_ins = told(every_type)
    found = {
        name: unequal(every_type, name)
        for name, exercise in every_type.exercises.items()
        if stand_ins[name] is not exercise and not scores_alike(exercise)
    }
    assert found == {"fall": ["beside the way"], "topf": ["more than there is"]}


def test_the_author_sees_what_stands_in(every_type: Curriculum) -> None:
    found = {f.code: f.values["ids"] for f in FORMAT.remarks(of(every_type)) if "ids" in f.values}
    assert found == {
        "ilias-kprim-parts": "vier-teile",
        "stand-in-hot-text": "stellen",
        "ilias-hot-spot": "bild, bild-eins",
        "stand-in-decision-path": "fall",
        "stand-in-budget": "topf",
    }


def test_the_handbook_names_what_stands_in(root: Path) -> None:
    handbook = (root / "docs/handbuch/ilias.md").read_text("utf-8")
    assert [entry.code for entry in STAND_INS.values() if f"`{entry.code}`" not in handbook] == []


def test_an_essay_is_scored_by_hand_up_to_its_points(every_type: Curriculum) -> None:
    exercise = every_type.exercises["aufsatz"]
    assert isinstance(exercise, ExtendedText)
    decvar = next(item(exercise, every_type).iter("decvar"))
    assert (decvar.get("varname"), decvar.get("maxvalue")) == ("WritingScore", "3")


# --- kprim -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "least"), [("vier", "0.5"), ("vier-ganz", "0")])
def test_kprim_is_one_with_or_without_half_points(every_type: Curriculum, name: str, least: str) -> None:
    made = item(every_type.exercises[name], every_type)
    assert fields(made)["QUESTIONTYPE"] == "KPRIM CHOICE QUESTION"
    (outcome,) = made.iter("decvar")
    assert (outcome.get("varname"), outcome.get("minvalue"), outcome.get("maxvalue")) == ("SCORE", least, "1")
    assert [label.get("ident") for label in made.iter("response_label")] == ["0", "1", "2", "3"]


def test_feedback_of_statements_and_of_the_whole_is_linked(every_type: Curriculum) -> None:
    exercise = every_type.exercises["vier"]
    general = replace(exercise.feedback, correct=Markup("Ja.", "<p>Ja.</p>"), incorrect=Markup("Nein.", "<p>Nein.</p>"))
    made = item(replace(exercise, feedback=general), every_type)
    texts = {feedback.get("ident"): text_of(feedback, ".//mattext") for feedback in made.iter("itemfeedback")}
    assert texts == {
        "response_0": "<p>Eins stimmt.</p>",
        "response_3": "<p>Vier stimmt nicht.</p>",
        "response_allcorrect": "<p>Ja.</p>",
        "response_onenotcorrect": "<p>Nein.</p>",
    }
    # The import reads the general ones at conditions with points alone.
    with_points = [rule for rule in made.iter("respcondition") if rule.find("setvar") is not None]
    linked = [link.get("linkrefid") for rule in with_points for link in rule.iter("displayfeedback")]
    assert linked == ["response_allcorrect", "response_onenotcorrect"]


def changed(exercise: Exercise, curriculum: Curriculum, old: str, new: str) -> set[str]:
    """Codes of the faults of a pool with one exercise and one change."""
    parts = pool(only(exercise, curriculum))
    (name,) = [name for name in parts if "qti" in name]
    assert old in parts[name].decode()
    return codes({**parts, name: parts[name].decode().replace(old, new).encode()})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('respident="2"', 'respident="7"'),
        ('varname="SCORE"', 'varname="POINTS"'),
        ('<response_label ident="3">', '<response_label ident="4">'),
    ],
)
def test_a_kprim_that_would_arrive_incomplete_is_a_fault(every_type: Curriculum, old: str, new: str) -> None:
    assert changed(every_type.exercises["vier"], every_type, old, new) == {"ilias-kprim"}


def test_kprim_by_parts_is_a_text_with_gaps(every_type: Curriculum) -> None:
    made = item(every_type.exercises["vier-teile"], every_type)
    assert fields(made)["QUESTIONTYPE"] == "CLOZE QUESTION"
    assert [text_of(label, ".//mattext") for label in made.iter("response_label")] == ["Richtig", "Falsch"] * 4


# --- areas of an image -----------------------------------------------------------------------------------------------


def spots(scoring: Literal["partial", "all"] = "partial") -> HotSpot:
    """Areas of a raster image."""
    figure = f'<figure class="figure"><img src="asset:{MULDE}" alt="Eine Mulde" width="40" height="30" loading="lazy">'
    figure += '<figcaption><span>Die Mulde</span> <small class="credit">Bild: Kim</small></figcaption></figure>'
    options = (
        Spot(id="a", text=Markup("x", "<p>der <em>Rand</em></p>"), correct=True, shape="rect", coords=(0, 0, 9, 9)),
        Spot(id="b", text=Markup("x", "<p>die Mitte</p>"), shape="circle", coords=(20, 15, 5)),
        Spot(id="c", text=Markup("x", "<p>unten</p>"), correct=True, shape="poly", coords=(0, 30, 9, 20, 20, 30)),
    )
    prompt = Markup("x", "<p>Wo steht das Wasser?</p>")
    image = Markup("x", figure)
    return HotSpot(id="karte", title="Karte", prompt=prompt, image=image, options=options, points=2, scoring=scoring)


def test_areas_of_a_raster_image_are_an_image_map() -> None:
    parts = pool(only(spots()))
    assert codes(parts) == set()
    made = next(document(parts).iter("item"))
    assert (fields(made)["QUESTIONTYPE"], fields(made)["IS_MULTIPLE_CHOICE"]) == ("IMAGE MAP QUESTION", "1")
    (image,) = made.iterfind(".//render_hotspot/material/matimage")
    assert (image.get("imagtype"), image.get("label"), image.get("embedded")) == ("image/png", "mulde.png", "base64")
    assert base64.b64decode(image.text or "") == sample().assets[MULDE].file.read_bytes()
    labels = [
        (label.get("rarea"), label.text, text_of(label, "material/mattext")) for label in made.iter("response_label")
    ]
    assert labels == [
        ("Rectangle", "0,0,9,9", "A – der Rand"),
        ("Ellipse", "20,15,5", "B – die Mitte"),
        ("Bounded", "0,30,9,20,20,30", "C – unten"),
    ]
    shown = text_of(made, ".//flow/material/mattext")
    assert "<p>Wo steht das Wasser?</p>" in shown
    assert "[Eine Mulde]" in shown
    assert "Bild: Kim" in shown


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('embedded="base64">', 'embedded="base64">?'),
        ('label="mulde.png"', 'label="mulde.jpg"'),
        ('rarea="Ellipse"', 'rarea="Circle"'),
        (">20,15,5<material>", ">20, 15, 5<material>"),
    ],
)
def test_an_image_map_that_would_arrive_incomplete_is_a_fault(old: str, new: str) -> None:
    assert changed(spots(), sample(), old, new) == {"ilias-areas"}


@pytest.mark.parametrize("scoring", ["partial", "all"])
def test_an_image_map_gives_the_points_of_the_areas(scoring: Literal["partial", "all"]) -> None:
    exercise = spots(scoring=scoring)
    made = item(exercise)
    for answer in exercise.samples():
        assert answer.score is not None
        assert abs(score(made, exercise, answer.response) - 2 * answer.score) < Fraction(1, 10**5), answer.name


def test_an_image_map_of_one_area_gives_points_for_it_alone() -> None:
    whole = spots()
    exercise = replace(whole, choose="one", options=whole.options[:2])
    made = item(exercise)
    assert fields(made)["IS_MULTIPLE_CHOICE"] == "0"
    for answer in exercise.samples():
        assert score(made, exercise, answer.response) == 2 * (answer.score or 0), answer.name


def test_areas_that_the_import_would_take_for_one_are_a_choice() -> None:
    whole = spots()
    twice = replace(whole, options=(*whole.options, replace(whole.options[0], id="d", correct=False)))
    made = item(twice)
    assert fields(made)["QUESTIONTYPE"] == "MULTIPLE CHOICE QUESTION"
    assert [text_of(label, ".//mattext") for label in made.iter("response_label")][-1] == "D – der <em>Rand</em>"


def test_areas_of_an_svg_are_a_choice_of_their_names(every_type: Curriculum) -> None:
    """ILIAS drops an SVG; the description stays."""
    parts = pool(only(every_type.exercises["bild"], every_type))
    assert codes(parts) == set()
    assert [name for name in parts if not name.endswith(".xml")] == []
    made = next(document(parts).iter("item"))
    assert fields(made)["QUESTIONTYPE"] == "MULTIPLE CHOICE QUESTION"
    assert "<em>[Ein Plan mit drei Flächen]</em>" in text_of(made, ".//flow/material/mattext")


def with_raster(curriculum: Curriculum, name: str, size: tuple[int, int]) -> Curriculum:
    """The curriculum with a PNG of the same name beside the SVG."""
    svg = curriculum.assets[name]
    mulde = sample().assets[MULDE]
    path = f"{name.rpartition('.')[0]}.png"
    twin = replace(svg, path=path, file=mulde.file, media_type="image/png", width=size[0], height=size[1])
    return replace(curriculum, assets={**curriculum.assets, path: twin})


def test_a_raster_image_of_the_same_name_keeps_the_areas(every_type: Curriculum) -> None:
    exercise = every_type.exercises["bild"]
    assert isinstance(exercise, HotSpot)
    curriculum = with_raster(every_type, exercise.asset, (20, 30))
    made = item(exercise, curriculum)
    assert codes(pool(only(exercise, curriculum))) == set()
    assert fields(made)["QUESTIONTYPE"] == "IMAGE MAP QUESTION"
    assert next(made.iter("matimage")).get("label") == "bild.png"
    # The image is twice as wide and three times as high as the SVG.
    drawn = [spot.coords for spot in exercise.options]
    shown = [label.text for label in made.iter("response_label")]
    assert drawn[0] == (0, 0, 4, 4)
    assert shown[0] == "0,0,8,12"
    for answer in exercise.samples():
        assert answer.score is not None
        assert abs(score(made, exercise, answer.response) - exercise.points * answer.score) < Fraction(1, 10**5)


# --- any exercise ----------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_any_answer_to_a_further_exercise_earns_the_points_of_the_question_that_asks_it(data: st.DataObject) -> None:
    before = data.draw(further_exercises())
    job = only(before)
    parts = pool(job)
    made = next(document(parts).iter("item"))
    assert codes(parts) <= told_of(made)
    (asked,) = stood_in(job, STAND_INS).modules[0].exercises.values()
    response = data.draw(responses(before))
    assume(distinct(asked))
    outcome = asked.rule().evaluate(response)
    assert outcome is not None
    assert abs(score(made, asked, response) - before.points * outcome.score) < Fraction(1, 10**5)


def distinct(exercise: Exercise) -> bool:
    """ILIAS scores a choice in a gap by its text, upper case or lower, without signs that its database cannot hold."""
    lists: list[Sequence[Option | Target]] = []
    if isinstance(exercise, Pairing):
        lists = [exercise.pairing[1]]
    elif isinstance(exercise, GapText):
        lists = [gap.options for gap in exercise.gaps]
    texts = [[BEYOND.sub("", option.text.plain).strip().lower() for option in options] for options in lists]
    return all(all(options) and len(set(options)) == len(options) for options in texts)


def test_a_sign_that_ilias_cannot_keep_leaves_no_space_that_keeps_the_answer_from_being_right() -> None:
    exercise = categorise("😀 draußen", "drinnen 🏠")
    made = next(document(pool(only(exercise))).iter("item"))
    assert score(made, exercise, exercise.correct()) == exercise.points


def categorise(*texts: str) -> Categorise:
    categories = tuple(Target(id=str(index), text=markup_of(text)) for index, text in enumerate(texts))
    items = tuple(Member(id=f"i{c.id}", text=markup_of(f"Ding {c.id}"), category=c.id) for c in categories)
    return Categorise(
        id="ordnen", title="Ordnen", prompt=markup_of("Was gehört wohin?"), points=2, items=items, categories=categories
    )
