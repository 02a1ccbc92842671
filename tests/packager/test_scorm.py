"""SCORM packages: manifests byte by byte, what must never change them, what LMSs refuse, and states that do not fit."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from content import Curriculum
from packager import schemas
from packager.bundles import bundle
from packager.formats import FORMATS, scorm12
from packager.formats.base import Job
from packager.formats.scorm import identifier, manifest, title
from packager.xml import parse
from tests.factories import CURRICULUM, MODULE, SVG, UNIT, loaded, page
from tests.packager.conftest import Parts

MANIFEST = "imsmanifest.xml"
EDITIONS = ["scorm12", "scorm2004"]
edition = pytest.mark.parametrize("name", EDITIONS)

SECOND_MODULE = {
    "m2-zwei/module.yaml": MODULE.replace("id: m1", "id: m2").replace("Erstes", "Zweites"),
    "m2-zwei/01-einheit.md": UNIT.replace("u1", "u2").replace("#s1", "#s2").replace("{{exercise wahl}}", ""),
}


def two_modules(folder: Path) -> Curriculum:
    changes = {**SECOND_MODULE, "curriculum.yaml": CURRICULUM.replace("[m1-eins]", "[m1-eins, m2-zwei]")}
    return loaded(folder, changes)


@edition
def test_the_manifest_is_the_expected_one(
    name: str, sample: Curriculum, parts_of: Callable[..., Parts], golden: Callable[[str, bytes], None]
) -> None:
    golden(f"{name}/{MANIFEST}", parts_of(name, sample)[MANIFEST])


def test_a_course_has_a_learning_object_for_each_module(
    tmp_path: Path, parts_of: Callable[..., Parts], golden: Callable[[str, bytes], None]
) -> None:
    parts = parts_of("scorm12", two_modules(tmp_path), grain="course")
    golden(f"scorm12/course/{MANIFEST}", parts[MANIFEST])
    assert {"m1/index.html", "m2/index.html", "m1/pages/u1.js", "m2/pages/u2.js", "m1/static/staffel.js"} <= set(parts)
    assert list(FORMATS["scorm12"].verify(parts)) == []


def test_a_course_in_scorm_2004_is_refused_with_the_way_out(tmp_path: Path) -> None:
    curriculum = two_modules(tmp_path / "source")
    artifact = bundle(
        FORMATS["scorm2004"], Job(curriculum=curriculum, modules=curriculum.modules, grain="course"), tmp_path
    )
    assert not artifact.written
    assert "--grain module" in artifact.findings[0].text()
    assert not list(tmp_path.glob("*.zip"))


@edition
@pytest.mark.parametrize(
    "changes",
    [
        page("Ein anderer Text."),
        page("Text mit Bild.\n\n![Ein Rechteck](assets/bild.svg)\n"),
        page("Text.\n\n# Noch eine Seite {#s2}\n\nMehr."),
        {"curriculum.yaml": CURRICULUM.replace("1.0.0", "2.5.0")},
    ],
    ids=["text", "picture", "page", "version"],
)
def test_editing_changes_no_byte_of_the_manifest(
    name: str, changes: Mapping[str, str], tmp_path: Path, parts_of: Callable[..., Parts]
) -> None:
    before = parts_of(name, loaded(tmp_path / "before"))
    after = parts_of(name, loaded(tmp_path / "after", changes))
    assert after[MANIFEST] == before[MANIFEST]
    assert after != before


@edition
def test_a_package_is_made_again_byte_by_byte(name: str, sample: Curriculum, parts_of: Callable[..., Parts]) -> None:
    assert parts_of(name, sample) == parts_of(name, sample)


@edition
def test_the_manifest_is_valid_and_its_schemas_are_in_the_root(
    name: str, sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    parts = parts_of(name, sample)
    schemas.compiled(name).assertValid(etree.fromstring(parts[MANIFEST]))
    for path in schemas.files(name):
        assert parts[path.name] == path.read_bytes()


@edition
def test_nothing_is_in_the_manifest_that_an_lms_reads_wrongly(
    name: str, tmp_path: Path, parts_of: Callable[..., Parts]
) -> None:
    changes = {"m1-eins/module.yaml": MODULE.replace("Erstes Modul", "Bäume & „Ämter“ größer <als> 5")}
    text = parts_of(name, loaded(tmp_path, changes))[MANIFEST].decode()
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="')
    for forbidden in ("&#", "masteryscore", "minNormalizedMeasure", "parameters", "xml:base", "DOCTYPE", "\ufeff"):
        assert forbidden not in text
    assert text.count("<file ") == 1
    assert "Bäume &amp; „Ämter“ größer ‹als› 5" in text
    assert re.search(r'adlcp:scorm[tT]ype="sco"', text)
    versions = {"scorm12": "1.2", "scorm2004": "2004 4th Edition"}
    assert f"<schemaversion>{versions[name]}</schemaversion>" in text


@edition
def test_names_of_files_are_plain(name: str, sample: Curriculum, parts_of: Callable[..., Parts]) -> None:
    for part in parts_of(name, sample):
        assert re.fullmatch(r"[A-Za-z0-9_./-]+", part)
        assert not part.endswith((".mjs", ".php", ".inc"))


def test_identifiers_stay_names_of_fifty_characters() -> None:
    long = identifier("org", "m" * 40 + "-" + "x" * 20)
    assert len(long) == 50
    assert long != identifier("org", "m" * 40 + "-" + "y" * 20)
    assert identifier("org", "m1") == "org-m1"
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", long)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Zwei\n  Zeilen", "Zwei Zeilen"),
        ("a < b > c", "a ‹ b › c"),
        ("Stadt 🏙 Land", "Stadt Land"),
        ("x" * 300, "x" * 198 + " …"),
    ],
)
def test_titles_fit_the_columns_of_lmss(given: str, shown: str) -> None:
    assert title(given) == shown


@edition
def test_a_title_stands_in_the_manifest_as_it_is_written(name: str, sample: Curriculum) -> None:
    module = replace(sample.modules[0], title='Müll & Co: „Was\'s“ "kostet"')
    text = manifest(Job(curriculum=sample, modules=(module,)), name)
    assert '<title>Müll &amp; Co: „Was\'s“ "kostet"</title>' in text
    assert [element.text for element in parse(text.encode()).iter("{*}title")] == [module.title] * 2


def test_a_sco_decides_itself_about_completion(sample: Curriculum) -> None:
    root = parse(manifest(Job(curriculum=sample, modules=sample.modules), "scorm2004").encode())
    controls = root.find(".//{*}deliveryControls")
    assert controls is not None
    assert dict(controls.attrib) == {"completionSetByContent": "true", "objectiveSetByContent": "true"}
    hidden = [element.text for element in root.iter("{*}hideLMSUI")]
    assert hidden == ["continue", "previous"]


def test_links_between_pages_and_scripts_of_a_package_are_sound(
    sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    parts = parts_of("scorm12", sample)
    assert list(FORMATS["scorm12"].verify(parts)) == []
    broken = {**parts, "pages/m1u1.js": parts["pages/m1u1.js"].replace(b"#m1u2-test/", b"#m1u9-test/")}
    assert [finding.code for finding in FORMATS["scorm12"].verify(broken)] == ["site-link"]
    lost = {name: data for name, data in parts.items() if name != "pages/m1u2.js"}
    assert {"sco-page", "sco-exercise"} <= {finding.code for finding in FORMATS["scorm12"].verify(lost)}


def matching(count: int, sources: int) -> str:
    """Exercises whose answers need much room."""
    texts = []
    for number in range(count):
        rows = "".join(f"    - {{id: s{row}, text: Eintrag {row}, target: t{row}}}\n" for row in range(sources))
        targets = "".join(f"    - {{id: t{row}, text: Ziel {row}}}\n" for row in range(sources))
        head = f"- id: e{number}\n  type: matching\n  title: T{number}\n  prompt: P\n"
        texts.append(f"{head}  sources:\n{rows}  targets:\n{targets}")
    return "".join(texts)


def large(folder: Path, count: int) -> Curriculum:
    placed = "\n\n".join(f"{{{{exercise e{number}}}}}" for number in range(count))
    unit = UNIT.replace("{{exercise wahl}}", placed)
    return loaded(folder, {"m1-eins/01-einheit.md": unit, "m1-eins/exercises/a.yaml": matching(count, 12)})


def test_a_module_whose_state_cannot_fit_is_refused_with_its_size(tmp_path: Path) -> None:
    curriculum = large(tmp_path / "source", 160)
    job = Job(curriculum=curriculum, modules=curriculum.modules)
    refused = bundle(FORMATS["scorm12"], job, tmp_path)
    assert not refused.written
    (finding,) = (finding for finding in refused.findings if finding.code == "state-large")
    assert finding.values["limit"] == 4095
    assert int(str(finding.values["least"])) > 4095
    assert str(finding.values["least"]) in finding.message()
    assert bundle(FORMATS["scorm2004"], job, tmp_path).written
    assert not bundle(FORMATS["scorm12"], replace(job, grain="course"), tmp_path).written


def test_typed_texts_alone_refuse_no_module(tmp_path: Path) -> None:
    count = 140
    texts = "".join(
        f'- id: e{n}\n  type: short-text\n  title: T{n}\n  prompt: P\n  answers: ["Wort"]\n' for n in range(count)
    )
    placed = "\n\n".join(f"{{{{exercise e{number}}}}}" for number in range(count))
    unit = UNIT.replace("{{exercise wahl}}", placed)
    curriculum = loaded(tmp_path / "source", {"m1-eins/01-einheit.md": unit, "m1-eins/exercises/a.yaml": texts})
    artifact = bundle(FORMATS["scorm12"], Job(curriculum=curriculum, modules=curriculum.modules), tmp_path)
    assert artifact.written
    assert [finding.code for finding in artifact.findings] == ["state-tight"]


def test_pictures_are_shipped_as_they_are(tmp_path: Path, parts_of: Callable[..., Parts]) -> None:
    parts = parts_of("scorm12", loaded(tmp_path, page("![Ein Rechteck](assets/bild.svg)")))
    assert parts["m1-eins/assets/bild.svg"] == SVG.encode()


def test_only_used_pictures_are_shipped(tmp_path: Path, parts_of: Callable[..., Parts]) -> None:
    assert "m1-eins/assets/bild.svg" not in parts_of("scorm12", loaded(tmp_path))


def test_the_course_package_says_what_to_set_in_moodle(tmp_path: Path) -> None:
    curriculum = two_modules(tmp_path)
    course = Job(curriculum=curriculum, modules=curriculum.modules, grain="course")
    assert [finding.code for finding in scorm12.FORMAT.remarks(course)] == ["course-scos"]
