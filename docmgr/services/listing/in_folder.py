"""The page of one folder: its subfolders and its documents, or all documents below it, sorted and in pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from docmgr import db, paging
from docmgr.models import Document, Folder
from docmgr.policy import Actor
from docmgr.services.access import counting, inheritance, rule
from docmgr.services.folders import abilities, tree
from docmgr.services.folders.names import place
from docmgr.services.listing import columns as list_columns
from docmgr.services.listing import rows as list_rows
from docmgr.services.listing.columns import SORTS
from docmgr.services.listing.rows import ListRow
from docmgr.services.listing.wanted import Chosen, condition
from legaltext import dates

PAGE_SIZE = list_rows.PAGE_SIZE
# Subfolders on one page.
SUBFOLDERS = 200


@dataclass(frozen=True)
class Subfolder:
    """A subfolder. `documents` and `folders` are counts of the documents and folders directly in it that the actor may
    see."""

    id: int
    name: str
    documents: int
    folders: int


@dataclass(frozen=True)
class FolderPage:
    """One page of a folder as the actor sees it. `path` has the folders from the root down to the folder itself. `rows`
    are the documents of this page, and `total` counts the documents on all pages; `columns` are those that the actor chose.
    `workflows` counts the documents in each state (policy.WORKFLOWS), whichever states were chosen.
    Subfolders have pages of their own: `subfolders_total` counts them on all pages, and `subfolders_page` is the page number
    shown. `rights` are the local rights that the actor may use here."""

    folder: Folder
    path: tuple[Folder, ...]
    subfolders: tuple[Subfolder, ...]
    subfolders_total: int
    subfolders_page: int
    rows: tuple[ListRow, ...]
    columns: tuple[str, ...]
    total: int
    workflows: Mapping[str, int]
    sort: str
    direction: str
    page: int
    pages: int
    rights: frozenset[str]

    @property
    def may_edit(self) -> bool:
        """Whether the actor may change the folder and its contents."""
        return "edit" in self.rights


def contents(
    actor: Actor,
    folder_id: int,
    *,
    sort: str = "changed",
    direction: str | None = None,
    page: int = 1,
    folders_page: int = 1,
    chosen: Mapping[str, tuple[str, ...]] | None = None,
    below: bool = False,
    inner: bool = True,
) -> FolderPage:
    """Load one page of the folder for this actor. `page` counts pages of documents, and `folders_page` pages of
    subfolders. A number beyond the end gives the last page. `sort` is a key of SORTS; any other text means "changed".
    `direction` is "asc" or "desc"; None means the usual direction of the sort. `chosen` are filters (wanted.FILTERS). With
    `below`, documents of the folders below are listed too; without `inner` no subfolders are. Raises NotFound when the actor may not see the folder."""
    sort = sort if sort in SORTS else "changed"
    direction = direction if direction in {"asc", "desc"} else SORTS[sort]
    columns = list_columns.chosen(actor)
    with db.read() as session:
        # The list of everything is for all who read documents, also where they do not see the root.
        folder = tree.get(session, actor, folder_id) if inner else session.get_one(Folder, folder_id)
        wanted = dict(chosen or {})
        states = wanted.pop("workflow", ())
        here = listed(folder, wanted, below)
        workflows = counting.by(session, actor, Document.workflow, here)
        total = sum(number for state, number in workflows.items() if not states or state in states)
        here = here & rule.visible(actor) & condition({"workflow": states}, dates.today())
        page, pages = paging.nearest(page, total, PAGE_SIZE)
        subfolders, subfolders_total, folders_page = _subfolders(session, actor, folder_id, folders_page) if inner else ((), 0, 1)
        order, skip = list_rows.ordered(session, sort, direction), (page - 1) * PAGE_SIZE
        return FolderPage(
            folder=folder,
            path=tree.path(session, folder_id, actor) if inner else (),
            subfolders=subfolders,
            subfolders_total=subfolders_total,
            subfolders_page=folders_page,
            rows=list_rows.load(session, actor, here, order, skip=skip, limit=PAGE_SIZE, columns=columns),
            columns=columns,
            total=total,
            workflows=workflows,
            sort=sort,
            direction=direction,
            page=page,
            pages=pages,
            rights=abilities.rights(session, actor, folder_id),
        )


def listed(folder: Folder, chosen: Chosen, below: bool) -> ColumnElement[bool]:
    """Return an SQL condition on Document: it is in the folder, or with `below` in or below it, and meets the filters. The
    read rule is not part of it."""
    place = below_folder(folder) if below else Document.folder_id == folder.id
    return place & condition(chosen, dates.today())


def below_folder(folder: Folder) -> ColumnElement[bool]:
    """Return an SQL condition on Document: it is in the folder or below it. Everything is below the root."""
    return true() if folder.parent_id is None else Document.folder_id.in_(_ids_below(folder))


def folders_below(session: Session, folder: Folder) -> frozenset[int]:
    """Collect the ids of the folder and of all folders below it."""
    return frozenset(session.scalars(_ids_below(folder)))


def _ids_below(folder: Folder) -> Select[int]:
    found = select(Folder.id).where(Folder.id == folder.id).cte(recursive=True)
    found = found.union_all(select(Folder.id).where(Folder.parent_id == found.c.id))
    return select(found.c.id)


def _subfolders(session: Session, actor: Actor, folder_id: int, page: int) -> tuple[tuple[Subfolder, ...], int, int]:
    """Load one page of the subfolders that the actor may see, in their order. Returns (subfolders, number on all pages,
    page number). A `page` beyond the end gives the last page."""
    below = _live_in(session, [folder_id])
    rights = inheritance.of_children(session, folder_id, below, actor.keys)
    seen = sorted(
        (one for one in below if rule.sees_folder(actor, rights[one.id])), key=lambda one: place(one.position, one.name, one.id)
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
    query = select(Folder.id, Folder.parent_id, Folder.name, Folder.inherit, Folder.position)
    return list(session.execute(query.where(Folder.parent_id.in_(folder_ids), Folder.deleted_at.is_(None))))
