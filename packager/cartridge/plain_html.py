"""Text of a curriculum as plain HTML for readers that keep little of it: no classes, no script, no links inside.

Moodle's cartridge import purifies pages, copies no file that a link leads to and knows neither `details` nor `video`
(backup/cc, converter imscc11). What stays: headings, lists, tables, images with relative names, links to the web.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import Element as html_element
from lxml.html import HtmlElement, fragment_fromstring

from content.messages import messages
from content.model import Curriculum

KEPT = {"href", "src", "alt", "width", "height", "id", "colspan", "rowspan", "scope", "start", "lang"}
BLOCKS = {"section": "div", "figure": "div", "figcaption": "p", "details": "div", "summary": "p", "small": "em"}
ABSTRACT = re.compile(r"(term|page|unit|exercise|assessment|competence|source|asset):(.*)", re.DOTALL)


@dataclass
class PlainHtml:
    """Converts texts and remembers what they refer to; `root` leads from a document to the root of the package.

    Without `images` they are replaced by their alternative text (QTI in Moodle shows none).
    """

    curriculum: Curriculum
    root: str = "../"
    images: bool = True
    assets: dict[str, None] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    """File -> title of sound and film, which stand beside the page."""
    terms: dict[str, None] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    """Addresses in the web -> their text."""

    def convert(self, html: str) -> str:
        """Plain HTML of a piece of canonical HTML."""
        if "<" not in html:
            return html
        root = fragment_fromstring(html, create_parent="div")
        for element in list(root.iter()):
            if isinstance(element.tag, str) and element is not root:
                self._element(element)
        etree.strip_tags(root, "span-gone")
        parts = [_escaped(root.text or "")]
        parts += [etree.tostring(child, encoding="unicode", method="html") for child in root]
        return "".join(parts)

    def _element(self, element: HtmlElement) -> None:
        handle: dict[str, Callable[[HtmlElement], None]]
        handle = {"a": self._link, "img": self._image, "video": self._medium, "audio": self._medium, "p": _title}
        handle.get(str(element.tag), _nothing)(element)
        if element.get("class") == "visually-hidden":
            element.text, element.tag = None, "span-gone"
        elif element.tag == "summary":
            _strong(element)
        _rename(element)
        for name in set(element.attrib) - KEPT:
            del element.attrib[name]

    def _link(self, element: HtmlElement) -> None:
        found = ABSTRACT.fullmatch(element.get("href", ""))
        if not found:
            if element.get("href", "").startswith("http"):
                self.links.setdefault(element.get("href", ""), "".join(element.itertext()).strip())
            return
        kind, name = found.groups()
        source = self.curriculum.sources.get(name) if kind == "source" else None
        if kind == "source":
            self.sources.setdefault(name)
        if kind == "term":
            self.terms.setdefault(name)
        if source and source.url:
            element.set("href", source.url)
        else:
            element.tag = "span-gone"

    def _image(self, element: HtmlElement) -> None:
        path = element.get("src", "").removeprefix("asset:")
        if not self.images:
            text = messages(self.curriculum.language)["cartridge.image"].format(text=element.get("alt", ""))
            element.tag, element.text = "em", text
            element.attrib.clear()
            return
        self.assets.setdefault(path)
        element.set("src", self.root + path)

    def _medium(self, element: HtmlElement) -> None:
        source = element.find("source")
        path = (source.get("src", "") if source is not None else element.get("src", "")).removeprefix("asset:")
        title = element.get("aria-label", "") or path.rpartition("/")[2]
        self.media.setdefault(path, title)
        for child in list(element):
            element.remove(child)
        text = messages(self.curriculum.language)["cartridge.medium"].format(title=title)
        element.tag, element.text = "p", text


def _nothing(element: HtmlElement) -> None:
    pass


def _title(element: HtmlElement) -> None:
    if element.get("class") == "box-title":
        _strong(element)


def _strong(element: HtmlElement) -> None:
    strong = html_element("strong")
    strong.text, element.text = element.text, None
    for child in list(element):
        strong.append(child)
    element.append(strong)


def _rename(element: HtmlElement) -> None:
    boxed = (element.get("class") or "").startswith("box box-")
    element.tag = "blockquote" if boxed else BLOCKS.get(str(element.tag), str(element.tag))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
