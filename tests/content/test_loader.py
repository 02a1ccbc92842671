"""A source is read whole or refused with every fault, its file and its line."""

from pathlib import Path

import pytest

from content import InvalidCurriculum, load
from tests.factories import CHOICE, CURRICULUM, MODULE, UNIT, exercises, faults, loaded, only_fault, page, write_source


def test_a_valid_source_becomes_a_curriculum(tmp_path: Path) -> None:
    curriculum = loaded(tmp_path)
    module = curriculum.modules[0]
    assert (curriculum.title, module.title, module.pages[0].title) == ("Probe", "Erstes Modul", "Seite")
    assert module.pages[0].exercises() == ("wahl",)
    assert module.exercises["wahl"].prompt.html == "<p>Was ist richtig?</p>\n"
    assert module.locations["wahl"].path == "m1-eins/exercises/a.yaml"


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    changes = {**page("![](assets/bild.svg) <b>fett</b>"), **exercises(CHOICE.replace("  title: Wahl\n", ""))}
    codes = {finding.code for finding in faults(tmp_path, changes)}
    assert codes >= {"alt-missing", "html", "field-missing"}


def test_a_finding_names_file_line_and_remedy_in_both_languages(tmp_path: Path) -> None:
    finding = only_fault(tmp_path, page("Zeile eins.\n\n![](assets/bild.svg)"))
    assert (finding.path, finding.line) == ("m1-eins/01-einheit.md", 13)
    assert finding.text("de").startswith("m1-eins/01-einheit.md:13: Bild ohne Alternativtext (assets/bild.svg) – ")
    assert "alternative text" in finding.text("en")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("![Bild](assets/fehlt.svg)", "asset-missing"),
        ("[](https://example.org)", "link-empty"),
        ("[Text](nirgends.html)", "link-target"),
        ("[Text](term:fehlt)", "term-unknown"),
        ("[Text](page:fehlt)", "page-unknown"),
        ("[Text](unit:fehlt)", "unit-unknown"),
        ("[Text](exercise:fehlt)", "exercise-unknown"),
        ("[Text](assessment:fehlt)", "assessment-unknown"),
        ("[Text](competence:X9)", "competence-unknown"),
        ("Text [@fehlt].", "source-unknown"),
        ("Text [@Falsch, S. 3].", "citation"),
        ("{{unbekannt}}", "variable-unknown"),
        ("{{Riesen:innen}}", "person-unknown"),
        ("Alle Bürger:innen kommen.", "gender-sign"),
        ("Alle Bürger*innen kommen.", "gender-sign"),
        ("Alle BürgerInnen kommen.", "gender-sign"),
        ("Die Bürger:innenversammlung.", "gender-sign"),
        ("Die MitarbeiterInnenvertretung.", "gender-sign"),
        ("Alle Bürger(innen) kommen.", "gender-sign"),
        ("Das kann jede:r.", "gender-sign"),
        ("Das kann ein:e Fachkraft.", "gender-sign"),
        ("Das macht der*die Beauftragte.", "gender-sign"),
        ("{{jede:r}}", "person-unknown"),
        ("::: tip **Wichtig**\nText\n:::", "title-markup"),
        ("::: tip Zum [Begriff](term:begriff)\nText\n:::", "title-markup"),
        ('![Bild](assets/bild.svg "Belegt [@fehlt]")', "source-unknown"),
        ('![Bild](assets/bild.svg "Note[^1]")', "footnote-unknown"),
        ("Tabelle: [](term:fehlt)\n\n| a |\n|---|\n| b |", "term-unknown"),
        ("Tabelle: Belegt [@fehlt]\n\n| a |\n|---|\n| b |", "source-unknown"),
        ("#### Zu tief", "heading-level"),
        ("::: wolke\nText\n:::", "box-unknown"),
        ("::: details\nText\n:::", "title-missing"),
        ("| a | |\n|---|---|\n| 1 | 2 |", "table-header"),
        ("- Punkt {{exercise wahl}}", "placement"),
        ("Ein <script>x</script> Tag.", "html"),
    ],
)
def test_a_fault_in_the_text_is_found(tmp_path: Path, text: str, code: str) -> None:
    assert code in {finding.code for finding in faults(tmp_path, page(text))}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("correct: true, ", "", "single-correct"),
        ("id: b,", "id: a,", "value-duplicate"),
        ("id: b,", "id: B-,", "value-id"),
        ("type: single-choice", "type: raten", "exercise-type"),
        ("prompt: Was ist richtig?", "prompt: true", "field-text"),
        ("objectives: [u1-a]", "objectives: [u1-z]", "objective-unknown"),
        ("objectives: [u1-a]", "objectives: u1-a", "field-list"),
        ("objectives: [u1-a]", "difficulty: 7", "field-choice"),
        ("objectives: [u1-a]", "points: 0", "points"),
        ("objectives: [u1-a]", "points: viele", "field-whole-number"),
        ("objectives: [u1-a]", "competences: [Z1]", "competence-unknown"),
        ("text: Zwei,", "text: Zwei, credit: 100,", "credit"),
        ("title: Wahl", "title: " + "x" * 101, "title-long"),
    ],
)
def test_a_fault_in_an_exercise_is_found(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert only_fault(tmp_path, exercises(CHOICE.replace(old, new))).code == code


def test_a_misspelt_field_names_the_one_that_was_meant(tmp_path: Path) -> None:
    found = faults(tmp_path, exercises(CHOICE.replace("title: Wahl", "titel: Wahl")))
    assert any("title?" in finding.message() for finding in found)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("m1-eins/01-einheit.md", None, "file-missing"),
        ("m1-eins/01-einheit.md", UNIT.encode("utf-16"), "encoding"),
        ("m1-eins/01-einheit.md", "# Ohne Kopf {#s1}\n", "front-matter"),
        ("m1-eins/01-einheit.md", UNIT.replace(" {#s1}", ""), "page-id"),
        ("m1-eins/01-einheit.md", UNIT.replace("# Seite", "Vorher\n\n# Seite"), "page-heading"),
        ("m1-eins/exercises/a.yaml", "- id: [", "yaml-bracket"),
        ("m1-eins/exercises/a.yaml", "- id: a\n  id: b\n", "yaml-duplicate"),
        ("m1-eins/exercises/a.yaml", "- &x {id: a}\n- *x\n", "yaml-anchor"),
        ("m1-eins/exercises/a.yaml", "id: a\n", "exercises-list"),
        ("curriculum.yaml", CURRICULUM.replace("1.0.0", "eins"), "version"),
        ("curriculum.yaml", CURRICULUM.replace("CC-BY-4.0", "CC-BY-NC-4.0"), "licence"),
        ("m1-eins/module.yaml", MODULE + "duration: 480\n", "duration"),
        ("m1-eins/module.yaml", MODULE.replace("id: m1", "id: M1"), "id-form"),
        ("m1-eins/assets/assets.yaml", '"*": {author: X, licence: CC-BY-ND-4.0}\n', "licence"),
        ("m1-eins/assets/assets.yaml", '"*.png": {author: X, licence: CC-BY-4.0}\n', "asset-licence-missing"),
        ("m1-eins/assets/kaputt.png", b"\x89PNG\r\n\x1a\n\x00\x00", "image-broken"),
        ("m1-eins/assets/Groß.svg", "<svg></svg>", "asset-name"),
        ("m1-eins/assets/alles.exe", "MZ", "asset-type"),
        ("m1-eins/assets/aktiv.svg", '<svg onload="x()"></svg>', "svg-active"),
        ("ids.lock", "unsinn\n", "lock-line"),
    ],
)
def test_a_fault_in_a_file_is_found(tmp_path: Path, name: str, content: str | bytes | None, code: str) -> None:
    assert code in {finding.code for finding in faults(tmp_path, {name: content})}


