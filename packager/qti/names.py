"""Names of either version of QTI as one: `qti-response-if` and `responseIf` (QTI 3.0 Best Practice, section 2.1)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from packager.qti.dialect import QTI30


def plain(element: etree._Element) -> str:
    """The name of an element in either version: `qti-response-if` and `responseIf` are `responseif`."""
    return etree.QName(element).localname.removeprefix("qti-").replace("-", "").lower()


def attribute(element: etree._Element, camel: str) -> str:
    """The value of an attribute by its name in 2.1."""
    return element.get(camel) or element.get(QTI30.attribute(camel)) or ""


def elements(root: etree._Element) -> Iterator[etree._Element]:
    """The element and all below it, without comments and instructions."""
    return (element for element in root.iter() if isinstance(element.tag, str))
