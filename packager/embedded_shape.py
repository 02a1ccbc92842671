"""The shape of what our packages tell about themselves: a damaged or foreign one is not ours, and never a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Shape = Any
"""A type, a tuple of types, a predicate, `[shape]` for lists, `{key: shape}` for objects (`key?` may be missing)."""
Fits = Callable[[object], bool]


def fits(value: object, shape: Shape) -> bool:
    """Whether a JSON value has the shape; keys that the shape does not name are free."""
    return _test(shape)(value)


_tests: dict[int, Fits] = {}
"""The test of every list and object above, by its identity: a module holds hundreds of exercises of one shape."""


def _test(shape: Shape) -> Fits:
    if isinstance(shape, dict | list):
        if id(shape) not in _tests:
            _tests[id(shape)] = _object(shape) if isinstance(shape, dict) else _list(shape[0])
        return _tests[id(shape)]
    if shape is int:
        return lambda value: isinstance(value, int) and not isinstance(value, bool)
    if isinstance(shape, type | tuple):
        return lambda value: isinstance(value, shape)
    test: Fits = shape
    return test


def _object(shape: dict[str, Shape]) -> Fits:
    parts: list[tuple[str, bool, Fits]] = []

    def test(value: object) -> bool:
        if not isinstance(value, dict):
            return False
        for name, optional, part in parts:
            if name in value:
                if not part(value[name]):
                    return False
            elif not optional:
                return False
        return True

    _tests[id(shape)] = test  # before its parts, since a rule may hold rules
    parts += [(key.removesuffix("?"), key.endswith("?"), _test(part)) for key, part in shape.items()]
    return test


def _list(shape: Shape) -> Fits:
    test = _test(shape)
    return lambda value: isinstance(value, list) and all(map(test, value))


def _accepted(value: object) -> bool:
    return isinstance(value, list) and len(value) == len(("text", "credit")) and isinstance(value[0], str)


RULE: dict[str, Shape] = {"kind": str, "variable?": str, "maximum?": int, "accepted?": [_accepted]}
RULE["parts?"] = [RULE]

VARIABLE = {"id": str, "base": str, "cardinality": str, "values": [str], "targets?": [str], "retired?": bool}
EXERCISE = {"id": str, "title": str, "type": str, "points": int, "rule": RULE, "variables": [VARIABLE]}

NONE = type(None)
SECTION = {"draw": (int, NONE), "exercises": [str]}
ASSESSMENT = {
    "id": str,
    "number": int,
    "title": str,
    "attempts": int,
    "pass_mark": (int, NONE),
    "sections": [SECTION],
}
MODULE = {
    "id": str,
    "title": str,
    "format": str,
    "curriculum": str,
    "version": str,
    "pages": [{"id": str, "number": int, "title": str, "tracked": bool}],
    "exercises": [{"id": str, "number": int, "page": (str, NONE), "scored": bool}],
    "assessments": [ASSESSMENT],
    "completion": {"pass_mark": (int, NONE)},
    "scripts?": str,
}
UNIT = {"unit": str, "pages?": dict, "exercises?": dict}
