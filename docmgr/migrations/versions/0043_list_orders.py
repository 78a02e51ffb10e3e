"""Add the indexes from which long lists of documents are counted and sorted, and the key by which SQLite sorts subjects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr import collation

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

INDEXES: dict[str, tuple[str, ...]] = {
    "ix_document_changed_at_id": ("changed_at", "id", "access_list_id", "deleted_at"),
    "ix_document_folder_id_changed_at": ("folder_id", "changed_at", "id", "access_list_id", "deleted_at"),
    "ix_document_folder_id_subject_order": ("folder_id", "subject_order", "id", "access_list_id", "deleted_at"),
    "ix_document_folder_id_workflow": (
        "folder_id", "workflow", "access_list_id", "deleted_at", "number_key", "type", "issued_on", "effective_from", "effective_to", "ended_on",
    ),
    "ix_document_workflow_access_list_id": ("workflow", "access_list_id", "deleted_at", "folder_id"),
}  # fmt: skip
CHUNK = 1_000
# A row of an index of PostgreSQL holds 2,704 bytes.
KEY = 600


def upgrade() -> None:
    """Fill the keys from the subjects, then make the indexes."""
    op.add_column("document", sa.Column("subject_order", sa.Text(), nullable=True))
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, subject FROM document WHERE subject IS NOT NULL")).all()
    keyed = [{"id": number, "key": collation.key(subject)[:KEY]} for number, subject in rows]
    for start in range(0, len(keyed), CHUNK):
        connection.execute(sa.text("UPDATE document SET subject_order = :key WHERE id = :id"), keyed[start : start + CHUNK])
    op.drop_index(op.f("ix_document_changed_at"), "document")
    for name, columns in INDEXES.items():
        op.create_index(name, "document", list(columns))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
