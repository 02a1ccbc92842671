"""Entries for Moodle's activity „Glossar“ (mod/glossary/import.php), which links terms in all texts of a course.

A course backup cannot carry entries: Moodle takes them for user data and drops them when a teacher restores
(mod/glossary/backup/moodle2/restore_glossary_stepslib.php). So the course has a page, and this file fills the activity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape

from lxml import etree
from lxml.builder import E

from content import Finding
from content.messages import messages
from content.model import Curriculum, Module, Term
from packager.credit import credit
from packager.formats.base import Format, Job
from packager.links import sort_key
from packager.moodle.texts import Texts, legal
from packager.package import Package
from packager.reasons import xml_reason
from packager.titles import MOODLE, shortened
from packager.xml import parse, serialise, verbatim

NAME = "moodle-glossary"
PART = "glossary.xml"
USED = re.compile(r'href="term:([^"]*)"')
SETTINGS = {
    "ALLOWDUPLICATEDENTRIES": "0",
    "DISPLAYFORMAT": "dictionary",
    "SHOWSPECIAL": "1",
    "SHOWALPHABET": "1",
    "SHOWALL": "1",
    "ALLOWCOMMENTS": "0",
    "USEDYNALINK": "1",
    "DEFAULTAPPROVAL": "1",
    "GLOBALGLOSSARY": "0",
    "ENTBYPAGE": "20",
}
HTML = "1"


def render(job: Job) -> Package:
    """One file with the terms that the job's modules define or use."""
    curriculum = job.curriculum
    texts = Texts(curriculum)
    name = messages(curriculum.language)["page.glossary"]
    intro = "".join(f"<p>{escape(text)}</p>" for text in (job.title, credit(curriculum)))
    info = E.INFO(E.NAME(name), E.INTRO(verbatim(legal(intro))), E.INTROFORMAT(HTML))
    info.extend(E(name, value) for name, value in SETTINGS.items())
    info.append(E.ENTRIES(*(entry(term, texts) for term in terms(job))))
    package = Package(job.title)
    package.add(PART, serialise(E.GLOSSARY(info)))
    return package


def remarks(job: Job) -> Iterator[Finding]:
    """A glossary without entries is nothing to import: Moodle's reader stumbles over it."""
    if not terms(job):
        yield Finding(job.identifier, 0, "moodle-no-terms")


def terms(job: Job) -> list[Term]:
    """The terms in alphabetical order, with those that their definitions lead to."""
    known = job.curriculum.terms
    modules = {module.id for module in job.modules}
    waiting = [term.id for term in known.values() if term.module in modules]
    waiting += [name for module in job.modules for name in _used(module)]
    found: dict[str, Term] = {}
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found[name] = known[name]
            waiting += USED.findall(known[name].definition.html)
    return sorted(found.values(), key=lambda term: sort_key(term.term))


def _used(module: Module) -> Iterator[str]:
    for page in module.pages:
        for markup in page.markup():
            yield from USED.findall(markup.html)
    for exercise in module.exercises.values():
        yield from USED.findall(exercise.prompt.html)


def entry(term: Term, texts: Texts) -> etree._Element:
    """Other names are linked, too; only whole words are, whatever their case.

    Without other names there must be no ALIASES: an empty one ends the import (PHP 8: no offset in a text).
    """
    aliases = [E.ALIAS(E.NAME(verbatim(legal(name)))) for name in term.also]
    return E.ENTRY(
        E.CONCEPT(verbatim(shortened(legal(term.term), MOODLE))),
        E.DEFINITION(verbatim(texts.block(term.definition).html + _sources(term, texts.curriculum))),
        E.FORMAT(HTML),
        E.USEDYNALINK("1"),
        E.CASESENSITIVE("0"),
        E.FULLMATCH("1"),
        E.TEACHERENTRY("1"),
        *([E.ALIASES(*aliases)] if aliases else []),
    )


def _sources(term: Term, curriculum: Curriculum) -> str:
    labels = [curriculum.sources[name].label for name in term.sources if name in curriculum.sources]
    if not labels:
        return ""
    holder = E.p(f"{messages(curriculum.language)['page.source']}: {legal(', '.join(labels))}")
    return etree.tostring(holder, encoding="unicode")


def glossary_faults(parts: Mapping[str, bytes]) -> Iterator[Finding]:
    """A glossary whose entries have a concept, a definition, and each concept once."""
    for name, data in parts.items():
        try:
            root = parse(data)
        except etree.XMLSyntaxError as fault:
            yield Finding(name, fault.lineno or 0, "moodle-syntax", {"reason": xml_reason(fault)})
            continue
        entries = root.findall("INFO/ENTRIES/ENTRY")
        if root.tag != "GLOSSARY" or root.find("INFO/ENTRIES") is None:
            yield Finding(name, 0, "moodle-no-glossary", {"root": root.tag})
        seen: set[str] = set()
        for entry in entries:
            concept = (entry.findtext("CONCEPT") or "").strip()
            line = int(entry.sourceline or 0)
            if not concept or not (entry.findtext("DEFINITION") or "").strip():
                yield Finding(name, line, "moodle-entry-empty", {"concept": concept})
            if any(not len(aliases) for aliases in entry.findall("ALIASES")):
                yield Finding(name, line, "moodle-aliases", {"concept": concept})
            if concept.casefold() in seen:
                yield Finding(name, line, "moodle-entry-twice", {"concept": concept})
            seen.add(concept.casefold())


FORMAT = Format(
    name=NAME,
    label={
        "de": "Einträge für ein Moodle-Glossar, das Begriffe im Kurs von selbst verlinkt",
        "en": "Entries for a glossary in Moodle that links terms all over the course",
    },
    render=render,
    verify=glossary_faults,
    remarks=remarks,
    suffix=".xml",
    container="file",
)
