"""The page of one folder, which shows its subfolders and then its documents, sorted and in pages. Also: publish
several documents of the folder at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, ScalarSelect, and_, case, cast, exists, func, select
from sqlalchemy.orm import Session

from docmgr import collation, db, paging
from docmgr.models import Document, Folder, TrailEvent, Version
from docmgr.policy import HEALTHS, Actor
from docmgr.services.access import checkouts, inheritance, rule
from docmgr.services.access.checkouts import CheckoutNote
from docmgr.services.documents import lifecycle, validity
from docmgr.services.documents.references import DocumentRef
from docmgr.services.folders import tree
from docmgr.services.trail.history import READINGS

PAGE_SIZE = 50
# Subfolders on one page.
SUBFOLDERS = 200
_NEWEST = and_(Version.document_id == Document.id, Version.no == Document.current_no)
# Sort → its first direction: the one that people need most.
SORTS = {"changed": "desc", "number": "asc", "date": "desc", "type": "asc", "subject": "asc"}


@dataclass(frozen=True)
class Subfolder:
    """A subfolder. `documents` and `folders` are counts of the documents and folders directly in it that the actor may
    see."""

    id: int
    name: str
    documents: int
    folders: int


@dataclass(frozen=True)
class FolderRow:
    """A document in the folder. `changed_at` is the time of its last change. `cause` is the document that ended its
    validity, or None when there is none or the actor may not read it. `health` says how sound the text of its newest
    version is (a key of policy.HEALTHS), None when that is not known. `checkout` says who has taken it to edit it."""

    document: Document
    changed_at: dt.datetime
    health: str | None
    cause: DocumentRef | None = None
    checkout: CheckoutNote | None = None


@dataclass(frozen=True)
class FolderPage:
    """One page of a folder as the actor sees it. `path` has the folders from the root down to the folder itself. `rows`
    are the documents of this page, and `total` counts the documents on all pages. Subfolders have pages of their own:
    `subfolders_total` counts them on all pages, and `subfolders_page` is the page number shown."""

    folder: Folder
    path: tuple[Folder, ...]
    subfolders: tuple[Subfolder, ...]
    subfolders_total: int
    subfolders_page: int
    rows: tuple[FolderRow, ...]
    total: int
    sort: str
    direction: str
    page: int
    pages: int
    may_edit: bool


def contents(
    actor: Actor,
    folder_id: int,
    *,
    sort: str = "changed",
    direction: str | None = None,
    page: int = 1,
    folders_page: int = 1,
    health: str | None = None,
) -> FolderPage:
    """Load one page of the folder for this actor. `page` counts pages of documents, and `folders_page` pages of
    subfolders. A number beyond the end gives the last page. `sort` is a key of SORTS; any other text means "changed".
    `direction` is "asc" or "desc"; None means the usual direction of the sort. With `health`, a key of
    policy.HEALTHS, only documents with such a text are listed, also those of the folders below. Raises NotFound when
    the actor may not see the folder."""
    sort = sort if sort in SORTS else "changed"
    direction = direction if direction in {"asc", "desc"} else SORTS[sort]
    with db.read() as session:
        folder = tree.get(session, actor, folder_id)
        here = _listed(folder_id, health) & rule.visible(actor)
        total = session.scalar(select(func.count()).select_from(Document).where(here)) or 0
        page, pages = paging.nearest(page, total, PAGE_SIZE)
        subfolders, subfolders_total, folders_page = _subfolders(session, actor, folder_id, folders_page)
        return FolderPage(
            folder=folder,
            path=tree.path(session, folder_id, actor),
            subfolders=subfolders,
            subfolders_total=subfolders_total,
            subfolders_page=folders_page,
            rows=_rows(session, actor, here, _order(session, sort, direction), (page - 1) * PAGE_SIZE),
            total=total,
            sort=sort,
            direction=direction,
            page=page,
            pages=pages,
            may_edit=tree.may_edit(session, actor, folder_id),
        )


def _listed(folder_id: int, health: str | None) -> ColumnElement[bool]:
    """Return an SQL condition on Document: it is in the folder, or, with `health`, in or below the folder and the text
    of its newest version has this health."""
    if health not in HEALTHS:
        return Document.folder_id == folder_id
    below = select(Folder.id).where(Folder.id == folder_id).cte(recursive=True)
    below = below.union_all(select(Folder.id).where(Folder.parent_id == below.c.id))
    return Document.folder_id.in_(select(below.c.id)) & exists().where(_NEWEST, Version.health == health)


def _subfolders(session: Session, actor: Actor, folder_id: int, page: int) -> tuple[tuple[Subfolder, ...], int, int]:
    """Load one page of the subfolders that the actor may see, sorted by name. Returns (subfolders, number on all pages,
    page number). A `page` beyond the end gives the last page."""
    below = _live_in(session, [folder_id])
    rights = inheritance.of_children(session, folder_id, below, actor.keys)
    seen = sorted(
        (one for one in below if rule.sees_folder(actor, rights[one.id])), key=lambda one: (collation.key(one.name), one.id)
    )
    page, _ = paging.nearest(page, len(seen), SUBFOLDERS)
    shown = seen[(page - 1) * SUBFOLDERS : page * SUBFOLDERS]
    inner = _live_in(session, [one.id for one in shown])
    inner_rights = inheritance.below(session, rights, inner, actor.keys)
    inside = Counter(one.parent_id for one in inner if rule.sees_folder(actor, inner_rights[one.id]))
    counted = (
        select(Document.folder_id, func.count())
        .where(Document.folder_id.in_([one.id for one in shown]), rule.visible(actor))
        .group_by(Document.folder_id)
    )
    numbers = {number: count for number, count in session.execute(counted)}
    rows = tuple(Subfolder(one.id, one.name, numbers.get(one.id, 0), inside[one.id]) for one in shown)
    return rows, len(seen), page


def _live_in(session: Session, folder_ids: list[int]) -> list[Any]:
    query = select(Folder.id, Folder.parent_id, Folder.name, Folder.inherit)
    return list(session.execute(query.where(Folder.parent_id.in_(folder_ids), Folder.deleted_at.is_(None))))


def _changed_at() -> ScalarSelect[Any]:
    """Return an SQL expression for the time when a Document last changed, taken from its events in the trail. Events
    that only record a reading do not count as changes. NULL when there are no events."""
    return (
        select(TrailEvent.at)
        .where(TrailEvent.document_id == Document.id, TrailEvent.action.not_in(READINGS))
        .order_by(TrailEvent.seq.desc())
        .limit(1)
        .correlate(Document)
        .scalar_subquery()
    )


def _rows(
    session: Session, actor: Actor, here: ColumnElement[bool], order: tuple[ColumnElement[Any], ...], skip: int
) -> tuple[FolderRow, ...]:
    health = select(Version.health).where(_NEWEST).correlate(Document).scalar_subquery()
    query = select(Document, _changed_at(), health).where(here).order_by(*order).limit(PAGE_SIZE).offset(skip)
    found = session.execute(query).all()
    causes = validity.kept_causes(session, actor, [row[0] for row in found])
    notes = checkouts.among(session, [row[0].id for row in found])
    return tuple(
        FolderRow(document, changed or document.created_at, sound, causes.get(document.id), notes.get(document.id))
        for document, changed, sound in found
    )


def _order(session: Session, sort: str, direction: str) -> tuple[ColumnElement[Any], ...]:
    """Return the SQL columns by which documents are sorted. `sort` is a key of SORTS, and `direction` is "asc" or
    "desc". Blank values come last in either direction. Documents with equal values are sorted by id, the newest
    first."""
    columns: dict[str, tuple[Any, ...]] = {
        "changed": (func.coalesce(_changed_at(), Document.created_at),),
        "number": (_leading_number(session), Document.number_key),
        "date": (Document.issued_on,),
        "type": (collation.order(Document.type), _leading_number(session)),
        "subject": (collation.order(Document.subject),),
    }
    turned = [column.desc() if direction == "desc" else column.asc() for column in columns[sort]]
    return (*(column.nulls_last() for column in turned), Document.id.desc())


def _leading_number(session: Session) -> ColumnElement[Any]:
    """Return an SQL expression for the leading digits of a document number as an integer, so that 9/QĐ is sorted
    before 10/QĐ. NULL when the number does not begin with a digit."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.substring(Document.number_key, "^[0-9]{1,9}"), Integer)
    return case((Document.number_key.op("GLOB")("[0-9]*"), cast(Document.number_key, Integer)))


def publish(actor: Actor, ids: Iterable[int]) -> None:
    """Publish all documents with these ids, or none of them when one cannot be published. Raises NotFound or Denied
    when the actor may not edit one, and Invalid when one is withheld because of a secrecy stamp."""
    with db.write():
        for document_id in sorted(set(ids)):
            lifecycle.set_workflow(actor, document_id, "published")
