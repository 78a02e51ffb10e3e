"""Choose a document by its number, its subject or words of its text."""

from __future__ import annotations

import re
from itertools import chain, zip_longest

from sqlalchemy import select

from docmgr import db, policy
from docmgr.collation import holds
from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import by_number, guard, rule
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.search import find
from docmgr.services.sql_text import LIMIT, LONGEST_QUERY
from indexer import parse_number_query

# At least two letters at the end of the typed text.
_BEGUN = re.compile(r"[^\W\d_]{2}\Z")
# A condition: the index does not hold the document, or not in its current revision.
_WAITING = Document.indexed_revision.is_distinct_from(Document.revision)


def documents(actor: Actor, q: str, limit: int = LIMIT) -> list[DocumentRef]:
    """Find at most `limit` documents that the actor may read, for a box that searches while a person types `q`.

    A document with the typed number comes first. Then come documents that the search engine finds, mixed with
    documents whose subject contains the typed words. The last word may be unfinished. When `q` is blank, the newest
    documents are returned. Raises Denied when the actor's roles may not read documents.
    """
    policy.require(actor, "document:read")
    q = q[:LONGEST_QUERY].strip()
    with db.read() as session:
        newest = select(Document).where(rule.visible(actor)).order_by(Document.id.desc())
        if not q:
            return [references.reference(row) for row in session.scalars(newest.limit(limit))]
        answers = [find.find(actor, text, per_page=limit, record=False) for text in _asked(q)]
        waiting = () if answers[0].unusable else (_WAITING,)
        wanted = parse_number_query(q)
        numbered = by_number.numbered(session, wanted, limit, rule.visible(actor), *waiting) if wanted else []
        named = newest.where(holds(q.split(), Document.subject)).order_by(None).order_by(_WAITING.desc(), Document.id.desc())
        lists = [*([hit.document for hit in answer.hits] for answer in answers), list(session.scalars(named.limit(limit)))]
        in_turn = filter(None, chain.from_iterable(zip_longest(*lists)))
        found = {row.id: row for row in (*numbered, *in_turn)}
        return [references.reference(row) for row in list(found.values())[:limit]]


def _asked(q: str) -> list[str]:
    return [q, f"{q}*"] if _BEGUN.search(q) else [q]


def document(actor: Actor, document_id: int) -> DocumentRef:
    """Load the document that a person chose. Raises NotFound when the actor may not read it, and Denied when the
    actor's roles may not read documents."""
    policy.require(actor, "document:read")
    with db.read() as session:
        return references.reference(guard.readable(session, actor, document_id))
