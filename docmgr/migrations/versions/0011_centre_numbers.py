"""give numbers of the Party's centre that were printed "18-NQ/TƯ" the key of "18-NQ/TW"; they had that of a province's"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr.services.relations.missing_documents import document_keys
from legaltext.numbers import normalise_number

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DOCUMENT = sa.table("document", *map(sa.column, ("id", "number", "number_key")))
VERSION = sa.table("version", *map(sa.column, ("id", "document_id")))
CITATION = sa.table(
    "citation",
    *map(sa.column, ("id", "version_id", "position", "number", "number_key", "name_key", "document_key")),
    sa.column("issued_on", sa.Date),
)
JOB = sa.table("job", *map(sa.column, ("kind", "document_id", "created_at", "run_after", "attempts")))


def upgrade() -> None:
    """Write the keys anew, and ask the worker for what the documents end by them."""
    connection = op.get_bind()
    versions = _rekeyed(connection, CITATION, CITATION.c.version_id)
    for version in versions:
        _documents_meant(connection, version)
    citing = sa.select(VERSION.c.document_id).where(VERSION.c.id == sa.bindparam("of"))
    documents = _rekeyed(connection, DOCUMENT, DOCUMENT.c.id)
    documents |= {connection.scalar(citing, {"of": version}) for version in versions}
    now = sa.func.current_timestamp()
    for document in sorted(documents):
        connection.execute(
            sa.insert(JOB).values(kind="index", document_id=document, created_at=now, run_after=now, attempts=0)
        )


def _rekeyed(connection: sa.Connection, table: sa.TableClause, owner: sa.ColumnElement[int]) -> set[int]:
    """Write the number keys of one table; to whom the changed rows belong."""
    changed = set()
    old = sa.select(table.c.id, table.c.number, table.c.number_key, owner.label("owner")).where(table.c.number_key.like("%TU%"))
    for row in connection.execute(old).all():
        key = normalise_number(row.number or "")[:100]
        if key and key != row.number_key:
            connection.execute(sa.update(table).where(table.c.id == row.id).values(number_key=key))
            changed.add(row.owner)
    return changed


def _documents_meant(connection: sa.Connection, version: int) -> None:
    """Write which documents the citations of a version mean, which follows from their keys."""
    own = sa.select(CITATION).where(CITATION.c.version_id == version).order_by(CITATION.c.position)
    cited = connection.execute(own).all()
    keys = document_keys([(row.number_key, row.name_key, row.issued_on) for row in cited])
    for row, key in zip(cited, keys, strict=True):
        connection.execute(sa.update(CITATION).where(CITATION.c.id == row.id).values(document_key=key))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
