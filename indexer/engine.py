"""The local backend: the index lies in a folder of this machine and is searched in this process."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from indexer.backend import IndexCount, IndexHealth, RebuildTarget, WriteBatch
from indexer.errors import IndexUnusable
from indexer.index.index import Index
from indexer.learn import site_model
from indexer.search import alike, diagnosis, explain, search
from indexer.store.durable import file_stamp
from indexer.suggest import asked_before, complete
from indexer.types import Access, Completions, Explanation, QueryDiagnosis, Request, Results


class Engine:
    """Implements `SearchBackend` over an `Index` in the folder `path`. One object serves a whole process and
    keeps the opened index. `indexer.backend` describes in full what each method does and raises."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.index = Index(path)

    @contextmanager
    def write_batch(self, timeout_seconds: float) -> Iterator[WriteBatch]:
        """Yield a batch that collects changes, and commit them when the block ends without an error. Raises
        IndexBusy when another process writes for `timeout_seconds`, and IndexUnusable where the index cannot
        be read."""
        with self.index.write_batch(timeout_seconds) as batch:
            yield batch

    def tidy(self, timeout_seconds: float) -> bool:
        """Merge small segments that commits left, in one round. Returns whether segments were merged. Raises
        IndexBusy when another process holds a lock for `timeout_seconds`, and IndexUnusable where the index
        cannot be read."""
        return self.index.tidy(timeout_seconds)

    def rebuild(self) -> AbstractContextManager[RebuildTarget]:
        """Return a context manager that yields a new index to be filled, and switches to it when the block
        ends without an error. Raises IndexBusy when another rebuild is running."""
        return self.index.rebuild()

    def discard(self) -> None:
        """Stop using the index, an unfinished rebuild and the model of the site, because their content belongs to
        another database. The index counts as missing until a rebuild makes a new one."""
        self.index.discard()

    def retrain(self, lists: frozenset[int], without: frozenset[int]) -> int:
        """Learn vectors of words that only this site has. The words are learnt from the entries on the
        access lists `lists`, except the entries of the documents with the ids `without`. Returns how
        many words and word pairs were learnt. Raises IndexUnusable where the index cannot be read, and
        IndexBusy when a rebuild is running."""
        return site_model.adapt(self.index, lists, without)

    def forget(self) -> None:
        """Delete the model of the site, so that the next rebuild uses the base model. Raises IndexBusy when a
        rebuild is running."""
        self.index.keep_model(None)

    def has_learnt(self) -> bool:
        """Whether the site has a model of its own, which the next rebuild would use."""
        return self.index.has_learnt()

    def taught_anew(self) -> bool:
        """Whether a rebuild would use another model than the index in use. Raises IndexUnusable where the
        index cannot be read."""
        return self.index.taught_anew()

    def search(self, request: Request, access: Access) -> Results:
        """Return one page of the documents that match `request` and that `access` allows. Raises
        IndexUnusable where the index cannot be read."""
        return search.search(self.index, request, access)

    def count(self, access: Access) -> IndexCount:
        """The number of documents and entries that an actor with the rights `access` may find. Raises
        IndexUnusable where the index cannot be read."""
        visible = self.index.snapshot().readable(access)
        return IndexCount(int(visible.documents.sum()), int(visible.entries.sum()))

    def suggest(self, request: Request, access: Access) -> str | None:
        """Return the query that was probably meant by `request`, if it finds documents that `access` allows. None where
        there is no such query. Raises IndexUnusable where the index cannot be read."""
        return search.search(self.index, request, access).suggestion

    def complete(self, text: str, access: Access, limit: int, asked: Sequence[str] = ()) -> Completions:
        """Find at most `limit` continuations of the half-typed query `text` under the rights `access`. `asked` are
        questions that people of the site ask, the most frequent first. Raises IndexUnusable where the index cannot be
        read."""
        return complete.complete(self.index, text, access, limit, asked)

    def tellable(self, questions: Sequence[str], access: Access) -> tuple[str, ...]:
        """Choose from `questions`, which people of the site asked, those that may be shown to others: one provision that
        every signed-in person may read has all words, side by side where asked so. Raises IndexUnusable where the index
        cannot be read."""
        return asked_before.tellable(self.index, access, questions)

    def explain(self, request: Request, access: Access, document: int, anchor: str) -> Explanation | None:
        """Explain why the provision `anchor` of the document with the id `document` has its position among
        the matches of `request` under the rights `access`; None where it does not match. Raises IndexUnusable
        where the index cannot be read."""
        return explain.explain(self.index, request, access, document, anchor)

    def why_missing(self, request: Request, access: Access, document: int) -> QueryDiagnosis:
        """Say how the query of `request` is read, and whether it finds the document with the id `document`
        under the rights `access`. Raises IndexUnusable where the index cannot be read."""
        return diagnosis.diagnose(self.index, request, access, document)

    def alike(self, access: Access, document: int, limit: int) -> tuple[tuple[int, float], ...]:
        """Find at most `limit` documents whose texts are nearly that of the document with the id `document`, the most alike
        first, as (id, share of what they have in common). Raises IndexUnusable where the index cannot be read."""
        return alike.alike(self.index, access, document, limit)

    def exists(self) -> bool:
        """Whether the folder of the index has any content."""
        return self.index.path.exists() and any(self.index.path.iterdir())

    def require_usable(self) -> None:
        """Open the newest generation of the index, and return nothing if that succeeds. Raises IndexDamaged
        where the index is damaged, IndexUnusable where there is none or another version wrote it."""
        self.index.snapshot()

    def damage(self) -> list[str]:
        """Read all files of the index and return a Vietnamese sentence for each damaged one, [] where none
        is. Raises IndexUnusable where there is no index."""
        return self.index.damage()

    def flaws(self) -> list[str]:
        """Find problems other than damaged files, such as a document whose entries belong to several revisions.
        Returns a Vietnamese sentence for each, [] where there are none. Raises IndexUnusable where the index
        cannot be read."""
        return self.index.flaws()

    def versions(self) -> dict[int, tuple[int, int]]:
        """A dict that maps the id of each document in the index to (the revision of the document that was indexed,
        the id of its access list). Raises IndexUnusable where the index cannot be read."""
        return self.index.versions()

    def updated_at(self) -> dt.datetime | None:
        """The time at which a file of the index was last written, in UTC; None without files."""
        # A commit of another process may remove files during this loop.
        stamps = [stamp for stamp in map(file_stamp, self.index.path.glob("*/*")) if stamp]
        return dt.datetime.fromtimestamp(max(stamp[2] for stamp in stamps) / 1e9, dt.UTC) if stamps else None

    def health(self) -> IndexHealth:
        """Report the state of the index. Raises nothing: an index that cannot be read is reported in
        `IndexHealth.problem`."""
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
