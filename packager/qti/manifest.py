"""The manifest: items and tests as resources with their metadata (IMS CP 1.1; LOM 1.0; QTI 2.1 Metadata, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree
from lxml.builder import ElementMaker

from content.exercises import Exercise
from content.model import Curriculum, Module
from packager.credit import credit
from packager.file_ids import file_identifiers
from packager.formats.base import Job
from packager.qti.dialect import LOM, Dialect
from packager.qti.texts import Texts, clean
from packager.xml import XSI, name

MANIFEST = "imsmanifest.xml"
DIFFICULTY = {1: "easy", 2: "medium", 3: "difficult"}

lom = ElementMaker(namespace=LOM, nsmap={None: LOM})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A resource: its document, the files it needs and the resources it refers to."""

    identifier: str
    href: str
    kind: str
    files: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    metadata: tuple[etree._Element, ...] = ()


def manifest(job: Job, dialect: Dialect, entries: Iterable[Entry], files: Iterable[str]) -> etree._Element:
    """All resources; a package of items has no table of contents."""
    cp = ElementMaker(namespace=dialect.manifest_namespace, nsmap={None: dialect.manifest_namespace, "xsi": XSI})
    ids = file_identifiers(job.curriculum.assets)
    resources = [_resource(cp, entry, ids) for entry in entries]
    resources += [cp.resource(cp.file(href=path), identifier=ids[path], type="webcontent", href=path) for path in files]
    root = cp.manifest(
        cp.metadata(cp.schema(dialect.schema), cp.schemaversion(dialect.schema_version), _package_lom(job)),
        cp.organizations(),
        cp.resources(*resources),
        identifier=f"{job.curriculum.id}-{job.identifier}",
    )
    root.set(name(XSI, "schemaLocation"), f"{dialect.manifest_namespace} {dialect.manifest_location}")
    return root


def _resource(cp: ElementMaker, entry: Entry, ids: Mapping[str, str]) -> etree._Element:
    parts = [cp.metadata(*entry.metadata)] if entry.metadata else []
    wanted = (*(ids[path] for path in entry.files), *entry.dependencies)
    return cp.resource(
        *parts,
        cp.file(href=entry.href),
        *(cp.dependency(identifierref=identifier) for identifier in wanted),
        identifier=entry.identifier,
        type=entry.kind,
        href=entry.href,
    )


def item_metadata(module: Module, exercise: Exercise, texts: Texts, item: etree._Element) -> tuple[etree._Element, ...]:
    """What the exercise practises, how hard it is, whose it is; and what QTI wants to know about the item."""
    objectives = [module.objectives[name_] for name_ in exercise.objectives if name_ in module.objectives]
    competences = module.competences(exercise)
    known = texts.curriculum.framework.competences
    purposes = [_classification("educational objective", texts.plain(o.text), texts) for o in objectives]
    purposes += [
        _classification("competency", f"{key} {known[key].title}" if key in known else key, texts)
        for key in competences
    ]
    record = lom.lom(
        lom.general(
            lom.identifier(lom.catalog(texts.curriculum.id), lom.entry(exercise.id)),
            lom.title(_string(exercise.title, texts.curriculum)),
            lom.language(texts.curriculum.language),
        ),
        lom.educational(
            _vocabulary("learningResourceType", "questionnaire" if not exercise.scored else "exercise"),
            _vocabulary("difficulty", DIFFICULTY[exercise.difficulty]),
        ),
        _rights(texts.curriculum),
        *purposes,
    )
    return record, _qti_metadata(texts.dialect, exercise, item)


def _qti_metadata(dialect: Dialect, exercise: Exercise, item: etree._Element) -> etree._Element:
    """Kinds of interactions are named as in 2.1 in both versions."""
    m = ElementMaker(namespace=dialect.metadata_namespace, nsmap={"imsqti": dialect.metadata_namespace})
    tags = (etree.QName(element).localname for element in item.iter("{*}*"))
    kinds = dict.fromkeys(_camel(tag) for tag in tags if tag.lower().endswith("interaction"))
    feedback = "nonadaptive" if len(item.findall("{*}" + dialect.tag("modalFeedback"))) else "none"
    return m.qtiMetadata(
        m.timeDependent("false"),
        m.composite(str(len(exercise.variables()) > 1).lower()),
        *(m.interactionType(kind) for kind in kinds),
        m.feedbackType(feedback),
        m.solutionAvailable(str(bool(exercise.correct())).lower()),
        m.toolName("staffel"),
    )


def _camel(tag: str) -> str:
    first, *rest = tag.removeprefix("qti-").split("-")
    return first + "".join(part.title() for part in rest)


def test_metadata(title: str, identifier: str, texts: Texts) -> tuple[etree._Element, ...]:
    """Title and licence of a test."""
    general = lom.general(
        lom.identifier(lom.catalog(texts.curriculum.id), lom.entry(identifier)),
        lom.title(_string(title, texts.curriculum)),
        lom.language(texts.curriculum.language),
    )
    kind = lom.educational(_vocabulary("learningResourceType", "exam"))
    return (lom.lom(general, kind, _rights(texts.curriculum)),)


def _package_lom(job: Job) -> etree._Element:
    curriculum = job.curriculum
    description = job.modules[0].description if job.grain == "module" else curriculum.description
    return lom.lom(
        lom.general(
            lom.identifier(lom.catalog(curriculum.id), lom.entry(job.identifier)),
            lom.title(_string(job.title, curriculum)),
            lom.language(curriculum.language),
            lom.description(_string(description, curriculum)),
        ),
        lom.lifeCycle(lom.version(_string(curriculum.version, curriculum))),
        _rights(curriculum),
    )


def _rights(curriculum: Curriculum) -> etree._Element:
    """The authors, and the licence in words and by its address."""
    return lom.rights(
        _vocabulary("cost", "no"),
        _vocabulary("copyrightAndOtherRestrictions", "yes"),
        lom.description(_string(credit(curriculum), curriculum)),
    )


def _classification(purpose: str, text: str, texts: Texts) -> etree._Element:
    return lom.classification(_vocabulary("purpose", purpose), lom.description(_string(text, texts.curriculum)))


def _vocabulary(tag: str, value: str) -> etree._Element:
    return lom(tag, lom.source("LOMv1.0"), lom.value(value))


def _string(text: str, curriculum: Curriculum) -> etree._Element:
    return lom.string(clean(text), language=curriculum.language)
