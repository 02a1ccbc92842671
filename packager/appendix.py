"""The pages behind the units: objectives and competences, glossary, bibliography, rights and credits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from content.figures import licence_name
from content.messages import messages
from content.model import Competence, Module, Source, Term, Unit
from packager.links import ABOUT, GLOSSARY, OBJECTIVES, SOURCES, licence_address, sort_key
from packager.pages import Piece, Plain, RenderedPage, Rendering


def appendix(rendering: Rendering) -> list[RenderedPage]:
    """The pages that have something to show. Only what the package uses is in them."""
    terms = _terms(rendering)
    for term in terms:
        for source in term.sources:
            rendering.linker.uses.note("source", source, "")
    pages = [_objectives(rendering)]
    if terms:
        pages.append(_glossary(rendering, terms))
    if rendering.linker.uses.sources:
        pages.append(_sources(rendering))
    return [*pages, _about(rendering)]


def _page(rendering: Rendering, identifier: str, name: str, **data: Plain) -> RenderedPage:
    title = messages(rendering.language)[f"page.{name}"]
    html = rendering.fragment(f"{name}.html", title=title, **data)
    return RenderedPage(id=identifier, title=title, pieces=(Piece(html),))


def _terms(rendering: Rendering) -> list[Term]:
    """The terms that pages use, and those that their definitions lead to, in alphabetical order."""
    uses, known = rendering.linker.uses, rendering.job.curriculum.terms
    done: dict[str, Term] = {}
    while waiting := [name for name in uses.terms if name in known and name not in done]:
        for name in waiting:
            done[name] = known[name]
            rendering.linker.html(known[name].definition.html, "")
    return sorted(done.values(), key=lambda term: sort_key(term.term))


def _glossary(rendering: Rendering, terms: Sequence[Term]) -> RenderedPage:
    linker = rendering.linker
    titles = _titles(rendering)
    entries: list[Plain] = [
        {
            "id": term.id,
            "term": term.term,
            "also": term.also,
            "definition": linker.html(term.definition.html, ""),
            "sources": [(linker.address("source", name), _source(rendering, name).label) for name in term.sources],
            "backlinks": _backlinks(rendering, linker.uses.terms[term.id], titles),
        }
        for term in terms
    ]
    groups = groupby(zip(terms, entries, strict=True), key=lambda pair: sort_key(pair[0].term)[:1].upper())
    letters = [(letter, [entry for _, entry in pairs]) for letter, pairs in groups]
    return _page(rendering, GLOSSARY, "glossary", letters=letters)


def _sources(rendering: Rendering) -> RenderedPage:
    uses = rendering.linker.uses.sources
    titles = _titles(rendering)
    found = [_source(rendering, name) for name in uses if name in rendering.job.curriculum.sources]
    entries: list[Plain] = [
        {
            "id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "date": source.date,
            "url": source.url,
            "backlinks": _backlinks(rendering, uses[source.id], titles),
        }
        for source in sorted(found, key=lambda source: sort_key(f"{source.publisher or source.title} {source.title}"))
    ]
    return _page(rendering, SOURCES, "sources", entries=entries)


def _objectives(rendering: Rendering) -> RenderedPage:
    """What each unit teaches, and the competences behind it."""
    job, framework = rendering.job, rendering.job.curriculum.framework
    units = [(module, unit) for module in job.modules for unit in module.units]
    names = {name for _, unit in units for name in _competences_of(unit)} | set(rendering.linker.uses.competences)
    competences = [item for name, item in framework.competences.items() if name in names]
    order = [*framework.areas, ""]
    competences.sort(key=lambda item: order.index(item.area) if item.area in order else len(order))
    areas = groupby(competences, key=lambda item: framework.areas.get(item.area, ""))
    return _page(
        rendering,
        OBJECTIVES,
        "objectives-page",
        modules=[_module_entry(rendering, module) for module in job.modules],
        several=len(job.modules) > 1,
        areas=[(area, [_competence_entry(rendering, item, units) for item in items]) for area, items in areas],
        levels=framework.levels,
    )


def _module_entry(rendering: Rendering, module: Module) -> dict[str, Plain]:
    units: list[Plain] = [
        {
            "title": unit.title,
            "address": rendering.linker.address("unit", unit.id),
            "objectives": [[rendering.linker.html(o.text.inline, ""), o.level] for o in unit.objectives],
        }
        for unit in module.units
    ]
    return {"number": module.number, "title": module.title, "units": units}


def _competence_entry(
    rendering: Rendering, competence: Competence, units: Sequence[tuple[Module, Unit]]
) -> dict[str, Plain]:
    practised = [unit for _, unit in units if competence.id in _competences_of(unit)]
    links: list[Plain] = [
        {"title": unit.title, "address": rendering.linker.address("unit", unit.id) or ""} for unit in practised
    ]
    return {"id": competence.id, "title": competence.title, "levels": competence.levels, "units": links}


def _competences_of(unit: Unit) -> set[str]:
    return {*unit.competences, *(name for objective in unit.objectives for name in objective.competences)}


def _about(rendering: Rendering) -> RenderedPage:
    """Who made it, under which terms: texts, pictures, and what the package brings along from others."""
    curriculum, language = rendering.job.curriculum, rendering.language
    credits: list[Plain] = [
        {
            "title": asset.title or asset.path.rpartition("/")[2],
            "author": asset.author,
            "licence": licence_name(asset.licence, language),
            "address": licence_address(asset.licence),
            "source": asset.source,
        }
        for asset in rendering.assets()
    ]
    return _page(
        rendering,
        ABOUT,
        "about",
        curriculum={
            "title": curriculum.title,
            "version": curriculum.version,
            "publisher": curriculum.publisher,
            "authors": [{"name": one.name, "year": one.year, "role": one.role} for one in curriculum.authors],
            "plain_description": curriculum.plain_description,
        },
        subject=rendering.job.title,
        licence=licence_name(curriculum.licence, language),
        licence_address=licence_address(curriculum.licence),
        credits=credits,
        kern=rendering.linker.addresses.file("static/kern.LICENSE.md"),
        fira=rendering.linker.addresses.file("static/fonts/OFL.txt"),
    )


def _source(rendering: Rendering, name: str) -> Source:
    return rendering.job.curriculum.sources[name]


def _titles(rendering: Rendering) -> dict[str, str]:
    return {page.id: page.title for page in (*rendering.pages, *rendering.course_pages)}


def _backlinks(rendering: Rendering, pages: Sequence[str], titles: Mapping[str, str]) -> list[Plain]:
    """The pages that refer to an entry."""
    address = rendering.linker.addresses.page
    return [{"address": address(page), "title": titles[page]} for page in pages if page in titles]
