"""Add the series of numbers and the registers, with the series that every agency begins with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr.db import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ONE_EACH = sa.text("state = 'issued' AND kind <> 'copies'")
# An administrator or a clerk changes them on the page of the series.
DELIVERED = (("Văn bản đi", "outgoing"), ("Bản sao", "copies"), ("Văn bản đến", "incoming"))


def upgrade() -> None:
    """Add both tables and the delivered series."""
    _series()
    _entries()
    table = sa.table("number_series", sa.column("name"), sa.column("kind"), sa.column("types", sa.JSON))
    op.bulk_insert(table, [{"name": name, "kind": kind, "types": []} for name, kind in DELIVERED])


def _series() -> None:
    op.create_table(
        "number_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("organ", sa.String(length=30), nullable=True),
        sa.Column("first_number", sa.Integer(), server_default="1", nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_number_series_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series")),
        sa.UniqueConstraint("name", name=op.f("uq_number_series_name")),
        sqlite_autoincrement=True,
    )


def _entries() -> None:
    op.create_table(
        "register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("symbol", sa.String(length=100), nullable=True),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("copy_kind", sa.String(length=3), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("kept_by", sa.String(length=300), nullable=True),
        sa.Column("copies", sa.Integer(), nullable=True),
        sa.Column("moved_on", sa.Date(), nullable=True),
        sa.Column("receipt", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sender", sa.String(length=300), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("progress", sa.String(length=500), nullable=True),
        sa.Column("answer", sa.String(length=100), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("changed_label", sa.String(length=300), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["document.id"], name=op.f("fk_register_entry_answer_id_document")),
        sa.ForeignKeyConstraint(["changed_by"], ["user_account.id"], name=op.f("fk_register_entry_changed_by_user_account")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_register_entry_document_id_document")),
        sa.ForeignKeyConstraint(["holder_id"], ["user_account.id"], name=op.f("fk_register_entry_holder_id_user_account")),
        sa.ForeignKeyConstraint(["person_id"], ["user_account.id"], name=op.f("fk_register_entry_person_id_user_account")),
        sa.ForeignKeyConstraint(["series_id"], ["number_series.id"], name=op.f("fk_register_entry_series_id_number_series")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_register_entry_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("series_id", "year", "number", name=op.f("uq_register_entry_series_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_register_entry_document_id"), "register_entry", ["document_id"])
    op.create_index("ix_register_entry_kind_year", "register_entry", ["kind", "year", "series_id", "number"])
    op.create_index(
        "ix_register_entry_one_each", "register_entry", ["document_id", "kind"], unique=True,
        sqlite_where=ONE_EACH, postgresql_where=ONE_EACH,
    )  # fmt: skip


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
