"""Second pass over a source: references resolved, numbers given, texts rendered, value objects built."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from content.assets import MEDIA_TYPES
from content.exercise_texts import Noted, Repeated, Texts, problems, texts_rendered
from content.exercises import Exercise
from content.findings import Finding
from content.frozen import changed
from content.lock import NAME as LOCK_NAME
from content.lock import Lock, read_lock
from content.markdown import Place, Renderer
from content.markup import Markup
from content.memory import Pieces, no_memory
from content.model import (
    Assessment,
    AssessmentRef,
    Asset,
    Block,
    Competence,
    Curriculum,
    Framework,
    Location,
    Module,
    Objective,
    Page,
    Section,
    Source,
    Term,
    Unit,
)
from content.raw import Entries, RawAsset, RawExercise, RawModule, RawPage, RawUnit
from content.reading import Reader
from content.references import References
from content.schema import AssessmentEntry, CompetenceFile, CurriculumFile, SourceEntry, TermEntry
from content.source import SourceFault, read_text
from content.words import Words

SLUG = re.compile(r"[^a-z0-9]+")


class Assembly:
    """One curriculum under one profile; `findings` collects what is wrong, `lock` what has a number."""

    def __init__(self, reader: Reader, file: CurriculumFile, profile: str | None) -> None:
        self.reader = reader
        self.file = file
        self.findings: list[Finding] = []
        chosen = reader.profile(profile) if profile else None
        variables = {**file.variables, **(chosen.variables if chosen else {})}
        self.words = Words(variables, reader.persons(), chosen.gender if chosen else "colon")
        self.raw = [module for name in file.modules if (module := reader.module(name))]
        self.raw_pages = [page for name in file.pages if (page := reader.page(f"pages/{name}.md"))]
        self.framework = reader.framework()
        self.terms = [(reader.entries("glossary.yaml", TermEntry), ""), *((m.terms, m.file.id) for m in self.raw)]
        self.sources = self._sources()
        folders = ["assets", *(f"{module.folder}/assets" for module in self.raw)]
        self.raw_assets = list(reader.assets(folders))
        self.lock = self._lock()
        renderer = Renderer(self.words, self._references({}), file.language)
        assets = {asset.path: self._asset(asset, renderer) for asset in self.raw_assets}
        self.renderer = Renderer(self.words, self._references(assets), file.language)
        self.assets = assets
        self.context = self._context(profile or "")
        self.pieces = Pieces(no_memory())

    def _context(self, profile: str) -> str:
        """The key of what all modules depend on: shared files, and everything that has a name and a title."""
        memory, titles = self.reader.memory, self.renderer.references.titles
        names = [module.file.id for module in self.raw]
        return memory.key("context", profile, memory.shared(self.file.modules), repr(names), repr(titles))

    def curriculum(self) -> Curriculum:
        file, title = self.file, self._title
        name = "curriculum.yaml"
        modules = tuple(self._with_memory(raw) for raw in self.raw)
        self.pieces = Pieces(self.reader.memory, "rendered", "", self.context)
        result = Curriculum(
            id=file.id,
            title=title(file.title, name, 0),
            version=file.version,
            language=file.language,
            description=title(file.description, name, 0),
            plain_description=title(file.plain_description, name, 0),
            licence=file.licence,
            publisher=file.publisher,
            authors=file.authors,
            variables=self.words.variables,
            gender=self.words.gender,
            modules=modules,
            pages=tuple(self._page(page, "", tracked=False) for page in self.raw_pages),
            terms=self._terms(),
            sources=self.sources,
            framework=_framework(self.framework),
            strategy={chapter.id: chapter.title for chapter in file.strategy},
            assets=self.assets,
            module_numbers={identifier: module.number for module in modules for identifier in module.names},
        )
        self.pieces.keep()
        return result

    def _lock(self) -> Lock:
        path = self.reader.root / LOCK_NAME
        if not os.path.lexists(path):
            return Lock()
        try:
            lock, findings = read_lock(read_text(path, LOCK_NAME))
        except SourceFault as fault:
            self.findings.append(fault.finding)
            return Lock()
        self.findings += findings
        return lock

    def lock_warnings(self) -> Iterator[Finding]:
        """What `staffel lock` would change; silent before the first release, when there is no file yet."""
        if not (self.reader.root / LOCK_NAME).exists():
            return
        if self.lock.fresh:
            yield Finding(LOCK_NAME, 0, "lock-fresh", {"count": len(self.lock.fresh)})
        for entry in self.lock.missing():
            yield Finding(LOCK_NAME, 0, "lock-missing", {"id": entry.id})

    def _sources(self) -> dict[str, Source]:
        result: dict[str, Source] = {}
        for entries in (self.reader.entries("sources.yaml", SourceEntry), *(module.sources for module in self.raw)):
            for key, entry in entries.items.items():
                self._once(result, key, entries)
                result[key] = Source(
                    id=key, title=entry.title, publisher=entry.publisher, date=entry.date, url=entry.url
                )
        return result

    def _once(self, known: Mapping[str, object], key: str, entries: Entries) -> None:
        if key in known and entries.document:
            line = entries.document.line(key)
            self._report(entries.document.path, line, "id-duplicate", id=key, other=entries.document.path)

    def _report(self, path: str, line: int, code: str, **values: object) -> None:
        self.findings.append(Finding(path, line, code, values))

    def _references(self, assets: Mapping[str, Asset]) -> References:
        units = {unit.head.id: unit.head.title for module in self.raw for unit in module.units}
        pages = [page for module in self.raw for unit in module.units for page in unit.pages] + self.raw_pages
        titles: dict[str, Mapping[str, str]] = {
            "term": {key: entry.term for entries, _ in self.terms for key, entry in entries.items.items()},
            "competence": {key: f"{key} {entry.title}" for key, entry in self.framework.competences.items()},
            "unit": self._expanded(units),
            "page": self._expanded({page.id: page.title for page in pages}),
            "exercise": {
                **dict.fromkeys(self.reader.broken, ""),
                **self._expanded({k: raw.exercise.title for m in self.raw for k, raw in m.exercises.items()}),
            },
            "assessment": self._expanded({a.id: a.title for m in self.raw for a in m.file.assessments}),
        }
        return References(titles, self.sources, assets)

    def _expanded(self, titles: dict[str, str]) -> dict[str, str]:
        return {key: self.words.expand(title, markdown=False)[0] for key, title in titles.items()}

    def _title(self, text: str, path: str, line: int) -> str:
        place = Place(path, line, "", "")
        title = self.renderer.title(text, place)
        self.findings += place.findings
        return title

    def _text(self, markup: Markup, place: Place) -> Markup:
        def rendered() -> tuple[Markup, list[Finding]]:
            return self.renderer.markup(markup.source, place), place.findings

        made_of = (markup.source, place.path, str(place.line), place.folder, place.prefix)
        result, findings = self.pieces.get(rendered, *made_of)
        self.findings += findings
        return result

    def _asset(self, raw: RawAsset, renderer: Renderer) -> Asset:
        entry, folder = raw.entry, raw.path.split("/")[0] if raw.path.count("/") > 1 else ""
        place = Place(raw.document, raw.line, folder, SLUG.sub("-", raw.path.lower()))
        description = renderer.markup(entry.description, place) if entry.description else Markup("")
        transcript = Markup("")
        if entry.transcript:
            transcript = renderer.markup(self.reader.transcript(raw), place)
        self.findings += place.findings
        return Asset(
            path=raw.path,
            file=raw.file,
            media_type=MEDIA_TYPES[raw.file.suffix],
            size=raw.looks.size,
            author=entry.author,
            licence=entry.licence,
            width=raw.looks.width,
            height=raw.looks.height,
            title=entry.title,
            source=entry.source,
            description=description,
            captions=entry.captions,
            transcript=transcript,
        )

    def _with_memory(self, raw: RawModule) -> Module:
        """The module; pages and exercises that did not change, and nothing they depend on, are not rendered again."""
        memory = self.reader.memory
        memory.keys[raw.file.id] = memory.key("module", memory.own(raw.folder), self.context)
        self.pieces = Pieces(memory, "rendered", raw.folder, self.context)
        module = self._module(raw)
        self.pieces.keep()
        return module

    def _module(self, raw: RawModule) -> Module:
        file, path = raw.file, raw.document.path
        number = self.lock.number("module", self.file.id, file.id)
        units = self._units(raw)
        assessments = tuple(self._assessment(a, i, raw) for i, a in enumerate(file.assessments))
        exercises = {identifier: self._exercise(item, raw) for identifier, item in raw.exercises.items()}
        numbers = {key: self.lock.number("exercise", file.id, key) for key in exercises}
        module = Module(
            id=file.id,
            number=number,
            folder=raw.folder,
            title=self._title(file.title, path, raw.document.line("title")),
            description=self._title(file.description, path, raw.document.line("description")),
            duration=file.duration or sum(unit.duration for unit in units),
            units=units,
            exercises=exercises,
            variables={key: self.lock.variables(file.id, item) for key, item in exercises.items()},
            exercise_numbers=numbers,
            assessments=assessments,
            completion_pass_mark=file.completion.pass_mark,
            location=Location(path, 1),
            trainer=self._page(raw.trainer, raw.folder, tracked=False) if raw.trainer else None,
            locations={key: _location(item) for key, item in raw.exercises.items()},
        )
        self._check_module(module, raw)
        return module

    def _units(self, raw: RawModule) -> tuple[Unit, ...]:
        """The units; an assessment that stands on no page gets one of its own at the end of the last."""
        units = [self._unit(unit, raw) for unit in raw.units]
        placed = {identifier for unit in units for page in unit.pages for identifier in page.assessments()}
        for entry in raw.file.assessments:
            if units and entry.id not in placed:
                number = self.lock.number("page", raw.file.id, entry.id)
                title = self.words.expand(entry.title, markdown=False)[0]
                page = Page(id=entry.id, title=title, blocks=(AssessmentRef(entry.id),), number=number)
                units[-1] = replace(units[-1], pages=(*units[-1].pages, page))
        return tuple(units)

    def _unit(self, raw: RawUnit, module: RawModule) -> Unit:
        head, path = raw.head, raw.document.path
        objectives = []
        for index, entry in enumerate(head.objectives):
            place = Place(path, raw.document.line("objectives", index, "text"), module.folder, entry.id)
            text = self._text(entry.text, place)
            objectives.append(Objective(id=entry.id, text=text, competences=entry.competences, level=entry.level))
            self._known_competences(entry.competences, path, raw.document.line("objectives", index))
        self._known_competences(head.competences, path, raw.document.line("competences"))
        return Unit(
            id=head.id,
            title=self._title(head.title, path, raw.document.line("title")),
            duration=head.duration,
            objectives=tuple(objectives),
            competences=head.competences,
            pages=tuple(self._page(page, module.folder, owner=module.file.id) for page in raw.pages),
            location=Location(path, 1),
        )

    def _page(self, raw: RawPage, folder: str, tracked: bool = True, owner: str = "") -> Page:
        def rendered() -> tuple[tuple[Block, ...], list[Finding]]:
            place = Place(raw.path, raw.line, folder, raw.id)
            return self.renderer.blocks(raw.body, place), place.findings

        blocks, findings = self.pieces.get(rendered, raw.body, raw.path, str(raw.line), folder, raw.id)
        self.findings += findings
        number = self.lock.number("page", owner, raw.id) if tracked else 0
        title = self._title(raw.title, raw.path, raw.line - 1)
        return Page(id=raw.id, title=title, blocks=blocks, number=number, location=Location(raw.path, raw.line - 1))

    def _assessment(self, entry: AssessmentEntry, index: int, raw: RawModule) -> Assessment:
        document, keys = raw.document, ("assessments", index)
        for number, section in enumerate(entry.sections):
            line = document.line(*keys, "sections", number)
            self._check_section(section.exercises, section.draw, raw, line)
        place = Place(document.path, document.line(*keys, "description"), raw.folder, entry.id)
        return Assessment(
            id=entry.id,
            title=self._title(entry.title, document.path, document.line(*keys, "title")),
            description=self._text(entry.description, place),
            sections=tuple(Section(title=s.title, exercises=s.exercises, draw=s.draw) for s in entry.sections),
            pass_mark=entry.pass_mark,
            attempts=entry.attempts,
            shuffle=entry.shuffle,
            feedback=entry.feedback,
            number=self.lock.number("assessment", raw.file.id, entry.id),
        )

    def _check_section(self, exercises: tuple[str, ...], draw: int | None, raw: RawModule, line: int) -> None:
        path = raw.document.path
        for identifier in exercises:
            if identifier in self.reader.broken:
                continue
            if identifier not in raw.exercises:
                self._report(path, line, "exercise-unknown", id=identifier)
            elif not raw.exercises[identifier].exercise.scored:
                self._report(path, line, "assessment-unscored", id=identifier)
        if draw is not None and not 1 <= draw <= len(exercises):
            self._report(path, line, "draw", draw=draw, count=len(exercises))
        for identifier in sorted({e for e in exercises if exercises.count(e) > 1}):
            self._report(path, line, "exercise-twice", id=identifier)

    def _exercise(self, raw: RawExercise, module: RawModule) -> Exercise:
        def written(texts: Texts) -> Exercise:
            exercise: Exercise = texts_rendered(raw.exercise, raw, raw.keys, texts, place)
            return exercise

        def rendered() -> tuple[list[str], list[Finding]]:
            noted = Noted(self.renderer)
            fresh.append(written(noted))
            return noted.texts, [*place.findings, *problems(fresh[0], raw)]

        place = Place(raw.document.path, 0, module.folder, raw.exercise.id, heading=3)
        fresh: list[Exercise] = []
        state = self.reader.memory.files.get(raw.document.path, "")
        texts, findings = self.pieces.get(rendered, "exercise", state, repr(raw.keys), raw.exercise.id)
        exercise = fresh[0] if fresh else written(Repeated(texts))
        self.findings += findings
        line = raw.document.line(*raw.keys)
        objectives = {objective.id for unit in module.units for objective in unit.head.objectives}
        for identifier in exercise.objectives:
            if identifier not in objectives:
                self._report(raw.document.path, line, "objective-unknown", id=identifier)
        self._known_competences(exercise.competences, raw.document.path, line)
        strategy = getattr(exercise, "strategy", "")
        if strategy and strategy not in {chapter.id for chapter in self.file.strategy}:
            self._report(raw.document.path, line, "strategy-unknown", id=strategy)
        title = self._title(raw.exercise.title, raw.document.path, raw.document.line(*raw.keys, "title"))
        return changed(exercise, {"title": title})

    def _known_competences(self, identifiers: tuple[str, ...], path: str, line: int) -> None:
        for identifier in identifiers:
            if identifier not in self.framework.competences:
                self._report(path, line, "competence-unknown", id=identifier)

    def _check_module(self, module: Module, raw: RawModule) -> None:
        """Every exercise stands on one page or in an assessment; no page shows it twice."""
        shown = [identifier for page in module.pages for identifier in page.exercises()]
        tested = {identifier for assessment in module.assessments for identifier in assessment.exercises()}
        for identifier, location in module.locations.items():
            if shown.count(identifier) > 1:
                self._report(location.path, location.line, "exercise-twice", id=identifier)
            elif identifier not in tested and identifier not in shown:
                self._report(location.path, location.line, "exercise-unplaced", id=identifier)
        for entries in (raw.terms,):
            for key, entry in entries.items.items():
                if entries.document and entry.unit and entry.unit not in {unit.id for unit in module.units}:
                    self._report(entries.document.path, entries.document.line(key), "unit-unknown", id=entry.unit)

    def _terms(self) -> dict[str, Term]:
        result: dict[str, Term] = {}
        for entries, module in self.terms:
            document = entries.document
            for key, entry in entries.items.items():
                self._once(result, key, entries)
                line = document.line(key, "definition") if document else 0
                path = document.path if document else ""
                definition = self._text(entry.definition, Place(path, line, "", f"term-{key}"))
                for source in entry.sources:
                    if source not in self.sources:
                        self._report(path, line, "source-unknown", id=source)
                values = {"also": entry.also, "unit": entry.unit, "sources": entry.sources, "module": module}
                result[key] = Term(id=key, term=entry.term, definition=definition, **values)
        return result


def _location(raw: RawExercise) -> Location:
    return Location(raw.document.path, raw.document.line(*raw.keys))


def _framework(file: CompetenceFile) -> Framework:
    competences = {
        key: Competence(id=key, title=entry.title, area=entry.area, levels=entry.levels)
        for key, entry in file.competences.items()
    }
    return Framework(areas={area.id: area.title for area in file.areas}, levels=file.levels, competences=competences)
