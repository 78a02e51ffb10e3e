"""The local backend: the index in a folder of this machine, searched in this process."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from indexer.backend import IndexCount, IndexHealth, RebuildTarget, WriteBatch
from indexer.errors import IndexUnusable
from indexer.index.index import Index
from indexer.learn import site_model
from indexer.search import diagnosis, explain, search
from indexer.store.durable import file_stamp
from indexer.suggest import complete
from indexer.types import Access, Completions, Explanation, QueryDiagnosis, Request, Results


class Engine:
    """`SearchBackend` over an `Index`; one object in a process, which keeps what it has opened. What each method does and
    raises is told in `indexer.backend`."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.index = Index(path)

    @contextmanager
    def write_batch(self, timeout_seconds: float) -> Iterator[WriteBatch]:
        """Collect changes and commit them when the block ends well. IndexBusy, IndexUnusable."""
        with self.index.write_batch(timeout_seconds) as batch:
            yield batch

    def tidy(self, timeout_seconds: float) -> bool:
        """Join segments that commits left apart, one round. IndexBusy, IndexUnusable."""
        return self.index.tidy(timeout_seconds)

    def rebuild(self) -> AbstractContextManager[RebuildTarget]:
        """Build a new index next to the one in use, and switch when the block ends well. IndexBusy."""
        return self.index.rebuild()

    def discard(self) -> None:
        """Leave the index as if there were none."""
        self.index.discard()

    def retrain(self, lists: frozenset[int], without: frozenset[int]) -> int:
        """Adapt the language model to these entries; how many terms it learnt. IndexUnusable, IndexBusy."""
        return site_model.adapt(self.index, lists, without)

    def forget(self) -> None:
        """Let the next rebuild use the base model. IndexBusy."""
        self.index.keep_model(None)

    def has_learnt(self) -> bool:
        """Whether there is an adapted model."""
        return self.index.has_learnt()

    def taught_anew(self) -> bool:
        """Whether a rebuild would use another model than the index in use. IndexUnusable."""
        return self.index.taught_anew()

    def search(self, request: Request, access: Access) -> Results:
        """A page of the documents that answer. IndexUnusable."""
        return search.search(self.index, request, access)

    def count(self, access: Access) -> IndexCount:
        """What an actor finds among. IndexUnusable."""
        visible = self.index.snapshot().readable(access)
        return IndexCount(int(visible.documents.sum()), int(visible.entries.sum()))

    def suggest(self, request: Request, access: Access) -> str | None:
        """The question that was probably meant. IndexUnusable."""
        return search.search(self.index, request, access).suggestion

    def complete(self, text: str, access: Access, limit: int) -> Completions:
        """How a half-typed question may go on. IndexUnusable."""
        return complete.complete(self.index, text, access, limit)

    def explain(self, request: Request, access: Access, document: int, anchor: str) -> Explanation | None:
        """Why a provision has its place. IndexUnusable."""
        return explain.explain(self.index, request, access, document, anchor)

    def why_missing(self, request: Request, access: Access, document: int) -> QueryDiagnosis:
        """How a question is read, and whether it finds a document. IndexUnusable."""
        return diagnosis.diagnose(self.index, request, access, document)

    def exists(self) -> bool:
        """Whether anything is in the index's folder."""
        return self.index.path.exists() and any(self.index.path.iterdir())

    def require_usable(self) -> None:
        """Open the newest generation. IndexDamaged, IndexUnusable."""
        self.index.snapshot()

    def damage(self) -> list[str]:
        """Files that are not what was written, by reading all of them. IndexUnusable."""
        return self.index.damage()

    def flaws(self) -> list[str]:
        """What is wrong with a sound index and in its folder. IndexUnusable."""
        return self.index.flaws()

    def versions(self) -> dict[int, tuple[int, int]]:
        """Document → (version, access list) as indexed. IndexUnusable."""
        return self.index.versions()

    def updated_at(self) -> dt.datetime | None:
        """The moment at which a file of an index was last written."""
        # A commit removes files while they are looked at.
        stamps = [stamp for stamp in map(file_stamp, self.index.path.glob("*/*")) if stamp]
        return dt.datetime.fromtimestamp(max(stamp[2] for stamp in stamps) / 1e9, dt.UTC) if stamps else None

    def health(self) -> IndexHealth:
        """The state of the index."""
        try:
            snapshot = self.index.snapshot()
        except IndexUnusable as error:
            return IndexHealth(problem=str(error))
        stamps = [stamp for stamp in map(file_stamp, (self.index.path / snapshot.key[0]).glob("*")) if stamp]
        return IndexHealth(
            documents=len(snapshot.documents),
            entries=int(snapshot.alive.sum()),
            size=sum(stamp[1] for stamp in stamps),
            updated_at=self.updated_at(),
        )
