"""Compute the rights on many folders at once, in few SQL queries. After a change of rights, assign new access lists to
the documents below. services.access.rule does the same for one folder or document. services.folders decides who may
change rights."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import ColumnElement, Row, insert, select, text, update
from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import Document, FlowAssignment, Folder, Grant, Job
from docmgr.services.access import rule
from docmgr.services.access.rule import Rights
from docmgr.services.chunks import CHUNK, chunks

NOBODY = Rights(frozenset(), frozenset())
# The keys that may read a document, and those that may edit it.
Keys = tuple[frozenset[str], frozenset[str]]
# (id, folder_id, workflow, created_by, access_list_id, deleted_at)
InheritingDocument = Row[int, int, str, int | None, int, dt.datetime | None]


def lock_tree(session: Session) -> None:
    """Let one transaction at a time change the tree of folders or the rights on it: the others wait until this one
    ends. Nothing happens on SQLite, because its units of work run one after another anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": rule.TREE_LOCK})


def give(session: Session, rights: Rights, created_by: int | None, **on: int) -> None:
    """Save `rights` as grants on one folder or document, which is passed as `folder_id=` or `document_id=`. Grants
    that exist already are not added again. `created_by` is the id of the user who gives the rights, or None for the
    program itself."""
    column = {"folder_id": Grant.folder_id, "document_id": Grant.document_id}
    ((name, number),) = on.items()
    had = {(right, key) for right, key in session.execute(select(Grant.right, Grant.key).where(column[name] == number))}
    wanted = {("edit", key) for key in rights.edit} | {("read", key) for key in rights.read - rights.edit}
    session.add_all(Grant(right=right, key=key, created_by=created_by, **on) for right, key in sorted(wanted - had))
    session.flush()


def of_all(session: Session, keys: frozenset[str]) -> dict[int, Rights]:
    """Compute the rights of the access keys `keys` on every folder, including folders in the recycle bin. Returns the
    rights by folder id."""
    rows = session.execute(select(Folder.id, Folder.parent_id, Folder.inherit)).all()
    return _spread(session, rows, [(row.id, None) for row in rows if row.parent_id is None], keys)


def of_children(session: Session, parent_id: int, children: list[Folder], keys: frozenset[str]) -> dict[int, Rights]:
    """Compute the rights of the access keys `keys` on each of `children`, which are direct subfolders of the folder
    `parent_id`. Returns the rights by folder id."""
    return below(session, {parent_id: rule.folder_rights(session, parent_id, keys)}, children, keys)


def below(
    session: Session, above: Mapping[int, Rights], children: list[Folder], keys: frozenset[str]
) -> dict[int, Rights]:
    """Compute the rights of the access keys `keys` on each of the folders `children`. `above` has the rights of these
    keys on the parent folders, by id of the parent. Returns the rights on the children by folder id."""
    given = _given(session, keys, [child.id for child in children])
    rights = {}
    for child in children:
        own, reaching = given.get(child.id, NOBODY), NOBODY
        if child.inherit and child.parent_id is not None:
            reaching = above[child.parent_id]
        rights[child.id] = Rights(own.read | reaching.read, own.edit | reaching.edit)
    return rights


def _spread(
    session: Session,
    rows: Iterable[Row[int, int | None, bool]],
    tops: list[tuple[int, Rights | None]],
    keys: frozenset[str] | None = None,
) -> dict[int, Rights]:
    """Compute the rights on the folders in `tops` and on all folders of `rows` below them. Returns the rights by folder
    id. `tops` are pairs (folder id, rights); rights of None are read from the database. `rows` are folders as (id,
    parent id, inherit). `keys` are the access keys that count; None means all."""
    inside: dict[int | None, list[tuple[int, bool]]] = defaultdict(list)
    for folder_id, parent_id, inherit in rows:
        inside[parent_id].append((folder_id, inherit))
    given = _given(session, keys)
    rights = {folder_id: known or given.get(folder_id, NOBODY) for folder_id, known in tops}
    queue = list(rights)
    for parent_id in queue:
        for folder_id, inherit in inside[parent_id]:
            if folder_id in rights:
                continue
            own = given.get(folder_id, NOBODY)
            above = rights[parent_id] if inherit else NOBODY
            # Most folders have no rights of their own.
            both = own is not NOBODY and above is not NOBODY
            rights[folder_id] = Rights(own.read | above.read, own.edit | above.edit) if both else own if above is NOBODY else above
            queue.append(folder_id)
    return rights


