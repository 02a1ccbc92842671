"""Authorised requests to a platform (Security Framework 1.0, 4.1; RFC 7523): tokens kept, limits kept, errors in words.

PyLTI1p3 asks for a new token per connector, knows no limits and only GET and POST, lower-cases the next page's address
and puts whole answers into its exceptions.
"""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import jwt
import requests
from pylti1p3.service_connector import ServiceConnector, TServiceConnectorResponse

from lti_tool.gateway import PlatformRefused, PlatformUnavailable
from lti_tool.outgoing import AddressForbidden, AnswerTooLarge, Outgoing, json_object
from lti_tool.pylti_gateway.registrations import SigningRegistration
from lti_tool.pylti_gateway.tokens import Asked, Kept, Tokens

USUAL_LIFE, LONGEST_LIFE = 3600, 86_400
CLOCK_SLACK = 30
"""Moodle allows no second of difference: our assertion is issued a little in the past."""
ASSERTION_LIFE = 270
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_REFUSED = (401, 403)
"""Open edX answers 403 to a token that it signed with a key it has replaced since."""
LAST_SUCCESS, FIRST_ERROR, FIRST_SERVER_ERROR = 299, 400, 500
LATER = {408: "timeout", 409: "conflict", 423: "locked", 425: "too-many", 429: "too-many"}
NEVER = {
    400: "request-refused",
    401: "unauthorised",
    403: "forbidden",
    404: "not-found",
    405: "not-offered",
    410: "not-found",
    415: "media-type-refused",
    422: "request-refused",
    501: "not-offered",
}
MOST_PAGES = 200
LISTING_SECONDS = 60.0


