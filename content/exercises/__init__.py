"""The exercise types. Adding one is a class in a module here, a line in `TYPES` and a template in `widgets/`."""

from __future__ import annotations

from content.exercises.arrange import Matching, Ordering
from content.exercises.base import Exercise, MalformedResponse, Note, Problem, Sample, Variable
from content.exercises.choice import MultipleChoice, SingleChoice, TrueFalse
from content.exercises.entry import GapText, Numeric, ShortText
from content.exercises.open import ExtendedText, SelfRating

TYPES: dict[str, type[Exercise]] = {
    kind.type: kind
    for kind in (
        SingleChoice,
        MultipleChoice,
        TrueFalse,
        Matching,
        Ordering,
        Numeric,
        ShortText,
        GapText,
        ExtendedText,
        SelfRating,
    )
}

__all__ = [
    "TYPES",
    "Exercise",
    "ExtendedText",
    "GapText",
    "MalformedResponse",
    "Matching",
    "MultipleChoice",
    "Note",
    "Numeric",
    "Ordering",
    "Problem",
    "Sample",
    "SelfRating",
    "ShortText",
    "SingleChoice",
    "TrueFalse",
    "Variable",
]
