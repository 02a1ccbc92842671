"""Rows of Moodle's tables as XML of a course backup (backup/util/structure): values as text, NULL as `$@NULL@$`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from lxml import etree
from lxml.builder import E

from packager.moodle.texts import legal

NULL = "$@NULL@$"
# Every moment of a backup is the same one, so that the same source gives the same bytes: 2026-01-01, 00:00 UTC.
MOMENT = 1_767_225_600
HTML = 1
"""FORMAT_HTML."""

Value = str | int | Decimal | bool | None


def text(value: Value) -> str:
    """A value as it stands in the file; decimals with Moodle's five places."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.5f}" if isinstance(value, Decimal) else legal(str(value))


def row(tag: str, identifier: int | None, values: Mapping[str, Value]) -> etree._Element:
    """An element with an id and one child per column."""
    element = E(tag, **({"id": str(identifier)} if identifier is not None else {}))
    for name, value in values.items():
        child = etree.SubElement(element, name)
        child.text = text(value)
    return element


def formatted(name: str, html: str) -> dict[str, Value]:
    """A column of HTML and the one that says so."""
    return {name: html, f"{name}format": HTML}
