"""Dynamic registration, tool side (LTI Dynamic Registration 1.0): both sides' documents.

Whoever opens the address of a registration chooses what we fetch; hence the guarded session, the same host for
document, issuer and registration endpoint, and an invitation that counts once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from lti_tool.db import storable
from lti_tool.outgoing import AddressForbidden, GuardedSession, json_object
from lti_tool.platforms import NewPlatform, OurAddresses

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
SCOPES = (
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
)
CREATED = (200, 201)


class RegistrationFailed(Exception):
    """`code` is a key of the catalogue (`register.failed.<code>`), `detail` what the platform said."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}" if detail else code)


@dataclass(frozen=True, kw_only=True)
class PlatformDocument:
    """The platform's OpenID configuration."""

    issuer: str
    login_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    token_audience: str
    family: str
    version: str


def fetch(session: GuardedSession, url: str) -> PlatformDocument:
    """Raises `RegistrationFailed`."""
    response = _send(session, "GET", url, headers={"Accept": "application/json"})
    if response.status_code != requests.codes.ok:
        raise RegistrationFailed("document-refused", str(response.status_code))
    found = json_object(response)
    if found is None:
        raise RegistrationFailed("document-malformed")
    product = found.get(PLATFORM)
    product = product if isinstance(product, dict) else {}
    document = PlatformDocument(
        issuer=_text(found, "issuer"),
        login_url=_text(found, "authorization_endpoint"),
        token_url=_text(found, "token_endpoint"),
        jwks_url=_text(found, "jwks_uri"),
        registration_url=_text(found, "registration_endpoint"),
        token_audience=_optional(found, "authorization_server"),
        family=_optional(product, "product_family_code")[:100],
        version=_optional(product, "version")[:100],
    )
    # The token of the registration must not go to a host that only the document names.
    if not _origin(url) == _origin(document.issuer) == _origin(document.registration_url):
        raise RegistrationFailed("other-host", document.issuer[:200])
    return document


def register(
    session: GuardedSession, document: PlatformDocument, token: str, name: str, ours: OurAddresses
) -> NewPlatform:
    """Registers us there. Raises `RegistrationFailed`."""
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if token and not (token.isascii() and token.isprintable()):
        raise RegistrationFailed("token-used", "malformed")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = json.dumps(client_metadata(ours), ensure_ascii=False).encode()
    response = _send(session, "POST", document.registration_url, headers=headers, data=body)
    if response.status_code in (requests.codes.unauthorized, requests.codes.forbidden):
        raise RegistrationFailed("token-used", str(response.status_code))
    if response.status_code not in CREATED:
        raise RegistrationFailed("refused", f"{response.status_code} {response.text[:300]}")
    answer = json_object(response)
    if answer is None:
        raise RegistrationFailed("answer-malformed")
    settings = answer.get(TOOL)
    deployment = _identifier(settings, "deployment_id") if isinstance(settings, dict) else ""
    return NewPlatform(
        name=name,
        issuer=document.issuer,
        client_id=_text(answer, "client_id"),
        login_url=document.login_url,
        token_url=document.token_url,
        jwks_url=document.jwks_url,
        token_audience=document.token_audience,
        deployments=(deployment,) if deployment else (),
        any_deployment=not deployment,
        family=document.family,
        version=document.version,
    )


def client_metadata(ours: OurAddresses) -> dict[str, Any]:
    """Ourselves as Moodle and ILIAS read it. `domain` carries the port, else Moodle refuses the registration."""
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": ours.login,
        "redirect_uris": [ours.launch],
        "client_name": "staffel",
        "jwks_uri": ours.jwks,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(SCOPES),
        TOOL: {
            "domain": urlsplit(ours.public_url).netloc,
            "target_link_uri": f"{ours.public_url}/",
            "description": "Übungen und Tests eines Curriculums, mit Bewertung in der Lernplattform",
            "claims": ["iss", "sub", "name", "given_name", "family_name"],
            "messages": [
                {"type": "LtiResourceLinkRequest", "target_link_uri": ours.launch},
                {"type": "LtiDeepLinkingRequest", "target_link_uri": ours.launch, "label": "staffel"},
            ],
        },
    }


def _send(session: GuardedSession, method: str, url: str, **options: Any) -> requests.Response:
    try:
        return session.request(method, url, **options)
    except AddressForbidden as error:
        raise RegistrationFailed("forbidden-address") from error
    except requests.RequestException as error:
        raise RegistrationFailed("unreachable", type(error).__name__) from error


def _text(values: Mapping[str, Any], name: str) -> str:
    value = _optional(values, name)
    if not value:
        raise RegistrationFailed("value-missing", name)
    return value


def _optional(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) and storable(value) else ""


def _identifier(values: Mapping[str, Any], name: str) -> str:
    """An identifier; ILIAS writes its own as a number."""
    value = values.get(name)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _optional(values, name)


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise RegistrationFailed("other-host", url[:200]) from error
    return parts.scheme, parts.netloc
