"""What a placement shows: one exercise or an assessment of the curriculum, with its rules and its draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from content import Curriculum, Markup, Module
from content.exercises import Exercise, ExtendedText
from content.model import Assessment, FeedbackPolicy, Section
from lti_tool.db import storable

SEEDS = 2**20
"""Seeds are whole numbers below this, as in the learning packages."""
PERCENT = 100
LONGEST_IDENTIFIER = 40
UNKNOWN = "?"
KINDS: tuple[Kind, ...] = ("exercise", "assessment")

Kind = Literal["exercise", "assessment"]


class UnknownActivity(Exception):
    """The curriculum has no such exercise or assessment (any more)."""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """An exercise of its own, or an assessment. `attempts` 0: any number; `pass_mark` in percent."""

    name: str
    title: str
    module: Module
    sections: tuple[Section, ...]
    pool: Mapping[str, Exercise]
    description: Markup
    attempts: int = 0
    feedback: FeedbackPolicy = "after-each"
    shuffle: bool = False
    pass_mark: int | None = None

    @property
    def kind(self) -> Kind:
        return "exercise" if self.name.startswith("exercise:") else "assessment"

    @property
    def single(self) -> Exercise | None:
        """The exercise, where there is only one."""
        return next(iter(self.pool.values())) if self.kind == "exercise" else None

    @property
    def read_by_a_person(self) -> bool:
        """Some of it no machine can score."""
        return any(is_manual(exercise) for exercise in self.pool.values())

    @property
    def line_item_maximum(self) -> int:
        """The maximum of its column: whole and 1…100, because Moodle refuses any other (100 is its default limit)."""
        if self.single is None:
            return PERCENT
        return min(PERCENT, self.single.maximum_points) if is_weighted(self.single) else 1

    def draw(self, seed: int) -> tuple[str, ...]:
        """The exercises of an attempt: per section `draw` of its exercises, in its order or shuffled."""
        chance = Random(seed)  # noqa: S311 - a draw that must be repeatable, not a secret
        drawn: list[str] = []
        for section in self.sections:
            known = [identifier for identifier in section.exercises if identifier in self.pool]
            mixed = chance.sample(known, k=min(section.draw or len(known), len(known)))
            drawn += mixed if self.shuffle else [identifier for identifier in known if identifier in mixed]
        return tuple(drawn)


def find(curriculum: Curriculum, name: str) -> Activity:
    """The activity of that name; raises UnknownActivity."""
    kind, _, identifier = name.partition(":")
    module = curriculum.module_of.get(identifier)
    if module is None or kind not in KINDS:
        raise UnknownActivity(name)
    if kind == "exercise" and identifier in module.exercises:
        return _exercise(name, module, module.exercises[identifier])
    for assessment in module.assessments:
        if kind == "assessment" and assessment.id == identifier:
            return _assessment(name, module, assessment)
    raise UnknownActivity(name)


def catalogue(curriculum: Curriculum) -> tuple[Activity, ...]:
    """Everything that can be placed, in reading order; exercises of a pool only inside of their assessment."""
    found: list[Activity] = []
    for module in curriculum.modules:
        pooled = {identifier for assessment in module.assessments for identifier in assessment.exercises()}
        found += [_exercise(f"exercise:{e.id}", module, e) for e in module.exercises.values() if e.id not in pooled]
        found += [_assessment(f"assessment:{a.id}", module, a) for a in module.assessments]
    return tuple(found)


def requested(custom: Mapping[str, str], target_link_uri: str) -> str:
    """The name of the activity that a launch asks for, or nothing.

    Custom parameters `exercise` or `assessment` go before the query of the signed target, because ILIAS puts the
    tool's own redirect address there.
    """
    return _named(custom) or _named({key: values[0] for key, values in _query(target_link_uri).items()})


def _query(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query) if "?" in address else {}


def _named(values: Mapping[str, str]) -> str:
    known = ((kind, values.get(kind, "").strip()) for kind in KINDS)
    return next((f"{kind}:{_kept(identifier)}" for kind, identifier in known if identifier), "")


def _kept(identifier: str) -> str:
    """As a placement keeps it; what can be no identifier of ours names nothing that there is."""
    return identifier if len(identifier) <= LONGEST_IDENTIFIER and storable(identifier) else UNKNOWN


def is_manual(exercise: Exercise) -> bool:
    """A person reads and scores it."""
    return isinstance(exercise, ExtendedText)


def is_weighted(exercise: Exercise) -> bool:
    """It counts for the score, whoever gives it."""
    return exercise.scored or is_manual(exercise)


def _exercise(name: str, module: Module, exercise: Exercise) -> Activity:
    section = Section(title=exercise.title, exercises=(exercise.id,))
    return Activity(
        name=name,
        title=exercise.title,
        module=module,
        sections=(section,),
        pool={exercise.id: exercise},
        description=Markup(""),
    )


def _assessment(name: str, module: Module, assessment: Assessment) -> Activity:
    known = module.exercises
    return Activity(
        name=name,
        title=assessment.title,
        module=module,
        sections=assessment.sections,
        pool={identifier: known[identifier] for identifier in assessment.exercises() if identifier in known},
        description=assessment.description,
        attempts=assessment.attempts,
        feedback=assessment.feedback,
        shuffle=assessment.shuffle,
        pass_mark=assessment.pass_mark,
    )
