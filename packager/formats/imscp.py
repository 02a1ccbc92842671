"""IMS Content Package 1.1.4: the pages of the site with a table of contents that the LMS shows (Moodle: mod_imscp).

Information Model 1.1.4, section 3 (organization, item, resource). The manifest names documents only: it changes with
the table of contents, not with texts or pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from content import Finding
from content.messages import messages
from content.model import Unit
from packager.checks.manifest import schema_faults
from packager.checks.site import site_faults
from packager.documents import Frame, contents
from packager.formats.base import Format, Job
from packager.formats.web import PAGES, site
from packager.links import FOLDER
from packager.package import Package
from packager.pages import RenderedPage
from packager.reasons import xml_reason
from packager.xml import IMSCP, XSI, cp, name, parse, serialise

MANIFEST = "imsmanifest.xml"
# Moodle prints titles without escaping them (mod/imscp/locallib.php), so no tag may begin in one.
ANGLES = str.maketrans({"<": "‹", ">": "›"})


def render(job: Job) -> Package:
    """The site without its own table of contents, behind a manifest that holds it."""
    pages, frame = site(job, "imscp", navigation=False)
    package = Package(job.title)
    package.add(MANIFEST, serialise(manifest(frame)))
    for part in pages:
        package.add(part.name, part.data)
    return package


def manifest(frame: Frame) -> etree._Element:
    """The manifest: one organization with the units as folders, one resource per document."""
    rendering = frame.rendering
    job = rendering.job
    more = [*rendering.course_pages, *frame.more]
    package, organization = f"{job.curriculum.id}-{job.identifier}", f"organization-{job.identifier}"
    items = [*_branches(frame), *(_item(page) for page in more)]
    pages = (_resource(f"page-{page.id}", PAGES + FOLDER.page(page.id)) for page in (*rendering.pages, *more))
    start = cp.item(
        _title(messages(rendering.language)["page.start"]), identifier="item-start", identifierref="resource-start"
    )
    root = cp.manifest(
        cp.metadata(cp.schema("IMS Content"), cp.schemaversion("1.1.4")),
        cp.organizations(
            cp.organization(_title(job.title), start, *items, identifier=organization), default=organization
        ),
        cp.resources(_resource("start", "index.html"), *pages),
        identifier=package if package != organization else f"{package}_",  # no identifier of an author ends like that
    )
    root.set(name(XSI, "schemaLocation"), f"{IMSCP} imscp_v1p1.xsd")
    return root


def _branches(frame: Frame) -> list[etree._Element]:
    """The units of a module; of a course, the modules with their units."""
    rendering = frame.rendering
    text, modules = messages(rendering.language)["page.module"], rendering.job.modules
    units = {module.id: [_folder(unit, pages) for unit, pages in contents(rendering, module)] for module in modules}
    if len(modules) == 1:
        return units[modules[0].id]
    return [
        cp.item(
            _title(text.format(number=module.number, title=module.title)),
            *units[module.id],
            identifier=f"module-{module.id}",
        )
        for module in modules
    ]


def _title(title: str) -> etree._Element:
    return cp.title(title.translate(ANGLES))


def _folder(unit: Unit, pages: list[RenderedPage]) -> etree._Element:
    return cp.item(_title(unit.title), *(_item(page) for page in pages), identifier=f"unit-{unit.id}")


def _item(page: RenderedPage) -> etree._Element:
    return cp.item(_title(page.title), identifier=f"item-page-{page.id}", identifierref=f"resource-page-{page.id}")


def _resource(identifier: str, href: str) -> etree._Element:
    return cp.resource(cp.file(href=href), identifier=f"resource-{identifier}", type="webcontent", href=href)


def verify(parts: Mapping[str, bytes]) -> Iterator[Finding]:
    """A manifest that is valid and whose resources are there, and sound pages."""
    data = parts.get(MANIFEST)
    if data is None:
        yield Finding(MANIFEST, 0, "manifest-missing")
        return
    try:
        root = parse(data)
    except etree.XMLSyntaxError as fault:
        yield Finding(MANIFEST, fault.lineno or 0, "manifest-syntax", {"reason": xml_reason(fault)})
        return
    yield from schema_faults(root, "scorm2004")
    for resource in root.iter(name(IMSCP, "resource")):
        href = resource.get("href", "").split("#")[0].split("?")[0]
        if href and href not in parts:
            yield Finding(MANIFEST, 0, "manifest-file", {"href": href})
    yield from site_faults(parts)


FORMAT = Format(
    name="imscp",
    label={
        "de": "IMS Content Package 1.1.4 für die Moodle-Aktivität „IMS-Content“ (ohne Bewertung)",
        "en": "IMS Content Package 1.1.4 for Moodle's activity “IMS content package” (no grades)",
    },
    render=render,
    verify=verify,
)
