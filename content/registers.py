"""Glossary, sources and competences: what the registers of a curriculum become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from content.markdown import Place
from content.model import Competence, Framework, Source, Term
from content.raw import Entries
from content.raw_assets import WEB
from content.schema import SourceEntry

if TYPE_CHECKING:
    from content.assembly import Assembly


def sources(assembly: Assembly) -> dict[str, Source]:
    """Every source by its key. Titles of works and names of publishers stay as they are, whatever the profile."""
    result: dict[str, Source] = {}
    reader = assembly.reader
    for entries in (reader.entries("sources.yaml", SourceEntry), *(module.sources for module in assembly.raw)):
        for key, entry in entries.items.items():
            _once(assembly, result, key, entries)
            if entries.document and entry.url and not entry.url.startswith(WEB):
                assembly.report(entries.document.path, entries.document.line(key, "url"), "address", href=entry.url)
            result[key] = Source(id=key, title=entry.title, publisher=entry.publisher, date=entry.date, url=entry.url)
    return result


def terms(assembly: Assembly) -> dict[str, Term]:
    """Every term of the glossaries, rendered."""
    units = {unit.head.id for module in assembly.raw for unit in module.units}
    result: dict[str, Term] = {}
    for entries, module in assembly.terms:
        document = entries.document
        for key, entry in entries.items.items():
            _once(assembly, result, key, entries)
            line = document.line(key, "definition") if document else 0
            path = document.path if document else ""
            definition = assembly.text(entry.definition, Place(path, line, "", f"term-{key}"))
            for source in entry.sources:
                if source not in assembly.sources:
                    assembly.report(path, line, "source-unknown", id=source)
            if not module and entry.unit and entry.unit not in units:  # a module's own are checked with the module
                assembly.report(path, line, "unit-unknown", id=entry.unit)
            term = assembly.title(entry.term, path, line)
            also = tuple(assembly.title(name, path, line) for name in entry.also)
            values = {"also": also, "unit": entry.unit, "sources": entry.sources, "module": module}
            result[key] = Term(id=key, term=term, definition=definition, **values)
    return result


def _once(assembly: Assembly, known: Mapping[str, object], key: str, entries: Entries) -> None:
    if key in known and entries.document:
        line = entries.document.line(key)
        assembly.report(entries.document.path, line, "id-duplicate", id=key, other=entries.document.path)


def framework(assembly: Assembly) -> Framework:
    """The competences with their areas and levels."""
    file, path = assembly.framework, "competences.yaml"

    def titles(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(assembly.title(text, path, 0) for text in texts)

    areas = {area.id: assembly.title(area.title, path, 0) for area in file.areas}
    for entry in file.competences.values():
        if entry.area and entry.area not in areas:
            assembly.report(path, 0, "area-unknown", id=entry.area)
    competences = {
        key: Competence(id=key, title=assembly.title(c.title, path, 0), area=c.area, levels=titles(c.levels))
        for key, c in file.competences.items()
    }
    return Framework(areas=areas, levels=titles(file.levels), competences=competences)
