"""What has not changed since the last build stays, and nothing else does."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from packager.archive import read_archive
from packager.build import build
from packager.past import program
from tests.packager.building import Make, bundles, edit, written


def test_without_a_change_no_bundle_is_written_again(order: Make) -> None:
    first = build(order())
    numbers = written(order().out)
    second = build(order())
    assert (first.unchanged, second.unchanged) == (False, True)
    assert written(order().out) == numbers
    assert [(a.path, a.sha256, a.bytes, a.findings) for a in second.artifacts] == [
        (a.path, a.sha256, a.bytes, a.findings) for a in first.artifacts
    ]


def test_a_fresh_checkout_of_the_same_texts_counts_as_unchanged(order: Make, source: Path) -> None:
    build(order())
    for path in source.rglob("*.md"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert build(order()).unchanged


def test_warnings_are_repeated_when_nothing_changed(order: Make, source: Path) -> None:
    (source / "ids.lock").write_text("page m1 verschwunden 7\n")
    first, second = build(order()), build(order())
    assert second.unchanged
    assert [finding.text() for finding in second.findings] == [finding.text() for finding in first.findings]
    assert {"lock-fresh", "lock-missing"} <= {finding.code for finding in second.findings}


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (("m2-zwei/01-teil.md", "Text mit", "Neuer Text mit"), {"m2"}),
        (("m3-drei/exercises/b.yaml", "Was?", "Was denn?"), {"m3"}),
        (("m2-zwei/glossary.yaml", "Erklärt.", "Besser erklärt."), set()),
        (("glossary.yaml", "Eine Erklärung.", "Eine andere."), {"m2", "m3"}),
        (("m1-eins/01-einheit.md", "# Seite", "# Startseite"), {"m1", "m2", "m3"}),
        (("curriculum.yaml", "Ein Kurs zum Prüfen.", "Ein Kurs."), set()),
    ],
)
def test_after_an_edit_exactly_what_depends_on_it_is_new(
    order: Make, source: Path, tmp_path: Path, change: tuple[str, str, str], changed: set[str]
) -> None:
    build(order())
    before = bundles(order().out)
    name, old, new = change
    edit(source / name, old, new)
    assert not build(order()).unchanged
    after = bundles(order().out)
    assert {bundle.split("-")[1] for bundle in after if after[bundle] != before[bundle]} == changed
    build(order(cache=None, out=tmp_path / "clean"))
    assert after == bundles(tmp_path / "clean")


def test_bundles_of_untouched_modules_stay_as_they_are(order: Make, source: Path) -> None:
    build(order())
    before = written(order().out)
    edit(source / "m2-zwei/01-teil.md", "Text mit", "Neuer Text mit")
    build(order())
    after = written(order().out)
    assert {name for name in after if after[name] != before[name]} == {name for name in after if "-m2-" in name}


def test_a_new_picture_of_the_same_size_is_noticed(order: Make, source: Path) -> None:
    for name in ("1", "2"):
        (source / "m1-eins/assets/foto.png").unlink(missing_ok=True)
        (source / "m1-eins/assets/foto.png").write_bytes(png(name.encode()))
        edit(source / "m1-eins/01-einheit.md", "Text.", "![Foto](assets/foto.png)") if name == "1" else None
        build(order())
        parts = read_archive(order().out / "probe-m1-1.0.0-web.zip")
        assert parts["m1-eins/assets/foto.png"] == png(name.encode())


def png(text: bytes) -> bytes:
    """The head and the tail of a picture, and something between them."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\2\0\0\0" + text * 40 + b"IEND\xaeB`\x82"


@pytest.mark.parametrize("damage", ["deleted", "cut", "altered"])
def test_a_missing_or_damaged_bundle_is_made_again(order: Make, damage: str) -> None:
    build(order())
    whole = bundles(order().out)
    path = order().out / "probe-m2-1.0.0-scorm12.zip"
    if damage == "deleted":
        path.unlink()
    else:
        data = path.read_bytes()
        path.write_bytes(data[:-9] if damage == "cut" else data[:99] + bytes([data[99] ^ 1]) + data[100:])
    assert not build(order()).unchanged
    assert bundles(order().out) == whole


def test_a_copied_bundle_of_the_same_content_counts_as_unchanged(order: Make) -> None:
    build(order())
    path = order().out / "probe-m2-1.0.0-web.zip"
    shutil.copy(path, path.with_suffix(".copy"))
    path.with_suffix(".copy").replace(path)
    assert build(order()).unchanged


def test_another_order_is_no_repetition(order: Make) -> None:
    build(order())
    assert not build(order(tool_url="https://example.org/lti")).unchanged
    assert not build(order(grain="course")).unchanged
    assert not build(order(formats=("web",))).unchanged
    assert build(order()).unchanged


def test_without_a_cache_everything_is_made_anew(order: Make) -> None:
    build(order(cache=None))
    assert not build(order(cache=None)).unchanged


def test_a_folder_with_symbolic_links_is_never_taken_as_unchanged(order: Make, source: Path, tmp_path: Path) -> None:
    (tmp_path / "anderswo.md").write_text("x")
    (source / "m1-eins/notiz.md").symlink_to(tmp_path / "anderswo.md")
    build(order())
    assert not build(order()).unchanged


def test_bundles_inside_the_source_are_no_part_of_it(order: Make, source: Path) -> None:
    build(order(out=source / "dist"))
    assert build(order(out=source / "dist")).unchanged


def test_the_state_of_the_program_is_part_of_what_is_remembered(
    order: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    build(order())
    copy = tmp_path / "program"
    (copy / "content").mkdir(parents=True)
    (copy / "packager").mkdir()
    monkeypatch.setattr("packager.past.PROGRAM", copy)
    program.cache_clear()
    try:
        assert not build(order()).unchanged
    finally:
        program.cache_clear()


def test_of_several_exercises_on_one_page_each_stays_itself(order: Make, source: Path, tmp_path: Path) -> None:
    written_here = "\n```exercise\nid: {0}\ntype: short-text\ntitle: Hier\nprompt: Wie {0}?\nanswers: [{0}]\n```\n"
    page = source / "m2-zwei/01-teil.md"
    page.write_text(page.read_text("utf-8") + written_here.format("eins") + written_here.format("zwei"), "utf-8")
    build(order())
    edit(page, "Text mit", "Neuer Text mit")
    build(order())
    build(order(cache=None, out=tmp_path / "clean"))
    assert bundles(order().out) == bundles(tmp_path / "clean")
