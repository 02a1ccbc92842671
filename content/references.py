"""What a text may point to: terms, sources, pages, exercises, files. The registry of one curriculum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from content.frozen import frozen
from content.model import Asset, Source


@frozen
class References:
    """Kind of link -> identifier -> its title; assets and sources with their own data."""

    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)

    def title(self, kind: str, identifier: str) -> str | None:
        """The title of a target, or None if there is no such target."""
        if kind == "source":
            source = self.sources.get(identifier)
            return source.label if source else None
        return self.titles.get(kind, {}).get(identifier)


LINK_KINDS = ("term", "page", "unit", "exercise", "assessment", "competence", "source")
