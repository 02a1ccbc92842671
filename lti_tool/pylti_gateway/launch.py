"""The second half of a launch: every check of an id_token (LTI Security Framework 1.0, 5.1.3).

PyLTI1p3 gives the order of the checks. Ours are: one use per login, the browser, the nonce of this very login, the
audience list and azp, RS256 with keys of 2048 bits and more, exp and iat with a leeway, the message and its claims.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import requests
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_decode
from pylti1p3.message_launch import MessageLaunch, TJwtData
from pylti1p3.session import SessionService
from sqlalchemy import and_, bindparam, delete, select

from lti_tool.gateway import BindingMissing, Launch, LaunchRejected
from lti_tool.models import Deployment, LoginState, Platform
from lti_tool.prepared import Prepared
from lti_tool.pylti_gateway.claims import IDENTIFIER, LONGEST, read_launch, text
from lti_tool.pylti_gateway.key_sets import KeySets
from lti_tool.pylti_gateway.login import FormRequest, NoCookies, digest, origin
from lti_tool.pylti_gateway.registrations import COLUMNS, Registered, Registrations
from lti_tool.pylti_gateway.scopes import LTI

LARGEST_TOKEN = 100_000
LEEWAY = 60
OLDEST_TOKEN = 600
"""Seconds since `iat`; a login waits ten minutes for its launch."""
ALGORITHM = "RS256"
UNUSED = requests.Session()
"""The library makes one for every launch; keys are fetched by `KeySets`."""
MALFORMED = (LaunchRejected, LookupError, RecursionError, TypeError, ValueError)
"""What reading a token may come to, whatever it holds."""

SHA256_WITH_RSA = RSAAlgorithm(RSAAlgorithm.SHA256)
TOKEN = re.compile(r"([A-Za-z0-9_-]+={0,2})\.([A-Za-z0-9_-]+={0,2})\.([A-Za-z0-9_-]*={0,2})")
"""RFC 7515, 7.1; one without a signature is told so below."""

_LOGIN = Prepared(
    select(LoginState.nonce, LoginState.binding_hash, LoginState.expires_at, Deployment.id, Platform.active, *COLUMNS)
    .join(Platform, Platform.id == LoginState.platform_id)
    .outerjoin(
        Deployment,
        and_(Deployment.platform_id == Platform.id, Deployment.deployment_id == bindparam("deployment")),
    )
    .where(LoginState.state_hash == bindparam("state"))
)
# Who deletes the row has the launch. A power cut may bring the row back, for minutes and only for the browser that has
# its cookie and the token of that very login; for that no launch waits for the disk.
_USE = Prepared(delete(LoginState).where(LoginState.state_hash == bindparam("state")), forgettable=True)


@dataclass(frozen=True)
class Arrival:
    """What came with the launch; `bound`: only this browser's login counts."""

    form: Mapping[str, str]
    binding: str | None
    bound: bool
    now: dt.datetime


@dataclass(frozen=True)
class Begun:
    """The login that this launch answers, used up."""

    nonce: str
    registered: Registered
    deployment: str
    """The deployment that the token names, if it is known."""


