"""Search: pass the query and the actor's access lists to the search engine, and load the documents found under the
same read rule. This module decides what a request to the engine contains: the conditions of the address, the day on
which validity is judged, and the site's abbreviations. The engine parses the query and combines the conditions."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import context, db, keys
from docmgr.models import Document, Folder
from docmgr.policy import Actor, require
from docmgr.services.access import by_number, rule
from docmgr.services.documents import validity
from docmgr.services.errors import NotFound
from docmgr.services.folders import names as folder_names
from docmgr.services.folders import tree
from docmgr.services.indexing import access, requests
from docmgr.services.search import abbreviations, everyday, filters, loading, locate
from docmgr.services.search.request import SearchRequest, described
from docmgr.services.search.types import Prepared, SearchHit, SearchPage
from docmgr.services.trail import log
from indexer import (
    MAX_CHARACTERS,
    NO_THESAURUS,
    Access,
    FacetValue,
    Hit,
    IndexAway,
    IndexCount,
    IndexUnusable,
    Note,
    Query,
    QueryDiagnosis,
    Request,
    Results,
    UnderstoodQuery,
    marker,
    parse,
)
from legaltext import dates
from legaltext.text import as_typed

PER_PAGE = 20
_log = logging.getLogger(__name__)
MAX_PAGE = 500


def find(
    actor: Actor, wanted: SearchRequest | str, *, page: int = 1, per_page: int = PER_PAGE, document_id: int | None = None,
    provisions: int = 3, record: bool = True, day: dt.date | None = None, also: Actor | None = None, once: bool = False,
    deep: bool = False,
) -> SearchPage:  # fmt: skip
    """Find the documents that match `wanted`, a whole search or only a query; return page `page` of them, the best ones first.

    Each document has at most `provisions` matching provisions. `document_id` restricts the search to this document, and `also`
    to documents that this second person may read too. Validity is judged on the first known of these days: `at` of `wanted`,
    `day`, the day that the query names, today. With `once`, copies of a document are one hit. With `deep`, a hit is the khoản or
    điểm where its snippet stands, else its Điều. With `record`, an event records the search. Raises Denied when the actor's
    roles may not search.
    """
    require(actor, "search:find")
    wanted, page = _as_request(wanted), min(max(page, 1), MAX_PAGE)
    with db.read() as session:
        ready = prepared(session, actor, wanted, also)
        request = replace(
            ready.request, at=wanted.at or day or ready.request.at, offset=(page - 1) * per_page, limit=per_page,
            document=document_id, provisions_per_document=provisions, once=once,
        )  # fmt: skip
        results, findable, far = _search(request, ready.asked, access.index_access(session, actor, also))
        told = "; ".join(one.line for one in described(session, actor, wanted)) if record else ""
    if record and (told or wanted.query.strip()):
        _record(actor, wanted.query[:MAX_CHARACTERS], told, results if findable else None)
    asked = results.query
    # Loaded after the event, whose commit would expire the documents and load each of them again.
    with db.read() as session:
        typed = as_typed(asked.text)
        hits = loading.with_copies(session, actor, loading.hits(session, actor, results, typed, deep), results.hits)
        causes = validity.kept_causes(session, actor, [hit.document for hit in hits])
        # The engine corrects words only where it finds nothing for them, so it is not known before.
        corrected = _read_as(asked) if asked.typed is not ready.asked.typed else ()
        unheard = (Note(f"no_such_{one.field}", one.typed) for one in results.unheard)
        absent = _not_there(session, actor, results, _meant(request, results, hits))
        folder = session.merge(ready.folder) if ready.folder else None
        facets = _named(session, actor, results.facets, request.filters.get("folder", ()))
        own, named = filters.named(session, results.facets, request.filters)
    return SearchPage(
        total=results.total, hits=hits, facets={**facets, **named}, own_filters=own, took_ms=results.took_ms,
        missing_words=typed(results.missing_words), suggestion=results.suggestion,
        query=asked, mark=results.mark, findable=findable, unusable=findable is None,
        notes=(*far, *ready.notes, *corrected, *unheard, *absent), at=request.at, folder=folder,
        as_typed=asked.typed.as_typed if asked.typed else None, causes=causes, hit_count=results.hit_count, whole=results.whole,
        answer=loading.answer(results, hits), far=results.answered == "far",
    )  # fmt: skip


def _record(actor: Actor, query: str, told: str, results: Results | None) -> None:
    """Record the event of a search. `told` has the filters in words, and `results` the documents whose text is shown.
    `results` is None when there was no index; then no number of results is recorded."""
    details: dict[str, Any] = {"query": query}
    if told:
        details["filter"] = told
    if results is not None:
        details["count"] = results.total
        if shown := words_of(results.hits):
            details["documents"] = shown
    with db.write() as session:
        log.record(session, actor, "search:find", "search", None, query if query.strip() else told, details=details)


def words_of(hits: Iterable[Hit]) -> list[int]:
    """Collect the ids of the documents in `hits` of which some text is shown: a title or a snippet of a provision."""
    return [hit.document for hit in hits if any(place.snippet or place.title for place in hit.provisions)]


def with_own(session: Session, wanted: SearchRequest) -> SearchRequest:
    """The search in which conditions on own fields, typed in the query, are filters."""
    query, typed = filters.typed(session, wanted.query)
    if not typed:
        return wanted
    chosen = {name: tuple(dict.fromkeys((*wanted.filters.get(name, ()), *values))) for name, values in typed.items()}
    return replace(wanted, query=query, filters={**wanted.filters, **chosen})


def own_conditions(actor: Actor, wanted: SearchRequest) -> SearchRequest:
    """The same for a page, which shows the conditions as chosen filters. Raises Denied when the actor's roles may not search."""
    require(actor, "search:find")
    with db.read() as session:
        return with_own(session, wanted)


