"""Numbers that saved states rely on never move."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from content.loader import load_locked
from content.lock import Lock, read_lock
from tests.content.samples import EXERCISES, PLACED
from tests.factories import CHOICE, CURRICULUM, MODULE, UNIT, exercises, write_source


def locked(folder: Path) -> Lock:
    """Lock the source as `staffel lock` does."""
    _, lock = load_locked(folder)
    (folder / "ids.lock").write_text(lock.text(), encoding="utf-8")
    return lock


def test_numbers_survive_reordering_and_insertion(tmp_path: Path) -> None:
    source = write_source(tmp_path)
    locked(source)
    before = load_locked(source)[0].modules[0]
    new_page = UNIT.replace("# Seite {#s1}", "# Neu {#s0}\n\nDavor.\n\n# Seite {#s1}")
    swapped = CHOICE.replace("{id: a, text: Eins, correct: true, feedback: Genau.}", "{id: c, text: Neu}")
    swapped += "    - {id: a, text: Eins, correct: true}\n"
    write_source(source, {"m1-eins/01-einheit.md": new_page, **exercises(swapped)})
    after = load_locked(source)[0].modules[0]
    assert {page.id: page.number for page in after.pages} == {"s1": before.pages[0].number, "s0": 2}
    assert before.variables["wahl"][0].values == ("a", "b")
    assert after.variables["wahl"][0].values == ("a", "b", "c")


def test_a_removed_identifier_keeps_its_number(tmp_path: Path) -> None:
    source = write_source(tmp_path)
    locked(source)
    write_source(source, {"m1-eins/01-einheit.md": UNIT.replace("{#s1}", "{#s9}")})
    lock = locked(source)
    assert [entry.id for entry in lock.missing()] == ["s1"]
    write_source(source)
    assert load_locked(source)[0].modules[0].pages[0].number == 1
    assert "page m1 s9 2" in (source / "ids.lock").read_text()


def test_what_is_gone_is_told_once_and_may_come_back(tmp_path: Path) -> None:
    source = write_source(tmp_path)
    locked(source)
    write_source(source, {"m1-eins/01-einheit.md": UNIT.replace("{#s1}", "{#s9}")})
    curriculum, lock = load_locked(source)
    assert {finding.code for finding in curriculum.findings} == {"lock-fresh", "lock-missing"}
    lock.retire()
    (source / "ids.lock").write_text(lock.text(), encoding="utf-8")
    assert "page m1 s1 1 !retired\n" in lock.text()
    assert load_locked(source)[0].findings == ()
    write_source(source)
    curriculum, lock = load_locked(source)
    assert curriculum.modules[0].pages[0].number == 1
    lock.retire()
    assert "page m1 s1 1\n" in lock.text()
    assert "page m1 s9 2 !retired\n" in lock.text()


def test_what_moves_to_another_module_leaves_its_number_taken(tmp_path: Path) -> None:
    two = UNIT + "\n# Zweite {#s2}\n\nText.\n"
    source = write_source(tmp_path, {"m1-eins/01-einheit.md": two})
    locked(source)
    other = UNIT.replace("u1", "u2").replace("{#s1}", "{#s2}").replace("{{exercise wahl}}", "")
    second = {
        "curriculum.yaml": CURRICULUM.replace("[m1-eins]", "[m1-eins, m2-zwei]"),
        "m2-zwei/module.yaml": MODULE.replace("m1", "m2").replace("01-einheit", "u2"),
        "m2-zwei/u2.md": other,
    }
    write_source(source, second)
    assert [(entry.owner, entry.id) for entry in locked(source).missing()] == [("m1", "s2")]
    write_source(source, {**second, "m1-eins/01-einheit.md": two.replace("{#s2}", "{#s3}")})
    numbers = {page.id: page.number for module in load_locked(source)[0].modules for page in module.pages}
    assert numbers == {"s1": 1, "s3": 3, "s2": 1}


def test_an_identifier_with_two_numbers_is_reported() -> None:
    lines = "page m1 s1 1\npage m1 s1 2\npage m1 s2 1\npage m2 s1 1\n"
    assert [finding.line for finding in read_lock(lines)[1]] == [2, 3]


def test_a_locked_source_has_nothing_fresh(tmp_path: Path) -> None:
    unit = UNIT.replace("{{exercise wahl}}", PLACED)
    source = write_source(tmp_path, {"m1-eins/01-einheit.md": unit, **exercises(EXERCISES)})
    assert load_locked(source)[1].fresh
    locked(source)
    assert not load_locked(source)[1].fresh


def test_a_check_warns_of_what_the_lock_does_not_know(tmp_path: Path) -> None:
    source = write_source(tmp_path)
    assert load_locked(source)[0].findings == ()
    locked(source)
    write_source(source, {"m1-eins/01-einheit.md": UNIT.replace("{#s1}", "{#s9}")})
    assert [finding.code for finding in load_locked(source)[0].findings] == ["lock-fresh", "lock-missing"]


@given(st.text(max_size=200))
def test_any_text_is_read_or_reported(text: str) -> None:
    lock, findings = read_lock(text)
    written = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(findings) <= len(written)
    assert read_lock(lock.text())[1] == []
