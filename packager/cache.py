"""The folder where builds keep what the next one can use: small files named by what their content depends on.

Nobody else may write there: the folder must belong to the user and be closed to others, and objects are read with an
unpickler that makes our value classes and nothing else (docs/decisions/0008). A damaged file counts as missing.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import is_dataclass
from pathlib import Path

from content.hashing import sha256

DIGEST = 32
CLOSED = 0o700
WRITABLE_BY_OTHERS = 0o022
# About 200 modules; when there is more, the longest unused half goes.
LIMIT = 64 << 20


def cache_folder() -> Path:
    """`STAFFEL_CACHE`, else `staffel` in the user's folder for such things (XDG Base Directory Specification 0.8)."""
    own = os.environ.get("STAFFEL_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(own) if own else Path(base) / "staffel"


class Cache:
    """Objects and texts in `folder`. Without a folder that can be trusted nothing is kept and nothing found.

    New objects wait under another name until `commit`: they count only if the source did not change while it was read.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder if folder is not None and trusted(folder) else None
        self._waiting: list[str] = []

    def recall(self, key: str) -> object | None:
        """The object kept under `key`."""
        data = self.read(key)
        if data is None:
            return None
        try:
            value: object = _Unpickler(io.BytesIO(data)).load()
        except Exception:  # whatever a damaged or outdated pickle raises: the part is made again
            return None
        return value

    def keep(self, key: str, value: object) -> None:
        if self._folder and self._prepare(key, pickle.dumps(value, pickle.HIGHEST_PROTOCOL)):
            self._waiting.append(key)

    def read(self, key: str) -> bytes | None:
        """The bytes written under `key`, if they are whole; that they were used makes them young again."""
        if not self._folder:
            return None
        path = self._folder / key
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data[DIGEST:] if sha256(data[DIGEST:]).digest() == data[:DIGEST] else None

    def write(self, key: str, data: bytes) -> None:
        """Keep the bytes at once, in one step; a full disk is no reason to fail."""
        if self._prepare(key, data):
            self._finish(key)

    def commit(self) -> None:
        """From now on what waits counts; make room."""
        for key in self._waiting:
            self._finish(key)
        if self._waiting and self._folder:
            _make_room(self._folder)
        self._waiting.clear()

    def forget(self) -> None:
        """What waits does not count; what a killed build leaves goes with the longest unused files."""
        for key in self._waiting:
            with suppress(OSError):
                os.unlink(self._unfinished(key))
        self._waiting.clear()

    def _unfinished(self, key: str) -> str:
        return f"{self._folder}/.{key}.{os.getpid()}"

    def _prepare(self, key: str, data: bytes) -> bool:
        """Write the bytes under a name that nobody reads."""
        if not self._folder:
            return False
        try:
            with open(self._unfinished(key), "wb") as file:
                file.write(sha256(data).digest())
                file.write(data)
        except OSError:
            return False
        return True

    def _finish(self, key: str) -> None:
        with suppress(OSError):
            os.replace(self._unfinished(key), f"{self._folder}/{key}")


def trusted(folder: Path) -> bool:
    """Make the folder if it is not there; whether it is ours alone."""
    try:
        folder.mkdir(mode=CLOSED, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return False
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & WRITABLE_BY_OTHERS)


def _make_room(folder: Path) -> None:
    """If there is too much, delete the longest unused files until half of it is free."""
    files = sorted(_used(folder))
    total = sum(size for _, size, _ in files)
    if total <= LIMIT:
        return
    for _, size, path in files:
        with suppress(OSError):
            os.unlink(path)
        total -= size
        if total <= LIMIT // 2:
            return


def _used(folder: Path) -> Iterator[tuple[float, int, str]]:
    """Time of last use, size and path of every file."""
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                status = entry.stat()
                yield status.st_mtime, status.st_size, entry.path


class _Unpickler(pickle.Unpickler):
    """Makes value classes of `content` and decimal numbers; no other name is looked up, so no code can be called."""

    def find_class(self, module: str, name: str) -> type:
        if (module, name) == ("decimal", "Decimal"):
            from decimal import Decimal

            return Decimal
        found = getattr(sys.modules.get(module), name, None) if module.startswith("content.") else None
        if isinstance(found, type) and is_dataclass(found):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value class")
