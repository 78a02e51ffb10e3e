"""The interface of a search engine, which every backend implements.

This module decides the operations and what each of them raises. A backend stores entries, which can be made
again from the database at any time. The caller decides who may read what, so `access` has no default. The
query language is the same for all backends: each takes the queries that `indexer.parse` makes, and returns
them with its results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from indexer.types import Access, Completions, Entry, Explanation, QueryDiagnosis, Request, Results


@dataclass(frozen=True)
class IndexCount:
    """How many documents and entries an actor may find. An entry is one provision of a document as it is
    stored in the index."""

    documents: int
    entries: int


@dataclass(frozen=True)
class IndexHealth:
    """The state of an index: how many documents and entries it has, its size in bytes on disk, and the
    time of its last change (None: unknown).

    `problem` says in Vietnamese why the index cannot be read, and then all counts and sizes are 0.
    `problem` is None for an index that can be read."""

    documents: int = 0
    entries: int = 0
    size: int = 0
    updated_at: datetime | None = None
    problem: str | None = None


class WriteBatch(Protocol):
    """Changes to the index that are written together or not at all. Where a document is changed several
    times, the last change counts."""

    def replace(self, document_id: int, entries: Iterable[Entry]) -> None:
        """Replace all entries of the document `document_id` by `entries`. Raises ValueError when an entry
        belongs to another document."""

    def delete(self, document_id: int) -> None:
        """Remove all entries of the document `document_id`. A document that is not in the index is ignored.
        """


class RebuildTarget(Protocol):
    """A new index that is being filled while the old one answers queries. A chunk is stored for good when
    `write` returns."""

    @property
    def done(self) -> Mapping[int, tuple[int, int]]:
        """A mapping from the id of each document that is already written to (its revision, the id of its access
        list). It includes what an earlier, interrupted rebuild wrote."""

    def write(self, documents: Iterable[tuple[int, Sequence[Entry]]]) -> None:
        """Write one chunk of the new index. `documents` are pairs (document id, its entries). A document
        without entries is removed."""


class SearchBackend(Protocol):
    """A search engine with one index, for one writing process and many reading processes.

    Every method that reads or writes the index raises IndexUnusable where the index is missing, damaged
    (IndexDamaged) or written by another version; only a rebuild helps then. Methods that write raise
    IndexBusy where another process holds the lock for too long.
    """

    def write_batch(self, timeout_seconds: float) -> AbstractContextManager[WriteBatch]:
        """Yield a batch that collects changes, and write them when the block ends without an error. After an
        error nothing is written. The method waits at most `timeout_seconds` for another writer."""

    def tidy(self, timeout_seconds: float) -> bool:
        """Do one round of maintenance, which changes no results. Returns whether there was anything to do.
        Call it in idle times. The method waits at most `timeout_seconds` for another process."""

    def rebuild(self) -> AbstractContextManager[RebuildTarget]:
        """Yield a new index to be filled, and switch to it when the block ends without an error.

        When the block raises, what it wrote stays, and the next rebuild continues from there. Changes that
        are written to the old index meanwhile are not in the new one.
        """

    def discard(self) -> None:
        """Stop using the index, an unfinished rebuild, and what was learnt from the texts of the site. From then
        on the index counts as missing, until a rebuild makes a new one. This is called when the content of the
        index belongs to another database."""

    def retrain(self, lists: frozenset[int], without: frozenset[int]) -> int:
        """Learn vectors of words that occur only in the texts of this site. The texts are the entries on
        the access lists `lists`, except the entries of the documents with the ids `without`. The next
        rebuild uses the vectors. Returns how many words and word pairs were learnt."""

    def forget(self) -> None:
        """Delete what was learnt from the texts of the site, so that the next rebuild does not use it."""

    def has_learnt(self) -> bool:
        """Whether vectors were learnt from the texts of the site, which the next rebuild would use."""

    def taught_anew(self) -> bool:
        """Whether a rebuild would use another language model than the one that the index in use was built
        with."""

    def search(self, request: Request, access: Access) -> Results:
        """Run `request` and return one page of the matching documents, best first. Only documents that
        `access` allows count."""

    def count(self, access: Access) -> IndexCount:
        """Count the documents and entries that an actor with the rights `access` may find at all, without
        a query."""

    def suggest(self, request: Request, access: Access) -> str | None:
        """Return the query that was probably meant by `request`, if it finds documents under the same
        conditions; None where there is no such query. Only documents that `access` allows count."""

    def complete(self, text: str, access: Access, limit: int, asked: Sequence[str] = ()) -> Completions:
        """Find continuations of the half-typed query `text`: at most `limit` document titles and queries
        together. Only documents that `access` allows contribute. `asked` are questions that people of the site ask, the
        most frequent first. One is offered only where a provision that every signed-in person may read has its words."""

    def tellable(self, questions: Sequence[str], access: Access) -> tuple[str, ...]:
        """Choose from `questions`, which people of the site asked, those that may be shown to others. These are the
        questions that `complete` would offer: a provision that every signed-in person may read has their words, side by
        side where they stand so in the question."""

    def explain(self, request: Request, access: Access, document: int, anchor: str) -> Explanation | None:
        """Explain why the provision `anchor` of the document with the id `document` has its position among
        all matches of `request` under the rights `access`. Returns None where the provision does not
        match."""

    def why_missing(self, request: Request, access: Access, document: int) -> QueryDiagnosis:
        """Say how `search` reads the query of `request`, and whether the query finds the document with the id
        `document` under the rights `access`."""

    def alike(self, access: Access, document: int, limit: int) -> tuple[tuple[int, float], ...]:
        """Find at most `limit` documents whose texts are nearly that of the document with the id `document`, the most alike
        first, each as (id, about the share of their runs of four words that they have in common, from 0 to 1). Only documents that
        `access` allows are found. () where the document is not in the index or its text is short."""

    def exists(self) -> bool:
        """Whether there is any index, even a damaged or unfinished one. Raises nothing."""

    def require_usable(self) -> None:
        """Check that queries can be answered now, and return nothing if they can. Raises IndexDamaged where
        the index is known to be damaged, and IndexUnusable where there is none or another version wrote it.
        """

    def damage(self) -> list[str]:
        """Read the whole index and return a Vietnamese sentence for each part whose content is not what was
        written; [] for an undamaged index."""

    def flaws(self) -> list[str]:
        """Find problems of an index that is not damaged, such as a document whose entries belong to several
        revisions. Returns a Vietnamese sentence for each, [] where there are none."""

    def versions(self) -> dict[int, tuple[int, int]]:
        """A dict that maps the id of each document in the index to (the revision of the document that was indexed,
        the id of its access list)."""

    def updated_at(self) -> datetime | None:
        """The time of the last change of the index, in UTC; None without an index. Raises nothing."""

    def health(self) -> IndexHealth:
        """Report the state of the index. Raises nothing: an index that cannot be read is reported in
        `IndexHealth.problem`."""
