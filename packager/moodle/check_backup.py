"""Faults of a course backup, ours or a stranger's: what Moodle's restore would stop at or silently leave out.

Required files and the versions are facts of running sites (4.2, 5.0): each was left out once, one at a time.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from lxml import etree

from content import Finding
from packager.moodle.check_questions import finite
from packager.moodle.records import NULL
from packager.reasons import xml_reason
from packager.xml import parse

MAIN = "moodle_backup.xml"
REQUIRED = (
    *("course/course.xml", "course/roles.xml", "roles.xml", "files.xml", "groups.xml", "scales.xml", "outcomes.xml"),
    "questions.xml",
)
OLDEST = 2010072300
"""Older backups are refused (restore_prechecks_helper)."""
NEW_BANK = 20220202
"""Since this build a backup has the question bank of 4.0."""
LINK = re.compile(r"\$@([A-Z]+)VIEWBYID\*([0-9]+)@\$")
NO_ACTIVITY = ("COURSE", "SECTION")
"""Links of this form that lead to no activity."""
EMPTY_FILE = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
Parts = Mapping[str, bytes]


def backup_faults(parts: Parts) -> Iterator[Finding]:
    """All faults; a document that cannot be read is named once and then left alone."""
    documents: dict[str, etree._Element] = {}
    for name, data in parts.items():
        if name.endswith(".xml") and not name.startswith("files/"):
            try:
                documents[name] = parse(data)
            except etree.XMLSyntaxError as fault:
                yield Finding(name, fault.lineno or 0, "moodle-syntax", {"reason": xml_reason(fault)})
    if MAIN not in parts:
        yield Finding(MAIN, 0, "moodle-no-backup")
        return
    if MAIN not in documents:
        return
    main = documents[MAIN]
    yield from _missing(main, parts)
    yield from _version_faults(main)
    yield from _file_faults(documents, parts)
    yield from _link_faults(main, documents)
    yield from _double_faults(main, documents)
    for name, document in documents.items():
        if document.find("quiz") is not None:
            yield from _quiz_faults(name, document, documents.get("questions.xml"))
        if document.find("scorm") is not None:
            yield from _scorm_faults(name, document)


def _missing(main: etree._Element, parts: Parts) -> Iterator[Finding]:
    required = list(REQUIRED)
    for section in main.iterfind(".//sections/section/directory"):
        required.append(f"{section.text}/section.xml")
    for activity in main.iterfind(".//contents/activities/activity"):
        kind, folder = activity.findtext("modulename"), activity.findtext("directory")
        required += [f"{folder}/{name}.xml" for name in ("module", kind, "grades", "roles")]
    for name in required:
        if name not in parts:
            yield Finding(name, 0, "moodle-part")


def _version_faults(main: etree._Element) -> Iterator[Finding]:
    version = main.findtext("information/backup_version") or "0"
    if not re.fullmatch(r"[0-9]{1,18}", version) or int(version) < OLDEST:
        yield Finding(MAIN, 0, "moodle-old", {"version": version})
    # Moodle reads the build from the brackets of the release and tells by it how questions are stored.
    if not re.search(r"[0-9]{8}", main.findtext("information/moodle_release") or ""):
        yield Finding(MAIN, 0, "moodle-release", {"release": main.findtext("information/moodle_release") or ""})


def _file_faults(documents: Mapping[str, etree._Element], parts: Parts) -> Iterator[Finding]:
    """Every file has its content, and every content is wanted by an inforef.xml."""
    root = documents.get("files.xml")
    if root is None:
        return
    wanted = {
        file.text
        for name, document in documents.items()
        if name.endswith("inforef.xml")
        for file in document.iterfind("fileref/file/id")
    }
    for file in root.iterchildren("file"):
        digest, title = file.findtext("contenthash") or "", file.findtext("filename") or ""
        path = f"files/{digest[:2]}/{digest}"
        if digest == EMPTY_FILE or title == ".":
            continue
        if path not in parts:
            yield Finding("files.xml", int(file.sourceline or 0), "moodle-content", {"file": title})
        elif parts[path] and hashlib.sha1(parts[path], usedforsecurity=False).hexdigest() != digest:
            yield Finding(path, 0, "moodle-hash", {"file": title})
        if file.get("id") not in wanted and file.findtext("component") not in ("user", "group", "grouping", "grade"):
            yield Finding("files.xml", int(file.sourceline or 0), "moodle-unwanted", {"file": title})


def _link_faults(main: etree._Element, documents: Mapping[str, etree._Element]) -> Iterator[Finding]:
    """Links between activities and conditions name course modules of this backup, and of the kind that they say."""
    activities = main.iterfind(".//contents/activities/activity")
    known = {activity.findtext("moduleid"): (activity.findtext("modulename") or "").upper() for activity in activities}
    for name, document in documents.items():
        for element in document.iter():
            if isinstance(element.tag, str) and element.text and "VIEWBYID*" in element.text:
                for kind, target in LINK.findall(element.text):
                    if kind not in (known.get(target), *NO_ACTIVITY):
                        yield Finding(name, int(element.sourceline or 0), "moodle-link", {"cm": target})
        condition = document.findtext("availability") if document.tag == "module" else None
        if condition and condition.startswith("{"):
            for cm in _conditions(condition):
                if str(cm) not in known:
                    yield Finding(name, 0, "moodle-link", {"cm": cm})


def _double_faults(main: etree._Element, documents: Mapping[str, etree._Element]) -> Iterator[Finding]:
    """Ids that two things share: a restore maps an old id to one new one, and takes an idnumber away."""
    modules = [activity.findtext("moduleid") for activity in main.iterfind(".//contents/activities/activity")]
    contexts = [document.get("contextid") for document in documents.values() if document.tag == "activity"]
    numbers = [document.findtext("idnumber") for document in documents.values() if document.tag == "module"]
    items = [item.get("id") for document in documents.values() for item in document.iterfind(".//grade_item")]
    files = [file.get("id") for file in documents["files.xml"].iterchildren("file")] if "files.xml" in documents else []
    kinds = {"moduleid": modules, "contextid": contexts, "idnumber": numbers, "grade_item": items, "file": files}
    for kind, found in kinds.items():
        for value, times in Counter(found).items():
            if times > 1 and value and value != NULL:
                yield Finding(MAIN, 0, "moodle-double", {"kind": kind, "id": value})


def _conditions(text: str) -> Iterator[object]:
    """Course modules that a condition waits for."""
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        tree = waiting.pop()
        if not isinstance(tree, dict):
            continue
        children = tree.get("c")
        waiting += children if isinstance(children, list) else []
        if tree.get("type") == "completion":
            yield tree.get("cm", 0)


def _quiz_faults(name: str, document: etree._Element, bank: etree._Element | None) -> Iterator[Finding]:
    """The sum of the marks is right, and every slot has a question."""
    try:
        marks = [finite(mark.text or "0") for mark in document.iterfind(".//question_instance/maxmark")]
        total = finite(document.findtext("quiz/sumgrades") or "0")
    except InvalidOperation:
        yield Finding(name, 0, "moodle-sum", {"sum": document.findtext("quiz/sumgrades"), "marks": "?"})
        return
    if abs(sum(marks, Decimal(0)) - total) > Decimal("0.001"):
        yield Finding(name, 0, "moodle-sum", {"sum": total, "marks": sum(marks, Decimal(0))})
    if bank is None:
        return
    entries = {entry.get("id") for entry in bank.iter("question_bank_entry")}
    categories = {category.get("id") for category in bank.iter("question_category")}
    for slot in document.iter("question_instance"):
        entry = slot.findtext("question_reference/questionbankentryid")
        drawn = re.search(
            r'"(?:questioncategoryid":"?|values":\["?)([0-9]+)', slot.findtext(".//filtercondition") or ""
        )
        if not (entry in entries or (drawn and drawn.group(1) in categories)):
            yield Finding(name, int(slot.sourceline or 0), "moodle-slot", {"slot": slot.findtext("slot")})


def _scorm_faults(name: str, document: etree._Element) -> Iterator[Finding]:
    """Restoring does not parse the package: without rows for its SCOs the activity crashes when it is opened."""
    launches = [sco.get("id") for sco in document.iter("sco") if sco.findtext("launch")]
    if document.findtext("scorm/launch") not in launches and document.findtext("scorm/updatefreq") != "3":
        yield Finding(name, 0, "moodle-scoes")
