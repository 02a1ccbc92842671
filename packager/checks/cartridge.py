"""What a Common Cartridge must have: the rules of its schemas and of Moodle's importer, checked without schema files.

CC 1.1 and 1.3, Implementation, section 4 with the rule sets of ccv1p1_imscp_v1p2_v1p0; Moodle: backup/cc. No package
registry carries these schemas, so the rules stand here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import unquote

from lxml import etree

from content import Finding
from packager.addresses import split
from packager.cartridge.editions import EDITIONS, Edition
from packager.checks.manifest import MANIFEST, Parts, at, local, path_of, read_manifest, reference_faults
from packager.checks.questions import question_faults
from packager.reasons import xml_reason
from packager.xml import parse

Version = Literal["cc11", "cc13", "cc"]

NAMESPACE = re.compile(r"http://www\.imsglobal\.org/xsd/(?:imscc|imsccv1p\d)/imscp_v1p1")
DETECTED = ("http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1", "http://www.imsglobal.org/xsd/imscc/imscp_v1p1")
READ_BY_MOODLE = 1024
IMAGE = re.compile(r"""<img\b[^<>]*?\ssrc\s*=\s*["']([^"']*)["']""", re.I)
LINK = re.compile(r"""<a\b[^<>]*?\shref\s*=\s*["']([^"']*)["']""", re.I)
PURIFIED = re.compile(r"<(script|style|iframe|object|embed|form|video|audio)\b", re.I)
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")


def version_of(root: etree._Element) -> Version | None:
    """The edition, "cc" for others than 1.1 and 1.3, None for packages that are no cartridges."""
    namespace = etree.QName(root).namespace or ""
    for name, edition in EDITIONS.items():
        if namespace == edition.namespace:
            return name
    return "cc" if NAMESPACE.fullmatch(namespace) else None


def cartridge_faults(parts: Parts) -> Iterator[Finding]:
    """Findings of a cartridge."""
    root, findings = read_manifest(parts)
    yield from findings
    if root is None:
        return
    version = version_of(root)
    yield from reference_faults(root, parts)
    yield from _moodle_faults(root, parts)
    yield from _organization_faults(root)
    if version in ("cc11", "cc13"):
        edition = EDITIONS[version]
        yield from _metadata_faults(root, edition)
        yield from _resource_faults(root, parts, edition)
    yield from _page_faults(root, parts)


def _moodle_faults(root: etree._Element, parts: Parts) -> Iterator[Finding]:
    """Moodle looks for the default namespace near the start, in lower case and without blanks and quotes."""
    version = local(root, "schemaversion")
    namespace = etree.QName(root).namespace
    if namespace not in DETECTED:
        yield Finding(MANIFEST, 0, "cc-version", {"version": version[0].text if version else "–"})
        return
    start = re.sub(r"[\s\"']", "", parts[MANIFEST][:READ_BY_MOODLE].decode("utf-8", "ignore").lower())
    if f"xmlns={namespace}" not in start:
        yield Finding(MANIFEST, 1, "cc-detect")


def _organization_faults(root: etree._Element) -> Iterator[Finding]:
    organizations = local(root, "organization")
    if not organizations:
        return
    roots = organizations[0].findall("{*}item")
    if len(roots) != 1 or roots[0].find("{*}title") is not None or roots[0].get("identifierref"):
        yield at(organizations[0], "cc-root")
    for item in (item for top in roots for item in local(top, "item") if item is not top):
        title = item.find("{*}title")
        if title is None or not (title.text or "").strip():
            yield at(item, "cc-title", id=item.get("identifier", "–"))


def _metadata_faults(root: etree._Element, edition: Edition) -> Iterator[Finding]:
    wanted = {"schema": "IMS Common Cartridge", "schemaversion": edition.schemaversion}
    for tag, text in wanted.items():
        found = next((element.text or "" for element in local(root, tag)), "")
        if found != text:
            yield Finding(MANIFEST, 0, "cc-schema", {"text": found or "–"})
    if root.find(f"{{*}}metadata/{{{edition.metadata}}}lom/{{*}}general/{{*}}title") is None:
        yield Finding(MANIFEST, 0, "cc-metadata")


def _resource_faults(root: etree._Element, parts: Parts, edition: Edition) -> Iterator[Finding]:
    resources = local(root, "resource")
    named = {item.get("identifierref") for item in local(root, "item")}
    banks = [resource for resource in resources if resource.get("type") == edition.bank_type]
    if len(banks) > 1 or any(bank.get("identifier") in named for bank in banks):
        yield at(banks[0], "cc-bank", count=len(banks))
    for resource in resources:
        values = {"id": resource.get("identifier", "–"), "type": resource.get("type", "–")}
        files = [file.get("href", "") for file in resource.findall("{*}file")]
        if resource.get("type") not in edition.types:
            yield at(resource, "cc-type", **values)
        elif resource.get("type") in ("webcontent", edition.application_type):
            if resource.get("href") and resource.get("href") not in files:
                yield at(resource, "cc-start", **values)
        elif len(files) != 1 or resource.get("href"):
            yield at(resource, "cc-file", **values)
        else:
            yield from _xml_faults(resource, files[0], parts, edition)


def _xml_faults(resource: etree._Element, href: str, parts: Parts, edition: Edition) -> Iterator[Finding]:
    data = parts.get(path_of(resource, href))
    if data is None:
        return
    try:
        document = parse(data)
    except etree.XMLSyntaxError as fault:
        yield Finding(href, fault.lineno or 0, "cc-xml", {"href": href, "reason": xml_reason(fault)})
        return
    check: dict[str, Callable[[etree._Element], str]] = {
        edition.weblink_type: lambda found: _weblink_fault(found, edition),
        edition.link_type: lambda found: _link_fault(found, edition),
    }
    kind = resource.get("type", "")
    if kind in check:
        reason = check[kind](document)
        if reason:
            yield Finding(href, 0, "cc-xml", {"href": href, "reason": reason})
    elif kind != edition.topic_type:
        yield from question_faults(href, document, bank=kind == edition.bank_type)


def _weblink_fault(document: etree._Element, edition: Edition) -> str:
    url = document.find("{*}url")
    if document.tag != f"{{{edition.weblink}}}webLink":
        return "webLink"
    if document.find("{*}title") is None:
        return "title"
    return "" if url is not None and url.get("href") else "url/@href"


def _link_fault(document: etree._Element, edition: Edition) -> str:
    if document.tag != f"{{{edition.link}}}cartridge_basiclti_link":
        return "cartridge_basiclti_link"
    missing = [tag for tag in ("title", "launch_url", "vendor") if document.find(f"{{*}}{tag}") is None]
    return ", ".join(missing)


def _page_faults(root: etree._Element, parts: Parts) -> Iterator[Finding]:
    """What Moodle loses of a page: it copies no file that a page links to and purifies the rest."""
    pages = {path_of(r, r.get("href")) for r in local(root, "resource") if r.get("type") == "webcontent"}
    for name in sorted(page for page in pages if page.endswith((".html", ".htm", ".xhtml")) and page in parts):
        text = parts[name].decode("utf-8", "replace")
        for tag in sorted({found.lower() for found in PURIFIED.findall(text)}):
            yield Finding(name, 0, "cc-purified", {"what": f"<{tag}>"})
        for src in IMAGE.findall(text):
            if not PLAIN_PATH.fullmatch(src) or _member(name, src) not in parts:
                yield Finding(name, 0, "cc-image", {"src": src})
        for href in LINK.findall(text):
            if not href.startswith(("#", "http:", "https:", "mailto:")):
                yield Finding(name, 0, "cc-link", {"href": href})


def _member(page: str, src: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(split(src).path)))
