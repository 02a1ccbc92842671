"""What people do to a source by mistake or on purpose: the exact findings, and nothing that follows from them."""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from content import InvalidCurriculum, load
from content.findings import Finding
from content.snapshot import snapshot
from tests.factories import CHOICE, CURRICULUM, MODULE, SVG, UNIT, exercises, faults, loaded, page, write_source

HEAD, MODULE_FILE, TEXT, EXERCISES = (
    "curriculum.yaml",
    "m1-eins/module.yaml",
    "m1-eins/01-einheit.md",
    "m1-eins/exercises/a.yaml",
)
ASSETS = "m1-eins/assets"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 4, 4) + b"\x08\x02\x00\x00\x00xxxxIEND\xaeB`\x82"
Changes = dict[str, str | bytes | None]


def places(found: tuple[Finding, ...]) -> set[str]:
    for finding in found:
        assert finding.text("de") != finding.text("en")
    return {f"{finding.path}:{finding.line} {finding.code}" for finding in found}


def exercise(old: str, new: str) -> Changes:
    return {EXERCISES: CHOICE.replace(old, new)}


def head(old: str, new: str) -> Changes:
    return {HEAD: CURRICULUM.replace(old, new)}


YAML: list[tuple[str, Changes, str]] = [
    ("a tab", exercise("  type", "\ttype"), f"{EXERCISES}:2 yaml-tab"),
    ("a tab before a value", head("{anbieter: Stadt Musterhausen}", "\n\tanbieter: x"), f"{HEAD}:11 yaml-tab"),
    ("indented too far", exercise("  title", "   title"), f"{EXERCISES}:3 yaml-colon"),
    ("indented too little", exercise("  title", " title"), f"{EXERCISES}:3 yaml-indent"),
    ("a colon in a title", exercise("title: Wahl", "title: Wahl: eins"), f"{EXERCISES}:3 yaml-colon"),
    ("a colon in a head", {TEXT: UNIT.replace("title: ", "title: Teil: ")}, f"{TEXT}:3 yaml-colon"),
    ("a quote left open", exercise("title: Wahl", 'title: "Wahl'), f"{EXERCISES}:3 yaml-quote"),
    ("text after a quote", exercise("title: Wahl", 'title: "Wahl" ja'), f"{EXERCISES}:3 yaml-indent"),
    ("a brace left open", exercise("Genau.}", "Genau."), f"{EXERCISES}:7 yaml-bracket"),
    ("a comma in braces", exercise("Genau.", "Genau, richtig."), f"{EXERCISES}:7 field-unknown"),
    ("a hash", exercise("title: Wahl", "title: # Wahl"), f"{EXERCISES}:3 field-empty"),
    ("a percent sign", exercise("title: Wahl", "title: %Wahl"), f"{EXERCISES}:3 yaml-start"),
    ("an at sign", exercise("title: Wahl", "title: @Wahl"), f"{EXERCISES}:3 yaml-start"),
    ("a star", exercise("title: Wahl", "title: *Wahl*"), f"{EXERCISES}:3 yaml-start"),
    ("a macro without quotes", head("title: Probe", "title: {{anbieter}} neu"), f"{HEAD}:2 yaml-macro"),
    ("a macro alone", head("title: Probe", "title: {{anbieter}}"), f"{HEAD}:2 yaml-key"),
    ("a backslash", exercise("title: Wahl", 'title: "C:\\Wahl"'), f"{EXERCISES}:3 yaml-escape"),
    ("no space after a colon", exercise("title: Wahl", "title:Wahl"), f"{EXERCISES}:3 yaml-indent"),
    ("no space after a dash", exercise("- id: wahl", "-id: wahl"), f"{EXERCISES}:2 yaml-colon"),
    ("two documents", {HEAD: CURRICULUM + "---\nid: zwei\n"}, f"{HEAD}:11 yaml-document"),
    ("a billion laughs", {HEAD: CURRICULUM + "x: &a [1]\ny: [*a, *a]\n"}, f"{HEAD}:11 yaml-anchor"),
    ("very deep", {EXERCISES: "[" * 5_000}, f"{EXERCISES}:1 yaml"),
    ("a conflict", {HEAD: CURRICULUM.replace("id:", "<<<<<<< HEAD\nid:")}, f"{HEAD}:1 merge-conflict"),
]
VALUES: list[tuple[str, Changes, str]] = [
    ("an empty file", {HEAD: ""}, f"{HEAD}:1 file-empty"),
    ("a file of comments", {MODULE_FILE: "# nichts\n"}, f"{MODULE_FILE}:1 file-empty"),
    ("a list for fields", {HEAD: "- a\n"}, f"{HEAD}:1 file-fields"),
    ("a word for an exercise", {EXERCISES: "- wahl\n"}, f"{EXERCISES}:1 exercise-fields"),
    ("no type", exercise("  type: single-choice\n", ""), f"{EXERCISES}:1 exercise-type-missing"),
    ("no identifier", exercise("id: wahl", "id:"), f"{EXERCISES}:1 field-empty"),
    ("five thousand digits", {TEXT: UNIT.replace("60", "9" * 5_000)}, f"{TEXT}:4 field-whole-number"),
    (
        "a number of a billion digits",
        {EXERCISES: "- {id: wahl, type: numeric, title: x, prompt: y, answer: 1e999999999}\n"},
        f"{EXERCISES}:1 field-number",
    ),
    ("a negative duration", {TEXT: UNIT.replace("60", "-60")}, f"{TEXT}:4 duration-negative"),
    ("an empty title", head("title: Probe", 'title: ""'), f"{HEAD}:2 title-empty"),
    ("a blank title", exercise("title: Wahl", 'title: " "'), f"{EXERCISES}:3 title-empty"),
    ("a page without a title", {TEXT: UNIT.replace("# Seite {", "# {")}, f"{TEXT}:9 title-empty"),
    ("a page without content", {TEXT: UNIT + "\n# Leer {#s2}\n"}, f"{TEXT}:15 page-empty"),
    ("an identifier with a space", {TEXT: UNIT.replace("{#s1}", "{#s 1}")}, f"{TEXT}:9 page-id"),
    ("a variable with an umlaut", {**head("anbieter:", "träger:"), **page("{{träger}}")}, f"{HEAD}:10 variable-name"),
    ("a variable in capitals", {**head("anbieter:", "Anbieter:"), **page("{{Anbieter}}")}, f"{HEAD}:10 variable-name"),
    ("no modules", head("[m1-eins]", "[]"), f"{HEAD}:9 modules-none"),
    ("a module outside", head("[m1-eins]", "[../m1]"), "../m1/module.yaml:0 asset-outside"),
    ("an impossible name", head("[m1-eins]", '["a\\0b"]'), f"{HEAD}:9 control-character"),
    ("a name that is too long", head("[m1-eins]", f"[{'a' * 300}]"), f"{'a' * 300}/module.yaml:0 file-unreadable"),
    ("a module twice", head("[m1-eins]", "[m1-eins, m1-eins]"), f"{HEAD}:0 entry-twice"),
    (
        "a unit twice",
        {MODULE_FILE: MODULE.replace("01-einheit", "01-einheit, 01-einheit")},
        f"{MODULE_FILE}:0 entry-twice",
    ),
    ("a suffix in units", {MODULE_FILE: MODULE.replace("01-einheit", "01-einheit.md")}, f"{TEXT}.md:0 file-missing"),
    (
        "a pass mark in points",
        {MODULE_FILE: MODULE + "completion: {pass_mark: 600}\n"},
        f"{MODULE_FILE}:4 pass-mark",
    ),
    ("a lock with a huge number", {"ids.lock": f"page m1 s1 {'9' * 5_000}\n"}, "ids.lock:1 lock-line"),
    ("a lock in Latin-1", {"ids.lock": "ä".encode("latin-1")}, "ids.lock:1 encoding"),
]
SIGNS: list[tuple[str, Changes, str]] = [
    ("a zero byte in a text", {TEXT: UNIT.replace("Text.", "a\n\nTe\0xt.")}, f"{TEXT}:13 control-character"),
    ("an escaped zero", exercise("title: Wahl", 'title: "Wa\\0hl"'), f"{EXERCISES}:3 control-character"),
    ("a bell", exercise("title: Wahl", 'title: "Wa\\x07hl"'), f"{EXERCISES}:3 control-character"),
    ("no character", {TEXT: UNIT.replace("Text.", "\ufffe")}, f"{TEXT}:11 control-character"),
    ("Latin-1", {TEXT: UNIT.replace("Text.", "Straße").encode("latin-1")}, f"{TEXT}:11 encoding"),
    ("UTF-16", {TEXT: UNIT.encode("utf-16")}, f"{TEXT}:1 encoding"),
]