def _given(
    session: Session, keys: frozenset[str] | None, folder_ids: list[int] | None = None
) -> dict[int, Rights]:
    read: dict[int, set[str]] = defaultdict(set)
    edit: dict[int, set[str]] = defaultdict(set)
    query = select(Grant.folder_id, Grant.right, Grant.key).where(Grant.folder_id.is_not(None))
    if keys is not None:
        query = query.where(Grant.key.in_(sorted(keys)))
    if folder_ids is not None and len(folder_ids) <= CHUNK:
        query = query.where(Grant.folder_id.in_(folder_ids))
    for folder_id, right, key in session.execute(query):
        if folder_id is not None:
            read[folder_id].add(key)
            if right == "edit":
                edit[folder_id].add(key)
    return {folder_id: Rights(frozenset(keys), frozenset(edit[folder_id])) for folder_id, keys in read.items()}


def refresh(session: Session, folder_id: int) -> int:
    """Assign new access lists to the documents in a folder and below it, after a change of rights. Returns how many
    documents got another list. Each of these documents gets a new revision and an index job."""
    session.flush()
    lists: dict[Keys, int] = {}
    moved: dict[int, list[int]] = defaultdict(list)
    for document, keys in new_keys(session, folder_id):
        if keys not in lists:
            lists[keys] = rule.list_for(session, *keys)
        if lists[keys] != document.access_list_id:
            moved[lists[keys]].append(document.id)
    # Rows are locked in the same order as by the writer of the index; otherwise the two could deadlock.
    for ids in chunks([number for documents in moved.values() for number in documents]):
        lock = select(Document.id).where(Document.id.in_(ids)).order_by(Document.id)
        session.execute(lock.with_for_update(key_share=True))
    for list_id, documents in moved.items():
        _point(session, documents, list_id)
    return sum(len(documents) for documents in moved.values())


def new_keys(session: Session, folder_id: int, top: Rights | None = None) -> Iterator[tuple[InheritingDocument, Keys]]:
    """Compute who may read and edit the documents in a folder and below it that inherit its rights, those in the recycle bin
    too. `top` are the rights on the folder, inherited ones included; None reads them from the database. Yields (document,
    (keys that may read, keys that may edit)); nothing is changed."""
    rows = session.execute(select(Folder.id, Folder.parent_id, Folder.inherit)).all()
    inheriting = [row for row in rows if row.inherit]
    rights = _spread(session, inheriting, [(folder_id, top or rule.folder_rights(session, folder_id))])
    for ids in chunks(rights):
        own = own_rights(session, Document.folder_id.in_(ids))
        for document in _inheriting_documents(session, ids):
            folder, mine = rights[document.folder_id], own.get(document.id, NOBODY)
            yield document, policy.list_keys(
                document.workflow, folder.read | mine.read, mine.edit, folder.edit, document.created_by, mine.assigned
            )


def _inheriting_documents(session: Session, folder_ids: list[int]) -> list[InheritingDocument]:
    # Documents in the recycle bin too: the right to edit decides who may restore them.
    query = select(
        Document.id, Document.folder_id, Document.workflow, Document.created_by, Document.access_list_id, Document.deleted_at
    ).where(Document.folder_id.in_(folder_ids), Document.inherit.is_(True))
    return list(session.execute(query))


def own_rights(session: Session, where: ColumnElement[bool]) -> dict[int, Rights]:
    """Load the rights that were given on documents themselves, and to whom they are assigned, by the id of the document;
    `where` is an SQL condition on Document."""
    query = select(Grant.document_id, Grant.right, Grant.key).join(Document, Document.id == Grant.document_id)
    found: dict[int, Rights] = {}
    for document_id, right, key in session.execute(query.where(where)):
        if document_id is not None:
            had = found.get(document_id, NOBODY)
            found[document_id] = Rights(had.read | {key}, had.edit | ({key} if right == "edit" else set()))
    assigned = select(FlowAssignment.document_id, FlowAssignment.key, FlowAssignment.role).join(Document, rule.open_assignment(Document.id))
    for document_id, key, role in session.execute(assigned.where(where)):
        had = found.get(document_id, NOBODY)
        found[document_id] = Rights(had.read, had.edit, had.assigned | policy.assigned_keys(key, role))
    return found


def _point(session: Session, document_ids: list[int], list_id: int) -> None:
    for ids in chunks(document_ids):
        session.execute(
            update(Document)
            .where(Document.id.in_(ids))
            .values(access_list_id=list_id, revision=Document.revision + 1)
        )
        # The same as jobs.enqueue for thousands of documents, in one statement.
        session.execute(insert(Job), [{"kind": "index", "document_id": document_id} for document_id in ids])
