"""A package: named parts with media types and bytes. It knows no ZIP and no format (IMS CP 1.1.4: resource, file)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path

from content.frozen import frozen, record

PART_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
CHUNK = 1 << 20
# Formats that are compressed already: deflating them costs 50 times the time for under one percent of the size.
STORED = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".mp4", ".webm", ".mp3", ".ogg", ".m4a", ".woff2", ".docx", ".odt"}


@frozen
class Part:
    """A member of a package: bytes in memory, or a file that is streamed when the package is written.

    `packed` marks a content that is compressed already although its name does not say so.
    """

    name: str
    data: bytes | Path
    packed: bool = False

    def __post_init__(self) -> None:
        if not PART_NAME.fullmatch(self.name):
            raise ValueError(f"part name {self.name!r}: Moodle and ILIAS keep only ASCII letters, digits, . _ -")

    @property
    def size(self) -> int:
        return len(self.data) if isinstance(self.data, bytes) else self.data.stat().st_size

    @property
    def stored(self) -> bool:
        return self.packed or self.name[self.name.rfind(".") :] in STORED

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces of at most 1 MiB."""
        if isinstance(self.data, bytes):
            yield self.data
            return
        with self.data.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


@record
class Package:
    """Parts in the order they were added; a name may be used once."""

    title: str
    parts: dict[str, Part] = field(default_factory=dict)

    def add(self, name: str, data: bytes | str | Path, packed: bool = False) -> None:
        """Add a part; text is encoded as UTF-8. The same content under the same name is added once."""
        content = data.encode() if isinstance(data, str) else data
        part = Part(name, content, packed)
        known = self.parts.get(name)
        if known is not None and known != part:
            raise ValueError(f"two different parts are called {name!r}")
        self.parts[name] = part

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts.values())

    def digest(self) -> str:
        """SHA-256 over names and contents, in order of names."""
        total = hashlib.sha256()
        for name in sorted(self.parts):
            total.update(name.encode() + b"\0")
            for chunk in self.parts[name].chunks():
                total.update(chunk)
        return total.hexdigest()
