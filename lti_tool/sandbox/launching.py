"""The platform's side of a launch: initiation, authorisation, id_token (Security Framework 1.0, 5.1.1; Core 1.3, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lti_tool.sandbox.model import (
    LINE_ITEM,
    LINE_ITEM_READ,
    RESULT,
    SCORE,
    Draft,
    Pending,
    Person,
    ResourceLink,
    Sandbox,
    ToolRegistration,
)

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
TOKEN_LIFE = 60
ID_TOKEN = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}


class AuthRefused(Exception):
    """A wrong authorisation request. `redirect`: whether the platform may tell the tool by a form post."""

    def __init__(self, error: str, description: str, *, redirect: bool = False) -> None:
        self.error = error
        self.description = description
        self.redirect = redirect
        super().__init__(f"{error}: {description}")


def initiation(sandbox: Sandbox, tool: ToolRegistration, hint: str) -> dict[str, str]:
    """The fields of the login initiation."""
    pending = sandbox.pending[hint]
    link = sandbox.links.get(pending.link)
    fields = {
        "iss": sandbox.url,
        "login_hint": pending.person,
        "target_link_uri": (link.target if link and link.target else tool.target) or tool.redirect_uris[0],
        "lti_message_hint": hint,
        "client_id": tool.client_id,
        "lti_deployment_id": tool.deployment_id,
    }
    if sandbox.quirks.storage_frame:
        fields["lti_storage_target"] = sandbox.quirks.storage_frame
    return fields


def authorise(sandbox: Sandbox, tool: ToolRegistration, query: Mapping[str, str]) -> dict[str, str]:
    """The form that goes back to the tool. Raises `AuthRefused`. A message hint counts once, as in Moodle."""
    if query.get("redirect_uri") not in tool.redirect_uris:
        raise AuthRefused("invalid_request", "redirect_uri is not registered")
    if query.get("client_id") != tool.client_id:
        raise AuthRefused("unauthorized_client", "client_id", redirect=True)
    for name, value in ID_TOKEN.items():
        if query.get(name) != value:
            raise AuthRefused("invalid_request", f"{name} must be {value}", redirect=True)
    if not query.get("nonce") or not query.get("state"):
        raise AuthRefused("invalid_request", "nonce and state", redirect=True)
    pending = sandbox.pending.pop(query.get("lti_message_hint", ""), None)
    if pending is None:
        raise AuthRefused("invalid_request", "lti_message_hint was changed or used", redirect=True)
    if query.get("login_hint") != pending.person:
        raise AuthRefused("login_required", "login_hint is another person", redirect=True)
    draft = Draft(
        header={"kid": sandbox.keys.current},
        claims=claims(sandbox, tool, pending, query),
        key=sandbox.keys.pairs[sandbox.keys.current],
    )
    if sandbox.tamper is not None:
        sandbox.tamper(draft)
    token = draft.token or sandbox.keys.sign(draft.claims, draft.header, draft.key, draft.algorithm)
    return {"id_token": token, "state": query["state"]}


def claims(sandbox: Sandbox, tool: ToolRegistration, pending: Pending, query: Mapping[str, str]) -> dict[str, Any]:
    """The id_token's claims."""
    person, link = sandbox.people[pending.person], sandbox.links.get(pending.link)
    now = int(sandbox.clock().timestamp())
    result: dict[str, Any] = {
        "iss": sandbox.url,
        "aud": tool.client_id,
        "sub": person.subject,
        "nonce": query["nonce"],
        "iat": now,
        "exp": now + TOKEN_LIFE,
        LTI + "message_type": pending.message,
        LTI + "version": "1.3.0",
        LTI + "deployment_id": tool.deployment_id,
        LTI + "target_link_uri": _target(sandbox, tool, link, query),
        LTI + "roles": list(person.roles),
        LTI + "launch_presentation": {
            "locale": "de",
            "document_target": pending.document_target,
            "return_url": f"{sandbox.url}/course",
        },
        LTI + "tool_platform": {
            "guid": "sandbox",
            "product_family_code": sandbox.quirks.family,
            "version": sandbox.quirks.version,
        },
        **_person(sandbox, person),
    }
    if sandbox.context is not None:
        result[LTI + "context"] = sandbox.context
    result.update(_message(sandbox, pending, link))
    return result


def _target(sandbox: Sandbox, tool: ToolRegistration, link: ResourceLink | None, query: Mapping[str, str]) -> str:
    if sandbox.quirks.target_is_redirect:
        return query["redirect_uri"]
    return (link.target if link and link.target else tool.target) or tool.redirect_uris[0]


def _person(sandbox: Sandbox, person: Person) -> dict[str, str]:
    if sandbox.quirks.placeholder_names:
        address = f"{person.subject}@sandbox.ilias"
        return {"name": "-", "given_name": "-", "family_name": "-", "email": address}
    given, _, family = person.name.partition(" ")
    named = {"name": person.name, "given_name": given, "family_name": family}
    return named | ({"email": person.email} if person.email else {})


def _message(sandbox: Sandbox, pending: Pending, link: ResourceLink | None) -> dict[str, Any]:
    if pending.message == "LtiDeepLinkingRequest":
        settings = {
            "deep_link_return_url": f"{sandbox.url}/deep-linking",
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe", "window"],
            "accept_multiple": True,
            "data": "wohin es gehört",
        }
        return {DEEP_LINKING: settings} | services(sandbox, None)
    result = services(sandbox, link)
    if link is not None:
        result[LTI + "resource_link"] = {"id": link.id, "title": link.title}
        if link.custom:
            result[LTI + "custom"] = link.custom
    if pending.message == "LtiSubmissionReviewRequest":
        result[LTI + "for_user"] = {"user_id": pending.for_user}
    return result


def services(sandbox: Sandbox, link: ResourceLink | None) -> dict[str, Any]:
    """The claims that tell where grades and the roster are."""
    result: dict[str, Any] = {}
    if sandbox.grades_on:
        endpoint: dict[str, Any] = {
            "scope": [SCORE, LINE_ITEM, LINE_ITEM_READ, RESULT],
            "lineitems": sandbox.columns_url(),
        }
        if link is not None and link.column:
            endpoint["lineitem"] = sandbox.column_url(link.column)
        result["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"] = endpoint
    if sandbox.roster_on and sandbox.context is not None:
        result["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"] = {
            "context_memberships_url": f"{sandbox.services}/context/members",
            "service_versions": ["2.0"],
        }
    return result
