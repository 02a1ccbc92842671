"""Abstract links of a text become addresses of a target; what a package uses is noted on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from html import escape

from content.frozen import frozen, record
from content.messages import messages
from content.model import Curriculum, Module, Page

GLOSSARY, SOURCES, OBJECTIVES, ABOUT = "_glossary", "_sources", "_objectives", "_about"
"""Pages that the packager writes. An author's identifier never begins with an underscore."""

# ILIAS starts an HTML learning module with any file of these names, in whichever folder (ilObjFileBasedLM).
START_NAMES = ("index", "start")

ANCHOR = re.compile(r"<a ([^>]*)>(.*?)</a>", re.DOTALL)
HREF = re.compile(r'href="(term|page|unit|exercise|assessment|competence|source):([^"]*)"')
# It begins with fixed letters, so that it leaps over a whole page to them.
ASSET = re.compile(r'="(?<=src="|ref=")asset:([^"]*)"')
EXTERNAL = 'rel="external noopener noreferrer"'


@frozen
class Addresses:
    """How a target writes where a page or file is, as seen from the documents that hold the text."""

    before: str = ""
    after: str = ""
    separator: str = "#"
    root: str = ""

    def page(self, page: str, element: str = "") -> str:
        """The address of a page, or of an element in it."""
        name = f"{page}_" if self.after and page in START_NAMES else page
        return f"{self.before}{name}{self.after}" + (f"{self.separator}{element}" if element else "")

    def file(self, path: str) -> str:
        return self.root + path


FOLDER = Addresses(after=".html", root="../")
"""One document per page, all in one folder below the root."""
ABOVE_FOLDER = Addresses(before="pages/", after=".html")
"""The same pages, as seen from a document in the root."""
SINGLE = Addresses(before="#", separator="/")
"""One document that shows all pages."""


@record
class Uses:
    """What the texts so far refer to: identifier -> pages that do, in reading order; paths of files."""

    terms: dict[str, list[str]] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    competences: dict[str, list[str]] = field(default_factory=dict)
    assets: dict[str, None] = field(default_factory=dict)

    def note(self, kind: str, identifier: str, page: str) -> None:
        known: Mapping[str, dict[str, list[str]]]
        known = {"term": self.terms, "source": self.sources, "competence": self.competences}
        if kind in known:
            pages = known[kind].setdefault(identifier, [])
            if page and page not in pages:
                pages.append(page)


@record
class Linker:
    """Makes texts concrete for one package."""

    curriculum: Curriculum
    addresses: Addresses
    targets: Mapping[tuple[str, str], tuple[str, str]]
    """(kind, identifier) -> (page, element) of everything inside the package that has a place."""
    uses: Uses = field(default_factory=Uses)

    def html(self, text: str, page: str) -> str:
        """The text with addresses; `page` is where it stands (empty: nowhere that is worth a backlink).

        It stays as it is unless it `refers` to something.
        """
        if "<a " in text:
            text = ANCHOR.sub(lambda found: self._anchor(found.group(1), found.group(2), page), text)
        return ASSET.sub(self._asset, text) if '="asset:' in text else text

    def address(self, kind: str, identifier: str) -> str | None:
        """Where a target is, or None if the package does not hold it."""
        special = {"term": (GLOSSARY, "term"), "source": (SOURCES, "source"), "competence": (OBJECTIVES, "competence")}
        if kind in special:
            page, prefix = special[kind]
            return self.addresses.page(page, f"{prefix}-{identifier}")
        place = self.targets.get((kind, identifier))
        return self.addresses.page(*place) if place else None

    def _anchor(self, attributes: str, inner: str, page: str) -> str:
        if EXTERNAL in attributes and "http" in attributes:
            hint = messages(self.curriculum.language)["page.new-window"]
            hidden = f'<span class="visually-hidden"> {hint}</span>'
            return f'<a class="link-external" target="_blank" {attributes}>{inner}{hidden}</a>'
        found = HREF.search(attributes)
        if not found:
            return f"<a {attributes}>{inner}</a>"
        kind, identifier = found.groups()
        self.uses.note(kind, identifier, page)
        address = self.address(kind, identifier)
        if address is None:
            return f'<span class="link-elsewhere">{inner}{self._elsewhere(identifier)}</span>'
        concrete = f'href="{escape(address)}"'
        return f"<a {HREF.sub(lambda _: concrete, attributes)}>{inner}</a>"

    def _elsewhere(self, identifier: str) -> str:
        """The module that holds what this package does not, as far as it is known."""
        number = self.curriculum.module_numbers.get(identifier)
        text = messages(self.curriculum.language)["page.module-number"]
        return f" ({text.format(number=number)})" if number else ""

    def _asset(self, found: re.Match[str]) -> str:
        path = found.group(1)
        self.uses.assets.setdefault(path)
        return f'="{self.addresses.file(path)}"'


def refers(text: str) -> bool:
    """Whether the text leads to something or shows a file, so that it differs from package to package."""
    return "<a " in text or '="asset:' in text


def targets(modules: Iterable[Module], extra: Iterable[Page]) -> dict[tuple[str, str], tuple[str, str]]:
    """The places of pages, units, exercises and assessments; `extra` are pages outside of the modules' units."""
    places: dict[tuple[str, str], tuple[str, str]] = {("page", page.id): (page.id, "") for page in extra}
    for module in modules:
        for unit in module.units:
            places["unit", unit.id] = (unit.pages[0].id, "")
            places |= {("page", page.id): (page.id, "") for page in unit.pages}
    for page in [*extra, *(page for module in modules for page in module.pages)]:
        places |= {("exercise", name): (page.id, f"exercise-{name}") for name in page.exercises()}
        places |= {("assessment", name): (page.id, f"assessment-{name}") for name in page.assessments()}
    return places


def licence_address(licence: str) -> str:
    """Where the text of a licence stands; SPDX's list knows all but public domain."""
    if licence.startswith("CC-BY-"):
        name, _, version = licence.removeprefix("CC-").rpartition("-")
        return f"https://creativecommons.org/licenses/{name.lower()}/{version}/"
    if licence == "CC0-1.0":
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    return "" if licence.startswith("LicenseRef") else f"https://spdx.org/licenses/{licence}.html"


def sort_key(text: str) -> str:
    """The key that sorts words as a dictionary does (DIN 5007-1: ä as a)."""
    table = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e", "è": "e"} | dict.fromkeys("„“”»«‚‘’\"'"))
    return text.casefold().translate(table)
