"""The two bindings of QTI: names, namespaces and places of schemas (QTI 2.1 Binding; QTI 3.0 ASI Best Practice, 2.1).

Code speaks QTI 2.1 (`choiceInteraction`, `responseIdentifier`); in QTI 3.0 the same element is `qti-choice-interaction`
with `response-identifier`, and feedback stands in a `qti-content-body`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from packager.xml import XSI, name

LOM = "http://ltsc.ieee.org/xsd/LOM"
CAPITAL = re.compile("[A-Z]")
TEMPLATES_21 = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
TEMPLATES_30 = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"

Child = etree._Element | str


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """A version of QTI. `types` are the resource types of item and test, `schema` what the manifest calls itself."""

    version: str
    namespace: str
    schema_location: str
    manifest_namespace: str
    manifest_location: str
    metadata_namespace: str
    schema: str
    schema_version: str
    types: tuple[str, str]
    kebab: bool

    def __call__(self, tag: str, *children: Child, **attributes: str) -> etree._Element:
        """An element of QTI by its name in 2.1."""
        return self.element(self.tag(tag), children, {self.attribute(key): v for key, v in attributes.items()})

    def html(self, tag: str, *children: Child, **attributes: str) -> etree._Element:
        """An element that people read: it has the same name in both versions."""
        return self.element(tag, children, attributes)

    def element(self, tag: str, children: Iterable[Child], attributes: dict[str, str]) -> etree._Element:
        made = etree.Element(name(self.namespace, tag), attributes, nsmap={None: self.namespace, "xsi": XSI})
        for child in children:
            append(made, child)
        return made

    def tag(self, tag: str) -> str:
        return "qti-" + kebab(tag) if self.kebab else tag

    def attribute(self, attribute: str) -> str:
        """`class_` stands for `class`, which Python keeps for itself."""
        attribute = attribute.rstrip("_")
        return kebab(attribute) if self.kebab else attribute

    def root(self, tag: str, *children: Child, **attributes: str) -> etree._Element:
        """The root of a document, with the place of its schema."""
        made = self(tag, *children, **attributes)
        made.set(name(XSI, "schemaLocation"), f"{self.namespace} {self.schema_location}")
        return made

    def content(self, *children: Child) -> list[Child]:
        """The content of feedback or a rubric: 3.0 wants a body around it."""
        return [self("contentBody", *children)] if self.kebab else list(children)

    def template(self, template: str) -> str:
        """The address of a standard response processing (`match_correct`, `map_response`)."""
        return f"{TEMPLATES_30}{template}.xml" if self.kebab else TEMPLATES_21 + template


def append(parent: etree._Element, child: Child) -> None:
    """Text goes behind the last child, as it reads."""
    if not isinstance(child, str):
        parent.append(child)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + child
    else:
        parent.text = (parent.text or "") + child


def kebab(camel: str) -> str:
    return CAPITAL.sub(lambda found: "-" + found.group().lower(), camel)


QTI21 = Dialect(
    version="2.1",
    namespace="http://www.imsglobal.org/xsd/imsqti_v2p1",
    schema_location="http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1p1.xsd",
    manifest_namespace="http://www.imsglobal.org/xsd/imscp_v1p1",
    manifest_location="http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
    metadata_namespace="http://www.imsglobal.org/xsd/imsqti_metadata_v2p1",
    schema="QTIv2.1 Package",
    schema_version="1.0.0",
    types=("imsqti_item_xmlv2p1", "imsqti_test_xmlv2p1"),
    kebab=False,
)
QTI30 = Dialect(
    version="3.0",
    namespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    schema_location="https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0p1_v1p0.xsd",
    manifest_namespace="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    manifest_location="https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd",
    metadata_namespace="http://www.imsglobal.org/xsd/imsqti_metadata_v3p0",
    schema="QTI Package",
    schema_version="3.0.0",
    types=("imsqti_item_xmlv3p0", "imsqti_test_xmlv3p0"),
    kebab=True,
)
