"""Why a package cannot be read, in the words of the reader's language: libxml2, zlib and zipfile speak English alone.

What they said stays behind our words, for those who look it up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from content.findings import Reason

LONGEST = 200

_XML = etree.ErrorTypes
SYNTAX: Mapping[int, str] = {
    _XML.ERR_TAG_NAME_MISMATCH: "xml.mismatch",
    _XML.ERR_TAG_NOT_FINISHED: "xml.open",
    _XML.ERR_GT_REQUIRED: "xml.tag",
    _XML.ERR_DOCUMENT_EMPTY: "xml.empty",
    _XML.ERR_DOCUMENT_END: "xml.behind",
    _XML.ERR_INVALID_CHAR: "xml.character",
    _XML.ERR_INVALID_CHARREF: "xml.character",
    _XML.ERR_INVALID_ENCODING: "xml.encoding",
    _XML.ERR_UNSUPPORTED_ENCODING: "xml.encoding",
    _XML.ERR_UNKNOWN_ENCODING: "xml.encoding",
    _XML.ERR_UNDECLARED_ENTITY: "xml.entity",
    _XML.ERR_ENTITYREF_SEMICOL_MISSING: "xml.entity",
    _XML.ERR_NAME_REQUIRED: "xml.name",
    _XML.ERR_ATTRIBUTE_NOT_STARTED: "xml.quotes",
    _XML.ERR_ATTRIBUTE_NOT_FINISHED: "xml.quotes",
    _XML.ERR_ATTRIBUTE_WITHOUT_VALUE: "xml.quotes",
    _XML.ERR_LT_IN_ATTRIBUTE: "xml.less",
    _XML.ERR_ATTRIBUTE_REDEFINED: "xml.twice",
    _XML.ERR_SPACE_REQUIRED: "xml.space",
    _XML.NS_ERR_UNDEFINED_NAMESPACE: "xml.prefix",
    _XML.ERR_CDATA_NOT_FINISHED: "xml.section",
    _XML.ERR_COMMENT_NOT_FINISHED: "xml.section",
    _XML.ERR_PI_NOT_FINISHED: "xml.section",
    _XML.ERR_ENTITY_NOT_FINISHED: "xml.section",
    _XML.ERR_RESOURCE_LIMIT: "xml.limit",
    _XML.ERR_ENTITY_LOOP: "xml.limit",
}
# Patterns are compiled where something is broken.
PLACE = r",? line \d+, column \d+$"
NAMED = r"'(?:\{[^{}']*\})?([^']*)'"
# What libxml2 finds in XML Schema -> our words.
SCHEMA: Mapping[str, str] = {
    "SCHEMAV_ELEMENT_CONTENT": "schema.content",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "schema.attribute",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": "schema.attribute",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "schema.missing",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "schema.empty",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "schema.text",
    "SCHEMAV_CVC_ELT_1": "schema.root",
    "SCHEMAV_CVC_IDC": "schema.reference",
}
VALUE = "SCHEMAV_CVC_(?:DATATYPE|TYPE|ENUMERATION|PATTERN|FACET|LENGTH|MIN|MAX|TOTALDIGITS|FRACTIONDIGITS|ID)"

# What zipfile, zlib, gzip and tarfile say of archives -> our words; the first that fits counts.
ARCHIVE: Mapping[str, str] = {
    "zip.checksum": "Bad CRC|CRC check failed|bad checksum",
    "zip.method": "compression (?:method|type)|patched data|zip file version",
    "zip.encrypted": "encrypt|password",
    "zip.disks": "multiple disks",
    "zip.truncated": "(?i)truncated|end of data|ended before|negative seek|empty header|^$",
    "zip.contents": "(?i)while decompressing|invalid compressed data|not a gzip",
    "zip.directory": "(?i)magic number|header|Overlapped|central directory|codec|unpack",
}


def xml_reason(fault: etree.XMLSyntaxError) -> Reason:
    """Why a document is not well-formed, with line and column."""
    line, column = fault.position
    original = re.sub(PLACE, "", fault.msg or "")
    return Reason(
        "reason." + SYNTAX.get(fault.code or 0, "xml.other"), _short(original), {"line": line, "column": column}
    )


def schema_reason(error: etree._LogEntry) -> Reason:
    """What a schema does not allow."""
    type_name, message = error.type_name, error.message
    names = re.findall(NAMED, message)
    attribute = re.search(f"attribute {NAMED}", message)
    value = "schema.value" if re.match(VALUE, type_name) else "schema.other"
    values = {"element": names[0] if names else "–", "attribute": attribute.group(1) if attribute else "–"}
    return Reason("reason." + SCHEMA.get(type_name, value), _short(re.sub(r"\{[^{}]*\}", "", message)), values)


def archive_reason(error: Exception) -> Reason:
    """Why an archive is damaged."""
    message = str(error)
    key = next((key for key, pattern in ARCHIVE.items() if re.search(pattern, message)), "zip.other")
    return Reason(f"reason.{key}", _short(message))


def _short(text: str) -> str:
    """On one line, and no longer than a line or two."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
