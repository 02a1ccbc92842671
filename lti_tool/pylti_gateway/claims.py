"""The claims of an id_token as a `Launch` (LTI Core 1.3, section 5; Deep Linking 2.0, 4.4; Submission Review 1.0, 3).

Unknown claims are ignored, optional ones may be missing or null; a claim of the wrong kind refuses the launch, because
guessing what it meant would show the wrong thing to the wrong person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from lti_tool.db import storable
from lti_tool.gateway import DeepLinking, GradeService, Launch, LaunchRejected, MessageType
from lti_tool.pylti_gateway.registrations import Registered
from lti_tool.pylti_gateway.roles import roles
from lti_tool.pylti_gateway.scopes import DEEP_LINKING, GRADES, LTI, MEMBERSHIPS, SHORT

VERSION = "1.3.0"
MESSAGES = ("LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiSubmissionReviewRequest")
IDENTIFIER, TITLE, ADDRESS, LONGEST = 255, 500, 1000, 20_000
NO_NAME = frozenset(("", "-", "- -"))
"""ILIAS sends dashes where names are switched off."""

LINES = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Controls of lines and direction, blanks without width; joiners stay, which some scripts need."""

Body = Mapping[str, Any]


def text(claims: Body, name: str, limit: int = LONGEST) -> str:
    """A text claim; empty where it is absent. Longer than `limit`, not text or not storable: refused."""
    value = claims.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > limit or not storable(value):
        raise LaunchRejected("claim-malformed", name)
    return value


def needed(claims: Body, name: str, code: str, limit: int = IDENTIFIER) -> str:
    value = text(claims, name, limit)
    if not value:
        raise LaunchRejected(code, name)
    return value


def shown(claims: Body, name: str) -> str:
    """A text for people: cut, never refused for its length; nothing in it turns or hides what stands beside it."""
    return UNSEEN.sub("", LINES.sub(" ", text(claims, name)))[:TITLE]


def texts(claims: Body, name: str) -> tuple[str, ...]:
    value = claims.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise LaunchRejected("claim-malformed", name)
    return tuple(value)


def group(claims: Body, name: str) -> Body:
    """A claim that is an object; empty where it is absent."""
    value = claims.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise LaunchRejected("claim-malformed", name)
    return value


def message_type(body: Body) -> MessageType:
    """The message, once version and type are known to be ours."""
    version = text(body, LTI + "version")
    if version != VERSION:
        raise LaunchRejected("version-wrong" if version else "version-missing", version[:50])
    message = text(body, LTI + "message_type")
    if message not in MESSAGES:
        raise LaunchRejected("message-unknown" if message else "message-missing", message[:100])
    return cast(MessageType, message)


def read_launch(body: Body, registered: Registered) -> Launch:
    """Raises `LaunchRejected`."""
    message = message_type(body)
    context = group(body, LTI + "context")
    link = group(body, LTI + "resource_link")
    presentation = group(body, LTI + "launch_presentation")
    product = group(body, LTI + "tool_platform")
    if message == "LtiResourceLinkRequest" and body.get(LTI + "roles") is None:
        raise LaunchRejected("roles-missing", "roles")
    resource_link = (
        needed(link, "id", "resource-link-missing")
        if message == "LtiResourceLinkRequest"
        else text(link, "id", IDENTIFIER)
    )
    back = text(presentation, "return_url", LONGEST)
    settings = deep_linking(body, registered) if message == "LtiDeepLinkingRequest" else None
    return Launch(
        platform=registered.id,
        deployment=needed(body, LTI + "deployment_id", "deployment-missing"),
        message=message,
        subject=needed(body, "sub", "subject-missing"),
        roles=roles(texts(body, LTI + "roles")),
        target_link_uri=_target(body, message),
        context_id=text(context, "id", IDENTIFIER),
        context_title=shown(context, "title") or shown(context, "label"),
        resource_link_id=resource_link,
        resource_link_title=shown(link, "title"),
        custom=_custom(body),
        locale=text(presentation, "locale"),
        document_target=text(presentation, "document_target"),
        return_url=back if len(back) <= ADDRESS and _on_platform(back, registered) else "",
        name=person_name(body),
        product_family=text(product, "product_family_code")[:100],
        product_version=text(product, "version")[:100],
        frames=(registered.issuer, registered.login_url, back, settings.return_url if settings else ""),
        grades=grade_service(body),
        memberships_url=text(group(body, MEMBERSHIPS), "context_memberships_url", ADDRESS),
        deep_linking=settings,
        for_user=_for_user(body, message),
    )


