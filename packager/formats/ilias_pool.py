"""ILIAS question pool: one archive per module, imported as a new pool or into an existing one (ILIAS 8 to 10).

ILIAS' own dialect of QTI 1.2, in the form of its exports before there were manifests: with a manifest the import would
validate against schemas that change with every release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from content import Curriculum, Finding
from content.exercises import (
    Budget,
    DecisionPath,
    Exercise,
    ExtendedText,
    GapText,
    HotSpot,
    HotText,
    Kprim,
    Numeric,
    Ordering,
    Pairing,
    SelfRating,
    ShortText,
)
from content.exercises.entry import Gap
from packager.formats.base import Format, Job
from packager.ilias.check import pool_faults
from packager.ilias.image_map import is_beyond
from packager.ilias.names import file_name, pool_name, questions_name
from packager.ilias.pictures import missing
from packager.ilias.pool import exercises, pool_document, questions_document
from packager.ilias.texts import Texts
from packager.ilias.xml import compact
from packager.package import Package
from packager.stand_ins import StandIn, Table, stood_in
from packager.stand_ins import remarks as stand_in_remarks


def _counts_parts(exercise: Exercise, curriculum: Curriculum) -> bool:
    return isinstance(exercise, Kprim) and exercise.scoring == "partial"


STAND_INS: Table = {
    # ILIAS' kprim gives half for three of four or nothing (`assKprimChoice`); quarters need gaps.
    Kprim: StandIn("ilias-kprim-parts", _counts_parts),
    # In an error text every word can be chosen and costs points, a wrong passage one for each of its words; the text
    # has no formats.
    HotText: StandIn("stand-in-hot-text"),
    HotSpot: StandIn("ilias-hot-spot", is_beyond),
    # No question depends on the answers to another part of it.
    DecisionPath: StandIn("stand-in-decision-path"),
    # Gap combinations hold values, not sums.
    Budget: StandIn("stand-in-budget"),
}
"""Exercises that ILIAS has no question for, or none that scores like them; see `packager.stand_ins`."""


def render(job: Job) -> Package:
    """A folder with the document of the questions, that of the pool, and the pictures."""
    job = stood_in(job, STAND_INS)
    (module,) = job.modules
    texts = Texts(job.curriculum)
    name = pool_name(job)
    package = Package(job.title)
    package.add(f"{name}/{questions_name(name)}.xml", compact(questions_document(module, texts)))
    package.add(f"{name}/{name}.xml", compact(pool_document(job)))
    for path, file in texts.files().items():
        package.add(f"{name}/{path}", file)
    return package


def remarks(job: Job) -> Iterator[Finding]:
    """What stands in, and what ILIAS does differently, with the number of exercises that it concerns."""
    yield from stand_in_remarks(job, STAND_INS)
    asked = stood_in(job, STAND_INS)
    pairs = [
        pair
        for before, after in zip(job.modules, asked.modules, strict=True)
        for pair in zip(exercises(before), exercises(after), strict=True)
    ]
    for code, concerns in DIFFERENCES.items():
        # What stands in as matching was told above, with its reason.
        told = code == "ilias-gap-fallback"
        count = sum(concerns(before if told else after) for before, after in pairs)
        if count:
            yield Finding(job.identifier, 0, code, {"count": count})
    pictures = sum(missing(after, asked.curriculum.assets) for _, after in pairs)
    if pictures:
        yield Finding(job.identifier, 0, "ilias-pictures", {"count": pictures})


def _order_falls_back(exercise: Exercise) -> bool:
    return isinstance(exercise, Ordering) and exercise.scoring == "partial"


def _match_falls_back(exercise: Exercise) -> bool:
    if not isinstance(exercise, Pairing):
        return False
    sources, _ = exercise.pairing
    return len({source.target for source in sources}) < len(sources)


def _has_table(exercise: Exercise) -> bool:
    texts = (exercise.prompt.html, exercise.text.html if isinstance(exercise, GapText) else "")
    return any("<table" in text for text in texts)


def _has_numbers(exercise: Exercise) -> bool:
    return isinstance(exercise, Numeric) or any(gap.type == "number" for gap in _gaps(exercise))


def _has_words(exercise: Exercise) -> bool:
    return isinstance(exercise, ShortText) or any(gap.type == "text" for gap in _gaps(exercise))


def _gaps(exercise: Exercise) -> tuple[Gap, ...]:
    return exercise.gaps if isinstance(exercise, GapText) else ()


DIFFERENCES: dict[str, Callable[[Exercise], bool]] = {
    "ilias-order-fallback": _order_falls_back,
    "ilias-gap-fallback": _match_falls_back,
    "ilias-numbers": _has_numbers,
    "ilias-texts": _has_words,
    "ilias-tables": _has_table,
    "ilias-rubric": lambda exercise: isinstance(exercise, ExtendedText) and bool(exercise.rubric),
}
"""Code of the finding -> whether an exercise is concerned: the one list of what ILIAS forces."""

FORMAT = Format(
    name="ilias-pool",
    label={
        "de": "Fragenpool für ILIAS; die Datei behält ihren Namen",
        "en": "question pool for ILIAS; the file must keep its name",
    },
    render=render,
    verify=pool_faults,
    remarks=remarks,
    unsupported={SelfRating: "ilias-unscored"},
    questions=True,
    grains=("module",),
    file_name=file_name,
)
