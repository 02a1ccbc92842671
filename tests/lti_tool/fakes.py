"""A platform behind our own seam: keeps a gradebook, and fails in the ways that real ones do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lti_tool.gateway import (
    AuthRequest,
    ContentItem,
    Launch,
    LaunchRejected,
    LineItem,
    Login,
    Member,
    PlatformRefused,
    PlatformUnavailable,
    ScoreUpdate,
)

Key = tuple[str, str]
"""Column and user."""


@dataclass
class FakeGateway:
    """`faults` are raised in order, one per call; then everything works. Scores are compared as Moodle does."""

    faults: list[Exception | None] = field(default_factory=list)
    columns: list[LineItem] = field(default_factory=list)
    roster: list[Member] = field(default_factory=list)
    lists_columns: bool = True
    history: list[tuple[str, ScoreUpdate]] = field(default_factory=list)
    book: dict[Key, ScoreUpdate] = field(default_factory=dict)
    made: list[LineItem] = field(default_factory=list)

    def publish_score(self, platform: int, line_item: str, score: ScoreUpdate) -> None:
        self._fail()
        known = self.book.get((line_item, score.user))
        if known and score.timestamp.replace(microsecond=0) <= known.timestamp.replace(microsecond=0):
            raise PlatformRefused("conflict", 409)
        self.history.append((line_item, score))
        self.book[line_item, score.user] = score

    def find_line_items(self, platform: int, line_items: str, resource_id: str, tag: str) -> list[LineItem]:
        self._fail()
        if not self.lists_columns:
            raise PlatformRefused("not-found", 404)
        return list(self.columns)

    def create_line_item(self, platform: int, line_items: str, item: LineItem) -> LineItem:
        self._fail()
        made = LineItem(
            url=f"{line_items}/{len(self.columns) + 1}",
            label=item.label,
            maximum=item.maximum,
            resource_id=item.resource_id,
            tag=item.tag,
            resource_link_id=item.resource_link_id,
        )
        self.columns.append(made)
        self.made.append(made)
        return made

    def delete_line_item(self, platform: int, line_item: str) -> None:
        self.columns = [item for item in self.columns if item.url != line_item]

    def results(self, platform: int, line_item: str, user: str = "") -> list[Mapping[str, object]]:
        return [
            {"userId": name, "resultScore": score.given, "resultMaximum": score.maximum}
            for (column, name), score in self.book.items()
            if column == line_item and user in ("", name)
        ]

    def members(self, platform: int, memberships_url: str) -> Iterator[Member]:
        self._fail()
        yield from self.roster

    def begin_login(self, login: Login, now: dt.datetime) -> AuthRequest:
        raise LaunchRejected("unknown-platform")

    def accept_launch(
        self, form: Mapping[str, str], binding: str | None, now: dt.datetime, *, bound: bool = True
    ) -> Launch:
        raise LaunchRejected("unknown-platform")

    def deep_link_response(self, launch: Launch, items: list[ContentItem], message: str = "") -> str:
        return "a.jwt.of-ours"

    def access_token(self, platform: int, scopes: frozenset[str], *, fresh: bool = False) -> str:
        self._fail()
        return "token"

    def _fail(self) -> None:
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            raise fault


DOWN = PlatformUnavailable("timeout")


def busy(seconds: int) -> PlatformUnavailable:
    return PlatformUnavailable("too-many-requests", retry_after=seconds)