def drawing(old: str, new: str) -> Changes:
    return {f"{ASSETS}/y.svg": SVG.replace(old, new)}


def image(data: bytes, suffix: str = "png") -> Changes:
    return {f"{ASSETS}/y.{suffix}": data}


ASSET: list[tuple[str, Changes, str]] = [
    ("no image at all", image(b"nichts"), "0 image-broken"),
    ("an empty image", image(b""), "0 image-broken"),
    ("no pixels", image(PNG.replace(b"\0\0\0\x04", bytes(4))), "0 image-broken"),
    ("another suffix", image(PNG, "jpg"), "0 image-suffix"),
    ("an SVG with a script", drawing("<rect", "<script/><rect"), "1 svg-active"),
    ("a prefixed script", drawing("<rect", "<h:script/><rect"), "1 svg-active"),
    ("an entity", drawing("<svg", '<!DOCTYPE s [<!ENTITY a "b">]><svg'), "1 svg-active"),
    ("a foreign style", drawing("<rect", "<style>@import 'https://a.example/'</style><rect"), "1 svg-active"),
    ("an SVG left open", drawing("<rect", "\n<g><rect"), "2 svg-broken"),
]
MARKDOWN: list[tuple[str, str, str]] = [
    ("a script as a link", "[x](javascript:alert)", "11 link-target"),
    ("a file as a link", "[x](file:///etc/passwd)", "11 link-target"),
    ("a space in a picture's name", "![x](assets/a b.svg)", "11 asset-missing"),
    ("a box that never ends", "::: tip\n\nText", "11 box-open"),
    ("a box without content", "::: tip\n:::", "11 box-empty"),
    ("an unknown box", "::: wolke\n\nText\n\n:::", "11 box-unknown"),
    ("an end without a box", "Text\n\n:::", "13 box-end"),
    ("text among tabs", ":::: tabs\n\nText\n\n::::", "13 tabs-content"),
    ("a tab without tabs", "::: tab X\n\nText\n\n:::", "11 tab-alone"),
    ("an exercise in tildes", "~~~exercise\nid: a\n~~~", "11 exercise-fence"),
    ("one brace", "{exercise wahl}", "11 braces"),
    ("a macro left open", "Von {{anbieter", "11 macro"),
    ("a misspelt exercise", "{{excercise wahl}}", "11 macro"),
    ("a case that there is not", "{{ anbieter | genitiv }}", "11 macro"),
    ("a heading without a space", "#Titel {#s2}", "11 anchor"),
    ("an anchor at a subheading", "## Titel {#s2}", "11 anchor"),
    ("a note without text", "Text.[^1]", "11 footnote-unknown"),
    ("a note that is not used", "Text.\n\n[^1]: Note", "13 footnote-unused"),
    ("a table without a delimiter", "|a|b|\n|x|y|", "11 table-form"),
    ("quotes in quotes", "> " * 100 + "x", "11 nesting"),
]


