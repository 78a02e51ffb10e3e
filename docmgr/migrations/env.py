"""What Alembic runs for each command; services.upkeep.migrate hands the open connection over in `config.attributes`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

import docmgr.models  # noqa: F401  (registers every table)
from docmgr.db import Base, UtcDateTime


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our own column type by its name in new steps."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen_context.imports.add("from docmgr.db import UtcDateTime")
        return "UtcDateTime()"
    return False


def run() -> None:
    """Run the steps inside the transaction that the caller opened and ends."""
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
