"""Members of a package that is checked: texts in memory, media where they lie, so that a film takes no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

TEXTS = (".css", ".dtd", ".htm", ".html", ".js", ".json", ".mjs", ".txt", ".xhtml", ".xml", ".xsd")


class Members(Mapping[str, bytes]):
    """Name -> content, in the order of the archive. What is `left` is read whenever somebody asks for it."""

    def __init__(self) -> None:
        self._members: dict[str, bytes | Callable[[], bytes]] = {}

    def keep(self, name: str, content: bytes) -> None:
        self._members[name] = content

    def leave(self, name: str, read: Callable[[], bytes]) -> None:
        self._members[name] = read

    def __getitem__(self, name: str) -> bytes:
        content = self._members[name]
        return content if isinstance(content, bytes) else content()

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, name: object) -> bool:
        return name in self._members


def is_text(name: str) -> bool:
    """Checks read it, some of them several times."""
    return name.lower().endswith(TEXTS)


def same(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> bool:
    """Both have the same members, looked at one at a time."""
    return one.keys() == other.keys() and all(one[name] == other[name] for name in one)
