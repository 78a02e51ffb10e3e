"""Why a provision stands where it stands among the answers to a question.

Decides who is told: whoever may read the document; to all others it is no document at all. What counted is the
indexer's answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from docmgr import context, db
from docmgr.policy import Actor, require
from docmgr.services.access import guard
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.indexing import access
from docmgr.services.indexing.entries import entries_of
from docmgr.services.search import find
from docmgr.services.search.request import SearchRequest
from indexer import Explanation, IndexUnusable, Note


@dataclass(frozen=True)
class Explained:
    """A document, the printed label of one of its entries, and why it stands there (None: it is no answer).

    `notes`: what of the search was not understood; `unusable`: there is no index now, and it is being rebuilt.
    """

    document: DocumentRef
    label: str
    explanation: Explanation | None
    notes: tuple[Note, ...]
    unusable: bool = False


def explain(actor: Actor, wanted: SearchRequest, document_id: int, anchor: str) -> Explained:
    """The place of a provision among all that answers a search, by relevance. Raises Denied, NotFound."""
    require(actor, "search:find")
    with db.read() as session:
        document = guard.readable(session, actor, document_id)
        reference = references.reference(document)
        labels = {entry.anchor: entry.label for entry in entries_of(session, document)}
        ready = find.prepared(session, actor, wanted)
        allowed = access.index_access(session, actor)
    while anchor and anchor not in labels:
        # A khoản is found in the Điều that holds it.
        anchor = anchor.rpartition(".")[0]
    label = labels.get(anchor, "")
    if wanted.blank:
        return Explained(reference, label, None, ready.notes)
    try:
        found = context.current().backend.explain(ready.request, allowed, document_id, anchor)
    except IndexUnusable:
        return Explained(reference, label, None, ready.notes, unusable=True)
    return Explained(reference, label, found, ready.notes)
