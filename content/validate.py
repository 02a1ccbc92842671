"""Shapes: YAML values into dataclasses, every fault as a finding with its line.

pydantic is imported on first use, so that a build that finds everything in its cache does not pay for it.
"""

from __future__ import annotations

import difflib
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from content.findings import Finding
from content.source import Document, Key

T = TypeVar("T")
EXPECTED = {
    "string_type": "text",
    "bool_type": "true-false",
    "bool_parsing": "true-false",
    "int_type": "whole number",
    "int_parsing": "whole number",
    "int_from_float": "whole number",
    "decimal_type": "number",
    "decimal_parsing": "number",
    "tuple_type": "list",
    "list_type": "list",
    "dict_type": "fields",
    "dataclass_type": "fields",
    "dataclass_exact_type": "fields",
}


_adapters: dict[Any, Any] = {}


def _adapter(kind: Any) -> Any:
    """The validator of a type, made once: making one takes longer than using it a hundred times."""
    if kind not in _adapters:
        from pydantic import TypeAdapter

        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def shaped(kind: type[T], value: object, document: Document, findings: list[Finding], *keys: Key) -> T | None:
    """`value`, the part of `document` at `keys`, as `kind`; None and findings if it does not fit."""
    from pydantic import ValidationError

    try:
        result: T = _adapter(kind).validate_python(value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            finding = _finding(kind, fault, document, keys)
            if finding not in findings:
                findings.append(finding)
        return None
    return result


def _finding(kind: Any, fault: Any, document: Document, keys: tuple[Key, ...]) -> Finding:
    loc = tuple(part for part in fault["loc"] if isinstance(part, int) or not part[:1].isupper())
    place = (*keys, *loc)
    line = document.line(*place)
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in loc) or "–"
    known = fault["type"]
    if known in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return Finding(document.path, line, "field-missing", {"field": name})
    if known in ("unexpected_keyword_argument", "extra_forbidden"):
        return Finding(document.path, line, "field-unknown", {"field": name, "near": _near(kind, str(loc[-1]))})
    if known in ("literal_error", "enum"):
        return Finding(document.path, line, "field-choice", {"field": name, "choices": fault["ctx"]["expected"]})
    if known in EXPECTED:
        return Finding(document.path, line, f"field-{EXPECTED[known].replace(' ', '-')}", {"field": name})
    return Finding(document.path, line, "field-value", {"field": name, "reason": fault["msg"]})


def _near(kind: Any, name: str) -> str:
    """The known field name that the author probably meant, as ` (…?)`, or nothing."""
    known = _field_names(kind, set())
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f" ({close[0]}?)" if close else ""


def _field_names(kind: Any, seen: set[Any]) -> set[str]:
    """Names of all fields of a dataclass and of the dataclasses in the same module."""
    if not is_dataclass(kind) or kind in seen:
        return set()
    seen.add(kind)
    names = {f.name for f in fields(kind)}
    module = __import__(kind.__module__, fromlist=["*"])
    for other in vars(module).values():
        if isinstance(other, type) and is_dataclass(other) and other.__module__ == kind.__module__:
            names |= {f.name for f in fields(other)}
    return names
