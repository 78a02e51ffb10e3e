"""Loads the copies of documents that were found, which the search engine folds into one hit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.search.types import SearchHit
from indexer import Hit

# A hit shows at most this many copies; the others are results of their own on another page.
MOST_SHOWN = 20


def added(session: Session, actor: Actor, hits: tuple[SearchHit, ...], found: Iterable[Hit]) -> tuple[SearchHit, ...]:
    """Add their copies to `hits`. `found` are the hits of the search engine, which say what is folded into which document.
    The engine folds only what the actor may read; a copy that was hidden since then is neither shown nor counted."""
    folded = {hit.document: hit.copies for hit in found if hit.copies}
    if not folded:
        return hits
    shown = {copy for own in folded.values() for copy in own[:MOST_SHOWN]}
    query = select(Document).where(Document.id.in_(shown), rule.visible(actor)).options(lazyload(Document.facts))
    rows = {document.id: document for document in session.scalars(query)}

    def of(hit: SearchHit) -> SearchHit:
        own = folded.get(hit.document.id, ())
        copies = tuple(rows[copy] for copy in own[:MOST_SHOWN] if copy in rows)
        return replace(hit, copies=copies, copy_count=len(copies) + len(own[MOST_SHOWN:]))

    return tuple(map(of, hits))
