"""Load the documents of a page of results from the database, under the same read rule as the search, and lead each hit to the
place in its document where its snippet stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, lazyload

from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.search import locate
from docmgr.services.search.types import SearchHit
from indexer import Hit, ProvisionHit, Results

# A hit shows at most this many copies; the others are results of their own on another page.
MOST_SHOWN = 20


def hits(
    session: Session, actor: Actor, results: Results, typed: Callable[[Iterable[str]], tuple[str, ...]], deep: bool
) -> tuple[SearchHit, ...]:
    """Load the documents of `results` as hits for the page. Each provision is narrowed to the khoản or điểm that the query
    names, and with `deep` also to that of its snippet. One that only a number names has its first words as title. `typed` turns words of the query into the form that the person typed."""
    ids = [hit.document for hit in results.hits]
    rows = {document.id: document for document in session.scalars(_readable(actor), {"ids": ids})}
    found = [hit for hit in results.hits if hit.document in rows]
    words = locate.openings(session, ((hit.document, one) for hit in found for one in hit.provisions))
    finest, inner = locate.finest(session, found, results.place), locate.deepest(session, found) if deep else {}

    def shown(one: ProvisionHit, document: int) -> ProvisionHit:
        key = document, one.anchor
        told = replace(one, lacking=typed(one.lacking), title=one.title or words.get(key, ""))
        return locate.narrowed(told, finest[key], results.mark) if key in finest else locate.inside(told, inner.get(key))

    return tuple(
        SearchHit(
            rows[hit.document],
            hit.score,
            tuple(shown(one, hit.document) for one in hit.provisions),
            hit.more,
            hit.named or not results.query.worded,
        )
        for hit in found
    )


@lru_cache(maxsize=256)
def _readable(actor: Actor) -> Select[Document]:
    """Select those of the documents `ids` that the actor may read. Hits do not show where each fact came from."""
    asked = Document.id.in_(bindparam("ids", expanding=True))
    return select(Document).where(asked, rule.visible(actor)).options(lazyload(Document.facts))


def answer(results: Results, loaded: tuple[SearchHit, ...]) -> ProvisionHit | None:
    """Return the provision that surely answers the question; None where there is none or its document was not loaded."""
    if results.answered != "sure" or not loaded or loaded[0].document.id != results.hits[0].document:
        return None
    return loaded[0].provisions[0]


def with_copies(session: Session, actor: Actor, hits: tuple[SearchHit, ...], found: Iterable[Hit]) -> tuple[SearchHit, ...]:
    """Add their copies to `hits`. `found` are the hits of the search engine, which say what is folded into which document.
    The engine folds only what the actor may read; a copy that was hidden since then is neither shown nor counted."""
    folded = {hit.document: hit.copies for hit in found if hit.copies}
    if not folded:
        return hits
    shown = {copy for own in folded.values() for copy in own[:MOST_SHOWN]}
    rows = {document.id: document for document in session.scalars(_readable(actor), {"ids": sorted(shown)})}

    def of(hit: SearchHit) -> SearchHit:
        own = folded.get(hit.document.id, ())
        copies = tuple(rows[copy] for copy in own[:MOST_SHOWN] if copy in rows)
        return replace(hit, copies=copies, copy_count=len(copies) + len(own[MOST_SHOWN:]))

    return tuple(map(of, hits))