@pytest.mark.parametrize(
    ("changes", "place"), [pytest.param(changes, place, id=name) for name, changes, place in YAML + VALUES + SIGNS]
)
def test_one_mistake_is_one_finding(tmp_path: Path, changes: Changes, place: str) -> None:
    assert places(faults(tmp_path, changes)) - {"ids.lock:0 lock-fresh"} == {place}


@pytest.mark.parametrize(
    ("changes", "place"), [pytest.param(changes, place, id=name) for name, changes, place in ASSET]
)
def test_a_faulty_file_is_one_finding_wherever_it_is_shown(tmp_path: Path, changes: Changes, place: str) -> None:
    (name,) = changes
    shown = page(f"![x]({name.removeprefix('m1-eins/')})")
    assert places(faults(tmp_path, {**changes, **shown})) == {f"{name}:{place}"}


@pytest.mark.parametrize(("text", "place"), [pytest.param(text, place, id=name) for name, text, place in MARKDOWN])
def test_markup_that_was_mistyped_is_found(tmp_path: Path, text: str, place: str) -> None:
    unit = UNIT.replace("Text.\n\n{{exercise wahl}}", f"{text}\n\n# Zweite {{#s9}}\n\n{{{{exercise wahl}}}}")
    assert places(faults(tmp_path, {TEXT: unit})) == {f"{TEXT}:{place}"}


