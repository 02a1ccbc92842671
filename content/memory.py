"""What earlier runs found out about the parts of a curriculum, so that what did not change is not worked out again.

A module that no edit touched is not read; in one that was edited, files and pages that stayed are taken over. What a
page is rendered to depends on its text, the files that modules share, and the titles of everything it may link to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any, Protocol, TypeVar

from content.frozen import record
from content.hashing import sha256

T = TypeVar("T")
# These belong to a module's folder, but every module may refer to what they define.
SHARED = ("glossary.yaml", "sources.yaml")


class Store(Protocol):
    """Keeps values under keys that name everything the value depends on."""

    def recall(self, key: str) -> object | None:
        """The value, or None if it is not there or damaged."""

    def keep(self, key: str, value: object) -> None:
        """Remember the value; it may be forgotten at any time."""


@record
class Memory:
    """A store and the state of the folder that is being loaded.

    `salt` stands for everything outside of the folder: program, options. The loader fills `keys`: identifier of a
    module -> key of everything that it depends on.
    """

    store: Store
    files: Mapping[str, str]
    salt: str
    keys: dict[str, str] = field(default_factory=dict)

    def own(self, folder: str) -> str:
        """The texts of one module."""
        return self.key(*(f"{name} {state}" for name, state in self.files.items() if _is_text_of(name, folder)))

    def shared(self, folders: Iterable[str]) -> str:
        """All files but the texts that belong to single modules."""
        texts = {name for folder in folders for name in self.files if _is_text_of(name, folder)}
        common = {name for name in texts if name.endswith(SHARED)}
        names = (name for name in self.files if name not in texts or name in common)
        return self.key(*(f"{name} {self.files[name]}" for name in names))

    def key(self, *parts: str) -> str:
        """A key that stands for the parts."""
        return sha256("\0".join([self.salt, *parts]).encode()).hexdigest()


class Pieces:
    """Small results for one module, or for what modules share: kept together, each under what it was made of."""

    def __init__(self, memory: Memory, *name: str) -> None:
        self._memory = memory
        self._name = memory.key("pieces", *name)
        known = memory.store.recall(self._name)
        self._known: dict[str, Any] = known if isinstance(known, dict) else {}
        self._used: dict[str, Any] = {}

    def get(self, make: Callable[[], T], *parts: str) -> T:
        """The result of `make`, which depends on `parts` and on the name of these pieces and on nothing else."""
        key = self._memory.key(*parts)
        if key not in self._used:
            self._used[key] = self._known[key] if key in self._known else make()
        value: T = self._used[key]
        return value

    def keep(self) -> None:
        """Remember the pieces that were asked for, and only these; nothing to do where no piece is new."""
        if self._used.keys() - self._known.keys():
            self._memory.store.keep(self._name, self._used)


class Nothing:
    """A store that remembers nothing."""

    def recall(self, key: str) -> object | None:
        return None

    def keep(self, key: str, value: object) -> None:
        """Forget it at once."""


def no_memory() -> Memory:
    """For a load that stands alone."""
    return Memory(Nothing(), {}, "")


def _is_text_of(name: str, folder: str) -> bool:
    """Whether the file is a text of the module; what lies in `assets` is described in files that all pages share."""
    return (
        name.startswith(f"{folder}/") and name.endswith((".md", ".yaml")) and not name.startswith(f"{folder}/assets/")
    )
