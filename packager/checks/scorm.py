"""What SCORM packages must have so that Moodle and ILIAS import, start, grade and update them.

Rules of ADL (SCORM 1.2 CAM 2.3; SCORM 2004 4th Edition CAM 3) and of the importers: Moodle reads literal prefixes
(mod/scorm/datamodels/scormlib.php), ILIAS compares manifests byte by byte and has narrow columns
(ilSCORMPackageParser, ilSCORM13Package).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from lxml import etree

from content import Finding
from packager import schemas
from packager.checks.manifest import (
    BASE,
    MANIFEST,
    Parts,
    at,
    launched,
    local,
    path_of,
    read_manifest,
    reference_faults,
    schema_faults,
    text_of,
)
from packager.checks.sco import sco_faults
from packager.xml import ADLCP, ADLCP_12, ADLNAV, ADLSEQ, IMSCP_12, IMSSS

Edition = Literal["scorm12", "scorm2004"]

# Any other text makes Moodle and ILIAS take the package for SCORM 1.2.
VERSIONS_2004 = ("2004 4th Edition", "2004 3rd Edition", "CAM 1.3")
PREFIXES = {ADLCP_12: "adlcp", ADLCP: "adlcp", ADLSEQ: "adlseq", ADLNAV: "adlnav", IMSSS: "imsss"}
NCNAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
IDENTIFIER_LENGTH = 50
TITLE_LENGTH = 200
LAST_OF_UTF8MB3 = "\uffff"


def scorm_faults(parts: Parts) -> Iterator[Finding]:
    """Findings of a SCORM package of either edition."""
    yield from frame_faults(parts)
    if parts.get(MANIFEST) is not None:
        yield from sco_faults(parts)


def frame_faults(parts: Parts) -> Iterator[Finding]:
    """What is wrong with the manifest, and whether the files it needs are there."""
    root, findings = read_manifest(parts)
    yield from findings
    if root is None:
        return
    edition = edition_of(root)
    yield from schema_faults(root, edition)
    yield from reference_faults(root, parts)
    yield from _version_faults(root, edition)
    yield from _prefix_faults(root)
    yield from _organization_faults(root)
    yield from _item_faults(root, edition)
    yield from _resource_faults(root)
    if not schemas.contents(edition).keys() <= parts.keys():
        yield Finding(MANIFEST, 0, "schema-missing")


def edition_of(root: etree._Element) -> Edition:
    """By the namespaces in use, else by `schemaversion`."""
    used = {namespace for element in root.iter("{*}*") for namespace in element.nsmap.values()}
    if used & {ADLCP, ADLSEQ, ADLNAV, IMSSS}:
        return "scorm2004"
    if used & {ADLCP_12, IMSCP_12}:
        return "scorm12"
    return "scorm2004" if (text_of(root, "schemaversion") or "").strip() in VERSIONS_2004 else "scorm12"


def _version_faults(root: etree._Element, edition: Edition) -> Iterator[Finding]:
    version = text_of(root, "schemaversion")
    right = version in VERSIONS_2004 if edition == "scorm2004" else (version or "1.2").strip() not in VERSIONS_2004
    if not right:
        yield Finding(MANIFEST, 0, "manifest-version", {"version": version or "–"})


def _prefix_faults(root: etree._Element) -> Iterator[Finding]:
    seen: set[str] = set()
    for element in root.iter("{*}*"):
        for prefix, namespace in element.nsmap.items():
            wanted = PREFIXES.get(namespace)
            if wanted and prefix != wanted and namespace not in seen:
                seen.add(namespace)
                yield at(element, "manifest-prefix", prefix=prefix or "xmlns", wanted=wanted)


def _organization_faults(root: etree._Element) -> Iterator[Finding]:
    organizations = local(root, "organization")
    if not organizations:
        yield Finding(MANIFEST, 0, "manifest-organization")
        return
    around = organizations[0].getparent()
    default = around.get("default") if around is not None else None
    if default not in {organization.get("identifier") for organization in organizations}:
        yield at(organizations[0], "manifest-default", default=default or "–")
    if len(organizations) > 1:
        yield at(organizations[1], "manifest-organizations", count=len(organizations))


def _item_faults(root: etree._Element, edition: Edition) -> Iterator[Finding]:
    starts = launched(root)
    if not starts:
        yield Finding(MANIFEST, 0, "manifest-launch")
    if edition == "scorm2004" and len(starts) > 1:
        yield at(starts[1][0], "manifest-several", count=len(starts))
    for element in (*local(root, "organization"), *local(root, "item")):
        yield from _title_faults(element)
        if element.get("parameters"):
            yield at(element, "manifest-parameters", parameters=element.get("parameters"))
    for element in (*local(root, "organization"), *local(root, "item"), *local(root, "resource")):
        identifier = element.get("identifier", "")
        if not NCNAME.fullmatch(identifier) or len(identifier) > IDENTIFIER_LENGTH:
            yield at(element, "manifest-identifier", id=identifier)
    for element in (*local(root, "masteryscore"), *local(root, "minNormalizedMeasure")):
        yield at(element, "manifest-mastery", score=(element.text or "").strip())


def _title_faults(element: etree._Element) -> Iterator[Finding]:
    found = element.find("{*}title")
    text = "" if found is None else (found.text or "").strip()
    unsound = len(text) > TITLE_LENGTH or "<" in text or any(sign > LAST_OF_UTF8MB3 for sign in text)
    if text in ("", "0") or unsound:
        yield at(element, "manifest-title", id=element.get("identifier", "–"), title=text[:TITLE_LENGTH] or "–")


def _resource_faults(root: etree._Element) -> Iterator[Finding]:
    for element in root.iter("{*}*"):
        if element.get(BASE):
            yield at(element, "manifest-base", base=element.get(BASE))
    seen: set[str] = set()
    for _, resource in launched(root):
        if resource.get("identifier", "") not in seen:
            seen.add(resource.get("identifier", ""))
            yield from _start_faults(resource)
    names = {
        path_of(resource, file.get("href")) for resource in local(root, "resource") for file in local(resource, "file")
    }
    starts = {path_of(resource, resource.get("href")) for resource in local(root, "resource")}
    if names - starts:
        yield Finding(MANIFEST, 0, "manifest-files", {"count": len(names)})


def _start_faults(resource: etree._Element) -> Iterator[Finding]:
    """A resource that an item starts: a SCO, and its start file among its files."""
    attributes = {etree.QName(str(key)).localname.lower(): value for key, value in resource.attrib.items()}
    if attributes.get("scormtype") != "sco":
        yield at(resource, "manifest-asset", id=resource.get("identifier", "–"))
    href = path_of(resource, resource.get("href"))
    if not href:
        yield at(resource, "manifest-href", href=resource.get("href") or "–")
    elif href not in {path_of(resource, file.get("href")) for file in local(resource, "file")}:
        yield at(resource, "manifest-unlisted", href=href)
