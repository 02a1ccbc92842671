"""Text files, YAML and front matter, each value with its line.

YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema): only `true`, `false`, `null` and numbers are not
text. Anchors and duplicate keys are refused: both make a source hard to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from content.findings import Finding
from content.frozen import frozen

BOOLEANS = {"true": True, "True": True, "false": False, "False": False}
NULL = {"", "~", "null", "Null", "NULL"}
INTEGER = re.compile(r"[-+]?[0-9]+")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
MAXIMUM_NODES = 500_000
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

Key = str | int
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Parser):  # type: ignore[misc]  # which of the two classes it is, the machine decides
    """Composes nodes without tags: `scalar` decides what a plain scalar is, so asking the resolver is wasted time."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:
        return ""

    def descend_resolver(self, current_node: object, current_index: object) -> None: ...

    def ascend_resolver(self) -> None: ...


class SourceFault(Exception):
    """A file that cannot be read at all; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.code)


@frozen
class Document:
    """A YAML value (dict, list, str, int, Decimal, bool, None) with the line of every part of it."""

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
    """Content of a UTF-8 file with `\\n` line ends; a byte order mark is dropped."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourceFault(Finding(name, 0, "file-missing")) from None
    except OSError as error:
        raise SourceFault(Finding(name, 0, "file-unreadable", {"reason": error.strerror or ""})) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SourceFault(Finding(name, line, "encoding")) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_yaml(path: Path, name: str) -> Document:
    """A YAML file as `Document`."""
    return parse_yaml(read_text(path, name), name)


def parse_yaml(text: str, name: str, first_line: int = 1) -> Document:
    """YAML text that begins on `first_line` of the file `name`."""
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise SourceFault(Finding(name, line, "yaml", {"reason": error.problem or error.context or ""})) from None
    except (yaml.YAMLError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise SourceFault(Finding(name, first_line, "yaml", {"reason": reason})) from None
    lines: dict[tuple[Key, ...], int] = {}
    value = _Construction(name, first_line, lines).value(node, ()) if node else None
    return Document(name, value, lines)


@dataclass
class _Construction:
    """Nodes of one file become values; `lines` remembers where each stood."""

    name: str
    first_line: int
    lines: dict[tuple[Key, ...], int]
    seen: set[int] = field(default_factory=set)

    def value(self, node: yaml.Node, keys: tuple[Key, ...]) -> object:
        line = self.first_line + node.start_mark.line
        if id(node) in self.seen:
            raise self._fault(line, "yaml-anchor")
        self.seen.add(id(node))
        if len(self.seen) > MAXIMUM_NODES:
            raise self._fault(line, "yaml-size")
        if isinstance(node, yaml.ScalarNode):
            self.lines[keys] = line + 1 if node.style in ("|", ">") else line
            return node.value if node.style else scalar(node.value)
        self.lines[keys] = line
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*keys, index)) for index, item in enumerate(node.value)]
        return self._mapping(node, keys)

    def _mapping(self, node: yaml.Node, keys: tuple[Key, ...]) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = self.first_line + key_node.start_mark.line
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._fault(line, "yaml", reason="key")
            key = str(key_node.value)
            if key in result:
                raise self._fault(line, "yaml-duplicate", key=key)
            result[key] = self.value(value_node, (*keys, key))
        return result

    def _fault(self, line: int, code: str, **values: object) -> SourceFault:
        return SourceFault(Finding(self.name, line, code, values))


def scalar(text: str) -> object:
    """A plain scalar by the YAML 1.2 core schema; decimals stay exact."""
    if text in NULL:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return Decimal(text)
    return text


@frozen
class MarkdownFile:
    """Front matter and body of a Markdown file; `body_line` is the line where the body starts."""

    head: Document
    body: str
    body_line: int


def read_markdown(path: Path, name: str) -> MarkdownFile:
    """A Markdown file with YAML front matter between two `---` lines."""
    text = read_text(path, name)
    match = FRONT_MATTER.match(text)
    if not match:
        raise SourceFault(Finding(name, 1, "front-matter"))
    head = parse_yaml(match.group(1), name, first_line=2)
    return MarkdownFile(head, text[match.end() :], text[: match.end()].count("\n") + 1)


def split_pages(file: MarkdownFile) -> Iterator[tuple[str, str, int]]:
    """The pages of a unit as (heading line, body, line of the heading); text before the first heading has heading ''.

    Headings inside fenced code do not count (CommonMark 0.31.2, section 4.5).
    """
    heading, start, buffer, fence = "", file.body_line, list[str](), ""
    for offset, line in enumerate(file.body.split("\n")):
        mark = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark.group(1)
        elif fence and re.fullmatch(r" {0,3}" + re.escape(fence[0]) + "{" + str(len(fence)) + r",}\s*", line):
            fence = ""
        if not fence and not mark and re.match(r"#[ \t]", line):
            yield heading, "\n".join(buffer), start
            heading, start, buffer = line, file.body_line + offset, []
        else:
            buffer.append(line)
    yield heading, "\n".join(buffer), start
