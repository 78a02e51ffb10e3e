"""The backend on OpenSearch: the index lies on a cluster, and any number of machines search it and write to it."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from indexer.backend import IndexCount, IndexHealth, RebuildTarget, WriteBatch
from indexer.errors import IndexBusy, IndexUnusable
from indexer.index.batch import Batch
from indexer.index.snapshot import Snapshot
from indexer.opensearch import other, reports, writing
from indexer.opensearch.client import Client
from indexer.opensearch.indexes import Indexes, Used
from indexer.opensearch.search import Asker
from indexer.opensearch.terms import KeptCounts
from indexer.search import diagnosis
from indexer.types import Access, Completions, Entry, Explanation, QueryDiagnosis, Request, Results

UNKNOWN = "Không hỏi được trạng thái của máy chủ tìm kiếm; nguyên nhân nằm trong nhật ký của máy."
log = logging.getLogger(__name__)


class OpenSearchEngine:
    """Implements `SearchBackend` over OpenSearch at `url` (see `client.Client`). New indexes get so many shards and copies.
    `indexer.backend` describes in full what each method does and raises. Where the machine does not answer, each raises IndexAway."""

    def __init__(self, url: str, shards: int = 1, replicas: int | None = None) -> None:
        self.client = Client(url)
        self.indexes = Indexes(self.client, shards, replicas)
        self._kept = KeptCounts()
        self._writer = writing.BulkWriter(self.client, self.client.name)

    def _asking(self, access: Access) -> Asker:
        return Asker(self.client, self._kept, self.indexes.model(self.indexes.used().model), access)

    @contextmanager
    def write_batch(self, timeout_seconds: float) -> Iterator[WriteBatch]:
        """Yield a batch that collects changes, and write them when the block ends without an error. Raises IndexBusy where the
        server refuses a part, or where another process wrote one of the documents after the block began; writing the same again
        is right."""
        self.indexes.of(self.client.name)
        batch, turn = Batch(), self.indexes.turn()
        yield batch
        if batch.changes:
            used = self.indexes.of(self.client.name)
            self._writer.write(batch, self.indexes.model(used.model), turn)
            self._writer.show()
            self._kept.clear()
            self.indexes.note(f"written-{used.name}", {"at": writing.now()})

    def tidy(self, timeout_seconds: float) -> bool:
        """Do nothing: OpenSearch merges its segments by itself. Returns False."""
        return False

    @contextmanager
    def rebuild(self) -> Iterator[RebuildTarget]:
        """Yield a new index to be filled beside the one in use, and switch to it when the block ends without an error."""
        self.indexes.prepare()
        target = _Rebuild(self, self.indexes.begin())
        yield target
        target.writer.show()
        self.indexes.note(f"written-{target.made.name}", {"at": writing.now()})
        self.indexes.switch(target.made)
        self._kept.clear()

    def discard(self) -> None:
        """Remove the index, an unfinished rebuild and what was learnt, because their content belongs to another database."""
        self.indexes.forget()
        self._kept.clear()

    def retrain(self, lists: frozenset[int], without: frozenset[int]) -> int:
        """Learn vectors of words that only this site has, from entries on the access lists `lists` that are not of the documents
        `without`; of at most `other.LEARNT_FROM` entries."""
        self.indexes.used()
        return other.retrain(self.client, self.indexes, lists, without)

    def forget(self) -> None:
        """Delete what was learnt, so that the next rebuild uses the base model."""
        self.indexes.keep_model(None)

    def has_learnt(self) -> bool:
        """Whether the site has a model of its own, which the next rebuild would use."""
        return self.indexes.learnt() is not None

    def taught_anew(self) -> bool:
        """Whether a rebuild would use another model than the index in use."""
        used = self.indexes.of(self.client.name)
        return str(self.indexes.taught().stamp) != used.model

    def search(self, request: Request, access: Access) -> Results:
        """Return one page of the documents that match `request` and that `access` allows."""
        return self._asking(access).search(request)

    def candidates(self, request: Request, access: Access) -> Snapshot:
        """Return the entries that are ranked for `request`, with the counts of the whole index. This measures the quality of ranking."""
        asking = self._asking(access)
        return asking.gathered(request).snapshot(asking.model)

    def count(self, access: Access) -> IndexCount:
        """The number of documents and entries that an actor with the rights `access` may find."""
        return reports.count(self._asking(access))

    def suggest(self, request: Request, access: Access) -> str | None:
        """Return the query that was probably meant by `request`, if it finds documents that `access` allows."""
        return self._asking(access).search(request).suggestion

    def complete(self, text: str, access: Access, limit: int, asked: Sequence[str] = ()) -> Completions:
        """Find at most `limit` continuations of the half-typed query `text` under the rights `access`."""
        return other.complete(self._asking(access), text, limit, asked)

    def tellable(self, questions: Sequence[str], access: Access) -> tuple[str, ...]:
        """Choose from `questions` those that may be shown to others: one provision that every signed-in person may read has all
        words, side by side where asked so."""
        return other.tellable(self._asking(access), questions)

    def explain(self, request: Request, access: Access, document: int, anchor: str) -> Explanation | None:
        """Explain why the provision `anchor` of the document has its position among the candidates of `request`."""
        return other.explained(self._asking(access), request, document, anchor)

    def why_missing(self, request: Request, access: Access, document: int) -> QueryDiagnosis:
        """Say how the query of `request` is read, and whether it finds the document under the rights `access`."""
        _, snapshot = self._asking(access).with_document(request, document)
        return diagnosis.diagnose(snapshot, request, access, document)

    def alike(self, access: Access, document: int, limit: int) -> tuple[tuple[int, float], ...]:
        """Find at most `limit` documents that are nearly the same as the one with the id `document`."""
        return other.alike(self._asking(access), document, limit)

    def exists(self) -> bool:
        """Whether there is any index; True where that cannot be asked. Raises nothing."""
        try:
            return bool(self.indexes.all())
        except Exception:  # noqa: BLE001 - a server that answers anything at all is not "no index".
            return True

    def require_usable(self) -> None:
        """Check that queries can be answered now. Raises IndexAway, IndexDamaged or IndexUnusable where they cannot."""
        reports.require_usable(self.client, self.indexes.of(self.client.name))

    def damage(self) -> list[str]:
        """Say which parts of the index no machine of the cluster can read. OpenSearch checks the sums of its files itself."""
        return reports.damage(self.client, self.indexes.of(self.client.name))

    def flaws(self) -> list[str]:
        """Say which documents have entries of several revisions or access lists."""
        self.indexes.of(self.client.name)
        return list(reports.mixed(self.client, self.client.name))

    def versions(self) -> dict[int, tuple[int, int]]:
        """Map the id of each document in the index to (its indexed revision, the id of its access list)."""
        self.indexes.of(self.client.name)
        return reports.versions(self.client, self.client.name)

    def updated_at(self) -> dt.datetime | None:
        """The time of the last change, in UTC; None without an index. Raises nothing."""
        try:
            noted = self.indexes.noted(f"written-{self.indexes.of(self.client.name).name}")
        except Exception:  # noqa: BLE001 - the time is only shown.
            return None
        return dt.datetime.fromtimestamp(float(noted["at"]), dt.UTC) if noted else None

    def health(self) -> IndexHealth:
        """Report the state of the index. Raises nothing."""
        try:
            return reports.health(self.client, self.indexes.of(self.client.name), self.updated_at())
        except (IndexUnusable, IndexBusy) as error:
            return IndexHealth(problem=str(error))
        except Exception:  # Whatever it is, the page of health shows that there is something.
            log.exception("health of the search server")
            return IndexHealth(problem=UNKNOWN)


class _Rebuild:
    """A new index that is filled in chunks (`indexer.backend.RebuildTarget`)."""

    def __init__(self, engine: OpenSearchEngine, made: Used) -> None:
        self._engine, self.made = engine, made
        self.writer = writing.BulkWriter(engine.client, engine.indexes.building)
        # What a rebuild that was interrupted wrote last is not shown yet.
        self.writer.show()
        self.done: dict[int, tuple[int, int]] = reports.versions(engine.client, engine.indexes.building)

    def write(self, documents: Iterable[tuple[int, Sequence[Entry]]]) -> None:
        """Write one chunk. A document that was written before is replaced, or removed where it now has no entries."""
        indexes = self._engine.indexes
        batch, turn = Batch(), indexes.turn()
        for document, entries in documents:
            batch.replace(document, entries)
        self.writer.write(batch, indexes.model(self.made.model), turn, self.done)
        for document, own in batch.changes.items():
            self.done.pop(document, None)
            if own:
                self.done[document] = own[0].entry.version, own[0].entry.access
