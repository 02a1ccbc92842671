"""`staffel update-check` for what is imported and not replaced: questions, glossaries, courses, cartridges."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from content.findings import Language
from content.messages import messages
from packager.build import Order, build
from packager.formats import FORMATS
from packager.update import BOTH, Verdict, compare
from packager.verify import kind_of
from tests.factories import CHOICE, UNIT, write_source

TWO = CHOICE + CHOICE.replace("wahl", "zweite").replace("title: Wahl", "title: Zweite Wahl")
TEXT = UNIT.replace("Text.", "Ein [](term:begriff), ein [](term:wort).\n\n{{exercise zweite}}")
TERMS = "begriff: {term: Begriff, definition: Eine Erklärung.}\nwort: {term: Wort, definition: Ein Laut.}\n"
BASE = {"m1-eins/exercises/a.yaml": TWO, "m1-eins/01-einheit.md": TEXT, "glossary.yaml": TERMS}
NEXT = {
    **BASE,
    "m1-eins/exercises/a.yaml": CHOICE.replace("Nein.", "Leider nein.") + CHOICE.replace("wahl", "dritte"),
    "m1-eins/01-einheit.md": TEXT.replace("exercise zweite", "exercise dritte").replace("wort", "satz"),
    "glossary.yaml": "begriff: {term: Begriff, definition: Eine bessere.}\nsatz: {term: Satz, definition: Mehrere.}\n",
}
Make = Callable[..., Verdict]


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """`verdict(form, changes)`: BASE and its next edition, built as people build them, and compared."""
    folder = tmp_path_factory.mktemp("editions")

    def bundle(name: str, form: str, changes: Mapping[str, str]) -> Path:
        source = write_source(folder / name, changes)
        (artifact,) = build(Order(source=source, out=folder / f"{name}-out", formats=(form,))).artifacts
        return Path(artifact.path)

    def make(form: str, changes: Mapping[str, str] = NEXT) -> Verdict:
        return compare(bundle("old", form, BASE), bundle("new", form, changes))

    return make


def hints(found: Verdict) -> dict[str, object]:
    return {reason.code: reason.values.get("names") for reason in found.reasons if not reason.lms}


def reasons(found: Verdict) -> set[str]:
    return {reason.code for reason in found.reasons if reason.lms}


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("moodle-xml", "questions-doubled"),
        ("ilias-pool", "questions-doubled"),
        ("qti21", "qti-import"),
        ("qti30", "qti-import"),
    ],
)
def test_questions_are_added_and_those_that_differ_are_named(form: str, reason: str, verdict: Make) -> None:
    found = verdict(form)
    assert reasons(found) == {reason}
    changed = {"questions-new": "dritte", "questions-changed": "wahl", "questions-gone": "zweite"}
    assert {code: str(names).split(".")[0] for code, names in hints(found).items()} == changed


def test_a_course_is_restored_beside_the_old_one(verdict: Make) -> None:
    found = verdict("moodle-backup")
    assert reasons(found) == {"course-doubled"}
    moodle, ilias = found.lines("de")[-2:]
    assert "Als neuen Kurs wiederherstellen" in moodle
    assert "Liest Kurssicherungen von Moodle nicht" in ilias


def test_a_glossary_takes_new_terms_and_leaves_the_others(verdict: Make) -> None:
    found = verdict("moodle-glossary")
    assert found.safe
    assert hints(found) == {"terms-new": "Satz", "terms-changed": "Begriff", "terms-gone": "Wort"}
    assert "lehnt Moodle als doppelt ab" in found.lines("de")[-2]


@pytest.mark.parametrize("form", ["cc11", "cc13"])
def test_a_cartridge_is_restored_as_a_new_course_or_not_at_all(form: str, verdict: Make) -> None:
    moodle, ilias = verdict(form).lines("de")[-2:]
    assert ("Als neuen Kurs" if form == "cc11" else "Liest Common Cartridge 1.3 nicht") in moodle
    assert "Liest Common Cartridge nicht" in ilias


@pytest.mark.parametrize(("form", "place"), [("web", "HTML-Lernmodul"), ("imscp", "IMS-Content")])
def test_pages_keep_their_state_in_the_browser_alone(form: str, place: str, verdict: Make) -> None:
    safe = verdict(form, {**BASE, "glossary.yaml": TERMS.replace("Ein Laut", "Ein Klang")})
    unsafe = verdict(form)
    assert (safe.safe, unsafe.safe) == (True, False)
    for found, word in ((safe, "bleibt"), (unsafe, "passt danach nicht mehr")):
        assert any(place in line and word in line for line in found.lines("de"))
        assert not any("Versuche bleiben" in line for line in found.lines("de"))


@pytest.mark.parametrize("form", list(FORMATS))
def test_every_format_has_advice_of_its_own_in_both_languages(form: str, verdict: Make) -> None:
    changed, same = verdict(form), verdict(form, BASE)
    assert same.safe
    for found in (changed, same):
        assert found.kind == form
        languages: tuple[Language, ...] = ("de", "en")
        for language in languages:
            advice = found.data(language)["advice"]
            assert isinstance(advice, list)
            assert [line.split(":")[0].casefold() for line in advice[:2]] == list(BOTH)
        assert set(found.lines("de")).isdisjoint(found.lines("en"))
    scorm = {text for key, text in messages("de").items() if key.count(".") == 2 and key.endswith("safe")}
    if not form.startswith("scorm"):
        assert scorm.isdisjoint(changed.lines("de"))


def test_files_of_other_or_unknown_formats_are_called_by_their_names(verdict: Make, tmp_path: Path) -> None:
    old, new = Path(verdict("moodle-xml").old), Path(verdict("qti21").new)
    found = compare(old, new)
    assert found.lines("de")[0] == (
        "unsicher: Die Dateien haben verschiedene Formate: Fragensammlung für Moodle und QTI 2."
    )
    assert "verify" in found.lines("de")[-1]
    (tmp_path / "fremd.xml").write_text("<html/>")
    assert "fremd.xml" in compare(old, tmp_path / "fremd.xml").lines("en")[0]


def test_the_verdict_names_the_format_for_programs(verdict: Make) -> None:
    data = json.loads(json.dumps(verdict("moodle-xml").data("en")))
    assert (data["kind"], data["safe"], data["moodle"]) == ("moodle-xml", False, False)
    assert kind_of({"quiz.xml": b"<quiz></quiz>"}) == data["kind"]
