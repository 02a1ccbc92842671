"""Faults of a package's HTML that a browser or an LMS stumbles over: start file, links, hosts, inline code."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import unquote

from content import Finding
from packager.addresses import split

# What the browser fetches by itself, and what the reader follows. No pattern looks beyond the next tag, or a page full
# of tags without an end would take for ever.
LOADED = re.compile(
    r"""<(?:script|img|source|track|iframe|audio|video|embed)\b[^<>]*?\ssrc="([^"]*)"|<link\b[^<>]*?\shref="([^"]*)\""""
)
FOLLOWED = re.compile(r'<a\b[^<>]*?\shref="([^"]*)"')
INLINE_TAG = re.compile(r"<(style)\b|<(script)(?![^<>]*\b(?:src|type=\"application/))", re.I)
INLINE = re.compile(r"<[a-z][^<>]*?\s(on[a-z]+|style)=|" + INLINE_TAG.pattern, re.I)
TAG = re.compile(r"<[a-zA-Z][^>]*>")
# Fixed letters first: a pattern leaps to them.
IDENTIFIER = re.compile(r'id="(?<=\sid=")([^"]*)"')
# Handlers and styles follow the white space of HTML (Living Standard, 13.1.2.3), nearly always a space.
NAMES = ("on", "style")
MOST_OF_A_PAGE = 20
OTHER_SPACES = "\t\n\f\r"
START = re.compile(r"(?:^|/)(?:index|start)\.html?$", re.I)


def tags_of(html: str) -> str:
    """The start tags alone: the patterns above look at nothing else and most of a page is text."""
    return "".join(TAG.findall(html, 0, html.rfind(">") + 1))  # behind the last end each start would be in vain


def inline_code(tags: str) -> Iterator[str]:
    """Handlers, styles and scripts in the tags; attributes are searched, which is slow, only where one may be."""
    lowered = tags.lower()
    spaces = [" ", *(space for space in OTHER_SPACES if space in tags)]
    pattern = INLINE if any(space + name in lowered for space in spaces for name in NAMES) else INLINE_TAG
    for found in pattern.finditer(tags):
        yield next(group for group in found.groups() if group)


def site_faults(parts: Mapping[str, bytes]) -> Iterator[Finding]:
    """Faults of a site whose documents are `parts` (name -> content)."""
    starts = sorted(name for name in parts if START.search(name))
    if starts != ["index.html"]:
        yield Finding("index.html", 0, "site-start", {"found": ", ".join(starts) or "–"})
    yield from html_faults(parts)


def html_faults(parts: Mapping[str, bytes]) -> Iterator[Finding]:
    """Faults of the HTML documents among `parts`."""
    texts = {name: data.decode("utf-8", "replace") for name, data in parts.items() if name.endswith((".html", ".htm"))}
    anchors = {name: set(IDENTIFIER.findall(text)) for name, text in texts.items()}
    for name, text in texts.items():
        for found in islice(INLINE.finditer(text), MOST_OF_A_PAGE):
            what = next(group for group in found.groups() if group)
            yield Finding(name, text.count("\n", 0, found.start()) + 1, "site-inline", {"what": what})
        for found in LOADED.finditer(text):
            yield from _fault(name, found.group(1) or found.group(2), parts, anchors, loaded=True)
        for found in FOLLOWED.finditer(text):
            yield from _fault(name, found.group(1), parts, anchors, loaded=False)


def _fault(
    name: str, address: str, parts: Mapping[str, bytes], anchors: Mapping[str, set[str]], loaded: bool
) -> Iterator[Finding]:
    target = split(address)
    if target.scheme or target.netloc:
        if loaded and target.scheme != "data":
            yield Finding(name, 0, "site-foreign", {"address": address})
        return
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(target.path))) if target.path else name
    fragment = unquote(target.fragment)
    if path not in parts or (fragment and path in anchors and fragment not in anchors[path]):
        yield Finding(name, 0, "site-link", {"address": address})
