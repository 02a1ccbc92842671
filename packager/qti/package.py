"""Items, tests and files of a job as content package (QTI 2.1 Overview, section 4: Content Packaging)."""

from __future__ import annotations

from collections.abc import Callable

from content.exercises import Exercise
from content.model import Module
from packager.formats.base import Job
from packager.package import Package
from packager.qti.dialect import Dialect
from packager.qti.items import item_document
from packager.qti.manifest import MANIFEST, Entry, item_metadata, manifest, test_metadata
from packager.qti.tests import assessment_document, practice_document, practice_id
from packager.qti.texts import Texts, document
from packager.xml import serialise


def renderer(dialect: Dialect) -> Callable[[Job], Package]:
    """`render` of the format that speaks this dialect."""

    def render(job: Job) -> Package:
        package = Package(job.title)
        texts = Texts(job.curriculum, dialect)
        entries = []
        for module in job.modules:
            entries += [_item(module, exercise, texts, package) for exercise in module.exercises.values()]
            entries += _tests(module, texts, package)
        files = [path for path in texts.assets if path in job.curriculum.assets]
        package.add(MANIFEST, serialise(manifest(job, dialect, entries, files)))
        texts.add_files(package)
        return package

    return render


def _item(module: Module, exercise: Exercise, texts: Texts, package: Package) -> Entry:
    own = Texts(texts.curriculum, texts.dialect)
    item = item_document(exercise, own)
    texts.assets |= own.assets
    href = f"items/{exercise.id}.xml"
    package.add(href, document(item, texts.dialect))
    known = tuple(path for path in own.assets if path in texts.curriculum.assets)
    return Entry(
        identifier=f"item-{exercise.id}",
        href=href,
        kind=texts.dialect.types[0],
        files=known,
        metadata=item_metadata(module, exercise, texts, item),
    )


def _tests(module: Module, texts: Texts, package: Package) -> list[Entry]:
    documents = {a.id: (a.title, assessment_document(a, texts), a.exercises()) for a in module.assessments}
    practice = practice_document(module, texts)
    if practice is not None:
        placed = tuple(name for page in module.pages for name in page.exercises() if name in module.exercises)
        documents[practice_id(module)] = (practice.get("title", ""), practice, placed)
    entries = []
    for identifier, (title, test, exercises) in documents.items():
        href = f"tests/{identifier}.xml"
        package.add(href, document(test, texts.dialect))
        entry = Entry(
            identifier=f"test-{identifier}",
            href=href,
            kind=texts.dialect.types[1],
            dependencies=tuple(dict.fromkeys(f"item-{name}" for name in exercises)),
            metadata=test_metadata(title, identifier, texts),
        )
        entries.append(entry)
    return entries
