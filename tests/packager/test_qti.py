"""QTI packages: expected documents, templates, metadata, faults, and texts that come back as they were."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from content.exercises import (
    TYPES,
    Budget,
    DecisionPath,
    Exercise,
    GapText,
    HotSpot,
    HotText,
    Kprim,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    Pairing,
    SelfRating,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from content.exercises.arrange import Source, Target
from content.exercises.choice import Option
from content.exercises.entry import GAP, Gap
from content.markup import Markup
from content.model import Module
from content.scoring import normalised
from packager.archive import write_archive
from packager.areas import letters
from packager.formats.base import Format, Job
from packager.formats.qti21 import FORMAT as QTI21
from packager.formats.qti30 import FORMAT as QTI30
from packager.qti.bodies import body
from packager.qti.dialect import QTI21 as DIALECT
from packager.qti.patterns import longer, whole
from packager.qti.processing import Processing
from packager.qti.remarks import DIFFERENCES
from packager.qti.texts import Texts
from packager.verify import verify_file
from tests.content.samples import EXERCISES, PLACED
from tests.factories import UNIT, loaded
from tests.further_strategies import HEIGHT, IMAGE, WIDTH, further_exercises
from tests.packager.qti_engine import matches
from tests.samples import contents, sample, sample_job
from tests.strategies import exercises, markup_of, words

both = pytest.mark.parametrize("form", [QTI21, QTI30], ids=lambda form: str(form.name))


@pytest.fixture(scope="module")
def every_type(tmp_path_factory: pytest.TempPathFactory) -> Module:
    page = {"m1-eins/01-einheit.md": UNIT.replace("{{exercise wahl}}", PLACED)}
    return loaded(tmp_path_factory.mktemp("source"), {"m1-eins/exercises/a.yaml": EXERCISES, **page}).modules[0]


def only(exercise: Exercise) -> Job:
    module = replace(
        sample().modules[0],
        exercises={exercise.id: exercise},
        exercise_numbers={exercise.id: 1},
        variables={exercise.id: exercise.variables()},
        units=(),
        assessments=(),
    )
    return Job(curriculum=sample(), modules=(module,))


def item(form: Format, exercise: Exercise) -> etree._Element:
    return etree.fromstring(contents(form.render(only(exercise)))[f"items/{exercise.id}.xml"])


def codes(form: Format, parts: dict[str, bytes]) -> set[str]:
    return {finding.code for finding in form.verify(parts)}


def texts_of(root: etree._Element, *tags: str) -> list[list[str]]:
    """The words of the elements with these names, in either version."""
    found = [element for element in root.iter("{*}*") if etree.QName(element).localname in tags]
    return [words("".join(str(text) for text in element.itertext())) for element in found]


def test_every_type_of_exercise_has_an_item() -> None:
    assert [kind.type for kind in TYPES.values() if body.dispatch(kind) is body.dispatch(object)] == []


@both
def test_the_package_has_no_faults(form: Format) -> None:
    for grain in ("module", "course"):
        assert list(form.verify(contents(form.render(sample_job(grain))))) == []


@both
def test_the_documents_are_the_expected_ones(
    form: Format, golden: Callable[[str, bytes], None], every_type: Module
) -> None:
    parts = contents(form.render(Job(curriculum=sample(), modules=(every_type,))))
    for name, data in contents(form.render(sample_job())).items():
        if name.startswith("tests/") or name == "imsmanifest.xml":
            golden(f"{form.name}/{name}", data)
    for name, data in parts.items():
        if name.startswith("items/"):
            golden(f"{form.name}/{name}", data)


def test_standard_templates_stand_where_they_score_the_same(every_type: Module) -> None:
    used = {
        name: Processing(exercise, DIALECT).template()
        for name, exercise in every_type.exercises.items()
        if exercise.scored
    }
    assert used["genau"] == "match_correct"
    assert used["folge-ganz"] == "match_correct"
    assert used["mehrfach"] == ""
    doubled = replace(every_type.exercises["genau"], points=2)
    assert Processing(doubled, DIALECT).template() == ""
    paired = replace(every_type.exercises["paare"], points=3)
    assert isinstance(paired, Matching)
    quiet = replace(paired, sources=tuple(replace(source, feedback=Markup("")) for source in paired.sources))
    assert Processing(quiet, DIALECT).template() == "map_response"


@both
def test_the_author_is_told_what_a_host_does_differently(form: Format, every_type: Module) -> None:
    told = {f.code: f.values["count"] for f in form.remarks(Job(curriculum=sample(), modules=(every_type,)))}
    assert told == {"qti-numbers": 3, "qti-path": 1}


def test_the_handbook_names_every_declared_difference_and_every_type(root: Path) -> None:
    handbook = (root / "docs/handbuch/qti.md").read_text("utf-8")
    assert [code for code in (*DIFFERENCES, "qti-attempts") if f"`{code}`" not in handbook] == []
    assert [name for name in TYPES if name not in handbook] == []


@both
def test_objectives_and_licence_are_metadata(form: Format) -> None:
    root = etree.fromstring(contents(form.render(sample_job()))["imsmanifest.xml"])
    resource = root.find(".//{*}resource[@identifier='item-m1u1-einfach']")
    assert resource is not None
    text = " ".join(str(part) for part in resource.itertext())
    assert "educational objective" in text
    assert "creativecommons.org/licenses/by/4.0" in text
    assert "choiceInteraction" in text
    assert resource.get("type") == ("imsqti_item_xmlv2p1" if form is QTI21 else "imsqti_item_xmlv3p0")


@both
def test_a_test_draws_and_shuffles(form: Format) -> None:
    root = etree.fromstring(contents(form.render(sample_job()))["tests/m1-abschluss.xml"])
    drawn = [element.get("select") for element in root.iter("{*}selection", "{*}qti-selection")]
    assert drawn == ["2"]
    assert len(list(root.iter("{*}ordering", "{*}qti-ordering"))) == 2


@both
def test_a_test_tells_what_passes_under_the_name_that_openolat_reads(form: Format) -> None:
    root = etree.fromstring(contents(form.render(sample_job()))["tests/m1-abschluss.xml"])
    declared = [e.get("identifier") for e in root.iter("{*}outcomeDeclaration", "{*}qti-outcome-declaration")]
    assert declared == ["SCORE", "MAXSCORE", "PASS"]
    last = list(root.iter("{*}setOutcomeValue", "{*}qti-set-outcome-value"))[-1]
    assert last.get("identifier") == "PASS"
    assert etree.QName(last[0]).localname.endswith("gte")


@both
def test_a_picture_comes_along(form: Format) -> None:
    path = "m1-wasser/assets/mulde.png"
    html = f'<figure class="figure"><img src="asset:{path}" alt="Eine &amp; Mulde" loading="lazy"></figure>'
    exercise = TrueFalse(id="bild", title="Bild", prompt=Markup("x", html), answer=True)
    parts = contents(form.render(only(exercise)))
    image = etree.fromstring(parts["items/bild.xml"]).find(".//{*}img")
    assert image is not None
    assert (image.get("src"), image.get("alt")) == (f"../{path}", "Eine & Mulde")
    assert parts[path] == sample().assets[path].file.read_bytes()
    assert codes(form, parts) == set()
    assert codes(form, {name: data for name, data in parts.items() if name != path}) == {"manifest-file", "qti-file"}


@both
def test_a_film_is_an_object(form: Format) -> None:
    source = '<source src="asset:m1-wasser/assets/regen.webm" type="video/webm">'
    html = f'<figure class="figure"><video controls preload="none" aria-label="Regen">{source}</video></figure>'
    exercise = TrueFalse(id="film", title="Film", prompt=Markup("x", html), answer=True)
    parts = contents(form.render(only(exercise)))
    film = etree.fromstring(parts["items/film.xml"]).find(".//{*}object")
    assert film is not None
    assert (film.get("data"), film.get("type"), film.text) == ("../m1-wasser/assets/regen.webm", "video/webm", "Regen")
    assert "m1-wasser/assets/regen.webm" in parts


def test_tables_links_and_boxes_keep_to_what_2_1_knows() -> None:
    html = (
        '<section class="box box-tip"><p class="box-title">Tipp</p><p><a class="link-page" href="page:x">dort</a>.'
        '</p></section><div class="table-scroll" role="region" tabindex="0" aria-label="T"><table><thead><tr>'
        '<th scope="col" class="align-right">A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table></div>'
        "<details><summary>Mehr</summary><p>Text</p></details><p><s>alt</s></p>"
    )
    blocks = Texts(sample(), DIALECT).blocks(Markup("", html))
    text = "".join(etree.tostring(block, encoding="unicode") for block in blocks)
    for gone in ("section", "details", "summary", "class=", "role=", "aria-", "<s>", "<a "):
        assert gone not in text
    assert re.search(r'<th[^>]* scope="col"', text)


def test_identifiers_begin_with_a_letter() -> None:
    options = (
        Option(id="1", text=markup_of("Eins"), correct=True),
        Option(id="_2", text=markup_of("Zwei"), feedback=markup_of("Nein.")),
    )
    single = SingleChoice(id="a", title="A", prompt=markup_of("?"), options=options)
    gaps = (Gap(id="duration", type="text", answers=("x",)), Gap(id="2", type="text", answers=("y",)))
    gap_text = GapText(id="b", title="B", prompt=markup_of("?"), text=markup_of("[[duration]] [[2]]"), gaps=gaps)
    for exercise in (single, gap_text):
        assert codes(QTI21, contents(QTI21.render(only(exercise)))) == set()
    declared = item(QTI21, gap_text).iter("{*}responseDeclaration")
    assert [element.get("identifier") for element in declared] == ["v.duration", "v.2"]


def test_the_order_of_the_source_is_never_shown(every_type: Module) -> None:
    for name in ("folge", "folge-ganz"):
        exercise = every_type.exercises[name]
        assert isinstance(exercise, Ordering)
        shown = [choice.get("identifier") for choice in item(QTI21, exercise).iter("{*}simpleChoice")]
        assert sorted(map(str, shown)) == sorted(exercise.sequence())
        assert tuple(shown) != exercise.sequence()


def swapped(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


FAULTS: dict[str, Callable[[str], str]] = {
    "qti-xml": swapped("</itemBody>", ""),
    "qti-namespace": swapped("imsqti_v2p1", "imsqti_v9"),
    "qti-response": swapped('responseIdentifier="RESPONSE"', 'responseIdentifier="OTHER"'),
    "qti-outcome": swapped('outcomeIdentifier="FEEDBACK"', 'outcomeIdentifier="OTHER"'),
    "qti-score": swapped('Declaration identifier="SCORE"', 'Declaration identifier="S"'),
    "qti-identifier": swapped('identifier="abfliessen"', 'identifier="1 a"'),
    "qti-duplicate": swapped('Choice identifier="abfliessen"', 'Choice identifier="versickern"'),
}


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_a_fault_is_found(code: str) -> None:
    parts = contents(QTI21.render(sample_job()))
    name = "items/m1u1-einfach.xml"
    changed = FAULTS[code](parts[name].decode())
    assert changed != parts[name].decode()
    assert code in codes(QTI21, {**parts, name: changed.encode()})


def test_a_package_without_items_says_so() -> None:
    parts = contents(QTI21.render(sample_job()))
    manifest = re.sub(rb'type="imsqti_[a-z]+_xmlv2p1"', b'type="webcontent"', parts["imsmanifest.xml"])
    assert "qti-none" in codes(QTI21, {**parts, "imsmanifest.xml": manifest})


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(exercises() | further_exercises())
def test_any_exercise_survives(exercise: Exercise) -> None:
    for form in (QTI21, QTI30):
        parts = contents(form.render(only(exercise)))
        assert codes(form, parts) == set()
        root = etree.fromstring(parts["items/aufgabe.xml"])
        assert words(root.get("title", "")) == words(exercise.title)
        everything = words("".join(str(text) for text in root.itertext()))
        prompt = words(exercise.prompt.plain)
        assert any(everything[i : i + len(prompt)] == prompt for i in range(len(everything)))
        _compare_parts(exercise, root)


def _compare_parts(exercise: Exercise, root: etree._Element) -> None:
    choices = texts_of(root, "simpleChoice", "qti-simple-choice")
    if isinstance(exercise, SingleChoice | MultipleChoice):
        assert sorted(choices) == sorted(words(option.text.plain) for option in exercise.options)
    elif isinstance(exercise, Ordering):
        assert sorted(choices) == sorted(words(entry.text.plain) for entry in exercise.items)
    elif isinstance(exercise, SelfRating):
        assert choices == [words(step) for _ in exercise.statements for step in exercise.scale]
    elif isinstance(exercise, Pairing):
        sides: list[Source | Target] = [side for sides in exercise.pairing for side in sides]
        shown = texts_of(root, "simpleAssociableChoice", "qti-simple-associable-choice")
        assert sorted(shown) == sorted(words(side.text.plain) for side in sides)
    elif isinstance(exercise, Numeric):
        assert texts_of(root, "value", "qti-value")[0] == [f"{exercise.answer:f}"]
    else:
        _compare_further_parts(exercise, root)
    if exercise.scored:
        notes = [note.text for note in exercise.notes()]
        said = [
            text for text in (exercise.feedback.correct, exercise.feedback.partial, exercise.feedback.incorrect) if text
        ]
        feedback = texts_of(root, "modalFeedback", "qti-modal-feedback")
        assert feedback == [words(text.plain) for text in [*said, *notes]]


def _compare_further_parts(exercise: Exercise, root: etree._Element) -> None:
    if isinstance(exercise, Kprim):
        shown = texts_of(root, "simpleAssociableChoice", "qti-simple-associable-choice")
        assert sorted(shown[:-2]) == sorted(words(statement.text.plain) for statement in exercise.statements)
        assert shown[-2:] == [["Richtig"], ["Falsch"]]
    elif isinstance(exercise, HotText):
        assert texts_of(root, "hottext", "qti-hottext") == [words(option.text.plain) for option in exercise.options]
        around = [piece for piece in GAP.split(exercise.text.plain)[0::2] if piece.strip()]
        everything = " ".join("".join(str(text) for text in root.itertext()).split())
        assert all(" ".join(piece.split()) in everything for piece in around)
    elif isinstance(exercise, HotSpot):
        _compare_areas(exercise, root)
    elif isinstance(exercise, DecisionPath):
        prompts = texts_of(root, "prompt", "qti-prompt")
        assert prompts == [words(step.text.plain) for step in exercise.steps]
        choices = texts_of(root, "simpleChoice", "qti-simple-choice")
        options = [option for step in exercise.steps for option in step.options]
        assert [choice[: len(words(o.text.plain))] for choice, o in zip(choices, options, strict=True)] == [
            words(option.text.plain) for option in options
        ]
        numbers = {step.id: str(number) for number, step in enumerate(exercise.steps, start=1)}
        ends = [f"{numbers[option.next]})" if option.next else "Ende)" for option in options]
        assert [choice[-1] for choice in choices] == ends
    elif isinstance(exercise, Budget):
        rows = texts_of(root, "li")
        for row, entry in zip(rows, exercise.items, strict=True):
            assert "".join(row).startswith("".join(words(entry.text.plain)) + ":")


def _compare_areas(exercise: HotSpot, root: etree._Element) -> None:
    areas = [e for e in root.iter("{*}*") if etree.QName(e).localname in ("hotspotChoice", "qti-hotspot-choice")]
    labels = [words(area.get("hotspotLabel") or area.get("hotspot-label") or "") for area in areas]
    named = zip(letters(len(areas)), exercise.options, strict=True)
    assert labels == [words(f"{letter} – {option.text.plain}") for letter, option in named]
    places = [(area.get("shape"), tuple(map(int, (area.get("coords") or "").split(",")))) for area in areas]
    assert places == [(option.shape, option.coords) for option in exercise.options]
    (image,) = root.iter("{*}object", "{*}img")
    assert (image.get("data") or image.get("src")) == f"../{IMAGE}"
    assert (image.get("width"), image.get("height")) == (str(WIDTH), str(HEIGHT))


WORDS = st.text(st.sampled_from("aäÄßsSİi\u0307 -–—\"„“'’1.$^+*?()[]{}|\\/ñ"), min_size=1, max_size=12).filter(
    str.strip
)


@settings(max_examples=150, deadline=None)
@given(accepted=WORDS, given_text=WORDS, case=st.booleans())
@example(accepted="Datenschutz-Grundverordnung", given_text="  datenschutz\u2013grundverordnung ", case=False)
@example(accepted="a$", given_text="a", case=True)
@example(accepted="ΟΔΟΣ", given_text="Οδος", case=False)  # Greek
@example(accepted="İzmir", given_text="İZMİR", case=False)
def test_patterns_accept_what_our_rule_accepts(accepted: str, given_text: str, case: bool) -> None:
    for text in (
        given_text,
        accepted,
        f" {accepted.upper()} ",
        unicodedata.normalize("NFD", accepted),
        f"x{accepted}",
        f"{accepted} x",
    ):
        ours = normalised(text, case) == normalised(accepted, case)
        fits, more = whole(accepted, case), longer(accepted, case)
        assert (matches(fits, text) and not matches(more, text)) == ours, "as XML Schema reads patterns"
        searched = re.search(fits, text) is not None and re.search(more, text) is None
        assert searched == ours, "as players read them that search"


def test_short_text_lists_its_answers_for_readers_of_mappings() -> None:
    exercise = ShortText(id="w", title="W", prompt=markup_of("?"), answers=("Öl & Gas", "a < b"))
    entries = [entry.get("mapKey") for entry in item(QTI21, exercise).iter("{*}mapEntry")]
    assert entries == ["Öl & Gas", "a < b"]


@both
def test_a_budget_of_whole_numbers_refuses_a_point_that_would_part_thousands(form: Format, every_type: Module) -> None:
    exercise = every_type.exercises["topf"]
    assert isinstance(exercise, Budget)
    even = replace(exercise, items=tuple(replace(entry, low=Decimal(20_000)) for entry in exercise.items))
    for asked, refused in ((even, True), (exercise, False)):
        fields = item(form, asked).iter("{*}textEntryInteraction", "{*}qti-text-entry-interaction")
        masks = {field.get("patternMask") or field.get("pattern-mask") or "" for field in fields}
        assert [matches(mask, "1500") for mask in masks] == [True]
        assert [matches(mask, "1.500") for mask in masks] == [not refused]


@both
def test_the_command_knows_the_version(form: Format, tmp_path: Path) -> None:
    write_archive(form.render(sample_job()), tmp_path / "aufgaben.zip")
    found = verify_file(tmp_path / "aufgaben.zip")
    assert (found.kind, found.findings) == (form.name, ())
