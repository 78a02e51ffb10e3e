"""The types of a search: the prepared request to the search engine, hits, and a page of hits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from docmgr.models import Document, Folder
from docmgr.services.documents.references import DocumentRef
from docmgr.services.search.filters import SearchFilter
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
from legaltext.text import syllables
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
    whatever its text says. `copies` are the first documents found that are nearly the same, and `copy_count` is the number
    of all of them."""

    document: Document
    score: float
    provisions: tuple[ProvisionHit, ...]
    more: int
    itself: bool
    copies: tuple[Document, ...] = ()
    copy_count: int = 0


@dataclass(frozen=True)
class SearchPage:
    """One page of the documents that a search found.

    `query` is the query as it was understood. When it was taken for keystrokes of an input method, or its words were corrected,
    `as_typed` is a query for the letters as typed. `suggestion` is another query to try, or None. `notes` say what in the query was not understood. `at`
    is the day on which validity was judged. `folder` is the folder searched, None for all. `facets` has the values of each
    filter with their counts; a folder that the actor may not see has no label. `mark` highlights words of the query in any
    text. `findable` says how many documents and entries were searched. Without an index, `findable` is None and `unusable` is
    true. `own_filters` describes the filters by fields that the site defined. `causes` maps the ids of found documents to the documents that ended them. `hit_count` is the number of hits on all
    pages, and `whole` the number of documents that have all words of the query. `answer` is the first provision of the first
    hit if its snippet surely answers the question, else None. With `far`, even the best hit is hardly about the query.
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
    hit_count: int = 0
    whole: int = 0
    own_filters: Mapping[str, SearchFilter] = field(default_factory=dict)
    causes: Mapping[int, DocumentRef] = field(default_factory=dict)
    answer: ProvisionHit | None = None
    far: bool = False

    @property
    def law_words(self) -> list[str]:
        """The law words that are searched too, without those that stand in the query itself."""
        said = f" {' '.join(syllables(self.query.text))} "
        laws = (" ".join(one.law) for one in self.query.expansions)
        return [law for law in laws if f" {law} " not in said]

    def status_of(self, document: Document) -> Status:
        """The validity status of the found `document` on the day on which this search judges validity."""
        return validity_rule.status_at(document, self.at or dates.today())

    def cause_of(self, document: Document) -> DocumentRef | None:
        """The document that has ended the validity of the found `document` by the day on which this search judges
        validity. None when there is none or the actor may not read it."""
        by_another = validity_rule.code_between(None, document.ended_on, self.at or dates.today())
        return self.causes.get(document.id) if by_another == validity_rule.OVER else None
