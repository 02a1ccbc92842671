"""Text files, documents with line numbers, and the pages in a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field
from decimal import Decimal
from pathlib import Path
from stat import S_ISREG
from unicodedata import normalize

from content.findings import Finding, system_reason
from content.frozen import frozen
from content.snapshot import LARGEST_TEXT

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

# Signs that no XML document, and so no package, can hold (XML 1.0, 2.2); an editor or a copy left them behind.
CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"  # compiled where one is met
CONTROL_BYTES = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
CONFLICT = b"<<<<<<< "

Key = str | int
Parse = Callable[[str, str, int], "Document"]
"""YAML text, name of its file and the line where it begins -> document (`content.yaml_source.parse_yaml`)."""


class SourceFault(Exception):
    """A file that cannot be read at all; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.code)


class Numeral(str):
    """A number in a form of its own (01067, +49, 1e3): as a text it stays as written."""

    @property
    def number(self) -> int | Decimal:
        return int(self) if self.lstrip("+-").isdecimal() else Decimal(self)


@frozen
class Document:
    """A YAML value (dict, list, str, Numeral, int, Decimal, bool, None) with the line of every part of it."""

    path: str
    value: object
    lines: dict[tuple[Key, ...], int] = field(repr=False)

    def line(self, *keys: Key) -> int:
        """Line of the value at `keys`, or of the nearest part around it that exists."""
        for length in range(len(keys), -1, -1):
            if (line := self.lines.get(keys[:length])) is not None:
                return line
        return 1


def read_text(path: Path, name: str) -> str:
    """Content of a UTF-8 file with `\\n` line ends, without byte order mark, in composed characters (NFC).

    Editors of macOS write ü as two signs; person nouns, identifiers and answers would not be found in them.
    """
    data = _read_bytes(path, name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SourceFault(Finding(name, line, "encoding")) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = normalize("NFC", text)
    if len(data.translate(None, CONTROL_BYTES)) < len(data) or any(code in data for code in NO_CHARACTERS):
        raise SourceFault(Finding(name, _line_of(CONTROL, text), "control-character"))
    if CONFLICT in data and (line := _line_of("(?m)^<<<<<<< ", text)):
        raise SourceFault(Finding(name, line, "merge-conflict"))
    return text


def _read_bytes(path: Path, name: str) -> bytes:
    """Content of a regular file; nothing else is opened, because reading a pipe would never end."""
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise SourceFault(Finding(name, 0, "file-kind"))
        if status.st_size > LARGEST_TEXT:
            raise SourceFault(Finding(name, 0, "file-large", {"megabytes": LARGEST_TEXT // 1_000_000}))
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceFault(Finding(name, 0, "file-missing")) from None
    except OSError as error:
        raise SourceFault(Finding(name, 0, "file-unreadable", {"reason": system_reason(error)})) from None


def _line_of(pattern: str, text: str) -> int:
    """The line of the first place that fits, 0 without one."""
    found = re.search(pattern, text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


@frozen
class MarkdownFile:
    """Front matter and body of a Markdown file; `body_line` is the line where the body starts."""

    head: Document
    body: str
    body_line: int


def read_markdown(path: Path, name: str, parse: Parse) -> MarkdownFile:
    """A Markdown file with YAML front matter between two `---` lines."""
    text = read_text(path, name)
    match = FRONT_MATTER.match(text)
    if not match:
        raise SourceFault(Finding(name, 1, "front-matter"))
    head = parse(match.group(1), name, 2)
    return MarkdownFile(head, text[match.end() :], text[: match.end()].count("\n") + 1)


def split_pages(file: MarkdownFile) -> Iterator[tuple[str, str, int]]:
    """The pages of a unit as (heading line, body, line of the heading); text before the first heading has heading ''.

    Headings inside fenced code do not count (CommonMark 0.31.2, section 4.5).
    """
    heading, start, buffer, fence = "", file.body_line, list[str](), ""
    for offset, line in enumerate(file.body.split("\n")):
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark.group(1)
        elif fence and re.fullmatch(r" {0,3}" + re.escape(fence[0]) + "{" + str(len(fence)) + r",}\s*", line):
            fence = ""
        if not fence and not mark and line.startswith(("# ", "#\t")):
            yield heading, "\n".join(buffer), start
            heading, start, buffer = line, file.body_line + offset, []
        else:
            buffer.append(line)
    yield heading, "\n".join(buffer), start