def test_a_box_that_begins_on_the_last_line_is_found(tmp_path: Path) -> None:
    assert places(faults(tmp_path, {TEXT: UNIT + "::: tip"})) == {f"{TEXT}:14 box-empty"}


def test_a_code_block_that_never_ends_is_found_where_it_begins(tmp_path: Path) -> None:
    assert f"{TEXT}:11 fence-open" in places(faults(tmp_path, page("```\ncode")))


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_lines_count_alike_on_every_system(tmp_path: Path, ending: str, mark: str) -> None:
    text = mark + UNIT.replace("Text.", "Eins.\n\nZwei <b>fett</b>.").replace("\n", ending)
    assert places(faults(tmp_path, {TEXT: text})) == {f"{TEXT}:13 html"}


def test_several_faults_on_one_line_are_all_named(tmp_path: Path) -> None:
    found = faults(tmp_path, page("Bürger:innen, Lehrer*innen und SchülerInnen: {{eins}}, {{zwei}}"))
    assert sorted(str(finding.values["word"]) for finding in found) == [
        "Bürger:innen",
        "Lehrer*innen",
        "SchülerInnen",
        "eins",
        "zwei",
    ]
    flow = faults(tmp_path, exercise("{id: a, text: Eins", "{id: a, txt: Eins, richtig: ja"))
    assert {finding.values["field"] for finding in flow} == {"options.1.txt", "options.1.richtig", "options.1.text"}


def test_a_fault_in_the_head_hides_no_other(tmp_path: Path) -> None:
    """Two fields of curriculum.yaml are wrong; the module and its page are read all the same."""
    found = faults(tmp_path, {**head("language: de\n", "language: fr\n"), **page("<b>x</b> {{anbieter}} {{fehlt}}")})
    assert places(found) == {f"{HEAD}:4 field-choice", f"{TEXT}:11 html", f"{TEXT}:11 variable-unknown"}
    found = faults(tmp_path, {**head("variables: {", "variables: {x: [], "), **page("{{x}} {{anbieter}}")})
    assert places(found) == {f"{HEAD}:10 field-text"}
    found = faults(tmp_path, {HEAD: "id: {\n", **page("<b>x</b>")})
    assert places(found) == {f"{HEAD}:2 yaml-bracket", f"{TEXT}:11 html"}


def test_a_fault_in_the_head_of_a_unit_or_module_hides_none_in_its_texts(tmp_path: Path) -> None:
    wrong = UNIT.replace("duration: 60", "duration: eine Stunde").replace("Text.", "<b>x</b>")
    found = faults(tmp_path, {TEXT: wrong, MODULE_FILE: MODULE + "duration: 60\ncompletion: {pass_mark: viele}\n"})
    assert places(found) == {f"{TEXT}:4 field-whole-number", f"{TEXT}:11 html", f"{MODULE_FILE}:5 field-whole-number"}


def test_a_module_without_a_sound_list_is_read_with_all_its_units(tmp_path: Path) -> None:
    found = faults(tmp_path, {MODULE_FILE: "id: m1\nunits: 01-einheit\n", **page("<b>x</b>")})
    assert places(found) == {f"{MODULE_FILE}:1 field-missing", f"{MODULE_FILE}:2 field-list", f"{TEXT}:11 html"}


