"""Two peers of the tool's launch: the Flask example of PyLTI1p3 with cached keys, and a bare page with all checks.

Both keep their state in SQLite, so that two gunicorn workers share it. Environment: BENCH_KEYS (the platform's key
set as JSON), BENCH_FOLDER. Neither makes an attempt nor shows an exercise: they are the floor, not a tool.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import pickle
import secrets
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
from flask import Flask, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from jwt import PyJWK
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfDict

from benchmarks.lti_platform import CLIENT, DEPLOYMENT, ISSUER, LTI

MINUTES = 600
LEEWAY = 60
AUTH = "http://localhost:9/auth"
PAGE = "<!DOCTYPE html><html lang='de'><title>Aufgabe</title><h1>Aufgabe</h1><p>{name}</p></html>"


class Database(threading.local):
    """A connection per thread."""

    def __init__(self, name: str, schema: str) -> None:
        self.connection = sqlite3.connect(Path(os.environ["BENCH_FOLDER"]) / name, isolation_level=None, timeout=10)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.execute(schema)

    def run(self, statement: str, *values: Any) -> Any:
        return self.connection.execute(statement, values).fetchone()


class Cache:
    """What the example takes from Flask-Caching: `get` and `set`, shared by the workers."""

    def __init__(self) -> None:
        self.database = Database(
            "example.sqlite3", "CREATE TABLE IF NOT EXISTS cache (key TEXT PRIMARY KEY, value BLOB, ends REAL)"
        )

    def get(self, key: str) -> Any:
        row = self.database.run("SELECT value FROM cache WHERE key = ? AND ends > ?", key, time.time())
        return pickle.loads(row[0]) if row else None  # noqa: S301 - our own values

    def set(self, key: str, value: Any, seconds: int | None = None) -> None:
        ends = time.time() + (seconds or 86_400)
        self.database.run("INSERT OR REPLACE INTO cache VALUES (?, ?, ?)", key, pickle.dumps(value), ends)


def example() -> Flask:
    """PyLTI1p3 as its README shows it, key set cached for two hours."""
    app = Flask("example")
    app.secret_key = secrets.token_hex(32)
    registration = {
        "default": True,
        "client_id": CLIENT,
        "auth_login_url": AUTH,
        "auth_token_url": "http://localhost:9/token",
        "key_set_url": os.environ["BENCH_JWKS"],
        "key_set": None,
        "deployment_ids": [DEPLOYMENT],
    }
    configuration = ToolConfDict({ISSUER: [registration]})
    cache = Cache()

    @app.route("/lti/login", methods=["GET", "POST"])
    def login() -> Any:
        storage = FlaskCacheDataStorage(cache)
        asked = FlaskRequest()
        return FlaskOIDCLogin(asked, configuration, launch_data_storage=storage).redirect(
            asked.get_param("target_link_uri")
        )

    @app.post("/lti/launch")
    def launch() -> str:
        storage = FlaskCacheDataStorage(cache)
        accepted = FlaskMessageLaunch(FlaskRequest(), configuration, launch_data_storage=storage)
        accepted.set_public_key_caching(storage, cache_lifetime=7200)
        return PAGE.format(name=accepted.get_launch_data().get("name"))

    @app.get("/readyz")
    def ready() -> str:
        return "ok"

    return app


def bare() -> Flask:
    """The checks of LTI's security framework, one row that is used once, and nothing else."""
    app = Flask("bare")
    (entry,) = json.loads(os.environ["BENCH_KEYS"])["keys"]
    keys = {entry["kid"]: PyJWK(entry, algorithm="RS256").key}
    database = Database(
        "bare.sqlite3", "CREATE TABLE IF NOT EXISTS login (state TEXT PRIMARY KEY, nonce TEXT, binding TEXT, ends REAL)"
    )

    @app.route("/lti/login", methods=["GET", "POST"])
    def login() -> Any:
        if request.values["iss"] != ISSUER or request.values["client_id"] != CLIENT:
            return "platform", 400
        state, nonce, binding = (secrets.token_urlsafe(32) for _ in range(3))
        row = (_hash(state), nonce, _hash(binding), time.time() + MINUTES)
        database.run("INSERT INTO login VALUES (?, ?, ?, ?)", *row)
        query = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": CLIENT,
            "redirect_uri": request.url_root + "lti/launch",
            "login_hint": request.values["login_hint"],
            "state": state,
            "nonce": nonce,
        }
        response = make_response(redirect(f"{AUTH}?{urlencode(query)}"))
        response.set_cookie("binding", binding, httponly=True)
        return response

    @app.post("/lti/launch")
    def launch() -> ResponseReturnValue:
        token = request.form["id_token"]
        row = database.run(
            "DELETE FROM login WHERE state = ? RETURNING nonce, binding, ends", _hash(request.form["state"])
        )
        if row is None or row[2] < time.time() or not hmac.compare_digest(row[1], _hash(request.cookies["binding"])):
            return "state", 400
        key = keys[jwt.get_unverified_header(token)["kid"]]
        options: Any = {"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]}
        claims = jwt.decode(token, key, ["RS256"], options=options, audience=CLIENT, issuer=ISSUER, leeway=LEEWAY)
        fit = (
            hmac.compare_digest(claims["nonce"], row[0])
            and claims.get("azp", CLIENT) == CLIENT
            and claims[LTI + "version"] == "1.3.0"
            and claims[LTI + "deployment_id"] == DEPLOYMENT
            and isinstance(claims[LTI + "roles"], list)
            and claims[LTI + "resource_link"]["id"]
        )
        return PAGE.format(name=claims["name"]) if fit else ("claims", 400)

    @app.get("/readyz")
    def ready() -> ResponseReturnValue:
        return jsonify(True)

    return app


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
