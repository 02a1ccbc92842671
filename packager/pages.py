"""Curriculum -> the pages of one package as HTML: what stands in `main`, the data of its exercises, its test pools.

Web, SCORM, IMS content package and Common Cartridge put these into documents of their own (`packager.documents`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from content.exercises.data import browser_data
from content.findings import Language
from content.frozen import frozen, record
from content.messages import messages
from content.model import Assessment, AssessmentRef, Asset, ExerciseRef, Module, Page, Unit
from content.widgets import View, render
from packager.links import Addresses, Linker, refers, targets

if TYPE_CHECKING:
    from jinja2 import Environment

    from packager.formats.base import Job  # the formats use this module

Plain = str | int | None | Sequence["Plain"] | Mapping[str, "Plain"]
"""Data that JSON can hold."""


COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@frozen
class Piece:
    """A run of HTML; with `exercise` it is the form of that exercise."""

    html: str
    exercise: str = ""


@frozen(kw_only=True)
class RenderedPage:
    """What stands in `main` of one page. Pages outside of units have no module, no number and count for nothing."""

    id: str
    title: str
    pieces: tuple[Piece, ...]
    module: Module | None = None
    unit: str = ""
    number: int = 0
    tracked: bool = False

    @property
    def html(self) -> str:
        return "".join(piece.html for piece in self.pieces)

    @property
    def exercises(self) -> tuple[str, ...]:
        return tuple(piece.exercise for piece in self.pieces if piece.exercise)

    def html_with_data(self, data: Mapping[str, str]) -> str:
        """The page with each exercise's data right behind its form."""
        return "".join(
            piece.html + (data_script(piece.exercise, data[piece.exercise]) if piece.exercise else "")
            for piece in self.pieces
        )


@record(kw_only=True)
class Rendering:
    """The pages of one package in reading order; `data` and `pools` hold what scripts need.

    `data`: exercise -> its JSON. `pools`: assessment -> exercise -> its form.
    """

    job: Job
    linker: Linker
    pages: list[RenderedPage] = field(default_factory=list)
    course_pages: list[RenderedPage] = field(default_factory=list)
    data: dict[str, str] = field(default_factory=dict)
    pools: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        return self.job.curriculum.language

    def assets(self) -> Iterator[Asset]:
        """The files that the pages rendered so far refer to, in the order of their paths."""
        known = self.job.curriculum.assets
        return (known[path] for path in sorted(self.linker.uses.assets) if path in known)

    def of_module(self, module: Module) -> list[RenderedPage]:
        return [page for page in self.pages if page.module is module]

    def fragment(self, template: str, **data: Plain) -> str:
        """`remembered` for this package."""
        return remembered(self.job, template, **data)


def render_pages(job: Job, addresses: Addresses) -> Rendering:
    """All pages of the units and of the course, with their exercises and tests."""
    placed = {module.id: module_pages(module) for module in job.modules}
    linker = Linker(job.curriculum, addresses, targets(job.modules, job.curriculum.pages))
    rendering = Rendering(job=job, linker=linker)
    for module in job.modules:
        rendering.pages += [_unit_page(rendering, module, unit, page) for unit, page in placed[module.id]]
        for assessment in module.assessments:
            rendering.pools[assessment.id] = _pool(rendering, module, assessment)
    rendering.course_pages += [_course_page(rendering, page) for page in job.curriculum.pages]
    return rendering


def module_pages(module: Module) -> list[tuple[Unit, Page]]:
    """The pages in reading order, each with its unit."""
    return [(unit, page) for unit in module.units for page in unit.pages]


def data_script(exercise: str, data: str) -> str:
    """The data of an exercise for its form in the same document."""
    return f'<script type="application/json" class="exercise-data" data-exercise="{exercise}">{data}</script>\n'


def to_json(value: object) -> str:
    """JSON that can stand in an HTML document: no tag can begin in it."""
    return script_json(value).replace("<", "\\u003c")


def script_json(value: object) -> str:
    """JSON for a file of its own, a third shorter where it holds HTML."""
    return COMPACT.encode(value)


def module_data(
    rendering: Rendering, module: Module, target: str, addresses: Addresses | None = None
) -> dict[str, object]:
    """The module as the run-time wants it in `#staffel-module`; with `addresses` each page is a document."""
    curriculum = rendering.job.curriculum
    pages = [
        {"id": page.id, "number": page.number, "title": page.title, "unit": page.unit, "tracked": page.tracked}
        | ({"href": addresses.page(page.id)} if addresses else {})
        for page in rendering.of_module(module)
    ]
    return {
        "id": module.id,
        "number": module.number,
        "title": module.title,
        "language": curriculum.language,
        "format": target,
        "curriculum": curriculum.id,
        "version": curriculum.version,
        "release": f"{module.id} {curriculum.version}",
        "pages": pages,
        "units": [{"id": unit.id, "title": unit.title} for unit in module.units],
        "exercises": [
            {
                "id": exercise.id,
                "number": module.exercise_numbers[exercise.id],
                "points": exercise.maximum_points,
                "type": exercise.type,
                "page": module.page_of.get(exercise.id),
                "scored": exercise.scored,
            }
            for exercise in module.exercises.values()
        ],
        "assessments": [_assessment_data(module, assessment) for assessment in module.assessments],
        "completion": {"pass_mark": module.completion_pass_mark},
    }


