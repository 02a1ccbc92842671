"""Whatever an author edits, a build with memory makes what a build without one makes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from content import InvalidCurriculum
from packager.build import build
from packager.report import BuildReport
from tests.factories import FILES, SVG, write_source
from tests.packager.building import SECOND, Make, bundles


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
    good, edits = 0, 20 if formats else 7  # all formats take long, and the memory is the same for each
    for _ in range(edits):
        random_edit(rng, source)
        expected = outcome(lambda: build(order(cache=None, out=clean, formats=formats)), clean)
        assert outcome(lambda: build(order(formats=formats)), order().out) == expected
        good += isinstance(expected, tuple)
        if not isinstance(expected, tuple):
            write_source(source, dict(SECOND))
    assert good > edits // 4
