"""Moodle XML: a question bank per module for „Fragensammlung – Import“ (question/format/xml of Moodle 4.0 to 5.x).

Categories follow the units, `idnumber` is the exercise's identifier, so a trainer finds a question again after years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from lxml import etree
from lxml.builder import E

from content import Finding
from content.exercises import Exercise, SelfRating
from content.exercises import Ordering as OrderingExercise
from content.messages import messages
from content.model import Curriculum, Module
from packager.credit import credit
from packager.formats.base import Format, Job
from packager.moodle import questions as q
from packager.moodle.check_questions import question_faults
from packager.moodle.differences import STAND_INS, differences
from packager.moodle.maker import Maker
from packager.moodle.question_xml import question
from packager.moodle.texts import Texts, legal
from packager.moodle.translate import translate
from packager.package import Package
from packager.stand_ins import remarks as stand_in_remarks
from packager.stand_ins import stood_in
from packager.titles import MOODLE, shortened
from packager.xml import serialise, verbatim

NAME = "moodle-xml"
PART = "questions.xml"
UNSUPPORTED: Mapping[type[Exercise], str] = {SelfRating: "moodle-self-rating"}
STAND_IN = "-ersatz"


def render(job: Job) -> Package:
    """One file with the categories and questions of the job's modules."""
    root = E.quiz()
    job = stood_in(job, STAND_INS)
    for module in job.modules:
        root.extend(_module(job.curriculum, module))
    package = Package(job.title)
    package.add(PART, serialise(root))
    return package


def remarks(job: Job) -> Iterator[Finding]:
    """What stands in for types without a question, declared differences in scoring, orderings on older sites."""
    yield from stand_in_remarks(job, STAND_INS)
    for module in stood_in(job, STAND_INS).modules:
        yield from differences(job.curriculum, module)
        orderings = [name for name, exercise in module.exercises.items() if isinstance(exercise, OrderingExercise)]
        if orderings:
            values = {"ids": ", ".join(orderings), "category": messages(job.curriculum.language)["moodle.stand-ins"]}
            yield Finding(module.location.path, module.location.line, "moodle-ordering", values)


def _module(curriculum: Curriculum, module: Module) -> Iterator[etree._Element]:
    """The categories of a module, each followed by its questions."""
    maker = Maker(curriculum, module, Texts(curriculum))
    words = messages(curriculum.language)
    path = (curriculum.title, words["page.module"].format(number=module.number, title=module.title))
    yield _category(
        path, "".join(f"<p>{escape(text)}</p>" for text in (module.description, credit(curriculum)) if text)
    )
    stand_ins = []
    for title, exercises in _groups(module, words):
        asked = [translate(module.exercises[name], maker) for name in exercises]
        if asked:
            yield _category((*path, title))
            yield from (question(curriculum, item) for item in asked)
        note = f"<p>{words['moodle.place']}</p>"
        stand_ins += [q.as_matching(item, STAND_IN, note) for item in asked if isinstance(item, q.Ordering)]
    if stand_ins:
        yield _category((*path, words["moodle.stand-ins"]))
        yield from (question(curriculum, item) for item in stand_ins)


def _groups(module: Module, words: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Title and exercises of every category: units, sections of tests, and what stands nowhere."""
    waiting = [name for name, exercise in module.exercises.items() if type(exercise) not in UNSUPPORTED]

    def taken(wanted: Sequence[str]) -> list[str]:
        found = [name for name in dict.fromkeys(wanted) if name in waiting]
        waiting[:] = [name for name in waiting if name not in found]
        return found

    for number, unit in enumerate(module.units, start=1):
        placed = [name for page in unit.pages for name in page.exercises()]
        yield words["page.unit"].format(number=number, title=unit.title), taken(placed)
    for assessment in module.assessments:
        for section in assessment.sections:
            title = f"{assessment.title}: {section.title}" if section.title else assessment.title
            yield title, taken(section.exercises)
    yield words["moodle.unplaced"], taken(tuple(waiting))


def _category(path: Sequence[str], info: str = "") -> etree._Element:
    """The pseudo question that opens a category; a slash in a name is doubled (question/format.php).

    It has no idnumber: a later import beside a renamed category would end with an error of the database, where a
    context has an idnumber once.
    """
    names = "/".join(shortened(legal(name).strip(), MOODLE).replace("/", "//") for name in path)
    return E.question(
        E.category(E.text(verbatim(f"$course$/top/{names}"))),
        E.info(E.text(verbatim(legal(info))), format="html"),
        type="category",
    )


FORMAT = Format(
    name=NAME,
    label={
        "de": "Fragensammlung für Moodle (XML), Kategorien je Modul und Einheit",
        "en": "Question bank for Moodle (XML), categories by module and unit",
    },
    render=render,
    verify=question_faults,
    remarks=remarks,
    unsupported=UNSUPPORTED,
    questions=True,
    suffix=".xml",
    container="file",
)
