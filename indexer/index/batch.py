"""Collects the changes to the index that one commit writes together. Each entry is analysed when it is added,
so an error in an entry is raised before anything is written."""

from collections.abc import Iterable

from indexer.analysis.analyzer import Analysed, Vocabulary
from indexer.analysis.language_model import LanguageModel
from indexer.index.commit import BATCH_LIMIT, arrays_of
from indexer.index.segment import SegmentData
from indexer.types import Entry


class Batch:
    """A collection of changes that one commit writes together. Where a document is changed several times, the
    last change counts. Entries are analysed when they are added and written at commit."""

    def __init__(self) -> None:
        self.changes: dict[int, list[Analysed]] = {}
        self.vocabulary = Vocabulary()
        self.size = 0

    def replace(self, document_id: int, entries: Iterable[Entry]) -> None:
        """Replace all entries of the document `document_id` by `entries`. Raises ValueError when an entry
        belongs to another document, when the batch is full, or when `Vocabulary.analyse` refuses an entry."""
        analysed = [self.vocabulary.analyse(entry) for entry in entries]
        if any(item.entry.document != document_id for item in analysed):
            raise ValueError(f"an entry belongs to another document than {document_id}")
        self.delete(document_id)
        self._refuse_more(len(analysed))
        self.changes[document_id] = analysed
        self.size += len(analysed)

    def add(self, entry: Entry) -> None:
        """Add `entry` to the entries that its document already has in this batch. Raises ValueError when the
        batch is full or when `Vocabulary.analyse` refuses the entry."""
        analysed = self.vocabulary.analyse(entry)
        self._refuse_more(1)
        self.changes.setdefault(entry.document, []).append(analysed)
        self.size += 1

    def _refuse_more(self, entries: int) -> None:
        if self.size + entries > BATCH_LIMIT:
            raise ValueError(f"a batch holds at most {BATCH_LIMIT} entries")

    def delete(self, document_id: int) -> None:
        """Remove all entries of the document `document_id`. A document that is not in the index is ignored.
        """
        self.size -= len(self.changes.get(document_id, []))
        self.changes[document_id] = []

    def arrays(self, used: LanguageModel) -> SegmentData | None:
        """Make the arrays of one segment with the new entries of this batch, and compute their vectors with
        the model `used`. Returns None where the batch adds no entries."""
        entries = [analysed for own in self.changes.values() for analysed in own]
        return arrays_of(entries, self.vocabulary, used)
