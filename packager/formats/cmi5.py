"""cmi5 1.0 (section 13, course structure): a module is one assignable unit whose run-time speaks xAPI with the LMS.

ILIAS reads the first unit of a package only, so the package of a module holds one; the course package holds them all.
The package sets no content security policy: the LMS serves it, and a policy of the LMS has to allow requests to its own
endpoint (`connect-src 'self'`, or the endpoint's host where it is another one).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from content import Finding
from content.model import Module
from packager.checks.cmi5 import MANIFEST, cmi5_faults
from packager.formats.base import Format, Job
from packager.formats.scorm import NO_TITLE, SPACE, START, sco, scos, title
from packager.language import text
from packager.package import Package
from packager.staged import OWN, SCRIPT, NotStaged
from packager.xml import cmi5, serialise

NAME = "cmi5"


def render(job: Job) -> Package:
    """The course structure and every unit: one in the root, or each in a folder of its own."""
    package = Package(job.title)
    package.add(MANIFEST, serialise(structure(job)))
    for folder, part_job in scos(job):
        for part in sco(part_job, NAME):
            package.add(folder + part.name, run_time() if part.name == SCRIPT else part.data)
    return package


@cache
def run_time() -> bytes:
    """The script that takes the place of the one for SCORM."""
    try:
        return (OWN / "dist" / "staffel-cmi5.js").read_bytes()
    except FileNotFoundError as missing:
        raise NotStaged(text("cli.not-staged").format(path=missing.filename)) from missing


def structure(job: Job) -> etree._Element:
    """`cmi5.xml`: identifiers, titles, descriptions, pass marks; nothing that changes with a page or a picture."""
    description = job.modules[0].description if job.grain == "module" else job.curriculum.description
    return cmi5.courseStructure(
        cmi5.course(*_texts(job, job.title, description), id=iri(job.curriculum.id, job.identifier, "course")),
        *(_unit(job, folder, part.modules[0]) for folder, part in scos(job)),
    )


def _unit(job: Job, folder: str, module: Module) -> etree._Element:
    mark = module.completion_pass_mark
    judged = {} if mark is None else {"masteryScore": f"{mark / 100:g}"}
    return cmi5.au(
        *_texts(job, module.title, module.description),
        cmi5.url(folder + START),
        id=iri(job.curriculum.id, module.id),
        launchMethod="AnyWindow",
        moveOn="Completed" if mark is None else "CompletedAndPassed",
        **judged,
    )


def _texts(job: Job, name: str, description: str) -> Iterator[etree._Element]:
    """Both have to be there; a module may lack a description."""
    language = job.curriculum.language
    plain = SPACE.sub(" ", NO_TITLE.sub(" ", description)).strip()
    yield cmi5.title(cmi5.langstring(title(name), lang=language))
    yield cmi5.description(cmi5.langstring(plain or title(name), lang=language))


def iri(*parts: str) -> str:
    """A name that stays the same in every build: identifiers have to be IRIs, and a curriculum has no host."""
    return uuid5(NAMESPACE_URL, "staffel:" + ":".join(parts)).urn


def remarks(job: Job) -> Iterator[Finding]:
    """What to know before a course of several units is sent to somebody."""
    if len(job.modules) > 1:
        yield Finding(job.identifier, 0, "cmi5-several", {"count": len(job.modules)})


FORMAT = Format(
    name=NAME,
    label={
        "de": "cmi5 mit xAPI; für LMS mit Learning Record Store (ILIAS: Objekt xAPI/cmi5)",
        "en": "cmi5 with xAPI; for LMSs with a learning record store (ILIAS: object xAPI/cmi5)",
    },
    render=render,
    verify=cmi5_faults,
    remarks=remarks,
)
