"""Faults of a question bank in Moodle XML, ours or a stranger's: what the import refuses, skips or leaves broken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from lxml import etree

from content import Finding
from packager.moodle.fractions import ALLOWED, FULL
from packager.reasons import xml_reason
from packager.xml import parse

# Types that the import knows (question/format/xml, fact sheet: 4.2 and 5.0).
KNOWN = {
    *("category", "multichoice", "truefalse", "shortanswer", "numerical", "matching", "essay", "description", "cloze"),
    *("ddwtos", "gapselect", "ddimageortext", "ddmarker", "calculated", "calculatedsimple", "calculatedmulti"),
    *("ordering", "randomsamatch"),
}
WITH_FRACTIONS = {"multichoice", "truefalse", "shortanswer", "numerical"}
FILE = re.compile(r'@@PLUGINFILE@@/([^"\'\s<>?]+)')
GAP = re.compile(
    r"\{[0-9]*:(?:NUMERICAL|NM|(?:MULTICHOICE|MC|MULTIRESPONSE|MR)(?:_?[VHS]{1,2})?|SHORTANSWER(?:_C)?|SAC?|MWC?):"
)
NEAR = Decimal("0.00001")
# Columns of Moodle hold twelve digits; adding up more would only take long.
LARGEST_EXPONENT = 30


def question_faults(parts: Mapping[str, bytes]) -> Iterator[Finding]:
    """Faults of the only part."""
    for name, data in parts.items():
        try:
            root = parse(data)
        except etree.XMLSyntaxError as fault:
            yield Finding(name, fault.lineno or 0, "moodle-syntax", {"reason": xml_reason(fault)})
            continue
        if root.tag != "quiz":
            yield Finding(name, 0, "moodle-no-quiz", {"root": root.tag})
            continue
        if all(question.get("type") == "category" for question in root.iterchildren("question")):
            yield Finding(name, 0, "moodle-no-question")
        seen: set[tuple[str, str]] = set()
        category = ""
        for question in root.iterchildren("question"):
            category = question.findtext("category/text") or category
            yield from _question_faults(name, question)
            identifier = (category, question.findtext("idnumber") or "")
            if identifier[1] and identifier in seen:
                yield _fault(name, question, "moodle-idnumber", {"idnumber": identifier[1]})
            seen.add(identifier)


def _fault(name: str, question: etree._Element, code: str, values: Mapping[str, object]) -> Finding:
    title = (question.findtext("name/text") or "").strip()
    return Finding(name, int(question.sourceline or 0), code, {"title": title, **values})


def _question_faults(name: str, question: etree._Element) -> Iterator[Finding]:
    kind = question.get("type", "")
    if kind not in KNOWN:
        yield _fault(name, question, "moodle-type", {"type": kind})
        return
    if kind == "category":
        return
    if not (question.findtext("name/text") or "").strip():
        yield _fault(name, question, "moodle-nameless", {})
    if kind in WITH_FRACTIONS:
        yield from _fraction_faults(name, question)
    if kind == "cloze" and not GAP.search(question.findtext("questiontext/text") or ""):
        yield _fault(name, question, "moodle-gapless", {})
    yield from _file_faults(name, question)


def finite(text: str) -> Decimal:
    """The number that stands there. Raises `InvalidOperation`, also for `NaN`, `Infinity` and `1e9999`."""
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > LARGEST_EXPONENT:
        raise InvalidOperation
    return number


def _fraction_faults(name: str, question: etree._Element) -> Iterator[Finding]:
    shares: list[Decimal] = []
    for answer in question.iterchildren("answer"):
        text = answer.get("fraction", "0")
        try:
            share = finite(text)
        except InvalidOperation:
            share = Decimal(-1)
        if all(abs(abs(share) - allowed) > NEAR for allowed in ALLOWED):
            yield _fault(name, question, "moodle-fraction", {"fraction": text})
        shares.append(share)
    several = question.get("type") == "multichoice" and question.findtext("single") in ("false", "0")
    total = sum(share for share in shares if share > 0) if several else max(shares, default=Decimal(0))
    if abs(total - FULL) >= Decimal("0.01"):
        yield _fault(name, question, "moodle-full-marks", {"total": f"{total:f}"})


def _file_faults(name: str, question: etree._Element) -> Iterator[Finding]:
    """A text must carry the files that it shows, each under the element that names it."""
    for text in question.iter("text"):
        holder = text.getparent()
        if holder is None:
            continue
        held = {(file.get("path", "/") + file.get("name", "")).lstrip("/") for file in holder.iterchildren("file")}
        for path in FILE.findall(text.text or ""):
            if path not in held:
                yield _fault(name, question, "moodle-file", {"path": path})
