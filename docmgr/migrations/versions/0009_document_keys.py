"""Store with each citation a key of the document that it means, so that missing documents are counted in SQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr.services.relations.missing_documents import document_keys

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CITATION = sa.table(
    "citation",
    *(sa.column(name) for name in ("id", "version_id", "position", "number_key", "name_key", "document_key")),
    sa.column("issued_on", sa.Date),
)


def upgrade() -> None:
    """Add the key and fill it, one version after the other."""
    op.add_column("citation", sa.Column("document_key", sa.String(length=320), nullable=True))
    connection = op.get_bind()
    change = sa.update(CITATION).where(CITATION.c.id == sa.bindparam("of")).values(document_key=sa.bindparam("key"))
    for version in connection.scalars(sa.select(CITATION.c.version_id).distinct()).all():
        cited = connection.execute(
            sa.select(CITATION.c.id, CITATION.c.number_key, CITATION.c.name_key, CITATION.c.issued_on)
            .where(CITATION.c.version_id == version)
            .order_by(CITATION.c.position)
        ).all()
        keys = document_keys([(row.number_key, row.name_key, row.issued_on) for row in cited])
        connection.execute(change, [{"of": row.id, "key": key} for row, key in zip(cited, keys, strict=True)])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
