"""Registration pages for administrators of learning platforms, and the self-test.

There are no accounts here: an invitation made on the command line opens the form, an operator switches the result on.
"""

from __future__ import annotations

import structlog
from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from lti_tool import doctor, dynamic, platforms, security, web
from lti_tool.doctor import Doctor
from lti_tool.doctor_words import words
from lti_tool.models import Platform
from lti_tool.platforms import NewPlatform, OurAddresses, WrongRegistration, setup_values

log = structlog.get_logger(__name__)
bp = Blueprint("admin", __name__)
FIELDS = ("name", "issuer", "client_id", "login_url", "token_url", "jwks_url")
FAMILIES = ("moodle", "ilias", "other")
LONGEST_ADDRESS = 2000


def ours() -> OurAddresses:
    return OurAddresses(web.tool().settings.public_url)


def invitation() -> platforms.Invited | None:
    secret = request.values.get("invitation", "")
    return platforms.invited(web.session(), secret, web.now()) if secret else None


@bp.get("/lti/register")
def register() -> ResponseReturnValue:
    """Our addresses to copy; with an invitation the form for those of the platform, or its dynamic registration."""
    found = invitation()
    configuration = request.args.get("openid_configuration", "")[:LONGEST_ADDRESS]
    if configuration and found is not None:
        security.allow_framing([configuration])
        return web.page("register_dynamic.html", invited=found, values=request.args, failure=None)
    if configuration or ("invitation" in request.args and found is None):
        security.allow_framing([configuration])
        return web.page("register_closed.html"), 403
    return form_page(found, {}, {})


def form_page(found: platforms.Invited | None, values: dict[str, str], faults: dict[str, str]) -> str:
    family = request.values.get("lms", "moodle")
    return web.page(
        "register.html",
        invited=found,
        secret=request.values.get("invitation", ""),
        setup=setup_values(ours(), family if family in FAMILIES else "other"),
        families=FAMILIES,
        passback=values.get("passback_mode", web.tool().settings.passback_mode),
        family=family if family in FAMILIES else "other",
        fields=(*FIELDS, "deployments"),
        values=values,
        faults=faults,
    )


@bp.post("/lti/register")
@security.from_own_page
def register_by_hand() -> ResponseReturnValue:
    """What an administrator entered, inactive until the operator confirms it."""
    found = platforms.redeem(web.session(), request.form.get("invitation", ""), web.now())
    if found is None:
        return web.page("register_closed.html"), 403
    values = {name: request.form.get(name, "").strip() for name in (*FIELDS, "deployments")}
    deployments = tuple(part for part in values["deployments"].replace(",", " ").split() if part)
    new = NewPlatform(
        **{name: values[name] for name in FIELDS},
        deployments=deployments,
        any_deployment=not deployments,
        family=family if (family := request.form.get("lms", "")) in FAMILIES[:-1] else "",
        passback_mode=request.form.get("passback_mode", web.tool().settings.passback_mode),
        allowed_hosts=found.allowed_hosts,
    )
    try:
        platform = platforms.add(web.session(), new, web.now(), allowed=web.tool().settings.allowed_hosts)
    except WrongRegistration as wrong:
        web.session().rollback()  # the invitation is as good as before
        return form_page(found, values, dict(wrong.faults)), 422
    web.session().commit()
    return done(platform, "")


@bp.post("/lti/register/dynamic")
@security.from_own_page
def register_dynamically() -> ResponseReturnValue:
    """The platform and we tell each other our addresses."""
    configuration = request.form.get("openid_configuration", "")[:LONGEST_ADDRESS]
    found = platforms.redeem(web.session(), request.form.get("invitation", ""), web.now())
    web.session().commit()
    security.allow_framing([configuration])
    if found is None:
        return web.page("register_closed.html"), 403
    try:
        platform = _register(found, configuration, request.form.get("registration_token", ""))
    except (dynamic.RegistrationFailed, WrongRegistration) as failure:
        web.session().rollback()
        platforms.give_back(web.session(), found)
        web.session().commit()
        log.warning("registration failed", reason=str(failure))
        page = web.page("register_dynamic.html", invited=found, values=request.form, failure=_failure(failure))
        return page, 422
    web.session().commit()
    return done(platform, security.origin(configuration))


def _register(found: platforms.Invited, configuration: str, token: str) -> Platform:
    """Asks the platform without an open transaction, then keeps the result."""
    tool = web.tool()
    session = tool.outgoing.session(frozenset(found.allowed_hosts))
    document = dynamic.fetch(session, configuration)
    new = dynamic.register(session, document, token, found.name, ours())
    return platforms.add(web.session(), new, web.now(), allowed=(*tool.settings.allowed_hosts, *found.allowed_hosts))


def _failure(failure: dynamic.RegistrationFailed | WrongRegistration) -> tuple[str, str]:
    """Code and detail."""
    if isinstance(failure, dynamic.RegistrationFailed):
        return failure.code, failure.detail
    return "exists" if "exists" in failure.faults.values() else "value-missing", str(failure)


def done(platform: Platform, origin: str) -> str:
    log.info("platform registered", platform=platform.id)
    return web.page("register_done.html", platform=platform, origin=origin)


@bp.post("/lti/self-test")
@security.from_own_page
def self_test() -> ResponseReturnValue:
    """For teachers, inside of their platform: is everything set up as it must be?"""
    from lti_tool.views.launch import FRAMED, cookie_name

    launch = security.current_launch()
    if not launch.teaches:
        abort(403)
    tool = web.tool()
    web.session().commit()
    findings = Doctor(tool.settings, tool.sessions, tool.keys, tool.outgoing, tool.gateway).examine(
        launch.platform, web.now(), context=launch.context
    )
    browser = doctor.browser_findings(
        cookie=cookie_name() in request.cookies, framed=request.headers.get("Sec-Fetch-Dest") in FRAMED
    )
    family = web.session().get_one(Platform, launch.platform).family
    return web.page("self_test.html", findings=[*findings, *browser], family=family, words=words)
