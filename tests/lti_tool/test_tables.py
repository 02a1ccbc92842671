"""Tables that spreadsheets open and that run nothing in them."""

from __future__ import annotations

import csv
import io
import zipfile
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.tables import ODS_TYPE, Rows, to_csv, to_ods

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1+1", "\ufeff=1"]


def read(data: bytes, delimiter: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def sheet(data: bytes) -> list[list[tuple[str | None, str]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = ET.fromstring(archive.read("content.xml"))  # noqa: S314 - our own file
    return [
        [
            (cell.get(f"{OFFICE}value-type"), "\n".join("".join(p.itertext()) for p in cell.iter(f"{TEXT}p")))
            for cell in row.iter(f"{TABLE}table-cell")
        ]
        for row in content.iter(f"{TABLE}table-row")
    ]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_a_cell_that_would_be_run_gets_an_apostrophe(cell: str) -> None:
    ((found,),) = read(to_csv([[cell]], german=True))
    assert found == f"'{cell}"


@pytest.mark.parametrize("cell", DANGEROUS)
def test_in_opendocument_it_is_typed_as_text(cell: str) -> None:
    data = to_ods([[cell]], "Blatt")
    assert all(kind == "string" for row in sheet(data) for kind, _ in row)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"formula" not in archive.read("content.xml")


def test_numbers_are_numbers_as_the_language_writes_them() -> None:
    rows: Rows = [["Anna", 2.5, None, -1.0]]
    assert to_csv(rows, german=True).decode("utf-8-sig") == "Anna;2,5;;-1\r\n"
    assert to_csv(rows, german=False).decode("utf-8-sig") == "Anna,2.5,,-1\r\n"
    assert sheet(to_ods(rows, "x")) == [[("string", "Anna"), ("float", "2.5"), (None, ""), ("float", "-1")]]


def test_an_opendocument_file_begins_with_its_type_in_plain() -> None:
    data = to_ods([["a"]], "Blatt")
    assert data[30 : 30 + 8 + len(ODS_TYPE)] == b"mimetype" + ODS_TYPE.encode()
    assert data == to_ods([["a"]], "Blatt")


texts = st.text(st.characters(codec="utf-8"), max_size=60)


@given(st.lists(texts, min_size=1, max_size=4))
def test_no_text_ever_begins_like_a_formula(cells: list[str]) -> None:
    rows = read(to_csv([cells], german=True))
    for cell in (cell for row in rows for cell in row):
        assert not cell.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(texts, min_size=1, max_size=4), texts)
def test_any_text_makes_a_document_that_can_be_read(cells: list[str], title: str) -> None:
    assert len(sheet(to_ods([cells], title))[0]) == len(cells)
