"""What a build takes over from the last one while it makes a bundle: checks of the manifest, checksums of films."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from content import Curriculum
from content.findings import Finding
from content.memory import Memory, Pieces
from packager.archive import write_archive
from packager.build import Order
from packager.bundles import bundle, results, tasks, verified
from packager.formats import FORMATS
from packager.formats.base import Frame, Job
from packager.package import Package

Parts = Mapping[str, bytes]
LONG_AGO = (1_700_000_000, 1_700_000_000)
FILM = bytes(range(256)) * 1024


class Kept(dict[str, object]):
    """A store that lives as long as the test."""

    def recall(self, key: str) -> object | None:
        return self.get(key)

    def keep(self, key: str, value: object) -> None:
        self[key] = value


@pytest.fixture
def memory() -> Memory:
    return Memory(Kept(), {}, "program")


@pytest.mark.parametrize("name", ["scorm12", "scorm2004"])
def test_both_halves_of_the_checks_find_what_all_of_them_find(
    name: str, sample: Curriculum, memory: Memory, tmp_path: Path
) -> None:
    form = FORMATS[name]
    package = form.render(Job(curriculum=sample, modules=sample.modules))
    parts = {part.name: part.data if isinstance(part.data, bytes) else b"" for part in package}
    del parts["pages/_appendix.js"]
    parts["imsmanifest.xml"] = parts["imsmanifest.xml"].replace(b"index.html", b"start.html")
    expected = list(form.verify(parts))
    assert len({finding.code for finding in expected}) > 1
    pieces = Pieces(memory, "bundle")
    assert verified(form, parts, pieces) == expected
    assert verified(form, parts, pieces) == expected


def test_the_manifest_is_checked_again_when_it_or_the_names_of_the_parts_change(memory: Memory) -> None:
    asked: list[Parts] = []

    def faults(parts: Parts) -> Iterator[Finding]:
        asked.append(parts)
        yield Finding("manifest", 0, "manifest-missing")

    frame = Frame(part="manifest", faults=faults, others=lambda parts: iter(()))
    form = replace(FORMATS["scorm12"], frame=frame)
    for parts in (
        {"manifest": b"a", "page": b"1"},
        {"manifest": b"a", "page": b"2"},
        {"manifest": b"b", "page": b"2"},
        {"manifest": b"b", "other": b"2"},
    ):
        pieces = Pieces(memory, "bundle")
        assert [finding.code for finding in verified(form, parts, pieces)] == ["manifest-missing"]
        pieces.keep()
    assert len(asked) == 3


def film_in(folder: Path, data: bytes = FILM) -> Package:
    film = folder / "film.mp4"
    film.write_bytes(data)
    os.utime(film, LONG_AGO)
    package = Package("Film")
    package.add("film.mp4", film)
    return package


def test_the_archive_is_the_same_with_a_known_checksum(memory: Memory, tmp_path: Path) -> None:
    package = film_in(tmp_path)
    digests = []
    for name in ("a.zip", "b.zip"):
        pieces = Pieces(memory, "bundle")
        digests.append(write_archive(package, tmp_path / name, pieces))
        pieces.keep()
    assert digests == [write_archive(package, tmp_path / "c.zip")] * 2
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None


def test_another_film_of_the_same_length_has_another_checksum(memory: Memory, tmp_path: Path) -> None:
    pieces = Pieces(memory, "bundle")
    write_archive(film_in(tmp_path), tmp_path / "a.zip", pieces)
    package = film_in(tmp_path, FILM[::-1])
    os.utime(tmp_path / "film.mp4", (LONG_AGO[0] + 1, LONG_AGO[1] + 1))
    write_archive(package, tmp_path / "b.zip", pieces)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None


def test_a_film_that_was_just_written_is_not_trusted(memory: Memory, tmp_path: Path) -> None:
    """A second change within the same tick of the clock would leave no trace."""
    package = film_in(tmp_path)
    os.utime(tmp_path / "film.mp4")
    pieces = Pieces(memory, "bundle")
    write_archive(package, tmp_path / "a.zip", pieces)
    pieces.keep()
    assert not memory.store.recall(memory.key("pieces", "bundle"))


@pytest.mark.parametrize("name", ["web", "scorm12", "cmi5", "imscp"])
def test_forms_rendered_for_another_target_are_the_same(name: str, sample: Curriculum, memory: Memory) -> None:
    """What refers to a term, a page or a picture is rendered for each target; the sample has such exercises."""
    job = Job(curriculum=sample, modules=sample.modules)
    forms = Pieces(memory, "forms")
    for other in ("scorm2004", "web"):
        FORMATS[other].render(replace(job, pieces=forms))
    forms.keep()
    again = FORMATS[name].render(replace(job, pieces=Pieces(memory, "forms")))
    assert again.digest() == FORMATS[name].render(job).digest()


def test_a_bundle_made_with_memory_is_the_one_made_without(sample: Curriculum, memory: Memory, tmp_path: Path) -> None:
    job = Job(curriculum=sample, modules=sample.modules)
    made = [bundle(FORMATS["scorm12"], job, tmp_path / name, Pieces(memory, "b")) for name in ("a", "b")]
    without = bundle(FORMATS["scorm12"], job, tmp_path / "c")
    assert {artifact.sha256 for artifact in made} == {without.sha256}
    assert [artifact.findings for artifact in made] == [without.findings] * 2


def test_what_was_rendered_is_kept_by_whoever_takes_just_the_bundles(
    sample: Curriculum, memory: Memory, tmp_path: Path
) -> None:
    order = Order(source=tmp_path, out=tmp_path / "out", formats=("scorm12", "web"))
    todo = tasks(sample, order, memory)
    assert len(list(results(todo, order, [None] * len(todo)))) == len(todo)
    for module in sample.modules:
        kept = memory.store.recall(memory.key("pieces", "html", module.id))
        assert isinstance(kept, dict)
        assert len(kept) > len(module.exercises)
