"""Compute the rights on many folders at once, in few SQL queries. After a change of rights, assign new access lists to
the documents below. services.access.rule does the same for one folder or document. services.folders decides who may
change rights."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

from sqlalchemy import ColumnElement, Row, insert, select, text, update
from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import Document, FlowAssignment, Folder, Grant, Job, LocalRight
from docmgr.services.access import rule
from docmgr.services.access.rule import Keys, Rights
from docmgr.services.chunks import CHUNK, chunks

NOBODY = Rights()
# (id, folder_id, workflow, created_by, access_list_id, deleted_at)
InheritingDocument = Row[int, int, str, int | None, int, dt.datetime | None]
# Documents in the recycle bin too: the right to edit decides who may restore them.
_DOCUMENTS = select(Document.id, Document.folder_id, Document.workflow, Document.created_by, Document.access_list_id, Document.deleted_at)
# What was deleted for good keeps its list, by which registers and case files show its number.
_DOCUMENTS = _DOCUMENTS.where(Document.purged_at.is_(None))


def lock_tree(session: Session) -> None:
    """Let one transaction at a time change the tree of folders or the rights on it: the others wait until this one
    ends. Nothing happens on SQLite, because its units of work run one after another anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": rule.TREE_LOCK})


def keep(session: Session, source_id: int, created_by: int | None, **on: int) -> None:
    """Give the local roles that apply to the folder `source_id`, those from above too, on one folder or document, which is passed as
    `folder_id=` or `document_id=` of `on`: `keep(session, 3, None, document_id=7)`. Those that it has already are not added
    again. `created_by` is the id of the user who does so, or None for the program itself."""
    column = {"folder_id": Grant.folder_id, "document_id": Grant.document_id}
    ((name, number),) = on.items()
    pair = select(Grant.role, Grant.key)
    had = {(role, key) for role, key in session.execute(pair.where(column[name] == number))}
    reaching = [folder.id for folder in rule.inheritance(session, source_id)]
    wanted = {(role, key) for role, key in session.execute(pair.where(Grant.folder_id.in_(reaching)))}
    session.add_all(Grant(role=role, key=key, created_by=created_by, **on) for role, key in sorted(wanted - had))
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
        rights[child.id] = own | reaching
    return rights


def _spread(
    session: Session,
    rows: Iterable[Row[int, int | None, bool]],
    tops: list[tuple[int, Rights | None]],
    keys: frozenset[str] | None = None,
    rights_counted: tuple[str, ...] = tuple(policy.LOCAL_RIGHTS),
) -> dict[int, Rights]:
    """Compute the rights on the folders in `tops` and on all folders of `rows` below them. Returns the rights by folder
    id. `tops` are pairs (folder id, rights); rights of None are read from the database. `rows` are folders as (id,
    parent id, inherit). `keys` are the access keys that count; None means all. `rights_counted` are the local rights that
    count."""
    inside: dict[int | None, list[tuple[int, bool]]] = defaultdict(list)
    for folder_id, parent_id, inherit in rows:
        inside[parent_id].append((folder_id, inherit))
    given = _given(session, keys, counted=rights_counted)
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
            rights[folder_id] = own | above if both else own if above is NOBODY else above
            queue.append(folder_id)
    return rights


def _given(
    session: Session, keys: frozenset[str] | None, folder_ids: list[int] | None = None, counted: tuple[str, ...] = tuple(policy.LOCAL_RIGHTS)
) -> dict[int, Rights]:
    query = select(Grant.folder_id, LocalRight.right, Grant.key).join(LocalRight, LocalRight.role == Grant.role)
    query = query.where(Grant.folder_id.is_not(None), LocalRight.right.in_(counted))
    if keys is not None:
        query = query.where(Grant.key.in_(sorted(keys)))
    if folder_ids is not None and len(folder_ids) <= CHUNK:
        query = query.where(Grant.folder_id.in_(folder_ids))
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for folder_id, right, key in session.execute(query):
        if folder_id is not None:
            found[folder_id].append((right, key))
    return {folder_id: rule.rights_of(pairs) for folder_id, pairs in found.items()}


def refresh(session: Session, folder_id: int) -> int:
    """Assign new access lists to the documents in a folder and below it, after a change of rights. Returns how many
    documents got another list. Each of these documents gets a new revision and an index job."""
    session.flush()
    return _assign(session, new_keys(session, folder_id))


