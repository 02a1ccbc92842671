"""XML of packages: the namespaces, an ElementMaker for each, and one way to write a document (XML 1.0, UTF-8)."""

from __future__ import annotations

from lxml import etree
from lxml.builder import ElementMaker

IMSCP = "http://www.imsglobal.org/xsd/imscp_v1p1"
IMSCP_12 = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADLCP_12 = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
ADLCP = "http://www.adlnet.org/xsd/adlcp_v1p3"
ADLSEQ = "http://www.adlnet.org/xsd/adlseq_v1p3"
ADLNAV = "http://www.adlnet.org/xsd/adlnav_v1p3"
IMSSS = "http://www.imsglobal.org/xsd/imsss"
CMI5 = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"

# Readers in LMSs look for these prefixes literally (Moodle: `adlcp:scormtype` in lower-cased text).
PREFIXES: dict[str | None, str] = {"adlcp": ADLCP, "adlseq": ADLSEQ, "adlnav": ADLNAV, "imsss": IMSSS, "xsi": XSI}

_DEFAULT: dict[str | None, str] = {None: IMSCP}
_DEFAULT_12: dict[str | None, str] = {None: IMSCP_12, "adlcp": ADLCP_12, "xsi": XSI}
_XSI: dict[str | None, str] = {"xsi": XSI}

cp = ElementMaker(namespace=IMSCP, nsmap=_DEFAULT | _XSI)
"""IMS Content Packaging 1.1.4."""
cp_2004 = ElementMaker(namespace=IMSCP, nsmap=_DEFAULT | PREFIXES)
"""The same elements in a manifest of SCORM 2004 4th Edition."""
cp_12 = ElementMaker(namespace=IMSCP_12, nsmap=_DEFAULT_12)
"""The elements of a SCORM 1.2 manifest."""
adlcp_12 = ElementMaker(namespace=ADLCP_12, nsmap={"adlcp": ADLCP_12})
adlcp = ElementMaker(namespace=ADLCP, nsmap={"adlcp": ADLCP})
adlseq = ElementMaker(namespace=ADLSEQ, nsmap={"adlseq": ADLSEQ})
adlnav = ElementMaker(namespace=ADLNAV, nsmap={"adlnav": ADLNAV})
imsss = ElementMaker(namespace=IMSSS, nsmap={"imsss": IMSSS})
cmi5 = ElementMaker(namespace=CMI5, nsmap={None: CMI5})
"""The elements of a course structure, cmi5 1.0."""


def name(namespace: str, local: str) -> str:
    """A qualified name, as lxml writes it."""
    return f"{{{namespace}}}{local}"


def verbatim(text: str) -> str | etree.CDATA:
    """Text that a reader gets in one piece: as CDATA where it holds markup, unless that would end it.

    Moodle's reader of questions and glossaries (lib/xmlize.php) drops pieces of nothing but white space, and every
    entity begins a new one: of `<b>one</b> <i>two</i>` it would lose the space.
    """
    return etree.CDATA(text) if ("<" in text or "&" in text) and "]]>" not in text else text


def serialise(element: etree._Element) -> bytes:
    """The document: declaration, two blanks a level, no numeric references. The same tree gives the same bytes."""
    etree.indent(element, space="  ")
    body = etree.tostring(element, encoding="unicode")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body.encode() + b"\n"


def parse(data: bytes) -> etree._Element:
    """The root of a document of unknown origin; no entity is resolved, nothing is fetched.

    It holds elements and text alone: whoever reads it need not think of comments, which may stand in a title, nor of
    references to entities. Raises `etree.XMLSyntaxError`.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        etree.strip_elements(root, etree.Entity, with_tail=False)
    return root