def _assessment_data(module: Module, assessment: Assessment) -> dict[str, object]:
    return {
        "id": assessment.id,
        "number": assessment.number,
        "title": assessment.title,
        "page": module.page_of[assessment.id],
        "pass_mark": assessment.pass_mark,
        "attempts": assessment.attempts,
        "shuffle": assessment.shuffle,
        "feedback": assessment.feedback,
        "sections": [
            {"title": section.title, "draw": section.draw, "exercises": list(section.exercises)}
            for section in assessment.sections
        ],
    }


def _unit_page(rendering: Rendering, module: Module, unit: Unit, page: Page) -> RenderedPage:
    linker, known = rendering.linker, rendering.job.curriculum.framework.competences
    competences = [known[name] for name in unit.competences if name in known]
    head = rendering.fragment(
        "page-head.html",
        unit={"id": unit.id, "title": unit.title, "duration": unit.duration},
        number=module.units.index(unit) + 1,
        title=page.title,
        objectives=[linker.html(o.text.inline, page.id) for o in unit.objectives] if page is unit.pages[0] else [],
        competences=[{"title": c.title, "address": linker.address("competence", c.id)} for c in competences],
    )
    for name in unit.competences:
        linker.uses.note("competence", name, page.id)
    pieces = (Piece(head), *_blocks(rendering, page, module, headed="<h2" in head))
    return RenderedPage(
        id=page.id,
        title=page.title,
        pieces=pieces,
        module=module,
        unit=unit.id,
        number=page.number,
        tracked=page.number > 0,
    )


def _course_page(rendering: Rendering, page: Page) -> RenderedPage:
    head = Piece(rendering.fragment("plain-head.html", title=page.title))
    return RenderedPage(id=page.id, title=page.title, pieces=(head, *_blocks(rendering, page, None)))


def _blocks(rendering: Rendering, page: Page, module: Module | None, headed: bool = False) -> Iterator[Piece]:
    """The blocks of a page; the level of an exercise's heading skips none."""
    for block in page.blocks:
        if isinstance(block, ExerciseRef):
            if module:
                yield _exercise(rendering, module, block.id, page.id, 3 if headed else 2)
        elif isinstance(block, AssessmentRef):
            if module:
                test = _assessment(rendering, module, block.id, page.id)
                yield Piece(test)
                headed = headed or "<h2" in test
        else:
            headed = headed or "<h2" in block.html
            yield Piece(rendering.linker.html(block.html, page.id))


def _exercise(rendering: Rendering, module: Module, identifier: str, page: str, heading: int) -> Piece:
    exercise, variables = module.exercises[identifier], module.variables[identifier]
    number, pieces = module.exercise_numbers[identifier], rendering.job.pieces

    def made(html: Callable[[str], str]) -> tuple[str, str]:
        data = to_json(browser_data(exercise, number, variables, html))
        return render(exercise, rendering.language, html, View(heading=heading)), data

    def linked() -> tuple[str, str]:
        return made(lambda text: rendering.linker.html(text, page))

    def unlinked() -> tuple[str, str] | None:
        """The same in every package and on every page; None where the texts refer to something."""
        referring: list[str] = []

        def as_it_is(text: str) -> str:
            if refers(text):
                referring.append(text)
            return text

        result = made(as_it_is)
        return None if referring else result

    parts = (repr(exercise), str(number), repr(variables), str(heading), rendering.language)
    known = pieces.get(unlinked, *parts) if pieces else None
    form, rendering.data[identifier] = known or linked()
    return Piece(form, identifier)


def _assessment(rendering: Rendering, module: Module, identifier: str, on: str) -> str:
    assessment = next(known for known in module.assessments if known.id == identifier)
    description = rendering.linker.html(assessment.description.html, on)
    # A test on a page of its own has the title of that page.
    headed = all(page.title != assessment.title for page in module.pages if page.id == on)
    names: Plain = {"id": assessment.id, "title": assessment.title, "headed": headed}
    return rendering.fragment("assessment.html", assessment=names, description=description)


def _pool(rendering: Rendering, module: Module, assessment: Assessment) -> dict[str, str]:
    page = module.page_of[assessment.id]
    return {name: _exercise(rendering, module, name, page, 3).html for name in assessment.exercises()}


def remembered(job: Job, template: str, **data: Plain) -> str:
    """A `fragment` of plain data, taken over where an earlier build or another target made it of the same.

    So a build after a changed word need not even load the template engine (docs/decisions/0008).
    """
    language = job.curriculum.language

    def made() -> str:
        return fragment(language, template, **data)

    if not job.pieces:
        return made()
    return job.pieces.get(made, "fragment", template, language, json.dumps(data, ensure_ascii=False))


def fragment(language: Language, template: str, **values: object) -> str:
    """A template of the packager, rendered with the sentences of the language as `t`."""
    return environment(language).get_template(template).render(values)


@cache
def environment(language: Language) -> Environment:
    """One per language; its templates come from `packager/templates`."""
    from content.templates import environment as templates  # see `remembered`

    return templates(Path(__file__).parent / "templates", t=messages(language), language=language)
