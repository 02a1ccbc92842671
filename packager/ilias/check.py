"""What makes ILIAS 8 to 10 refuse a question pool or lose a part of it (`ilQTIParser`, `TestQuestionsImportTrait`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

from content import Finding
from packager.ilias.check_kinds import decoded, kprim_is_whole, longest, missing_of_areas
from packager.ilias.pictures import accepted
from packager.ilias.pool import AUTHOR_LENGTH, TITLE_LENGTH
from packager.ilias.texts import MOB
from packager.reasons import xml_reason
from packager.xml import parse

FOLDER = re.compile(r"[0-9]{10}__[0-9]+__qpl_[0-9]{2,9}")
TYPES = frozenset(
    f"{kind} QUESTION"
    for kind in (
        "SINGLE CHOICE",
        "MULTIPLE CHOICE",
        "KPRIM CHOICE",
        "CLOZE",
        "NUMERIC",
        "TEXTSUBSET",
        "TEXT",
        "ORDERING",
        "MATCHING",
        "IMAGE MAP",
        "LONG MENU",
    )
)
CLASSES = re.compile(r"ass[A-Z][A-Za-z]+")
GENERAL = {"response_allcorrect", "response_onenotcorrect"}
# Answers of ordering questions carry four-part identifiers in the exports of newer releases.
FREE_LABELS = {"ORDERING QUESTION", "assOrderingQuestion", "TEXT QUESTION", "assTextQuestion"}

Parts = Mapping[str, bytes]


def is_pool(parts: Parts) -> bool:
    """The archive has the shape of a question pool."""
    return any("__qpl_" in part.split("/")[0] and part.endswith(".xml") for part in parts)


def renamed(name: str, parts: Parts) -> Iterator[Finding]:
    """The file has another name than the folder in it; a browser's ` (1)` is enough for ILIAS to find nothing."""
    folder = next(iter(sorted(parts)), "").split("/")[0]
    if FOLDER.fullmatch(folder) and name != f"{folder}.zip":
        yield Finding(name, 0, "ilias-renamed", {"name": name, "folder": folder})


def pool_faults(parts: Parts) -> Iterator[Finding]:
    """Names first: with the wrong ones ILIAS does not even open the documents."""
    yield from (Finding(part, 0, "ilias-manifest") for part in sorted(parts) if part.split("/")[1:] == ["manifest.xml"])
    folders = sorted({part.split("/")[0] for part in parts})
    folder = folders[0] if folders else ""
    pool, questions = f"{folder}/{folder}.xml", f"{folder}/{folder.replace('qpl', 'qti')}.xml"
    if len(folders) != 1 or not FOLDER.fullmatch(folder) or pool not in parts or questions not in parts:
        yield Finding(folder, 0, "ilias-archive", {"found": ", ".join(sorted(parts)[:3])})
        return
    for part in (pool, questions):
        try:
            parse(parts[part])
        except etree.XMLSyntaxError as fault:
            yield Finding(part, fault.lineno or 0, "ilias-xml", {"reason": xml_reason(fault)})
            return
    items = list(parse(parts[questions]).iter("item"))
    yield from _identity_faults(questions, items, {q.get("QRef") for q in parse(parts[pool]).iter("Question")})
    for item in items:
        yield from _item_faults(questions, item, parts, folder)


def _identity_faults(part: str, items: list[etree._Element], pages: set[str | None]) -> Iterator[Finding]:
    if not items:
        yield Finding(part, 0, "ilias-ident", {"id": "–"})
    for ident, count in Counter(item.get("ident") or "" for item in items).items():
        if not ident or count > 1:
            yield Finding(part, 0, "ilias-ident", {"id": ident or "–"})
        elif ident not in pages:
            yield Finding(part, 0, "ilias-page", {"id": ident})


