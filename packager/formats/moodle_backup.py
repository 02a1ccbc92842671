"""A whole course for Moodle as backup file (.mbz): pages, learning package, test, worksheets of the tool, gradebook.

Layout of Moodle 4.0 (backup/moodle2); every version from there on restores it. Glossary entries are user data in Moodle
and vanish when a teacher restores: the glossary is a page, and a hidden activity brings the file that fills it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from lxml import etree
from lxml.builder import E

from content import Finding
from content.exercises import ExtendedText
from content.exercises import Ordering as OrderingExercise
from content.messages import messages
from content.model import Module
from content.model import Section as TestSection
from packager.archive import archive_bytes
from packager.formats import moodle_glossary, scorm12
from packager.formats.base import Format, Job
from packager.moodle import activities, quiz, skeleton
from packager.moodle import questions as q
from packager.moodle.bank import Bank
from packager.moodle.check_backup import backup_faults
from packager.moodle.differences import STAND_INS, differences
from packager.moodle.files import Area, Files, inforef, sha1
from packager.moodle.gradebook import gradebook, grades
from packager.moodle.maker import Maker
from packager.moodle.plan import Activity, Course, plan
from packager.moodle.reading import Reader, reader
from packager.moodle.texts import Texts, files_in
from packager.moodle.translate import translate
from packager.package import Package, Part
from packager.stand_ins import remarks as stand_in_remarks
from packager.stand_ins import stood_in
from packager.xml import parse, serialise

NAME = "moodle-backup"
SUFFIX = ".mbz"


def render(job: Job) -> Package:
    """The backup of a module's or the whole course's course."""
    package = Package(job.title)
    course = plan(job, glossary=bool(moodle_glossary.terms(job)))
    files = Files(package)
    asked = stood_in(job, STAND_INS)
    writer = Writer(course, reader(course), files, Bank(asked.curriculum, files), asked)
    writer.activities()
    file_name = f"{skeleton.short_name(course)}-{job.curriculum.version}{SUFFIX}"
    for name, element in _documents(course, writer, file_name):
        package.add(name, serialise(element))
    return package


def remarks(job: Job) -> Iterator[Finding]:
    """What the backup does otherwise than the curriculum, and what it needs the tool for."""
    asked = replace(job, modules=tuple(_asked(module) for module in job.modules))
    yield from stand_in_remarks(asked, STAND_INS)
    for module in stood_in(asked, STAND_INS).modules:
        yield from differences(job.curriculum, module)
        orderings = [name for name, exercise in module.exercises.items() if isinstance(exercise, OrderingExercise)]
        if orderings:
            named = {"ids": ", ".join(orderings)}
            yield Finding(module.location.path, module.location.line, "moodle-stand-in", named)
    for module in job.modules:
        for assessment in module.assessments:
            for section in assessment.sections:
                points = {module.exercises[name].maximum_points for name in section.exercises}
                if section.draw and len(points) > 1:
                    values = {"id": assessment.id, "section": section.title}
                    yield Finding(module.location.path, module.location.line, "moodle-draw", values)
        worksheets = [name for name, exercise in module.exercises.items() if isinstance(exercise, ExtendedText)]
        if worksheets and not job.tool_url:
            counted = {"module": module.id, "count": len(worksheets)}
            yield Finding(module.location.path, module.location.line, "moodle-no-tool", counted)


def _asked(module: Module) -> Module:
    """The module with the exercises of its tests alone, in their order."""
    names = dict.fromkeys(name for assessment in module.assessments for name in assessment.exercises())
    return replace(module, exercises={name: module.exercises[name] for name in names})


def _documents(course: Course, writer: Writer, file_name: str) -> Iterator[tuple[str, etree._Element]]:
    """The files that belong to no activity, and the frame of every activity."""
    yield "moodle_backup.xml", skeleton.moodle_backup(course, file_name)
    yield "course/course.xml", skeleton.course_document(course)
    yield "course/roles.xml", _roles()
    yield "course/inforef.xml", inforef()
    for name, root in skeleton.EMPTY.items():
        yield name, E(root)
    yield "groups.xml", E.groups(E.groupings())
    yield "gradebook.xml", gradebook(course)
    for section in course.sections:
        yield f"{section.directory}/section.xml", skeleton.section_document(section)
        yield f"{section.directory}/inforef.xml", inforef()
    for activity in course.activities:
        yield f"{activity.directory}/module.xml", skeleton.module_document(course, activity)
        yield f"{activity.directory}/grades.xml", grades(course, activity)
        yield f"{activity.directory}/roles.xml", _roles()
    yield from writer.documents.items()
    yield "questions.xml", writer.bank.document()
    yield "files.xml", writer.files.document()


def _roles() -> etree._Element:
    return E.roles(E.role_overrides(), E.role_assignments())


@dataclass
class Writer:
    """Writes what the activities hold and remembers the files and categories that each needs."""

    course: Course
    reader: Reader
    files: Files
    bank: Bank
    asked: Job
    """The job as quizzes ask it, with stand-ins for what Moodle has no question for."""

    def __post_init__(self) -> None:
        self.documents: dict[str, etree._Element] = {}

    def activities(self) -> None:
        """All activities; the pages of reference last, because they tell what the others use."""
        write = {"scorm": self._scorm, "quiz": self._quiz, "lti": self._lti, "glossary": self._glossary}
        for activity in self.course.activities:
            if activity.kind != "page":
                write[activity.kind](activity)
            elif activity.page and activity.page.blocks:
                self._page(activity, self.reader.html(activity))
        known = dict(self.reader.reference())
        for section in self.course.sections:
            for activity in list(section.activities):
                if activity.page and not activity.page.blocks:
                    if activity.idnumber in known:
                        self._page(activity, known[activity.idnumber])
                    else:
                        section.activities.remove(activity)

    def _add(
        self, activity: Activity, element: etree._Element, files: list[int], categories: tuple[int, ...] = ()
    ) -> None:
        self.documents[f"{activity.directory}/{activity.kind}.xml"] = element
        self.documents[f"{activity.directory}/inforef.xml"] = inforef(dict.fromkeys(files), categories)

    def _held(self, activity: Activity, html: str, area: str) -> list[int]:
        """Register the files that a text of an activity shows."""
        place = Area(activity.context, f"mod_{activity.kind}", area)
        assets = self.course.job.curriculum.assets
        known = [assets[path] for path in files_in(html) if path in assets]
        return [self.files.add(place, asset.path, asset.file, asset.author) for asset in known]

    def _page(self, activity: Activity, html: str) -> None:
        self._add(activity, activities.page(activity, html), self._held(activity, html, "content"))

    def _scorm(self, activity: Activity) -> None:
        """The package as it would be imported, and its files unpacked beside it."""
        module = activity.module
        if module is None:
            return
        package = scorm12.render(replace(self.course.job, modules=(module,), grain="module"))
        name = f"{module.id}.zip"
        archive = archive_bytes(package)
        held = [self.files.add(Area(activity.context, "mod_scorm", "package"), name, archive)]
        place = Area(activity.context, "mod_scorm", "content")
        held += [self.files.add(place, part.name, part.data) for part in package]
        manifest = package.parts["imsmanifest.xml"].data
        root = parse(manifest if isinstance(manifest, bytes) else manifest.read_bytes())
        self._add(activity, activities.scorm(activity, root, name, sha1(Part(name, archive))), held)

    def _glossary(self, activity: Activity) -> None:
        """An empty glossary and, in its description, the file with the entries for whoever teaches."""
        words = messages(self.course.job.curriculum.language)
        package = moodle_glossary.render(self.course.job)
        data = package.parts[moodle_glossary.PART].data
        place = Area(activity.context, "mod_glossary", "intro")
        held = [self.files.add(place, moodle_glossary.PART, data)]
        self._add(activity, activities.glossary(activity, _how_to_fill(words)), held)

    def _lti(self, activity: Activity) -> None:
        exercise = activity.exercise
        intro = self.reader.text(exercise.prompt.html) if exercise else ""
        element = activities.lti(activity, self.course.job.tool_url, intro)
        self._add(activity, element, self._held(activity, intro, "intro"))

    def _quiz(self, activity: Activity) -> None:
        """Drawn sections draw in Moodle, too: each section is a category of the quiz's own question bank."""
        assessment, module = activity.assessment, activity.module
        if assessment is None or module is None:
            return
        curriculum = self.asked.curriculum
        module = next(known for known in self.asked.modules if known.id == module.id)
        maker = Maker(curriculum, module, Texts(curriculum))
        top = self.bank.category(activity, 0, "top", f"{assessment.id}-top")
        slots: list[etree._Element] = []
        headings: list[tuple[int, str]] = []
        categories = [top[0]]
        for index, section in enumerate(assessment.sections, start=1):
            title = section.title or assessment.title
            category = self.bank.category(activity, top[0], title, f"{assessment.id}-{index}")
            categories.append(category[0])
            headings.append((len(slots) + 1, section.title))
            asked = [
                _for_backup(translate(module.exercises[name], maker), curriculum.language) for name in section.exercises
            ]
            entries = [self.bank.entry(activity, category, item) for item in asked]
            for mark, reference in _places(section, asked, entries, category[0]):
                number = len(slots) + 1
                slots.append(quiz.slot(activity, number, mark, _reference(activity, number, reference)))
        intro = self.reader.text(assessment.description.html)
        held = self._held(activity, intro, "intro") + self.bank.held.get(activity.cm, [])
        self._add(activity, quiz.quiz(activity, curriculum, intro, slots, headings), held, tuple(categories))