class VerifiedLaunch(MessageLaunch[FormRequest, Registrations, SessionService, NoCookies]):
    """One launch, checked by `verified`; every refusal is a `LaunchRejected`, whatever the token holds."""

    launch: Launch
    _begun: Begun

    def __init__(self, arrival: Arrival, registrations: Registrations, key_sets: KeySets) -> None:
        request = FormRequest(arrival.form)
        super().__init__(request, registrations, SessionService(request), NoCookies(), requests_session=UNUSED)
        self._sessions = registrations.sessions
        self._engine = registrations.engine
        self._key_sets = key_sets
        self._binding = arrival.binding
        self._bound = arrival.bound
        self._now = arrival.now

    def verified(self) -> Launch:
        """Raises `LaunchRejected`."""
        refused = self._get_request_param("error")
        if refused:
            said = self._get_request_param("error_description")
            raise LaunchRejected("platform-error", f"{refused}: {said}"[:500] if said else refused[:500])
        try:
            self.validate()
        except LaunchRejected:
            raise
        except MALFORMED as error:
            raise LaunchRejected("token-malformed", type(error).__name__) from error
        return self.launch

    def _get_request_param(self, key: str) -> str:
        return self._request.get_param(key)

    def validate_state(self) -> VerifiedLaunch:
        """The login is ours, open, of this browser; from now on it is used up."""
        state = self._get_request_param("state")
        if not state:
            raise LaunchRejected("state-missing")
        if not self._get_request_param("id_token"):
            raise LaunchRejected("token-missing")
        if self._bound and not self._binding:
            self._explain_missing_binding(state)
        self._begun = self._use(digest(state), self._deployment_named())
        return self

    def _use(self, state: str, deployment: str) -> Begun:
        """Of two launches with the same state one deletes the row and goes on."""
        row = _LOGIN.first(self._engine, {"state": state, "deployment": deployment})
        if row is None:
            raise LaunchRejected("state-unknown")
        nonce, binding, expires_at, known, active, *platform = row
        if expires_at < self._now:
            raise LaunchRejected("state-expired")
        if self._bound and not hmac.compare_digest(binding, digest(self._binding or "")):
            raise LaunchRejected("state-other-browser")
        if not _USE.count(self._engine, {"state": state}):
            raise LaunchRejected("state-unknown")
        registered = Registered.read(platform)
        if not active:
            raise LaunchRejected("platform-inactive", registered.issuer[:200])
        return Begun(nonce, registered, deployment if known is not None else "")

    def _deployment_named(self) -> str:
        """What the token says before anybody has checked it: only to be looked up together with the login."""
        try:
            return text(self.validate_jwt_format()._body, LTI + "deployment_id", IDENTIFIER)
        except MALFORMED:
            return ""

    def _explain_missing_binding(self, state: str) -> None:
        query = select(LoginState.storage_target, Platform.login_url).join(Platform)
        with self._sessions() as session:
            row = session.execute(query.where(LoginState.state_hash == digest(state))).first()
        if row is None:
            raise LaunchRejected("state-unknown")
        raise BindingMissing(row.storage_target, origin(row.login_url))

    def validate_jwt_format(self) -> VerifiedLaunch:
        """Reads header and body; that they are what the platform wrote is found out below."""
        if self._jwt:
            return self
        token = self._get_request_param("id_token")
        if len(token) > LARGEST_TOKEN:
            raise LaunchRejected("token-too-large")
        parts = TOKEN.fullmatch(token)
        if parts is None:
            raise LaunchRejected("token-malformed", "no token")
        header, body = (json.loads(base64url_decode(part)) for part in parts.groups()[:2])
        if not isinstance(header, dict) or not isinstance(body, dict):
            raise LaunchRejected("token-malformed", "no object")
        self._jwt = cast(TJwtData, {"header": header, "body": body})
        return self

    @property
    def _body(self) -> Mapping[str, Any]:
        return cast(Mapping[str, Any], self._jwt["body"])

    def validate_nonce(self) -> VerifiedLaunch:
        nonce = text(self._body, "nonce", LONGEST)
        if not nonce:
            raise LaunchRejected("nonce-missing")
        if not hmac.compare_digest(nonce.encode(), self._begun.nonce.encode()):
            raise LaunchRejected("nonce-wrong")
        return self

    def validate_registration(self) -> VerifiedLaunch:
        """`iss` is the platform that was asked, and the token is meant for us.

        Further audiences are only accepted where `azp` names us as the party that was authorised.
        """
        registered = self._begun.registered
        if text(self._body, "iss") != registered.issuer:
            raise LaunchRejected("issuer-wrong", text(self._body, "iss")[:200])
        audience = self._body.get("aud")
        audiences = [audience] if isinstance(audience, str) else audience
        if not isinstance(audiences, list) or registered.client_id not in audiences:
            raise LaunchRejected("audience-wrong")
        party = text(self._body, "azp")
        if (party or len(audiences) > 1) and party != registered.client_id:
            raise LaunchRejected("party-wrong", party[:200])
        return self

    def validate_jwt_signature(self) -> VerifiedLaunch:
        header: Mapping[str, Any] = self._jwt["header"]
        if header.get("alg") != ALGORITHM:
            raise LaunchRejected("algorithm-wrong", str(header.get("alg"))[:50])
        kid = header.get("kid")
        if not isinstance(kid, str) or not kid:
            raise LaunchRejected("kid-missing")
        if "crit" in header or "b64" in header:
            # RFC 7515, 4.1.11: what we do not understand and must, we refuse.
            raise LaunchRejected("token-malformed", "crit")
        key = self._key_sets.find(self._begun.registered, kid)
        signed, _, signature = self._get_request_param("id_token").rpartition(".")
        if not SHA256_WITH_RSA.verify(signed.encode(), key, base64url_decode(signature)):
            raise LaunchRejected("signature-wrong")
        self._check_times()
        return self

    def _check_times(self) -> None:
        now = self._now.timestamp()
        issued, expires = (_seconds(self._body, name) for name in ("iat", "exp"))
        if expires + LEEWAY <= now:
            raise LaunchRejected("token-expired")
        if issued - LEEWAY > now:
            raise LaunchRejected("token-from-future")
        if "nbf" in self._body and _seconds(self._body, "nbf") - LEEWAY > now:  # RFC 7519, 4.1.5
            raise LaunchRejected("token-from-future")
        if issued + OLDEST_TOKEN + LEEWAY < now:
            raise LaunchRejected("token-old")

    def validate_deployment(self) -> VerifiedLaunch:
        self.launch = read_launch(self._body, self._begun.registered)
        learns = self._tool_config.learns_deployment
        if self.launch.deployment != self._begun.deployment and not learns(
            self._begun.registered, self.launch.deployment
        ):
            raise LaunchRejected("deployment-unknown", self.launch.deployment[:100])
        return self

    def validate_message(self) -> VerifiedLaunch:
        return self  # `read_launch` has looked at every claim already

    def save_launch_data(self) -> VerifiedLaunch:
        return self  # what stays of a launch is our launch token


def _seconds(body: Mapping[str, Any], name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**53:
        raise LaunchRejected("times-missing", name)
    return float(value)
