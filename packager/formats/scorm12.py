"""SCORM 1.2 (CAM 2.3): the edition that every LMS of German administrations plays, and the default to recommend."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from content import Finding
from packager.checks.scorm import scorm_faults
from packager.formats.base import Format, Job
from packager.formats.scorm import START, bundle, identifier, scos, title
from packager.package import Package
from packager.xml import ADLCP_12, IMSCP_12, XSI, cp_12, name, serialise

NAME = "scorm12"
LOCATIONS = f"{IMSCP_12} imscp_rootv1p1p2.xsd {ADLCP_12} adlcp_rootv1p2.xsd"


def render(job: Job) -> Package:
    """One SCO per module. A course has several: each keeps its own learning state and status."""
    return bundle(job, NAME, serialise(manifest(job)))


def manifest(job: Job) -> etree._Element:
    """Identifiers and titles of modules, nothing else; no masteryscore, since the run-time decides about passing."""
    organization = identifier("org", job.identifier)
    modules = [(folder, part.modules[0]) for folder, part in scos(job)]
    root = cp_12.manifest(
        cp_12.metadata(cp_12.schema("ADL SCORM"), cp_12.schemaversion("1.2")),
        cp_12.organizations(
            cp_12.organization(
                cp_12.title(title(job.title)),
                *(
                    cp_12.item(
                        cp_12.title(title(module.title)),
                        identifier=identifier("item", module.id),
                        identifierref=identifier("sco", module.id),
                    )
                    for _, module in modules
                ),
                identifier=organization,
            ),
            default=organization,
        ),
        cp_12.resources(*(_resource(identifier("sco", module.id), folder + START) for folder, module in modules)),
        identifier=identifier(job.curriculum.id, job.identifier),
        version="1.0",
    )
    root.set(name(XSI, "schemaLocation"), LOCATIONS)
    return root


def _resource(name_: str, href: str) -> etree._Element:
    resource = cp_12.resource(cp_12.file(href=href), identifier=name_, type="webcontent", href=href)
    resource.set(name(ADLCP_12, "scormtype"), "sco")
    return resource


def remarks(job: Job) -> Iterator[Finding]:
    """What to set in Moodle for a course of several SCOs."""
    if len(job.modules) > 1:
        yield Finding(job.identifier, 0, "course-scos", {"count": len(job.modules)})


FORMAT = Format(
    name=NAME,
    label={
        "de": "SCORM 1.2 für Moodle, ILIAS und fast jedes andere LMS; Empfehlung",
        "en": "SCORM 1.2 for Moodle, ILIAS and nearly every other LMS; recommended",
    },
    render=render,
    verify=scorm_faults,
    remarks=remarks,
)
