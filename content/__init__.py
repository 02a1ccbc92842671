"""The language of the curriculum: Markdown and YAML in, checked value objects out.

The names are imported when they are first used: `staffel --help` needs no Markdown parser (docs/decisions/0007).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_HOMES = {
    "findings": ("Finding", "InvalidCurriculum", "StaffelError"),
    "loader": ("load", "load_locked"),
    "markup": ("Markup",),
    "model": ("AssessmentRef", "Curriculum", "ExerciseRef", "Module", "Page", "Unit"),
}


def __getattr__(name: str) -> object:
    """The public name from its module (PEP 562)."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"content.{home}"), name)
    raise AttributeError(f"module 'content' has no attribute {name!r}")
