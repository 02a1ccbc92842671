"""The official schema sets: the files that a package carries, and the same files as one validator.

The folders beside this module are filled by packager/setup/schemas.py; they are not under version control.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

_HERE = Path(__file__).parent
_XSD = "http://www.w3.org/2001/XMLSchema"

# Edition -> the schema files that an imsmanifest.xml may need, each with its target namespace.
# IMS Content Packaging 1.1.4 is the first entry of the SCORM 2004 4th Edition set.
EDITIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "scorm12": {
            "imscp_rootv1p1p2.xsd": "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
            "imsmd_rootv1p2p1.xsd": "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1",
            "adlcp_rootv1p2.xsd": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
        },
        "scorm2004": {
            "imscp_v1p1.xsd": "http://www.imsglobal.org/xsd/imscp_v1p1",
            "adlcp_v1p3.xsd": "http://www.adlnet.org/xsd/adlcp_v1p3",
            "adlseq_v1p3.xsd": "http://www.adlnet.org/xsd/adlseq_v1p3",
            "adlnav_v1p3.xsd": "http://www.adlnet.org/xsd/adlnav_v1p3",
            "imsss_v1p0.xsd": "http://www.imsglobal.org/xsd/imsss",
        },
    }
)


def files(edition: str) -> tuple[Path, ...]:
    """Schema files of an edition ("scorm12" or "scorm2004"), sorted by name, as they belong at a package's root."""
    found = tuple(sorted((_HERE / edition).glob("*.xsd")))
    if not found:
        raise FileNotFoundError(f"no schema files in {_HERE / edition}; `make setup` puts them there")
    return found


@cache
def contents(edition: str) -> Mapping[str, bytes]:
    """Name -> content of the files of an edition."""
    return {path.name: path.read_bytes() for path in files(edition)}


@cache
def compiled(edition: str) -> etree.XMLSchema:
    """The whole set of an edition as one validator, without any network access."""
    from lxml import etree  # packages carry the files even where nothing has to be validated

    folder = files(edition)[0].parent
    root = etree.Element(f"{{{_XSD}}}schema", nsmap={"xs": _XSD})
    for name, namespace in EDITIONS[edition].items():
        etree.SubElement(root, f"{{{_XSD}}}import", namespace=namespace, schemaLocation=name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.XMLSchema(etree.fromstring(etree.tostring(root), parser, base_url=f"{folder}/all.xsd"))
