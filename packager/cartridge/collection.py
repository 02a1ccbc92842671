"""A cartridge in the making: resources with their files, and the branches of its table of contents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from content.findings import Language
from content.messages import messages
from packager.areas import stored
from packager.cartridge.editions import Edition
from packager.cartridge.plain_html import PlainHtml
from packager.file_ids import file_identifiers
from packager.formats.base import Job
from packager.package import Package
from packager.pages import fragment


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A resource; with `title` it can stand in the table of contents."""

    id: str
    type: str
    path: str
    title: str = ""
    dependencies: tuple[str, ...] = ()
    for_trainers: bool = False
    place: int = 1
    """Which of the places in the table of contents this is, for what stands there several times."""


@dataclass(frozen=True)
class Branch:
    """A folder of the table of contents."""

    id: str
    title: str
    children: tuple[Branch | Leaf, ...]


@dataclass(kw_only=True)
class Collection:
    """All of a cartridge but its manifest."""

    job: Job
    edition: Edition
    html: PlainHtml
    questions: PlainHtml
    package: Package
    resources: list[Leaf] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    media: Counter[str] = field(default_factory=Counter)
    """Files that stand in the table of contents -> how often; several units may show one film."""

    @property
    def language(self) -> Language:
        return self.job.curriculum.language

    @cached_property
    def _file_ids(self) -> Mapping[str, str]:
        return file_identifiers(self.job.curriculum.assets)

    @cached_property
    def _authored(self) -> frozenset[str]:
        """Pages of the whole curriculum, so that a name is the same in every package."""
        curriculum = self.job.curriculum
        pages = (page for module in curriculum.modules for page in module.pages)
        return frozenset(page.id for page in (*pages, *curriculum.pages))

    def text(self, key: str, **values: object) -> str:
        return messages(self.language)[f"cartridge.{key}"].format(**values)

    def add(self, leaf: Leaf, data: bytes | str) -> Leaf:
        """A resource and its file."""
        self.package.add(leaf.path, data)
        self.resources.append(leaf)
        return leaf

    def own_page(self, identifier: str, title: str, template: str, **values: object) -> Leaf:
        """A page that no author wrote; where one of theirs has its name, an underscore follows, which no id holds."""
        return self.page(f"{identifier}_" if identifier in self._authored else identifier, title, template, **values)

    def page(self, identifier: str, title: str, template: str, **values: object) -> Leaf:
        """A page of web content, with the pictures it shows as dependencies."""
        body = fragment(self.language, template, html=self.html.convert, **values)
        leaf = Leaf(
            id=f"page-{identifier}",
            type="webcontent",
            path=f"pages/{identifier}.html",
            title=title,
            dependencies=tuple(self.picture(path) for path in pictures(body, self.html.root)),
        )
        return self.add(leaf, fragment(self.language, "cartridge-page.html", title=title, body=body))

    def picture(self, path: str) -> str:
        """The resource of an asset, added once."""
        asset = self.job.curriculum.assets[path]
        identifier = self._file_ids[path]
        if path not in self.package.parts:
            self.package.add(path, stored(asset))
            self.resources.append(Leaf(id=identifier, type="webcontent", path=path))
        return identifier


def pictures(body: str, root: str) -> list[str]:
    """Assets that a page shows, in reading order, each once."""
    return list(dict.fromkeys(re.findall(rf'<img src="{re.escape(root)}([^"]*)"', body)))
