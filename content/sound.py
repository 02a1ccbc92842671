"""What of a faulty file can be used all the same, so that one fault does not hide the others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from content.source import Document
from content.validate import shaped

T = TypeVar("T")


def sound_part(kind: type[T], document: Document, stand_ins: Mapping[str, object]) -> tuple[T, set[str]]:
    """The fields of `document` that fit by themselves, with `stand_ins` for those that must be there.

    The second value names the fields that were left out, as `file#field`.
    """
    fields, sound = dict(stand_ins), set[str]()
    result = shaped(kind, fields, document, [])
    value = document.value if isinstance(document.value, dict) else {}
    for name, part in value.items():
        if tried := shaped(kind, {**fields, name: part}, document, []):
            fields[name], result = part, tried
            sound.add(name)
    if result is None:
        raise TypeError(f"{stand_ins} is no {kind}")
    return result, {f"{document.path}#{name}" for name in {*value, *stand_ins} - sound}


def stand_in_id(path: str) -> str:
    """An identifier for a file that gives none: of the right form, and no other file's."""
    return "x-" + re.sub(r"[^a-z0-9]+", "-", path.lower())[-38:].strip("-")
