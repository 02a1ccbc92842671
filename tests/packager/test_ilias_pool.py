"""The question pool for ILIAS: names, white space, links and points as its importers read them (releases 8 to 10)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from content.exercises import (
    Exercise,
    GapText,
    MultipleChoice,
    Numeric,
    SelfRating,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from content.markup import Markup
from content.model import Curriculum
from packager.archive import write_archive
from packager.formats.base import Job
from packager.formats.ilias_pool import FORMAT
from packager.ilias.names import file_name
from packager.ilias.texts import Texts
from packager.verify import verify_file
from tests.further_strategies import further_exercises
from tests.packager.ilias_engine import text_of
from tests.samples import contents, sample, sample_job
from tests.strategies import exercises, words

NAME = re.compile(r"[0-9]{10}__0__qpl_[0-9]{6}")


def pool(job: Job) -> dict[str, bytes]:
    return contents(FORMAT.render(job))


def document(parts: dict[str, bytes], kind: str = "qti") -> etree._Element:
    (name,) = [name for name in parts if f"__{kind}_" in name.split("/")[1]]
    return etree.fromstring(parts[name])


def of(curriculum: Curriculum) -> Job:
    return Job(curriculum=curriculum, modules=curriculum.modules)


def only(exercise: Exercise, curriculum: Curriculum | None = None) -> Job:
    """A job with one exercise, whose pictures are those of the curriculum (the sample)."""
    curriculum = curriculum or sample()
    module = replace(
        curriculum.modules[0],
        exercises={exercise.id: exercise},
        exercise_numbers={exercise.id: 1},
        variables={exercise.id: exercise.variables()},
    )
    return Job(curriculum=curriculum, modules=(module,))


def item(exercise: Exercise, curriculum: Curriculum | None = None) -> etree._Element:
    return next(document(pool(only(exercise, curriculum))).iter("item"))


def codes(parts: dict[str, bytes]) -> set[str]:
    return {finding.code for finding in FORMAT.verify(parts)}


def fields(element: etree._Element) -> dict[str, str]:
    entries = element.iter("qtimetadatafield")
    return {entry.findtext("fieldlabel", ""): entry.findtext("fieldentry", "") for entry in entries}


def test_archive_folder_and_documents_carry_one_name() -> None:
    job = sample_job()
    parts = pool(job)
    folder = next(iter(parts)).split("/")[0]
    assert NAME.fullmatch(folder)
    assert FORMAT.file_name is file_name
    assert file_name(job) == f"{folder}.zip"
    assert {f"{folder}/{folder}.xml", f"{folder}/{folder.replace('qpl', 'qti')}.xml"} <= set(parts)
    assert not any("manifest" in part for part in parts)


def test_the_number_of_the_object_outlives_versions_and_the_name_does_not() -> None:
    job = sample_job()
    later = replace(job, curriculum=replace(job.curriculum, version="9.0.0"))
    first, second = file_name(job), file_name(later)
    assert first != second
    assert first.split("_qpl_")[1] == second.split("_qpl_")[1]
    assert file_name(sample_job()) == first


def test_the_pool_has_no_faults() -> None:
    assert list(FORMAT.verify(pool(sample_job()))) == []


def test_the_documents_are_the_expected_ones(golden: Callable[[str, bytes], None], every_type: Curriculum) -> None:
    parts = pool(of(every_type))
    for name, data in parts.items():
        if not name.endswith(".xml"):
            continue
        kind = "questions" if "qti" in name else "pool"
        golden(
            f"ilias/{kind}.xml", data.replace(b"</item>", b"</item>\n").replace(b"</PageObject>", b"</PageObject>\n")
        )


def test_every_question_has_a_page_and_self_ratings_stay_behind(every_type: Curriculum) -> None:
    parts = pool(of(every_type))
    questions = [element.get("ident") for element in document(parts).iter("item")]
    pages = [element.get("QRef") for element in document(parts, "qpl").iter("Question")]
    assert questions == pages
    rated = [e for e in every_type.exercises.values() if isinstance(e, SelfRating)]
    assert len(questions) == len(every_type.exercises) - len(rated)
    assert SelfRating in FORMAT.unsupported


def test_there_is_no_white_space_between_elements(every_type: Curriculum) -> None:
    root = document(pool(of(every_type)))
    text_elements = {"mattext", "fieldlabel", "fieldentry", "varequal", "setvar", "qticomment", "vargte", "varlte"}
    text_elements |= {"solutionhint"}
    for element in root.iter():
        assert element.tail is None
        assert element.text is None or element.tag in text_elements | {"varsubset", "matimage", "other"}, element.tag


def test_differences_are_told_with_their_number(every_type: Curriculum) -> None:
    told = {f.code: f.values["count"] for f in FORMAT.remarks(of(every_type))}
    assert told["ilias-order-fallback"] == 1
    assert told["ilias-gap-fallback"] == 2
    assert told["ilias-numbers"] == 3
    assert told["ilias-rubric"] == 1


def test_pictures_of_texts_become_media_objects() -> None:
    path = "m1-wasser/assets/mulde.png"
    html = f'<p>Sehen Sie:</p><figure class="figure"><img src="asset:{path}" alt="Eine Mulde" loading="lazy"></figure>'
    exercise = TrueFalse(id="bild", title="Bild", prompt=Markup("x", html), answer=True)
    parts = pool(only(exercise))
    material = next(document(parts).iter("material"))
    assert 'src="il_0_mob_1"' in material.findtext("mattext", "")
    image = material.find("matimage")
    assert image is not None
    assert image.get("label") == "il_0_mob_1"
    assert image.get("uri") == "objects/il_0_mob_1/mulde.png"
    folder = next(iter(parts)).split("/")[0]
    assert parts[f"{folder}/{image.get('uri')}"] == sample().assets[path].file.read_bytes()
    assert codes(parts) == set()


def test_a_picture_that_ilias_drops_is_told_in_words(every_type: Curriculum) -> None:
    svg = "m1-eins/assets/bild.svg"
    picture = Markup("x", f'<p>Sehen Sie: <img src="asset:{svg}" alt="Plan &amp; Skizze"></p>')
    exercise = replace(every_type.exercises["einfach"], prompt=picture)
    parts = pool(only(exercise, every_type))
    made = next(document(parts).iter("item"))
    assert text_of(made, ".//mattext") == "<p>Sehen Sie: <em>[Plan &amp; Skizze]</em></p>"
    assert [name for name in parts if not name.endswith(".xml")] == []
    told = {f.code: f.values.get("count") for f in FORMAT.remarks(only(exercise, every_type))}
    assert told["ilias-pictures"] == 1


def test_a_picture_of_the_same_name_is_shown_instead(every_type: Curriculum) -> None:
    svg, mulde = "m1-eins/assets/bild.svg", sample().assets["m1-wasser/assets/mulde.png"]
    twin = replace(mulde, path="m1-eins/assets/bild.png")
    curriculum = replace(every_type, assets={**every_type.assets, twin.path: twin})
    picture = Markup("x", f'<p><img src="asset:{svg}" alt="Plan"></p>')
    exercise = replace(every_type.exercises["einfach"], prompt=picture)
    parts = pool(only(exercise, curriculum))
    image = next(document(parts).iter("matimage"))
    assert image.get("uri") == "objects/il_0_mob_1/bild.png"
    assert codes(parts) == set()
    assert "ilias-pictures" not in {f.code for f in FORMAT.remarks(only(exercise, curriculum))}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda name, data: (name, b"<svg/>"), "ilias-picture"),
        (lambda name, data: (name.replace(".png", ".jpg"), data), "ilias-image"),
        (lambda name, data: (name, b"GIF89a"), "ilias-picture"),
    ],
)
def test_a_picture_that_would_get_lost_is_a_fault(change: Callable[[str, bytes], tuple[str, bytes]], code: str) -> None:
    html = '<p><img src="asset:m1-wasser/assets/mulde.png" alt="x"></p>'
    parts = pool(only(TrueFalse(id="b", title="B", answer=True, prompt=Markup("x", html))))
    changed = dict(change(name, data) if name.endswith(".png") else (name, data) for name, data in parts.items())
    assert codes(changed) == {code}


def test_an_image_without_its_file_in_the_question_is_a_fault() -> None:
    html = '<p><img src="asset:m1-wasser/assets/mulde.png" alt="x"></p>'
    parts = pool(only(TrueFalse(id="b", title="B", answer=True, prompt=Markup("x", html))))
    (name,) = [name for name in parts if "qti" in name]
    bare = re.sub(r"<matimage[^>]*/>", "", parts[name].decode())
    assert codes({**parts, name: bare.encode()}) == {"ilias-image"}


def test_hints_arrive_in_their_order_and_cost_nothing(every_type: Curriculum) -> None:
    hints = (Markup("a", "<p>Erst <strong>lesen</strong>.</p>"), Markup("b", "<p>Dann rechnen.</p>"))
    made = item(replace(every_type.exercises["einfach"], hints=hints))
    assert [(h.get("index"), h.get("points"), h.text) for h in made.iter("solutionhint")] == [
        ("1", "0", "<p>Erst <strong>lesen</strong>.</p>"),
        ("2", "0", "<p>Dann rechnen.</p>"),
    ]


@pytest.mark.parametrize("number", [3, 6, 7])
def test_parts_add_up_to_the_points_of_the_question(every_type: Curriculum, number: int) -> None:
    """ILIAS shows the sum of what it stored: 1 point, not 0.999999."""
    exercise = every_type.exercises["mehrfach"]
    assert isinstance(exercise, MultipleChoice)
    options = tuple(replace(exercise.options[0], id=f"o{index}", correct=index < number) for index in range(2 * number))
    made = item(replace(exercise, options=options, scoring="partial", points=1))
    points = [Decimal(text_of(rule, "setvar")) for rule in made.iter("respcondition")]
    assert sum(value for value in points if value > 0) == 1
    assert sum(value for value in points if value < 0) == -1


def test_choices_name_the_size_of_pictures(every_type: Curriculum) -> None:
    """Without it the import takes the least that it allows, 20 pixels."""
    for name in ("einfach", "mehrfach"):
        assert fields(item(every_type.exercises[name]))["thumb_size"] == "150"


def test_a_picture_of_an_answer_is_embedded(every_type: Curriculum) -> None:
    picture = Markup("x", '<p>So <img src="asset:m1-wasser/assets/mulde.png" alt="Mulde"></p>')
    exercise = every_type.exercises["einfach"]
    assert isinstance(exercise, SingleChoice)
    options = (replace(exercise.options[0], text=picture), *exercise.options[1:])
    image = next(item(replace(exercise, options=options)).iter("matimage"))
    assert (image.get("imagtype"), image.get("embedded"), image.get("label")) == ("image/png", "base64", "mulde.png")


def test_a_picture_in_the_prompt_of_a_cloze_opens_its_text(every_type: Curriculum) -> None:
    picture = Markup("x", '<p><img src="asset:m1-wasser/assets/mulde.png" alt="Mulde"></p>')
    made = item(replace(every_type.exercises["wort"], prompt=picture))
    assert fields(made)["question"] == "Wort"
    assert "il_0_mob_1" in text_of(made, ".//mattext")
    assert next(made.iter("matimage")).get("label") == "il_0_mob_1"


def test_tables_become_lists() -> None:
    table = (
        '<div class="table-scroll"><table><caption>Werte</caption><thead><tr><th>Fläche</th><th>Wert</th></tr></thead>'
        "<tbody><tr><td>Dach</td><td>0,9</td></tr><tr><td>Wiese</td><td>0,1</td></tr></tbody></table></div>"
    )
    html = Texts(sample()).convert(f"<p>Vorher</p>\n{table}\n<p>Nachher</p>")
    assert "<table" not in html
    assert "<p>Werte</p><ul><li><strong>Dach</strong>: <span>Wert: 0,9</span></li>" in html
    assert html.startswith("<p>Vorher</p><div>")
    assert html.endswith("</div><p>Nachher</p>")


def test_links_inside_the_curriculum_become_text() -> None:
    inside = '<a class="link-page" href="page:m1u1-einstieg">den Anfang</a>'
    outside = '<a href="https://example.org/" rel="external noopener noreferrer">außen</a>'
    html = Texts(sample()).convert(f"<p>Siehe {inside} &amp; {outside}.</p>")
    assert html == '<p>Siehe den Anfang &amp; <a href="https://example.org/">außen</a>.</p>'


FAULTS: dict[str, Callable[[str], str]] = {
    "ilias-space": lambda text: text.replace("<fieldlabel>", "<fieldlabel> ", 1),
    "ilias-ident": lambda text: text.replace('ident="il_0_qst_3"', 'ident="il_0_qst_2"'),
    "ilias-page": lambda text: text.replace('ident="il_0_qst_3"', 'ident="il_0_qst_999"'),
    "ilias-title": lambda text: text.replace('title="Versiegelung"', f'title="{"x" * 101}"'),
    "ilias-author": lambda text: text.replace("Redaktion Beispielkurs", "x" * 51),
    "ilias-type": lambda text: text.replace("SINGLE CHOICE QUESTION", "Single Choice Question"),
    "ilias-gap": lambda text: text.replace("identicalScoring", "somethingElse"),
    "ilias-labels": lambda text: text.replace('response_label ident="0"', 'response_label ident="a"'),
    "ilias-points": lambda text: re.sub(r'(<setvar action="Add">)[0-9.]+', r"\g<1>0", text),
    "ilias-feedback": lambda text: text.replace('linkrefid="response_0"', 'linkrefid="response_7"'),
    "ilias-xml": lambda text: text.replace("</item>", "", 1),
}


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_a_fault_that_ilias_would_stumble_over_is_found(code: str) -> None:
    parts = pool(sample_job())
    (name,) = [name for name in parts if "qti" in name]
    changed = FAULTS[code](parts[name].decode())
    assert changed != parts[name].decode()
    assert code in codes({**parts, name: changed.encode()})


@pytest.mark.parametrize(("name", "most"), [("einfach", 4000), ("vier", 1000), ("luecken", 1000)])
def test_an_answer_that_the_database_does_not_hold_is_a_fault(every_type: Curriculum, name: str, most: int) -> None:
    parts = pool(only(every_type.exercises[name], every_type))
    (document_,) = [part for part in parts if "qti" in part]
    text = parts[document_].decode()
    answer = re.search(r"<response_label[^>]*><material><mattext[^>]*>([^<]+)<", text)
    assert answer is not None
    for length, expected in ((most, set()), (most + 1, {"ilias-length"})):
        longer = text.replace(f">{answer.group(1)}<", f">{'x' * length}<")
        assert codes({**parts, document_: longer.encode()}) == expected


def test_a_number_that_the_database_does_not_hold_is_a_fault(every_type: Curriculum) -> None:
    exercise = every_type.exercises["zahl"]
    assert isinstance(exercise, Numeric)
    assert codes(pool(only(replace(exercise, answer=Decimal("0.1234567890123456789"))))) == {"ilias-length"}


def test_a_renamed_folder_a_manifest_and_a_lost_picture_are_found() -> None:
    parts = pool(sample_job())
    assert codes({f"neu/{name.split('/')[1]}": data for name, data in parts.items()}) == {"ilias-archive"}
    folder = next(iter(parts)).split("/")[0]
    assert "ilias-manifest" in codes({**parts, f"{folder}/manifest.xml": b"<x/>"})
    exercise = TrueFalse(
        id="b",
        title="B",
        answer=True,
        prompt=Markup("x", '<p><img src="asset:m1-wasser/assets/mulde.png" alt="x"></p>'),
    )
    lost = {name: data for name, data in pool(only(exercise)).items() if name.endswith(".xml")}
    assert codes(lost) == {"ilias-image"}


def visible(text: str) -> list[str]:
    """What a learner reads in HTML."""
    return words(unescape(re.sub(r"<[^>]+>", " ", text)))


def beyond_dropped(text: str) -> list[str]:
    return words("".join(sign for sign in text if ord(sign) < 0x10000))


def told_of(item: etree._Element) -> set[str]:
    """What may be said of any exercise: nobody can earn points, and an answer that ILIAS has no room for."""
    answers = ["".join(element.itertext("mattext", "varequal")) for element in item.iter("response_label", "varequal")]
    return {"ilias-points", *(["ilias-length"] if any(len(answer) > 1000 for answer in answers) else [])}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.one_of(exercises().filter(lambda exercise: not isinstance(exercise, SelfRating)), further_exercises()))
def test_any_exercise_survives(exercise: Exercise) -> None:
    parts = pool(only(exercise))
    made = next(document(parts).iter("item"))
    assert codes(parts) <= told_of(made)
    texts = [element.text or "" for element in made.iter("mattext")]
    seen = [visible(text) for text in [*texts, fields(made).get("question", "")]]
    assert visible(exercise.prompt.html) in [part[: len(visible(exercise.prompt.html))] for part in seen]
    assert words(made.get("title", "")) == beyond_dropped(exercise.title)
    if isinstance(exercise, SingleChoice | MultipleChoice):
        answers = [visible("".join(label.itertext())) for label in made.iter("response_label")]
        assert answers == [visible(option.text.html) for option in exercise.options]
    if isinstance(exercise, ShortText):
        equal = [element.text for element in made.iter("varequal")]
        assert equal == [a if isinstance(a, str) else a.text for a in exercise.answers]


def test_a_text_about_gaps_makes_no_gap(every_type: Curriculum) -> None:
    exercise = every_type.exercises["luecken"]
    assert isinstance(exercise, GapText)
    text = replace(exercise.text, html=exercise.text.html.replace("<p>", "<p>[gap]nein[/gap] "))
    assert "[gap]" not in "".join(element.text or "" for element in item(replace(exercise, text=text)).iter("mattext"))


def test_the_command_knows_a_pool_and_notices_a_new_name(tmp_path: Path) -> None:
    job = sample_job()
    good, renamed = tmp_path / file_name(job), tmp_path / f"Kopie von {file_name(job)}"
    for path in (good, renamed):
        write_archive(FORMAT.render(job), path)
    assert verify_file(good).kind == "ilias-pool"
    assert verify_file(good).findings == ()
    assert [finding.code for finding in verify_file(renamed).findings] == ["ilias-renamed"]
