"""`staffel verify` reads what goes into Moodle, in the containers that Moodle itself writes, ours and strangers'."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from content import Curriculum
from packager.archive import HARMLESS, UnreadableArchive
from packager.formats import FORMATS
from packager.unpack import read_package
from packager.verify import verify_file
from tests.packager.conftest import Parts
from tests.packager.test_verify import codes, packed


def tarred(path: Path, parts: Mapping[str, bytes], kind: bytes = tarfile.REGTYPE) -> Path:
    """The parts as Moodle's own backups hold them: gzipped tar."""
    with tarfile.open(path, "w:gz") as archive:
        for name, data in parts.items():
            member = tarfile.TarInfo(name)
            member.type, member.size = kind, len(data) if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(data))
    return path


@pytest.fixture(scope="module")
def backup(sample: Curriculum, parts_of: Callable[..., Parts]) -> Parts:
    return parts_of("moodle-backup", sample)


@pytest.mark.parametrize("pack", [packed, tarred])
def test_a_course_backup_is_sound_in_either_container(
    tmp_path: Path, backup: Parts, pack: Callable[[Path, Mapping[str, bytes]], Path]
) -> None:
    result = verify_file(pack(tmp_path / "kurs.mbz", {**backup, ".ARCHIVE_INDEX": b"x"}))
    assert (result.kind, result.findings, result.files) == ("moodle-backup", (), len(backup) + 1)
    assert "Kurssicherung für Moodle" in result.heading("de")


def test_faults_of_a_backup_are_named(tmp_path: Path, backup: Parts) -> None:
    broken = {name: data for name, data in backup.items() if name != "questions.xml"}
    assert "moodle-part" in codes(verify_file(tarred(tmp_path / "kurs.mbz", broken)))


@pytest.mark.parametrize("name", ["moodle-xml", "moodle-glossary"])
def test_a_document_that_moodle_imports_as_it_is_is_sound(
    name: str, tmp_path: Path, sample: Curriculum, parts_of: Callable[..., Parts]
) -> None:
    (data,) = parts_of(name, sample).values()
    path = tmp_path / "Köln (1).xml"
    path.write_bytes(b"\xef\xbb\xbf" + data)
    result = verify_file(path)
    assert (result.kind, result.findings, result.files) == (name, (), 1)
    assert FORMATS[name].suffix == ".xml"


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("<quiz><question type='stack'/></quiz>", "moodle-xml", "moodle-type"),
        ("<?xml version='1.0'?>\n<quiz><question>", "moodle-xml", "moodle-syntax"),
        ("<quiz><question type='category'/></quiz>", "moodle-xml", "moodle-no-question"),
        ("<GLOSSARY><INFO/></GLOSSARY>", "moodle-glossary", "moodle-no-glossary"),
        ("<html><p>quiz</p></html>", "unknown", "package-kind"),
    ],
)
def test_a_document_is_known_by_its_root(tmp_path: Path, text: str, kind: str, code: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(text, encoding="utf-8")
    result = verify_file(path)
    assert result.kind == kind
    assert code in codes(result)


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.mbz", {"link": b""}, tarfile.SYMTYPE)
    assert read_package(path) == {}


@pytest.mark.parametrize(
    ("parts", "code"),
    [({"../a.xml": b"x"}, "archive-leaves"), ({"a.xml": bytes(HARMLESS + 1)}, "archive-inflates")],
)
def test_a_tar_archive_that_harms_is_refused(tmp_path: Path, parts: Parts, code: str) -> None:
    path = tarred(tmp_path / "a.mbz", parts)
    with pytest.raises(UnreadableArchive):
        read_package(path)
    assert codes(verify_file(path)) == {code}


def test_a_download_that_broke_off_is_a_finding(tmp_path: Path, backup: Parts) -> None:
    whole = tarred(tmp_path / "a.mbz", backup).read_bytes()
    path = tmp_path / "b.mbz"
    path.write_bytes(whole[: len(whole) // 2])
    assert codes(verify_file(path)) == {"archive"}
