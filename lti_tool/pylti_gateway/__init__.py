"""The one package that uses PyLTI1p3: the platform gateway over real HTTP, with every gap of the library closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy.orm import Session, sessionmaker

from lti_tool.gateway import AuthRequest, ContentItem, Launch, LaunchRejected, LineItem, Login, Member, ScoreUpdate
from lti_tool.keys import KeyFolder
from lti_tool.outgoing import Outgoing
from lti_tool.pylti_gateway import login as logins
from lti_tool.pylti_gateway import services
from lti_tool.pylti_gateway.connector import Connector
from lti_tool.pylti_gateway.key_sets import KeySets
from lti_tool.pylti_gateway.launch import Arrival, VerifiedLaunch
from lti_tool.pylti_gateway.registrations import Registrations
from lti_tool.pylti_gateway.scopes import addresses
from lti_tool.pylti_gateway.tokens import Tokens

__all__ = ["PyltiGateway"]


class PyltiGateway:
    """Implements `lti_tool.gateway.PlatformGateway` in short transactions of its own, with none open while it waits."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        keys: KeyFolder,
        outgoing: Outgoing,
        *,
        redirect_uri: str,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._outgoing = outgoing
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._registrations = Registrations(sessions, keys, clock)
        self._key_sets = KeySets(outgoing)
        self._tokens = Tokens()

    def begin_login(self, login: Login, now: dt.datetime) -> AuthRequest:
        return logins.begin(self._registrations, self._redirect_uri, login, now)

    def accept_launch(
        self, form: Mapping[str, str], binding: str | None, now: dt.datetime, *, bound: bool = True
    ) -> Launch:
        return VerifiedLaunch(Arrival(form, binding, bound, now), self._registrations, self._key_sets).verified()

    def deep_link_response(self, launch: Launch, items: list[ContentItem], message: str = "") -> str:
        if launch.deep_linking is None:
            raise LaunchRejected("return-url-missing")
        registration = self._registrations.by_id(launch.platform)
        return services.deep_link_jwt(registration, launch.deployment, launch.deep_linking, items, message)

    def publish_score(self, platform: int, line_item: str, score: ScoreUpdate) -> None:
        services.put_score(self._connector(platform), line_item, score)

    def find_line_items(self, platform: int, line_items: str, resource_id: str, tag: str) -> list[LineItem]:
        return list(services.list_line_items(self._connector(platform), line_items, resource_id, tag))

    def create_line_item(self, platform: int, line_items: str, item: LineItem) -> LineItem:
        return services.make_line_item(self._connector(platform), line_items, item)

    def delete_line_item(self, platform: int, line_item: str) -> None:
        self._connector(platform).ask("DELETE", line_item, addresses(["lineitem"]))

    def results(self, platform: int, line_item: str, user: str = "") -> list[Mapping[str, object]]:
        return services.list_results(self._connector(platform), line_item, user)

    def members(self, platform: int, memberships_url: str) -> Iterator[Member]:
        yield from services.list_members(self._connector(platform), memberships_url)

    def access_token(self, platform: int, scopes: frozenset[str], *, fresh: bool = False) -> str:
        connector = self._connector(platform)
        if fresh:
            connector.forget_token(addresses(scopes))
        return connector.get_access_token(addresses(scopes))

    def _connector(self, platform: int) -> Connector:
        return Connector(self._registrations.by_id(platform), self._outgoing, self._tokens, self._clock)
