"""Complete a query while a person types it. The proposals are documents whose title contains the typed words, queries
that go on with words of the texts, and, after the name of a field (such as `loại:`, the type), values of this field.
All come from documents that the actor may read. The search engine chooses them. No event is recorded, because a
half-typed query is no search."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy import select

from docmgr import context, db, policy
from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.indexing import access, requests
from indexer import Access, Completions, IndexUnusable
from legaltext.text import clean

_log = logging.getLogger(__name__)

MOST = 8
LONGEST = 100


@dataclass(frozen=True)
class Completion:
    """The proposals for a typed text, at most MOST together. `documents` are triples (id, label, subject), the best
    first. `words` are whole queries that continue the text."""

    documents: tuple[tuple[int, str, str], ...]
    words: tuple[str, ...]


def find(actor: Actor, text: str) -> Completion:
    """Propose completions of the typed `text`. There are none for less than two characters or more than LONGEST.
    Raises Denied when the actor's roles may not search."""
    policy.require(actor, "search:find")
    text = clean(text).strip()
    if not 2 <= len(text) <= LONGEST:
        return Completion((), ())
    with db.read() as session:
        made = _made(text, access.index_access(session, actor))
        ids = [document_id for document_id, _ in made.documents]
        query = select(Document).where(Document.id.in_(ids), rule.visible(actor))
        rows = {row.id: row for row in session.scalars(query)}
    documents = tuple(
        (number, rows[number].label, rows[number].subject or "") for number in ids if number in rows
    )
    return Completion(documents[:MOST], made.words[: MOST - len(documents)])


def _made(text: str, allowed: Access) -> Completions:
    try:
        return context.current().backend.complete(text, allowed, MOST)
    except IndexUnusable as error:
        _log.warning("completion without an index: %s", error, exc_info=error.__cause__)
        requests.suspect()
        return Completions((), ())
