"""SCORM 2004 4th Edition (CAM 3, SN 3): one activity whose status and score the content reports itself."""

from __future__ import annotations

from packager.formats.base import Format, Job
from packager.formats.scorm import FRAME, bundle, scorm_faults
from packager.package import Package

NAME = "scorm2004"


def render(job: Job) -> Package:
    """One SCO. Moodle's player for this edition stops after the first of several, so there is no course package."""
    return bundle(job, NAME)


FORMAT = Format(
    name=NAME,
    label={
        "de": "SCORM 2004 4th Edition; wo das LMS diese Fassung verlangt",
        "en": "SCORM 2004 4th Edition; where the LMS asks for this edition",
    },
    render=render,
    verify=scorm_faults,
    frame=FRAME,
    grains=("module",),
)
