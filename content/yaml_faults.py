"""What the YAML parser objects to, as a finding in the words of an author (YAML 1.2.2, chapters 5 to 8)."""

from __future__ import annotations

import re

import yaml

from content.findings import Finding

# Words of the parser (libyaml's and PyYAML's differ in a few) -> code, and whether the fault lies where its part began.
PROBLEMS = (
    ("tab character", "yaml-tab", False),
    ("mapping values are not allowed", "yaml-colon", False),
    ("unexpected end of stream", "yaml-quote", True),
    ("unexpected document separator", "yaml-quote", True),
    ("expected ',' or", "yaml-bracket", True),
    ("expected node content", "yaml-bracket", True),
    ("cannot start any token", "yaml-start", False),
    ("escape c", "yaml-escape", False),
    ("hexdecimal number", "yaml-escape", False),
    ("alphabetic or numeric character", "yaml-start", True),
    ("undefined alias", "yaml-start", False),
    ("undefined tag", "yaml-start", False),
    ("find expected ':'", "yaml-indent", True),
    ("expected '-' indicator", "yaml-indent", False),
    ("expected key", "yaml-indent", False),
    ("expected <block end>", "yaml-indent", False),
    ("another document", "yaml-document", False),
    ("expected <document start>", "yaml-indent", False),
)
MACRO = re.compile(r"(?:[:\-,\[]|^)\s*\{\{")


def yaml_finding(error: yaml.YAMLError | RecursionError, text: str, name: str, first_line: int) -> Finding:
    """The finding for a parser's fault in `text`, which begins on `first_line` of the file `name`."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return Finding(name, first_line, "yaml", {"reason": str(error).splitlines()[0]})
    reason = error.problem or error.context or ""
    code, at_start = next(((code, start) for words, code, start in PROBLEMS if words in reason), ("yaml", False))
    mark = (error.context_mark if at_start else None) or error.problem_mark or error.context_mark
    number, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.split("\n")
    line = lines[number] if number < len(lines) else ""
    character = line[column : column + 1]
    if code in ("yaml-bracket", "yaml-colon", "yaml-indent") and MACRO.search(line):
        code = "yaml-macro"
    elif character == "\t":
        code = "yaml-tab"
    return Finding(name, first_line + number, code, {"reason": reason, "character": character})
