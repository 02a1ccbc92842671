"""New curricula, modules and units pass the check as they are, and authors' files keep every line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from content import load
from content.exercises import TYPES
from content.findings import Language
from packager.new import NotCreated, create_curriculum, create_module, create_unit, slug


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_new_curriculum_has_no_faults_and_no_warnings(tmp_path: Path, language: Language) -> None:
    create_curriculum(tmp_path / "mein-kurs", "Mein Kurs", language)
    curriculum = load(tmp_path / "mein-kurs")
    assert curriculum.findings == ()
    assert (curriculum.title, curriculum.id, curriculum.language) == ("Mein Kurs", "mein-kurs", language)
    (module,) = curriculum.modules
    assert {exercise.type for exercise in module.exercises.values()} == {"single-choice", "extended-text"}


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_pattern_of_exercises_names_every_type(tmp_path: Path, language: Language) -> None:
    create_curriculum(tmp_path, "Mein Kurs", language)
    (pattern,) = tmp_path.glob("*/exercises/u1.yaml")
    assert set(TYPES) - set(re.findall(r"[a-z]+(?:-[a-z]+)*", pattern.read_text("utf-8"))) == set()


@pytest.mark.parametrize("title", ["Bürger & „Größe“: ja", "a: b", "- x", "“quoted” 'it'", "# kein Kommentar", "{x}"])
def test_a_title_stays_what_was_typed(tmp_path: Path, title: str) -> None:
    create_curriculum(tmp_path, title, "de")
    assert load(tmp_path).title == title


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Bürgerbeteiligung für alle", "buergerbeteiligung-fuer"),
        ("Straße & Größe", "strasse-groesse"),
        ("Übermäßig langer Titel mit vielen Wörtern", "uebermaessig-langer"),
        ("Café — Société", "cafe-societe"),
        ("日本", "neu"),
    ],
)
def test_names_of_folders_are_plain(title: str, name: str) -> None:
    assert slug(title) == name


@pytest.mark.parametrize("title", ["", " \n "])
def test_an_empty_title_makes_nothing(tmp_path: Path, title: str) -> None:
    with pytest.raises(NotCreated):
        create_curriculum(tmp_path / "kurs", title, "de")
    assert not (tmp_path / "kurs").exists()


def test_a_person_noun_in_a_title_takes_the_form_of_each_profile(tmp_path: Path) -> None:
    folder = tmp_path / "kurs"
    create_curriculum(folder, "Kurs für\nBürger:innen", "de")
    create_unit(folder, "m1", "Wie Bürger:innen und {{Teilnehmer:innen}} mitreden", "de")
    (folder / "profiles").mkdir()
    (folder / "profiles" / "neutral.yaml").write_text("gender: neutral\n")
    curriculum = load(folder, "neutral")
    assert curriculum.title == "Kurs für Menschen im Ort"
    assert curriculum.modules[0].units[-1].title == "Wie Menschen im Ort und Teilnehmende mitreden"


@pytest.mark.parametrize(
    ("folder", "name"), [("Mein Kurs", "mein-kurs"), ("2027", "kurs-2027"), ("Überblick", "ueberblick")]
)
def test_a_curriculum_is_called_like_its_folder(tmp_path: Path, folder: str, name: str) -> None:
    create_curriculum(tmp_path / folder, "Ein ganz anderer Titel", "de")
    assert load(tmp_path / folder).id == name


def test_further_modules_and_units_get_the_next_numbers(tmp_path: Path) -> None:
    create_curriculum(tmp_path, "Kurs", "de")
    create_module(tmp_path, "Zweites", "de")
    create_unit(tmp_path, "m2", "Noch eine", "de")
    create_unit(tmp_path, "m1-erstes-modul", "Noch eine", "de")
    curriculum = load(tmp_path)
    assert [module.id for module in curriculum.modules] == ["m1", "m2"]
    assert [unit.id for module in curriculum.modules for unit in module.units] == ["m1u1", "m1u2", "m2u1", "m2u2"]
    assert curriculum.findings == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("units: []  # noch nichts\n", "units: [01-a]  # noch nichts\n"),
        ("units: [00-x]\n", "units: [00-x, 01-a]\n"),
        ("units:\n  - 00-x  # Anfang\n\ntitle: T\n", "units:\n  - 00-x  # Anfang\n  - 01-a\n\ntitle: T\n"),
        ("units:\n- 00-x", "units:\n- 00-x\n- 01-a\n"),
    ],
)
def test_a_list_of_an_author_gets_a_line_and_keeps_the_others(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / "m1-x").mkdir()
    (tmp_path / "m1-x/module.yaml").write_text(f"id: m1 # Kennung\n{before}")
    create_unit(tmp_path, "m1", "A", "de")
    assert (tmp_path / "m1-x/module.yaml").read_text() == f"id: m1 # Kennung\n{after}"


def test_a_file_without_the_list_is_left_alone_and_the_author_is_told(tmp_path: Path) -> None:
    (tmp_path / "m1-x").mkdir()
    (tmp_path / "m1-x/module.yaml").write_text("id: m1\n")
    with pytest.raises(NotCreated, match=r"module\.yaml.*„units: \[\]“"):
        create_unit(tmp_path, "m1", "A", "de")
    assert (tmp_path / "m1-x/module.yaml").read_text() == "id: m1\n"
    assert [path.name for path in tmp_path.rglob("*")] == ["m1-x", "module.yaml"]


def test_a_file_in_the_way_leaves_everything_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("meins")
    with pytest.raises(NotCreated, match=r"sources\.yaml"):
        create_curriculum(tmp_path, "Kurs", "de")
    assert [path.name for path in tmp_path.rglob("*")] == ["sources.yaml"]


def test_a_file_in_the_place_of_a_folder_leaves_everything_as_it_was(tmp_path: Path) -> None:
    create_curriculum(tmp_path, "Kurs", "de")
    home = tmp_path / "m1-erstes-modul"
    shutil.rmtree(home / "exercises")
    (home / "exercises").write_text("meins")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(OSError, match="exercises"):
        create_unit(tmp_path, "m1", "Neu", "de")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_an_empty_folder_of_the_author_stays(tmp_path: Path) -> None:
    (tmp_path / "kurs").mkdir()
    with pytest.raises(NotCreated):
        create_curriculum(tmp_path / "kurs", " ", "de")
    assert (tmp_path / "kurs").is_dir()


@pytest.mark.parametrize("data", ["title: Straße\nmodules: []\n".encode("latin-1"), b"modules: [\n", b"\0"])
def test_a_head_that_cannot_be_read_is_told_and_left_alone(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "curriculum.yaml").write_bytes(data)
    with pytest.raises(NotCreated, match=r"curriculum\.yaml"):
        create_module(tmp_path, "Neu", "de")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [data]


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    create_curriculum(tmp_path, "Kurs", "de")
    head = tmp_path / "curriculum.yaml"
    head.write_bytes(head.read_bytes().replace(b"\n", b"\r\n"))
    create_module(tmp_path, "Neu", "de")
    assert head.read_bytes().count(b"\n") == head.read_bytes().count(b"\r\n") > 0
    assert len(load(tmp_path).modules) == 2


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    create_curriculum(tmp_path, "Kurs", "de")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(NotCreated, match="gibt es schon"):
        create_curriculum(tmp_path, "Anderer", "de")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_module_is_found_by_its_identifier_whatever_its_folder_is_called(tmp_path: Path) -> None:
    create_curriculum(tmp_path, "Kurs", "de")
    (tmp_path / "m1-erstes-modul").rename(tmp_path / "grundlagen")
    head = tmp_path / "curriculum.yaml"
    head.write_text(head.read_text("utf-8").replace("m1-erstes-modul", "grundlagen"), "utf-8")
    for name in ("m1", "grundlagen"):
        create_unit(tmp_path, name, f"Neu in {name}", "de")
    assert [unit.id for unit in load(tmp_path).modules[0].units] == ["m1u1", "m1u2", "m1u3"]


def test_a_unit_needs_a_module(tmp_path: Path) -> None:
    create_curriculum(tmp_path, "Kurs", "de")
    with pytest.raises(NotCreated, match="Modul „m9“"):
        create_unit(tmp_path, "m9", "A", "de")