def test_a_chosen_module_is_not_excused_by_faults_in_another(tmp_path: Path) -> None:
    """What follows from a fault is left out only where that fault itself is told."""
    source = write_source(tmp_path, {**head("[m1-eins]", "[m1-eins, m2-zwei]"), **page("[x](page:fehlt)")})
    shutil.copytree(source / "m1-eins", source / "m2-zwei")
    (source / "m2-zwei" / "01-einheit.md").write_text("kaputt")
    (source / "m2-zwei" / "module.yaml").write_text(MODULE.replace("m1", "m2"))
    (source / "m2-zwei" / "exercises" / "a.yaml").write_text(CHOICE.replace("id: wahl", "id: zweite"))
    with pytest.raises(InvalidCurriculum) as caught:
        load(source, modules=["m1"])
    assert places(caught.value.findings) == {f"{TEXT}:11 page-unknown"}


@pytest.mark.parametrize("name", ["glossary.yaml", "sources.yaml", EXERCISES])
def test_a_list_without_entries_yet_is_no_fault(tmp_path: Path, name: str) -> None:
    text = UNIT.replace("{{exercise wahl}}", "") if name == EXERCISES else UNIT
    assert loaded(tmp_path, {name: "# kommt noch\n", TEXT: text}).findings == ()


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", ".DS_Store"])
def test_what_systems_put_beside_pictures_is_overlooked(tmp_path: Path, name: str) -> None:
    assert loaded(tmp_path, {f"{ASSETS}/{name}": b"x"}).findings == ()


def into(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def replaced(path: Path) -> None:
        path.unlink()
        make(path)

    return replaced


@pytest.mark.parametrize("name", [HEAD, MODULE_FILE, TEXT, EXERCISES, "glossary.yaml"])
@pytest.mark.parametrize(
    "make",
    [Path.mkdir, os.mkfifo, lambda path: path.symlink_to(path.name)],
    ids=["a folder", "a pipe", "a link to itself"],
)
def test_what_is_no_file_is_not_read(tmp_path: Path, name: str, make: Callable[[Path], object]) -> None:
    source = write_source(tmp_path)
    into(make)(source / name)
    with pytest.raises(InvalidCurriculum) as caught:
        load(source)
    assert f"{name}:0 file-kind" in places(caught.value.findings)


@pytest.mark.parametrize("name", [HEAD, TEXT, EXERCISES, f"{ASSETS}/bild.svg", "ids.lock"])
def test_a_text_of_gigabytes_is_not_read(tmp_path: Path, name: str) -> None:
    source = write_source(tmp_path)
    with (source / name).open("ab") as file:
        file.truncate(5_000_000_000)  # takes no room on the disk
    with pytest.raises(InvalidCurriculum) as caught:
        load(source)
    assert f"{name}:0 file-large" in places(caught.value.findings)
    assert len(snapshot(source)[name]) < 100


def test_a_picture_that_links_to_itself_is_a_finding(tmp_path: Path) -> None:
    source = write_source(tmp_path, page("![x](assets/y.svg)"))
    (source / ASSETS / "y.svg").symlink_to("y.svg")
    with pytest.raises(InvalidCurriculum) as caught:
        load(source)
    assert places(caught.value.findings) == {f"{ASSETS}/y.svg:0 file-kind"}


@pytest.mark.parametrize("text", [r"\<b> und \</b>", "&lt;b&gt;", "`<b>`", "1 < 2 > 0", "<https://example.org/>"])
def test_angle_brackets_that_mean_themselves_are_text(tmp_path: Path, text: str) -> None:
    assert "<b>" not in str(loaded(tmp_path, page(text)).modules[0].pages[0].blocks[0].html)  # type: ignore[union-attr]


def test_large_and_strange_texts_are_read(tmp_path: Path) -> None:
    table = "|a|b|\n|-|-|\n" + "|x|y|\n" * 10_000
    strange = f"{'Wort' * 100_000}\n\n😀👨\u200d👩\u200d👧 مرحبا\n\n{'[' * 2_000}{'*a **b ' * 2_000}\n\n{table}"
    assert "<td>y</td>" in str(loaded(tmp_path, page(strange)).modules[0].pages[0].blocks[0])
    loaded(tmp_path, exercises(CHOICE.replace("title: Wahl", "title: 😀 مرحبا „Wahl“")))
