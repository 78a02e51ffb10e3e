"""Why a provision stands where it stands among the answers to a question.

Decides who is told: whoever may read the document; to all others it is no document at all. What counted is the
indexer's answer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from docmgr import context, db
from docmgr.models import Document
from docmgr.policy import Actor, require
from docmgr.services import abbreviations, references, search
from docmgr.services.index_entries import entries_of
from docmgr.services.references import DocumentRef
from indexer import IndexUnusable, Request
from indexer.explaining import Explanation
from indexer.explaining import explain as explained
from indexer.query import parse


@dataclass(frozen=True)
class Explained:
    """A document, the printed label of one of its entries, and why it stands there (None: it is no answer).

    `unusable`: there is no index now, and it is being rebuilt.
    """

    document: DocumentRef
    label: str
    explanation: Explanation | None
    unusable: bool = False


def explain(actor: Actor, query: str, document_id: int, anchor: str, at: dt.date | None = None) -> Explained:
    """The place of a provision among all that answer `query` without filters. Raises Denied, NotFound."""
    require(actor, "search:find")
    with db.read() as session:
        document = references.readable(session, actor, document_id)
        reference = references.reference(document)
        labels = {
            entry.anchor: entry.label for entry in entries_of(session, session.get_one(Document, document_id))
        }
        known = abbreviations.table(session)
        day = at or parse(query, known).at or search.today()
        request = Request(query=query, at=day, abbreviations=known)
        allowed = search.index_access(session, actor)
    while anchor and anchor not in labels:
        # A khoản is found in the Điều that holds it.
        anchor = anchor.rpartition(".")[0]
    label = labels.get(anchor, "")
    if not query.strip():
        return Explained(reference, label, None)
    try:
        found = explained(context.current().index, request, allowed, document_id, anchor)
    except IndexUnusable:
        return Explained(reference, label, None, unusable=True)
    return Explained(reference, label, found)
