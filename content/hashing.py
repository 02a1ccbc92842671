"""SHA-256 for many small texts."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

_EMPTY = hashlib.sha256()


def sha256(data: bytes = b"") -> _Hash:
    """As `hashlib.sha256`, but from a copy: OpenSSL 3 looks the algorithm up at every call, which takes far longer."""
    made = _EMPTY.copy()
    made.update(data)
    return made
