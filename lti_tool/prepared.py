"""Statements of the busiest paths: compiled once, run on the database driver itself, each a transaction of its own.

Through a session such a statement costs ten times as much processor time as the database needs for it. Values go in
and come out as SQLAlchemy's types have them; errors are SQLAlchemy's. Nothing here sees what a session has not yet
committed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary, ref

from sqlalchemy import Delete, Engine, Insert, Select, Update, event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from lti_tool.db import set_durable

Statement = Select[*tuple[Any, ...]] | Delete | Insert | Update
Values = Mapping[str, object]
Convert = Callable[[Any], Any]
Taken = TypeVar("Taken")
MOST_RESTING = 16


@dataclass(frozen=True)
class Form:
    """A statement as one kind of database reads it. `names`: the order of parameters, None where they go by name."""

    text: str
    fixed: Values
    names: Sequence[str] | None
    going: Mapping[str, Convert]

    @classmethod
    def of(cls, statement: Statement, dialect: Dialect) -> Form:
        compiled: Any = statement.compile(dialect=dialect)
        binds = {name: _type(bind.type, dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        return cls(
            text=str(compiled),
            fixed={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
            names=compiled.positiontup if compiled.positional else None,
            going={name: convert for name, convert in binds.items() if convert},
        )

    def parameters(self, values: Values) -> Any:
        found = {**self.fixed, **values}
        for name, convert in self.going.items():
            found[name] = convert(found[name])
        return found if self.names is None else [found[name] for name in self.names]


@dataclass
class Line:
    """A connection to SQLite that is ours alone."""

    driver: Any
    info: dict[Any, Any] = field(default_factory=dict)


class Lines:
    """Connections of an engine to SQLite that rest between two statements: asking the pool takes longer than those."""

    def __init__(self, engine: Engine) -> None:
        self.writing = threading.Lock()
        self._engine = ref(engine)
        self._resting: list[Line] = []
        event.listen(engine, "engine_disposed", self._close)

    def take(self) -> Line:
        try:
            return self._resting.pop()
        except IndexError:
            return self._open()

    def give_back(self, line: Line) -> None:
        if len(self._resting) < MOST_RESTING:
            self._resting.append(line)
        else:
            line.driver.close()

    def _open(self) -> Line:
        engine = self._engine()
        if engine is None:
            raise ReferenceError("engine")
        connection = engine.raw_connection()
        connection.detach()
        return Line(connection.dbapi_connection)

    def _close(self, engine: Engine) -> None:
        while self._resting:
            self._resting.pop().driver.close()


_LINES: WeakKeyDictionary[Engine, Lines] = WeakKeyDictionary()


class Prepared:
    """A statement with `bindparam`s for its values. `forgettable` as in `lti_tool.db`."""

    def __init__(self, statement: Statement, *, forgettable: bool = False) -> None:
        self._statement = statement
        self._forgettable = forgettable
        self._writes = not isinstance(statement, Select)
        self._forms: dict[str, Form] = {}
        self._coming: dict[str, list[tuple[int, Convert]]] = {}

    def rows(self, engine: Engine, values: Values) -> list[tuple[Any, ...]]:
        return self._run(engine, values, self._rows)

    def _rows(self, dialect: Dialect, cursor: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = cursor.fetchall()
        coming = self._conversions(dialect, cursor.description)
        return [_converted(row, coming) for row in found] if coming else found

    def first(self, engine: Engine, values: Values) -> tuple[Any, ...] | None:
        found = self.rows(engine, values)
        return found[0] if found else None

    def count(self, engine: Engine, values: Values) -> int:
        """Runs a statement that writes; how many rows it met."""
        return self._run(engine, values, lambda dialect, cursor: int(cursor.rowcount))

    def _form(self, engine: Engine) -> Form:
        name = engine.dialect.name
        form = self._forms.get(name)
        if form is None:
            form = self._forms[name] = Form.of(self._statement, engine.dialect)
        return form

    def _conversions(self, dialect: Dialect, described: Sequence[Sequence[Any]]) -> list[tuple[int, Convert]]:
        """What to do with which values; what a driver says of its columns is the same every time."""
        coming = self._coming.get(dialect.name)
        if coming is None:
            kinds = [_type(column.type, dialect) for column in self._statement.exported_columns]
            converts = [kind.result_processor(dialect, is_[1]) for kind, is_ in zip(kinds, described, strict=True)]
            coming = self._coming[dialect.name] = [(at, convert) for at, convert in enumerate(converts) if convert]
        return coming

    def _run(self, engine: Engine, values: Values, take: Callable[[Dialect, Any], Taken]) -> Taken:
        form = self._form(engine)
        try:
            return (self._on_sqlite if engine.dialect.name == "sqlite" else self._on_server)(engine, form, values, take)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(
                form.text, None, error, engine.dialect.loaded_dbapi.Error, hide_parameters=True
            ) from error

    def _on_sqlite(self, engine: Engine, form: Form, values: Values, take: Callable[[Dialect, Any], Taken]) -> Taken:
        """Every statement outside of a transaction is one of its own.

        Threads that write wait here for each other: SQLite would let them sleep and ask again, too early or too late.
        """
        lines = _lines(engine)
        line = lines.take()
        try:
            if self._writes:
                with lines.writing:
                    set_durable(line.info, line.driver.execute, durable=not self._forgettable)
                    taken = take(engine.dialect, line.driver.execute(form.text, form.parameters(values)))
            else:
                taken = take(engine.dialect, line.driver.execute(form.text, form.parameters(values)))
        except BaseException:
            line.driver.close()
            raise
        lines.give_back(line)
        return taken

    def _on_server(self, engine: Engine, form: Form, values: Values, take: Callable[[Dialect, Any], Taken]) -> Taken:
        connection = engine.raw_connection()
        driver: Any = connection.driver_connection
        try:
            driver.autocommit = True
            return take(engine.dialect, driver.execute(form.text, form.parameters(values)))
        finally:
            if not driver.closed:
                driver.autocommit = False
            connection.close()


def _lines(engine: Engine) -> Lines:
    found = _LINES.get(engine)
    return found if found is not None else _LINES.setdefault(engine, Lines(engine))


def _type(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)


def _converted(row: Sequence[Any], coming: Sequence[tuple[int, Convert]]) -> tuple[Any, ...]:
    values = list(row)
    for index, convert in coming:
        values[index] = convert(values[index])
    return tuple(values)
