"""Explain why a provision has its rank among the results of a search.

Only someone who may read the document gets an explanation; for others the document does not exist. The search engine
explains the score.
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
    """An explanation of the rank of a provision among the results of a search.

    `label` is the printed label of the entry of the index that contains the provision. `explanation` is None when the
    entry is not among the results. `notes` say what in the query was not understood. `unusable` is true while there
    is no index.
    """

    document: DocumentRef
    label: str
    explanation: Explanation | None
    notes: tuple[Note, ...]
    unusable: bool = False


def explain(actor: Actor, wanted: SearchRequest, document_id: int, anchor: str) -> Explained:
    """Explain the rank of the provision `anchor` of a document among all results of the search `wanted`, ordered by
    relevance. Raises Denied when the actor's roles may not search, and NotFound when the actor may not read the
    document."""
    require(actor, "search:find")
    with db.read() as session:
        document = guard.readable(session, actor, document_id)
        reference = references.reference(document)
        labels = {entry.anchor: entry.label for entry in entries_of(session, document)}
        ready = find.prepared(session, actor, wanted)
        allowed = access.index_access(session, actor)
    while anchor and anchor not in labels:
        # A khoản is part of the entry of its Điều.
        anchor = anchor.rpartition(".")[0]
    label = labels.get(anchor, "")
    if wanted.blank:
        return Explained(reference, label, None, ready.notes)
    try:
        found = context.current().backend.explain(ready.request, allowed, document_id, anchor)
    except IndexUnusable:
        return Explained(reference, label, None, ready.notes, unusable=True)
    return Explained(reference, label, found, ready.notes)
