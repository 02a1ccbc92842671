"""A platform for the crash test: a process with a gradebook that fails half of the time, in every way that it can."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import random
import socket
import sqlite3
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from lti_tool.gateway import PlatformRefused, PlatformUnavailable, ScoreUpdate
from tests.lti_tool.fakes import FakeGateway

TIMEOUT = 0.5
FATES = ("ok", "ok", "ok", "ok", "500", "429", "no answer", "kept but no answer")
OK, CONFLICT, TOO_MANY = 204, 409, 429


class Handler(BaseHTTPRequestHandler):
    """Takes scores as Moodle does: a timestamp that is not a whole second later is refused."""

    protocol_version = "HTTP/1.1"
    lock: ClassVar[threading.Lock] = threading.Lock()
    book: ClassVar[sqlite3.Connection]
    faulty: ClassVar[bool] = True

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/repair":
            type(self).faulty = False
            self.answer(OK)
            return
        fate = random.choice(FATES)  # noqa: S311 - how it fails
        if not self.faulty or fate == "ok":
            self.answer(self.keep(body))
        elif fate == "500":
            self.answer(500)
        elif fate == "429":
            self.answer(TOO_MANY)
        else:
            if fate == "kept but no answer":
                self.keep(body)
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def keep(self, body: Mapping[str, object]) -> int:
        stamp = int(dt.datetime.fromisoformat(str(body["timestamp"])).timestamp())
        with self.lock, self.book:
            (last,) = self.book.execute("SELECT max(stamp) FROM score WHERE user = ?", (body["userId"],)).fetchone()
            if last is not None and stamp <= last:
                return CONFLICT
            row = (body["userId"], body["scoreGiven"], stamp)
            self.book.execute("INSERT INTO score (user, given, stamp) VALUES (?, ?, ?)", row)
        return OK

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """No line per request."""


class QuietServer(ThreadingHTTPServer):
    """Killed clients are expected here."""

    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed in the middle of its request."""


def serve(listener: socket.socket, path: Path) -> None:
    """The life of the process."""
    Handler.book = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    Handler.book.execute("PRAGMA synchronous=OFF")
    Handler.book.execute("CREATE TABLE score (id INTEGER PRIMARY KEY, user TEXT, given REAL, stamp INTEGER)")
    Handler.book.execute("CREATE INDEX by_user ON score (user, stamp)")
    server = QuietServer(listener.getsockname(), Handler, bind_and_activate=False)
    server.socket = listener
    server.serve_forever(poll_interval=0.2)


def gradebook(path: Path) -> list[tuple[str, float, int]]:
    """Everything that was taken, in the order of its arrival."""
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT user, given, stamp FROM score ORDER BY id").fetchall()


def repair(port: int) -> None:
    """From now on nothing fails."""
    gateway = CrashGateway(port)
    gateway.post("/repair", {})
    if gateway.connection:
        gateway.connection.close()


class CrashGateway(FakeGateway):
    """Sends scores over HTTP to the platform's process."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.connection: http.client.HTTPConnection | None = None

    def publish_score(self, platform: int, line_item: str, score: ScoreUpdate) -> None:
        body = {"userId": score.user, "scoreGiven": score.given, "timestamp": score.timestamp.isoformat()}
        status = self.post("/scores", body)
        if status == CONFLICT:
            raise PlatformRefused("conflict", status)
        if status != OK:
            raise PlatformUnavailable(f"status-{status}")

    def post(self, path: str, body: Mapping[str, object]) -> int:
        self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            self.connection.request("POST", path, json.dumps(body))
            response = self.connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            self.connection = None
            raise PlatformUnavailable("timeout") from error
        return response.status
