"""SCORM 2004 4th Edition (CAM 3, SN 3): one activity whose status and score the content reports itself."""

from __future__ import annotations

from lxml import etree

from packager.checks.scorm import scorm_faults
from packager.formats.base import Format, Job
from packager.formats.scorm import START, bundle, identifier, title
from packager.package import Package
from packager.xml import ADLCP, ADLNAV, ADLSEQ, IMSCP, IMSSS, XSI, adlnav, cp_2004, imsss, name, serialise

NAME = "scorm2004"
LOCATIONS = " ".join(
    f"{namespace} {file}"
    for namespace, file in (
        (IMSCP, "imscp_v1p1.xsd"),
        (ADLCP, "adlcp_v1p3.xsd"),
        (ADLSEQ, "adlseq_v1p3.xsd"),
        (ADLNAV, "adlnav_v1p3.xsd"),
        (IMSSS, "imsss_v1p0.xsd"),
    )
)


def render(job: Job) -> Package:
    """One SCO. Moodle's player for this edition stops after the first of several, so there is no course package."""
    return bundle(job, NAME, serialise(manifest(job)))


def manifest(job: Job) -> etree._Element:
    """Identifiers and title of the module, nothing else."""
    (module,) = job.modules
    organization, resource = identifier("org", job.identifier), identifier("sco", module.id)
    item = cp_2004.item(
        cp_2004.title(title(module.title)),
        _content_decides(),
        _no_buttons(),
        identifier=identifier("item", module.id),
        identifierref=resource,
    )
    root = cp_2004.manifest(
        cp_2004.metadata(cp_2004.schema("ADL SCORM"), cp_2004.schemaversion("2004 4th Edition")),
        cp_2004.organizations(
            cp_2004.organization(
                cp_2004.title(title(job.title)),
                item,
                imsss.sequencing(imsss.controlMode(choice="true", flow="true")),
                identifier=organization,
            ),
            default=organization,
        ),
        cp_2004.resources(_resource(resource)),
        identifier=identifier(job.curriculum.id, job.identifier),
        version="1.0",
    )
    root.set(name(XSI, "schemaLocation"), LOCATIONS)
    return root


def _content_decides() -> etree._Element:
    """Without these the LMS calls a module completed as soon as it is left (SN 3.13, delivery controls)."""
    return imsss.sequencing(imsss.deliveryControls(completionSetByContent="true", objectiveSetByContent="true"))


def _no_buttons() -> etree._Element:
    """Next and previous would leave the only activity (SN 5.6.2)."""
    hidden = (adlnav.hideLMSUI(button) for button in ("continue", "previous"))
    return adlnav.presentation(adlnav.navigationInterface(*hidden))


def _resource(name_: str) -> etree._Element:
    resource = cp_2004.resource(cp_2004.file(href=START), identifier=name_, type="webcontent", href=START)
    resource.set(name(ADLCP, "scormType"), "sco")
    return resource


FORMAT = Format(
    name=NAME,
    label={
        "de": "SCORM 2004 4th Edition; wo das LMS diese Fassung verlangt",
        "en": "SCORM 2004 4th Edition; where the LMS asks for this edition",
    },
    render=render,
    verify=scorm_faults,
    grains=("module",),
)
