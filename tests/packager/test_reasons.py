"""Why something cannot be read stands in the reader's language, with what the library said behind it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from content import Curriculum
from content.findings import Finding, Reason, system_reason
from content.messages import messages
from packager import schemas
from packager.reasons import ARCHIVE, SCHEMA, SYNTAX, archive_reason, schema_reason, xml_reason
from packager.verify import verify_file
from packager.xml import parse
from tests.factories import MODULE, faults
from tests.packager.conftest import Parts
from tests.packager.test_verify import packed

ENGLISH = re.compile(r"\b(?:the|not|expected|is|of|and|for)\b")

# Document -> words of ours that must stand in the German sentence.
DOCUMENTS = {
    b"": "Zeile 1, Spalte 1: dort müsste ein Element beginnen",
    b"<a>": "Zeile 1, Spalte 4: ein Element ist am Ende noch offen",
    b"<a>\n</b>": "Zeile 2, Spalte 5: ein Element endet unter anderem Namen",
    b"<a/><b/>": "hinter dem letzten Element",
    b"<a>&x;</a>": "hinter & steht kein Name",
    b"<a>& b</a>": "gemeint ist wohl &lt; oder &amp;",
    b"<a b=c/>": "Anführungszeichen",
    b"<a b='<'/>": "im Wert eines Attributs",
    b"<a b='1' b='2'/>": "zweimal",
    b"<a>\x01</a>": "das XML verbietet",
    b"<a>\xff</a>": "UTF-8",
    b"<x:a/>": "Präfix",
    b"<a><![CDATA[x</a>": "hat kein Ende",
    b"<a>" * 300 + b"</a>" * 300: "zu tief verschachtelt",
    b"<a>]]></a>": "nicht wohlgeformt",
}


@pytest.mark.parametrize("data", DOCUMENTS)
def test_a_document_that_is_not_well_formed_is_told_in_german(data: bytes) -> None:
    with pytest.raises(etree.XMLSyntaxError) as caught:
        parse(data)
    reason = xml_reason(caught.value)
    ours, _, original = reason.text("de").partition("; im Original: ")
    assert DOCUMENTS[data] in ours
    assert not ENGLISH.search(ours)
    assert original.strip("„“") in " ".join(caught.value.msg.split())
    assert reason.text("en").startswith("line ")


def test_what_a_schema_forbids_is_told_in_german() -> None:
    root = parse(b'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" x="1"><y/></manifest>')
    schema = schemas.compiled("scorm2004")
    assert not schema.validate(root)
    told = [schema_reason(error).text("de") for error in schema.error_log]
    assert any("„manifest“ darf das Attribut „x“ nicht haben" in text for text in told)
    assert any("„manifest“ fehlt das Attribut „identifier“" in text for text in told)
    assert all("{" not in text for text in told)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Bad CRC-32 for file 'a.html'", "Prüfsumme"),
        ("CRC check failed 0x1 != 0x2", "Prüfsumme"),
        ("That compression method is not supported", "nicht entpacken"),
        ("File 'a' is encrypted, password required for extraction", "verschlüsselt"),
        ("Compressed file ended before the end-of-stream marker was reached", "unvollständig"),
        ("unexpected end of data", "unvollständig"),
        ("Truncated file header", "unvollständig"),
        ("", "unvollständig"),
        ("Error -3 while decompressing data: invalid block type", "lässt sich nicht entpacken"),
        ("Bad magic number for central directory", "passen nicht zusammen"),
        ("zipfiles that span multiple disks are not supported", "mehrere Dateien"),
        ("something new", "nicht lesbar"),
    ],
)
def test_a_damaged_archive_is_told_in_german(message: str, words: str) -> None:
    text = archive_reason(zipfile.BadZipFile(message)).text("de")
    assert words in text
    assert not ENGLISH.search(text.partition("; im Original: ")[0])
    assert message in text


def test_every_reason_has_words_in_both_languages() -> None:
    keys = {*SYNTAX.values(), *SCHEMA.values(), *ARCHIVE, "xml.other", "schema.other", "schema.value", "zip.other"}
    for language in ("de", "en"):
        t = messages(language)
        assert {key.removeprefix("reason.") for key in t if key.startswith("reason.")} == keys | {"original"}


def test_a_truncated_archive_is_called_incomplete(
    tmp_path: Path, sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    path = packed(tmp_path / "a.zip", parts_of("scorm12", sample))
    path.write_bytes(path.read_bytes()[:-100])
    (finding,) = verify_file(path).findings
    assert finding.message("de") == "Das Archiv ist beschädigt (unvollständig, wohl nicht zu Ende übertragen)"
    assert finding.message("en") == "The archive is damaged (incomplete, probably a transfer that broke off)"


def test_a_strangers_text_in_a_finding_is_one_line_without_controls() -> None:
    reason = Reason("reason.zip.other", "a\x1b[31m\n\ud800")
    finding = Finding("a\x07.zip", 0, "archive", {"reason": reason})
    for line in (finding.text("de"), str(finding.data("de"))):
        assert line.isprintable()
        line.encode()


def test_what_the_system_objects_to_is_told_in_german(tmp_path: Path) -> None:
    found = faults(tmp_path, {"m1-eins/module.yaml": MODULE.replace("[01-einheit]", f"[{'x' * 300}]")})
    (finding,) = (finding for finding in found if finding.code == "file-unreadable")
    assert "Datei nicht lesbar (der Name ist zu lang; im Original: „" in finding.message("de")
    assert system_reason(OSError(4096, "Something new")).text("de") == "Something new"
