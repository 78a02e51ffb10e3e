"""Add share links with their switch for the whole site, and reading receipts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr.db import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_OPEN = sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL")


def upgrade() -> None:
    """Add the two tables, and the switch, which is on."""
    op.add_column("agency", sa.Column("share_links", sa.Boolean(), server_default=sa.true(), nullable=False))
    _share_links()
    _receipts()


def _share_links() -> None:
    op.create_table(
        "share_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=True),
        sa.Column("most_openings", sa.Integer(), nullable=True),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.Column("last_opened_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(document_id IS NULL) <> (case_id IS NULL)", name=op.f("ck_share_link_one_subject")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_share_link_document_id_document")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_share_link_case_id_case_file")),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_share_link_made_by_user_account")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["user_account.id"], name=op.f("fk_share_link_withdrawn_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_share_link_token_hash")),
        sqlite_autoincrement=True,
    )
    for column in ("document_id", "case_id", "made_by"):
        op.create_index(op.f(f"ix_share_link_{column}"), "share_link", [column])


def _receipts() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("version_no", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_receipt_document_id_document")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_receipt_user_id_user_account")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_receipt_unit_id_unit")),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name=op.f("fk_receipt_asked_by_user_account")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_receipt_version_id_version")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["user_account.id"], name=op.f("fk_receipt_withdrawn_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sqlite_autoincrement=True,
    )
    for column in ("document_id", "version_id"):
        op.create_index(op.f(f"ix_receipt_{column}"), "receipt", [column])
    op.create_index("ix_receipt_open", "receipt", ["document_id", "user_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_receipt_user_id_confirmed_at", "receipt", ["user_id", "confirmed_at"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
