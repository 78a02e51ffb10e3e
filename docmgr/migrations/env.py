"""The script that Alembic runs for each of its commands. services.upkeep.migrate opens the database
connection and passes it in `config.attributes`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

import docmgr.models  # noqa: F401  (registers every table)
from docmgr.db import Base, UtcDateTime


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Tell Alembic to write the column type UtcDateTime by its name in new migrations. Returns False for all
    other types, so that Alembic uses its own form."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen_context.imports.add("from docmgr.db import UtcDateTime")
        return "UtcDateTime()"
    return False


def run() -> None:
    """Run the migrations inside a transaction that the caller has opened and will end."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
    )
    context.run_migrations()


run()
