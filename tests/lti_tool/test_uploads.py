"""The type of a file is what it holds; names lead nowhere."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lti_tool import attempts, uploads
from lti_tool.activities import find
from lti_tool.attempts import Place
from lti_tool.models import Answer
from lti_tool.uploads import Incoming, Store, UploadRefused, kind_of, safe_name
from tests.lti_tool.factories import ESSAY, NOW, curriculum, graded_placement


def archive(*names: str, first: tuple[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        if first:
            file.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name in names:
            file.writestr(name, b"x" * 100)
    return out.getvalue()


ODT = archive("content.xml", first=("mimetype", b"application/vnd.oasis.opendocument.text"))
DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\xff\xd8\xff\xe0...", "jpg"),
        ("Grüße\n".encode(), "txt"),
        ("\ufeffGrüße".encode(), "txt"),
        (ODT, "odt"),
        (archive(first=("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")), "ods"),
        (DOCX, "docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
    ],
)
def test_known_content_has_its_type(data: bytes, suffix: str) -> None:
    assert kind_of(data).suffix == suffix


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "type"),
        (b"  \n<svg onload=alert(1)>", "type"),
        (b"<?xml version='1.0'?><svg/>", "type"),
        (b"#!/bin/sh\nrm -rf x", "type"),
        (b"MZ\x90\x00", "type"),
        (b"\x7fELF", "type"),
        (b"GIF89a\x01\x00\x01\x00", "type"),
        (b"x%PDF-1.7", "txt"),
        (b"a\x00b", "type"),
        (archive("evil.html"), "type"),
        (archive("../../etc/passwd"), "type"),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
        (archive("content.xml", first=("mimetype", b"application/vnd.oasis.opendocument.text-master")), "type"),
        (archive("META-INF/manifest.xml", first=("mimetype", b"application/epub+zip")), "type"),
    ],
)
def test_other_content_is_refused(data: bytes, code: str) -> None:
    if code == "txt":
        assert kind_of(data).suffix == "txt"
        return
    with pytest.raises(UploadRefused, match=code):
        kind_of(data)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Plan.PDF", "Plan.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Benutzer\\ich\\Plan.docx", "Plan.pdf"),
        ("rechnung\u202efdp.exe", "rechnung_fdp.pdf"),
        ("x.html", "x.pdf"),
        ("a\r\nSet-Cookie: b", "a__Set-Cookie_ b.pdf"),
        ("...", "datei.pdf"),
        ("", "datei.pdf"),
        ("ä" * 300, "ä" * 120 + ".pdf"),
    ],
)
def test_names_become_harmless(name: str, expected: str) -> None:
    assert safe_name(name, "pdf") == expected


@given(st.text(max_size=300))
def test_no_name_leads_out_of_its_folder(name: str) -> None:
    safe = safe_name(name, "txt")
    assert safe.endswith(".txt")
    assert not set(safe) & set('/\\<>:"|?*\r\n\x00')
    assert len(safe) <= 130


@given(st.binary(max_size=3000))
def test_any_bytes_have_a_type_or_are_refused(data: bytes) -> None:
    with contextlib.suppress(UploadRefused):
        assert kind_of(data).suffix in {"pdf", "png", "jpg", "txt", "odt", "ods", "odp", "docx", "xlsx", "pptx"}


def essay_answer(session: Session) -> Answer:
    """The answer to a text task, of an attempt under way."""
    where, who = graded_placement(session, ESSAY)
    activity = find(curriculum(), ESSAY)
    attempt = attempts.start(session, activity, Place(user=who.id, placement=where.id, version="1"), NOW)
    assert activity.single is not None
    return attempts.writable(session, attempt, activity.single, NOW)


def test_a_file_that_a_row_speaks_of_stays_and_one_of_nobody_goes(session: Session, tmp_path: Path) -> None:
    """The process was killed between the bytes and their row: what is left over is swept, and nothing else."""
    store = Store(f"file://{tmp_path}/files")
    wanted = uploads.receive(store, Incoming("Plan.pdf", io.BytesIO(b"%PDF-1"), 100))
    lost = uploads.receive(store, Incoming("Plan.pdf", io.BytesIO(b"%PDF-2"), 100))
    uploads.add(session, essay_answer(session), wanted, NOW)
    session.commit()
    later = dt.datetime.now(dt.UTC) + 2 * uploads.ORPHAN_AGE
    assert uploads.sweep(store, uploads.known(session), later) == 1
    assert set(store.listing()) == {wanted.key} != {lost.key}


def test_a_full_disk_is_a_refusal_in_words(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"a file where the folder should be")
    with pytest.raises(UploadRefused, match="not-stored"):
        uploads.receive(Store(f"file://{tmp_path}/files"), Incoming("a.pdf", io.BytesIO(b"%PDF-"), 100))


def test_files_without_a_row_go_when_they_are_old(session: Session, tmp_path: Path) -> None:
    store = Store(f"file://{tmp_path}/files")
    assert store.listing() == {}
    store.write("old", b"1")
    store.write("young", b"2")
    day = dt.timedelta(days=1)
    os.utime(tmp_path / "files" / "old", (0, (NOW - 2 * day).timestamp()))
    os.utime(tmp_path / "files" / "young", (0, NOW.timestamp()))
    assert uploads.sweep(store, uploads.known(session), NOW) == 1
    assert set(store.listing()) == {"young"}


def test_deleting_twice_does_no_harm(tmp_path: Path) -> None:
    store = Store(f"file://{tmp_path}/files")
    store.write("a", b"1")
    store.delete("a")
    store.delete("a")
    with pytest.raises(FileNotFoundError):
        store.read("a")


def test_a_store_in_memory_works_alike() -> None:
    store = Store("memory://uploads")
    store.write("a", b"12")
    assert b"".join(store.read("a")) == b"12"
    assert set(store.listing()) == {"a"}
    store.delete("a")
    assert store.listing() == {}
