"""Fills a new index next to the one in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexer.index.batch import Batch
from indexer.index.folder import IndexFolder
from indexer.index.versions import held_versions
from indexer.types import Entry


class Rebuild:
    """A new index that is filled in chunks. `done` maps the id of each document written so far to (its
    revision, the id of its access list), so that an interrupted rebuild can be continued."""

    def __init__(self, shelf: IndexFolder) -> None:
        self.shelf = shelf
        self.done: dict[int, tuple[int, int]] = held_versions(shelf.snapshot())

    def write(self, documents: Iterable[tuple[int, Sequence[Entry]]]) -> None:
        """Write one chunk of the new index. `documents` are pairs (document id, its entries). The chunk is on
        disk when the call returns. A document that was written before is replaced, or removed where it now
        has no entries."""
        batch = Batch()
        for document, entries in documents:
            batch.replace(document, entries)
        self.shelf.commit(list(batch.changes), batch.arrays(self.shelf.model))
        for document, own in batch.changes.items():
            self.done.pop(document, None)
            if own:
                self.done[document] = own[0].entry.version, own[0].entry.access
