"""Identifiers of files in a manifest (IMS CP 1.1.4, `resource`; XML 1.0, section 2.3: names hold no slash)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

DIGEST = 16


def file_identifiers(paths: Iterable[str]) -> Mapping[str, str]:
    """Path -> identifier, the same for no two paths of a curriculum.

    `a/b.png` and `a-b.png` would share one, so both get a digest behind it. No path ends like that: files of a
    curriculum end with the suffix of a known kind (content.assets).
    """
    names = {path: "file-" + path.replace("/", "-") for path in paths}
    count = Counter(names.values())
    return {path: name if count[name] == 1 else f"{name}-{_digest(path)}" for path, name in names.items()}


def _digest(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:DIGEST]
