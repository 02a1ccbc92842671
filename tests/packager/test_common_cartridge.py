"""Common Cartridge: manifests byte by byte, what Moodle's importer wants, questions by the profile, declared gaps."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from content import Curriculum
from content.exercises import TYPES
from packager.archive import read_archive
from packager.bundles import bundle
from packager.cartridge.editions import EDITIONS, QTI, Edition
from packager.cartridge.outline import outline
from packager.cartridge.plain_html import PlainHtml
from packager.cartridge.questions import STAND_INS, UNSUPPORTED, item
from packager.checks.cartridge import cartridge_faults
from packager.formats import FORMATS
from packager.formats.base import Job
from packager.stand_ins import stood_in
from tests.content.samples import EXERCISES, IDS, PLACED
from tests.factories import UNIT, loaded, page
from tests.packager.conftest import Parts

MANIFEST = "imsmanifest.xml"
TOOL = "https://tool.example.org/lti"
editions = pytest.mark.parametrize("name", ["cc11", "cc13"])


def root_of(parts: Parts, name: str = MANIFEST) -> etree._Element:
    return etree.fromstring(parts[name])


def texts(root: etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in root.iterfind(path)]


def everything(folder: Path) -> Curriculum:
    """A module with each variant of each type of exercise."""
    unit = UNIT.replace("{{exercise wahl}}", PLACED)
    return loaded(folder, {"m1-eins/01-einheit.md": unit, "m1-eins/exercises/a.yaml": EXERCISES})


@editions
def test_the_manifest_is_the_expected_one(
    name: str, sample: Curriculum, parts_of: Callable[..., Parts], golden: Callable[[str, bytes], None]
) -> None:
    golden(f"{name}/{MANIFEST}", parts_of(name, sample)[MANIFEST])


@pytest.mark.parametrize("part", ["questions/m1-abschluss.xml", "questions/bank.xml", "pages/m1u1-kaesten.html"])
def test_questions_and_pages_are_the_expected_ones(
    part: str, sample: Curriculum, parts_of: Callable[..., Parts], golden: Callable[[str, bytes], None]
) -> None:
    golden(f"cc11/{part}", parts_of("cc11", sample)[part])


@editions
@pytest.mark.parametrize("tool", ["", TOOL])
def test_a_cartridge_has_no_faults(
    name: str, tool: str, tmp_path: Path, sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    for curriculum in (sample, everything(tmp_path)):
        parts = parts_of(name, curriculum, tool_url=tool)
        assert [finding.text() for finding in FORMATS[name].verify(parts)] == []
        course = parts_of(name, curriculum, tool_url=tool, grain="course")
        assert [finding.text() for finding in FORMATS[name].verify(course)] == []


def test_moodle_finds_its_namespace_in_the_first_1024_bytes(sample: Curriculum, parts_of: Callable[..., Parts]) -> None:
    start = parts_of("cc11", sample)[MANIFEST][:1024].decode()
    assert re.search(r'<manifest xmlns="http://www\.imsglobal\.org/xsd/imsccv1p1/imscp_v1p1"', start)


@editions
def test_every_item_but_the_root_has_a_title(name: str, sample: Curriculum, parts_of: Callable[..., Parts]) -> None:
    (organization,) = root_of(parts_of(name, sample, tool_url=TOOL)).iter("{*}organization")
    (top,) = organization.findall("{*}item")
    assert top.find("{*}title") is None
    inner = [element for element in top.iter("{*}item") if element is not top]
    assert len(inner) > 10
    assert all((element.findtext("{*}title") or "").strip() for element in inner)


@editions
def test_pages_need_no_other_file_than_their_pictures(
    name: str, sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    parts = parts_of(name, sample)
    pages = {part: data.decode() for part, data in parts.items() if part.endswith(".html")}
    assert len(pages) > 8
    for part, text in pages.items():
        assert not re.search(r"<(script|style|link|iframe|form|details|video)\b", text), part
        for address in re.findall(r'(?:href|src)="([^"]*)"', text):
            assert address.startswith(("https://", "#")) or address.removeprefix("../") in parts, (part, address)
    assert 'src="../m1-wasser/assets/wege.svg"' in pages["pages/m1u1-einstieg.html"]
    assert "m1-wasser/assets/regen.webm" in parts


def test_solutions_stand_on_a_page_of_their_own(sample: Curriculum, parts_of: Callable[..., Parts]) -> None:
    parts = parts_of("cc11", sample)
    exercise, solution = parts["pages/m1u2-rechnen.html"].decode(), parts["pages/m1u2-solutions.html"].decode()
    assert "Das gesuchte Wort" in exercise
    assert "Bodenversiegelung" not in exercise
    assert "<li>Versiegelung</li>" in solution
    assert "5400 Liter" in solution


def test_each_exercise_is_a_question_or_declared(tmp_path: Path) -> None:
    curriculum = everything(tmp_path)
    job = stood_in(Job(curriculum=curriculum, modules=curriculum.modules), STAND_INS)
    html = PlainHtml(job.curriculum, images=False)
    for exercise in job.curriculum.exercises.values():
        if type(exercise) in UNSUPPORTED:
            continue
        element = item(exercise, html)
        profile = texts(element, f".//{{{QTI}}}fieldentry")[0]
        assert re.fullmatch(r"cc\.(multiple_choice|multiple_response|true_false|fib|essay)\.v0p1", profile)


def test_no_type_of_exercise_is_forgotten() -> None:
    asked = {kind for kind in TYPES.values() if item.dispatch(kind) is not item.dispatch(object)}
    assert asked | set(UNSUPPORTED) | set(STAND_INS) == set(TYPES.values())
    assert not asked & set(STAND_INS)
    written = {kind for kind in TYPES.values() if outline.dispatch(kind) is not outline.dispatch(object)}
    assert written >= set(UNSUPPORTED)


def test_the_author_is_told_what_a_cartridge_cannot_hold(tmp_path: Path) -> None:
    curriculum = everything(tmp_path / "source")
    artifact = bundle(FORMATS["cc11"], Job(curriculum=curriculum, modules=curriculum.modules), tmp_path)
    told = {str(finding.values.get("id", "")): finding for finding in artifact.findings}
    older = {"paare", "folge, folge-ganz", "zahl", "luecken", "einschaetzung"}
    assert older | {"vier, vier-ganz, vier-teile", "sorten", "fall", "topf", ""} == set(told)
    stand_ins = {str(finding.values["ids"]): finding.code for finding in artifact.findings if "ids" in finding.values}
    assert stand_ins == {"stellen": "cartridge-hot-text", "bild, bild-eins": "cartridge-hot-spot"}
    assert told["paare"].path == "m1-eins/module.yaml"
    assert "als Text" in told["paare"].text()
    assert "--tool-url" in told["paare"].text()
    assert told[""].code == "cartridge-credit"
    assert artifact.written


def question(parts: Parts, name: str, part: str = "questions/bank.xml") -> etree._Element:
    return next(found for found in root_of(parts, part).iter(f"{{{QTI}}}item") if found.get("ident") == name)


def scored(element: etree._Element) -> etree._Element:
    """The condition that gives the score."""
    (found,) = (c for c in element.iter(f"{{{QTI}}}respcondition") if c.find(f"{{{QTI}}}setvar") is not None)
    assert found.findtext(f"{{{QTI}}}setvar") == "100"
    return found


def test_a_question_accepts_exactly_the_right_answer(tmp_path: Path, parts_of: Callable[..., Parts]) -> None:
    parts = parts_of("cc11", everything(tmp_path))
    single = scored(question(parts, "einfach"))
    assert texts(single, f".//{{{QTI}}}varequal") == ["a"]
    several = scored(question(parts, "mehrfach"))
    assert texts(several, f".//{{{QTI}}}and/{{{QTI}}}varequal") == ["a", "b"]
    assert texts(several, f".//{{{QTI}}}not/{{{QTI}}}varequal") == ["c", "d", "e"]
    assert texts(scored(question(parts, "aussage")), f".//{{{QTI}}}varequal") == ["false"]
    assert texts(scored(question(parts, "wort")), f".//{{{QTI}}}varequal") == ["Onlinezugangsgesetz"]


def test_passages_are_asked_by_their_number(tmp_path: Path, parts_of: Callable[..., Parts]) -> None:
    parts = parts_of("cc11", everything(tmp_path))
    asked = question(parts, "stellen")
    shown = asked.findtext(f"{{{QTI}}}presentation/{{{QTI}}}material/{{{QTI}}}mattext") or ""
    assert "<strong>(1) Frau Muster</strong> wohnt in <strong>(2) einer Stadt</strong>" in shown
    assert texts(scored(asked), f".//{{{QTI}}}and/{{{QTI}}}varequal") == ["name", "betrag"]
    assert texts(scored(asked), f".//{{{QTI}}}not/{{{QTI}}}varequal") == ["ort", "zahl"]


def test_areas_have_letters_on_the_page_and_words_in_the_question(
    tmp_path: Path, parts_of: Callable[..., Parts]
) -> None:
    parts = parts_of("cc11", everything(tmp_path))
    picture = "m1-eins/assets/_areas-bild.svg"
    assert f'src="../{picture}"' in parts["pages/s1.html"].decode()
    letters = [element.text for element in etree.fromstring(parts[picture]).iter("{http://www.w3.org/2000/svg}text")]
    assert letters == ["A", "B", "C"]
    asked = question(parts, "bild")
    labels = [label.findtext(f".//{{{QTI}}}mattext") for label in asked.iter(f"{{{QTI}}}response_label")]
    assert labels == ["A – oben links", "B – in der Mitte", "C – unten"]
    assert "[Abbildung: Ein Plan mit drei Flächen]" in "".join(str(text) for text in asked.itertext())


def test_what_is_no_question_stands_as_text_with_its_solution(tmp_path: Path, parts_of: Callable[..., Parts]) -> None:
    parts = parts_of("cc11", everything(tmp_path))
    page_text, solution = parts["pages/s1.html"].decode(), parts["pages/u1-solutions.html"].decode()
    for shown in ("<li>Kaufen (weiter bei Schritt 2)</li>", "<li>Luftwerte</li>", "<li>Technik: ________ Euro</li>"):
        assert shown in page_text
    assert "Zu verteilen: 100.000 Euro" in page_text
    for answer in ("Eins → Richtig", "Luftwerte → offene Daten", "Schritt 1: Erst fragen", "20.000,5–45.000 Euro"):
        assert answer in solution
        assert answer not in page_text


def test_each_option_keeps_its_feedback(tmp_path: Path, parts_of: Callable[..., Parts]) -> None:
    element = question(parts_of("cc11", everything(tmp_path)), "einfach")
    shown = {
        condition.findtext(f".//{{{QTI}}}varequal"): condition.find(f"{{{QTI}}}displayfeedback")
        for condition in element.iter(f"{{{QTI}}}respcondition")
        if condition.get("continue") == "Yes"
    }
    words = {
        feedback.get("ident"): feedback.findtext(f".//{{{QTI}}}mattext")
        for feedback in element.iter(f"{{{QTI}}}itemfeedback")
    }
    told = {value: words[display.get("linkrefid")] for value, display in shown.items() if display is not None}
    assert told == {"a": "<p>Ja.</p>", "b": "<p>Nein.</p>", "c": "<p>Auch nicht.</p>"}


def test_a_test_has_as_many_questions_as_a_learner_gets(sample: Curriculum, parts_of: Callable[..., Parts]) -> None:
    parts = parts_of("cc11", sample)
    test = [i.get("ident") for i in root_of(parts, "questions/m1-abschluss.xml").iter(f"{{{QTI}}}item")]
    bank = [i.get("ident") for i in root_of(parts, "questions/bank.xml").iter(f"{{{QTI}}}item")]
    assert test == ["m1p-begriff", "m1p-weg", "m1p-ziel", "m1p-aussage"]
    assert set(test) & set(bank) == set()
    assert "m1u1-einfach" in bank


def test_two_options_are_asked_as_a_question_with_several_responses(
    sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    element = question(parts_of("cc11", sample), "m1p-begriff", "questions/m1-abschluss.xml")
    (response,) = element.iter(f"{{{QTI}}}response_lid")
    assert response.get("rcardinality") == "Multiple"
    assert texts(scored(element), f".//{{{QTI}}}not/{{{QTI}}}varequal") == ["loch"]


@editions
def test_links_to_the_tool_say_all_in_their_address(
    name: str, sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    parts = parts_of(name, sample, tool_url=f"{TOOL}?tenant=7")
    link = root_of(parts, "tool/m1u2-ordnen.xml")
    assert link.findtext("{*}launch_url") == f"{TOOL}?tenant=7&exercise=m1u2-ordnen"
    assert link.find("{*}custom") is None
    test = root_of(parts, "tool/m1-abschluss.xml")
    assert test.findtext("{*}launch_url") == f"{TOOL}?tenant=7&assessment=m1-abschluss"
    kinds = {r.get("type") for r in root_of(parts).iter("{*}resource") if str(r.get("identifier")).startswith("tool-")}
    assert kinds == {"imsbasiclti_xmlv1p0" if name == "cc11" else "imsbasiclti_xmlv1p3"}


def test_without_a_tool_there_are_no_links_to_it(sample: Curriculum, parts_of: Callable[..., Parts]) -> None:
    assert not [part for part in parts_of("cc11", sample) if part.startswith("tool/")]


def test_with_a_tool_the_other_edition_of_the_test_is_for_trainers(
    sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    root = root_of(parts_of("cc11", sample, tool_url=TOOL))
    (resource,) = (r for r in root.iter("{*}resource") if r.get("identifier") == "test-m1-abschluss")
    assert resource.findtext(".//{*}intendedEndUserRole/{*}value") == "Instructor"


def test_reading_lists_become_links_and_the_bibliography_stays_a_page(
    tmp_path: Path, parts_of: Callable[..., Parts]
) -> None:
    text = "Es steht [@quelle].\n\n**Zum Weiterlesen**\n\n- Ein gutes Buch [@quelle]\n\nUnd <https://example.net/a?b=1&c=2>.\n"
    parts = parts_of("cc11", loaded(tmp_path, page(text)))
    links = {part: root_of(parts, part) for part in parts if part.startswith("links/")}
    addresses = {url.get("href") for link in links.values() for url in link.iter("{*}url")}
    assert addresses == {"https://example.org/", "https://example.net/a?b=1&c=2"}
    assert links["links/quelle.xml"].findtext("{*}title") == "Ein Buch"
    assert "https://example.org/" in parts["pages/cartridge-sources.html"].decode()


def test_cited_sources_alone_make_no_links(tmp_path: Path, parts_of: Callable[..., Parts]) -> None:
    parts = parts_of("cc11", loaded(tmp_path, page("Es steht [@quelle].")))
    assert not [part for part in parts if part.startswith("links/")]


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
def test_types_of_resources_belong_to_the_edition(edition: Edition) -> None:
    wrong = next(other for other in EDITIONS.values() if other is not edition)
    assert edition.bank_type not in wrong.types
    assert "webcontent" in edition.types


def test_every_sample_exercise_reaches_the_cartridge(tmp_path: Path) -> None:
    curriculum = everything(tmp_path / "source")
    artifact = bundle(FORMATS["cc13"], Job(curriculum=curriculum, modules=curriculum.modules), tmp_path)
    parts = read_archive(Path(artifact.path))
    text = parts["pages/s1.html"].decode()
    for name in IDS:
        assert f"Aufgabe: {curriculum.exercises[name].title}" in text
    assert next(iter(cartridge_faults(parts))).code == "cc-version"
