"""What a cmi5 package must have: a readable course structure whose units start files of the package.

Rules of cmi5 1.0 (section 13 and CourseStructure.xsd) and of ILIAS, which reads the first unit only and needs its
description (ilCmiXapiContentUploadImporter).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote

from lxml import etree

from content import Finding
from packager.addresses import split
from packager.checks.sco import sco_faults
from packager.reasons import xml_reason
from packager.xml import CMI5, name, parse

MANIFEST = "cmi5.xml"
MOVE_ON = ("NotApplicable", "Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed")
LAUNCH = ("AnyWindow", "OwnWindow")
# Children in the order of the schema; elements of other namespaces may follow.
ORDER: Mapping[str, tuple[str, ...]] = {
    "courseStructure": ("course", "objectives", "au", "block"),
    "course": ("title", "description"),
    "block": ("title", "description", "objectives", "au", "block"),
    "au": ("title", "description", "objectives", "url", "launchParameters", "entitlementKey"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "courseStructure": ("course",),
    "course": ("title", "description"),
    "block": ("title", "description"),
    "au": ("title", "description", "url"),
}
# Units and blocks may be mixed.
PLACES = {"block": "au"}
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
# A score has at most four decimals.
SMALLEST = -4

Parts = Mapping[str, bytes]


def cmi5_faults(parts: Parts) -> Iterator[Finding]:
    """Findings of a cmi5 package."""
    data = parts.get(MANIFEST)
    if data is None:
        yield Finding(MANIFEST, 0, "cmi5-missing")
        return
    try:
        root = parse(data)
    except etree.XMLSyntaxError as fault:
        yield Finding(MANIFEST, fault.lineno or 0, "cmi5-syntax", {"reason": xml_reason(fault)})
        return
    if root.tag != name(CMI5, "courseStructure"):
        yield _at(root, "cmi5-root", found=str(root.tag))
        return
    yield from _order_faults(root)
    yield from _identifier_faults(root)
    yield from _text_faults(root)
    units = list(root.iter(name(CMI5, "au")))
    for unit in units:
        yield from _unit_faults(unit, parts)
    if not units:
        yield Finding(MANIFEST, 0, "cmi5-launch")
    elif len(units) > 1:
        yield _at(units[1], "cmi5-several", count=len(units))
    yield from sco_faults(parts)


def _order_faults(root: etree._Element) -> Iterator[Finding]:
    """Children that are missing, unknown, or not in their place."""
    for element in root.iter(*(name(CMI5, tag) for tag in ORDER)):
        tag = _local(element)
        children = [_local(child) for child in element if isinstance(child.tag, str) and _namespace(child) == CMI5]
        for needed in NEEDED[tag]:
            if needed not in children:
                yield _at(element, "cmi5-element", parent=tag, child=needed)
        places = [ORDER[tag].index(PLACES.get(child, child)) for child in children if child in ORDER[tag]]
        if places != sorted(places) or len(places) < len(children):
            yield _at(element, "cmi5-order", parent=tag, order=", ".join(ORDER[tag]))


def _identifier_faults(root: etree._Element) -> Iterator[Finding]:
    seen: set[str] = set()
    for element in root.iter(*(name(CMI5, tag) for tag in ("course", "block", "au", "objective"))):
        if "idref" in element.attrib:
            continue
        identifier = element.get("id", "").strip()
        if not ABSOLUTE.fullmatch(identifier):
            yield _at(element, "cmi5-iri", id=identifier or "–")
        elif identifier in seen:
            yield _at(element, "cmi5-duplicate", id=identifier)
        seen.add(identifier)


def _text_faults(root: etree._Element) -> Iterator[Finding]:
    """Titles and descriptions without a text."""
    for element in root.iter(name(CMI5, "title"), name(CMI5, "description")):
        texts = [child.text or "" for child in element.iter(name(CMI5, "langstring"))]
        if not any(text.strip() for text in texts):
            yield _at(element, "cmi5-text", what=_local(element))


def _unit_faults(unit: etree._Element, parts: Parts) -> Iterator[Finding]:
    for attribute, known in (("moveOn", MOVE_ON), ("launchMethod", LAUNCH)):
        value = unit.get(attribute)
        if value is not None and value not in known:
            yield _at(unit, "cmi5-word", attribute=attribute, value=value, known=", ".join(known))
    mastery = unit.get("masteryScore")
    if mastery is not None and not _is_score(mastery):
        yield _at(unit, "cmi5-mastery", score=mastery)
    address = (unit.findtext(name(CMI5, "url")) or "").strip()
    target = split(address)
    if target.scheme or target.netloc:
        yield _at(unit, "cmi5-foreign", address=address)
    elif address and posixpath.normpath(unquote(target.path)) not in parts:
        yield _at(unit, "cmi5-file", address=address)


def _is_score(text: str) -> bool:
    try:
        score = Decimal(text.strip())
    except InvalidOperation:
        return False
    exponent = score.as_tuple().exponent
    return score.is_finite() and 0 <= score <= 1 and isinstance(exponent, int) and exponent >= SMALLEST


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _namespace(element: etree._Element) -> str | None:
    return etree.QName(element).namespace


def _at(element: etree._Element, code: str, **values: object) -> Finding:
    return Finding(MANIFEST, element.sourceline or 0, code, values)
