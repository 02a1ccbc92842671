"""What SCORM 1.2 and SCORM 2004 share: one SCO per module, and a manifest that texts and pictures never change.

Content Packaging (SCORM 1.2 CAM 2.3; SCORM 2004 4th Edition CAM 3). ILIAS takes an update only if the manifest has not
changed by one byte, Moodle keeps learners' data only while the item's identifier stays: so the manifest depends on
identifiers and titles of modules alone and lists nothing but the start file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from content.findings import Finding
from packager import schemas
from packager.appendix import appendix
from packager.checks.sco import sco_faults
from packager.documents import APPENDIX, Frame, contents, pool_script, unit_script
from packager.formats.base import Frame as Checks
from packager.formats.base import Job
from packager.links import SINGLE
from packager.package import Package
from packager.pages import Plain, remembered, render_pages
from packager.staged import static_parts
from packager.titles import shortened

MANIFEST = "imsmanifest.xml"
START = "index.html"
# Columns of ILIAS's table for SCORM 2004 (cp_*); Moodle keeps longer ones.
IDENTIFIER_LENGTH = 50
TITLE_LENGTH = 200
DIGEST = 8

# ILIAS drops line breaks and everything that looks like a tag, and stores 3-byte utf8.
SPACE = re.compile(r"\s+")
NO_TITLE = re.compile("[\U00010000-\U0010ffff\u0000-\u001f]")
ANGLES = str.maketrans({"<": "‹", ">": "›"})


def sco(job: Job, name: str) -> Package:
    """The parts of one SCO: a document, a script for every unit and test, style, run-time and the files in use."""
    rendering = render_pages(job, SINGLE)
    frame = Frame(rendering=rendering, more=appendix(rendering))
    (module,) = job.modules
    package = Package(job.title)
    package.add(START, frame.shell(module, name))
    for unit, pages in contents(rendering, module):
        package.add(f"pages/{unit.id}.js", unit_script(rendering, unit.id, pages))
    package.add(f"pages/{APPENDIX}.js", unit_script(rendering, APPENDIX, [*rendering.course_pages, *frame.more]))
    for assessment in module.assessments:
        package.add(f"pages/{assessment.id}.js", pool_script(rendering, assessment))
    for part, data in static_parts().items():
        package.add(part, data)
    for asset in rendering.assets():
        package.add(asset.path, asset.file)
    return package


def bundle(job: Job, name: str) -> Package:
    """The whole package: manifest, schema files, and the SCO in the root; of a course, each in a folder of its own."""
    package = Package(job.title)
    package.add(MANIFEST, manifest(job, name))
    for schema, data in schemas.contents(name).items():
        package.add(schema, data)
    for folder, part_job in scos(job):
        for part in sco(part_job, name):
            package.add(folder + part.name, part.data)
    return package


def manifest(job: Job, name: str) -> str:
    """Identifiers and titles of modules, nothing else: the template of the edition, filled."""
    modules = [(folder, part.modules[0]) for folder, part in scos(job)]
    entries: list[dict[str, Plain]] = [
        {
            "item": identifier("item", module.id),
            "resource": identifier("sco", module.id),
            "title": xml(title(module.title)),
            "start": folder + START,
        }
        for folder, module in modules
    ]
    organization = identifier("org", job.identifier)
    package = identifier(job.curriculum.id, job.identifier)
    if package in {organization, *(str(entry[key]) for entry in entries for key in ("item", "resource"))}:
        package = identifier(job.curriculum.id, f"{job.identifier}_")  # no identifier of an author holds an underscore
    text = remembered(
        job,
        f"{name}.xml",
        identifier=package,
        organization=organization,
        title=xml(title(job.title)),
        scos=entries,
    )
    return text + "\n"


def xml(text: str) -> str:
    """The text as XML holds it; unlike in HTML, quotes stay, since LMSs show numeric references as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def scorm_faults(parts: Mapping[str, bytes]) -> Iterator[Finding]:
    """Findings of a SCORM package of either edition."""
    from packager.checks.scorm import scorm_faults as faults

    yield from faults(parts)


def _frame_faults(parts: Mapping[str, bytes]) -> Iterator[Finding]:
    from packager.checks.scorm import frame_faults

    yield from frame_faults(parts)


FRAME = Checks(part=MANIFEST, faults=_frame_faults, others=sco_faults)
"""An edit of a page changes nothing of what these checks look at, so they need not load the XML library."""


def scos(job: Job) -> Iterator[tuple[str, Job]]:
    """Folder and job of every SCO."""
    if job.grain == "module":
        yield "", job
        return
    for module in job.modules:
        yield f"{module.id}/", replace(job, modules=(module,), grain="module")


def identifier(*parts: str) -> str:
    """The parts joined by hyphens, shortened in a stable way where ILIAS would cut them."""
    name = "-".join(parts)
    if len(name) <= IDENTIFIER_LENGTH:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:DIGEST]
    return f"{name[: IDENTIFIER_LENGTH - DIGEST - 1]}-{digest}"


def title(text: str) -> str:
    """The title as every LMS shows it."""
    plain = SPACE.sub(" ", NO_TITLE.sub("", text.translate(ANGLES))).strip()
    return shortened(plain, TITLE_LENGTH)
