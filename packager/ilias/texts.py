"""Texts for ILIAS: the tags that its editor keeps by default, pictures as media objects, no tables.

The default of `ilObjAdvancedEditing` has no table; imported text is purified when somebody edits the question, so what
is not in the list would vanish later.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from lxml import etree
from lxml.html import fragment_fromstring

from content.markup import Markup
from content.model import Asset, Curriculum
from packager.areas import read, stored
from packager.cartridge.plain_html import PlainHtml
from packager.ilias.pictures import IMAGE, shown
from packager.ilias.xml import E, clean

INLINE = frozenset({"a", "br", "cite", "code", "em", "img", "span", "strike", "strong", "sub", "sup", "u"})
BLOCKS = frozenset({"blockquote", "dd", "div", "dl", "dt", "hr", "li", "ol", "p", "pre", "ul"}) | {
    f"h{level}" for level in range(1, 7)
}
ALLOWED = INLINE | BLOCKS
RENAMED = {"b": "strong", "i": "em", "s": "strike", "del": "strike", "ins": "u"}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}}
VOID = {"br", "hr", "img"}
MOB = re.compile(r'src="(il_0_mob_[0-9]+)"')
# The database of ILIAS stores three bytes a sign; the reference keeps the rest for readers of HTML.
BEYOND = re.compile("[\U00010000-\U0010ffff]")
MEDIUM = re.compile(r'<(video|audio) [^>]*aria-label="([^"]*)"[^>]*>.*?</\1>', re.DOTALL)


@dataclass
class Texts:
    """Converts texts of one pool and remembers the pictures: path of the file -> number of its media object."""

    curriculum: Curriculum
    mobs: dict[str, int] = field(default_factory=dict)

    def html(self, markup: Markup) -> str:
        """HTML of the default tags, without white space between blocks."""
        return self.convert(markup.html)

    def inline(self, markup: Markup) -> str:
        """The same without the paragraph around a single one."""
        return self.convert(markup.inline)

    def convert(self, html: str) -> str:
        told = IMAGE.sub(self._picture, MEDIUM.sub(r"<em>[\2]</em>", clean(html)))
        plain = PlainHtml(self.curriculum, root="").convert(told)
        root: etree._Element = fragment_fromstring(plain, create_parent="div")
        for table in list(root.iter("table")):
            _list_instead(table)
        for element in list(root.iter()):
            if isinstance(element.tag, str) and element is not root:
                self._element(element)
        etree.strip_tags(root, "gone")
        _tidy(root)
        inner = escape(root.text or "", quote=False)
        inner += "".join(etree.tostring(child, encoding="unicode") for child in root)
        return BEYOND.sub(lambda found: f"&#{ord(found.group())};", inner)

    def plain(self, markup: Markup) -> str:
        """The text alone, as ILIAS keeps and compares it; a picture becomes its description."""
        return BEYOND.sub("", clean(Markup("", IMAGE.sub(_description, markup.html)).plain)).strip()

    def described(self, figure: Markup) -> str:
        """What a figure says without its image: description, caption, author and licence."""
        return self.convert(IMAGE.sub(lambda found: f"<p>{_description(found)}</p>", figure.html))

    def material(self, html: str) -> etree._Element:
        """`material` with the text and, beside it, the files of its pictures."""
        paths = {f"il_0_mob_{number}": path for path, number in self.mobs.items()}
        labels = dict.fromkeys(MOB.findall(html))
        pictures = (
            E.matimage(label=label, uri=f"objects/{label}/{paths[label].rpartition('/')[2]}") for label in labels
        )
        return E.material(E.mattext(html, texttype="text/xhtml" if "<" in html else "text/plain"), *pictures)

    def answer(self, markup: Markup) -> etree._Element:
        """`material` of an answer: text, and its picture embedded, of which ILIAS takes one."""
        assets = self.curriculum.assets
        found = IMAGE.search(markup.html)
        asset = shown(assets.get(found.group(1)), assets) if found else None
        if asset is None:
            text = Markup(markup.source, IMAGE.sub(_description, markup.html))
            return E.material(E.mattext(self.inline(text), texttype="text/xhtml"))
        rest = Markup(markup.source, IMAGE.sub("", markup.html, count=1))
        return E.material(E.mattext(self.inline(rest), texttype="text/xhtml"), embedded(asset))

    def files(self) -> dict[str, bytes | Path]:
        """Name in the pool's folder -> file."""
        known = self.curriculum.assets
        return {
            f"objects/il_0_mob_{number}/{path.rpartition('/')[2]}": stored(known[path])
            for path, number in self.mobs.items()
            if path in known
        }

    def _picture(self, found: re.Match[str]) -> str:
        """The picture that ILIAS takes for this one, or what it shows in words."""
        assets = self.curriculum.assets
        asset = shown(assets.get(found.group(1)), assets)
        if asset is None:
            text = _description(found)
            return f"<em>{text}</em>" if text else ""
        return found.group().replace(f'"asset:{found.group(1)}"', f'"asset:{asset.path}"')

    def _element(self, element: etree._Element) -> None:
        if element.tag == "img":
            path = element.get("src", "")
            element.set("src", f"il_0_mob_{self.mobs.setdefault(path, len(self.mobs) + 1)}")
        element.tag = RENAMED.get(str(element.tag), element.tag)
        if element.tag not in ALLOWED:
            element.tag = "gone"
        for name in set(element.attrib) - ATTRIBUTES.get(element.tag, set()):
            del element.attrib[name]


