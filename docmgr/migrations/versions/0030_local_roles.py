"""Add local roles on folders and documents, groups of people, and what is needed to undo a change of rights."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr.db import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

EVERYTHING = ("read", "draft", "add", "edit", "approve", "share", "delete")
# What each role holds after the upgrade: whoever could edit before keeps all they could do.
DELIVERED = {
    "reader": ("read",),
    "contributor": ("read", "add"),
    "editor": EVERYTHING,
    "reviewer": ("read", "draft", "approve"),
    "manager": EVERYTHING,
    "owner": ("read", "draft", "edit", "approve", "delete"),
}


def upgrade() -> None:
    """Add the tables and the delivered roles. The right to read becomes the role of a reader, the right to edit that of an
    editor; the access lists stay as they are."""
    roles = op.create_table(
        "local_role",
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_local_role")),
    )
    rights = op.create_table(
        "local_right",
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("right", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["role"], ["local_role.role"], name=op.f("fk_local_right_role_local_role")),
        sa.PrimaryKeyConstraint("role", "right", name=op.f("pk_local_right")),
    )
    op.bulk_insert(roles, [{"role": role, "revision": 1} for role in DELIVERED])
    op.bulk_insert(rights, [{"role": role, "right": right} for role, held in DELIVERED.items() for right in held])
    with op.batch_alter_table("access_grant", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("right", new_column_name="role", existing_type=sa.String(length=10), type_=sa.String(length=20), existing_nullable=False)
    op.execute("UPDATE access_grant SET role = CASE role WHEN 'edit' THEN 'editor' ELSE 'reader' END")
    _groups()
    _changes()


def _groups() -> None:
    op.create_table(
        "person_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_group")),
        sa.UniqueConstraint("name", name=op.f("uq_person_group_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "group_member",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["person_group.id"], name=op.f("fk_group_member_group_id_person_group")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_group_member_user_id_user_account")),
        sa.PrimaryKeyConstraint("group_id", "user_id", name=op.f("pk_group_member")),
    )
    op.create_index(op.f("ix_group_member_user_id"), "group_member", ["user_id"])


def _changes() -> None:
    op.create_table(
        "sharing_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_by_label", sa.String(length=300), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["folder_id"], ["folder.id"], name=op.f("fk_sharing_change_folder_id_folder")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_sharing_change_document_id_document")),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_sharing_change_made_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_change")),
        sqlite_autoincrement=True,
    )
    for column in ("folder_id", "document_id"):
        op.create_index(op.f(f"ix_sharing_change_{column}"), "sharing_change", [column])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
