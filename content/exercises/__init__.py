"""The exercise types. Adding one is a class in a module here, a line in `TYPES` and a template in `widgets/`."""

from __future__ import annotations

from content.exercises.arrange import Categorise, Matching, Ordering, Pairing
from content.exercises.base import Exercise, MalformedResponse, Note, Problem, Sample, Variable
from content.exercises.budget import Budget
from content.exercises.choice import MultipleChoice, SingleChoice, TrueFalse
from content.exercises.entry import GapText, Numeric, ShortText
from content.exercises.kprim import Kprim
from content.exercises.open import ExtendedText, SelfRating
from content.exercises.path import DecisionPath
from content.exercises.spot import HotSpot, HotText

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
        Kprim,
        HotText,
        Categorise,
        HotSpot,
        DecisionPath,
        Budget,
    )
}

__all__ = [
    "TYPES",
    "Budget",
    "Categorise",
    "DecisionPath",
    "Exercise",
    "ExtendedText",
    "GapText",
    "HotSpot",
    "HotText",
    "Kprim",
    "MalformedResponse",
    "Matching",
    "MultipleChoice",
    "Note",
    "Numeric",
    "Ordering",
    "Pairing",
    "Problem",
    "Sample",
    "SelfRating",
    "ShortText",
    "SingleChoice",
    "TrueFalse",
    "Variable",
]
