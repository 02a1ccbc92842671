"""Common Cartridge 1.1 and 1.3: pages that need nothing else, web links, a test and a question bank, links to the tool.

The lowest common denominator of many LMSs (CC 1.1 and 1.3 Implementation, sections 3 and 4). Moodle reads 1.1 only,
by the first 1,024 bytes of the manifest. What cannot be interactive stands as text on its page, solutions on another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from lxml import etree
from lxml.builder import ElementMaker

from content import Finding
from content.exercises import Exercise, MultipleChoice, ShortText, SingleChoice
from content.exercises.entry import accepted
from content.scoring import FULL_CREDIT
from packager.cartridge.collection import Branch, Collection, Leaf
from packager.cartridge.editions import EDITIONS, Edition
from packager.cartridge.editions import Name as EditionName
from packager.cartridge.parts import collect
from packager.cartridge.questions import STAND_INS, UNSUPPORTED
from packager.checks.cartridge import cartridge_faults
from packager.credit import credit
from packager.formats.base import Format, Job
from packager.package import Package
from packager.stand_ins import remarks as stand_in_remarks
from packager.stand_ins import stood_in
from packager.titles import MOODLE, shortened
from packager.xml import XSI, name, serialise

MANIFEST = "imsmanifest.xml"


def render(job: Job, edition: Edition) -> Package:
    """The cartridge of a module or of the whole course."""
    job = stood_in(job, STAND_INS)
    collection = collect(job, edition)
    package = Package(job.title)
    package.add(MANIFEST, serialise(manifest(job, edition, collection)))
    for part in collection.package:
        package.add(part.name, part.data)
    return package


def manifest(job: Job, edition: Edition, collection: Collection) -> etree._Element:
    """One root item without a title, below it titled items; resources with their files and dependencies."""
    cp = ElementMaker(
        namespace=edition.namespace,
        nsmap={None: edition.namespace, "lomm": edition.metadata, "lomr": edition.resource_metadata, "xsi": XSI},
    )
    organization = cp.organization(
        cp.item(*(_item(cp, branch) for branch in collection.branches), identifier="root"),
        identifier="organization",
        structure="rooted-hierarchy",
    )
    root = cp.manifest(
        cp.metadata(
            cp.schema("IMS Common Cartridge"), cp.schemaversion(edition.schemaversion), _metadata(job, edition)
        ),
        cp.organizations(organization),
        cp.resources(*(_resource(cp, edition, leaf) for leaf in collection.resources)),
        identifier=f"cartridge-{job.curriculum.id}-{job.identifier}",
    )
    root.set(name(XSI, "schemaLocation"), edition.locations)
    return root


def _item(cp: ElementMaker, entry: Branch | Leaf) -> etree._Element:
    if isinstance(entry, Leaf):
        # No file ends with the suffix of a known kind and a number.
        again = f"_{entry.place}" if entry.place > 1 else ""
        return cp.item(_title(cp, entry.title), identifier=f"item-{entry.id}{again}", identifierref=entry.id)
    return cp.item(
        _title(cp, entry.title), *(_item(cp, child) for child in entry.children), identifier=f"item-{entry.id}"
    )


def _title(cp: ElementMaker, title: str) -> etree._Element:
    """Moodle makes activities and sections of them, whose names are columns."""
    return cp.title(shortened(title, MOODLE))


def _resource(cp: ElementMaker, edition: Edition, leaf: Leaf) -> etree._Element:
    """Only web content has a start address; XML resources have exactly one file."""
    resource = cp.resource(
        *([_for_trainers(cp, edition)] if leaf.for_trainers else []),
        cp.file(href=leaf.path),
        *(cp.dependency(identifierref=other) for other in leaf.dependencies),
        identifier=leaf.id,
        type=leaf.type,
    )
    if leaf.type == "webcontent":
        resource.set("href", leaf.path)
    return resource


def _for_trainers(cp: ElementMaker, edition: Edition) -> etree._Element:
    """Moodle hides what is meant for instructors."""
    lom = ElementMaker(namespace=edition.resource_metadata)
    role = lom.intendedEndUserRole(lom.source("IMSGLC_CC_Rolesv1p1"), lom.value("Instructor"))
    return cp.metadata(lom.lom(lom.educational(role)))


def _metadata(job: Job, edition: Edition) -> etree._Element:
    lom = ElementMaker(namespace=edition.metadata)
    curriculum = job.curriculum

    def text(value: str) -> etree._Element:
        return lom.string(value, language=curriculum.language)

    description = job.modules[0].description if job.grain == "module" else curriculum.description
    return lom.lom(
        lom.general(
            lom.title(text(job.title)),
            lom.language(curriculum.language),
            *([lom.description(text(description))] if description else []),
        ),
        lom.rights(
            lom.copyrightAndOtherRestrictions(lom.value("yes")),
            lom.description(text(credit(curriculum))),
        ),
    )


def remarks(job: Job) -> Iterator[Finding]:
    """What stands in for types without a question, and exercises whose partial credit the format cannot say."""
    yield from stand_in_remarks(job, STAND_INS)
    for module in stood_in(job, STAND_INS).modules:
        count = sum(_has_partial_credit(exercise) for exercise in module.exercises.values())
        if count:
            place = module.location
            yield Finding(place.path, 0, "cartridge-credit", {"count": count, "module": module.id})


def _has_partial_credit(exercise: Exercise) -> bool:
    if isinstance(exercise, MultipleChoice):
        return exercise.scoring == "partial"
    if isinstance(exercise, SingleChoice):
        return any(option.credit for option in exercise.options)
    return isinstance(exercise, ShortText) and any(credit < FULL_CREDIT for _, credit in accepted(exercise.answers))


def verify(parts: Mapping[str, bytes]) -> Iterator[Finding]:
    """Faults; that Moodle does not read 1.3 is no news to who builds it."""
    return (finding for finding in cartridge_faults(parts) if finding.code != "cc-version")


def _format(edition: EditionName, label: dict[str, str]) -> Format:
    return Format(
        name=edition,
        label=label,
        render=partial(render, edition=EDITIONS[edition]),
        verify=verify,
        unsupported=UNSUPPORTED,
        remarks=remarks,
        suffix=".imscc",
    )


CC11 = _format(
    "cc11",
    {
        "de": "Common Cartridge 1.1 für Moodle (Kurs wiederherstellen), Canvas und andere: Seiten, Links, Test, Fragen",
        "en": "Common Cartridge 1.1 for Moodle (restore a course), Canvas and others: pages, links, test, questions",
    },
)
CC13 = _format(
    "cc13",
    {
        "de": "Common Cartridge 1.3 für Open edX, Canvas und andere; Moodle liest nur 1.1",
        "en": "Common Cartridge 1.3 for Open edX, Canvas and others; Moodle reads 1.1 only",
    },
)