def refresh_all(session: Session) -> int:
    """Assign new access lists to all documents, after a change of what local roles may do. The caller has locked the tree
    (`lock_tree`). Returns how many documents got another list."""
    session.flush()
    rows = session.execute(select(Folder.id, Folder.parent_id, Folder.inherit)).all()
    tops: list[tuple[int, Rights | None]] = [(row.id, None) for row in rows if row.parent_id is None or not row.inherit]
    rights = _spread(session, [row for row in rows if row.inherit], tops, rights_counted=rule.LISTED)
    return _assign(session, chain(_keys(session, rights), _apart(session)))


def _assign(session: Session, found: Iterable[tuple[InheritingDocument, Keys]]) -> int:
    lists: dict[Keys, int] = {}
    moved: dict[int, list[int]] = defaultdict(list)
    for document, keys in found:
        if keys not in lists:
            lists[keys] = rule.list_for(session, *keys)
        if lists[keys] != document.access_list_id:
            moved[lists[keys]].append(document.id)
    # Rows are locked in the same order as by the writer of the index; otherwise the two could deadlock.
    for ids in chunks(sorted(number for documents in moved.values() for number in documents)):
        lock = select(Document.id).where(Document.id.in_(ids)).order_by(Document.id)
        session.execute(lock.with_for_update(key_share=True))
    for list_id, documents in moved.items():
        _point(session, documents, list_id)
    return sum(len(documents) for documents in moved.values())


def new_keys(session: Session, folder_id: int, top: Rights | None = None) -> Iterator[tuple[InheritingDocument, Keys]]:
    """Compute who may read and edit the documents in a folder and below it that inherit its rights, those in the recycle bin
    too. `top` are the rights on the folder, inherited ones included; None reads them from the database. Yields (document,
    (keys that may read, keys that may edit)); nothing is changed."""
    return _keys(session, rights_below(session, folder_id, top, rule.LISTED))


def rights_below(
    session: Session, folder_id: int, top: Rights | None = None, counted: tuple[str, ...] = tuple(policy.LOCAL_RIGHTS)
) -> dict[int, Rights]:
    """Compute the rights on a folder and on all folders below it that inherit them, by folder id. `top` is as in `new_keys`, and
    `counted` are the local rights that count."""
    rows = session.execute(select(Folder.id, Folder.parent_id, Folder.inherit)).all()
    inheriting = [row for row in rows if row.inherit]
    return _spread(session, inheriting, [(folder_id, top or rule.folder_rights(session, folder_id))], rights_counted=counted)


def inheriting_documents(session: Session, folder_ids: Collection[int]) -> Iterator[tuple[InheritingDocument, Rights]]:
    """Yield the documents of these folders that inherit the rights of their folder, those in the recycle bin too, with the rights
    that were given on each itself."""
    for ids in chunks(folder_ids):
        own = own_rights(session, Document.folder_id.in_(ids))
        for document in session.execute(_DOCUMENTS.where(Document.folder_id.in_(ids), Document.inherit.is_(True))).all():
            yield document, own.get(document.id, NOBODY)


def _keys(session: Session, rights: Mapping[int, Rights]) -> Iterator[tuple[InheritingDocument, Keys]]:
    for document, mine in inheriting_documents(session, rights):
        yield document, rule.document_keys(document.workflow, document.created_by, rights[document.folder_id], mine)


def _apart(session: Session) -> Iterator[tuple[InheritingDocument, Keys]]:
    """Yield the documents that inherit no rights, with their keys."""
    own = own_rights(session, Document.inherit.is_(False))
    for document in session.execute(_DOCUMENTS.where(Document.inherit.is_(False))).all():
        yield document, rule.document_keys(document.workflow, document.created_by, NOBODY, own.get(document.id, NOBODY))


def own_rights(session: Session, where: ColumnElement[bool]) -> dict[int, Rights]:
    """Load the rights that were given on documents themselves, and to whom they are assigned, by the id of the document;
    `where` is an SQL condition on Document."""
    query = select(Grant.document_id, LocalRight.right, Grant.key).join(LocalRight, LocalRight.role == Grant.role)
    given: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for document_id, right, key in session.execute(query.join(Document, Document.id == Grant.document_id).where(where)):
        if document_id is not None:
            given[document_id].append((right, key))
    found = {document_id: rule.rights_of(pairs) for document_id, pairs in given.items()}
    assigned = select(FlowAssignment.document_id, FlowAssignment.key, FlowAssignment.role).join(Document, rule.open_assignment(Document.id))
    for document_id, key, role in session.execute(assigned.where(where)):
        found[document_id] = found.get(document_id, NOBODY) | Rights(assigned=policy.assigned_keys(key, role))
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
