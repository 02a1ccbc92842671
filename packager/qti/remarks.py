"""What a host of QTI does differently, told before the package leaves: the one list of differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from content import Finding
from content.exercises import Budget, DecisionPath, Exercise, GapText, Numeric
from packager.formats.base import Job


def remarks(job: Job) -> Iterator[Finding]:
    """One finding a difference, with the number of exercises or tests that it concerns."""
    for code, concerns in DIFFERENCES.items():
        count = sum(concerns(exercise) for module in job.modules for exercise in module.exercises.values())
        if count:
            yield Finding(job.identifier, 0, code, {"count": count})
    limited = sum(a.attempts > 1 for module in job.modules for a in module.assessments)
    if limited:
        yield Finding(job.identifier, 0, "qti-attempts", {"count": limited})


def _has_number(exercise: Exercise) -> bool:
    gaps = exercise.gaps if isinstance(exercise, GapText) else ()
    return isinstance(exercise, Numeric | Budget) or any(gap.type == "number" for gap in gaps)


DIFFERENCES: dict[str, Callable[[Exercise], bool]] = {
    "qti-numbers": _has_number,
    "qti-hints": lambda exercise: bool(exercise.hints),
    "qti-path": lambda exercise: isinstance(exercise, DecisionPath),
}
"""Code of the finding -> whether an exercise is concerned."""
