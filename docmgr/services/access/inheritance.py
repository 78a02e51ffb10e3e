"""Compute the rights on many folders at once, in few SQL queries. After a change of rights, assign new access lists to
the documents below. services.access.rule does the same for one folder or document. services.folders decides who may
change rights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from itertools import chain
from operator import or_

from sqlalchemy import Row, bindparam, select, text
from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import Folder, Grant, LocalRight
from docmgr.services.access import kinds, lists, rule
from docmgr.services.access.kinds import NOBODY
from docmgr.services.access.rule import Rights
from docmgr.services.chunks import CHUNK, chunks


def lock_tree(session: Session) -> None:
    """Let one transaction at a time change the tree of folders or the rights on it: the others wait until this one
    ends. Nothing happens on SQLite, because its units of work run one after another anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": rule.TREE_LOCK})


_TREE = select(Folder.id, Folder.parent_id, Folder.inherit)
# `counted` are the local rights that count, and `held` the access keys.
_GIVEN = (
    select(Grant.folder_id, LocalRight.right, Grant.key)
    .join(LocalRight, LocalRight.role == Grant.role)
    .where(Grant.folder_id.is_not(None), LocalRight.right.in_(bindparam("counted", expanding=True)))
)
_GIVEN_TO = _GIVEN.where(Grant.key.in_(bindparam("held", expanding=True)))


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
    rows = session.execute(_TREE).all()
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


def of_some(session: Session, folder_ids: Collection[int]) -> dict[int, Rights]:
    """Compute the rights on each of these folders that decide about access lists (rule.LISTED), with few queries for many. Returns
    the rights by folder id."""
    loaded = [folder for some in chunks(folder_ids) for folder in session.scalars(select(Folder).where(Folder.id.in_(some)))]
    reaching = {folder.id: [above.id for above in rule.inheritance(session, folder.id)] for folder in loaded}
    given = _given(session, None, sorted({one for ids in reaching.values() for one in ids}), rule.LISTED)
    return {number: reduce(or_, (given[one] for one in ids if one in given), NOBODY) for number, ids in reaching.items()}


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
    query = _GIVEN if keys is None else _GIVEN_TO
    if folder_ids is not None and len(folder_ids) <= CHUNK:
        query = query.where(Grant.folder_id.in_(folder_ids))
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for folder_id, right, key in session.execute(query, {"counted": counted, "held": sorted(keys or ())}):
        if folder_id is not None:
            found[folder_id].append((right, key))
    return {folder_id: rule.rights_of(pairs) for folder_id, pairs in found.items()}


def refresh(session: Session, folder_id: int) -> int:
    """Assign new access lists to the documents in a folder and below it, after a change of rights. Returns how many
    documents got another list. Each of these documents gets a new revision and an index job."""
    session.flush()
    rights = rights_below(session, folder_id, counted=rule.LISTED)
    return lists.assign(session, ((kind, kind.keys(rights[kind.folder_id])) for kind in kinds.of_folders(session, rights)))


def refresh_all(session: Session) -> int:
    """Assign new access lists to all documents, after a change of what local roles may do. The caller has locked the tree
    (`lock_tree`). Returns how many documents got another list."""
    session.flush()
    rows = session.execute(_TREE).all()
    tops: list[tuple[int, Rights | None]] = [(row.id, None) for row in rows if row.parent_id is None or not row.inherit]
    rights = _spread(session, [row for row in rows if row.inherit], tops, rights_counted=rule.LISTED)
    found = chain(kinds.of_folders(session, rights), kinds.apart(session))
    return lists.assign(session, ((kind, kind.keys(rights.get(kind.folder_id, NOBODY))) for kind in found))


def rights_below(
    session: Session, folder_id: int, top: Rights | None = None, counted: tuple[str, ...] = tuple(policy.LOCAL_RIGHTS)
) -> dict[int, Rights]:
    """Compute the rights on a folder and on all folders below it that inherit them, by folder id. `top` are the rights on the
    folder, inherited ones included; None reads them from the database. `counted` are the local rights that count."""
    rows = session.execute(_TREE).all()
    inheriting = [row for row in rows if row.inherit]
    return _spread(session, inheriting, [(folder_id, top or rule.folder_rights(session, folder_id))], rights_counted=counted)
