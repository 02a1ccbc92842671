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
    Curriculum,
    Location,
    Module,
    Objective,
    Page,
    Section,
    Unit,
)
from content.raw import RawAsset, RawExercise, RawModule, RawPage, RawUnit
from content.raw_assets import read_assets, transcript
from content.reading import Reader
from content.references import References
from content.registers import framework, sources, terms
from content.schema import AssessmentEntry, CurriculumFile, ProfileFile, TermEntry
from content.source import SourceFault, read_text
from content.words import IN_WORD_SIGN, Words

SLUG = re.compile(r"[^a-z0-9]+")


class Assembly:
    """One curriculum under one profile; `findings` collects what is wrong, `lock` what has a number."""

    def __init__(self, reader: Reader, file: CurriculumFile, profile: str | None) -> None:
        self.reader = reader
        self.file = file
        self.findings: list[Finding] = []
        chosen = self._profiles(profile)
        variables = {**file.variables, **(chosen.variables if chosen else {})}
        self.words = Words(variables, reader.persons(), chosen.gender if chosen else "colon")
        self.raw = [module for name in file.modules if (module := reader.module(name))]
        self.raw_pages = [page for name in file.pages if (page := reader.page(f"pages/{name}.md"))]
        self.framework = reader.framework()
        self.terms = [(reader.entries("glossary.yaml", TermEntry), ""), *((m.terms, m.file.id) for m in self.raw)]
        self.sources = sources(self)
        folders = ["assets", *(f"{module.folder}/assets" for module in self.raw)]
        self.raw_assets = list(read_assets(reader, folders))
        self.lock = self._lock()
        renderer = Renderer(self.words, self._references({}), file.language)
        assets = {asset.path: self._asset(asset, renderer) for asset in self.raw_assets}
        self.renderer = Renderer(self.words, self._references(assets), file.language)
        self.assets = assets
        self.context = self._context(profile or "")
        self.pieces = Pieces(no_memory())

    def _profiles(self, wanted: str | None) -> ProfileFile | None:
        """The profile of this name; all there are get checked, so that none is found wanting only when it is needed."""
        names = {path.stem for path in (self.reader.root / "profiles").glob("*.yaml")} | ({wanted} if wanted else set())
        found = {name: profile for name in sorted(names) if (profile := self.reader.profile(name))}
        for name, profile in found.items():
            self._check_profile(f"profiles/{name}.yaml", profile)
        return found.get(wanted or "")

    def _check_profile(self, path: str, profile: ProfileFile) -> None:
        """It replaces what there is; the neutral one needs a value of its own where one has a sign in a word."""
        for name in profile.variables:
            if name not in self.file.variables:
                self.report(path, 0, "profile-variable", name=name)
        if profile.gender == "neutral":
            for name, value in {**self.file.variables, **profile.variables}.items():
                for word in IN_WORD_SIGN.findall(value):
                    self.report(path, 0, "variable-sign", name=name, word=word)

    def _context(self, profile: str) -> str:
        """The key of what all modules depend on: shared files, and everything that has a name and a title."""
        memory, titles = self.reader.memory, self.renderer.references.titles
        names = [module.file.id for module in self.raw]
        return memory.key("context", profile, memory.shared(self.file.modules), repr(names), repr(titles))

    def curriculum(self) -> Curriculum:
        file, title = self.file, self.title
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
            publisher=title(file.publisher, name, 0),
            authors=file.authors,
            variables=self.words.variables,
            gender=self.words.gender,
            modules=modules,
            pages=tuple(self._page(page, "", tracked=False) for page in self.raw_pages),
            terms=terms(self),
            sources=self.sources,
            framework=framework(self),
            strategy={chapter.id: title(chapter.title, name, 0) for chapter in file.strategy},
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

    def report(self, path: str, line: int, code: str, **values: object) -> None:
        self.findings.append(Finding(path, line, code, values))

    def _references(self, assets: Mapping[str, Asset]) -> References:
        units = {unit.head.id: unit.head.title for module in self.raw for unit in module.units}
        pages = [page for module in self.raw for unit in module.units for page in unit.pages] + self.raw_pages
        titles: dict[str, Mapping[str, str]] = {
            "term": self._expanded({k: entry.term for entries, _ in self.terms for k, entry in entries.items.items()}),
            "competence": self._expanded({k: f"{k} {c.title}" for k, c in self.framework.competences.items()}),
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

    def title(self, text: str, path: str, line: int) -> str:
        place = Place(path, line, "", "")
        title = self.renderer.title(text, place)
        self.findings += place.findings
        return title

    def text(self, markup: Markup, place: Place) -> Markup:
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
        spoken = Markup("")
        if entry.transcript:
            spoken = renderer.markup(transcript(self.reader, raw), place)
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
            transcript=spoken,
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
            title=self.title(file.title, path, raw.document.line("title")),
            description=self.title(file.description, path, raw.document.line("description")),
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
            text = self.text(entry.text, place)
            objectives.append(Objective(id=entry.id, text=text, competences=entry.competences, level=entry.level))
            self._known_competences(entry.competences, path, raw.document.line("objectives", index))
        self._known_competences(head.competences, path, raw.document.line("competences"))
        return Unit(
            id=head.id,
            title=self.title(head.title, path, raw.document.line("title")),
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
        title = self.title(raw.title, raw.path, raw.line - 1)
        return Page(id=raw.id, title=title, blocks=blocks, number=number, location=Location(raw.path, raw.line - 1))

    def _assessment(self, entry: AssessmentEntry, index: int, raw: RawModule) -> Assessment:
        document, keys = raw.document, ("assessments", index)
        lines = [document.line(*keys, "sections", number) for number in range(len(entry.sections))]
        for section, line in zip(entry.sections, lines, strict=True):
            self._check_section(section.exercises, section.draw, raw, line)
        self._check_drawing(entry, document.path, document.line(*keys))
        place = Place(document.path, document.line(*keys, "description"), raw.folder, entry.id)
        return Assessment(
            id=entry.id,
            title=self.title(entry.title, document.path, document.line(*keys, "title")),
            description=self.text(entry.description, place),
            sections=tuple(
                Section(title=self.title(s.title, document.path, line), exercises=s.exercises, draw=s.draw)
                for s, line in zip(entry.sections, lines, strict=True)
            ),
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
                self.report(path, line, "exercise-unknown", id=identifier)
            elif not raw.exercises[identifier].exercise.scored:
                self.report(path, line, "assessment-unscored", id=identifier)
        if exercises and draw is not None and not 1 <= draw <= len(exercises):
            self.report(path, line, "draw", draw=draw, count=len(exercises))

    def _check_drawing(self, entry: AssessmentEntry, path: str, line: int) -> None:
        """Every section has exercises, and none could come twice in one attempt."""
        if not entry.sections or not all(section.exercises for section in entry.sections):
            self.report(path, line, "section-empty", id=entry.id)
        for identifier in _repeated([e for section in entry.sections for e in section.exercises]):
            self.report(path, line, "exercise-twice", id=identifier)

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
                self.report(raw.document.path, line, "objective-unknown", id=identifier)
        rated = tuple(s.competence for s in getattr(exercise, "statements", ()) if getattr(s, "competence", ""))
        self._known_competences((*exercise.competences, *rated), raw.document.path, line)
        strategy = getattr(exercise, "strategy", "")
        if strategy and strategy not in {chapter.id for chapter in self.file.strategy}:
            self.report(raw.document.path, line, "strategy-unknown", id=strategy)
        title = self.title(raw.exercise.title, raw.document.path, raw.document.line(*raw.keys, "title"))
        return changed(exercise, {"title": title})

    def _known_competences(self, identifiers: tuple[str, ...], path: str, line: int) -> None:
        for identifier in identifiers:
            if identifier not in self.framework.competences:
                self.report(path, line, "competence-unknown", id=identifier)

    def _check_module(self, module: Module, raw: RawModule) -> None:
        """Every exercise stands on one page or in an assessment; nothing is shown twice."""
        shown = [identifier for page in module.pages for identifier in page.exercises()]
        tested = {identifier for assessment in module.assessments for identifier in assessment.exercises()}
        for identifier, location in module.locations.items():
            if shown.count(identifier) > 1:
                self.report(location.path, location.line, "exercise-twice", id=identifier)
            elif identifier not in tested and identifier not in shown:
                self.report(location.path, location.line, "exercise-unplaced", id=identifier)
        for identifier in _repeated([identifier for page in module.pages for identifier in page.assessments()]):
            line = next((n for n, a in enumerate(raw.file.assessments) if a.id == identifier), 0)
            self.report(raw.document.path, raw.document.line("assessments", line), "assessment-twice", id=identifier)
        for entries in (raw.terms,):
            for key, entry in entries.items.items():
                if entries.document and entry.unit and entry.unit not in {unit.id for unit in module.units}:
                    self.report(entries.document.path, entries.document.line(key), "unit-unknown", id=entry.unit)


def _repeated(identifiers: list[str]) -> list[str]:
    return sorted({identifier for identifier in identifiers if identifiers.count(identifier) > 1})


def _location(raw: RawExercise) -> Location:
    return Location(raw.document.path, raw.document.line(*raw.keys))
