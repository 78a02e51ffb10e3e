"""Add lists of case files whose period has ended, what becomes of them, and packages for the archive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr.db import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the four tables, the end of a case file, and the case file to which what was destroyed belonged."""
    _lists()
    _handovers()
    op.add_column("case_file", sa.Column("keep_until", sa.Integer(), nullable=True))
    op.add_column("case_file", sa.Column("destroyed_on", sa.Date(), nullable=True))
    op.add_column("tombstone", sa.Column("case_id", sa.Integer(), nullable=True))
    op.add_column("tombstone", sa.Column("place", sa.Integer(), nullable=True))
    op.add_column("tombstone", sa.Column("signer", sa.String(length=200), nullable=True))
    op.add_column("tombstone", sa.Column("recipients", sa.JSON(), nullable=True))
    op.create_index(op.f("ix_tombstone_case_id"), "tombstone", ["case_id"])



def _by(name: str) -> list[sa.Column[object]]:
    return [sa.Column(f"{name}_by", sa.Integer(), nullable=True), sa.Column(f"{name}_by_label", sa.String(length=300), nullable=True)]


def _person(table: str, *names: str) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([name], ["user_account.id"], name=op.f(f"fk_{table}_{name}_user_account")) for name in names]


def _lists() -> None:
    op.create_table(
        "disposal_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("ended_by", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_by_label", sa.String(length=300), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        *_by("proposed"),
        sa.Column("proposed_at", UtcDateTime(), nullable=True),
        sa.Column("returned", sa.String(length=500), nullable=True),
        *_by("decided"),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decision_number", sa.String(length=100), nullable=True),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("decision_document_id", sa.Integer(), nullable=True),
        *_by("started"),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        *_person("disposal_list", "created_by", "proposed_by", "decided_by", "started_by"),
        sa.ForeignKeyConstraint(["decision_document_id"], ["document.id"], name=op.f("fk_disposal_list_decision_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_list")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_disposal_list_state"), "disposal_list", ["state"])
    op.create_table(
        "disposal_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("proposal", sa.String(length=10), nullable=False),
        sa.Column("keep_until", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("taken_out", sa.JSON(), nullable=True),
        sa.Column("left", sa.JSON(), nullable=True),
        sa.Column("refused", sa.JSON(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["disposal_list.id"], name=op.f("fk_disposal_row_list_id_disposal_list")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_disposal_row_case_id_case_file")),
        *_person("disposal_row", "changed_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_row")),
        sa.UniqueConstraint("list_id", "case_id", name=op.f("uq_disposal_row_list_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_disposal_row_case_id"), "disposal_row", ["case_id"])


def _handovers() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_by_label", sa.String(length=300), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=True),
        sa.Column("contents", sa.JSON(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=True),
        sa.Column("receiver", sa.String(length=300), nullable=True),
        *_by("handed"),
        sa.Column("handed_at", UtcDateTime(), nullable=True),
        *_person("handover", "asked_by", "handed_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sqlite_autoincrement=True,
    )
    for column in ("state", "sha256"):
        op.create_index(op.f(f"ix_handover_{column}"), "handover", [column])
    op.create_table(
        "handover_case",
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_case_handover_id_handover")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_handover_case_case_id_case_file")),
        sa.PrimaryKeyConstraint("handover_id", "case_id", name=op.f("pk_handover_case")),
    )
    op.create_index(op.f("ix_handover_case_case_id"), "handover_case", ["case_id"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
