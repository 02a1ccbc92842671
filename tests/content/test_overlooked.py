"""What an author overlooks because no single file shows it: files unread, values that fit nowhere."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from unicodedata import normalize

import pytest

from content import InvalidCurriculum, load
from content.messages import messages
from content.snapshot import snapshot
from content.words import Words
from tests.content.test_clumsy_sources import ASSETS, EXERCISES, HEAD, MODULE_FILE, TEXT, Changes, head, places
from tests.factories import CHOICE, MODULE, SVG, UNIT, faults, loaded, page, write_source

FILM = '"*": {{author: x, licence: CC0-1.0}}\nfilm.mp4: {{author: x, licence: CC0-1.0, captions: {}}}\n'
CINEMA: Changes = {f"{ASSETS}/film.mp4": b"film"}
TRAINER = "---\nid: leitfaden\ntitle: Leitfaden\n---\nText\n"
TEST = "assessments:\n  - {{id: test, title: Test, sections: {}}}\n"
PERSON_FIELDS: list[tuple[str, Changes, str]] = [
    ("a term", {"glossary.yaml": "begriff: {term: 'Bürger:innen', definition: x}\n"}, "glossary.yaml:1 gender-sign"),
    (
        "another spelling",
        {"glossary.yaml": "begriff: {term: x, also: ['{{nix}}'], definition: x}\n"},
        "glossary.yaml:1 variable-unknown",
    ),
    (
        "a competence",
        {"competences.yaml": "competences:\n  F1: {title: Bürger:innen führen}\n"},
        "competences.yaml:0 gender-sign",
    ),
    (
        "a section",
        {MODULE_FILE: MODULE + TEST.format("[{title: 'Für Bürger:innen', exercises: [wahl]}]")},
        f"{MODULE_FILE}:5 gender-sign",
    ),
    (
        "a scale",
        {
            EXERCISES: "- {id: wahl, type: self-rating, title: x, prompt: x, scale: ['Bürger:innen', b], "
            "statements: [{id: a, text: x}]}\n"
        },
        f"{EXERCISES}:1 gender-sign",
    ),
    ("a value with a macro", head("Stadt Musterhausen", '"{{name}} Mitte"'), f"{HEAD}:10 variable-value"),
]
LOOSE: list[tuple[str, Changes, str]] = [
    ("no sections", {MODULE_FILE: MODULE + TEST.format("[]")}, f"{MODULE_FILE}:5 section-empty"),
    (
        "an empty section",
        {MODULE_FILE: MODULE + TEST.format("[{title: A, draw: 1, exercises: []}]")},
        f"{MODULE_FILE}:5 section-empty",
    ),
    (
        "an exercise in two sections",
        {MODULE_FILE: MODULE + TEST.format("[{title: A, exercises: [wahl]}, {title: B, exercises: [wahl]}]")},
        f"{MODULE_FILE}:5 exercise-twice",
    ),
    (
        "a test on two pages",
        {
            MODULE_FILE: MODULE + TEST.format("[{title: A, exercises: [wahl]}]"),
            **page("{{assessment test}}\n\n# Zweite {#s2}\n\n{{assessment test}}"),
        },
        f"{MODULE_FILE}:5 assessment-twice",
    ),
    ("no description", head("Ein Kurs zum Prüfen.", '""'), f"{HEAD}:5 field-empty"),
    ("an author without a name", head("name: Prüfstelle", 'name: ""'), f"{HEAD}:8 field-empty"),
    ("a file without an author", {f"{ASSETS}/assets.yaml": '"*": {author: "", licence: CC0-1.0}\n'}, "field-empty"),
    (
        "a source that runs",
        {"sources.yaml": 'quelle: {title: x, url: "javascript:alert(1)"}\n'},
        "sources.yaml:1 address",
    ),
    (
        "a credit that runs",
        {f"{ASSETS}/assets.yaml": '"*": {author: x, licence: CC0-1.0, source: "javascript:x"}\n'},
        "address",
    ),
    ("an area that there is not", {"competences.yaml": "competences:\n  F1: {title: x, area: F}\n"}, "area-unknown"),
    (
        "a term for a unit that there is not",
        {"glossary.yaml": "b: {term: x, definition: x, unit: u9}\n"},
        "unit-unknown",
    ),
    (
        "a rating of a competence that there is not",
        {
            EXERCISES: "- {id: wahl, type: self-rating, title: x, prompt: x, scale: [a, b], "
            "statements: [{id: a, text: x, competence: F9}]}\n"
        },
        f"{EXERCISES}:1 competence-unknown",
    ),
    ("captions that there are not", {f"{ASSETS}/assets.yaml": FILM.format("fehlt.vtt"), **CINEMA}, "captions-file"),
    ("captions of another kind", {f"{ASSETS}/assets.yaml": FILM.format("bild.svg"), **CINEMA}, "captions-file"),
    ("a folder with an umlaut", {f"{ASSETS}/größe/a.svg": SVG}, f"{ASSETS}/größe/a.svg:0 asset-name"),
    ("a folder in capitals", {f"{ASSETS}/Plan/a.svg": SVG}, f"{ASSETS}/Plan/a.svg:0 asset-name"),
]


@pytest.mark.parametrize(
    ("changes", "place"), [pytest.param(changes, place, id=name) for name, changes, place in PERSON_FIELDS + LOOSE]
)
def test_what_no_file_shows_by_itself_is_one_finding(tmp_path: Path, changes: Changes, place: str) -> None:
    (found,) = places(faults(tmp_path, changes))
    assert found.endswith(place)


def test_a_module_folder_that_no_package_can_hold_is_found(tmp_path: Path) -> None:
    write_source(tmp_path, head("[m1-eins]", "[größe]"))
    (tmp_path / "m1-eins").rename(tmp_path / "größe")
    with pytest.raises(InvalidCurriculum) as caught:
        load(tmp_path)
    assert places(caught.value.findings) == {"größe/module.yaml:0 asset-name"}


@pytest.mark.parametrize("box", ["0 0 1.2.3 .", "0 0 . .", f"0 0 {'9' * 400} 3", "", "0 0 ² ²", "0 0 0 0"])
def test_a_drawing_of_no_size_has_none(tmp_path: Path, box: str) -> None:
    asset = loaded(tmp_path, {f"{ASSETS}/bild.svg": SVG.replace("0 0 10 10", box)}).assets[f"{ASSETS}/bild.svg"]
    assert not asset.width


def test_a_view_box_may_stand_in_single_quotes(tmp_path: Path) -> None:
    drawing = SVG.replace('viewBox="0 0 10 10"', "viewBox = '0,0 10.4, 12'")
    asset = loaded(tmp_path, {f"{ASSETS}/bild.svg": drawing}).assets[f"{ASSETS}/bild.svg"]
    assert (asset.width, asset.height) == (10, 12)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"m1-eins/02-vergessen.md": "Notiz"}, "m1-eins/02-vergessen.md:0 file-unlisted"),
        ({"m2-zwei/module.yaml": MODULE}, "m2-zwei/module.yaml:0 file-unlisted"),
        ({"pages/start.md": "Text"}, "pages/start.md:0 file-unlisted"),
        ({"m1-eins/exercises/b.yml": CHOICE}, "m1-eins/exercises/b.yml:0 file-yml"),
        ({"glossary.yml": "a: b"}, "glossary.yml:0 file-yml"),
        (
            {f"{ASSETS}/assets.yaml": '"*": {author: x, licence: CC0-1.0}\nbidl.svg: {author: x, licence: CC0-1.0}\n'},
            f"{ASSETS}/assets.yaml:2 asset-entry",
        ),
        ({"m1-eins/_entwurf.md": "Notiz", "m1-eins/README.md": "Notiz", "m1-eins/trainer.md": TRAINER}, ""),
    ],
)
def test_what_lies_there_unread_is_a_warning(tmp_path: Path, changes: Changes, place: str) -> None:
    assert places(loaded(tmp_path, changes).findings) == ({place} if place else set())


def test_numbers_as_texts_stay_as_written(tmp_path: Path) -> None:
    text = "- {id: wahl, type: short-text, title: x, prompt: x, answers: [01067, +49, 1e3, .5, 1.50]}\n"
    exercise = loaded(tmp_path, {EXERCISES: text}).modules[0].exercises["wahl"]
    assert exercise.answers == ("01067", "+49", "1e3", ".5", "1.50")  # type: ignore[attr-defined]  # short text


def test_numbers_as_numbers_may_have_any_form(tmp_path: Path) -> None:
    text = "- {id: wahl, type: numeric, title: x, prompt: x, answer: +1e3, tolerance: .5, points: 02}\n"
    exercise = loaded(tmp_path, {EXERCISES: text}).modules[0].exercises["wahl"]
    assert (exercise.answer, exercise.tolerance, exercise.points) == (1000, Decimal("0.5"), 2)  # type: ignore[attr-defined]  # numeric


def test_decomposed_characters_of_macos_are_read_as_one(tmp_path: Path) -> None:
    unit = UNIT.replace("Text.", "Für {{Bürger:innen}}.")
    changes: Changes = {TEXT: normalize("NFD", unit), MODULE_FILE: MODULE.replace("01-einheit", "01-einheit, 02-über")}
    changes[normalize("NFD", "m1-eins/02-über.md")] = (
        UNIT.replace("u1", "u2").replace("s1", "s2").replace("{{exercise wahl}}", "x")
    )
    first = loaded(tmp_path, changes).modules[0].pages[0]
    assert "<p>Für Bürger:innen.</p>" in "".join(markup.html for markup in first.markup())
    found = faults(tmp_path, {TEXT: normalize("NFD", UNIT.replace("Text.", "Alle Bürger:innen."))})
    assert places(found) == {f"{TEXT}:11 gender-sign"}


def test_a_title_over_several_lines_becomes_one(tmp_path: Path) -> None:
    curriculum = loaded(tmp_path, head("title: Probe", "title: |\n  Probe\n  für {{anbieter}}"))
    assert curriculum.title == "Probe für Stadt Musterhausen"


def test_a_value_with_a_sign_needs_another_in_the_neutral_profile(tmp_path: Path) -> None:
    changes = {**head("Stadt Musterhausen", "Manager:in"), "profiles/n.yaml": "gender: neutral\n"}
    with pytest.raises(InvalidCurriculum) as caught:
        loaded(tmp_path, changes, "n")
    assert places(caught.value.findings) == {"profiles/n.yaml:0 variable-sign"}
    own = {"profiles/n.yaml": "gender: neutral\nvariables: {anbieter: Management}\n"}
    assert loaded(tmp_path, {**changes, **own}, "n").findings == ()


def test_titles_of_registers_take_the_form_of_the_profile(tmp_path: Path) -> None:
    changes: Changes = {
        "glossary.yaml": "begriff: {term: 'Rat der {{Bürger:innen}}', definition: x}\n",
        "competences.yaml": "areas: [{id: F, title: '{{Bürger:innen}}'}]\ncompetences:\n  F1: {title: x, area: F}\n",
        "profiles/p.yaml": "gender: asterisk\n",
        **page("[](term:begriff)"),
    }
    curriculum = loaded(tmp_path, changes, "p")
    assert curriculum.terms["begriff"].term == "Rat der Bürger*innen"
    assert curriculum.framework.areas == {"F": "Bürger*innen"}
    assert "Rat der Bürger*innen</a>" in next(curriculum.modules[0].pages[0].markup()).html


def test_our_own_words_need_no_form_of_a_profile() -> None:
    """They stand on pages of every profile, so they name persons without a sign."""
    words = Words({}, {})
    assert [name for name, text in messages("de").items() if list(words.unexpandable(text))] == []


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("Bürger: {both: a, neutral: b}", "person-key"),
        ("Bürger*innen: {both: a, neutral: b}", "person-key"),
        ("Bürger:innen: {both: {gen: a}, neutral: b}", "person-form"),
        ("Bürger:innen: {both: a, neutral: {nom: b, dativ: c}}", "person-form"),
        ("Bürger:innen: {both: Bürger:innen, neutral: b}", "person-form"),
        ("Bürger:innen: {both: a, neutral: {nom: b, dat: Kolleg*innen}}", "person-form"),
        ("Bürger:innen: {both: a, neutral: ''}", "person-form"),
    ],
)
def test_a_person_noun_that_some_profile_cannot_write_is_found_under_every_profile(
    tmp_path: Path, entry: str, code: str
) -> None:
    assert places(faults(tmp_path, {"persons.yaml": entry})) == {f"persons.yaml:1 {code}"}


def test_folders_deeper_than_a_path_can_name_are_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_source(tmp_path)
    monkeypatch.chdir(tmp_path / ASSETS)
    for _ in range(500):
        Path("ordner-ordner").mkdir()
        os.chdir("ordner-ordner")
    assert snapshot(tmp_path) != snapshot(tmp_path)
    with pytest.raises(InvalidCurriculum) as caught:
        load(tmp_path)
    assert places(caught.value.findings) == {f"{ASSETS}:0 file-unreadable"}


def test_profiles_that_are_not_in_use_are_checked_too(tmp_path: Path) -> None:
    own: Changes = {"profiles/a.yaml": "gender: neutrl\n", "profiles/b.yaml": "gender: neutral\n"}
    found = places(faults(tmp_path, {**head("Stadt Musterhausen", "Manager:in"), **own}))
    assert found == {"profiles/a.yaml:1 field-choice", "profiles/b.yaml:0 variable-sign"}


def test_a_profile_that_replaces_nothing_is_a_warning(tmp_path: Path) -> None:
    found = loaded(tmp_path, {"profiles/a.yaml": "variables: {anbeiter: Amt}\n"}).findings
    assert places(found) == {"profiles/a.yaml:0 profile-variable"}
