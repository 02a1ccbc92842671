"""The second half of a launch: every check of an id_token (LTI Security Framework 1.0, 5.1.3).

PyLTI1p3 gives the order of the checks. Ours are: one use per login, the browser, the nonce of this very login, the
audience list and azp, RS256 with keys of 2048 bits and more, exp and iat with a leeway, the message and its claims.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import jwt
from jwt.types import Options
from jwt.utils import base64url_decode
from pylti1p3.message_launch import MessageLaunch, TJwtData
from pylti1p3.session import SessionService
from sqlalchemy import bindparam, delete, select

from lti_tool.db import forgettable
from lti_tool.gateway import BindingMissing, Launch, LaunchRejected
from lti_tool.models import LoginState, Platform
from lti_tool.pylti_gateway.claims import LONGEST, read_launch, text
from lti_tool.pylti_gateway.key_sets import KeySets
from lti_tool.pylti_gateway.login import FormRequest, NoCookies, digest, origin
from lti_tool.pylti_gateway.registrations import Registered, Registrations

LARGEST_TOKEN = 100_000
LEEWAY = 60
OLDEST_TOKEN = 600
"""Seconds since `iat`; a login waits ten minutes for its launch."""
ALGORITHM = "RS256"

# Made once: building a statement takes longer than running it.
_USE = (
    delete(LoginState)
    .where(LoginState.state_hash == bindparam("state"), LoginState.expires_at >= bindparam("now"))
    .returning(LoginState.nonce, LoginState.platform_id)
)
_USE_BOUND = _USE.where(LoginState.binding_hash == bindparam("binding"))
_PLATFORM = select(Platform).where(Platform.id == bindparam("platform"))


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


class VerifiedLaunch(MessageLaunch[FormRequest, Registrations, SessionService, NoCookies]):
    """One launch, checked by `verified`; every refusal is a `LaunchRejected`, whatever the token holds."""

    launch: Launch
    _begun: Begun

    def __init__(self, arrival: Arrival, registrations: Registrations, key_sets: KeySets) -> None:
        request = FormRequest(arrival.form)
        super().__init__(request, registrations, SessionService(request), NoCookies())
        self._sessions = registrations.sessions
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
        except (LookupError, RecursionError, TypeError, ValueError, jwt.PyJWTError) as error:
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
        values: dict[str, object] = {"state": digest(state), "now": self._now}
        if self._bound:
            values["binding"] = digest(self._binding or "")
        with self._sessions.begin() as session:
            forgettable(session)
            used = session.execute(_USE_BOUND if self._bound else _USE, values).first()
            platform = session.scalar(_PLATFORM, {"platform": used.platform_id}) if used else None
            if used and platform:
                self._begun = Begun(used.nonce, Registered.of(platform))
                active = platform.active
        if not used or not platform:
            raise LaunchRejected(self._why_unknown(state))
        if not active:
            raise LaunchRejected("platform-inactive", platform.issuer[:200])
        return self

    def _explain_missing_binding(self, state: str) -> None:
        query = select(LoginState.storage_target, Platform.login_url).join(Platform)
        with self._sessions() as session:
            row = session.execute(query.where(LoginState.state_hash == digest(state))).first()
        if row is None:
            raise LaunchRejected("state-unknown")
        raise BindingMissing(row.storage_target, origin(row.login_url))

    def _why_unknown(self, state: str) -> str:
        with self._sessions() as session:
            row = session.get(LoginState, digest(state))
            if row is None:
                return "state-unknown"
            return "state-expired" if row.expires_at < self._now else "state-other-browser"

    def validate_jwt_format(self) -> VerifiedLaunch:
        token = self._get_request_param("id_token")
        if len(token) > LARGEST_TOKEN:
            raise LaunchRejected("token-too-large")
        # Only to find key and login; the library reads the token again when it checks the signature.
        header, body = (json.loads(base64url_decode(part)) for part in token.split(".")[:2])
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
        self._registration = self._tool_config.signing(registered)
        return self

    def validate_jwt_signature(self) -> VerifiedLaunch:
        header: Mapping[str, Any] = self._jwt["header"]
        if header.get("alg") != ALGORITHM:
            raise LaunchRejected("algorithm-wrong", str(header.get("alg"))[:50])
        kid = header.get("kid")
        if not isinstance(kid, str) or not kid:
            raise LaunchRejected("kid-missing")
        key = self._key_sets.find(self._begun.registered, kid)
        # Times and claims are checked below, by our clock and with our words.
        signature_only: Options = {
            "verify_aud": False,
            "verify_iss": False,
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
            "verify_sub": False,
            "verify_jti": False,
        }
        try:
            jwt.decode(self._get_request_param("id_token"), key, algorithms=[ALGORITHM], options=signature_only)
        except jwt.InvalidSignatureError as error:
            raise LaunchRejected("signature-wrong") from error
        self._check_times()
        return self

    def _check_times(self) -> None:
        now = self._now.timestamp()
        issued, expires = (_seconds(self._body, name) for name in ("iat", "exp"))
        if expires + LEEWAY <= now:
            raise LaunchRejected("token-expired")
        if issued - LEEWAY > now:
            raise LaunchRejected("token-from-future")
        if issued + OLDEST_TOKEN + LEEWAY < now:
            raise LaunchRejected("token-old")

    def validate_deployment(self) -> VerifiedLaunch:
        self.launch = read_launch(self._body, self._begun.registered)
        if not self._tool_config.knows_deployment(self._begun.registered, self.launch.deployment):
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
