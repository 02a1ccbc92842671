"""The commands of `flask --app wsgi …`: each parses, calls a service, commits, prints; lists also as JSON."""

from __future__ import annotations

from flask import Flask

from lti_tool.cli import db, doctor, keys, platforms, work


def init_app(app: Flask) -> None:
    for group in (db.db, keys.keys, platforms.platforms, doctor.doctor, *work.COMMANDS):
        app.cli.add_command(group)
