"""The state of the database's tables, as Alembic notes it, against the newest that this code knows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def newest() -> tuple[str, ...]:
    """What `db upgrade` leads to; read once per process."""
    return tuple(ScriptDirectory(str(MIGRATIONS)).get_heads())


def noted(connection: Connection) -> tuple[str, ...]:
    """What the database says; empty where nothing was ever migrated."""
    return MigrationContext.configure(connection).get_current_heads()
