"""Database access: engine, sessions, naming of constraints, times in UTC; SQLite made safe for several processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_MILLISECONDS = 10_000


class Base(DeclarativeBase):
    """Base of all tables; constraints have names, so that migrations can drop them on every database."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[dt.datetime]):
    """Aware datetimes in UTC; a naive one is a bug and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def storable(text: str) -> bool:
    """PostgreSQL keeps no NUL, and nothing encodes half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL.

    SQLite: write-ahead log, foreign keys on, writers wait instead of failing, and every transaction begins IMMEDIATE,
    because a deferred one that turns into a writer fails at once when another process writes
    (https://sqlite.org/lang_transaction.html, section 2.2). Those that only read say so (`reads_only`) and wait for
    nobody. Errors tell no values: they end in the log.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_MILLISECONDS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("reads_only"):
        connection.exec_driver_sql("BEGIN")
        return
    set_durable(connection.info, connection.exec_driver_sql, durable=not options.get("forgettable", False))
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def set_durable(info: dict[Any, Any], execute: Callable[[str], object], *, durable: bool) -> None:
    """Whether what a connection to SQLite commits next waits for the disk; `info` is what the pool keeps of it."""
    if info.get("durable", True) != durable:
        info["durable"] = durable
        execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")


def reads_only(session: Session) -> None:
    """The session's transaction, which begins here, writes nothing: it takes no lock and waits for none."""
    session.connection(execution_options={"reads_only": True})


def forgettable(session: Session, *, server: bool = True) -> None:
    """What the transaction that begins here writes may be lost in a power cut (never in a crash): no wait for the disk.

    https://sqlite.org/pragma.html#pragma_synchronous: NORMAL in WAL mode is consistent, but not durable. Nor does
    PostgreSQL wait, whose server may forget it in a crash of its own while its clients live on
    (https://www.postgresql.org/docs/current/wal-async-commit.html); with `server=False` it does.
    """
    connection = session.connection(execution_options={"forgettable": True})
    if server and connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", f"busy_timeout={BUSY_MILLISECONDS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)