def test_a_duplicate_identifier_is_refused(tmp_path: Path) -> None:
    finding = next(f for f in faults(tmp_path, exercises(CHOICE + CHOICE)) if f.code == "id-duplicate")
    assert finding.line == 9


def test_a_symbolic_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    source = write_source(tmp_path / "quelle")
    (tmp_path / "geheim.svg").write_text("<svg></svg>")
    (source / "m1-eins" / "assets" / "link.svg").symlink_to(tmp_path / "geheim.svg")
    with pytest.raises(InvalidCurriculum) as caught:
        load(source)
    assert {finding.code for finding in caught.value.findings} == {"asset-outside"}


def test_a_unit_that_links_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "fremd.md").write_text(UNIT)
    source = write_source(tmp_path / "quelle", {"m1-eins/01-einheit.md": None})
    (source / "m1-eins" / "01-einheit.md").symlink_to(tmp_path / "fremd.md")
    with pytest.raises(InvalidCurriculum) as caught:
        load(source)
    assert "asset-outside" in {finding.code for finding in caught.value.findings}


def test_an_unplaced_exercise_is_reported(tmp_path: Path) -> None:
    second = CHOICE.replace("id: wahl", "id: zweite")
    assert only_fault(tmp_path, exercises(CHOICE + second)).code == "exercise-unplaced"


