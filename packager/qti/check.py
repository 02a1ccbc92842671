"""Faults of QTI packages, ours or a stranger's: references, declarations, identifiers (QTI 2.1 and 3.0, section 4)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import unquote

from lxml import etree

from content import Finding
from packager.addresses import split
from packager.checks.manifest import MANIFEST, Parts, local, read_manifest, reference_faults
from packager.qti.check_interactions import interaction_faults
from packager.qti.dialect import QTI21, QTI30
from packager.qti.names import attribute, elements, plain
from packager.reasons import xml_reason
from packager.xml import parse

RESOURCE = re.compile(r"imsqti_(item|test)_xmlv(2p[0-2]|3p0)")
# An identifier of QTI: no colon, no space, a letter or an underscore first.
IDENTIFIER = re.compile(r"[^\W\d][\w.-]*")
NAMESPACES = {
    QTI21.namespace,
    QTI30.namespace,
    "http://www.imsglobal.org/xsd/imsqti_v2p0",
    "http://www.imsglobal.org/xsd/imsqti_v2p2",
}
LOADED = {"src", "data", "href", "poster"}


def version_in(root: etree._Element) -> Literal["qti21", "qti30", ""]:
    """The version of the items and tests that a manifest lists, empty if there are none."""
    types = {resource.get("type", "") for resource in local(root, "resource")}
    listed = [kind for kind in types if RESOURCE.fullmatch(kind)]
    if not listed:
        return ""
    return "qti30" if any(kind.endswith("v3p0") for kind in listed) else "qti21"


def package_faults(parts: Parts) -> Iterator[Finding]:
    """What is wrong with the manifest, then with each item and test that it lists."""
    root, findings = read_manifest(parts)
    yield from findings
    if root is None:
        return
    yield from reference_faults(root, parts)
    listed = [r for r in local(root, "resource") if RESOURCE.fullmatch(r.get("type", ""))]
    if not listed:
        yield Finding(MANIFEST, 0, "qti-none")
    for resource in listed:
        path = posixpath.normpath(unquote(resource.get("href", "")))
        if path in parts:
            yield from _document_faults(path, parts)


def _document_faults(path: str, parts: Parts) -> Iterator[Finding]:
    try:
        root = parse(parts[path])
    except etree.XMLSyntaxError as fault:
        yield Finding(path, fault.lineno or 0, "qti-xml", {"reason": xml_reason(fault)})
        return
    space = etree.QName(root).namespace or ""
    if space not in NAMESPACES:
        yield Finding(path, root.sourceline or 0, "qti-namespace", {"namespace": space or "–"})
        return
    yield from _identifier_faults(path, root)
    yield from _address_faults(path, root, parts)
    if plain(root) == "assessmentitem":
        yield from _item_faults(path, root)


def _identifier_faults(path: str, root: etree._Element) -> Iterator[Finding]:
    seen: set[tuple[etree._Element | None, str, str]] = set()
    for element in elements(root):
        identifier = element.get("identifier")
        if identifier is None or plain(element) in REFERRING:
            continue
        if not IDENTIFIER.fullmatch(identifier):
            yield Finding(path, element.sourceline or 0, "qti-identifier", {"id": identifier})
        key = (element.getparent(), plain(element), identifier)
        if key in seen and plain(element) not in REPEATED:
            yield Finding(path, element.sourceline or 0, "qti-duplicate", {"id": identifier})
        seen.add(key)


# Elements that name something declared elsewhere.
REFERRING = {
    "variable",
    "correct",
    "default",
    "mapresponse",
    "mapresponsepoint",
    "setoutcomevalue",
    "lookupoutcomevalue",
}
# One identifier may show several pieces of feedback.
REPEATED = {"modalfeedback", "feedbackinline", "feedbackblock", "testfeedback"}


def _address_faults(path: str, root: etree._Element, parts: Parts) -> Iterator[Finding]:
    for element in elements(root):
        for key in LOADED & set(element.attrib):
            address = split(str(element.get(key)))
            if address.scheme or address.netloc or not address.path:
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(address.path)))
            if target not in parts:
                yield Finding(path, element.sourceline or 0, "qti-file", {"path": str(element.get(key))})


def _item_faults(path: str, root: etree._Element) -> Iterator[Finding]:
    declared = {
        kind: {e.get("identifier", "") for e in elements(root) if plain(e) == f"{kind}declaration"}
        for kind in ("response", "outcome", "template")
    }
    known = set().union(*declared.values()) | {"completionStatus", "numAttempts", "duration", "QTI_CONTEXT"}
    for element in elements(root):
        response, outcome = attribute(element, "responseIdentifier"), attribute(element, "outcomeIdentifier")
        line = element.sourceline or 0
        if response and response not in declared["response"]:
            yield Finding(path, line, "qti-response", {"id": response})
        if outcome and outcome not in declared["outcome"]:
            yield Finding(path, line, "qti-outcome", {"id": outcome})
        if plain(element) in REFERRING and element.get("identifier", "") not in known:
            yield Finding(path, line, "qti-outcome", {"id": element.get("identifier", "")})
    if "SCORE" not in declared["outcome"]:
        yield Finding(path, root.sourceline or 0, "qti-score")
    yield from interaction_faults(path, root)
