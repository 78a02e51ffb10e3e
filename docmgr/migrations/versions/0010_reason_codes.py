"""keep why a document cannot be searched as a code, and the level of a secrecy stamp apart, instead of a sentence"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# The level in a sentence about a stamp. For all other sentences the version that was read has a code already.
LEVEL = re.compile(r"\((Tuyệt mật|Tối mật|Mật)\)")
DOCUMENT = sa.table("document", *map(sa.column, ("id", "state", "current_no", "reason", "reason_code", "secrecy")))
VERSION = sa.table("version", *map(sa.column, ("document_id", "no", "reason_code")))
WITHHELD = sa.table("withheld_bytes", *map(sa.column, ("sha256", "reason", "secrecy")))


def upgrade() -> None:
    """Add the columns, fill them from the sentences, remove those. A sentence that no version has a code for is dropped:
    the document's state remains."""
    op.add_column("document", sa.Column("reason_code", sa.String(length=50), nullable=True))
    op.add_column("document", sa.Column("secrecy", sa.String(length=20), nullable=True))
    op.add_column("withheld_bytes", sa.Column("secrecy", sa.String(length=20), nullable=True))
    connection = op.get_bind()
    held = DOCUMENT.c.state == "withheld"
    read = sa.select(VERSION.c.reason_code).where(
        VERSION.c.document_id == DOCUMENT.c.id, VERSION.c.no == DOCUMENT.c.current_no
    )
    unread = DOCUMENT.c.reason.is_not(None) & ~held
    connection.execute(sa.update(DOCUMENT).where(unread).values(reason_code=read.scalar_subquery()))
    connection.execute(sa.update(DOCUMENT).where(held).values(reason_code="secrecy"))
    _levels(connection, DOCUMENT, DOCUMENT.c.id, held)
    _levels(connection, WITHHELD, WITHHELD.c.sha256, sa.true())
    for table in ("document", "version", "withheld_bytes"):
        op.drop_column(table, "reason")


def _levels(
    connection: sa.Connection, table: sa.TableClause, key: sa.ColumnElement[object], which: sa.ColumnElement[bool]
) -> None:
    """Store the level that each sentence names in brackets in the column `secrecy`."""
    rows = connection.execute(sa.select(key.label("key"), table.c.reason).where(which, table.c.reason.is_not(None))).all()
    found = [{"of": row.key, "level": level[1]} for row in rows if (level := LEVEL.search(row.reason))]
    if found:
        change = sa.update(table).where(key == sa.bindparam("of")).values(secrecy=sa.bindparam("level"))
        connection.execute(change, found)


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
