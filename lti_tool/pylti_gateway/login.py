"""The first half of a launch: third-party login (LTI Security Framework 1.0, 5.1.1; OpenID Connect Core 1.0, 3.2.2.1).

Of PyLTI1p3 stays the checking of the initiation. State and nonce are ours: random from `secrets`, kept in a row that
counts once, bound to this browser; the address survives a query of its own; the redirect address is never the caller's.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pylti1p3.cookie import CookieService
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from sqlalchemy import bindparam, delete, insert

from lti_tool.db import storable
from lti_tool.gateway import AuthRequest, LaunchRejected, Login
from lti_tool.models import LoginState
from lti_tool.prepared import Prepared
from lti_tool.pylti_gateway.registrations import Registered, Registrations, SigningRegistration

STATE_LIFE = dt.timedelta(minutes=10)
BINDING = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST_TARGET = 255
LONGEST_HINTS = 16_000
"""They stand in an address, in a header of our answer, which no server passes on at any length."""

# A login that a power cut takes away is begun again by a click; so no login waits for the disk.
_EXPIRED = Prepared(delete(LoginState).where(LoginState.expires_at < bindparam("now")), forgettable=True)
_BEGUN = Prepared(
    insert(LoginState).values({column.key: bindparam(column.key) for column in LoginState.__table__.columns}),
    forgettable=True,
)


def digest(value: str) -> str:
    """What the database keeps of a secret."""
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()


class FormRequest(Request):
    """A request as PyLTI1p3 reads it, without any web framework."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form

    @property
    def session(self) -> dict[str, object]:
        return {}

    def is_secure(self) -> bool:
        return True

    def get_param(self, key: str) -> str:
        return self._form.get(key, "")


class NoCookies(CookieService):
    """Cookies are the view's business: this gateway gets and gives one value."""

    def get_cookie(self, name: str) -> str | None:
        return None

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        raise NotImplementedError


class PlainLogin(OIDCLogin[FormRequest, Registrations, SessionService, NoCookies, str]):
    """Checks an initiation; the redirect is ours (see `begin`)."""

    def get_redirect(self, url: str) -> Redirect[str]:
        raise NotImplementedError


def begin(registrations: Registrations, redirect_uri: str, login: Login, now: dt.datetime) -> AuthRequest:
    """Raises `LaunchRejected`; no row is written before the registration is known."""
    registered = _check(registrations, login)
    engine = registrations.engine
    state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    binding = login.binding if BINDING.fullmatch(login.binding) else secrets.token_urlsafe(32)
    storage = login.storage_target[:LONGEST_TARGET]
    _EXPIRED.count(engine, {"now": now})
    row = {
        "state_hash": digest(state),
        "platform_id": registered.id,
        "nonce": nonce,
        "binding_hash": digest(binding),
        "storage_target": storage,
        "expires_at": now + STATE_LIFE,
    }
    _BEGUN.count(engine, row)
    return AuthRequest(
        url=_address(registered, redirect_uri, login, state, nonce),
        state=state,
        nonce=nonce,
        binding=binding,
        storage_target=storage,
        platform_origin=origin(registered.login_url),
    )


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _check(registrations: Registrations, login: Login) -> Registered:
    for value, name in ((login.issuer, "iss"), (login.login_hint, "login_hint"), (login.target_link_uri, "target")):
        if not value:
            raise LaunchRejected("login-incomplete", "target_link_uri" if name == "target" else name)
    if len(login.login_hint) + len(login.message_hint or "") > LONGEST_HINTS:
        raise LaunchRejected("login-incomplete", "login_hint")
    if not all(map(storable, (login.issuer, login.client_id, login.storage_target))):
        raise LaunchRejected("platform-unknown")
    form = {"iss": login.issuer, "login_hint": login.login_hint, "client_id": login.client_id}
    request = FormRequest(form)
    found = PlainLogin(request, registrations, SessionService(request), NoCookies()).validate_oidc_login()
    return cast(SigningRegistration, found).registered


def _address(registered: Registered, redirect_uri: str, login: Login, state: str, nonce: str) -> str:
    parameters = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": registered.client_id,
        "redirect_uri": redirect_uri,
        "login_hint": login.login_hint,
        "state": state,
        "nonce": nonce,
    }
    if login.message_hint is not None:
        parameters["lti_message_hint"] = login.message_hint
    if login.deployment_id:
        parameters["lti_deployment_id"] = login.deployment_id
    parts = urlsplit(registered.login_url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    return urlunsplit(parts._replace(query=urlencode([*query, *parameters.items()])))
