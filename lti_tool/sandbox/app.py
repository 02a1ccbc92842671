"""The platform's web face: launches, services, registration, over HTTP on loopback."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request

from content.templates import CompiledTemplates
from lti_tool.sandbox.model import Endpoint, Sandbox, ToolRegistration

LOOPBACK = ("127.0.0.1", "::1")
HOSTS = (*LOOPBACK, "localhost")
EXTENSION = "staffel-sandbox"
DRIP_SECONDS = 0.2


def create_platform(sandbox: Sandbox) -> Flask:
    """An application that serves `sandbox`; it refuses every visitor from another machine."""
    from lti_tool.sandbox import course, pages, registration, services, tools

    app = Flask("lti_tool.sandbox", template_folder="templates", static_folder="static")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = CompiledTemplates()
    app.extensions[EXTENSION] = sandbox
    app.before_request(only_from_here)
    app.before_request(misbehave)
    for module in (course, pages, services, registration, tools):
        app.register_blueprint(module.bp)
    return app


def state() -> Sandbox:
    found: Sandbox = current_app.extensions[EXTENSION]
    return found


def registered_tool() -> ToolRegistration:
    tool = state().tool
    if tool is None:
        abort(404, "no tool is registered")
    return tool


def only_from_here() -> None:
    """No other machine, and no name that a stranger's name server lets point to this one."""
    names = {*HOSTS, urlsplit(state().url).hostname}
    if request.remote_addr not in LOOPBACK or urlsplit(request.host_url).hostname not in names:
        abort(403)


def misbehave() -> Response | None:
    """The fault that was switched on for this endpoint, if any."""
    name: Endpoint = (request.endpoint or "").rpartition(".")[2]  # type: ignore[assignment] # unknown names find nothing
    with state().lock:
        fault = state().faults.get(name)
        if fault is None:
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del state().faults[name]
    time.sleep(fault.delay)
    if fault.hang_up:
        state().log.append((f"fault {name}", 0))
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return Response(status=503)
    if fault.body is None and fault.status < 300 and not fault.drip:  # noqa: PLR2004 - only slow
        return None
    state().log.append((f"fault {name}", fault.status))
    body = _drip() if fault.drip else fault.body or b""
    return Response(body, fault.status, dict(fault.headers))


def _drip() -> Iterator[bytes]:
    while True:
        yield b" "
        time.sleep(DRIP_SECONDS)