def _as_request(wanted: SearchRequest | str) -> SearchRequest:
    return SearchRequest(wanted) if isinstance(wanted, str) else wanted


def demands(actor: Actor, wanted: SearchRequest, document_id: int, also: Actor | None = None) -> QueryDiagnosis:
    """Ask the index how it understands the search `wanted`, and whether it finds the document. With `also`, this second person
    must be allowed to read it too. Raises Denied when the actor's roles may not search, IndexUnusable without a usable
    index."""
    require(actor, "search:find")
    with db.read() as session:
        request = prepared(session, actor, wanted, also).request
        allowed = access.index_access(session, actor, also)
        return context.current().backend.why_missing(request, allowed, document_id)


def prepared(session: Session, actor: Actor, wanted: SearchRequest, also: Actor | None = None) -> Prepared:
    """Make the request for the search `wanted`: parse the query, add the conditions and look up the folder. `also` is a
    second person who must see the folder too, or None."""
    wanted = with_own(session, wanted)
    known, words = abbreviations.table(session), NO_THESAURUS if wanted.literal else everyday.table(session, wanted.query)
    asked = parse(wanted.query, known, words)
    folder, unknown = _folder(session, actor, also, wanted.folder_in)
    request = Request(
        query=asked, filters=wanted.chosen, sort=wanted.sort, at=wanted.at or asked.at or dates.today(),
        since=wanted.since, until=wanted.until,
        folder_tree=_tree(session, folder.id) if folder else None, abbreviations=known, thesaurus=words,
    )  # fmt: skip
    return Prepared(request, asked, folder, (*_read_as(asked), *asked.notes, *unknown))


def _search(request: Request, asked: Query, allowed: Access) -> tuple[Results, IndexCount | None, tuple[Note, ...]]:
    """Search the entries that `allowed` lets through; return (results, how many documents and entries were searched, a note if
    nothing was searched or the search stopped early). Without a usable index, return empty results and None, log it, and request
    a rebuild if the index is damaged."""
    backend = context.current().backend
    try:
        results = backend.search(request, allowed)
        return results, backend.count(allowed), (Note("stopped_early"),) if results.truncated else ()
    except IndexUnusable as error:
        _log.warning("search without an index: %s", error, exc_info=error.__cause__)
        requests.suspect(error)
        note = Note("search_away" if isinstance(error, IndexAway) else "no_index")
        return Results(0, (), {}, 0.0, query=asked, mark=marker(asked, {})), None, (note,)


def _read_as(asked: UnderstoodQuery) -> tuple[Note, ...]:
    """Make a note with the words that were read where keystrokes of Telex or VNI, or wrong words, were converted; else empty."""
    return (Note(asked.typed.method, asked.typed.text),) if asked.typed else ()


def _folder(
    session: Session, actor: Actor, also: Actor | None, folder_id: int | None
) -> tuple[Folder | None, tuple[Note, ...]]:
    """Find the folder to search in, and make a note when it does not exist: returns (folder or None, notes). A folder that
    the actor, or the second person `also`, may not see gives the same note as one that does not exist."""
    if folder_id is None:
        return None, ()
    try:
        if also:
            tree.get(session, also, folder_id)
        return tree.get(session, actor, folder_id), ()
    except NotFound:
        return None, (Note("unknown_folder"),)


def _named(
    session: Session, actor: Actor, facets: Mapping[str, tuple[FacetValue, ...]], chosen: tuple[str, ...]
) -> dict[str, tuple[FacetValue, ...]]:
    """Add the names of folders to `facets`. A folder that the actor may not see gets no name. The folder ids `chosen` are
    always included, even if nothing was found in the folder."""
    held = {value.value: value for value in facets.get("folder", ())}
    for value in (one for one in chosen if keys.whole(one) is not None):
        held.setdefault(value, FacetValue(value, "", 0))
    names = folder_names.names(session, actor, {int(value) for value in held})
    return {**facets, "folder": tuple(replace(one, label=names.get(int(key), "")) for key, one in held.items())}


def _tree(session: Session, folder_id: int) -> frozenset[int]:
    """Collect the ids of the folder and of all folders below it."""
    tree = select(Folder.id).where(Folder.id == folder_id).cte(recursive=True)
    tree = tree.union_all(select(Folder.id).where(Folder.parent_id == tree.c.id))
    return frozenset(session.scalars(select(tree.c.id)))


def _meant(request: Request, results: Results, hits: tuple[SearchHit, ...]) -> Document | None:
    """Return the document that the query names, or to which the search is restricted; None for none and on later pages."""
    if request.offset or not hits or hits[0].document.id != results.hits[0].document:
        return None
    named = request.sort == "relevance" and results.hits[0].named
    return hits[0].document if named or request.document is not None else None


def _not_there(
    session: Session, actor: Actor, results: Results, meant: Document | None
) -> tuple[Note, ...]:  # fmt: skip
    """Make a note if no readable document has the number in the query, or if `meant` lacks the provision in it; else empty."""
    number = results.query.number
    if results.unknown_number and number is not None:
        # A document that waits for the index is in the database.
        if by_number.matching(session, number, rule.visible(actor)):
            return ()
        return (Note("unknown_number", results.unknown_number), *([Note("only_cited")] if results.total else []))
    if meant is not None and (lacking := locate.absent(session, meant, results.place)):
        return (Note("unknown_place", lacking.cited, meant.number or meant.label),)
    return ()
