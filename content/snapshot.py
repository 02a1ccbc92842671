"""The state of a curriculum's folder as fingerprints: enough to tell whether anything in it has changed.

Texts count by their content, so a fresh checkout is recognised; films and pictures by size, time and file number, so a
film of any length costs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from content.hashing import sha256

# Bytes. Thirty times a whole course; something else has got the name of a text.
LARGEST_TEXT = 20_000_000
TEXTS = (".md", ".yaml", ".lock", ".svg", ".vtt", ".csv")


def snapshot(folder: Path, without: Path | None = None) -> Mapping[str, str]:
    """Name -> fingerprint of every file below `folder`, hidden ones and the folder `without` left out."""
    return dict(sorted(_files(str(folder), "", str(without.resolve()) if without else "")))


def _files(folder: str, prefix: str, without: str) -> Iterator[tuple[str, str]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:  # whoever reads it will say so
        yield prefix, os.urandom(16).hex()
        return
    for entry in entries:
        name = prefix + entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            # What lies behind it may change without a trace here: such a folder is never recognised.
            yield name, os.urandom(16).hex()
        elif entry.is_dir():
            if os.path.realpath(entry.path) != without:
                yield from _files(entry.path, name + "/", without)
        elif entry.is_file():  # nothing else is opened: reading a pipe would never end
            yield name, _fingerprint(entry)


def _fingerprint(entry: os.DirEntry[str]) -> str:
    if entry.name.endswith(TEXTS):
        try:
            with open(entry.path, "rb", buffering=0) as file:
                if os.fstat(file.fileno()).st_size <= LARGEST_TEXT:
                    return sha256(file.read()).hexdigest()
        except OSError:  # whoever reads it will say so
            return os.urandom(16).hex()
    status = entry.stat()
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"
