"""The import file of a Moodle glossary: the right terms, legal and complete."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from content import load
from content.model import Curriculum, Term
from packager import formats
from packager.bundles import bundle
from packager.formats import moodle_glossary
from packager.formats.base import Job
from packager.moodle.texts import Texts, legal
from packager.titles import MOODLE, shortened
from tests.packager.moodle_bank import SAMPLE, WORDS, as_moodle_reads, kept, mark


@cache
def sample() -> Curriculum:
    return load(SAMPLE)


def job() -> Job:
    return Job(curriculum=sample(), modules=sample().modules)


def document() -> bytes:
    data = moodle_glossary.render(job()).parts[moodle_glossary.PART].data
    assert isinstance(data, bytes)
    return data


def test_the_glossary_of_the_sample_is_as_expected(golden: Callable[[str, bytes], None]) -> None:
    golden("moodle-glossary/glossary.xml", document())


def test_terms_in_use_are_in_and_others_are_not() -> None:
    concepts = [entry.text for entry in etree.fromstring(document()).iter("CONCEPT")]
    assert concepts == ["Versickerung", "Versiegelung"]


def test_other_names_become_aliases() -> None:
    root = etree.fromstring(document())
    assert [alias.text for alias in root.iterfind(".//ALIAS/NAME")] == ["Bodenversiegelung"]


def test_a_term_without_other_names_has_no_empty_list_of_them() -> None:
    """Moodle looks into the list without a look whether it is one, and PHP 8 ends the import there."""
    entries = list(etree.fromstring(document()).iter("ENTRY"))
    assert [[len(aliases) for aliases in entry.findall("ALIASES")] for entry in entries] == [[], [1]]


def test_no_blank_is_lost_on_the_way_into_moodle() -> None:
    definition = etree.fromstring(document()).findtext(".//DEFINITION") or ""
    assert "<" in definition
    assert as_moodle_reads(document(), "DEFINITION")[0] == definition.strip()


@settings(deadline=None)
@given(WORDS, WORDS)
def test_any_text_survives_in_an_entry(text: str, other: str) -> None:
    term = Term(id="x", term=text, definition=mark(other), also=(other,))
    element = moodle_glossary.entry(term, Texts(sample()))
    entry = etree.fromstring(etree.tostring(element, encoding="unicode"))
    assert kept(entry.findtext("CONCEPT") or "") == kept(shortened(legal(text), MOODLE))
    assert unescape(entry.findtext("DEFINITION") or "") == kept(other)
    assert kept(entry.findtext("ALIASES/ALIAS/NAME") or "") == kept(other)


FAULTY = """<GLOSSARY><INFO><ENTRIES>
<ENTRY><CONCEPT>A</CONCEPT><DEFINITION>x</DEFINITION></ENTRY>
<ENTRY><CONCEPT>a</CONCEPT><DEFINITION>x</DEFINITION></ENTRY>
<ENTRY><CONCEPT>B</CONCEPT><DEFINITION> </DEFINITION></ENTRY>
</ENTRIES></INFO></GLOSSARY>"""
CODES = ["moodle-entry-twice", "moodle-entry-empty"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (FAULTY, CODES),
        (FAULTY.replace("<DEFINITION>x", "<ALIASES/><DEFINITION>x", 1), ["moodle-aliases", *CODES]),
        ("<quiz/>", ["moodle-no-glossary"]),
        ("<GLOSSARY>", ["moodle-syntax"]),
    ],
)
def test_faults_are_named(text: str, codes: list[str]) -> None:
    assert [finding.code for finding in moodle_glossary.FORMAT.verify({"g.xml": text.encode()})] == codes


def test_the_build_writes_one_file(tmp_path: Path) -> None:
    assert formats.FORMATS["moodle-glossary"] is moodle_glossary.FORMAT
    artifact = bundle(moodle_glossary.FORMAT, job(), tmp_path)
    assert Path(artifact.path).read_bytes() == document()
    assert artifact.findings == ()
