"""The course that a backup restores: sections, activities in order, and the ids that files of the backup share.

Ids are arbitrary (Moodle maps them); here they follow from the order alone. An activity's course module id is also its
instance id, its context is `CONTEXT` higher.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from content.exercises import Exercise, ExtendedText
from content.messages import messages
from content.model import Assessment, Module, Page, Unit
from packager.formats.base import Job
from packager.links import ABOUT, GLOSSARY, OBJECTIVES, SOURCES
from packager.pages import module_pages
from packager.titles import MOODLE, shortened

Kind = Literal["page", "scorm", "quiz", "lti", "glossary"]
COURSE, COURSE_CONTEXT, SYSTEM_CONTEXT = 2, 10, 1
CONTEXT = 10_000
FIRST = 101
SECTION = 1
TERMS = "_terms"
"""The glossary as an activity, the last one of the overview."""
REFERENCE = (OBJECTIVES, GLOSSARY, SOURCES, ABOUT)
"""Pages that the packager writes; the first section ends with them."""


@dataclass(kw_only=True)
class Activity:
    """An activity: what it shows is `page`, `module` (its learning package), `assessment` or `exercise`."""

    kind: Kind
    cm: int
    name: str
    idnumber: str
    section: int
    module: Module | None = None
    unit: Unit | None = None
    page: Page | None = None
    assessment: Assessment | None = None
    exercise: Exercise | None = None

    @property
    def context(self) -> int:
        return CONTEXT + self.cm

    @property
    def directory(self) -> str:
        return f"activities/{self.kind}_{self.cm}"

    @property
    def tracked(self) -> bool:
        """Counts for completion: everything but the glossary and pages outside of units."""
        return self.kind != "glossary" and (self.page is None or self.page.number > 0)

    @property
    def visible(self) -> bool:
        """Learners see it from the start; the glossary is empty until a trainer has filled it."""
        return self.kind != "glossary"


@dataclass(kw_only=True)
class Section:
    """A section; `id` is the one of the backup, `number` its place."""

    number: int
    name: str
    summary: str = ""
    activities: list[Activity] = field(default_factory=list)

    @property
    def id(self) -> int:
        return SECTION + self.number

    @property
    def directory(self) -> str:
        return f"sections/section_{self.id}"


@dataclass(kw_only=True)
class Course:
    """Sections in order; `places`: kind and id of a page, module, assessment or worksheet -> its activity."""

    job: Job
    sections: list[Section] = field(default_factory=list)
    places: dict[tuple[Kind, str], Activity] = field(default_factory=dict)

    @property
    def activities(self) -> Iterator[Activity]:
        return (activity for section in self.sections for activity in section.activities)

    def of_module(self, module: Module, kind: Kind) -> list[Activity]:
        return [activity for activity in self.activities if activity.module is module and activity.kind == kind]

    def section(self, name: str, summary: str = "") -> Section:
        title = shortened(name, MOODLE)
        self.sections.append(Section(number=len(self.sections), name=title, summary=summary))
        return self.sections[-1]

    def add(self, key: str, kind: Kind, name: str, section: Section | None = None, **holds: object) -> Activity:
        """Add an activity to a section, by default the last; `key` finds it again and becomes its idnumber.

        A test that stands on no page has one of its own with the same id: the kind tells them apart.
        """
        section = section or self.sections[-1]
        activity = Activity(
            kind=kind,
            cm=FIRST + len(self.places),
            name=shortened(name, MOODLE),
            idnumber=key,
            section=section.number,
            **holds,  # type: ignore[arg-type]  # the optional fields of Activity, passed through
        )
        section.activities.append(activity)
        self.places[kind, key] = activity
        return activity


def plan(job: Job, glossary: bool) -> Course:
    """The course of a job: an overview, then for every module its package, its units and its test.

    `glossary`: there are terms to fill the activity with.
    """
    words = messages(job.curriculum.language)
    course = Course(job=job)
    course.section(words["moodle.section.start"], job.curriculum.description)
    for page in job.curriculum.pages:
        course.add(page.id, "page", page.title, page=page)
    for name in REFERENCE:
        title = words["page.objectives-page" if name == OBJECTIVES else f"page.{name.strip('_')}"]
        course.add(name, "page", title, page=Page(id=name, title=title, blocks=()))
    for module in job.modules:
        _module(course, module, words)
    if glossary:
        course.add(TERMS, "glossary", words["moodle.glossary"], course.sections[0])
    _distinguish(course)
    return course


def _distinguish(course: Course) -> None:
    """Let no two activities have one idnumber: Moodle takes it from the second (grade_verify_idnumber).

    What has a grade keeps it, since people find the column by it. An author's id holds no underscore.
    """
    seen: set[str] = set()
    for activity in sorted(course.activities, key=lambda activity: activity.kind == "page"):
        if activity.idnumber in seen:
            activity.idnumber += f"_{activity.kind}"
        seen.add(activity.idnumber)


def _module(course: Course, module: Module, words: dict[str, str]) -> None:
    course.section(words["page.module"].format(number=module.number, title=module.title), module.description)
    course.add(f"{module.id}-scorm", "scorm", words["moodle.package"].format(title=module.title), module=module)
    placed = module_pages(module)
    for number, unit in enumerate(module.units, start=1):
        course.section(f"{module.number}.{number} {unit.title}")
        for page in (page for owner, page in placed if owner is unit):
            course.add(page.id, "page", page.title, module=module, unit=unit, page=page)
            _worksheets(course, module, page)
    if module.assessments:
        course.section(words["moodle.section.final"].format(number=module.number))
        for assessment in module.assessments:
            course.add(assessment.id, "quiz", assessment.title, module=module, assessment=assessment)


def _worksheets(course: Course, module: Module, page: Page) -> None:
    """Exercises that a person scores: with a tool they are activities of it, right behind their page."""
    if not course.job.tool_url:
        return
    for name in page.exercises():
        exercise = module.exercises[name]
        if isinstance(exercise, ExtendedText) and ("lti", name) not in course.places:
            course.add(name, "lti", exercise.title, module=module, exercise=exercise)
