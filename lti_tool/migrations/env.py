"""Runs migrations on the connection that the command gives; SQLite changes tables by copying them (batch mode)."""

from typing import Literal

from alembic import context

import lti_tool.models  # noqa: F401 - fills Base.metadata
from lti_tool.db import Base, UtcDateTime

connection = context.config.attributes["connection"]


def render_item(kind: str, item: object, autogen_context: object) -> str | Literal[False]:
    """Generated migrations name plain types: they must not change when our classes do."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