def _how_to_fill(words: Mapping[str, str]) -> str:
    steps = "".join(f"<li>{words[f'moodle.glossary.{step}']}</li>" for step in ("import", "show", "link"))
    link = f'<a href="@@PLUGINFILE@@/{moodle_glossary.PART}">{moodle_glossary.PART}</a>'
    return f"<p>{words['moodle.glossary.why']}</p><ol><li>{words['moodle.glossary.save']} {link}</li>{steps}</ol>"


def _for_backup(item: q.Question, language: str) -> q.Question:
    """A backup for 4.0 knows no `ordering`."""
    note = messages("en" if language == "en" else "de")["moodle.place"]
    return q.as_matching(item, "", f"<p>{note}</p>") if isinstance(item, q.Ordering) else item


def _places(
    section: TestSection, asked: list[q.Question], entries: list[int], category: int
) -> Iterator[tuple[Fraction, tuple[str, int]]]:
    """Mark and target of every slot; a drawn question gets the mean of the section's points."""
    if section.draw and section.draw < len(asked):
        mean = Fraction(sum(item.mark for item in asked), len(asked))
        yield from ((mean, ("drawn", category)) for _ in range(section.draw))
    else:
        yield from ((Fraction(item.mark), ("fixed", entry)) for item, entry in zip(asked, entries, strict=True))


def _reference(activity: Activity, number: int, target: tuple[str, int]) -> etree._Element:
    kind, identifier = target
    return (quiz.drawn if kind == "drawn" else quiz.fixed)(activity, number, identifier)


FORMAT = Format(
    name=NAME,
    label={
        "de": "Ganzer Kurs für Moodle (Sicherung .mbz): Seiten, Lernpaket, Test, Bewertung",
        "en": "Whole course for Moodle (backup .mbz): pages, learning package, test, gradebook",
    },
    render=render,
    verify=backup_faults,
    remarks=remarks,
    suffix=SUFFIX,
)
