"""Finding: the actor's access lists go into the search, the rows come from the database under the same rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Document
from docmgr.policy import Actor, require
from docmgr.services import access, jobs, trail
from indexer import Access, FacetValue, IndexUnusable, ProvisionHit, Request, Results, search

PER_PAGE = 20
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
    """One page of documents. `unusable`: there is no index now, and it is being rebuilt."""

    total: int
    hits: tuple[SearchHit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    took_ms: float
    truncated: bool
    missing_words: tuple[str, ...]
    suggestion: str | None
    waiting: int
    unusable: bool = False


def find(
    actor: Actor,
    query: str,
    *,
    filters: Mapping[str, tuple[str, ...]] | None = None,
    sort: Literal["relevance", "date"] = "relevance",
    page: int = 1,
    per_page: int = PER_PAGE,
    at: dt.date | None = None,
    document_id: int | None = None,
    record: bool = True,
) -> SearchPage:
    """Documents that answer `query`, best first; one trail event with query and count unless `record` is off."""
    require(actor, "search:find")
    page = min(max(page, 1), MAX_PAGE)
    request = Request(
        query=query, filters=filters or {}, sort=sort, offset=(page - 1) * per_page, limit=per_page,
        at=at or today(), document=document_id,
    )  # fmt: skip
    with db.read() as session:
        try:
            results = search(context.current().index, request, index_access(session, actor))
            unusable = False
        except IndexUnusable:
            results, unusable = Results(0, (), {}, 0.0), True
        hits = _load(session, actor, results)
        waiting = jobs.waiting_documents(session, actor)
    if record and query.strip():
        with db.write() as session:
            details = {"query": query[:512], "count": results.total}
            trail.record(session, actor, "search:find", "search", None, query[:512], details=details)
    return SearchPage(
        results.total, hits, results.facets, results.took_ms, results.truncated, results.missing_words,
        results.suggestion, waiting, unusable,
    )  # fmt: skip


def today() -> dt.date:
    """The day in Vietnam."""
    return dt.datetime.now(trail.VIETNAM).date()


def index_access(session: Session, actor: Actor) -> Access:
    """The read rule for the index: the actor's lists, less documents whose rights the index does not know yet."""
    query = select(Document.id).where(Document.indexed_revision.is_not(None), _stale(actor))
    return Access(access.readable_lists(session, actor), frozenset(session.scalars(query)))


def _stale(actor: Actor) -> ColumnElement[bool]:
    moved = Document.indexed_access_list_id != Document.access_list_id
    return or_(Document.deleted_at.is_not(None), and_(moved, not_(access.readable(actor))), Document.state == "withheld")


def _load(session: Session, actor: Actor, results: Results) -> tuple[SearchHit, ...]:
    ids = [hit.document for hit in results.hits]
    query = select(Document).where(Document.id.in_(ids), access.visible(actor))
    rows = {document.id: document for document in session.scalars(query)}
    return tuple(
        SearchHit(rows[hit.document], hit.score, hit.provisions, hit.more)
        for hit in results.hits
        if hit.document in rows
    )
