"""An index made anew beside the one in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexer.index.batch import Batch
from indexer.index.folder import IndexFolder
from indexer.index.versions import held_versions
from indexer.types import Entry


class Rebuild:
    """A new index being filled in chunks; each chunk is on disk when `write` returns."""

    def __init__(self, shelf: IndexFolder) -> None:
        self.shelf = shelf
        self.done: dict[int, tuple[int, int]] = held_versions(shelf.snapshot())

    def write(self, documents: Iterable[tuple[int, Sequence[Entry]]]) -> None:
        """Write one chunk of (document, entries); a document that is already there is replaced."""
        batch = Batch()
        for document, entries in documents:
            batch.replace(document, entries)
        self.shelf.commit(list(batch.changes), batch.arrays(self.shelf.model))
        for document, own in batch.changes.items():
            self.done.pop(document, None)
            if own:
                self.done[document] = own[0].entry.version, own[0].entry.access
