"""What every view uses: the tool's parts, the request's database session, its language, and pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app, g, render_template, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from content import Curriculum
from content.findings import Language
from lti_tool.activities import Activity, find
from lti_tool.gateway import PlatformGateway
from lti_tool.keys import KeyFolder
from lti_tool.launch_token import LaunchTokens
from lti_tool.messages import best_language, messages
from lti_tool.outgoing import Outgoing
from lti_tool.settings import Settings
from lti_tool.stencils import Stencils

EXTENSION = "staffel"


@dataclass(frozen=True, kw_only=True)
class Tool:
    """The parts of a running tool; made once by `create_app`, found by `tool()`."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    keys: KeyFolder
    outgoing: Outgoing
    gateway: PlatformGateway
    curriculum: Curriculum
    tokens: LaunchTokens
    clock: Callable[[], dt.datetime]
    stencils: Stencils = field(default_factory=Stencils)
    _activities: dict[str, Activity] = field(default_factory=dict)

    def activity(self, name: str) -> Activity:
        """What a placement shows; raises `UnknownActivity`."""
        known = self._activities.get(name)
        if known is None:
            known = self._activities[name] = find(self.curriculum, name)
        return known


def tool() -> Tool:
    found: Tool = current_app.extensions[EXTENSION]
    return found


def now() -> dt.datetime:
    """The time of this request (aware, UTC): the same from its first to its last line."""
    if "now" not in g:
        g.now = tool().clock()
    moment: dt.datetime = g.now
    return moment


def session() -> Session:
    """The database session of this request; a view commits, what is not committed is rolled back at the end."""
    if "session" not in g:
        g.session = tool().sessions()
    current: Session = g.session
    return current


def gateway() -> PlatformGateway:
    """The gateway, after a commit: while a platform is asked no transaction of this request may be open.

    On SQLite every transaction locks out other writers, and the gateway itself is one.
    """
    if "session" in g:
        session().commit()
    return tool().gateway


def close_session(error: BaseException | None = None) -> None:
    current: Session | None = g.pop("session", None)
    if current is not None:
        current.close()


def language() -> Language:
    """The launch's language, else the browser's, else German."""
    launch = g.get("launch")
    if launch is not None:
        chosen: Language = launch.language
        return chosen
    return best_language(*request.accept_languages.values())


def text(key: str, **places: object) -> str:
    """A sentence in the request's language, its places filled."""
    return messages(language())[key].format_map(places)


def has_text(key: str) -> bool:
    return key in messages(language())


def page(template: str, **values: object) -> str:
    """A page of ours: without other `values` the template gets `t` (text), `language` and the form's `launch_token`."""
    surroundings: dict[str, object] = {
        "t": text,
        "has_text": has_text,
        "language": language(),
        "launch": g.get("launch"),
        "launch_token": g.get("launch_token", ""),
    }
    return render_template(template, **(surroundings | values))