def test_an_exercise_may_be_written_on_its_page(tmp_path: Path) -> None:
    inline = CHOICE.replace("id: wahl", "id: hier")[2:].replace("\n  ", "\n")
    curriculum = loaded(tmp_path, page(f"```exercise\n{inline}```\n\nDanach."))
    page_ = curriculum.modules[0].pages[0]
    assert page_.exercises() == ("hier", "wahl")
    assert curriculum.modules[0].locations["hier"].line == 12


def test_a_page_may_be_chosen_without_the_faults_of_other_modules(tmp_path: Path) -> None:
    changes = {
        "curriculum.yaml": CURRICULUM.replace("[m1-eins]", "[m1-eins, m2-zwei]"),
        "m2-zwei/module.yaml": "id: m2\ntitle: Zwei\nunits: [fehlt]\n",
    }
    source = write_source(tmp_path, changes)
    assert [module.id for module in load(source, modules=["m1"]).modules] == ["m1"]
    with pytest.raises(InvalidCurriculum):
        load(source)
    with pytest.raises(InvalidCurriculum, match="m9"):
        load(source, modules=["m9"])


@pytest.mark.parametrize(
    "text",
    [
        "Das Land-Innenministerium, z:B und a:b; http://example.org:80/",
        "[Seite](page:s1) und `page:s`",
        "Die Stadt *Brandenburg*, der (im) Ort; *eine* *eine*",
        "InnenRaum und IT-Innenrevision, Ort/Innenstadt",
    ],
)
def test_what_only_resembles_a_gender_sign_is_text(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, page(text)).findings == ()


@pytest.mark.parametrize("title", ["**Wahl**", "Wahl `a`", "[Wahl](page:s1)", "Wahl [@quelle]"])
def test_a_title_with_markup_is_found(tmp_path: Path, title: str) -> None:
    finding = only_fault(tmp_path, exercises(CHOICE.replace("title: Wahl", f'title: "{title}"')))
    assert (finding.code, finding.line) == ("title-markup", 3)


def test_yaml_words_keep_their_spelling(tmp_path: Path) -> None:
    text = CHOICE.replace("text: Eins", "text: no").replace("text: Zwei", "text: 12:30")
    options = loaded(tmp_path, exercises(text)).modules[0].exercises["wahl"]
    assert [option.text.source for option in options.options] == ["no", "12:30"]  # type: ignore[attr-defined]  # choice


def test_a_text_that_is_a_number_stays_as_written(tmp_path: Path) -> None:
    exercise = loaded(tmp_path, exercises(CHOICE.replace("text: Eins", "text: 1.50"))).modules[0].exercises["wahl"]
    assert exercise.options[0].text.source == "1.50"  # type: ignore[attr-defined]  # choice


def test_a_test_that_stands_on_no_page_gets_one_at_the_end(tmp_path: Path) -> None:
    module = MODULE + "assessments:\n  - {id: test, title: Test, sections: [{title: Alles, exercises: [wahl]}]}\n"
    loaded_module = loaded(tmp_path, {"m1-eins/module.yaml": module}).modules[0]
    last = loaded_module.pages[-1]
    assert (last.id, last.title, last.number, last.assessments()) == ("test", "Test", 2, ("test",))
    assert loaded_module.page_of["test"] == "test"
