"""The language of the curriculum: Markdown and YAML in, checked value objects out."""

from content.findings import Finding, InvalidCurriculum, StaffelError
from content.loader import load, load_locked
from content.markup import Markup
from content.model import AssessmentRef, Curriculum, ExerciseRef, Module, Page, Unit

__all__ = [
    "AssessmentRef",
    "Curriculum",
    "ExerciseRef",
    "Finding",
    "InvalidCurriculum",
    "Markup",
    "Module",
    "Page",
    "StaffelError",
    "Unit",
    "load",
    "load_locked",
]