def _item_faults(part: str, item: etree._Element, parts: Parts, folder: str) -> Iterator[Finding]:
    ident, fields = item.get("ident", ""), _fields(item)

    def fault(code: str, **values: object) -> Finding:
        return Finding(part, item.sourceline or 0, code, {"id": ident, **values})

    kind = fields.get("QUESTIONTYPE", "").strip()
    if kind not in TYPES and not CLASSES.fullmatch(kind):
        yield fault("ilias-type", type=kind)
    if any(_spaced(element) for element in item.iter("qtimetadata", "qtimetadatafield", "fieldlabel", "fieldentry")):
        yield fault("ilias-space")
    if len(item.get("title", "")) > TITLE_LENGTH:
        yield fault("ilias-title", maximum=TITLE_LENGTH)
    if len(fields.get("AUTHOR", "")) > AUTHOR_LENGTH:
        yield fault("ilias-author", maximum=AUTHOR_LENGTH)
    if most := longest(item, kind):
        yield fault("ilias-length", maximum=most)
    if kind in ("CLOZE QUESTION", "assClozeTest") and fields.get("identicalScoring") not in ("0", "1"):
        yield fault("ilias-gap")
    if kind in ("KPRIM CHOICE QUESTION", "assKprimChoice") and not kprim_is_whole(item):
        yield fault("ilias-kprim")
    if kind in ("IMAGE MAP QUESTION", "assImagemapQuestion"):
        yield from (fault("ilias-areas", part=part) for part in missing_of_areas(item))
    labels = [label.get("ident", "") for label in item.iter("response_label")]
    if kind not in FREE_LABELS and not all(label.isdecimal() for label in labels):
        yield fault("ilias-labels")
    if not _has_points(item):
        yield fault("ilias-points")
    yield from (fault("ilias-feedback", feedback=name) for name in _loose_feedback(item))
    yield from (fault(code, path=path) for code, path in _picture_faults(item, parts, folder))


def _picture_faults(item: etree._Element, parts: Parts, folder: str) -> Iterator[tuple[str, str]]:
    """Pictures that are not there, that ILIAS does not take, or that a text shows and nothing brings."""
    images = list(item.iter("matimage"))
    for image in images:
        uri, label = image.get("uri", ""), image.get("label", "")
        if not uri and image.xpath("ancestor::render_hotspot"):
            continue  # missing_of_areas
        data, name = (parts.get(f"{folder}/{uri}"), uri) if uri else (decoded(image.text or ""), label)
        if data is None:
            yield "ilias-image", name
        elif not accepted(data, name):
            yield "ilias-picture", name
    labels = {image.get("label") for image in images}
    used = {label for text in item.iter("mattext", "fieldentry") for label in MOB.findall(text.text or "")}
    yield from (("ilias-image", label) for label in sorted(used - labels))


def _fields(item: etree._Element) -> dict[str, str]:
    return {
        field.findtext("fieldlabel", "").strip(): field.findtext("fieldentry", "") or ""
        for field in item.iter("qtimetadatafield")
    }


def _spaced(element: etree._Element) -> bool:
    """White space that is not the value itself: around a label, between two elements, behind one."""
    inner = element.text or ""
    between = inner if len(element) else ""
    label = inner != inner.strip() if element.tag == "fieldlabel" else False
    return label or bool(between) or (bool(element.tail) and element.tag != "qtimetadata")


def _has_points(item: etree._Element) -> bool:
    given = [value.text or "" for value in item.iter("setvar")]
    given += [variable.get("maxvalue", "") for variable in item.iter("decvar")]
    return any(_positive(text) for text in given)


def _positive(text: str) -> bool:
    try:
        return float(text) > 0
    except ValueError:
        return False


def _loose_feedback(item: etree._Element) -> Iterator[str]:
    linked = {link.get("linkrefid") for link in item.iter("displayfeedback")}
    for feedback in item.iter("itemfeedback"):
        ident = feedback.get("ident", "")
        if ident not in linked and not (ident in GENERAL and linked - {None, ""}):
            yield ident