class Connector(ServiceConnector):
    """Requests for one registration. Connectors come and go, their process keeps the tokens."""

    def __init__(
        self,
        registration: SigningRegistration,
        outgoing: Outgoing,
        tokens: Tokens,
        clock: Callable[[], dt.datetime],
    ) -> None:
        super().__init__(registration, outgoing.session(registration.registered.allowed_hosts))
        self._signing = registration
        self._tokens = tokens
        self._clock = clock

    def get_access_token(self, scopes: Sequence[str]) -> str:
        """Raises `PlatformUnavailable` and `PlatformRefused`. `scopes` are addresses."""
        asked = self._asked(scopes)
        if (kept := self._tokens.get(asked, self._clock())) is not None:
            return kept
        token, life = self._request_token(asked.scopes)
        now = self._clock()
        self._tokens.keep(asked, Kept(token, now + dt.timedelta(seconds=life)), now)
        return token

    def forget_token(self, scopes: Sequence[str]) -> None:
        self._tokens.forget(self._asked(scopes))

    def _asked(self, scopes: Sequence[str]) -> Asked:
        return Asked(self._signing.registered, " ".join(sorted(scopes)))

    def _request_token(self, scopes: str) -> tuple[str, int]:
        registered = self._signing.registered
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": self._assertion(),
            "scope": scopes,
        }
        response = self._send("POST", registered.token_url, data=form, headers={"Accept": "application/json"})
        answer = json_object(response)
        if response.status_code > LAST_SUCCESS or answer is None:
            raise token_refusal(response, answer)
        token, life = answer.get("access_token"), answer.get("expires_in", USUAL_LIFE)
        granted = answer.get("scope", scopes)
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise PlatformRefused("token-malformed", response.status_code)
        if isinstance(granted, str) and granted and not set(scopes.split()) & set(granted.replace(",", " ").split()):
            raise PlatformRefused("scope-missing", response.status_code)
        known = isinstance(life, int | float) and 0 <= life < float("inf")
        return token, int(min(life, LONGEST_LIFE)) if known else USUAL_LIFE

    def _assertion(self) -> str:
        registered, now = self._signing.registered, int(self._clock().timestamp())
        claims = {
            "iss": registered.client_id,
            "sub": registered.client_id,
            "aud": registered.token_audience or registered.token_url,
            "iat": now - CLOCK_SLACK,
            "exp": now + ASSERTION_LIFE,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(
            claims, self._signing.get_tool_private_key(), "RS256", headers={"kid": self._signing.get_kid()}
        )

    def _send(self, method: str, url: str, **options: Any) -> requests.Response:
        try:
            return self._requests_session.request(method, url, **options)
        except AddressForbidden as error:
            raise PlatformRefused("address-forbidden") from error
        except AnswerTooLarge as error:
            raise PlatformRefused("answer-too-large") from error
        except requests.exceptions.SSLError as error:
            raise PlatformUnavailable("certificate") from error
        except requests.Timeout as error:
            raise PlatformUnavailable("timeout") from error
        except requests.RequestException as error:
            raise PlatformUnavailable("unreachable") from error

    def ask(  # noqa: PLR0913 - what an HTTP request has
        self,
        method: str,
        url: str,
        scopes: Sequence[str],
        *,
        accept: str = "application/json",
        content_type: str = "",
        data: str | None = None,
    ) -> requests.Response:
        """An authorised request; 401 and 403 renew the token once. Raises `PlatformUnavailable`, `PlatformRefused`."""
        for last in (False, True):
            headers = {"Authorization": f"Bearer {self.get_access_token(scopes)}", "Accept": accept}
            if content_type:
                headers["Content-Type"] = content_type
            response = self._send(method, url, headers=headers, data=data.encode() if data else None)
            if response.status_code not in TOKEN_REFUSED or last:
                break
            self.forget_token(scopes)
        refusal = service_refusal(response)
        if refusal is not None:
            raise refusal
        return response

    def make_service_request(  # noqa: PLR0913, PLR0917 - the library's own signature
        self,
        scopes: Sequence[str],
        url: str,
        is_post: bool = False,
        data: str | None = None,
        content_type: str = "application/json",
        accept: str = "application/json",
        case_insensitive_headers: bool = False,
    ) -> TServiceConnectorResponse:
        """What the service classes of PyLTI1p3 call."""
        method, sent = ("POST", content_type) if is_post else ("GET", "")
        response = self.ask(method, url, scopes, accept=accept, content_type=sent, data=data)
        body = decoded(response) if response.content else None
        return {"headers": response.headers, "body": cast(Any, body), "next_page_url": next_page(response, url)}

    def pages(self, url: str, scopes: Sequence[str], accept: str, seconds: float = LISTING_SECONDS) -> Iterator[Any]:
        """The bodies of all pages; a page on another origin never gets our token.

        Somebody waits for the list, so it must not take as long as all of its pages may.
        """
        seen: set[str] = set()
        following: str | None = url
        ends = time.monotonic() + seconds
        while following and following not in seen and len(seen) < MOST_PAGES:
            if seen and time.monotonic() >= ends:
                raise PlatformUnavailable("timeout")
            seen.add(following)
            response = self.ask("GET", following, scopes, accept=accept)
            yield decoded(response)
            following = next_page(response, following)


def decoded(response: requests.Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise PlatformRefused("answer-malformed", response.status_code) from error


def next_page(response: requests.Response, asked: str) -> str | None:
    """`rel=next` of the Link header (RFC 8288, with or without quotes), if it stays on the origin of `asked`."""
    link = response.links.get("next", {}).get("url")
    if not link:
        return None
    absolute = urljoin(asked, link)
    here, there = urlsplit(asked), urlsplit(absolute)
    return absolute if (here.scheme, here.netloc) == (there.scheme, there.netloc) else None


def retry_after(headers: Mapping[str, str], now: dt.datetime | None = None) -> int | None:
    """Seconds that the platform asks us to wait (RFC 9110, 10.2.3): a number or a date."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return int(value[:9])
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=dt.UTC)
    return max(0, int((then - (now or dt.datetime.now(dt.UTC))).total_seconds()))


def service_refusal(response: requests.Response) -> PlatformUnavailable | PlatformRefused | None:
    """What an answer that is no success means for trying again."""
    status = response.status_code
    if status <= LAST_SUCCESS:
        return None
    if status < FIRST_ERROR:
        return PlatformRefused("redirected", status)
    if status in LATER:
        return PlatformUnavailable(LATER[status], retry_after(response.headers))
    if status in NEVER or status < FIRST_SERVER_ERROR:
        return PlatformRefused(NEVER.get(status, "request-refused"), status)
    return PlatformUnavailable("server-error", retry_after(response.headers))


def token_refusal(
    response: requests.Response, answer: Mapping[str, Any] | None
) -> PlatformUnavailable | PlatformRefused:
    """Why there is no token. Moodle answers an HTML page with 404 where it cannot read our key set."""
    status = response.status_code
    later = service_refusal(response)
    if isinstance(later, PlatformUnavailable):
        return later
    if later is not None and later.code == "redirected":
        return PlatformRefused("token-redirected", status)
    # Moodle's error texts may hold quotes that break the JSON around them.
    said = str(answer.get("error", "")) if answer else response.text[:2000]
    if "invalid_scope" in said:
        return PlatformRefused("scope-missing", status)
    if answer is None and "invalid_" not in said and "{" not in said[:1]:
        is_page = "<html" in response.text[:2000].lower()
        return PlatformRefused("keys-not-read" if is_page else "token-malformed", status)
    return PlatformRefused("client-refused", status)
