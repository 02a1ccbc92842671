"""Faults of interactions in items, ours broken on purpose and a stranger's, in both versions of QTI."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from lxml import etree

from content.model import Curriculum
from packager.formats.base import Format, Job
from packager.formats.qti21 import FORMAT as QTI21
from packager.formats.qti30 import FORMAT as QTI30
from packager.qti.check_interactions import interaction_faults, is_area
from tests.content.samples import EXERCISES, PLACED
from tests.factories import UNIT, loaded
from tests.samples import contents

both = pytest.mark.parametrize("form", [QTI21, QTI30], ids=lambda form: str(form.name))


@pytest.fixture(scope="module")
def curriculum(tmp_path_factory: pytest.TempPathFactory) -> Curriculum:
    page = {"m1-eins/01-einheit.md": UNIT.replace("{{exercise wahl}}", PLACED)}
    return loaded(tmp_path_factory.mktemp("source"), {"m1-eins/exercises/a.yaml": EXERCISES, **page})


def swapped(old: str, new: str) -> Callable[[str], str]:
    """Replaces the first place that the pattern finds."""
    return lambda text: re.sub(old, new, text, count=1, flags=re.DOTALL)


def every(old: str, new: str) -> Callable[[str], str]:
    """Replaces all places."""
    return lambda text: re.sub(old, new, text)


# Exercise -> what is broken in either version -> the finding.
FAULTS = (
    ("stellen", every(r"(</?)(?:qti-)?hottext(?=[ >])", r"\1em"), "qti-interaction"),
    ("bild", swapped(r"<object[^>]*>[^<]*</object>|<img[^>]*/>", ""), "qti-interaction"),
    ("bild", every(r"<(?:qti-hotspot-choice|hotspotChoice)[^>]*/>", ""), "qti-interaction"),
    ("sorten", swapped(r"(<(qti-simple-match-set|simpleMatchSet)>).*?</\2>", ""), "qti-interaction"),
    ("bild", swapped('coords="0,0,4,4"', 'coords="4,4,0,0"'), "qti-coords"),
    ("bild", swapped('coords="6,6,2"', 'coords="6,6"'), "qti-coords"),
    ("bild", swapped('shape="poly"', 'shape="star"'), "qti-coords"),
    ("vier", swapped("directedPair", "identifier"), "qti-type"),
    ("stellen", swapped('cardinality="multiple"', 'cardinality="single"'), "qti-type"),
    ("vier", swapped("<((?:qti-)?value)>row.a. true", r"<\1>row.a. maybe"), "qti-value"),
    ("fall", swapped("<((?:qti-)?value)>fragen", r"<\1>schlafen"), "qti-value"),
    ("stellen", swapped(r'(map-?[kK]ey)="ort"', r'\1="land"'), "qti-value"),
)


@both
@pytest.mark.parametrize(("name", "breaks", "code"), FAULTS)
def test_a_broken_interaction_is_found(
    form: Format, curriculum: Curriculum, name: str, breaks: Callable[[str], str], code: str
) -> None:
    parts = contents(form.render(Job(curriculum=curriculum, modules=curriculum.modules)))
    assert [finding.text() for finding in form.verify(parts)] == []
    path = f"items/{name}.xml"
    whole = parts[path].decode()
    assert breaks(whole) != whole
    findings = list(form.verify({**parts, path: breaks(whole).encode()}))
    assert code in {finding.code for finding in findings}
    assert {finding.path for finding in findings} <= {path, "imsmanifest.xml"}


STRANGER = """\
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="x" title="x">
  <responseDeclaration identifier="G" cardinality="multiple" baseType="directedPair">
    <correctResponse><value>W G1</value></correctResponse>
    <mapping defaultValue="0"><mapEntry mapKey="W G1" mappedValue="1"/></mapping>
  </responseDeclaration>
  <responseDeclaration identifier="H" cardinality="ordered" baseType="identifier">
    <correctResponse><value>B</value><value>A</value></correctResponse>
  </responseDeclaration>
  <responseDeclaration identifier="P" cardinality="single" baseType="point">
    <areaMapping defaultValue="0"><areaMapEntry shape="ellipse" coords="1,2,3,4" mappedValue="1"/></areaMapping>
  </responseDeclaration>
  <itemBody>
    <gapMatchInteraction responseIdentifier="G"><gapText identifier="W" matchMax="1">Wort</gapText>
      <p>Ein <gap identifier="G1"/>.</p></gapMatchInteraction>
    <graphicOrderInteraction responseIdentifier="H"><object type="image/png" data="a.png"/>
      <hotspotChoice identifier="A" shape="circle" coords="10%, 10%, 5%"/>
      <hotspotChoice identifier="B" shape="default" coords=""/></graphicOrderInteraction>
    <!-- A comment is no element. -->
    <selectPointInteraction responseIdentifier="P" maxChoices="1"><object type="image/png" data="a.png"/>
    </selectPointInteraction>
  </itemBody>
</assessmentItem>"""


def test_interactions_that_we_never_write_are_understood() -> None:
    assert list(interaction_faults("x.xml", etree.fromstring(STRANGER))) == []
    broken = STRANGER
    for old, new in (('<gap identifier="G1"/>', ""), ('"1,2,3,4"', '"1,2,3"'), ("<value>B<", "<value>C<")):
        broken = broken.replace(old, new)
    found = list(interaction_faults("x.xml", etree.fromstring(broken)))
    assert sorted(finding.code for finding in found) == ["qti-coords", "qti-interaction", *["qti-value"] * 3]
    assert "gapMatchInteraction" in next(f.text() for f in found if f.code == "qti-interaction")


@pytest.mark.parametrize(
    ("shape", "coords", "expected"),
    [
        ("rect", "0,0,1,1", True),
        ("rect", "1,0,1,1", False),
        ("circle", "1,1,0", False),
        ("ellipse", "1,1,2,3", True),
        ("poly", "0,0,1,1", False),
        ("poly", "0,0,1,1,2,0,3", False),
        ("poly", "0, 0, 1, 1, 2, 0", True),
        ("rect", "a,b,c,d", False),
        ("", "0,0,1,1", False),
        ("default", "", True),
    ],
)
def test_an_area_has_the_numbers_of_its_shape(shape: str, coords: str, expected: bool) -> None:
    assert is_area(shape, coords) is expected
