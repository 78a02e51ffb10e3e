"""The index as a `whoosh.index.Index`. Its readers, searchers and writers work on the live index of the site.
"""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from typing import Any

from whoosh.fields import FieldConfigurationError, FieldType, Schema
from whoosh.index import Index as WhooshIndex
from whoosh.reading import IndexReader
from whoosh.scoring import WeightingModel

from indexer.index.index import Index
from indexer.index.manifest import contents_name
from indexer.index.snapshot import Snapshot
from indexer.store.durable import file_stamp
from indexer.whoosh.codec import snapshot_reader
from indexer.whoosh.schema import SCHEMA
from indexer.whoosh.searcher import Evaluate, SnapshotSearcher, searcher
from indexer.whoosh.writer import EntryWriter, refuse_options


class LiveIndex(WhooshIndex):
    """Whoosh's index interface over an index folder of this engine. `evaluate` finds the entries that a query matches.
    `weighting` gives their scores, unless a searcher is made with another one.

    Each reader and searcher uses the generation that is newest when it is made. All methods raise IndexUnusable where
    the index is missing or damaged."""

    def __init__(self, index: Index, weighting: WeightingModel, evaluate: Evaluate) -> None:
        self._index, self._weighting, self._evaluate = index, weighting, evaluate

    @property
    def schema(self) -> Schema:
        """A copy of the schema. The schema of the index itself cannot be changed."""
        return SCHEMA.copy()

    def snapshot(self) -> Snapshot:
        """The snapshot of the newest generation."""
        return self._index.snapshot()

    def latest_generation(self) -> int:
        """The number of the newest generation. The numbers start again after a rebuild."""
        return self.snapshot().key[1]

    def last_modified(self) -> int:
        """The time at which the newest generation was written, in seconds since 1970. Returns -1 if a newer
        generation has just replaced it."""
        folder, generation = self.snapshot().key
        stamp = file_stamp(self._index.path / folder / contents_name(generation))
        return stamp[2] // 1_000_000_000 if stamp else -1

    def is_empty(self) -> bool:
        """Whether every entry of the index is deleted, or there is none."""
        return not self.snapshot().alive.any()

    def reader(self, reuse: IndexReader | None = None) -> IndexReader:
        """Make a reader of the newest generation. `reuse` is ignored, because the files of the segments stay mapped
        into memory anyway."""
        return snapshot_reader(self.snapshot())

    def searcher(self, **kwargs: Any) -> SnapshotSearcher:
        """Make a searcher of the newest generation. `kwargs` are the options of Whoosh's searcher."""
        return searcher(self.snapshot(), self._evaluate, fromindex=self, **{"weighting": self._weighting} | kwargs)

    def writer(self, timeout: float = 0.0, **kwargs: Any) -> EntryWriter:
        """Make a writer of the index, and take the lock that the product's writer also takes. Raises LockError where
        the lock is not free within `timeout` seconds, and TypeError if `kwargs` has any other option of Whoosh."""
        refuse_options(kwargs)
        return EntryWriter(self._index, self._evaluate, timeout)

    def optimize(self) -> None:
        """Merge segments until as few as possible are left. Raises IndexBusy when another process merges."""
        while self._index.tidy(pack=True):
            pass

    def add_field(self, fieldname: str, fieldspec: FieldType) -> None:
        """Raise FieldConfigurationError whatever is passed, because the schema belongs to the format of the index."""
        raise FieldConfigurationError("the fields of this index are fixed")

    def remove_field(self, fieldname: str) -> None:
        """Raise FieldConfigurationError whatever is passed, because the schema belongs to the format of the index."""
        raise FieldConfigurationError("the fields of this index are fixed")
