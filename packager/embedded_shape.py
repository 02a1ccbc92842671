"""The shape of what our packages tell about themselves: a damaged or foreign one is not ours, and never a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Shape = Any
"""A type, a tuple of types, a predicate, `[shape]` for lists, `{key: shape}` for objects (`key?` may be missing)."""


def fits(value: object, shape: Shape) -> bool:
    """Whether a JSON value has the shape; keys that the shape does not name are free."""
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(_member(value, key, inner) for key, inner in shape.items())
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(element, shape[0]) for element in value)
    if isinstance(shape, type | tuple):
        return isinstance(value, shape) and (shape is not int or not isinstance(value, bool))
    predicate: Callable[[object], bool] = shape
    return predicate(value)


def _member(value: dict[str, object], key: str, shape: Shape) -> bool:
    name = key.removesuffix("?")
    return fits(value[name], shape) if name in value else name != key


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
