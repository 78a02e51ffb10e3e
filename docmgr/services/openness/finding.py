"""Search on the public page: the site's search engine, which sees no other documents than those that are public now."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Document
from docmgr.services.access import rule
from docmgr.services.indexing import requests
from docmgr.services.openness import showing
from docmgr.services.openness.showing import PublicRow
from docmgr.services.search import abbreviations, everyday
from indexer import Access, IndexUnusable, ProvisionHit, Request, parse
from legaltext import dates
from legaltext.text import clean_line

LONGEST = 200
# The engine is told which documents it may see, so there is a bound; the newest are found.
MOST_DOCUMENTS = 20_000
MOST_PAGES = 20
SECONDS = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PublicHit:
    """A document found, with its best provision, None where only its number or name matched."""

    row: PublicRow
    provision: ProvisionHit | None


@dataclass(frozen=True)
class PublicResults:
    """One page of what was found; `total` counts all pages that are shown. `usable` is false when nothing could be searched."""

    hits: tuple[PublicHit, ...]
    total: int
    usable: bool = True


def find(query: str, number: int = 1) -> PublicResults:
    """Find the public documents that match the words of a query. No event records it. Raises NotFound when the public page is off."""
    # Typed fields, such as the folder, would tell of a document what its page does not show.
    typed = clean_line(query[:LONGEST].replace(":", " ").replace("：", " "))
    number = min(max(number, 1), MOST_PAGES)
    with db.read() as session:
        showing.open_to_all(session)
        seen = _seen(session)
        known, words = abbreviations.table(session), everyday.table(session, typed)
        request = Request(
            query=parse(typed, known, words), at=dates.today(), offset=(number - 1) * showing.PAGE_SIZE, limit=showing.PAGE_SIZE,
            provisions_per_document=1, abbreviations=known, thesaurus=words, time_limit_seconds=SECONDS,
        )  # fmt: skip
        try:
            found = context.current().backend.search(request, Access(None, only=seen))
        except IndexUnusable as error:
            _log.warning("public search without an index: %s", error, exc_info=error.__cause__)
            requests.suspect(error)
            return PublicResults((), 0, usable=False)
        # What was withdrawn since is not shown.
        rows = showing.rows_of(session, [hit.document for hit in found.hits])
        hits = tuple(PublicHit(rows[hit.document], hit.provisions[0] if hit.provisions else None) for hit in found.hits if hit.document in rows)
        return PublicResults(hits, min(found.total, MOST_PAGES * showing.PAGE_SIZE))


def _seen(session: Session) -> frozenset[int]:
    """The ids of the documents that are public, and whose entries in the index are those of their newest version and rights."""
    ready = Document.indexed_access_list_id == Document.access_list_id, Document.state == "findable"
    # A document without a subject is indexed under the name of its file, which its public page does not show.
    named = Document.subject.is_not(None)
    query = select(Document.id).where(rule.visible(showing.VISITOR), *ready, named).order_by(Document.id.desc()).limit(MOST_DOCUMENTS)
    return frozenset(session.scalars(query))
