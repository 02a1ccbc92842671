"""Serves an application on the loopback interface for as long as a block runs."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOPBACK = "127.0.0.1"


class QuietHandler(WSGIRequestHandler):
    """No line per request, and connections that stay open as with a real server."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def served(
    application: WSGIApplication, port: int = 0, tls: ssl.SSLContext | None = None, ends_within: float = 0.05
) -> Iterator[int]:
    """Yields the port; 0 lets the system choose one. At the end the server stops within so many seconds."""
    server: BaseWSGIServer = make_server(LOOPBACK, port, application, threaded=True, request_handler=QuietHandler)
    if tls is not None:
        # The handshake belongs into the connection's thread: a silent visitor must not keep the others waiting.
        server.ssl_context = tls
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.daemon_threads = True  # type: ignore[attr-defined] # of ThreadingMixIn
    server.block_on_close = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": ends_within}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
