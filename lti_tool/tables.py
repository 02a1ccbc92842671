"""Tables as files that a spreadsheet opens, CSV and OpenDocument (ODF 1.3, part 3, 9), never with a formula in them.

A cell that begins like a formula would be run by the program that opens it, and names come from outside (OWASP, CSV
injection): in CSV such a cell gets an apostrophe in front; in OpenDocument every text is typed as text.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from html import escape

Cell = str | float | None
Rows = Sequence[Sequence[Cell]]

FORMULA = re.compile(r"^[\s\u00a0\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CSV_TYPE = "text/csv; charset=utf-8"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
FIXED = (1980, 1, 1, 0, 0, 0)
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def to_csv(rows: Rows, *, german: bool) -> bytes:
    """UTF-8 with a mark, so that spreadsheets see it; German ones expect semicolons and a decimal comma."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if german else ",", quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerows([_csv_cell(cell, german=german) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_ods(rows: Rows, title: str) -> bytes:
    """A document with one sheet; the same rows give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, "mimetype", ODS_TYPE, zipfile.ZIP_STORED)
        _add(archive, "content.xml", _content(rows, title))
        _add(archive, "META-INF/manifest.xml", MANIFEST)
    return out.getvalue()


def _csv_cell(cell: Cell, *, german: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = cell.replace("\x00", "")
        return f"'{text}" if FORMULA.match(text) else text
    return _number(cell).replace(".", ",") if german else _number(cell)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _content(rows: Rows, title: str) -> str:
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<office:document-content xmlns:office="{OFFICE}:office:1.0" xmlns:table="{OFFICE}:table:1.0" '
        f'xmlns:text="{OFFICE}:text:1.0" office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="{_text(title)}">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def _ods_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, str):
        paragraphs = "".join(f"<text:p>{_text(line)}</text:p>" for line in cell.splitlines() or [""])
        return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'
    value = _number(cell)
    typed = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {typed}><text:p>{value}</text:p></table:table-cell>"


def _text(value: str) -> str:
    return escape(NOT_IN_XML.sub("", value))


def _add(archive: zipfile.ZipFile, name: str, text: str, method: int = zipfile.ZIP_DEFLATED) -> None:
    info = zipfile.ZipInfo(name, FIXED)
    info.compress_type = method
    info.external_attr = 0o644 << 16
    archive.writestr(info, text)
