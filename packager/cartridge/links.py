"""Links of a cartridge: to the web for reading on, and to the LTI tool for what a cartridge cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from lxml.builder import ElementMaker

from content.model import Page, Unit
from packager.cartridge.collection import Collection, Leaf
from packager.cartridge.editions import BLTI, LTICP, Edition
from packager.titles import MOODLE, shortened
from packager.xml import serialise

# Links for reading on: enough to be useful, few enough to find one's way.
MOST_LINKS = 40
LIST_AFTER = r"</(?:strong></p>|h[1-6]>)\s*<ul>(.*?)</ul>"
SOURCE = re.compile(r'href="source:([^"]*)"')


def web_links(collection: Collection, unit: Unit) -> Iterator[Leaf]:
    """Sources under the unit's "Zum Weiterlesen", and addresses that its text links to; each once in a cartridge."""
    sources = collection.job.curriculum.sources
    wanted = [sources[name] for page in unit.pages for name in _reading_list(collection, page) if name in sources]
    cited = {source.url for source in sources.values()}
    found = [(source.id, source.title, source.url) for source in wanted if source.url]
    free = [(address, text) for address, text in collection.html.links.items() if address not in cited]
    found += [(_free_name(collection, unit, place), text, url) for place, (url, text) in enumerate(free, start=1)]
    for identifier, title, address in found:
        leaf = Leaf(
            id=f"link-{identifier}",
            type=collection.edition.weblink_type,
            path=f"links/{identifier}.xml",
            title=title or address,
        )
        count = sum(known.type == leaf.type for known in collection.resources)
        if count < MOST_LINKS * len(collection.job.modules) and leaf.path not in collection.package.parts:
            yield collection.add(leaf, _weblink(collection.edition, leaf.title, address))


def _free_name(collection: Collection, unit: Unit, place: int) -> str:
    """The name of an address that is no source: a source of that name keeps it, and none holds an underscore."""
    name = f"{unit.id}-{place}"
    return f"{name}_" if name in collection.job.curriculum.sources else name


def _reading_list(collection: Collection, page: Page) -> list[str]:
    heading = re.escape(collection.text("reading"))
    lists = (found for text in page.markup() for found in re.findall(heading + LIST_AFTER, text.html, re.DOTALL))
    return [name for found in lists for name in SOURCE.findall(found)]


def _weblink(edition: Edition, title: str, address: str) -> bytes:
    wl = ElementMaker(namespace=edition.weblink, nsmap={None: edition.weblink})
    return serialise(wl.webLink(wl.title(shortened(title, MOODLE)), wl.url(href=address, target="_blank")))


def tool_link(collection: Collection, kind: str, identifier: str, title: str) -> Leaf:
    """An LTI link whose address says all: importers drop custom parameters (Moodle does)."""
    url = collection.job.tool_url
    address = f"{url}{'&' if '?' in url else '?'}{urlencode({kind: identifier})}"
    edition = collection.edition
    cartridge = ElementMaker(namespace=edition.link, nsmap={None: edition.link, "blti": BLTI, "lticp": LTICP})
    blti, lticp = ElementMaker(namespace=BLTI), ElementMaker(namespace=LTICP)
    vendor = blti.vendor(lticp.code("staffel"), lticp.name("staffel"))
    secure = [blti.secure_launch_url(address)] if address.startswith("https:") else []
    link = cartridge.cartridge_basiclti_link(
        blti.title(shortened(title, MOODLE)), blti.launch_url(address), *secure, vendor
    )
    leaf = Leaf(id=f"tool-{identifier}", type=edition.link_type, path=f"tool/{identifier}.xml", title=title)
    return collection.add(leaf, serialise(link))
