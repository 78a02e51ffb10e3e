"""Changes of rights that do not yet stand in the access lists of thousands of documents (models.PendingAccess).

Such a document still has its old list, and is to get a new one. Until then a right counts only for who has it by both lists: who
lost it is refused from the first moment, and who gained it waits. rule.readable asks this of every reading in SQL; here is the same
for code that looks at keys. Only relations.endings looks at the present lists alone.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, func, null, select
from sqlalchemy.orm import Session, aliased

from docmgr import policy
from docmgr.models import AccessKey, Document, PendingAccess
from docmgr.policy import Actor
from docmgr.services.chunks import chunks

# The keys that may read, and those that may edit.
Keys = tuple[frozenset[str], frozenset[str]]


def waits() -> ColumnElement[bool]:
    """Return an SQL condition on Document: it will get another list."""
    return exists(select(PendingAccess.id).where(*_of_document()).correlate(Document))


def refuses(held: Collection[str], right: str) -> ColumnElement[bool]:
    """Return an SQL condition on Document: it will get a list on which none of the access keys `held` has the right "read" or
    "edit"."""
    kept = aliased(AccessKey)
    still = select(kept.list_id).where(kept.list_id == PendingAccess.new_list_id, kept.right == right, kept.key.in_(sorted(held)))
    refused = select(PendingAccess.id).where(*_of_document(), ~still.correlate(PendingAccess).exists()).correlate(Document)
    # Nearly always nothing is pending; that is asked once for a query, and the rest for each document.
    return and_(exists(select(PendingAccess.id).correlate(None)), exists(refused))


def _of_document() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PendingAccess.folder_id == Document.folder_id, PendingAccess.list_id == Document.access_list_id


def waiting_ids() -> Select[int]:
    """Select the ids of the documents that will get another list. Written so that SQLite, which has no statistics, begins with the few
    pending rows and not with all documents."""
    folder, old = (func.coalesce(column, null()) for column in (PendingAccess.folder_id, PendingAccess.list_id))
    there = and_(Document.folder_id == folder, func.coalesce(Document.access_list_id, null()) == old)
    return select(Document.id).select_from(PendingAccess).join(Document, there)


def keys(session: Session, document_ids: Collection[int]) -> dict[int, tuple[Keys, ...]]:
    """Load the lists that count for documents, by the id of the document: that which it has, and those that it will get. A right
    counts for who holds it by each of them (`hold`)."""
    found: dict[int, set[int]] = {}
    # One statement for both: between two the worker may finish, and the lists that documents had before would count.
    query = select(Document.id, Document.access_list_id, PendingAccess.new_list_id).outerjoin(PendingAccess, and_(*_of_document()))
    for some in chunks(document_ids):
        for number, *lists in session.execute(query.where(Document.id.in_(some))):
            found.setdefault(number, set()).update(one for one in lists if one is not None)
    held = _lists(session, {one for lists in found.values() for one in lists})
    return {number: tuple(held[one] for one in sorted(lists)) for number, lists in found.items()}


def hold(actor: Actor, lists: Collection[frozenset[str]]) -> bool:
    """Whether the actor has a key on each of these lists; nobody has one on no list."""
    return bool(lists) and all(policy.meets(actor, one) for one in lists)


def _lists(session: Session, ids: Collection[int]) -> dict[int, Keys]:
    found: dict[int, tuple[set[str], set[str]]] = {number: (set(), set()) for number in ids}
    for some in chunks(found):
        query = select(AccessKey.list_id, AccessKey.right, AccessKey.key).where(AccessKey.list_id.in_(some))
        for number, right, key in session.execute(query):
            found[number][right == "edit"].add(key)
    return {number: (frozenset(read), frozenset(edit)) for number, (read, edit) in found.items()}
