"""A build makes what was ordered, says what it made, and never makes anything else of what it remembers."""

from __future__ import annotations

import json
import os
import pickle
import random
import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from content import InvalidCurriculum
from packager.archive import atomic_file, clear_unfinished, read_archive
from packager.build import Order, build
from packager.cache import Cache, cache_folder, trusted
from packager.past import program
from packager.report import REPORT, BuildReport
from tests.factories import CURRICULUM, FILES, SVG, write_source

SECOND = {
    "curriculum.yaml": CURRICULUM.replace("[m1-eins]", "[m1-eins, m2-zwei, m3-drei]"),
    **{
        f"m{number}-{name}/{file}": text
        for number, name in ((2, "zwei"), (3, "drei"))
        for file, text in {
            "module.yaml": f"id: m{number}\ntitle: Modul {number}\nunits: [01-teil]\n",
            "01-teil.md": f"---\nid: u{number}\ntitle: Teil {number}\nduration: 45\n---\n\n# Anfang {{#a{number}}}\n\n"
            f"Text mit [](term:begriff) und [](page:s1).\n\n{{{{exercise frage{number}}}}}\n",
            "exercises/b.yaml": f"- id: frage{number}\n  type: short-text\n  title: Frage\n  prompt: Was?\n"
            "  answers: [das]\n",
            "glossary.yaml": f"wort{number}: {{term: Wort {number}, definition: Erklärt.}}\n",
        }.items()
    },
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three small modules that refer to each other."""
    return write_source(tmp_path / "source", dict(SECOND))


@pytest.fixture
def order(source: Path, tmp_path: Path) -> Callable[..., Order]:
    """An order for `source`; by default of SCORM 1.2 and the web site, with a cache."""

    def make(**changes: object) -> Order:
        values = {"source": source, "out": tmp_path / "out", "formats": ("web", "scorm12"), "cache": tmp_path / "cache"}
        return Order(**{**values, **changes})  # type: ignore[arg-type]  # the fields of Order

    return make


Make = Callable[..., Order]


def bundles(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.zip"))}


def written(folder: Path) -> dict[str, int]:
    """Name of each bundle -> number of its file, which changes when it is written again."""
    return {path.name: path.stat().st_ino for path in folder.glob("*.zip")}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_every_module_gets_a_bundle_in_every_format(order: Make) -> None:
    report = build(order())
    assert report.complete
    assert [(artifact.module, artifact.format) for artifact in report.artifacts] == [
        (module, form) for form in ("web", "scorm12") for module in ("m1", "m2", "m3")
    ]
    for artifact in report.artifacts:
        data = Path(artifact.path).read_bytes()
        assert (sha256(data).hexdigest(), len(data)) == (artifact.sha256, artifact.bytes)
        assert Path(artifact.path).name == f"probe-{artifact.module}-1.0.0-{artifact.format}.zip"


def test_the_report_beside_the_bundles_is_the_same_on_every_run(order: Make) -> None:
    out = order().out
    build(order()).write(out)
    table, page = (out / f"{REPORT}{suffix}" for suffix in (".json", ".html"))
    first = table.read_bytes(), page.read_bytes()
    data = json.loads(first[0])
    assert set(data) == {"curriculum", "version", "profile", "language", "findings", "artifacts"}
    names = {"path", "format", "module", "sha256", "bytes", "seconds", "findings"}
    assert [set(artifact) for artifact in data["artifacts"]] == [names] * 6
    assert data["artifacts"][0]["path"] == "probe-m1-1.0.0-web.zip"
    assert "probe-m1-1.0.0-web.zip" in first[1].decode()
    build(order(cache=None)).write(out)
    assert (table.read_bytes(), page.read_bytes()) == first


def test_a_report_in_another_language_is_written_anew(order: Make) -> None:
    out = order().out
    build(order()).write(out, "de")
    report = build(order())
    report.write(out, "en")
    assert report.unchanged
    assert '<html lang="en">' in (out / f"{REPORT}.html").read_text("utf-8")


def test_several_jobs_make_the_same_bundles_as_one(order: Make, tmp_path: Path) -> None:
    alone = build(order(cache=None))
    together = build(order(cache=None, jobs=3, out=tmp_path / "together"))
    assert bundles(tmp_path / "together") == bundles(order().out)
    assert [a.sha256 for a in together.artifacts] == [a.sha256 for a in alone.artifacts]


def test_a_bundle_is_the_same_whichever_modules_are_built_with_it(order: Make, tmp_path: Path) -> None:
    build(order(cache=None))
    build(order(cache=None, modules=("m2",), out=tmp_path / "single"))
    single = bundles(tmp_path / "single")
    assert set(single) == {"probe-m2-1.0.0-web.zip", "probe-m2-1.0.0-scorm12.zip"}
    assert single.items() <= bundles(order().out).items()


def test_a_bundle_that_cannot_be_made_is_reported_and_the_others_are_written(order: Make) -> None:
    report = build(order(formats=("scorm2004", "web"), grain="course"))
    refused, made = report.artifacts
    assert not report.complete
    assert (refused.written, [finding.code for finding in refused.findings]) == (False, ["grain"])
    assert made.written
    assert not build(order(formats=("scorm2004", "web"), grain="course")).unchanged


def test_a_faulty_source_writes_nothing(order: Make, source: Path) -> None:
    edit(source / "m2-zwei/01-teil.md", "page:s1", "page:nirgends")
    for _ in range(2):
        with pytest.raises(InvalidCurriculum) as caught:
            build(order())
        assert [finding.code for finding in caught.value.findings] == ["page-unknown"]
    assert not order().out.exists()


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


def test_a_damaged_memory_is_ignored(order: Make, source: Path, tmp_path: Path) -> None:
    build(order())
    rng = random.Random(1)  # noqa: S311  # a test repeats itself
    for path in (tmp_path / "cache").iterdir():
        data = bytearray(path.read_bytes())
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(data[: rng.choice([len(data), len(data) // 2, 5, 0])])
    edit(source / "m2-zwei/01-teil.md", "Text mit", "Neuer Text mit")
    assert build(order()).complete
    build(order(cache=None, out=tmp_path / "clean"))
    assert bundles(order().out) == bundles(tmp_path / "clean")


class Intruder:
    """An object whose pickle calls a function when it is read."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.trace),)


def test_what_somebody_else_put_into_the_cache_is_not_run(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.write("key", pickle.dumps(Intruder(tmp_path / "trace")))
    assert cache.recall("key") is None
    assert not (tmp_path / "trace").exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners and modes of POSIX")
def test_a_cache_that_others_may_write_is_not_used(order: Make, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    assert not trusted(tmp_path / "cache")
    build(order())
    assert not build(order()).unchanged
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_cache_is_made_for_the_user_alone_and_lies_where_the_user_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert trusted(tmp_path / "new" / "cache")
    assert (tmp_path / "new" / "cache").stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("STAFFEL_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"
    monkeypatch.delenv("STAFFEL_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "staffel"


def test_the_cache_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("packager.cache.LIMIT", 100_000)
    cache = Cache(tmp_path / "cache")
    for number in range(40):
        cache.keep(f"key{number}", "x" * 10_000)
        cache.commit()
        os.utime(tmp_path / "cache" / f"key{number}", (number, number))
        assert sum(path.stat().st_size for path in (tmp_path / "cache").iterdir()) <= 100_000
    assert cache.recall("key39") == "x" * 10_000
    assert cache.recall("key0") is None


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


def outcome(make: Callable[[], BuildReport], folder: Path) -> object:
    """What a build of a possibly faulty source led to: its bundles and findings, or the faults."""
    try:
        report = make()
    except InvalidCurriculum as refused:
        return [finding.text() for finding in refused.findings]
    findings = [finding.text() for finding in report.findings]
    return {name: data for name, data in bundles(folder).items() if name in names(report)}, findings


def names(report: BuildReport) -> set[str]:
    return {Path(artifact.path).name for artifact in report.artifacts}


def random_edit(rng: random.Random, source: Path) -> None:
    """Something that an author does: words, titles, references, answers, pictures, entries, files; some of it wrong."""
    paths = sorted(path for path in source.rglob("*") if path.suffix in (".md", ".yaml", ".svg", ".lock"))
    path = rng.choice(paths)
    text = path.read_text("utf-8")
    words = re.findall(r"[A-Za-zäöü]{4,}", text)
    kind = rng.randrange(8)
    if kind == 0 and words:
        path.write_text(text.replace(rng.choice(words), rng.choice(words), 1), "utf-8")
    elif kind == 1 and path.suffix == ".md":
        path.write_text(
            text + rng.choice(["\nNoch ein **Absatz**.\n", "\n[](term:begriff)\n", "\n[](page:weg)\n"]), "utf-8"
        )
    elif kind == 2:
        number = rng.randrange(99)
        home = source / rng.choice(["m1-eins", "m2-zwei", "m3-drei"])
        (home / "glossary.yaml").write_text(f"neu{number}: {{term: Neu {number}, definition: Neu.}}\n", "utf-8")
    elif kind == 3:
        (source / "m1-eins/assets/bild.svg").write_text(SVG.replace("10 10", f"{rng.randrange(9, 12)} 10"), "utf-8")
    elif kind == 4:
        (source / "ids.lock").write_text(rng.choice(["", "page m1 s1 5\n", "exercise m2 frage2 3 RESPONSE\n"]), "utf-8")
    elif kind == 5:
        path.write_text(text.replace("title: ", f"title: {rng.choice('ABC')}", 1), "utf-8")
    elif kind == 6:
        original = {**FILES, **SECOND}.get(str(path.relative_to(source)))
        path.write_text(original or text, "utf-8")
    else:
        path.write_text(text.replace("Text", rng.choice(["![Bild](assets/bild.svg)", "Wort", "Text"]), 1), "utf-8")


@pytest.mark.parametrize(("seed", "formats"), [(0, ("web", "scorm12")), (1, ("scorm2004", "imscp")), (2, ())])
def test_whatever_is_edited_a_build_with_memory_equals_one_without(
    seed: int, formats: tuple[str, ...], order: Make, source: Path, tmp_path: Path
) -> None:
    rng = random.Random(seed)  # noqa: S311  # a test repeats itself
    clean = tmp_path / "clean"
    good = 0
    for _ in range(25):
        random_edit(rng, source)
        expected = outcome(lambda: build(order(cache=None, out=clean, formats=formats)), clean)
        assert outcome(lambda: build(order(formats=formats)), order().out) == expected
        good += isinstance(expected, tuple)
        if not isinstance(expected, tuple):
            write_source(source, dict(SECOND))
    assert good > 5


def test_a_file_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("alt")
    with atomic_file(path) as file:
        file.write(b"neu")
        assert path.read_text() == "alt"
    assert path.read_text() == "neu"


def test_leftovers_of_killed_builds_are_cleared_when_they_are_old(order: Make) -> None:
    out = order().out
    out.mkdir()
    for name, age in ((".probe.zip.0123abcd", 200_000), (".probe.zip.4567abcd", 0), (".gitkeep", 200_000)):
        (out / name).write_bytes(b"")
        if age:
            os.utime(out / name, (1_000_000_000, 1_000_000_000))
    clear_unfinished(out)
    assert {path.name for path in out.iterdir()} == {".probe.zip.4567abcd", ".gitkeep"}
