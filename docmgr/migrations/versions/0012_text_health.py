"""Store with each version how sound its text is, and the text before a conversion. Files that were refused for their old
encoding are read again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

VERSION = sa.table("version", *map(sa.column, ("id", "document_id", "outcome", "reason_code", "health", "read_again")))
JOB = sa.table("job", *map(sa.column, ("kind", "document_id", "version_id", "created_at", "run_after", "attempts")))


def upgrade() -> None:
    """Add the columns, and ask the worker to read what it can convert now."""
    op.add_column("document", sa.Column("official", sa.Boolean(), server_default=sa.true(), nullable=False))
    for name, kind in (
        ("health", sa.String(length=20)), ("health_reason", sa.String(length=50)), ("encodings", sa.String(length=40)),
        ("old_lines", sa.Integer()), ("text_before", sa.Text()),
    ):  # fmt: skip
        op.add_column("version", sa.Column(name, kind, nullable=True))
    for name in ("as_written", "read_again"):
        op.add_column("version", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_version_health", "version", ["health"])
    connection = op.get_bind()
    textless = VERSION.c.outcome.is_not(None) & (VERSION.c.outcome != "text")
    connection.execute(sa.update(VERSION).where(textless).values(health="none"))
    _read_again(connection)


def _read_again(connection: sa.Connection) -> None:
    old = VERSION.c.reason_code == "legacy_encoding"
    refused = connection.execute(sa.select(VERSION.c.id, VERSION.c.document_id).where(old)).all()
    connection.execute(sa.update(VERSION).where(old).values(read_again=True))
    now = sa.func.current_timestamp()
    for version in refused:
        connection.execute(
            sa.insert(JOB).values(
                kind="read", document_id=version.document_id, version_id=version.id, created_at=now, run_after=now, attempts=0
            )
        )


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
