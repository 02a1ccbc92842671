"""The seam to learning platforms: what the tool needs of LTI, without any LTI library.

Words of the standards (LTI Core 1.3; Assignment and Grade Services 2.0; Names and Role Provisioning Services 2.0; Deep
Linking 2.0): a *platform* (Moodle, ILIAS) *launches* the tool for a user in a *context* (course) from a *resource
link* (activity). A *line item* is a column of the gradebook; the tool sends *scores*, the platform keeps *results*.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, Protocol

from content.frozen import frozen

MessageType = Literal["LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiSubmissionReviewRequest"]
ActivityProgress = Literal["Initialized", "Started", "InProgress", "Submitted", "Completed"]
GradingProgress = Literal["FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"]


class LaunchRejected(Exception):
    """A login or launch that must not succeed. `code` is a key of the message catalogue (`launch.<code>`)."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}" if detail else code)


class BindingMissing(LaunchRejected):
    """The login is known, but this browser did not bring its cookie back; nothing is used up yet.

    With a `storage_target` the value may lie in the platform's storage (LTI Client Side postMessages 1.0).
    """

    def __init__(self, storage_target: str, platform_origin: str) -> None:
        self.storage_target = storage_target
        self.platform_origin = platform_origin
        super().__init__("cookie-missing")


class PlatformUnavailable(Exception):
    """The platform did not answer, or asked to come back later: try again (`retry_after` in seconds, if it said so)."""

    def __init__(self, code: str, retry_after: int | None = None) -> None:
        self.code = code
        self.retry_after = retry_after
        super().__init__(code)


class PlatformRefused(Exception):
    """The platform understood and said no: trying again at once changes nothing. `code` is a key `refused.<code>`."""

    def __init__(self, code: str, status: int = 0) -> None:
        self.code = code
        self.status = status
        super().__init__(f"{code} ({status})" if status else code)


class Role(Enum):
    """What a person may do here. Context roles decide; institution roles alone give nothing."""

    INSTRUCTOR = "instructor"
    ASSISTANT = "assistant"
    LEARNER = "learner"
    TEST_LEARNER = "test-learner"
    OTHER = "other"

    @property
    def teaches(self) -> bool:
        return self in (Role.INSTRUCTOR, Role.ASSISTANT)


@dataclass(frozen=True, kw_only=True)
class LineItem:
    """A column of the gradebook. `url` is None before the platform has made it."""

    url: str | None
    label: str = ""
    maximum: float = 100
    resource_id: str = ""
    tag: str = ""
    resource_link_id: str = ""


@frozen(kw_only=True)
class GradeService:
    """The AGS claim of a launch: where columns are and what may be done there (short scope names)."""

    line_item: str = ""
    line_items: str = ""
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class DeepLinking:
    """The settings of a deep linking request."""

    return_url: str
    data: str | None = None
    accept_types: tuple[str, ...] = ()
    accept_multiple: bool = False
    accept_line_item: bool | None = None
    title: str = ""
    text: str = ""


@frozen(kw_only=True)
class Launch:
    """A launch that passed every check. `platform` is our registration's key; absent optional claims are empty."""

    platform: int
    deployment: str
    message: MessageType
    subject: str
    roles: frozenset[Role]
    target_link_uri: str
    context_id: str = ""
    context_title: str = ""
    resource_link_id: str = ""
    resource_link_title: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    locale: str = ""
    document_target: str = ""
    return_url: str = ""
    name: str = ""
    product_family: str = ""
    product_version: str = ""
    frames: tuple[str, ...] = ()
    """Addresses of the platform whose origins may show this launch in a frame."""
    grades: GradeService | None = None
    memberships_url: str = ""
    deep_linking: DeepLinking | None = None
    for_user: str = ""

    @property
    def teaches(self) -> bool:
        return any(role.teaches for role in self.roles)


@dataclass(frozen=True, kw_only=True)
class Login:
    """A login initiation as the browser sent it (LTI Security Framework 1.0, 5.1.1.1)."""

    issuer: str
    login_hint: str
    target_link_uri: str
    client_id: str = ""
    deployment_id: str = ""
    message_hint: str | None = None
    storage_target: str = ""
    binding: str = ""
    """What this browser's cookie holds from another login under way: kept, so that two frames do not disturb."""


@dataclass(frozen=True, kw_only=True)
class AuthRequest:
    """Where to send the browser, and what it must bring back: `binding` goes into a partitioned cookie."""

    url: str
    state: str
    nonce: str
    binding: str
    storage_target: str = ""
    platform_origin: str = ""


@dataclass(frozen=True, kw_only=True)
class ScoreUpdate:
    """A score as AGS 2.0, 3.4 sends it; `given` is None where there is no number yet."""

    user: str
    given: float | None
    maximum: float
    activity: ActivityProgress = "Completed"
    grading: GradingProgress = "FullyGraded"
    comment: str = ""
    timestamp: dt.datetime
    started_at: dt.datetime | None = None
    submitted_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Member:
    """An entry of the roster."""

    user: str
    roles: frozenset[Role]
    name: str = ""
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class ContentItem:
    """An ltiResourceLink that a deep linking response offers."""

    title: str
    url: str
    custom: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    line_item: LineItem | None = None


class PlatformGateway(Protocol):
    """Everything the tool asks of a platform. Arguments named `platform` are registration keys.

    Errors: `LaunchRejected` from the first two; `PlatformUnavailable` and `PlatformRefused` from the services.
    """

    def begin_login(self, login: Login, now: dt.datetime) -> AuthRequest: ...

    def accept_launch(
        self, form: Mapping[str, str], binding: str | None, now: dt.datetime, *, bound: bool = True
    ) -> Launch:
        """The launch in the form `id_token`, `state`; each login counts once.

        Without a `binding` raises `BindingMissing` before anything is used up. `bound=False` checks all but the
        browser: the caller must then have the person confirm by hand, on a page that only the platform may frame.
        """

    def deep_link_response(self, launch: Launch, items: list[ContentItem], message: str = "") -> str:
        """The signed JWT to post to `launch.deep_linking.return_url` as field `JWT`."""

    def publish_score(self, platform: int, line_item: str, score: ScoreUpdate) -> None: ...

    def find_line_items(self, platform: int, line_items: str, resource_id: str, tag: str) -> list[LineItem]: ...

    def create_line_item(self, platform: int, line_items: str, item: LineItem) -> LineItem: ...

    def delete_line_item(self, platform: int, line_item: str) -> None:
        """For the column that the self-test made; ILIAS may answer well and keep it."""

    def results(self, platform: int, line_item: str, user: str = "") -> list[Mapping[str, object]]: ...

    def members(self, platform: int, memberships_url: str) -> Iterator[Member]: ...

    def access_token(self, platform: int, scopes: frozenset[str], *, fresh: bool = False) -> str:
        """A bearer token, from the cache while it lives unless a `fresh` one is wanted; for the self-test."""
