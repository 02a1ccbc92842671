"""Protection of pages: response headers, frames, the launch of a request, where a form may come from.

Content Security Policy 3; Fetch Metadata Request Headers; LTI Security Framework 1.0, section 7.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, request
from flask.sessions import NullSession, SessionInterface, SessionMixin

from lti_tool import web
from lti_tool.launch_token import CurrentLaunch, LaunchExpired
from lti_tool.models import Context, Placement, Platform, User

P = ParamSpec("P")
R = TypeVar("R")

TOKEN_FIELD = "launch_token"  # noqa: S105 - the name of a form field
TOKEN_HEADER = "X-Launch-Token"  # noqa: S105 - the name of a header
HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,261}\Z")
"""Host and port as browsers write them: what else stands in an address must not get into a policy, nor a longer one."""
POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; object-src 'none'; {forms}frame-ancestors {ancestors}"
)
OWN_FORMS = "form-action 'self'; "
"""Should markup of a stranger ever get into a page, its form sends the launch token to nobody else."""
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)


class NoCookieSession(SessionInterface):
    """Flask's session, which is a cookie, is not used here; so none is made for every request."""

    nothing = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        return self.nothing

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """There is none."""


def origin(url: str) -> str:
    """`https://lms.example.de/x` -> `https://lms.example.de`; empty where there is none that a header may name."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and HOST.match(parts.netloc) else ""


def allow_framing(origins: Iterable[str]) -> None:
    """This response may be shown in a frame of these origins; without a call, in no frame."""
    g.frames = tuple(dict.fromkeys(found for found in map(origin, origins) if found))


def allow_framing_by_asker() -> None:
    """For a page that only says what went wrong: it may be seen where it was asked for, by the platform that says so.

    Else people whose platform shows the tool in a frame would see nothing of it. There is no session yet; the page
    holds no control and nothing about anyone.
    """
    allow_framing((request.values.get("iss", ""), request.headers.get("Origin", "")))


def allow_forms_to_anywhere() -> None:
    """For a page whose form goes to the platform, which may lead on to wherever its own log-in is."""
    g.forms = ""


def add_headers(response: Response) -> Response:
    """For `after_request`: no page is kept, sniffed, framed by strangers, or tells where it was left."""
    frames: tuple[str, ...] = g.get("frames", ())
    policy = POLICY.format(ancestors=" ".join(frames) or "'none'", forms=g.get("forms", OWN_FORMS))
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("Cache-Control", "no-store")
    for name, value in ALWAYS:
        headers.add(name, value)
    if web.tool().settings.https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def enter(launch: CurrentLaunch) -> None:
    """From here on this request belongs to `launch`: language, frames and the token in forms follow it."""
    g.launch = launch
    g.launch_token = issue_launch_token(launch)
    allow_framing(launch.frames)


def issue_launch_token(launch: CurrentLaunch) -> str:
    return web.tool().tokens.issue(launch)


def read_launch_token(token: str) -> CurrentLaunch:
    """Raises `LaunchExpired`."""
    return web.tool().tokens.read(token, web.now())


def current_launch() -> CurrentLaunch:
    """The launch that this request belongs to, by form field or header.

    Raises `LaunchExpired` (answered with a page or JSON, status 401), also when the registration was switched off or
    the person was erased since.
    """
    if "launch" not in g:
        token = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
        launch = read_launch_token(token)
        _still_valid(launch)
        enter(launch)
    found: CurrentLaunch = g.launch
    return found


def _still_valid(launch: CurrentLaunch) -> None:
    session = web.session()
    platform = session.get(Platform, launch.platform)
    user = session.get(User, launch.user)
    context = session.get(Context, launch.context)
    if platform is None or not platform.active or user is None or context is None:
        raise LaunchExpired("revoked")
    if launch.placement is not None and session.get(Placement, launch.placement) is None:
        raise LaunchExpired("revoked")


def is_from_own_page() -> bool:
    """Checked by Sec-Fetch-Site, else by Origin.

    Browsers without either header are let through: what protects then is the token in the form, which a stranger's
    page cannot know. `Origin: null` is what our own forms send under `no-referrer`.
    """
    site = request.headers.get("Sec-Fetch-Site")
    sender = request.headers.get("Origin", "null")
    return site == "same-origin" if site else sender in ("null", web.tool().settings.public_url)


def from_own_page(view: Callable[P, R]) -> Callable[P, R]:
    """A view that only our own pages may call."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_from_own_page():
            abort(403)
        return view(*args, **kwargs)

    return checked
