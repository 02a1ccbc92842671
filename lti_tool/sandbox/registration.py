"""Dynamic registration, platform side (LTI Dynamic Registration 1.0), with the checks that Moodle makes."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from lti_tool.sandbox.app import state
from lti_tool.sandbox.model import ALL_SCOPES, ToolRegistration
from lti_tool.sandbox.services import answer

bp = Blueprint("registration", __name__)
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"


@bp.get("/openid-configuration")
def configuration() -> Response:
    url = state().url
    return answer(
        {
            "issuer": url,
            "authorization_endpoint": f"{url}/auth",
            "token_endpoint": f"{url}/token",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": f"{url}/jwks",
            "registration_endpoint": f"{url}/registration",
            "scopes_supported": ["openid", *ALL_SCOPES],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name"],
            PLATFORM: {
                "product_family_code": state().quirks.family,
                "version": state().quirks.version,
                "messages_supported": [{"type": "LtiResourceLinkRequest"}, {"type": "LtiDeepLinkingRequest"}],
            },
        }
    )


@bp.post("/registration")
def registration() -> Response:
    """Registers the tool; the token counts once. The result waits for the administrator, as in Moodle."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token not in state().registration_tokens:
        return answer({"error": "token_already_used"}, 401)
    state().registration_tokens.discard(token)
    body = json.loads(request.data)
    if faults := missing(body):
        return Response(f"invalid: {', '.join(faults)}", 400, content_type="text/plain")
    settings = body[TOOL]
    tool = ToolRegistration(
        client_id=secrets.token_hex(8),
        deployment_id="7",
        login_url=body["initiate_login_uri"],
        redirect_uris=tuple(body["redirect_uris"]),
        jwks_url=body["jwks_uri"],
        target=settings.get("target_link_uri", ""),
        scopes=tuple(set(body.get("scope", "").split()) & set(ALL_SCOPES)),
        name=body["client_name"],
        active=False,
    )
    state().tool = tool
    state().log.append(("registration", body))
    # ILIAS writes a number (ilLTIConsumeProvider::getId).
    number = int(tool.deployment_id) if state().quirks.family == "ilias" else tool.deployment_id
    return answer({**body, "client_id": tool.client_id, TOOL: {**settings, "deployment_id": number}})


def missing(body: dict[str, Any]) -> list[str]:
    """The fields that Moodle's registration_helper would refuse."""
    settings = body.get(TOOL)
    if not isinstance(settings, dict):
        return [TOOL]
    target = urlsplit(settings.get("target_link_uri", ""))
    checks = {
        "response_types": "id_token" in body.get("response_types", []),
        "initiate_login_uri": bool(body.get("initiate_login_uri")),
        "redirect_uris": isinstance(body.get("redirect_uris"), list) and bool(body["redirect_uris"]),
        "client_name": bool(body.get("client_name")),
        "jwks_uri": bool(body.get("jwks_uri")),
        "token_endpoint_auth_method": body.get("token_endpoint_auth_method") == "private_key_jwt",
        "application_type": body.get("application_type", "web") == "web",
        "domain_targetlinkuri_mismatch": settings.get("domain") == target.netloc,
    }
    return [name for name, good in checks.items() if not good]
