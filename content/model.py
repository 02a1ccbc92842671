"""A curriculum as frozen value objects: Curriculum > Module > Unit > Page > (Markup | exercise | assessment)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Literal

from content.exercises import Exercise
from content.exercises.base import Variable
from content.findings import Finding
from content.frozen import frozen
from content.markup import Markup

YEAR = r"\b(?:19|20)[0-9]{2}\b"
LABEL_LENGTH = 32

FeedbackPolicy = Literal["after-each", "at-end", "never"]
Gender = Literal["colon", "asterisk", "both", "neutral"]


@frozen
class Location:
    """Where something stands in the source."""

    path: str
    line: int


@frozen(kw_only=True)
class Author:
    """A link of the author chain; `year` of the contribution, `role` in words."""

    name: str
    year: int | None = None
    role: str = ""


@frozen
class ExerciseRef:
    """The place of an exercise on a page."""

    id: str


@frozen
class AssessmentRef:
    """The place of an assessment on a page."""

    id: str


Block = Markup | ExerciseRef | AssessmentRef


@frozen(kw_only=True)
class Asset:
    """A file that pages refer to; `path` is relative to the curriculum's folder, width and height in pixels."""

    path: str
    file: Path
    media_type: str
    size: int
    author: str
    licence: str
    width: int | None = None
    height: int | None = None
    title: str = ""
    source: str = ""
    description: Markup = Markup("")
    captions: str = ""
    transcript: Markup = Markup("")


@frozen(kw_only=True)
class Page:
    """What a learner sees at once. `number` is permanent (see `content.lock`); untracked pages have 0."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    number: int = 0
    location: Location = Location("", 0)

    def exercises(self) -> tuple[str, ...]:
        return tuple(block.id for block in self.blocks if isinstance(block, ExerciseRef))

    def assessments(self) -> tuple[str, ...]:
        return tuple(block.id for block in self.blocks if isinstance(block, AssessmentRef))

    def markup(self) -> Iterator[Markup]:
        return (block for block in self.blocks if isinstance(block, Markup))


@frozen(kw_only=True)
class Objective:
    """What a learner can do afterwards; `level` 1…3 of the competence framework."""

    id: str
    text: Markup
    competences: tuple[str, ...] = ()
    level: int = 1


@frozen(kw_only=True)
class Unit:
    """About an hour of learning; `duration` in minutes."""

    id: str
    title: str
    duration: int
    objectives: tuple[Objective, ...]
    competences: tuple[str, ...]
    pages: tuple[Page, ...]
    location: Location


@frozen(kw_only=True)
class Section:
    """A part of an assessment; `draw` of its exercises are drawn (None: all)."""

    title: str
    exercises: tuple[str, ...]
    draw: int | None = None


@frozen(kw_only=True)
class Assessment:
    """A test; `pass_mark` in percent, `attempts` 0 for any number."""

    id: str
    title: str
    description: Markup
    sections: tuple[Section, ...]
    pass_mark: int | None
    attempts: int
    shuffle: bool
    feedback: FeedbackPolicy
    number: int

    def exercises(self) -> tuple[str, ...]:
        return tuple(identifier for section in self.sections for identifier in section.exercises)


@frozen(kw_only=True)
class Module:
    """A course of its own: the grain of packages. `completion_pass_mark` in percent or None."""

    id: str
    number: int
    folder: str
    title: str
    description: str
    duration: int
    units: tuple[Unit, ...]
    exercises: Mapping[str, Exercise]
    variables: Mapping[str, tuple[Variable, ...]]
    exercise_numbers: Mapping[str, int]
    assessments: tuple[Assessment, ...]
    completion_pass_mark: int | None
    location: Location
    trainer: Page | None = None
    locations: Mapping[str, Location] = field(default_factory=dict)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        return tuple(page for unit in self.units for page in unit.pages)

    @cached_property
    def objectives(self) -> Mapping[str, Objective]:
        return {objective.id: objective for unit in self.units for objective in unit.objectives}

    @cached_property
    def page_of(self) -> Mapping[str, str]:
        """Exercise or assessment -> page that shows it."""
        return {identifier: page.id for page in self.pages for identifier in (*page.exercises(), *page.assessments())}

    @property
    def names(self) -> tuple[str, ...]:
        """Everything in the module that a link may lead to: exercises, assessments, pages, units."""
        ids = [*self.exercises, *(a.id for a in self.assessments), *(p.id for p in self.pages)]
        return (*ids, *(unit.id for unit in self.units))

    def competences(self, exercise: Exercise) -> tuple[str, ...]:
        """The competences that an exercise practises: its own, else those of its objectives."""
        if exercise.competences:
            return exercise.competences
        known = (self.objectives[identifier] for identifier in exercise.objectives if identifier in self.objectives)
        return tuple(dict.fromkeys(competence for objective in known for competence in objective.competences))


@frozen(kw_only=True)
class Term:
    """An entry of the glossary."""

    id: str
    term: str
    definition: Markup
    also: tuple[str, ...] = ()
    unit: str = ""
    sources: tuple[str, ...] = ()
    module: str = ""


@frozen(kw_only=True)
class Source:
    """An entry of the bibliography; `label` is its short form in the text."""

    id: str
    title: str
    publisher: str = ""
    date: str = ""
    url: str = ""

    @cached_property
    def label(self) -> str:
        name = self.publisher or self.title
        for sign in (" – ", " (", " /", ",", ":"):
            name = name.split(sign)[0]
        if len(name) > LABEL_LENGTH:
            name = name[: LABEL_LENGTH - 1].rsplit(" ", 1)[0] + " …"
        years = re.findall(YEAR, self.date)
        return f"{name} {years[-1]}" if years else name


@frozen(kw_only=True)
class Competence:
    """An entry of the competence framework with its levels, low to high."""

    id: str
    title: str
    area: str = ""
    levels: tuple[str, ...] = ()


@frozen(kw_only=True)
class Framework:
    """The competence framework: areas and names of the levels."""

    areas: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[str, ...] = ()
    competences: Mapping[str, Competence] = field(default_factory=dict)


@frozen(kw_only=True)
class Curriculum:
    """The whole source, checked and rendered; `findings` are its warnings."""

    id: str
    title: str
    version: str
    language: Literal["de", "en"]
    description: str
    plain_description: str
    licence: str
    publisher: str
    authors: tuple[Author, ...]
    variables: Mapping[str, str]
    gender: Gender
    modules: tuple[Module, ...]
    pages: tuple[Page, ...]
    terms: Mapping[str, Term]
    sources: Mapping[str, Source]
    framework: Framework
    strategy: Mapping[str, str]
    assets: Mapping[str, Asset]
    module_numbers: Mapping[str, int] = field(default_factory=dict)
    """Any page, unit, exercise or assessment of the source -> number of its module, whatever `modules` was left of."""
    findings: tuple[Finding, ...] = ()

    @cached_property
    def exercises(self) -> Mapping[str, Exercise]:
        return {identifier: item for module in self.modules for identifier, item in module.exercises.items()}

    @cached_property
    def module_of(self) -> Mapping[str, Module]:
        """Any exercise, assessment, page or unit -> its module."""
        return {name: module for module in self.modules for name in module.names}
