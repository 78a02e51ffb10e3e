"""What the product asks of a search engine, whichever one answers.

Decides the operations and what each of them raises. A backend keeps entries, which the database can make again at any
time; who may read what is for the caller to say, and `access` has no default. The question language is shared: every
backend takes what `indexer.parse` understands, and its answers carry it.
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
    """How many documents and how many entries (each Điều, heading, opening or annex) an actor finds among."""

    documents: int
    entries: int


@dataclass(frozen=True)
class IndexHealth:
    """The state of an index: documents and entries in it, bytes on disk, its last change. `problem` says in Vietnamese why
    it cannot be read (then all numbers are 0); None where it can."""

    documents: int = 0
    entries: int = 0
    size: int = 0
    updated_at: datetime | None = None
    problem: str | None = None


class WriteBatch(Protocol):
    """Changes that are written together or not at all; the last word on a document counts."""

    def replace(self, document_id: int, entries: Iterable[Entry]) -> None:
        """Put these entries in place of all entries of a document. ValueError when one belongs to another document."""

    def delete(self, document_id: int) -> None:
        """Remove a document; one that is not there does not matter."""


class RebuildTarget(Protocol):
    """A new index that is being filled while the one in use answers; each chunk is kept when `write` returns."""

    @property
    def done(self) -> Mapping[int, tuple[int, int]]:
        """Document → (version, access list) of what it holds already, also from an attempt that was cut short."""

    def write(self, documents: Iterable[tuple[int, Sequence[Entry]]]) -> None:
        """Write one chunk of (document, entries); a document without entries is removed."""


class SearchBackend(Protocol):
    """A search engine with one index, for one writing and many reading processes.

    Whatever reads or writes the index raises IndexUnusable where it is missing, damaged (IndexDamaged) or of another
    version; only a rebuild mends that. What writes raises IndexBusy where another process does not let it in time.
    """

    def write_batch(self, timeout_seconds: float) -> AbstractContextManager[WriteBatch]:
        """Collect changes and write them when the block ends well; nothing is written when it raises. Waits at most
        `timeout_seconds` for another writer."""

    def tidy(self, timeout_seconds: float) -> bool:
        """Do a round of upkeep that answers do not depend on; whether there was anything to do. For idle times."""

    def rebuild(self) -> AbstractContextManager[RebuildTarget]:
        """Fill a new index and switch to it when the block ends well. A block that raises leaves what it wrote, and the next
        rebuild goes on from there. What is written to the old index meanwhile is not in the new one."""

    def discard(self) -> None:
        """Leave the index, and one under way, as if there were none: they belong to another database."""

    def retrain(self, lists: frozenset[int], without: frozenset[int]) -> int:
        """Learn where the words lie that only this site's texts have, from the entries on these access lists less some
        documents; how many words and pairs are known so. The next rebuild uses them."""

    def forget(self) -> None:
        """Let the next rebuild use nothing that was learnt."""

    def has_learnt(self) -> bool:
        """Whether something was learnt that the next rebuild would use."""

    def taught_anew(self) -> bool:
        """Whether a rebuild would use something else than the index in use was built with."""

    def search(self, request: Request, access: Access) -> Results:
        """A page of the documents that answer, best first."""

    def count(self, access: Access) -> IndexCount:
        """What an actor finds among, without any question."""

    def suggest(self, request: Request, access: Access) -> str | None:
        """The question that was probably meant, which answers under the same conditions; None where there is none."""

    def complete(self, text: str, access: Access, limit: int) -> Completions:
        """How a half-typed question may go on: at most `limit` titles and questions together."""

    def explain(self, request: Request, access: Access, document: int, anchor: str) -> Explanation | None:
        """Why a provision has its place among all that answer; None where it is not among them."""

    def why_missing(self, request: Request, access: Access, document: int) -> QueryDiagnosis:
        """How `search` reads a question, and whether it finds a document."""

    def exists(self) -> bool:
        """Whether anything of an index is there, be it damaged or half of one. Raises nothing."""

    def require_usable(self) -> None:
        """Do nothing where questions can be answered now. IndexDamaged where the index is known to be damaged, IndexUnusable
        where there is none or another version wrote it."""

    def damage(self) -> list[str]:
        """What of the index in use is not what was written, a Vietnamese sentence each, by reading all of it."""

    def flaws(self) -> list[str]:
        """What is wrong with an index that is not damaged, a Vietnamese sentence each."""

    def versions(self) -> dict[int, tuple[int, int]]:
        """Document → (version, access list) as indexed."""

    def updated_at(self) -> datetime | None:
        """The moment of the last change, in UTC; None without an index. Raises nothing."""

    def health(self) -> IndexHealth:
        """The state of the index. Raises nothing."""
