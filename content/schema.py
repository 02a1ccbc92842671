"""The shapes of the YAML files, as their authors write them (docs/handbuch/quelltext.md)."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from content.frozen import frozen
from content.markup import Markup
from content.model import Author, FeedbackPolicy, Gender


@frozen(kw_only=True)
class StrategyChapter:
    """A chapter of the strategy draft that worksheets fill."""

    id: str
    title: str


@frozen(kw_only=True)
class CurriculumFile:
    """curriculum.yaml"""

    id: str
    title: str
    version: str
    language: Literal["de", "en"]
    description: str
    licence: str
    modules: tuple[str, ...]
    plain_description: str = ""
    publisher: str = ""
    authors: tuple[Author, ...] = ()
    pages: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    strategy: tuple[StrategyChapter, ...] = ()


@frozen(kw_only=True)
class ProfileFile:
    """profiles/<name>.yaml"""

    gender: Gender = "colon"
    variables: dict[str, str] = field(default_factory=dict)


@frozen(kw_only=True)
class SectionEntry:
    """A section of an assessment."""

    title: str
    exercises: tuple[str, ...]
    draw: int | None = None


@frozen(kw_only=True)
class AssessmentEntry:
    """An assessment in module.yaml"""

    id: str
    title: str
    sections: tuple[SectionEntry, ...]
    description: Markup = Markup("")
    pass_mark: int | None = None
    attempts: int = 0
    shuffle: bool = False
    feedback: FeedbackPolicy = "at-end"


@frozen(kw_only=True)
class CompletionEntry:
    """When a module is passed; percent."""

    pass_mark: int | None = None


@frozen(kw_only=True)
class ModuleFile:
    """module.yaml"""

    id: str
    title: str
    units: tuple[str, ...]
    description: str = ""
    duration: int = 0
    completion: CompletionEntry = CompletionEntry()
    assessments: tuple[AssessmentEntry, ...] = ()


@frozen(kw_only=True)
class ObjectiveEntry:
    """A learning objective in a unit's front matter."""

    id: str
    text: Markup
    competences: tuple[str, ...] = ()
    level: Literal[1, 2, 3] = 1


@frozen(kw_only=True)
class UnitHead:
    """Front matter of a unit."""

    id: str
    title: str
    duration: int = 0
    competences: tuple[str, ...] = ()
    objectives: tuple[ObjectiveEntry, ...] = ()


@frozen(kw_only=True)
class PageHead:
    """Front matter of a page outside units."""

    id: str
    title: str


@frozen(kw_only=True)
class TermEntry:
    """glossary.yaml, one term"""

    term: str
    definition: Markup
    also: tuple[str, ...] = ()
    unit: str = ""
    sources: tuple[str, ...] = ()


@frozen(kw_only=True)
class SourceEntry:
    """sources.yaml, one source"""

    title: str
    publisher: str = ""
    date: str = ""
    url: str = ""


@frozen(kw_only=True)
class AreaEntry:
    """An area of competences."""

    id: str
    title: str


@frozen(kw_only=True)
class CompetenceEntry:
    """competences.yaml, one competence"""

    title: str
    area: str = ""
    levels: tuple[str, ...] = ()


@frozen(kw_only=True)
class CompetenceFile:
    """competences.yaml"""

    areas: tuple[AreaEntry, ...] = ()
    levels: tuple[str, ...] = ()
    competences: dict[str, CompetenceEntry] = field(default_factory=dict)
