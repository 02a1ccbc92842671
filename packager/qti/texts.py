"""Texts in items: the XHTML that QTI 2.1 knows, which 2.2 and 3.0 know too (Information Model 2.1, section 5.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lxml import etree
from lxml.html import fragment_fromstring

from content.exercises.entry import GAP
from content.markup import Markup
from content.model import Curriculum
from packager.cartridge.plain_html import PlainHtml
from packager.package import Package
from packager.qti.dialect import Child, Dialect
from packager.xml import name

INLINE = frozenset({"a", "abbr", "br", "cite", "code", "em", "img", "object", "q", "span", "strong", "sub", "sup"})
BLOCKS = frozenset({"blockquote", "dd", "div", "dl", "dt", "hr", "li", "ol", "p", "pre", "ul"}) | {
    f"h{level}" for level in range(1, 7)
}
TABLES = frozenset({"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})
RENAMED = {"b": "strong", "i": "em", "u": "span", "s": "span", "del": "span", "ins": "span", "mark": "span"}
CELL = {"colspan", "rowspan", "scope"}
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "object": {"data", "type"},
    "td": CELL,
    "th": CELL,
}
# Signs that XML 1.0 forbids.
CONTROLS = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]")
MARKER = "gap-"
MEDIUM = re.compile(r'<(video|audio) [^>]*aria-label="([^"]*)"[^>]*>.*?<source src="asset:([^"]*)".*?</\1>', re.DOTALL)
MEDIA_TYPES = {
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
}


# Elements whose white space is text.
MIXED = (INLINE | BLOCKS | TABLES) | {
    "contentBody",
    "hottext",
    "inlineChoice",
    "inlineChoiceInteraction",
    "modalFeedback",
    "prompt",
    "rubricBlock",
    "simpleAssociableChoice",
    "simpleChoice",
}


def document(root: etree._Element, dialect: Dialect) -> bytes:
    """The bytes of an item or test: one element a line, but nothing between words."""
    _indent(root, 1, {name(dialect.namespace, tag) for tag in MIXED} | {dialect_tag(dialect, tag) for tag in MIXED})
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="unicode").encode() + b"\n"


def dialect_tag(dialect: Dialect, tag: str) -> str:
    return name(dialect.namespace, dialect.tag(tag))


def _indent(element: etree._Element, level: int, mixed: set[str]) -> None:
    if element.tag in mixed or not len(element):
        return
    element.text = "\n" + "  " * level
    for child in element:
        _indent(child, level + 1, mixed)
        child.tail = element.text
    element[-1].tail = "\n" + "  " * (level - 1)


def clean(text: str) -> str:
    """The text without signs that XML forbids."""
    return CONTROLS.sub("", text)


@dataclass
class Texts:
    """Converts texts of one package into elements of a dialect; remembers the files that they show."""

    curriculum: Curriculum
    dialect: Dialect
    assets: dict[str, None] = field(default_factory=dict)

    def blocks(self, markup: Markup) -> list[etree._Element]:
        """Block elements; text that stands alone gets a paragraph."""
        content = self._content(markup.html)
        wanted = {name(self.dialect.namespace, tag) for tag in (BLOCKS | {"table"}) - {"dd", "dt", "li"}}
        if all(not isinstance(child, str) and child.tag in wanted for child in content):
            return [child for child in content if not isinstance(child, str)]
        return [self.dialect.html("p" if self._inline(content) else "div", *content)]

    def flow(self, markup: Markup) -> list[Child]:
        """Inline content of a single paragraph, else blocks."""
        return self._content(markup.inline)

    def is_inline(self, markup: Markup) -> bool:
        """It fits into a prompt, which may hold no block."""
        return self._inline(self._content(markup.inline))

    def with_gaps(self, markup: Markup) -> list[etree._Element]:
        """Blocks in which each gap is a `var` with the identifier `gap-…`, to be replaced."""
        return self.blocks(Markup("", GAP.sub(lambda gap: f'<var id="{MARKER}{gap.group(1)}"></var>', markup.html)))

    def plain(self, markup: Markup) -> str:
        return clean(markup.plain)

    def add_files(self, package: Package) -> None:
        known = self.curriculum.assets
        for path in self.assets:
            if path in known:
                package.add(path, known[path].file)

    def _inline(self, content: list[Child]) -> bool:
        blocks = {name(self.dialect.namespace, tag) for tag in BLOCKS | TABLES}
        return not any(not isinstance(c, str) and any(e.tag in blocks for e in c.iter()) for c in content)

    def _content(self, html: str) -> list[Child]:
        plain = PlainHtml(self.curriculum)
        html = MEDIUM.sub(r'<img src="asset:\3" alt="\2">', clean(html))
        root: etree._Element = fragment_fromstring(plain.convert(html), create_parent="div")
        self.assets |= plain.assets
        for element in list(root.iter()):
            if isinstance(element.tag, str) and element is not root:
                _reduce(element)
        etree.strip_tags(root, "gone")
        made = self._copy(root)
        content: list[Child] = [made.text] if made.text and made.text.strip() else []
        for child in list(made):
            tail, child.tail = child.tail, None
            content.append(child)
            if tail and tail.strip():
                content.append(tail)
        return content

    def _copy(self, element: etree._Element) -> etree._Element:
        """The element in the namespace of the dialect."""
        attributes = {str(key): clean(str(value)) for key, value in element.attrib.items()}
        made = self.dialect.element(str(element.tag), (), attributes)
        made.text = element.text
        for child in element:
            if isinstance(child.tag, str):
                copied = self._copy(child)
                copied.tail = child.tail
                made.append(copied)
        return made


def markers(block: etree._Element, dialect: Dialect) -> list[tuple[etree._Element, str]]:
    """The places of gaps in a block, with their identifiers."""
    found = block.iter(name(dialect.namespace, "var"))
    return [(marker, (marker.get("id") or "").removeprefix(MARKER)) for marker in found]


def put(marker: etree._Element, made: etree._Element, behind: str = "") -> None:
    """`made` and the text `behind` it in the place of a marker."""
    parent = marker.getparent()
    assert parent is not None  # noqa: S101  # it stands in a block
    made.tail = behind + (marker.tail or "")
    parent.replace(marker, made)


def _reduce(element: etree._Element) -> None:
    """Only names that QTI knows; film and sound as `object`, the only element that 2.1 has for them."""
    medium = MEDIA_TYPES.get(PurePosixPath(element.get("src", "")).suffix)
    if element.tag == "img" and medium:
        element.tag, element.text = "object", element.get("alt")
        element.set("data", element.get("src", ""))
        element.set("type", medium)
    marker = element.tag == "var" and element.get("id", "").startswith(MARKER)
    element.tag = RENAMED.get(str(element.tag), element.tag)
    if not marker and element.tag not in INLINE | BLOCKS | TABLES:
        element.tag = "gone"
    kept = {"id"} if marker else ATTRIBUTES.get(str(element.tag), set())
    for attribute in set(element.attrib) - kept:
        del element.attrib[attribute]
    if element.tag == "img" and element.get("alt") is None:
        element.set("alt", "")
