"""YAML with the line of every value, and the faults of an author's file as findings.

YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema): only `true`, `false`, `null` and numbers are not
text. Anchors and duplicate keys are refused: both make a source hard to read.
"""

from __future__ import annotations

import re
from dataclasses import field
from decimal import Decimal
from typing import Any

import yaml

from content.findings import Finding
from content.frozen import record
from content.source import CONTROL, Document, Key, Numeral, SourceFault

BOOLEANS = {"true": True, "True": True, "false": False, "False": False}
NULL = {"", "~", "null", "Null", "NULL"}
INTEGER = re.compile(r"[-+]?[0-9]+")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
MAXIMUM_NODES = 500_000
# A number beyond these is a slip, and writing it out would take for ever; it stays text, which no number field takes.
MAXIMUM_DIGITS = 30

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Parser):  # type: ignore[misc]  # which of the two classes it is, the machine decides
    """Composes nodes without tags: `scalar` decides what a plain scalar is, so asking the resolver is wasted time."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:
        return ""

    def descend_resolver(self, current_node: object, current_index: object) -> None: ...

    def ascend_resolver(self) -> None: ...


def parse_yaml(text: str, name: str, first_line: int = 1) -> Document:
    """YAML text that begins on `first_line` of the file `name`."""
    try:
        node = yaml.compose(text, Loader=Loader)
    except (yaml.YAMLError, RecursionError) as error:
        from content.yaml_faults import yaml_finding

        raise SourceFault(yaml_finding(error, text, name, first_line)) from None
    lines: dict[tuple[Key, ...], int] = {}
    value = _Construction(name, first_line, lines).value(node, ()) if node else None
    return Document(name, value, lines)


@record
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
        self.lines[keys] = line
        if isinstance(node, yaml.ScalarNode):
            if not node.style:
                return scalar(node.value)
            if node.style in "|>":
                self.lines[keys] = line + 1
            elif node.style == '"' and not node.value.isprintable() and re.search(CONTROL, node.value):
                raise self._fault(line, "control-character")
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*keys, index)) for index, item in enumerate(node.value)]
        return self._mapping(node, keys)

    def _mapping(self, node: yaml.Node, keys: tuple[Key, ...]) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = self.first_line + key_node.start_mark.line
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._fault(line, "yaml-key")
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
    if len(text) > MAXIMUM_DIGITS:
        return text
    if INTEGER.fullmatch(text):
        return whole if str(whole := int(text)) == text else Numeral(text)
    if DECIMAL.fullmatch(text) and abs((number := Decimal(text)).adjusted()) < MAXIMUM_DIGITS:
        return number if f"{number:f}" == text else Numeral(text)
    return text
