"""The platform's token endpoint (Security Framework 1.0, 4.1; RFC 7523) and its check of what the tool signs."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from typing import Any

import jwt
import requests
from jwt import PyJWK

from lti_tool.sandbox.model import Grant, Sandbox, ToolRegistration

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_ASSERTION = 3600
TOKEN_LIFE = 3600
SECONDS = 5


class TokenRefused(Exception):
    """An OAuth error (RFC 6749, 5.2)."""


class KeysUnreadable(Exception):
    """The tool's key set could not be read: Moodle answers with an HTML page and 404."""


def tool_key(sandbox: Sandbox, tool: ToolRegistration, token: str) -> PyJWK:
    """The key that signed `token`, fetched over HTTP as every platform does."""
    try:
        response = requests.get(tool.jwks_url, timeout=SECONDS)
        response.raise_for_status()
        keys = response.json()["keys"]
    except (requests.RequestException, ValueError, KeyError) as error:
        raise KeysUnreadable(tool.jwks_url) from error
    if sandbox.quirks.requires_alg and any(key.get("alg") != "RS256" for key in keys):
        raise TokenRefused("JWK must contain an alg")
    kid = jwt.get_unverified_header(token).get("kid")
    for key in keys:
        if kid and key.get("kid") == kid:
            return PyJWK(key, algorithm="RS256")
    raise TokenRefused("invalid_client")


def tool_message(sandbox: Sandbox, tool: ToolRegistration, token: str, audience: str) -> dict[str, Any]:
    """A JWT of the tool, fully checked. Raises `TokenRefused`."""
    try:
        key = tool_key(sandbox, tool, token)
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=audience,
            issuer=tool.client_id,
            options={"require": ["exp", "iat", "iss", "aud"]},
        )
    except jwt.PyJWTError as error:
        raise TokenRefused(f"invalid_client: {error}") from error
    return claims


def grant(sandbox: Sandbox, tool: ToolRegistration, form: Mapping[str, str]) -> dict[str, Any]:
    """The token answer. Raises `TokenRefused`, `KeysUnreadable`."""
    if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != ASSERTION:
        raise TokenRefused("unsupported_grant_type")
    claims = tool_message(sandbox, tool, form.get("client_assertion", ""), f"{sandbox.url}/token")
    if claims.get("sub") != tool.client_id:
        raise TokenRefused("invalid_client")
    if not claims.get("jti") or claims["jti"] in sandbox.assertions:
        raise TokenRefused("invalid_client: jti was used")
    if claims["exp"] - claims["iat"] > LONGEST_ASSERTION:
        raise TokenRefused("invalid_client: lives too long")
    sandbox.assertions.add(claims["jti"])
    scopes = [scope for scope in form.get("scope", "").split() if scope in tool.scopes]
    if not scopes:
        raise TokenRefused("invalid_scope")
    token = secrets.token_urlsafe(24)
    expires_at = sandbox.clock() + dt.timedelta(seconds=TOKEN_LIFE)
    sandbox.grants[token] = Grant(scopes=frozenset(scopes), expires_at=expires_at)
    return {"access_token": token, "token_type": "bearer", "expires_in": TOKEN_LIFE, "scope": " ".join(scopes)}


def token_body(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer).encode()