def _description(found: re.Match[str]) -> str:
    alt = re.search(r'alt="([^"]*)"', found.group())
    return f"[{alt.group(1)}]" if alt and alt.group(1) else ""


def embedded(asset: Asset) -> etree._Element:
    """`matimage` with the picture in it."""
    data = base64.b64encode(read(asset)).decode()
    return E.matimage(data, imagtype=asset.media_type, label=asset.path.rpartition("/")[2], embedded="base64")


def _list_instead(table: etree._Element) -> None:
    """A list with one point a row: the first cell in bold, the others behind the heading of their column."""
    heads = [" ".join(cell.itertext()).strip() for cell in table.iterfind(".//thead//th")]
    rows = table.xpath(".//tr[not(parent::thead)]")
    caption = table.find("caption")
    points = etree.Element("ul")
    for row in rows:
        points.append(_point(row, heads))
    replacement = etree.Element("div")
    if caption is not None:
        caption.tag, caption.tail = "p", None
        replacement.append(caption)
    replacement.append(points)
    replacement.tail = table.tail
    parent = table.getparent()
    if parent is not None:
        parent.replace(table, replacement)


def _point(row: etree._Element, heads: list[str]) -> etree._Element:
    point = etree.Element("li")
    for index, cell in enumerate(row):
        cell.tag = "strong" if index == 0 else "span"
        head = heads[index] if index and index < len(heads) else ""
        cell.text = (f"{head}: " if head else "") + (cell.text or "")
        cell.tail = "" if index == len(row) - 1 else ": " if index == 0 else "; "
    point.extend(list(row))
    return point


def _tidy(root: etree._Element) -> None:
    """No white space beside blocks, no empty elements: either would be text for ILIAS' reader."""
    for element in list(root.iter()):
        if element is root or element.getparent() is None:
            continue
        if element.tag not in VOID and not len(element) and not (element.text or "").strip():
            _drop(element)
            continue
        if element.tag in BLOCKS and element.tag != "pre":
            element.text = (element.text or "").lstrip() or None
            element.tail = (element.tail or "").lstrip() or None
            last = element[-1] if len(element) else None
            if last is not None:
                last.tail = (last.tail or "").rstrip() or None
            else:
                element.text = (element.text or "").rstrip() or None
    root.text = (root.text or "").lstrip() or None


def _drop(element: etree._Element) -> None:
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    tail = element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
