"""What a search is asked and what it gives: the prepared request, hits and a page of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from docmgr.models import Document, Folder
from docmgr.services.documents.references import DocumentRef
from indexer import (
    FacetValue,
    Highlighter,
    IndexCount,
    Note,
    ProvisionHit,
    Query,
    Request,
    UnderstoodQuery,
)
from legaltext import dates
from legaltext import validity as validity_rule
from legaltext.validity import Status


@dataclass(frozen=True)
class Prepared:
    """A query that is ready for the search engine. `request` has everything except order and page, `asked` is the
    parsed query, `folder` the folder to search in or None, and `notes` say what was not understood."""

    request: Request
    asked: Query
    folder: Folder | None
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class SearchHit:
    """A document that was found, with its best provisions. `more` is the number of further matching provisions, which
    are not shown. `itself` is true when the document matches by its number, its name or the conditions alone,
    whatever its text says."""

    document: Document
    score: float
    provisions: tuple[ProvisionHit, ...]
    more: int
    itself: bool


@dataclass(frozen=True)
class SearchPage:
    """One page of documents. `query`: the question as it was understood; `unusable`: there is no index now, and it is being rebuilt.

    `notes`: what of the question was not understood or left out; `at`: the day on which validity was judged; `folder`:
    where was looked, with all below it; `as_typed`: the question in quotes, where it was taken for keystrokes. Among
    the facets, a folder that the actor may not see has no label, and one that was chosen may count nothing. `mark`
    marks the words of the question in any text (`indexer.Results.mark`); `findable`: how much the actor finds among, None
    without an index; `causes`: what ended the documents found, by their ids, as far as the actor may read it.
    """

    total: int
    hits: tuple[SearchHit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    took_ms: float
    missing_words: tuple[str, ...]
    suggestion: str | None
    query: UnderstoodQuery
    mark: Highlighter
    findable: IndexCount | None
    unusable: bool = False
    notes: tuple[Note, ...] = ()
    at: dt.date | None = None
    folder: Folder | None = None
    as_typed: str | None = None
    causes: Mapping[int, DocumentRef] = field(default_factory=dict)

    def status_of(self, document: Document) -> Status:
        """Whether a document found was in force on the day on which this search judges validity."""
        return validity_rule.status_at(document, self.at or dates.today())

    def cause_of(self, document: Document) -> DocumentRef | None:
        """The document because of which a document found was out of force on the day on which this search judges
        validity. None when there is none or the actor may not read it."""
        by_another = validity_rule.code_between(None, document.ended_on, self.at or dates.today())
        return self.causes.get(document.id) if by_another == validity_rule.OVER else None
