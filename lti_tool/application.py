"""Puts the tool together: settings, database, keys, gateway, pages; reads from top to bottom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import click
import structlog
from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import content
from content.templates import CompiledTemplates
from lti_tool import cli, logs, security, web
from lti_tool.db import make_engine, make_sessions
from lti_tool.keys import KeyFolder
from lti_tool.launch_token import LaunchTokens
from lti_tool.limits import Limit
from lti_tool.outgoing import Outgoing
from lti_tool.pylti_gateway import PyltiGateway
from lti_tool.settings import Settings
from lti_tool.views import (
    admin,
    again,
    assessment,
    errors,
    exercise,
    files,
    launch,
    ops,
    picker,
    privacy,
    reading,
    trainer,
)

log = structlog.get_logger(__name__)
MEGABYTE = 1024 * 1024
LARGEST_FORM = 2 * MEGABYTE
ANONYMOUS_LIMIT = 1200
"""Per minute, page and address: a town hall of several hundred people leaves the house under one address."""


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def create_app(
    settings: Settings,
    clock: Callable[[], dt.datetime] = utc_now,
    load: Callable[[Path, str | None], content.Curriculum] = content.load,
) -> Flask:
    """A tool that serves; it neither makes keys nor tables (`flask keys rotate`, `flask db upgrade`).

    `load` gives the curriculum in a folder under a profile.
    """
    app = Flask(__name__, static_folder="static", template_folder="templates")
    configure(app, settings)
    app.extensions[web.EXTENSION] = make_tool(settings, clock, load)

    app.teardown_request(web.close_session)
    app.after_request(security.add_headers)
    errors.init_app(app)
    limit_anonymous(app)
    for module in (admin, again, assessment, exercise, files, launch, ops, picker, privacy, reading, trainer):
        app.register_blueprint(module.bp)
    logs.init_app(app, settings)
    if settings.lacks_operator and click.get_current_context(silent=True) is None:  # serving, not a command
        log.warning("operator missing", remedy="STAFFEL_OPERATOR_NAME, _ADDRESS, _EMAIL")
    cli.init_app(app)
    if settings.proxy_count:
        count = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def configure(app: Flask, settings: Settings) -> None:
    app.session_interface = security.NoCookieSession()
    app.config["MAX_CONTENT_LENGTH"] = (settings.upload_megabytes + 1) * MEGABYTE
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = CompiledTemplates()  # by the set-up: the first page comes sooner


def make_tool(
    settings: Settings, clock: Callable[[], dt.datetime], load: Callable[[Path, str | None], content.Curriculum]
) -> web.Tool:
    engine = make_engine(settings.database_url)
    sessions = make_sessions(engine)
    keys = KeyFolder(settings.keys_folder)
    outgoing = Outgoing(settings.allowed_hosts, settings.public_url)
    secrets = [secret.get_secret_value() for secret in (settings.secret_key, *settings.secret_key_fallbacks)]
    return web.Tool(
        settings=settings,
        engine=engine,
        sessions=sessions,
        keys=keys,
        outgoing=outgoing,
        gateway=PyltiGateway(sessions, keys, outgoing, redirect_uri=f"{settings.public_url}/lti/launch", clock=clock),
        curriculum=load(settings.curriculum, settings.profile),
        tokens=LaunchTokens(secrets, dt.timedelta(minutes=settings.launch_token_minutes)),
        clock=clock,
    )


def limit_anonymous(app: Flask) -> None:
    """Whoever has no launch yet may ask only so often."""
    limit = Limit(ANONYMOUS_LIMIT)
    for module in (admin, again, launch):
        app.before_request_funcs.setdefault(module.bp.name, []).append(limit.check)
