"""SCORM 1.2 (CAM 2.3): the edition that every LMS of German administrations plays, and the default to recommend."""

from __future__ import annotations

from collections.abc import Iterator

from content import Finding
from packager.formats.base import Format, Job
from packager.formats.scorm import FRAME, bundle, scorm_faults
from packager.package import Package

NAME = "scorm12"


def render(job: Job) -> Package:
    """One SCO per module. A course has several: each keeps its own learning state and status.

    The manifest holds no masteryscore, since the run-time decides about passing.
    """
    return bundle(job, NAME)


def remarks(job: Job) -> Iterator[Finding]:
    """What to set in Moodle for a course of several SCOs."""
    if len(job.modules) > 1:
        yield Finding(job.identifier, 0, "course-scos", {"count": len(job.modules)})


FORMAT = Format(
    name=NAME,
    label={
        "de": "SCORM 1.2 für Moodle, ILIAS und fast jedes andere LMS; Empfehlung",
        "en": "SCORM 1.2 for Moodle, ILIAS and nearly every other LMS; recommended",
    },
    render=render,
    verify=scorm_faults,
    frame=FRAME,
    remarks=remarks,
)