def _target(body: Body, message: str) -> str:
    if message == "LtiSubmissionReviewRequest":
        return text(body, LTI + "target_link_uri", LONGEST)
    return needed(body, LTI + "target_link_uri", "target-missing", LONGEST)


def _custom(body: Body) -> dict[str, str]:
    """Custom parameters that are text; Moodle sends keys with capitals a second time in lower case."""
    custom = group(body, LTI + "custom")
    return {key: value for key, value in custom.items() if isinstance(value, str) and storable(value)}


def _for_user(body: Body, message: str) -> str:
    if message != "LtiSubmissionReviewRequest":
        return ""
    return needed(group(body, LTI + "for_user"), "user_id", "for-user-missing")


def _on_platform(url: str, registered: Registered) -> bool:
    """Whether a way back may be shown as a link: https (http only where the platform itself has it), on its host."""
    found = urlsplit(url)
    own = {(part.scheme, part.hostname) for part in map(urlsplit, (registered.issuer, registered.login_url))}
    return bool(found.hostname) and (found.scheme, found.hostname) in own


def person_name(claims: Body) -> str:
    """The name to show, or nothing: platforms send dashes, parts, or none."""
    whole = shown(claims, "name").strip()
    parts = " ".join(part for part in (shown(claims, "given_name"), shown(claims, "family_name")) if part.strip("- "))
    name = (whole if whole not in NO_NAME else parts)[:200]
    return name if name not in NO_NAME else ""


def grade_service(body: Body) -> GradeService | None:
    """The AGS claim (AGS 2.0, 3.1); scopes that we do not know are left out."""
    claim = group(body, GRADES)
    if not claim:
        return None
    return GradeService(
        line_item=text(claim, "lineitem", ADDRESS),
        line_items=text(claim, "lineitems", ADDRESS),
        scopes=frozenset(SHORT[scope] for scope in texts(claim, "scope") if scope in SHORT),
    )


def deep_linking(body: Body, registered: Registered) -> DeepLinking:
    """Raises `LaunchRejected` where the answer could go nowhere, or only where anybody could read it on its way."""
    claim = group(body, DEEP_LINKING + "deep_linking_settings")
    return_url = needed(claim, "deep_link_return_url", "return-url-missing", LONGEST)
    safe = ("https", urlsplit(registered.login_url).scheme)  # a platform to try out may have no https itself
    if urlsplit(return_url).scheme not in safe or not urlsplit(return_url).hostname:
        raise LaunchRejected("return-url-missing", "deep_link_return_url")
    return DeepLinking(
        return_url=return_url,
        data=text(claim, "data", LONGEST) if claim.get("data") is not None else None,
        accept_types=texts(claim, "accept_types"),
        accept_multiple=_flag(claim, "accept_multiple") is True,
        accept_line_item=_flag(claim, "accept_lineitem"),
        title=shown(claim, "title"),
        text=shown(claim, "text"),
    )


def _flag(claims: Body, name: str) -> bool | None:
    """true, false, or their names as text, as some platforms send them; None where absent."""
    words: dict[object, Literal[True, False]] = {"true": True, "false": False}
    value = claims.get(name)
    return value if isinstance(value, bool) or value is None else words.get(str(value).lower())
