"""What the sandbox platform knows: people, a course, links, a gradebook, one tool, quirks and faults."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lti_tool.sandbox.keys import PlatformKeys

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
LEARNER, INSTRUCTOR = MEMBERSHIP + "Learner", MEMBERSHIP + "Instructor"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE, LINE_ITEM, LINE_ITEM_READ, RESULT = (
    AGS + name for name in ("score", "lineitem", "lineitem.readonly", "result.readonly")
)
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
ALL_SCOPES = (SCORE, LINE_ITEM, LINE_ITEM_READ, RESULT, NRPS)

Endpoint = Literal[
    "auth", "jwks", "token", "lineitems", "lineitem", "scores", "results", "members", "configuration", "registration"
]


@dataclass(frozen=True, kw_only=True)
class Person:
    """An account; `subject` is what tools get to see."""

    subject: str
    name: str
    roles: tuple[str, ...] = (LEARNER,)
    email: str = ""

    @property
    def is_learner(self) -> bool:
        return LEARNER in self.roles


@dataclass(kw_only=True)
class ResourceLink:
    """An activity of the course."""

    id: str
    title: str = "Aktivität"
    target: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    column: str = ""


@dataclass(kw_only=True)
class Result:
    """A cell of the gradebook; `score` None: erased or never given. `changed` is the platform's clock or the stamp."""

    score: float | None
    maximum: float
    comment: str
    activity: str
    grading: str
    changed: dt.datetime
    posts: int = 1


@dataclass(kw_only=True)
class Column:
    """A line item with its results by subject."""

    id: str
    label: str
    maximum: float = 100
    resource_id: str = ""
    tag: str = ""
    link: str = ""
    results: dict[str, Result] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ToolRegistration:
    """The tool as an administrator entered it."""

    client_id: str
    deployment_id: str
    login_url: str
    redirect_uris: tuple[str, ...]
    jwks_url: str
    target: str = ""
    scopes: tuple[str, ...] = ALL_SCOPES
    name: str = ""
    active: bool = True
    """Whether the administrator has switched it on; the course page asks."""


@dataclass(frozen=True, kw_only=True)
class Quirks:
    """How this platform differs; sources are in lms documentation and code as named at each use."""

    family: str = "staffel-sandbox"
    version: str = "1"
    erases_unfinished: bool = False
    """A score that is not FullyGraded or has no number erases the grade (Moodle, ILIAS)."""
    target_is_redirect: bool = False
    """target_link_uri in the token is the tool's redirect address (ILIAS to 10)."""
    lists_columns: bool = True
    """ILIAS to 10 answers line item requests with an error."""
    placeholder_names: bool = False
    """Names are dashes (ILIAS)."""
    short_roles: bool = False
    """Roles of the roster without their address (Moodle)."""
    column_query: str = ""
    """What column addresses carry as their query (`type_id=1`, Moodle)."""
    token_as_html: bool = False
    """The token endpoint says text/html (Moodle)."""
    get_only: bool = False
    """The authorisation endpoint has no session where it is asked by POST (ILIAS)."""
    storage_frame: str = ""
    """Value of lti_storage_target, if the platform offers its storage."""
    page_size: int = 50
    requires_alg: bool = True
    """Keys of the tool without `alg` are refused (Moodle, ILIAS)."""


MOODLE = Quirks(
    family="moodle",
    version="2024100700",
    erases_unfinished=True,
    column_query="type_id=1",
    short_roles=True,
    token_as_html=True,
)
ILIAS = Quirks(
    family="ilias",
    version="9.14",
    erases_unfinished=True,
    target_is_redirect=True,
    lists_columns=False,
    placeholder_names=True,
    get_only=True,
)


@dataclass(kw_only=True)
class Fault:
    """An endpoint that misbehaves: an answer of its own after `delay` seconds, `times` times (None: always)."""

    status: int = 200
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    times: int | None = None
    drip: bool = False
    """The body never ends: a byte every now and then."""
    hang_up: bool = False
    """The connection ends without an answer."""


@dataclass(kw_only=True)
class Draft:
    """An id_token before it is signed; tests spoil it to see whether the tool notices."""

    header: dict[str, Any]
    claims: dict[str, Any]
    key: Any
    algorithm: str | None = "RS256"
    token: str = ""
    """If set, sent as it is."""


@dataclass(kw_only=True)
class Grant:
    """A bearer token."""

    scopes: frozenset[str]
    expires_at: dt.datetime


@dataclass(kw_only=True)
class Pending:
    """A launch that was begun by a click."""

    person: str
    link: str
    message: str
    for_user: str = ""
    document_target: str = "iframe"


@dataclass
class Sandbox:
    """The platform's state; `url` is where browsers find it. One lock guards all of it."""

    url: str = ""
    services_url: str = ""
    """Where the tool itself asks for columns and members, if that is not `url`."""
    tool: ToolRegistration | None = None
    quirks: Quirks = field(default_factory=Quirks)
    manners: str = "standard"
    """Name of the quirks, and of the fault, that were switched on by hand."""
    fault: str = "none"
    keys: PlatformKeys = field(default_factory=PlatformKeys)
    people: dict[str, Person] = field(default_factory=dict)
    links: dict[str, ResourceLink] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    faults: dict[Endpoint, Fault] = field(default_factory=dict)
    pending: dict[str, Pending] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    assertions: set[str] = field(default_factory=set)
    registration_tokens: set[str] = field(default_factory=set)
    log: list[tuple[str, Any]] = field(default_factory=list)
    """What the tool sent, for tests and for the page that shows it."""
    grades_on: bool = True
    roster_on: bool = True
    context: dict[str, Any] | None = field(
        default_factory=lambda: {"id": "kurs-1", "label": "SCM", "title": "Smart City Management", "type": ["Group"]}
    )
    tamper: Callable[[Draft], None] | None = None
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add_person(self, person: Person) -> Person:
        self.people[person.subject] = person
        return person

    def add_link(self, link: ResourceLink, *, maximum: float | None = 100) -> ResourceLink:
        """A link, with a column of its own unless `maximum` is None."""
        self.links[link.id] = link
        if maximum is not None:
            column = self.add_column(Column(id=f"c{len(self.columns) + 1}", label=link.title, maximum=maximum))
            column.link = link.id
            link.column = column.id
        return link

    def add_column(self, column: Column) -> Column:
        self.columns[column.id] = column
        return column

    @property
    def services(self) -> str:
        return self.services_url or self.url

    def column_url(self, column_id: str) -> str:
        query = f"?{self.quirks.column_query}" if self.quirks.column_query else ""
        return f"{self.services}/context/lineitems/{column_id}/lineitem{query}"

    def columns_url(self) -> str:
        query = f"?{self.quirks.column_query}" if self.quirks.column_query else ""
        return f"{self.services}/context/lineitems{query}"

    def begin(self, click: Pending) -> str:
        """A click on a link; returns the one-time message hint."""
        hint = secrets.token_hex(8)
        self.pending[hint] = click
        return hint

    def grade(self, link: str, subject: str) -> float | None:
        """What the gradebook shows, in points of the column."""
        result = self.columns[self.links[link].column].results.get(subject)
        return result.score if result else None
