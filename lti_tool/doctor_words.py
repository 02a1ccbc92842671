"""Findings of the self-test in words: what was found, and the box to tick in this very platform."""

from __future__ import annotations

from dataclasses import dataclass

from content.findings import Language
from lti_tool.findings import Finding
from lti_tool.messages import messages

FAMILIES = ("moodle", "ilias")


@dataclass(frozen=True)
class Words:
    """`subject` is what was looked at; `remedy` is empty where nothing is to be done."""

    subject: str
    text: str
    remedy: str


def words(finding: Finding, family: str, language: Language) -> Words:
    known = messages(language)
    # Services fail in the same ways: `column-forbidden` and `score-forbidden` share their words.
    keys = [f"doctor.{finding.code}", f"doctor.service.{finding.code.partition('-')[2]}"]
    own = family.lower() if family.lower() in FAMILIES else "other"
    found = next((key for key in keys if key in known), "doctor.other")
    remedies = [f"{key}.{end}" for key in keys for end in (own, "remedy")]
    remedy = next((known[key] for key in remedies if key in known), "")
    text = known[found].format(code=finding.code, detail=finding.detail)
    return Words(known[f"doctor.check.{finding.check}"], text, remedy if finding.status != "ok" else "")
