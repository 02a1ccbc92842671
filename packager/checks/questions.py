"""Questions in the profile of Common Cartridge: the rule sets 1-13 of its schema for QTI 1.2.1."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from content import Finding
from packager.cartridge.editions import QTI

PROFILES = {
    f"cc.{kind}.v0p1"
    for kind in ("multiple_choice", "multiple_response", "true_false", "fib", "pattern_match", "essay")
}
TEST_FIELDS = {
    "cc_profile",
    "qmd_assessmenttype",
    "qmd_scoretype",
    "qmd_feedbackpermitted",
    "qmd_hintspermitted",
    "qmd_solutionspermitted",
    "qmd_timelimit",
    "cc_allow_late_submission",
    "cc_maxattempts",
}
ITEM_FIELDS = {"cc_profile", "cc_question_category", "cc_weighting", "qmd_scoringpermitted", "qmd_computerscored"}
ATTEMPTS = {"1", "2", "3", "4", "5", "unlimited"}
# Least and most options of a kind of question.
OPTIONS = {"multiple_choice": (3, 999), "multiple_response": (2, 999), "true_false": (2, 2)}
CHILDREN = {"item": ("itemmetadata", "presentation", "resprocessing", "itemfeedback")}


def question_faults(path: str, document: etree._Element, bank: bool) -> Iterator[Finding]:
    """Findings of a test or a question bank."""
    wanted = "objectbank" if bank else "assessment"
    container = document.find(_name(wanted))
    if document.tag != _name("questestinterop") or container is None:
        yield Finding(path, 0, "cc-xml", {"href": path, "reason": wanted})
        return
    if not bank:
        yield from _test_faults(path, container)
    seen: set[str] = set()
    items = list(container.iter(_name("item")))
    if not items:
        yield Finding(path, 0, "cc-xml", {"href": path, "reason": "item"})
    for item in items:
        profile, identifier = _field(item, "cc_profile"), item.get("ident", "")
        values = {"id": identifier or "–", "profile": profile or "–"}
        if profile == "cc.pattern_match.v0p1":
            yield Finding(path, item.sourceline or 0, "cc-pattern", values)
        for reason in [*_item_faults(item, profile), *(["ident"] if identifier in seen or not identifier else [])]:
            yield Finding(path, item.sourceline or 0, "cc-question", {**values, "reason": reason})
        seen.add(identifier)


def _test_faults(path: str, test: etree._Element) -> Iterator[Finding]:
    fields = [field.findtext(_name("fieldlabel"), "") for field in test.iterfind(f"{_name('qtimetadata')}/*")]
    reasons = [f"qtimetadata {label}" for label in fields if label not in TEST_FIELDS or fields.count(label) > 1]
    entry = dict(_entries(test.find(_name("qtimetadata")))).get("cc_maxattempts", "unlimited")
    reasons += [] if entry in ATTEMPTS else ["cc_maxattempts"]
    reasons += [] if len(test.findall(_name("section"))) == 1 else ["section"]
    for reason in reasons:
        yield Finding(path, test.sourceline or 0, "cc-xml", {"href": path, "reason": reason})


def _item_faults(item: etree._Element, profile: str) -> Iterator[str]:
    """Why an item does not fit its profile."""
    if profile not in PROFILES:
        yield "cc_profile"
        return
    order = [etree.QName(child).localname for child in item]
    if order != sorted(order, key=lambda tag: CHILDREN["item"].index(tag) if tag in CHILDREN["item"] else -1):
        yield "order"
    labels = [label for label, _ in _entries(item.find(f"{_name('itemmetadata')}/{_name('qtimetadata')}"))]
    yield from (f"qtimetadata {label}" for label in labels if label not in ITEM_FIELDS or labels.count(label) > 1)
    yield from _response_faults(item, profile.split(".")[1])
    yield from _feedback_faults(item)
    yield from ("setvar" for setvar in item.iter(_name("setvar")) if setvar.get("action", "Set") != "Set")


def _response_faults(item: etree._Element, kind: str) -> Iterator[str]:
    lids, texts = list(item.iter(_name("response_lid"))), list(item.iter(_name("response_str")))
    if kind in OPTIONS:
        if len(lids) != 1 or texts:
            yield "response_lid"
            return
        least, most = OPTIONS[kind]
        idents = [label.get("ident", "") for label in lids[0].iter(_name("response_label"))]
        cardinality = "Multiple" if kind == "multiple_response" else "Single"
        yield from [] if least <= len(idents) <= most else ["response_label"]
        yield from [] if lids[0].get("rcardinality", "Single") == cardinality else ["rcardinality"]
        if kind == "true_false" and set(idents) != {"true", "false"}:
            yield "true/false"
        yield from (f"varequal {value}" for value in _tested(item) if value not in idents)
    elif not texts or lids:
        yield "response_str"
    if kind == "essay" and (_field(item, "qmd_computerscored") != "No" or list(item.iter(_name("varequal")))):
        yield "qmd_computerscored"
    responses = {response.get("ident") for response in (*lids, *texts)}
    yield from ("respident" for test in item.iter(_name("varequal")) if test.get("respident") not in responses)


def _feedback_faults(item: etree._Element) -> Iterator[str]:
    """Each feedback is shown by a condition, and each condition shows one that is there."""
    shown = {display.get("linkrefid") for display in item.iter(_name("displayfeedback"))}
    there = {feedback.get("ident") for feedback in item.iter(_name("itemfeedback"))}
    yield from (f"itemfeedback {ident}" for ident in sorted(str(ident) for ident in shown ^ there))


def _tested(item: etree._Element) -> list[str]:
    return [(test.text or "").strip() for test in item.iter(_name("varequal"))]


def _field(item: etree._Element, label: str) -> str:
    return dict(_entries(item.find(f"{_name('itemmetadata')}/{_name('qtimetadata')}"))).get(label, "")


def _entries(metadata: etree._Element | None) -> list[tuple[str, str]]:
    fields = metadata if metadata is not None else ()
    return [(f.findtext(_name("fieldlabel"), ""), f.findtext(_name("fieldentry"), "")) for f in fields]


def _name(tag: str) -> str:
    return f"{{{QTI}}}{tag}"
