"""Pages that differ only in a few places: drawn once with marks in those places, from then on only filled.

What a page depends on is its key. Whoever draws gets the key and the marks and nothing else, so that nothing of one
person can reach another's page.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from html import escape
from typing import TypeVar

MOST = 500
Key = TypeVar("Key", bound=Hashable)
Stencil = Sequence[str]
"""Text and names of holes in turn."""


class Stencils:
    """Keeps the newest pages; safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: dict[Hashable, Stencil] = {}

    def __len__(self) -> int:
        return len(self._known)

    def page(self, key: Key, holes: Mapping[str, str], draw: Callable[[Key, Mapping[str, str]], str]) -> str:
        """The page of `key`, its holes filled with `holes`, escaped for HTML."""
        stencil = self._known.get(key)
        if stencil is None:
            stencil = _cut(key, holes, draw)
            with self._lock:
                if len(self._known) >= self._most:
                    del self._known[next(iter(self._known))]
                self._known[key] = stencil
        escaped = {name: escape(value) for name, value in holes.items()}
        pieces = list(stencil)
        pieces[1::2] = [escaped[name] for name in stencil[1::2]]
        return "".join(pieces)


def _cut(key: Key, holes: Mapping[str, str], draw: Callable[[Key, Mapping[str, str]], str]) -> Stencil:
    """Marks are random for each page: no text that anybody wrote can hold one."""
    marks = {name: f"x{secrets.token_hex(16)}" for name in holes}
    names = {mark: name for name, mark in marks.items()}
    pieces = re.split(f"({'|'.join(names)})", draw(key, marks))
    return tuple(names.get(piece, piece) for piece in pieces)
