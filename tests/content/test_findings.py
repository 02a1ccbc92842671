"""Every finding that the code can make is in the catalogue, in both languages, and in the handbook."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from pathlib import Path

import pytest

from content.findings import Finding, InvalidCurriculum, catalogue
from content.findings_page import findings_page

CALL = re.compile(r"(?:Finding|_report|report|_fault|Problem)\((?:[^()]|\([^()]*\))*\)")
CODE = re.compile(r'"([a-z]+(?:-[a-z]+)+)"')
ROOT = Path(__file__).parents[2]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_codes_in_the_source_are_in_the_catalogue() -> None:
    used = {
        code
        for package in ("content", "packager")
        for path in (ROOT / package).rglob("*.py")
        for call in CALL.findall(path.read_text("utf-8"))
        for code in CODE.findall(call)
    }
    assert len(used) > 40
    assert used - set(catalogue("de")) == set()


def test_both_languages_have_the_same_codes_and_places() -> None:
    german, english = catalogue("de"), catalogue("en")
    assert set(german) == set(english)
    for code, entry in german.items():
        assert places(entry["message"]) == places(english[code]["message"]), code


@pytest.mark.parametrize("code", sorted(catalogue("de")))
def test_a_sentence_is_complete(code: str) -> None:
    for language in ("de", "en"):
        entry = catalogue(language)[code]
        values = dict.fromkeys(places(entry["message"]) | places(entry["remedy"]), "x")
        text = Finding("a.md", 1, code, values).text(language)
        assert text.startswith("a.md:1: ")
        assert text.endswith((".", ")", "}}", "}", "…)"))


def test_the_handbook_lists_every_finding(golden: Callable[[str, bytes], None]) -> None:
    golden("../../docs/handbuch/befunde.md", findings_page().encode())


def test_findings_are_ordered_by_place() -> None:
    error = InvalidCurriculum([Finding("b.md", 2, "html"), Finding("a.md", 9, "html"), Finding("b.md", 1, "html")])
    assert [(finding.path, finding.line) for finding in error.findings] == [("a.md", 9), ("b.md", 1), ("b.md", 2)]
