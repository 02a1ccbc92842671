"""`staffel update-check`: what a running course survives in Moodle and in ILIAS, in words that a person reads."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from content import load_locked
from content.lock import NAME
from packager.archive import write_archive
from packager.formats import FORMATS
from packager.formats.base import Job
from packager.package import Package
from packager.update import Verdict, compare
from tests.factories import CHOICE, CURRICULUM, MODULE, UNIT, write_source

TWO_PAGES = UNIT.replace("{{exercise wahl}}", "# Die zweite Seite {#s2}\n\nMehr Text.\n\n{{exercise wahl}}")
TWO_EXERCISES = CHOICE + CHOICE.replace("wahl", "zweite").replace("title: Wahl", "title: Zweite Wahl")
BOTH_PLACED = TWO_PAGES + "\n{{exercise zweite}}\n"
TESTED = MODULE + (
    "assessments:\n  - id: test\n    title: Abschluss\n    description: ''\n    pass_mark: 60\n    attempts: 3\n"
    "    shuffle: false\n    feedback: at-end\n    sections: [{title: A, exercises: [zweite]}]\n"
)
BASE: Mapping[str, str] = {
    "m1-eins/01-einheit.md": BOTH_PLACED,
    "m1-eins/exercises/a.yaml": TWO_EXERCISES,
}
Change = Mapping[str, str | bytes | None]


@pytest.fixture
def verdict(tmp_path: Path) -> Callable[..., Verdict]:
    """`verdict(changes)`: BASE is released and locked, then changed, built again and compared."""

    def make(changes: Change, base: Change = BASE, form: str = "scorm12", lock: bool = True) -> Verdict:
        source = tmp_path / "source"
        old = built(write_source(source, base), tmp_path / "old.zip", form, write_lock=lock)
        new = built(write_source(source, {**base, **changes}), tmp_path / "new.zip", form, write_lock=lock)
        return compare(old, new)

    return make


def built(source: Path, path: Path, form: str, write_lock: bool) -> Path:
    curriculum, lock = load_locked(source)
    if write_lock:
        (source / NAME).write_text(lock.text(), "utf-8")
    package = FORMATS[form].render(Job(curriculum=curriculum, modules=curriculum.modules))
    write_archive(package, path)
    return path


def reasons(found: Verdict) -> set[str]:
    return {reason.code for reason in found.reasons if reason.lms}


def hints(found: Verdict) -> set[str]:
    return {reason.code for reason in found.reasons if not reason.lms}


@pytest.mark.parametrize("form", ["scorm12", "scorm2004"])
def test_a_corrected_word_is_safe(form: str, verdict: Callable[..., Verdict]) -> None:
    changes = {"m1-eins/01-einheit.md": BOTH_PLACED.replace("Mehr Text", "Mehr richtiger Text")}
    found = verdict(changes, form=form)
    assert found.safe
    assert found.lines("de")[0] == "sicher für laufende Kurse"
    assert hints(found) == {"version-same"}
    assert found.data("de")["moodle"] is True


def test_a_raised_version_is_no_reason_for_a_hint(verdict: Callable[..., Verdict]) -> None:
    found = verdict({"curriculum.yaml": CURRICULUM.replace("1.0.0", "1.1.0")})
    assert found.safe
    assert hints(found) == set()


def test_a_deleted_page_is_unsafe_and_named(verdict: Callable[..., Verdict]) -> None:
    found = verdict({"m1-eins/01-einheit.md": BOTH_PLACED.replace("# Die zweite Seite {#s2}", "## Abschnitt")})
    assert reasons(found) == {"page-removed"}
    first, *_ = found.lines("de")
    assert first == "unsicher: Seite „Die zweite Seite“ (s2) fehlt; Lernstände auf dieser Seite gingen verloren."
    assert not found.safe_in("moodle")
    assert not found.safe_in("ilias")


def test_a_new_page_and_another_order_are_safe(verdict: Callable[..., Verdict]) -> None:
    turned = UNIT.replace("# Seite {#s1}\n\nText.\n\n{{exercise wahl}}", "").rstrip()
    text = f"{turned}\n\n# Neu {{#s0}}\n\nNeu.\n\n# Die zweite Seite {{#s2}}\n\nMehr.\n\n{{{{exercise zweite}}}}\n"
    text += "\n# Seite {#s1}\n\nText.\n\n{{exercise wahl}}\n"
    found = verdict({"m1-eins/01-einheit.md": text})
    assert found.safe, found.lines("de")
    assert hints(found) == {"page-added", "version-same"}


def test_without_locked_numbers_a_page_in_front_is_unsafe(verdict: Callable[..., Verdict]) -> None:
    found = verdict(
        {"m1-eins/01-einheit.md": BOTH_PLACED.replace("# Seite {#s1}", "# Neu {#s0}\n\nNeu.\n\n# Seite {#s1}")},
        lock=False,
    )
    assert "page-number" in reasons(found)
    assert "ids.lock" in " ".join(found.lines("de"))


def test_a_deleted_exercise_is_unsafe(verdict: Callable[..., Verdict]) -> None:
    found = verdict({"m1-eins/01-einheit.md": TWO_PAGES, "m1-eins/exercises/a.yaml": CHOICE})
    assert reasons(found) == {"exercise-removed"}


@pytest.mark.parametrize(
    ("exercises", "code"),
    [
        (
            TWO_EXERCISES.replace("text: Eins, correct: true", "text: Eins").replace(
                "text: Zwei", "text: Zwei, correct: true"
            ),
            "exercise-scoring",
        ),
        (TWO_EXERCISES.replace("prompt:", "points: 3\n  prompt:"), "exercise-scoring"),
        (TWO_EXERCISES.replace("single-choice", "multiple-choice"), "exercise-type"),
    ],
    ids=["other solution", "other points", "other type"],
)
def test_another_scoring_is_unsafe(exercises: str, code: str, verdict: Callable[..., Verdict]) -> None:
    assert code in reasons(verdict({"m1-eins/exercises/a.yaml": exercises}))


def test_new_words_new_options_and_another_order_of_options_are_safe(verdict: Callable[..., Verdict]) -> None:
    first = "    - {id: a, text: Eins, correct: true, feedback: Genau.}\n"
    turned = TWO_EXERCISES.replace(first, "").replace(
        "Nein.}\n", "Leider nein.}\n" + first + "    - {id: c, text: Drei}\n"
    )
    found = verdict({"m1-eins/exercises/a.yaml": turned})
    assert found.safe, found.lines("de")


def test_without_locked_numbers_another_order_of_options_is_unsafe(verdict: Callable[..., Verdict]) -> None:
    first = "    - {id: a, text: Eins, correct: true, feedback: Genau.}\n"
    turned = TWO_EXERCISES.replace(first, "").replace("Nein.}\n", "Nein.}\n" + first)
    assert reasons(verdict({"m1-eins/exercises/a.yaml": turned}, lock=False)) == {"exercise-places"}


def test_another_title_of_the_module_is_safe_in_moodle_only(verdict: Callable[..., Verdict]) -> None:
    found = verdict({"m1-eins/module.yaml": MODULE.replace("Erstes", "Allererstes")})
    assert found.safe_in("moodle")
    assert not found.safe_in("ilias")
    lines = found.lines("de")
    assert lines[0] == "unsicher: imsmanifest.xml hat sich geändert, ILIAS lehnt das Paket ab."
    assert any(line.startswith("Moodle: In den Einstellungen") for line in lines)
    assert any(line.startswith("ILIAS: Nicht ersetzen") for line in lines)


def test_another_module_is_unsafe_everywhere(verdict: Callable[..., Verdict]) -> None:
    found = verdict({"m1-eins/module.yaml": MODULE.replace("id: m1", "id: m7")})
    assert reasons(found) == {"manifest", "items", "module"}


def test_an_older_version_is_unsafe(verdict: Callable[..., Verdict]) -> None:
    assert reasons(verdict({"curriculum.yaml": CURRICULUM.replace("1.0.0", "0.9.0")})) == {"version-lower"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("attempts: 3", "attempts: 1", "assessment-scoring"),
        ("pass_mark: 60\n    attempts", "pass_mark: 80\n    attempts", "assessment-scoring"),
        ("exercises: [zweite]", "exercises: [zweite, dritte]", "assessment-scoring"),
        ("id: test\n", "id: anderer\n", "assessment-removed"),
        ("title: Erstes Modul\n", "title: Erstes Modul\ncompletion: {pass_mark: 50}\n", "completion"),
    ],
)
def test_other_conditions_of_a_test_are_unsafe(old: str, new: str, code: str, verdict: Callable[..., Verdict]) -> None:
    three = TWO_EXERCISES + CHOICE.replace("wahl", "dritte")
    base = {"m1-eins/01-einheit.md": TWO_PAGES + "\n{{exercise dritte}}\n", "m1-eins/exercises/a.yaml": three}
    base["m1-eins/module.yaml"] = TESTED
    assert old in TESTED
    found = verdict({"m1-eins/module.yaml": TESTED.replace(old, new)}, base=base)
    assert code in reasons(found)


def test_the_same_package_is_safe(verdict: Callable[..., Verdict]) -> None:
    found = verdict({})
    assert found.safe
    assert hints(found) == {"same"}


def test_other_formats_cannot_replace_each_other(tmp_path: Path) -> None:
    source = write_source(tmp_path / "source")
    old = built(source, tmp_path / "a.zip", "scorm12", write_lock=False)
    new = built(source, tmp_path / "b.zip", "scorm2004", write_lock=False)
    assert reasons(compare(old, new)) == {"kind"}


def test_a_cartridge_never_replaces_anything(verdict: Callable[..., Verdict]) -> None:
    found = verdict({"m1-eins/01-einheit.md": BOTH_PLACED.replace("Mehr", "Weniger")}, form="cc11")
    assert reasons(found) == {"cartridge"}
    assert "kein Ersetzen" in found.lines("de")[0]


@pytest.mark.parametrize("form", ["web", "imscp"])
def test_pages_without_an_lms_state_are_compared_by_their_numbers(form: str, verdict: Callable[..., Verdict]) -> None:
    found = verdict({"m1-eins/01-einheit.md": BOTH_PLACED.replace("Mehr Text", "Mehr richtiger Text")}, form=form)
    assert found.safe


def test_both_languages_say_all(verdict: Callable[..., Verdict]) -> None:
    found = verdict({"m1-eins/01-einheit.md": TWO_PAGES, "m1-eins/exercises/a.yaml": CHOICE})
    assert found.lines("en")[0].startswith("unsafe: Exercise")
    assert len(found.lines("en")) == len(found.lines("de"))


def test_ilias_begins_anew_with_every_cmi5_package(verdict: Callable[..., Verdict]) -> None:
    changes = {"m1-eins/01-einheit.md": BOTH_PLACED.replace("Mehr Text", "Mehr richtiger Text")}
    found = verdict(changes, form="cmi5")
    assert reasons(found) == {"cmi5-object"}
    assert found.safe_in("moodle")
    moodle, ilias = found.lines("de")[-2:]
    assert ilias.endswith("das neue Paket als eigenes xAPI/cmi5-Objekt anlegen.")
    assert "keine cmi5-Aktivität" in moodle
    assert "Versuche bleiben" not in moodle


def test_the_same_cmi5_package_is_safe(verdict: Callable[..., Verdict]) -> None:
    found = verdict({}, form="cmi5")
    assert (found.safe, hints(found)) == (True, {"same"})
    assert found.lines("en")[-1] == "ILIAS: Nothing to do."


def test_a_unit_of_another_name_has_no_learning_state(verdict: Callable[..., Verdict]) -> None:
    found = verdict({"curriculum.yaml": CURRICULUM.replace("id: probe", "id: anders")}, form="cmi5")
    assert {"cmi5-units", "curriculum"} <= reasons(found)
    assert not found.safe_in("moodle")
    assert "urn:uuid:" in " ".join(found.lines("de"))


def test_another_pass_mark_must_be_set_in_the_lms_as_well(verdict: Callable[..., Verdict]) -> None:
    marked = MODULE + "completion: {pass_mark: 60}\n"
    found = verdict(
        {"m1-eins/module.yaml": marked.replace("60", "70")}, base={**BASE, "m1-eins/module.yaml": marked}, form="cmi5"
    )
    assert "cmi5-mark" in hints(found)
    assert "completion" in reasons(found)


def test_a_damaged_course_structure_is_no_crash(tmp_path: Path) -> None:
    for name, data in (("a.zip", b"<courseStructure"), ("b.zip", b"<courseStructure>")):
        package = Package("Kaputt")
        package.add("cmi5.xml", data)
        write_archive(package, tmp_path / name)
    assert not compare(tmp_path / "a.zip", tmp_path / "b.zip").safe_in("ilias")
