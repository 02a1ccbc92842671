"""Elements of ILIAS' dialect: no namespace, no white space that is not text, no sign that XML 1.0 forbids.

`ilQTIParser` appends every sign between two elements to the field before, so that an indented document loses its
metadata.
"""

from __future__ import annotations

import re
from fractions import Fraction

from lxml import etree
from lxml.builder import ElementMaker

E = ElementMaker()
CONTROLS = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]")
PLACES = 6


def clean(text: str) -> str:
    """The text without signs that XML forbids."""
    return CONTROLS.sub("", text)


def shares(points: Fraction | int, parts: int) -> list[Fraction]:
    """Points in equal parts as ILIAS stores them, which add up to the points: the first ones have the remainder."""
    least, more = divmod(Fraction(points) * 10**PLACES, parts)
    return [Fraction(least + (part < more), 10**PLACES) for part in range(parts)]


def number(value: Fraction) -> str:
    """Points as decimal number with at most six places."""
    return f"{float(value):.{PLACES}f}".rstrip("0").rstrip(".")


def compact(root: etree._Element) -> bytes:
    """The document on one line."""
    body = etree.tostring(root, encoding="unicode")
    return b'<?xml version="1.0" encoding="utf-8"?>' + body.encode()


def condition(tests: list[etree._Element], points: Fraction | None = None, feedback: str = "") -> etree._Element:
    """`respcondition`; feedback is read only where a link to it stands."""
    parts = [E.conditionvar(*tests)]
    if points is not None:
        parts.append(E.setvar(number(points), action="Add"))
    if feedback:
        parts.append(E.displayfeedback(feedbacktype="Response", linkrefid=feedback))
    return E.respcondition(*parts, {"continue": "Yes"})


def equal(respident: str, content: str, **attributes: str) -> etree._Element:
    return E.varequal(content, respident=respident, **attributes)
