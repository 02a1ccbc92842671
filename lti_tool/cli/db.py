"""`flask db …`: the database's tables, by Alembic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.config import Config
from flask.cli import AppGroup
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url

from lti_tool import web
from lti_tool.cli import printing
from lti_tool.revisions import MIGRATIONS, newest, noted

db = AppGroup("db", help="Tabellen der Datenbank")


@contextmanager
def migrations(engine: Engine) -> Iterator[Config]:
    """Alembic's configuration with a connection of this engine; SQLite's folder is made if need be."""
    url = make_url(engine.url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection, references_at_rest(connection):
        config.attributes["connection"] = connection
        yield config


@contextmanager
def references_at_rest(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying and dropping it, and would delete with it all rows that refer to it.

    https://sqlite.org/lang_altertable.html, section 7, step 1. The switch does nothing inside of a transaction, so it
    is asked of the driver before one begins; every row of the copies is checked before others use the connection.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if driver.execute("PRAGMA foreign_key_check").fetchall():
            raise click.ClickException(printing.text("cli.db.references"))
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def upgrade_to(engine: Engine, revision: str = "head") -> None:
    with migrations(engine) as config:
        command.upgrade(config, revision)


def downgrade_to(engine: Engine, revision: str) -> None:
    with migrations(engine) as config:
        command.downgrade(config, revision)


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest tables."""
    with engine.connect() as connection:
        return noted(connection) == newest()


@db.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Tabellen anlegen oder auf den neuesten Stand bringen."""
    upgrade_to(web.tool().engine, revision)
    click.echo("Die Datenbank ist auf dem neuesten Stand." if revision == "head" else f"Stand: {revision}")


@db.command("downgrade")
@click.argument("revision")
@click.option("--yes", is_flag=True, help="ohne Rückfrage")
def downgrade(revision: str, yes: bool) -> None:
    """Auf einen früheren Stand zurückgehen („base“: alles löschen)."""
    if not yes:
        click.confirm(f"Auf den Stand {revision} zurückgehen? Daten neuerer Tabellen gehen verloren.", abort=True)
    downgrade_to(web.tool().engine, revision)
    click.echo(f"Stand: {revision}")


@db.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Für die Entwicklung: eine Migration von dieser Datenbank zu den Tabellen im Code schreiben."""
    number = len(list((MIGRATIONS / "versions").glob("*.py"))) + 1
    with migrations(web.tool().engine) as config:
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


@db.command("current")
def current() -> None:
    """Ist die Datenbank auf dem neuesten Stand?"""
    good = is_current(web.tool().engine)
    click.echo("auf dem neuesten Stand" if good else "veraltet: flask --app wsgi db upgrade")
    if not good:
        raise SystemExit(1)
