"""Shapes: YAML values into frozen dataclasses, every fault as a finding with its line.

Own code instead of a validation library: a build starts in a fifth of the time (docs/decisions/0004), and the faults
are ours to word. Understood are the types that the schemas use: text, whole and decimal numbers, true/false, Markup,
literals, tuples, mappings, optional values, `dataclass | str`, dataclasses.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin

from content.findings import Finding
from content.frozen import record
from content.markup import Markup
from content.source import Document, Key, Numeral

T = TypeVar("T")
Convert = Callable[["_Check", object, tuple[Key, ...]], Any]


class _Invalid(Exception):
    """The value does not fit; the findings say why."""


@record
class _Check:
    """One call of `shaped`: collects the faults of all parts."""

    document: Document
    start: int
    """Length of the path to the part that is checked: findings name fields relative to it."""
    findings: list[Finding]

    def fault(self, keys: tuple[Key, ...], code: str, **values: object) -> _Invalid:
        path = keys[self.start :]
        if code == "field-fields" and not path:
            code = "file-empty" if self.document.value is None else "file-fields"
        name = ".".join(str(part + 1) if isinstance(part, int) else part for part in path) or "–"
        finding = Finding(self.document.path, self.document.line(*keys), code, {"field": name, **values})
        if not any(finding == known and finding.values == known.values for known in self.findings):
            self.findings.append(finding)
        return _Invalid()


def shaped(kind: type[T], value: object, document: Document, findings: list[Finding], *keys: Key) -> T | None:
    """`value`, the part of `document` at `keys`, as `kind`; None and findings if it does not fit."""
    try:
        result: T = _converter(kind)(_Check(document, len(keys), findings), value, keys)
    except _Invalid:
        return None
    return result


def _text(check: _Check, value: object, keys: tuple[Key, ...]) -> str:
    """Numbers count as text: an author may write `text: 73`."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    raise check.fault(keys, "field-empty" if value is None else "field-text")


def _markup(check: _Check, value: object, keys: tuple[Key, ...]) -> Markup:
    return Markup(_text(check, value, keys))


def _whole(check: _Check, value: object, keys: tuple[Key, ...]) -> int:
    value = value.number if isinstance(value, Numeral) else value
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise check.fault(keys, "field-whole-number")


def _decimal(check: _Check, value: object, keys: tuple[Key, ...]) -> Decimal:
    value = value.number if isinstance(value, Numeral) else value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise check.fault(keys, "field-number")


def _boolean(check: _Check, value: object, keys: tuple[Key, ...]) -> bool:
    if isinstance(value, bool):
        return value
    raise check.fault(keys, "field-true-false")


SIMPLE: dict[Any, Convert] = {str: _text, Markup: _markup, int: _whole, Decimal: _decimal, bool: _boolean}
_converters: dict[Any, Convert] = {}


def _converter(kind: Any) -> Convert:
    if kind not in _converters:
        _converters[kind] = _make(kind)
    return _converters[kind]


