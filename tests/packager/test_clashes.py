"""Names and identifiers that could meet in a package stay apart, and all others stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree

from content import Curriculum
from packager.file_ids import file_identifiers
from packager.formats import FORMATS
from packager.formats.base import Job
from tests.factories import CHOICE, CURRICULUM, MODULE, UNIT, faults, loaded
from tests.samples import contents

MANIFEST = "imsmanifest.xml"
SAMPLE = Path("tests/curricula/sample/m1-wasser/assets")
TOOL = "https://tool.example.org/"


@pytest.fixture(scope="module")
def png(root: Path) -> bytes:
    return (root / SAMPLE / "mulde.png").read_bytes()


def parts_of(form: str, curriculum: Curriculum) -> dict[str, bytes]:
    parts = contents(FORMATS[form].render(Job(curriculum=curriculum, modules=curriculum.modules, tool_url=TOOL)))
    assert [f.text() for f in FORMATS[form].verify(parts) if f.code != "cc-version"] == []
    return parts


def text(body: str) -> dict[str, str]:
    return {"m1-eins/01-einheit.md": UNIT.replace("Text.", body)}


def pictures(folder: str, *names: str) -> dict[str, str]:
    return text("\n\n".join(f"![Bild]({folder}/{name})" for name in names))


@pytest.mark.parametrize("form", ["qti21", "qti30", "cc11", "cc13"])
def test_two_files_never_share_an_identifier(form: str, tmp_path: Path, png: bytes) -> None:
    names = ("a/b.png", "a-b.png", "c/d.png")
    shown = CHOICE.replace("Was ist richtig?", "'" + " ".join(f"![x](assets/{name})" for name in names) + "'")
    files = {f"m1-eins/assets/{name}": png for name in names}
    curriculum = loaded(tmp_path, {**files, **pictures("assets", *names), "m1-eins/exercises/a.yaml": shown})
    root = etree.fromstring(parts_of(form, curriculum)[MANIFEST])
    found = {r.get("href"): r.get("identifier") for r in root.iter("{*}resource") if r.get("href", "").endswith("png")}
    assert found.keys() == files.keys()
    assert len(set(found.values())) == len(found)
    assert found["m1-eins/assets/c/d.png"] == "file-m1-eins-assets-c-d.png"


def test_an_identifier_of_a_file_does_not_depend_on_the_order() -> None:
    paths = ["a/b.png", "a-b.png", "a/b/c.png", "a-b/c.png", "a/b-c.png", "x.png"]
    assert file_identifiers(paths) == file_identifiers(reversed(paths))
    assert len(set(file_identifiers(paths).values())) == len(paths)


def test_pictures_of_answers_keep_apart_in_the_folder_of_a_question(tmp_path: Path, png: bytes) -> None:
    """ILIAS keeps them by name alone, and beside each a small copy `thumb.…`."""
    files = {"a/b.png": png, "c/b.png": png + b"x", "d/b.png": png, "thumb.b.png": png}
    options = "\n".join(
        f"    - {{id: o{n}, text: '![x](assets/{name})', correct: {str(not n).lower()}}}"
        for n, name in enumerate(files)
    )
    changes: Mapping[str, str | bytes] = {
        "m1-eins/exercises/a.yaml": CHOICE.split("    - ")[0] + options + "\n",
        **{f"m1-eins/assets/{name}": data for name, data in files.items()},
    }
    parts = parts_of("ilias-pool", loaded(tmp_path, changes))
    (questions,) = (etree.fromstring(data) for name, data in parts.items() if "__qti_" in name)
    labels = [image.get("label") for image in questions.iter("matimage")]
    assert labels == ["b.png", "2-b.png", "b.png", "2-thumb.b.png"]


PAGES = ("u1-solutions", "cartridge-glossary", "cartridge-about", "cartridge-sources", "glossary")


@pytest.mark.parametrize("form", ["cc11", "cc13"])
def test_pages_of_an_author_keep_their_names_beside_those_of_the_packager(form: str, tmp_path: Path) -> None:
    pages = "".join(f"\n# Seite {name} {{#{name}}}\n\n[](term:begriff) [](source:quelle)\n" for name in PAGES)
    parts = parts_of(form, loaded(tmp_path, {"m1-eins/01-einheit.md": UNIT + pages}))
    for name in PAGES:
        assert f"Seite {name}" in parts[f"pages/{name}.html"].decode()
    assert {f"pages/{name}_.html" for name in PAGES[:-1]} <= parts.keys()


@pytest.mark.parametrize("form", ["cc11", "cc13"])
def test_a_link_of_a_text_and_a_source_keep_apart(form: str, tmp_path: Path) -> None:
    body = "[frei](https://frei.example/)\n\n**Zum Weiterlesen**\n\n- [](source:u1-1)\n"
    source = 'u1-1: {title: Ein Buch, url: "https://example.org/"}\n'
    parts = parts_of(form, loaded(tmp_path, {"sources.yaml": source, **text(body)}))
    links = {name for name in parts if name.startswith("links/")}
    assert links == {"links/u1-1.xml", "links/u1-1_.xml"}


@pytest.mark.parametrize("name", ["sources.yaml", "glossary.yaml"])
def test_keys_that_name_no_file_are_refused(name: str, tmp_path: Path) -> None:
    key = "'Ö 1/x'"
    entry = f"{key}: {{title: Buch}}\n" if name == "sources.yaml" else f"{key}: {{term: Wort, definition: Text.}}\n"
    found = faults(tmp_path, {name: entry})
    assert [(f.path, f.line, f.values["id"]) for f in found if f.code == "id-form"] == [(name, 1, "Ö 1/x")]


@pytest.mark.parametrize("form", ["scorm12", "scorm2004", "imscp", "qti21", "cc11"])
@pytest.mark.parametrize("identifier", ["org", "item", "sco", "organization", "page", "resource"])
def test_a_curriculum_may_be_called_like_a_part_of_the_manifest(form: str, identifier: str, tmp_path: Path) -> None:
    changes = {"curriculum.yaml": CURRICULUM.replace("id: probe", f"id: {identifier}")}
    root = etree.fromstring(parts_of(form, loaded(tmp_path, changes))[MANIFEST])
    found = [element.get("identifier") for element in root.iter("{*}*") if element.get("identifier")]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("form", ["cc11", "cc13"])
def test_a_film_of_two_units_stands_in_both(form: str, tmp_path: Path, root: Path) -> None:
    film = "![Film](assets/film.webm)"
    entry = (
        "film.webm: {author: Prüfstelle, licence: CC-BY-4.0, title: Film, captions: film.vtt, transcript: film.md}\n"
    )
    second = UNIT.replace("u1", "u2").replace("s1", "s2").replace("{{exercise wahl}}", film).split("objectives:")
    changes: Mapping[str, str | bytes] = {
        **text(film),
        "m1-eins/02-einheit.md": second[0] + "---" + second[1].split("---", 1)[1],
        "m1-eins/module.yaml": MODULE.replace("[01-einheit]", "[01-einheit, 02-einheit]"),
        "m1-eins/assets/assets.yaml": f'"*": {{author: Prüfstelle, licence: CC-BY-4.0}}\n{entry}',
        "m1-eins/assets/film.md": "Man hört Regen.\n",
        **{f"m1-eins/assets/film{end}": (root / SAMPLE / f"regen{end}").read_bytes() for end in (".webm", ".vtt")},
    }
    manifest = etree.fromstring(parts_of(form, loaded(tmp_path, changes))[MANIFEST])
    items = [item for item in manifest.iter("{*}item") if (item.get("identifierref") or "").endswith("film.webm")]
    assert len({item.get("identifier") for item in items}) == len(items) == 2


@pytest.mark.parametrize("version", ["\u0661.0.0", f"{'1' * 300}.0.0"])
def test_a_version_that_makes_no_file_name_is_refused(version: str, tmp_path: Path) -> None:
    found = faults(tmp_path, {"curriculum.yaml": CURRICULUM.replace("1.0.0", version)})
    assert [finding.code for finding in found] == ["version"]


@pytest.mark.parametrize("identifier", ["con", "aux", "com1"])
def test_no_page_is_called_like_a_device_of_windows(identifier: str, tmp_path: Path) -> None:
    found = faults(tmp_path, {"m1-eins/01-einheit.md": UNIT.replace("{#s1}", f"{{#{identifier}}}")})
    assert [(finding.code, finding.values["id"]) for finding in found] == [("id-form", identifier)]
    sound = loaded(tmp_path / "more", {"m1-eins/01-einheit.md": UNIT.replace("{#s1}", f"{{#{identifier}x}}")})
    assert f"{identifier}x" in [page.id for page in sound.modules[0].pages]
