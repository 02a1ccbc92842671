"""The parts of a cartridge: units with pages, solutions and links; test, question bank, reference pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from content.exercises import Exercise, ExtendedText
from content.messages import messages
from content.model import Assessment, AssessmentRef, Block, ExerciseRef, Module, Page, Unit
from packager.cartridge.collection import Branch, Collection, Leaf
from packager.cartridge.editions import Edition
from packager.cartridge.links import tool_link, web_links
from packager.cartridge.outline import outline
from packager.cartridge.plain_html import PlainHtml
from packager.cartridge.questions import UNSUPPORTED, assessment_document, bank_document
from packager.formats.base import Job
from packager.package import Package
from packager.pages import module_pages
from packager.xml import serialise


def collect(job: Job, edition: Edition) -> Collection:
    """All resources of the job, in the order of the table of contents."""
    collection = Collection(
        job=job,
        edition=edition,
        html=PlainHtml(job.curriculum),
        questions=PlainHtml(job.curriculum, images=False),
        package=Package(job.title),
    )
    for module in job.modules:
        units = [_unit(collection, module, unit) for unit in module.units]
        tests = _tests(collection, module)
        children: tuple[Branch | Leaf, ...] = (*units, *tests)
        if job.grain == "module":
            collection.branches += [*units, *([Branch("tests", collection.text("tests"), tests)] if tests else [])]
        else:
            collection.branches.append(Branch(f"module-{module.id}", module.title, children))
    _bank(collection)
    collection.branches.append(_reference(collection))
    return collection


def _unit(collection: Collection, module: Module, unit: Unit) -> Branch:
    """Pages, solutions, media, links for reading on and links to the tool."""
    html = collection.html
    html.media.clear()
    html.links.clear()
    pages = [page for owner, page in module_pages(module) if owner is unit]
    children: list[Branch | Leaf] = [_page(collection, module, unit, page) for page in pages]
    exercises = [module.exercises[name] for page in pages for name in page.exercises()]
    solved = [(exercise, outline(exercise, html.convert, collection.language)) for exercise in exercises]
    solved = [(exercise, shown) for exercise, shown in solved if shown.solution]
    if solved:
        title = collection.text("solutions")
        children.append(collection.own_page(f"{unit.id}-solutions", title, "cartridge-solutions.html", solved=solved))
    children += [_medium(collection, path, title) for path, title in html.media.items()]
    children += web_links(collection, unit)
    if collection.job.tool_url:
        tool = [
            exercise for exercise in exercises if type(exercise) in UNSUPPORTED or isinstance(exercise, ExtendedText)
        ]
        children += [tool_link(collection, "exercise", item.id, item.title) for item in tool if item.variables()]
    return Branch(f"unit-{unit.id}", unit.title, tuple(children))


def _page(collection: Collection, module: Module, unit: Unit, page: Page) -> Leaf:
    objectives = unit.objectives if page is unit.pages[0] else ()
    blocks = [_block(collection, module, block) for block in page.blocks]
    return collection.page(page.id, page.title, "cartridge-unit-page.html", blocks=blocks, objectives=objectives)


def _block(collection: Collection, module: Module, block: Block) -> dict[str, object]:
    """What a template shows: text, an exercise, or the notice that a test follows."""
    if isinstance(block, ExerciseRef):
        exercise = module.exercises[block.id]
        shown = outline(exercise, collection.html.convert, collection.language)
        return {"kind": "exercise", "exercise": exercise, "outline": shown}
    if isinstance(block, AssessmentRef):
        return {"kind": "assessment", "title": next(a.title for a in module.assessments if a.id == block.id)}
    return {"kind": "text", "html": collection.html.convert(block.html)}


def _medium(collection: Collection, path: str, title: str) -> Leaf:
    collection.picture(path)
    known = next(leaf for leaf in collection.resources if leaf.path == path)
    collection.media[path] += 1
    return Leaf(id=known.id, type=known.type, path=path, title=title, place=collection.media[path])


def _tests(collection: Collection, module: Module) -> tuple[Leaf, ...]:
    """Each test as quiz; with a tool also as link, then the quiz is for trainers: one test is enough for learners."""
    leaves: list[Leaf] = []
    linked = bool(collection.job.tool_url)
    for assessment in module.assessments:
        if linked:
            leaves.append(tool_link(collection, "assessment", assessment.id, assessment.title))
        items = list(_drawn(module, assessment))
        if items:
            document = assessment_document(assessment, items, collection.questions, collection.edition)
            leaf = Leaf(
                id=f"test-{assessment.id}",
                type=collection.edition.assessment_type,
                path=f"questions/{assessment.id}.xml",
                title=collection.text("quiz", title=assessment.title) if linked else assessment.title,
                for_trainers=linked,
            )
            leaves.append(collection.add(leaf, serialise(document)))
    return tuple(leaves)


def _drawn(module: Module, assessment: Assessment) -> Iterator[Exercise]:
    """As many exercises as a learner would get: a cartridge cannot draw; the others are in the bank."""
    for section in assessment.sections:
        able = [module.exercises[name] for name in section.exercises if type(module.exercises[name]) not in UNSUPPORTED]
        yield from able[: section.draw or len(able)]


def _bank(collection: Collection) -> None:
    """All questions that are in no test; the only bank that a cartridge may have."""
    items: list[Exercise] = []
    for module in collection.job.modules:
        used = {exercise.id for assessment in module.assessments for exercise in _drawn(module, assessment)}
        items += [e for e in module.exercises.values() if e.id not in used and type(e) not in UNSUPPORTED]
    if items:
        edition, identifier = collection.edition, f"bank-{collection.job.identifier}"
        document = bank_document(identifier, items, collection.questions, edition)
        collection.add(Leaf(id=identifier, type=edition.bank_type, path="questions/bank.xml"), serialise(document))


def _reference(collection: Collection) -> Branch:
    """Pages of the course, glossary, bibliography, rights."""
    curriculum, html = collection.job.curriculum, collection.html
    leaves = [
        collection.page(page.id, page.title, "cartridge-unit-page.html", blocks=_texts(collection, page), objectives=())
        for page in curriculum.pages
    ]
    terms = [curriculum.terms[name] for name in _closure(collection)]
    if terms:
        leaves.append(_listed(collection, "glossary", terms=sorted(terms, key=lambda term: term.term.casefold())))
    sources = [curriculum.sources[name] for name in html.sources if name in curriculum.sources]
    if sources:
        leaves.append(
            _listed(collection, "sources", sources=sorted(sources, key=lambda source: source.label.casefold()))
        )
    assets = [curriculum.assets[part.name] for part in collection.package if part.name in curriculum.assets]
    leaves.append(_listed(collection, "about", curriculum=curriculum, assets=assets))
    return Branch("reference", collection.text("reference"), tuple(leaves))


def _listed(collection: Collection, kind: str, **values: object) -> Leaf:
    title = messages(collection.language)[f"page.{kind}"]
    return collection.own_page(f"cartridge-{kind}", title, f"cartridge-{kind}.html", **values)


def _texts(collection: Collection, page: Page) -> list[dict[str, object]]:
    return [{"kind": "text", "html": collection.html.convert(text.html)} for text in page.markup()]


def _closure(collection: Collection) -> Sequence[str]:
    """Terms in use, and those that their explanations use."""
    html, known = collection.html, collection.job.curriculum.terms
    done: dict[str, None] = {}
    while waiting := [name for name in html.terms if name in known and name not in done]:
        for name_ in waiting:
            done[name_] = None
            html.convert(known[name_].definition.html)
            for source in known[name_].sources:
                html.sources.setdefault(source)
    return list(done)
