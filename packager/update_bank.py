"""What a new edition of questions or terms brings: an LMS does not match them with those it has, so people must know.

Entries are told apart by what stays in every edition: `idnumber` in Moodle XML, `externalId` in pools for ILIAS, the
file of an item in QTI, the concept in a glossary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from packager.checks.manifest import MANIFEST, Parts
from packager.xml import parse

Entries = Mapping[str, bytes]
"""Name -> content, in the order of the file."""


def entry_changes(kind: str, before: Parts, after: Parts) -> Iterator[tuple[str, list[str]]]:
    """`new`, `changed` and `gone` with the names of the entries; nothing for kinds without entries."""
    if kind not in ENTRIES:
        return
    old, new = dict(ENTRIES[kind](before)), dict(ENTRIES[kind](after))
    found = {
        "new": [name for name in new if name not in old],
        "changed": [name for name in new if name in old and new[name] != old[name]],
        "gone": [name for name in old if name not in new],
    }
    yield from ((change, names) for change, names in found.items() if names)


def _roots(parts: Parts) -> Iterator[tuple[str, etree._Element]]:
    for name, data in parts.items():
        try:
            yield name, parse(data)
        except etree.XMLSyntaxError:  # a picture, or a stranger's fault; `staffel verify` says what is wrong with it
            continue


def _content(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="utf-8", with_tail=False)


def _moodle_questions(parts: Parts) -> Iterator[tuple[str, bytes]]:
    for _, root in _roots(parts):
        for question in root.iter("question"):
            name = question.findtext("idnumber") or question.findtext("name/text")
            if question.get("type") != "category" and name:
                yield name.strip(), _content(question)


def _moodle_terms(parts: Parts) -> Iterator[tuple[str, bytes]]:
    for _, root in _roots(parts):
        for entry in root.iter("ENTRY"):
            yield (entry.findtext("CONCEPT") or "").strip(), _content(entry)


def _ilias_questions(parts: Parts) -> Iterator[tuple[str, bytes]]:
    for _, root in _roots(parts):
        for item in root.iter("item"):
            fields = {
                part.findtext("fieldlabel"): part.findtext("fieldentry") for part in item.iter("qtimetadatafield")
            }
            yield fields.get("externalId") or item.get("ident") or "", _content(item)


def _qti_items(parts: Parts) -> Iterator[tuple[str, bytes]]:
    for name, root in _roots(parts):
        if name != MANIFEST and etree.QName(root).localname in ("assessmentItem", "qti-assessment-item"):
            yield root.get("identifier") or name, _content(root)


ENTRIES: Mapping[str, Callable[[Parts], Iterator[tuple[str, bytes]]]] = {
    "moodle-xml": _moodle_questions,
    "moodle-glossary": _moodle_terms,
    "ilias-pool": _ilias_questions,
    "qti21": _qti_items,
    "qti30": _qti_items,
}
