"""First pass: every file of a curriculum read, shaped and registered; nothing is rendered yet."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar
from unicodedata import normalize

from content.assets import OPEN_LICENCES
from content.exercise_texts import text_problems
from content.exercises import TYPES, Exercise
from content.findings import Finding
from content.memory import Memory, Pieces, no_memory
from content.raw import Entries, RawExercise, RawModule, RawPage, RawUnit, ReadModule
from content.schema import (
    CompetenceFile,
    CurriculumFile,
    ModuleFile,
    PageHead,
    ProfileFile,
    SourceEntry,
    TermEntry,
    UnitHead,
)
from content.sound import sound_part, stand_in_id
from content.source import Document, SourceFault, read_markdown, read_text, split_pages
from content.validate import shaped
from content.words import VARIABLE, Person, person_faults

T = TypeVar("T")
# Identifiers name files, and Windows opens a device where a file is called like one.
ID = re.compile(r"(?!(?:aux|con|nul|prn|com[0-9]|lpt[0-9])\Z)[a-z][a-z0-9-]{0,39}")
VALUE_ID = re.compile(r"[a-z0-9_]{1,20}")
HEADING = re.compile(r"#[ \t]+(.*?)[ \t]*(?:\{#([^}\s]*)\})?[ \t]*#*[ \t]*")
FENCE = re.compile(r"^```[ \t]*exercise[ \t]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
HEAD = "curriculum.yaml"
# Files of a module keep its folder's name in packages.
PART_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
VERSION = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}")
TITLE_LENGTH = PERCENT = 100


class Reader:
    """Reads a curriculum's folder; `findings` collects everything that is wrong."""

    def __init__(self, root: Path, memory: Memory | None = None, documents: Pieces | None = None) -> None:
        self.root = root
        self._home = root.resolve()
        self.memory = memory or no_memory()
        self.documents = documents or Pieces(self.memory, "documents", "")
        self.findings: list[Finding] = []
        self.ids: dict[tuple[str, str], tuple[str, int]] = {}
        self.broken: set[str] = set()
        """Exercises and files that have a fault of their own; a reference to one is not a second fault."""

    def report(self, path: str, line: int, code: str, **values: object) -> None:
        self.findings.append(Finding(path, line, code, values))

    def document(self, name: str) -> Document | None:
        """A YAML file, or None with a finding."""
        try:
            return self._parsed(read_text(self.inside(name), name), name, 1)
        except SourceFault as fault:
            self._unread(name, fault)
            return None

    def _unread(self, name: str, fault: SourceFault) -> None:
        self.findings.append(fault.finding)
        self.broken.add(name)

    def _parsed(self, text: str, name: str, first_line: int) -> Document:
        """The YAML of a file, parsed only if it is new: the parser alone takes a tenth of a short build to load."""

        def parsed() -> Document:
            from content.yaml_source import parse_yaml

            return parse_yaml(text, name, first_line)

        return self.documents.get(parsed, text, name, str(first_line))

    def shape(self, kind: type[T], document: Document | None) -> T | None:
        result = shaped(kind, document.value, document, self.findings) if document else None
        if document and result is None:
            self.broken.add(document.path)
        return result

    def head(self, kind: type[T], document: Document, **stand_ins: object) -> tuple[T, bool]:
        """The file as `kind`, and whether it is whole; of a faulty one what is sound, so that its texts are read."""
        file = shaped(kind, document.value, document, self.findings)
        if file is not None:
            return file, True
        part, unread = sound_part(kind, document, stand_ins)
        self.broken |= unread
        return part, False

    def curriculum(self) -> CurriculumFile:
        """The head of the curriculum; without a sound list it has all modules that there are."""
        document = self.document(HEAD) or Document(HEAD, {}, {})
        folders = sorted(path.parent.name for path in self.root.glob("*/module.yaml"))
        texts: dict[str, object] = dict.fromkeys(("id", "title", "version", "description", "licence"), "x")
        if HEAD in self.broken:
            return sound_part(CurriculumFile, document, {**texts, "language": "de", "modules": folders})[0]
        file, whole = self.head(CurriculumFile, document, language="de", modules=folders, **texts)
        if not whole:
            return file
        self.identifier(file.id, "curriculum", document.path, document.line("id"))
        self._check_title(file.title, document.path, document.line("title"))
        self._check_variables(file.variables, document)
        if not file.description.strip():
            self.report(document.path, document.line("description"), "field-empty", field="description")
        for index, author in enumerate(file.authors):
            if not author.name.strip():
                self.report(document.path, document.line("authors", index), "field-empty", field="authors.name")
        if not file.modules:
            self.report(document.path, document.line("modules"), "modules-none")
        if not VERSION.fullmatch(file.version):
            self.report(document.path, document.line("version"), "version", version=file.version)
        if not OPEN_LICENCES.fullmatch(file.licence):
            self.report(document.path, document.line("licence"), "licence", licence=file.licence)
        return file

    def profile(self, name: str) -> ProfileFile | None:
        document = self.document(f"profiles/{name}.yaml")
        file = self.shape(ProfileFile, document)
        if file and document:
            self._check_variables(file.variables, document)
        return file

    def persons(self) -> dict[str, Person]:
        if not self._there("persons.yaml"):
            return {}
        document = self.document("persons.yaml")
        persons: dict[str, Person] = self.shape(dict[str, Person], document) or {}
        for noun, fault in person_faults(persons):
            self.report("persons.yaml", document.line(noun) if document else 0, fault, noun=noun)
        return persons

    def framework(self) -> CompetenceFile:
        if not self._there("competences.yaml"):
            return CompetenceFile()
        return self.shape(CompetenceFile, self.document("competences.yaml")) or CompetenceFile()

    def entries(self, name: str, kind: type[T]) -> Entries:
        """glossary.yaml or sources.yaml; a missing file has no entries."""
        if not self._there(name):
            return Entries(None, {})
        document = self.document(name)
        if document and document.value is None:  # nothing but comments
            return Entries(document, {})
        items: dict[str, T] = self.shape(dict[str, kind], document) or {}  # type: ignore[valid-type]  # made at run time
        for key in items:  # names files and places in packages
            if document and not ID.fullmatch(key):
                self.report(document.path, document.line(key), "id-form", id=key)
        return Entries(document, items)

    def module(self, folder: str) -> RawModule | None:
        """A module's folder. It is read for itself, then its identifiers are checked against the modules before it.

        What was read is kept with the documents that it consists of, so what they share is kept once.
        """
        documents = Pieces(self.memory, "documents", folder)
        part = Reader(self.root, self.memory, documents)
        read = documents.get(lambda: part._read(folder), "module", self.memory.own(folder))
        documents.keep()
        self.findings += read.findings
        self.broken |= set(read.broken)
        for space, identifier, path, line in read.places:
            self._claim(space, identifier, path, line)
        return read.module

    def _read(self, folder: str) -> ReadModule:
        module = self._module(folder)
        places = tuple((*name, *place) for name, place in self.ids.items())
        return ReadModule(module, tuple(self.findings), places, tuple(sorted(self.broken)))

    def _module(self, folder: str) -> RawModule | None:
        document = self.document(f"{folder}/module.yaml")
        if not document:
            return None
        texts = sorted(path.stem for path in (self.root / folder).glob("*.md") if path.stem != "trainer")
        file, _ = self.head(ModuleFile, document, id=stand_in_id(document.path), title="?", units=texts)
        self.identifier(file.id, "module", document.path, document.line("id"))
        self._check_title(file.title, document.path, document.line("title"))
        self._check_pass_mark(file.completion.pass_mark, document, "completion")
        if not PART_NAME.fullmatch(folder):
            self.report(document.path, 0, "asset-name", name=folder)
        module = RawModule(folder, file, document)
        if not file.units:
            self.report(document.path, document.line("units"), "units-none")
        for name in file.units:
            if unit := self.unit(module, f"{folder}/{name}.md"):
                module.units.append(unit)
        for path in sorted((self.root / folder / "exercises").glob("*.yaml")):
            self._exercise_file(module, f"{folder}/exercises/{path.name}")
        module.terms = self.entries(f"{folder}/glossary.yaml", TermEntry)
        module.sources = self.entries(f"{folder}/sources.yaml", SourceEntry)
        if self._there(f"{folder}/trainer.md"):
            module.trainer = self.page(f"{folder}/trainer.md")
        for index, assessment in enumerate(file.assessments):
            self.identifier(assessment.id, "assessment", document.path, document.line("assessments", index, "id"))
            self._check_title(assessment.title, document.path, document.line("assessments", index))
            self._check_pass_mark(assessment.pass_mark, document, "assessments", index)
            if assessment.attempts < 0:
                self.report(document.path, document.line("assessments", index, "attempts"), "attempts")
        self._check_duration(module)
        return module

    def unit(self, module: RawModule, name: str) -> RawUnit | None:
        try:
            source = read_markdown(self.inside(name), name, self._parsed)
        except SourceFault as fault:
            self._unread(name, fault)
            return None
        head, _ = self.head(UnitHead, source.head, id=stand_in_id(name), title="?")
        self.identifier(head.id, "unit", name, source.head.line("id"))
        self._check_title(head.title, name, source.head.line("title"))
        if head.duration < 0:
            self.report(name, source.head.line("duration"), "duration-negative")
        for index, objective in enumerate(head.objectives):
            self.identifier(objective.id, "objective", name, source.head.line("objectives", index, "id"))
        pages = [
            page
            for heading, body, line in split_pages(source)
            if (page := self._unit_page(module, name, heading, body, line))
        ]
        if not pages:
            self.report(name, source.body_line, "unit-empty")
        return RawUnit(head, source.head, tuple(pages))

    def _unit_page(self, module: RawModule, name: str, heading: str, body: str, line: int) -> RawPage | None:
        if not heading:
            if body.strip():
                first = len(body) - len(body.lstrip("\n"))
                self.report(name, line + first, "page-heading")
            return None
        found = HEADING.fullmatch(heading)
        title, identifier = found.groups() if found else ("", None)
        if not identifier:
            self.report(name, line, "page-id", title=title)
            self.broken.add(name)
            return None
        self.identifier(identifier, "page", name, line)
        self._check_title(title, name, line)
        if not body.strip():
            self.report(name, line, "page-empty", title=title)
        return RawPage(identifier, title, self._inline_exercises(module, name, body, line + 1), name, line + 1)

    def _inline_exercises(self, module: RawModule, name: str, body: str, line: int) -> str:
        """Exercises written on the page move to the module; their place and line count stay."""

        def placed(match: re.Match[str]) -> str:
            first = line + body.count("\n", 0, match.start()) + 1
            try:
                document = self._parsed(match.group(1), name, first)
            except SourceFault as fault:
                self.findings.append(fault.finding)
                return "\n" * match.group(0).count("\n")
            identifier = self._exercise(module, document.value, document, ())
            return (f"{{{{exercise {identifier}}}}}" if identifier else "") + "\n" * match.group(0).count("\n")

        return FENCE.sub(placed, body)

    def page(self, name: str) -> RawPage | None:
        """A page outside units."""
        try:
            source = read_markdown(self.inside(name), name, self._parsed)
        except SourceFault as fault:
            self._unread(name, fault)
            return None
        head, _ = self.head(PageHead, source.head, id=stand_in_id(name), title="?")
        self.identifier(head.id, "page", name, source.head.line("id"))
        self._check_title(head.title, name, source.head.line("title"))
        return RawPage(head.id, head.title, source.body, name, source.body_line)

    def _exercise_file(self, module: RawModule, name: str) -> None:
        document = self.document(name)
        if document is None:
            return
        items = [] if document.value is None else document.value
        if not isinstance(items, list):
            self._unread(name, SourceFault(Finding(name, 1, "exercises-list")))
            return
        for index, item in enumerate(items):
            self._exercise(module, item, document, (index,))

    def _exercise(self, module: RawModule, value: object, document: Document, keys: tuple[int, ...]) -> str | None:
        """Register one exercise; its identifier, or None with findings."""
        identifier = value.get("id") if isinstance(value, dict) else None
        self.broken.add(identifier if isinstance(identifier, str) else document.path)
        if not isinstance(value, dict):
            self.report(document.path, document.line(*keys), "exercise-fields")
            return None
        kind = TYPES.get(str(value.get("type")))
        if kind is None:
            name, known = value.get("type"), ", ".join(TYPES)
            code = "exercise-type" if name else "exercise-type-missing"
            self.report(document.path, document.line(*keys, "type"), code, type=name, known=known)
            return None
        fields = {key: part for key, part in value.items() if key != "type"}
        exercise, faults = self._shaped_exercise(kind, fields, document, keys)
        self.findings += faults
        if exercise is None:
            return None
        self.broken.discard(exercise.id)
        self.identifier(exercise.id, "exercise", document.path, document.line(*keys, "id"))
        self._check_exercise(exercise, document, keys)
        module.exercises[exercise.id] = RawExercise(exercise, document, keys)
        return exercise.id

    def _shaped_exercise(
        self, kind: type[Exercise], fields: Mapping[str, object], document: Document, keys: tuple[int, ...]
    ) -> tuple[Exercise | None, list[Finding]]:
        """The exercise at `keys`, taken over where its file is the one that was read before."""

        def made() -> tuple[Exercise | None, list[Finding]]:
            faults: list[Finding] = []
            return shaped(kind, fields, document, faults, *keys), faults

        if not (state := self.memory.files.get(document.path)):
            return made()
        place = f"{document.line(*keys)} {keys}"  # several exercises may be written on one page
        return self.documents.get(made, "exercise", document.path, state, place)

    def _check_exercise(self, exercise: Exercise, document: Document, keys: tuple[int, ...]) -> None:
        self._check_title(exercise.title, document.path, document.line(*keys, "title"))
        if len(exercise.title) > TITLE_LENGTH:
            self.report(document.path, document.line(*keys, "title"), "title-long", maximum=TITLE_LENGTH)
        for problem in (*exercise.check(), *text_problems(exercise)):
            self.report(document.path, document.line(*keys, *problem.keys), problem.code, **problem.values)
        for variable in exercise.variables():
            for value in (*variable.values, *variable.targets, *([] if variable.id == "RESPONSE" else [variable.id])):
                if not VALUE_ID.fullmatch(value):
                    self.report(document.path, document.line(*keys), "value-id", id=value)

    def identifier(self, identifier: str, kind: str, path: str, line: int) -> None:
        """Check the form of an identifier and that it is new; objectives and the rest are two name spaces."""
        if not ID.fullmatch(identifier):
            self.report(path, line, "id-form", id=identifier)
        self._claim("objective" if kind == "objective" else "tracked", identifier, path, line)

    def _claim(self, space: str, identifier: str, path: str, line: int) -> None:
        if (space, identifier) in self.ids:
            other, first = self.ids[space, identifier]
            self.report(path, line, "id-duplicate", id=identifier, other=f"{other}:{first}")
        else:
            self.ids[space, identifier] = path, line

    def _check_variables(self, variables: Mapping[str, str], document: Document) -> None:
        for name, value in variables.items():
            line = document.line("variables", name)
            if not VARIABLE.fullmatch(name):
                self.report(document.path, line, "variable-name", name=name)
                self.broken.add(f"{document.path}#variables")
            elif "{{" in value or "}}" in value:
                self.report(document.path, line, "variable-value", name=name)

    def _check_title(self, title: str, path: str, line: int) -> None:
        if not title.strip():
            self.report(path, line, "title-empty")

    def _check_pass_mark(self, mark: int | None, document: Document, *keys: str | int) -> None:
        if mark is not None and not 0 <= mark <= PERCENT:
            self.report(document.path, document.line(*keys, "pass_mark"), "pass-mark")

    def _check_duration(self, module: RawModule) -> None:
        total = sum(unit.head.duration for unit in module.units)
        if module.file.duration and total != module.file.duration:
            line = module.document.line("duration")
            self.report(module.document.path, line, "duration", total=total, duration=module.file.duration)

    def _there(self, name: str) -> bool:
        """Something has this name, be it a link that leads nowhere."""
        return os.path.lexists(self.root / name)

    def inside(self, name: str) -> Path:
        """The path of a source file; one that leaves the folder, or a link that leads nowhere, counts as missing."""
        path = self.root / name
        if not name.isascii() and not os.path.lexists(path):  # texts are composed, names from macOS may not be
            path = self.root / normalize("NFD", name)
        try:
            inside = path.resolve().is_relative_to(self._home)
        except (OSError, RuntimeError, ValueError):  # links in a circle; a name that no file can have
            raise SourceFault(Finding(name.replace("\0", "?"), 0, "file-kind")) from None
        if not inside:
            raise SourceFault(Finding(name, 0, "asset-outside"))
        return path
