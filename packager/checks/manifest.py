"""What every imsmanifest.xml must have: readable XML, valid references, files that are there (IMS CP 1.1.4)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from lxml import etree

from content import Finding
from packager import schemas
from packager.addresses import split
from packager.xml import XML, name, parse

MANIFEST = "imsmanifest.xml"
BOM = b"\xef\xbb\xbf"
NUMERIC = re.compile(rb"&#x?[0-9a-fA-F]+;")
BASE = name(XML, "base")
# A broken manifest can break one schema rule in hundreds of places.
MOST_ERRORS = 10

Parts = Mapping[str, bytes]


def read_manifest(parts: Parts) -> tuple[etree._Element | None, list[Finding]]:
    """The root of the manifest, None where there is none, and what is wrong with the text of the file."""
    data = parts.get(MANIFEST)
    if data is None:
        nested = next((part for part in sorted(parts) if part.endswith(f"/{MANIFEST}")), "")
        if nested:
            return None, [Finding(nested, 0, "manifest-nested", {"path": nested})]
        spelt = next((part for part in sorted(parts) if part.lower() == MANIFEST), "")
        if spelt:
            return None, [Finding(spelt, 0, "manifest-case", {"path": spelt})]
        return None, [Finding(MANIFEST, 0, "manifest-missing")]
    try:
        return parse(data), list(_text_faults(data))
    except etree.XMLSyntaxError as fault:
        from packager.reasons import xml_reason  # sound packages need no reasons

        return None, [Finding(MANIFEST, fault.lineno or 0, "manifest-syntax", {"reason": xml_reason(fault)})]


def _text_faults(data: bytes) -> Iterator[Finding]:
    if data.startswith(BOM):
        yield Finding(MANIFEST, 1, "manifest-bom")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        yield Finding(MANIFEST, 1, "manifest-doctype")
    found = NUMERIC.search(data)
    if found:
        line = data.count(b"\n", 0, found.start()) + 1
        yield Finding(MANIFEST, line, "manifest-numeric", {"reference": found.group().decode()})
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        yield Finding(MANIFEST, 1, "manifest-encoding")


def schema_faults(root: etree._Element, edition: str) -> Iterator[Finding]:
    """What the official schemas of an edition ("scorm12", "scorm2004") do not allow."""
    schema = schemas.compiled(edition)
    if schema.validate(root):
        return
    from packager.reasons import schema_reason

    for error in list(schema.error_log)[:MOST_ERRORS]:
        yield Finding(MANIFEST, error.line, "manifest-invalid", {"reason": schema_reason(error)})


def reference_faults(root: etree._Element, parts: Parts) -> Iterator[Finding]:
    """Items without their resource, resources without their files, identifiers that stand twice."""
    yield from _identifier_faults(root)
    resources = {resource.get("identifier"): resource for resource in local(root, "resource")}
    for element in (*local(root, "item"), *local(root, "dependency")):
        wanted = element.get("identifierref")
        if wanted and wanted not in resources:
            yield at(element, "manifest-reference", id=wanted)
    missing: set[str] = set()
    for resource in resources.values():
        for element in (resource, *local(resource, "file")):
            path = path_of(resource, element.get("href"))
            if path and path not in parts and path not in missing:
                missing.add(path)
                yield at(element, "manifest-file", href=path)


def _identifier_faults(root: etree._Element) -> Iterator[Finding]:
    seen: set[str] = set()
    for element in root.iter():
        identifier = element.get("identifier") if isinstance(element.tag, str) else None
        if identifier in seen:
            yield at(element, "manifest-duplicate", id=identifier)
        if identifier:
            seen.add(identifier)


def launched(root: etree._Element) -> list[tuple[etree._Element, etree._Element]]:
    """Items with the resources that they start, in the order of the table of contents."""
    resources = {resource.get("identifier"): resource for resource in local(root, "resource")}
    pairs = ((item, resources.get(item.get("identifierref"))) for item in local(root, "item"))
    return [(item, resource) for item, resource in pairs if resource is not None]


def path_of(resource: etree._Element, href: str | None) -> str:
    """The member that an address in a resource means, with the bases above it; empty for addresses of other hosts."""
    if not href:
        return ""
    bases = [element.get(BASE) for element in (resource, *resource.iterancestors())]
    address = "".join([*(base for base in reversed(bases) if base), href])
    target = split(address)
    return "" if target.scheme or target.netloc else posixpath.normpath(unquote(target.path))


def local(root: etree._Element, tag: str) -> list[etree._Element]:
    """Elements of this name in any namespace: strangers' manifests mix them up."""
    return list(root.iter(f"{{*}}{tag}"))


def text_of(root: etree._Element, tag: str) -> str | None:
    """The text of the first such element, as it is."""
    found = next(root.iter(f"{{*}}{tag}"), None)
    return None if found is None else (found.text or "")


def at(element: etree._Element, code: str, **values: object) -> Finding:
    return Finding(MANIFEST, element.sourceline or 0, code, values)
