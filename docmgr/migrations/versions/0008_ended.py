"""Store which document ended another one, and from which day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns `ended_on` and `ended_by`, and queue jobs that fill them."""
    op.add_column("document", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("document", sa.Column("ended_by", sa.Integer(), nullable=True))
    op.create_index("ix_document_ended_by", "document", ["ended_by"])
    op.create_index("ix_citation_number_key_role", "citation", ["number_key", "role"])
    op.create_index("ix_citation_name_key_role", "citation", ["name_key", "role"])
    _ask()


def _ask() -> None:
    """Queue index jobs for documents that may end others: the worker computes what they end."""
    relation, citation, version = (
        sa.table("relation", sa.column("source_id"), sa.column("type")),
        sa.table("citation", sa.column("version_id"), sa.column("role")),
        sa.table("version", sa.column("id"), sa.column("document_id")),
    )
    job = sa.table("job", *map(sa.column, ("kind", "document_id", "created_at", "run_after", "attempts")))
    ending = ("replaces", "repeals")
    sources = sa.union(
        sa.select(relation.c.source_id).where(relation.c.type.in_(ending)),
        sa.select(version.c.document_id)
        .join(citation, citation.c.version_id == version.c.id)
        .where(citation.c.role.in_(ending)),
    ).subquery()
    now = sa.func.current_timestamp()
    asked = sa.select(sa.literal("index"), sources.c[0], now, now, sa.literal(0))
    op.execute(sa.insert(job).from_select(["kind", "document_id", "created_at", "run_after", "attempts"], asked))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
