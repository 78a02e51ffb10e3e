"""The documents whose texts are nearly that of a document which waits for its facts: other bytes of the same paper, perhaps."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from docmgr import context, db
from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.indexing import access
from indexer import IndexUnusable

# How many are offered, and how many the index is asked for, of which some have another number.
MOST, ASKED = 3, 20


@dataclass(frozen=True)
class NearText:
    """Another document and how much of the text is the same, in percent."""

    document: Document
    percent: int


def of(actor: Actor, document: Document) -> tuple[NearText, ...]:
    """Find at most MOST documents that the actor may read and whose texts are nearly that of the draft `document`, the most alike
    first. Documents with another number are other papers, however alike. () once the document was confirmed, where the index cannot
    be read, and while it does not have the document: nobody waits for it. It takes a fixed number of queries."""
    if document.workflow != "draft" or document.confirmed_at is not None:
        return ()
    try:
        with db.read() as session:
            allowed = access.index_access(session, actor)
        found = dict(context.current().backend.alike(allowed, document.id, ASKED))
    except IndexUnusable:
        return ()
    if not found:
        return ()
    with db.read() as session:
        rows = {row.id: row for row in session.scalars(select(Document).where(Document.id.in_(found), rule.visible(actor)))}
    near = [NearText(rows[number], int(share * 100)) for number, share in found.items() if number in rows and not _apart(document, rows[number])]
    return tuple(near[:MOST])


def _apart(document: Document, other: Document) -> bool:
    return bool(document.number_key and other.number_key) and document.number_key != other.number_key
