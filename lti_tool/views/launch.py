"""Login and launch (LTI Security Framework 1.0, 5.1.1), with and without cookies.

A login is answered with a plain 302: in a frame only that carries the Lax session cookie of Moodle and ILIAS along. A
page stands in between only where the platform offers its storage or after the cookie did not come back.
"""

from __future__ import annotations

import secrets

import structlog
from flask import Blueprint, Response, g, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from lti_tool import launches, metrics, security, web
from lti_tool.activities import requested
from lti_tool.db import forgettable
from lti_tool.gateway import AuthRequest, BindingMissing, Launch, LaunchRejected, Login
from lti_tool.launch_token import CurrentLaunch, LaunchExpired
from lti_tool.messages import best_language, spoken
from lti_tool.views import opening

log = structlog.get_logger(__name__)
bp = Blueprint("launch", __name__)

COOKIE_SECONDS = 600
FRAMED = ("iframe", "frame")


def cookie_name() -> str:
    """`__Host-`: only this very host over https can set it."""
    return "__Host-staffel" if web.tool().settings.https else "staffel"


@bp.route("/lti/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """The platform asks us to ask it who this is."""
    values = CombinedMultiDict([request.form, request.args])
    try:
        asked = web.gateway().begin_login(
            Login(
                issuer=values.get("iss", ""),
                login_hint=values.get("login_hint", ""),
                target_link_uri=values.get("target_link_uri", ""),
                client_id=values.get("client_id", ""),
                deployment_id=values.get("lti_deployment_id", ""),
                message_hint=values.get("lti_message_hint"),
                storage_target=values.get("lti_storage_target", ""),
                binding=request.cookies.get(cookie_name(), ""),
            ),
            web.now(),
        )
    except LaunchRejected as rejected:
        return refusal(rejected)
    if asked.storage_target:
        security.allow_framing([asked.platform_origin])
        response = make_response(web.page("storage_put.html", asked=asked))
    else:
        response = make_response(redirect(asked.url, 302))
    return bind(response, asked)


def bind(response: Response, asked: AuthRequest) -> Response:
    """Partitioned, so that it comes back in a frame where other third-party cookies do not (CHIPS)."""
    secure = web.tool().settings.https
    response.set_cookie(
        cookie_name(),
        asked.binding,
        max_age=COOKIE_SECONDS,
        secure=secure,
        httponly=True,
        samesite="None" if secure else "Lax",
        partitioned=secure,
    )
    return response


@bp.get("/")
@bp.get("/lti/launch")
def address() -> ResponseReturnValue:
    """Moodle asks for this address when an activity is saved; people may come here by hand."""
    return web.page("address.html")


@bp.post("/lti/launch")
def launch() -> ResponseReturnValue:
    """The platform says who this is and what is to be shown."""
    # What our page read from the platform's storage counts like the cookie. From anywhere else it counts nothing: a
    # stranger's form could carry the stranger's own value and log the visitor in as the stranger.
    own_page = request.headers.get("Sec-Fetch-Site") == "same-origin"
    stored = request.form.get("binding") if own_page else None
    binding = request.cookies.get(cookie_name()) or stored
    try:
        accepted = web.gateway().accept_launch(request.form, binding, web.now())
    except BindingMissing as missing:
        return without_cookie(missing, asked_storage=stored is not None)
    except LaunchRejected as rejected:
        return refusal(rejected)
    return opening.show(begin(accepted))


def without_cookie(missing: BindingMissing, *, asked_storage: bool) -> ResponseReturnValue:
    """First the platform's storage, then a confirmation by hand; outside of a frame neither is needed nor safe."""
    if missing.storage_target and not asked_storage:
        security.allow_framing([missing.platform_origin])
        return web.page("storage_get.html", missing=missing, form=request.form)
    if request.headers.get("Sec-Fetch-Dest") not in FRAMED:
        return refusal(missing)
    try:
        accepted = web.gateway().accept_launch(request.form, None, web.now(), bound=False)
    except LaunchRejected as rejected:
        return refusal(rejected)
    current = begin(accepted)
    code = opening.hand_over(web.session(), current, web.now())
    web.session().commit()
    return web.page("new_tab.html", code=code, name=accepted.name, course=accepted.context_title)


@bp.post("/lti/new-tab")
@security.from_own_page
def new_tab() -> ResponseReturnValue:
    """A launch is handed over to a tab of its own, once."""
    current = security.current_launch()
    if not opening.take_over(web.session(), current, request.form.get("code", ""), web.now()):
        raise LaunchExpired("hand-over used")
    web.session().commit()
    return opening.show(current)


def begin(accepted: Launch) -> CurrentLaunch:
    """Keeps what the launch is about; from here on this request belongs to it."""
    settings, now = web.tool().settings, web.now()
    activity = requested(accepted.custom, own_target(accepted.target_link_uri, settings.public_url))
    names = settings.store_names
    recorded = launches.recall(web.tool().engine, accepted, activity, now, store_names=names)
    if recorded is None:
        forgettable(web.session())  # the next launch says it again; what the person then does waits for the disk
        recorded = launches.record(web.session(), accepted, activity, now, store_names=names)
        web.session().commit()
    current = CurrentLaunch(
        id=secrets.token_urlsafe(12),
        platform=accepted.platform,
        deployment=accepted.deployment,
        context=recorded.context,
        placement=recorded.link.id if recorded.link else None,
        user=recorded.user,
        roles=accepted.roles,
        language=spoken(accepted.locale) or best_language(*request.accept_languages.values()),
        message=accepted.message,
        frames=tuple(dict.fromkeys(filter(None, map(security.origin, accepted.frames)))),
        issued_at=now,
        return_url=accepted.return_url,
        for_user=accepted.for_user,
        deep_linking=accepted.deep_linking,
    )
    g.link, g.attempts = recorded.link, recorded.attempts  # what this request shows need not be asked for again
    security.enter(current)
    metrics.count_launch("accepted")
    log.info("launch accepted", platform=current.platform, message=current.message, launch=current.id)
    return current


def own_target(target_link_uri: str, public_url: str) -> str:
    """The signed target, if it is an address of ours: only then its query means something to us."""
    return target_link_uri if security.origin(target_link_uri) == public_url else ""


def refusal(rejected: LaunchRejected) -> ResponseReturnValue:
    """Says what happened and what to do; the detail is for whoever looks after the platform."""
    metrics.count_launch(rejected.code)
    log.warning("launch refused", code=rejected.code, detail=rejected.detail)
    status = 400 if rejected.code != "platform-inactive" else 403
    security.allow_framing_by_asker()
    return web.page("refused.html", code=rejected.code, detail=rejected.detail), status
