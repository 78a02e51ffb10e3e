"""Assign access lists to many documents at once, with as few statements as there are kinds of documents (services.access.kinds):
50,000 documents of a folder take a third of the time that they took row by row. More than AT_ONCE are left for the worker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    any_,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from docmgr.models import Document, Job, PendingAccess
from docmgr.services.access import kinds, rule
from docmgr.services.access.kinds import NOBODY, DocumentKind
from docmgr.services.access.rule import Keys
from docmgr.services.chunks import chunks

# More documents than this get their lists from the worker (services.access.applying). On PostgreSQL each row is in 17 indexes: 2,000
# take .25 s of processor time on a slow machine, 50,000 take 6 s, and pages that need the tree wait for 3 s.
AT_ONCE = 2_000
# (workflow state, id of the uploader while it is a draft, whether rights are inherited, id of the new access list)
_Target = tuple[str, int | None, bool, int]
# (id of the folder, id of the list that documents in it have, id of the list that is due)
_Pending = tuple[int, int, int]


@dataclass
class ListChange:
    """Documents that get other lists: the folders of those without rights of their own by what decides, the others by the new
    list, and the rows that are kept for the worker (folder, old list, new list). `count` is how many they are, and `seen` are the
    folders whose documents were looked at, also those that keep their lists."""

    folders: dict[_Target, set[int]] = field(default_factory=lambda: defaultdict(set))
    single: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    later: set[_Pending] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    count: int = 0


def assign(session: Session, found: Iterable[tuple[DocumentKind, Keys]]) -> int:
    """Give documents the access lists with these keys; of a folder, all that inherit its rights are given. Each that had another list gets a new revision and an index job; of more than
    AT_ONCE the worker does that, and until then only who is on both lists has a right. The caller has locked the tree
    (inheritance.lock_tree), so that nobody changes what decides. Returns how many documents get another list."""
    change = compare(session, found)
    if change.count > AT_ONCE:
        _leave(session, change.seen, change.later)
        return change.count
    _lock(session, change)
    for (workflow, uploader, inherit, list_id), wanted in change.folders.items():
        for some in chunks(wanted):
            _point(session, list_id, *kinds.alike(session, some, (workflow, uploader, inherit), list_id))
    for list_id, documents in change.single.items():
        for some in chunks(documents):
            _point(session, list_id, Document.id.in_(some))
    _forget(session)
    _leave(session, change.seen, set())
    return change.count


def compare(session: Session, found: Iterable[tuple[DocumentKind, Keys]]) -> ListChange:
    """Find which documents have other lists than those with these keys. Lists that do not exist yet are made."""
    change, ids = ListChange(), dict[Keys, int]()
    for kind, keys in found:
        if keys not in ids:
            ids[keys] = rule.list_for(session, *keys)
        list_id = ids[keys]
        change.seen.add(kind.folder_id)
        if list_id == kind.access_list_id:
            continue
        change.count += kind.count
        change.later.add((kind.folder_id, kind.access_list_id, list_id))
        if kind.document_id is not None:
            change.single[list_id].append(kind.document_id)
        else:
            change.folders[kind.workflow, kind.uploader, kind.inherit, list_id].add(kind.folder_id)
    return change


def _leave(session: Session, folders: Collection[int], later: set[_Pending]) -> None:
    """Leave to the worker what is `later` of the documents in these folders that inherit rights, and no more: where an undo made the
    list due again that documents still have, they are to be read at once. Nobody else changes rights or places meanwhile."""
    # Nearly always nothing is pending. It is asked without the ids of folders, of which there may be thousands.
    rows = session.execute(select(PendingAccess.id, PendingAccess.folder_id, PendingAccess.list_id, PendingAccess.new_list_id)).all()
    known = {(row.folder_id, row.list_id, row.new_list_id): row.id for row in rows if row.folder_id in folders}
    # Documents that inherit nothing may wait too, after a change of what a role may do.
    apart = compare(session, ((kind, kind.keys(NOBODY)) for kind in kinds.apart(session, {folder_id for folder_id, *_lists in known})))
    wanted = later | apart.later
    for some in chunks([number for one, number in known.items() if one not in wanted]):
        session.execute(delete(PendingAccess).where(PendingAccess.id.in_(some)))
    if new := sorted(wanted - known.keys()):
        session.execute(insert(PendingAccess), [{"folder_id": one, "list_id": old, "new_list_id": new} for one, old, new in new])


def some_of(session: Session, change: ListChange, limit: int) -> int:
    """Give at most `limit` documents of `change` their new lists, those with the lowest ids of each kind; returns how many."""
    left, picked = limit, dict[int, list[int]]()
    for list_id, documents in change.single.items():
        picked[list_id] = sorted(documents)[:left]
        left -= len(picked[list_id])
    for (workflow, uploader, inherit, list_id), folders in change.folders.items():
        where = kinds.alike(session, folders, (workflow, uploader, inherit), list_id)
        found = session.scalars(select(Document.id).where(*where).order_by(Document.id).limit(left)).all() if left else []
        picked.setdefault(list_id, []).extend(found)
        left -= len(found)
    _lock(session, ListChange(single=picked))
    for list_id, documents in picked.items():
        for some in chunks(documents):
            _point(session, list_id, Document.id.in_(some))
    _forget(session)
    return limit - left


def _lock(session: Session, change: ListChange) -> None:
    """Lock the rows in the same order as the writer of the index does; otherwise the two could deadlock. Nothing happens on
    SQLite."""
    if session.get_bind().dialect.name != "postgresql":
        return
    folders, documents = ({one for some in found.values() for one in some} for found in (change.folders, change.single))
    wanted = _among(Document.folder_id, folders) | _among(Document.id, documents)
    rows = select(Document.id).where(wanted).order_by(Document.id).with_for_update(key_share=True)
    session.execute(select(func.count()).select_from(rows.subquery()))


def _among(column: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    return column == any_(cast(sorted(ids), ARRAY(Integer)))


def _point(session: Session, list_id: int, *where: ColumnElement[bool]) -> None:
    # The same as jobs.enqueue for thousands of documents, in one statement.
    jobs = select(literal("index"), Document.id).where(*where).order_by(Document.id)
    session.execute(insert(Job).from_select(["kind", "document_id"], jobs))
    changed = update(Document).where(*where).values(access_list_id=list_id, revision=Document.revision + 1)
    session.execute(changed.execution_options(synchronize_session=False))


def _forget(session: Session) -> None:
    """Let the documents that the session holds be read again: the statements above went past them."""
    for row in session.identity_map.values():
        if isinstance(row, Document):
            session.expire(row, ["access_list_id", "revision"])
