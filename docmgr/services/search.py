"""Finding: the actor's access lists go into the search, the rows come from the database under the same rule.

Decides what a request holds: the conditions of the address, the day of the address before the one typed, the site's
abbreviations. Leaves what was typed, and how its conditions go with the others, to the indexer.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, not_, or_, select
from sqlalchemy.orm import Session, lazyload

from docmgr import context, db
from docmgr.models import Document, Folder
from docmgr.policy import Actor, require
from docmgr.services import abbreviations, access, folders, jobs, trail
from docmgr.services.errors import NotFound
from indexer import Access, FacetValue, IndexUnusable, ProvisionHit, Request, Results, search
from indexer.query import Note, Query, parse

PER_PAGE = 20
_log = logging.getLogger(__name__)
MAX_PAGE = 500


@dataclass(frozen=True)
class SearchHit:
    """A document found, with its best provisions; `more` counts those not shown."""

    document: Document
    score: float
    provisions: tuple[ProvisionHit, ...]
    more: int


@dataclass(frozen=True)
class SearchPage:
    """One page of documents. `unusable`: there is no index now, and it is being rebuilt.

    `notes`: what of the question was not understood or left out; `at`: the day on which validity was judged; `folder`:
    where was looked, with all below it; `as_typed`: the question in quotes, where it was taken for keystrokes.
    """

    total: int
    hits: tuple[SearchHit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    took_ms: float
    truncated: bool
    missing_words: tuple[str, ...]
    suggestion: str | None
    waiting: int
    unusable: bool = False
    notes: tuple[Note, ...] = ()
    at: dt.date | None = None
    folder: Folder | None = None
    as_typed: str | None = None


def find(
    actor: Actor,
    query: str,
    *,
    filters: Mapping[str, tuple[str, ...]] | None = None,
    sort: Literal["relevance", "date"] = "relevance",
    page: int = 1,
    per_page: int = PER_PAGE,
    at: dt.date | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    folder_in: int | None = None,
    document_id: int | None = None,
    provisions: int = 3,
    record: bool = True,
) -> SearchPage:
    """Documents that answer `query`, best first; one trail event with query and count unless `record` is off.

    `since` and `until` bound the day of issue; `folder_in` looks in that folder and below; of each document the best
    `provisions` are shown. Raises Denied.
    """
    require(actor, "search:find")
    page = min(max(page, 1), MAX_PAGE)
    with db.read() as session:
        known = abbreviations.table(session)
        asked = parse(query, known)
        folder, notes = _folder(session, actor, folder_in)
        request = Request(
            query=query, filters=filters or {}, sort=sort, offset=(page - 1) * per_page, limit=per_page,
            at=at or asked.at or today(), since=since, until=until,
            folder_tree=_tree(session, folder.id) if folder else None, document=document_id, abbreviations=known,
            provisions_per_document=provisions,
        )  # fmt: skip
        results, unusable = _search(request, index_access(session, actor))
    if record and query.strip():
        with db.write() as session:
            details = {"query": query[:512], "count": results.total}
            trail.record(session, actor, "search:find", "search", None, query[:512], details=details)
    # After the event: its commit would make every document be loaded again, one by one.
    with db.read() as session:
        hits = _load(session, actor, results)
        waiting = jobs.waiting_documents(session, actor)
        folder = session.merge(folder) if folder else None
    return SearchPage(
        results.total, hits, results.facets, results.took_ms, results.truncated, results.missing_words,
        results.suggestion, waiting, unusable, (*_keystrokes(asked), *asked.notes, *notes), request.at, folder,
        asked.typed.as_typed if asked.typed else None,
    )  # fmt: skip


def _search(request: Request, allowed: Access) -> tuple[Results, bool]:
    """What the index answers, and whether there is none now: then no results, and the error in the log."""
    try:
        return search(context.current().index, request, allowed), False
    except IndexUnusable as error:
        _log.warning("search without an index: %s", error, exc_info=error.__cause__)
        return Results(0, (), {}, 0.0), True


def _keystrokes(asked: Query) -> tuple[Note, ...]:
    """What the question was taken for where its words are keystrokes of Telex or VNI."""
    return (Note(asked.typed.method, asked.typed.text),) if asked.typed else ()


def _folder(session: Session, actor: Actor, folder_id: int | None) -> tuple[Folder | None, tuple[Note, ...]]:
    """The folder to look in; one that the actor may not see is noted like one that is not there."""
    if folder_id is None:
        return None, ()
    try:
        return folders.get(session, actor, folder_id), ()
    except NotFound:
        return None, (Note("unknown_folder"),)


def _tree(session: Session, folder_id: int) -> frozenset[int]:
    """Ids of the folder and of all below it."""
    tree = select(Folder.id).where(Folder.id == folder_id).cte(recursive=True)
    tree = tree.union_all(select(Folder.id).where(Folder.parent_id == tree.c.id))
    return frozenset(session.scalars(select(tree.c.id)))


def today() -> dt.date:
    """The day in Vietnam."""
    return dt.datetime.now(trail.VIETNAM).date()


def index_access(session: Session, actor: Actor) -> Access:
    """The read rule for the index: the actor's lists, less documents whose rights the index does not know yet."""
    query = select(Document.id).where(Document.indexed_revision.is_not(None), *_stale(actor))
    return Access(
        access.readable_lists(session, actor),
        without=frozenset(session.scalars(query)),
        public=access.public_lists(session),
    )


def _stale(actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What may be stale, in the words of the table's index that finds it, and what of it is."""
    gone = or_(Document.deleted_at.is_not(None), Document.state == "withheld")
    moved = Document.indexed_access_list_id != Document.access_list_id
    return or_(*gone.clauses, moved), or_(gone, not_(access.readable(actor)))


def _load(session: Session, actor: Actor, results: Results) -> tuple[SearchHit, ...]:
    ids = [hit.document for hit in results.hits]
    # Where each fact came from is not shown among hits.
    query = select(Document).where(Document.id.in_(ids), access.visible(actor)).options(lazyload(Document.facts))
    rows = {document.id: document for document in session.scalars(query)}
    return tuple(
        SearchHit(rows[hit.document], hit.score, hit.provisions, hit.more)
        for hit in results.hits
        if hit.document in rows
    )
