"""Our QTI 2.1 and 3.0 say the same: a converter that is not ours (citolab-qti-convert) turns one into the other."""

from __future__ import annotations

import pytest
from lxml import etree
from qti_convert import convert_qti3_to_qti21, fix_package_references_files, upgrade_qti2_to_qti3
from qti_convert.package import convert_manifest_to_qti3, convert_manifest_to_qti21

from content.model import Module
from packager.formats.base import Format, Job
from packager.formats.qti21 import FORMAT as QTI21
from packager.formats.qti30 import FORMAT as QTI30
from tests.content.samples import EXERCISES, PLACED
from tests.factories import UNIT, loaded
from tests.samples import contents, sample, sample_job

# What 3.0 says and 2.1 has no word for: who scores, what a rubric is for, the sentence for a refused number.
ONLY_30 = {"external-scored", "use", "data-patternmask-message"}
LOSSES = {"removed-attribute", "data-attributes-removed"}
# What it does as we do: the picture of areas is an `object` in 2.1, and a table is asked for by a class of 3.0.
CHANGES = {"img-to-object", "shared-vocabulary-classes"}
LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


@pytest.fixture(scope="module")
def every_type(tmp_path_factory: pytest.TempPathFactory) -> Module:
    page = {"m1-eins/01-einheit.md": UNIT.replace("{{exercise wahl}}", PLACED)}
    return loaded(tmp_path_factory.mktemp("source"), {"m1-eins/exercises/a.yaml": EXERCISES, **page}).modules[0]


def documents(form: Format, *jobs: Job) -> dict[str, bytes]:
    parts = {name: data for job in jobs for name, data in contents(form.render(job)).items()}
    return {name: data for name, data in parts.items() if name.startswith(("items/", "tests/"))}


def canonical(document: bytes | str) -> str:
    root = etree.fromstring(document.encode() if isinstance(document, str) else document)
    for element in root.iter():
        for key in ({LOCATION} | ONLY_30) & set(element.attrib):
            del element.attrib[key]
    return etree.tostring(root, method="c14n2", strip_text=True).decode().replace("><", ">\n<")


def test_items_and_tests_of_2_1_become_ours_of_3_0(every_type: Module) -> None:
    jobs = (sample_job(), Job(curriculum=sample(), modules=(every_type,)))
    old, new = documents(QTI21, *jobs), documents(QTI30, *jobs)
    assert set(old) == set(new)
    assert len(old) > 25
    for name, document in old.items():
        assert canonical(upgrade_qti2_to_qti3(document)) == canonical(new[name]), name


def test_items_and_tests_of_3_0_become_ours_of_2_1(every_type: Module) -> None:
    jobs = (sample_job(), Job(curriculum=sample(), modules=(every_type,)))
    old, new = documents(QTI21, *jobs), documents(QTI30, *jobs)
    for name, document in new.items():
        result = convert_qti3_to_qti21(document)
        assert {warning.code for warning in result.warnings} <= LOSSES | CHANGES, name
        assert canonical(result.xml) == canonical(old[name]), name


def listed(manifest: bytes | str) -> dict[str | None, tuple[str | None, str | None]]:
    root = etree.fromstring(manifest.encode() if isinstance(manifest, str) else manifest)
    return {r.get("identifier"): (r.get("type"), r.get("href")) for r in root.iter("{*}resource")}


def test_the_manifests_list_the_same() -> None:
    old, new = (contents(form.render(sample_job()))["imsmanifest.xml"] for form in (QTI21, QTI30))
    assert listed(convert_manifest_to_qti3(old)) == listed(new)
    assert listed(convert_manifest_to_qti21(new)) == listed(old)


@pytest.mark.parametrize("form", [QTI21, QTI30], ids=lambda form: str(form.name))
def test_every_reference_is_found_where_it_points(form: Format) -> None:
    result = fix_package_references_files(dict(contents(form.render(sample_job("course")))))
    assert result.fixed == []
    assert result.unresolved == []