def _make(kind: Any) -> Convert:
    if kind in SIMPLE:
        return SIMPLE[kind]
    if is_dataclass(kind):
        return _of_dataclass(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return _of_literal(arguments)
    if origin is tuple:
        return _of_tuple(_converter(arguments[0]))
    if origin is dict:
        return _of_mapping(_converter(arguments[1]))
    if origin in (Union, types.UnionType):
        return _of_union(arguments)
    raise TypeError(f"{kind} is no type of a schema")


def _of_literal(choices: tuple[object, ...]) -> Convert:
    def convert(check: _Check, value: object, keys: tuple[Key, ...]) -> object:
        for choice in choices:
            if value == choice and isinstance(value, bool) == isinstance(choice, bool):
                return choice
        raise check.fault(keys, "field-choice", choices=", ".join(map(str, choices)))

    return convert


def _of_tuple(item: Convert) -> Convert:
    def convert(check: _Check, value: object, keys: tuple[Key, ...]) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise check.fault(keys, "field-list")
        return tuple(_all(check, item, value, keys, range(len(value))))

    return convert


def _of_mapping(item: Convert) -> Convert:
    def convert(check: _Check, value: object, keys: tuple[Key, ...]) -> dict[str, object]:
        if not isinstance(value, dict):
            raise check.fault(keys, "field-fields")
        return dict(zip(value, _all(check, item, value.values(), keys, value), strict=True))

    return convert


def _of_union(kinds: tuple[Any, ...]) -> Convert:
    """`X | None`, or a part with fields that may be written as a plain text."""
    members = [kind for kind in kinds if kind is not type(None)]
    with_fields = next((kind for kind in members if is_dataclass(kind) or get_origin(kind) is dict), members[0])
    plain = next((kind for kind in members if kind is not with_fields), with_fields)
    of_fields, of_plain = _converter(with_fields), _converter(plain)

    def convert(check: _Check, value: object, keys: tuple[Key, ...]) -> object:
        if value is None and type(None) in kinds:
            return None
        return (of_fields if isinstance(value, dict) else of_plain)(check, value, keys)

    return convert


def _of_dataclass(kind: Any) -> Convert:
    hints = _hints(kind)
    known = {field.name: field for field in fields(kind) if get_origin(hints[field.name]) is not ClassVar}
    required = [name for name, field in known.items() if field.default is MISSING and field.default_factory is MISSING]
    converters = {name: _converter(hints[name]) for name in known}

    def convert(check: _Check, value: object, keys: tuple[Key, ...]) -> object:
        if not isinstance(value, dict):
            raise check.fault(keys, "field-fields")
        faults = [check.fault((*keys, name), "field-missing") for name in required if name not in value]
        given = {}
        for name, part in value.items():
            if name not in converters:
                faults.append(check.fault((*keys, name), "field-unknown", near=_near(name, kind)))
                continue
            try:
                given[name] = converters[name](check, part, (*keys, name))
            except _Invalid as invalid:  # go on: all faults are to be found
                faults.append(invalid)
        if faults:
            raise faults[0]
        return kind(**given)

    return convert


def _all(
    check: _Check, convert: Convert, values: Iterable[object], keys: tuple[Key, ...], names: Iterable[Key]
) -> list[object]:
    """Convert every value, so that all faults are found, then fail if one did."""
    results: list[object] = []
    failed: _Invalid | None = None
    for name, value in zip(names, values, strict=True):
        try:
            results.append(convert(check, value, (*keys, name)))
        except _Invalid as invalid:
            failed = invalid
    if failed:
        raise failed
    return results


def _hints(kind: type) -> dict[str, Any]:
    """Annotation of every field as a type; like `typing.get_type_hints`, which compiles them one by one."""
    result: dict[str, Any] = {}
    for part in reversed(kind.__mro__):
        texts = {name: text for name, text in vars(part).get("__annotations__", {}).items() if isinstance(text, str)}
        source = ", ".join(f"{name!r}: {text}" for name, text in texts.items())
        result |= eval(f"{{{source}}}", vars(sys.modules[part.__module__]))  # noqa: S307  # our own source
    return result


def _near(name: str, kind: Any) -> str:
    """The known field name that the author probably meant, as ` (…?)`, or nothing."""
    import difflib

    close = difflib.get_close_matches(name, sorted(_field_names(kind, set())), n=1)
    return f" ({close[0]}?)" if close else ""


def _field_names(kind: Any, seen: set[Any]) -> set[str]:
    """Names of the fields of a dataclass and of the dataclasses in it."""
    if kind in seen:
        return set()
    seen.add(kind)
    names: set[str] = set()
    for name, hint in _hints(kind).items():
        names.add(name)
        for part in _dataclasses(hint):
            names |= _field_names(part, seen)
    return names


def _dataclasses(hint: Any) -> Iterator[Any]:
    if is_dataclass(hint):
        yield hint
    for argument in get_args(hint):
        yield from _dataclasses(argument)
