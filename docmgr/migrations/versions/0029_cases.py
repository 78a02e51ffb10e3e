"""Add case files, tags and fields of work, legal holds, and what is kept of documents that are deleted for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr.db import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the six tables, and the moment at which a document or folder was deleted for good. The index is rebuilt, because
    its format changed with the new filters."""
    _cases()
    _terms()
    _holds()
    _tombstones()
    op.add_column("document", sa.Column("purged_at", UtcDateTime(), nullable=True))
    op.add_column("folder", sa.Column("purged_at", UtcDateTime(), nullable=True))


def _cases() -> None:
    op.create_table(
        "case_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=50), nullable=False),
        sa.Column("code_key", sa.String(length=50), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=True),
        sa.Column("retention_years", sa.Integer(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("handover_months", sa.Integer(), nullable=False),
        sa.Column("handover_on", sa.Date(), nullable=True),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_case_file_unit_id_unit")),
        sa.ForeignKeyConstraint(["person_id"], ["user_account.id"], name=op.f("fk_case_file_person_id_user_account")),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_case_file_created_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("year", "code_key", name=op.f("uq_case_file_year")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_file_closed_on_handover_on", "case_file", ["closed_on", "handover_on"])
    for column in ("unit_id", "person_id"):
        op.create_index(op.f(f"ix_case_file_{column}"), "case_file", [column])
    op.create_table(
        "case_document",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_document_case_id_case_file")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_case_document_document_id_document")),
        sa.ForeignKeyConstraint(["added_by"], ["user_account.id"], name=op.f("fk_case_document_added_by_user_account")),
        sa.PrimaryKeyConstraint("case_id", "document_id", name=op.f("pk_case_document")),
    )
    op.create_index(op.f("ix_case_document_document_id"), "case_document", ["document_id"])


def _terms() -> None:
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("listed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("kind", "name_key", name=op.f("uq_term_kind")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "document_term",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_term_document_id_document")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_document_term_term_id_term")),
        sa.PrimaryKeyConstraint("document_id", "term_id", name=op.f("pk_document_term")),
    )
    op.create_index(op.f("ix_document_term_term_id"), "document_term", ["term_id"])


def _holds() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_by_label", sa.String(length=300), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_by_label", sa.String(length=300), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint("(document_id IS NULL) <> (case_id IS NULL)", name=op.f("ck_hold_one_subject")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_hold_document_id_document")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_hold_case_id_case_file")),
        sa.ForeignKeyConstraint(["set_by"], ["user_account.id"], name=op.f("fk_hold_set_by_user_account")),
        sa.ForeignKeyConstraint(["ended_by"], ["user_account.id"], name=op.f("fk_hold_ended_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sqlite_autoincrement=True,
    )
    for column in ("document_id", "case_id"):
        op.create_index(op.f(f"ix_hold_{column}"), "hold", [column])


def _tombstones() -> None:
    op.create_table(
        "tombstone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=True),
        sa.Column("number", sa.String(length=100), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("issuer", sa.String(length=300), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("hashes", sa.JSON(), nullable=False),
        sa.Column("deleted_by_label", sa.String(length=300), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("purged_by", sa.Integer(), nullable=True),
        sa.Column("purged_by_label", sa.String(length=300), nullable=False),
        sa.Column("purged_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_tombstone_document_id_document")),
        sa.ForeignKeyConstraint(["purged_by"], ["user_account.id"], name=op.f("fk_tombstone_purged_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("document_id", name=op.f("uq_tombstone_document_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tombstone_purged_at"), "tombstone", ["purged_at"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
