"""Faults inside a SCO of ours: dead links between the pages that its scripts bring, and states that do not fit."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from content import Finding
from packager.addresses import split
from packager.checks.site import FOLLOWED, IDENTIFIER, LOADED, inline_code, tags_of
from packager.embedded import EmbeddedModule, embedded_modules
from packager.state_size import LIMITS, state_size

Parts = Mapping[str, bytes]


def sco_faults(parts: Parts) -> Iterator[Finding]:
    """Findings about the modules of a SCORM package; none for packages of strangers."""
    for module in embedded_modules(parts):
        yield from _script_faults(module, parts)
        yield from _page_faults(module, parts)
        yield from state_faults(module)


def state_faults(module: EmbeddedModule) -> Iterator[Finding]:
    """Whether the learner's state fits into what the edition keeps of it."""
    limit = LIMITS.get(module.data["format"])
    if limit is None:
        return
    size = state_size(module)
    values = {"module": module.data["title"], "limit": limit, "full": size.full, "least": size.least}
    if size.least > limit:
        yield Finding(module.document, 0, "state-large", values)
    elif size.full > limit:
        yield Finding(module.document, 0, "state-tight", values)


def _script_faults(module: EmbeddedModule, parts: Parts) -> Iterator[Finding]:
    """Pages and exercises that the module names and no script brings."""
    for page in module.data["pages"]:
        if page["id"] not in module.pages:
            yield Finding(module.document, 0, "sco-page", {"id": page["id"]})
    for entry in module.data["exercises"]:
        if entry["id"] not in module.exercises:
            yield Finding(module.document, 0, "sco-exercise", {"id": entry["id"]})


def _page_faults(module: EmbeddedModule, parts: Parts) -> Iterator[Finding]:
    shell = tags_of(parts[module.document].decode("utf-8", "replace"))
    pages = {page: tags_of(html) for page, html in module.pages.items()}
    anchors = {page: set(IDENTIFIER.findall(html)) for page, html in pages.items()}
    own = set(IDENTIFIER.findall(shell))
    yield from _html_faults(module, module.document, shell, parts, anchors, own)
    for page, html in pages.items():
        yield from _html_faults(module, f"{module.document}#{page}", html, parts, anchors, anchors[page] | own)


def _html_faults(  # noqa: PLR0913, PLR0917  # what a link can mean: file, page, element
    module: EmbeddedModule,
    place: str,
    html: str,
    parts: Parts,
    anchors: Mapping[str, set[str]],
    here: set[str],
) -> Iterator[Finding]:
    for what in inline_code(html):
        yield Finding(place, 0, "site-inline", {"what": what})
    for found in LOADED.finditer(html):
        address = found.group(1) or found.group(2)
        target = split(address)
        if target.scheme not in ("", "data") or target.netloc:
            yield Finding(place, 0, "site-foreign", {"address": address})
        elif not target.scheme and posixpath.normpath(module.folder + unquote(target.path)) not in parts:
            yield Finding(place, 0, "site-link", {"address": address})
    for found in FOLLOWED.finditer(html):
        if not _leads_somewhere(found.group(1), module, parts, anchors, here):
            yield Finding(place, 0, "site-link", {"address": found.group(1)})


def _leads_somewhere(
    address: str, module: EmbeddedModule, parts: Parts, anchors: Mapping[str, set[str]], here: set[str]
) -> bool:
    target = split(address)
    if target.scheme or target.netloc:
        return True
    if target.path:
        return posixpath.normpath(module.folder + unquote(target.path)) in parts
    page, _, element = unquote(target.fragment).partition("/")
    if page in anchors:
        return not element or element in anchors[page]
    return page in here
