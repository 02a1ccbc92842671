"""The official schema sets: the files that a package carries, and the same files compiled for validation.

The folders beside this module are filled by packager/setup/schemas.py; they are not under version control.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

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

# libxml2 follows two rules that the SCORM 1.2 files break and that other validators overlook. What is shipped stays as
# published; only the copy that libxml2 compiles is mended.
# - Namespaces in XML 1.0, section 3: the xml namespace must not be declared as the default namespace.
# - XML Schema Part 1, section 3.8.6 (Unique Particle Attribution): a ##any wildcard after named elements is ambiguous.
_MENDED: Mapping[str, tuple[bytes, bytes]] = MappingProxyType(
    {
        "ims_xml.xsd": (b'xmlns="http://www.w3.org/XML/1998/namespace"', b""),
        "imsmd_rootv1p2p1.xsd": (b'namespace="##any"', b'namespace="##other"'),
    }
)


class _Mender(etree.Resolver):
    """Gives libxml2 the mended text of a schema file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def resolve(self, system_url: str, public_id: str, context: object) -> object:
        path = self._folder / Path(system_url).name
        wrong, right = _MENDED.get(path.name, (b"", b""))
        return self.resolve_string(path.read_bytes().replace(wrong, right), context, base_url=str(path))


def files(edition: str) -> tuple[Path, ...]:
    """Schema files of an edition ("scorm12" or "scorm2004"), sorted by name, as they belong at a package's root."""
    found = tuple(sorted((_HERE / edition).glob("*.xsd")))
    if not found:
        raise FileNotFoundError(f"no schema files in {_HERE / edition}; `make setup` puts them there")
    return found


@cache
def compiled(edition: str) -> etree.XMLSchema:
    """The whole set of an edition as one validator, without any network access."""
    folder = files(edition)[0].parent
    root = etree.Element(f"{{{_XSD}}}schema", nsmap={"xs": _XSD})
    for name, namespace in EDITIONS[edition].items():
        etree.SubElement(root, f"{{{_XSD}}}import", namespace=namespace, schemaLocation=name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    parser.resolvers.add(_Mender(folder))
    return etree.XMLSchema(etree.fromstring(etree.tostring(root), parser, base_url=f"{folder}/all.xsd"))
