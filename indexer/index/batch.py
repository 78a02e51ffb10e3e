"""Changes to the index that are written together, analysed as they come: what fails fails before anything is
written.
"""

from collections.abc import Iterable

from indexer.analysis.analyzer import Analysed, Vocabulary
from indexer.analysis.language_model import LanguageModel
from indexer.index.commit import BATCH_LIMIT, arrays_of
from indexer.index.segment import SegmentData
from indexer.types import Entry


class Batch:
    """Changes to be written together: the last word on a document counts. Analysed at once, written at
    commit."""

    def __init__(self) -> None:
        self.changes: dict[int, list[Analysed]] = {}
        self.vocabulary = Vocabulary()
        self.size = 0

    def replace(self, document_id: int, entries: Iterable[Entry]) -> None:
        """Put these entries in place of all entries of a document; ValueError when one belongs to another
        document."""
        analysed = [self.vocabulary.analyse(entry) for entry in entries]
        if any(item.entry.document != document_id for item in analysed):
            raise ValueError(f"an entry belongs to another document than {document_id}")
        self.delete(document_id)
        self._refuse_more(len(analysed))
        self.changes[document_id] = analysed
        self.size += len(analysed)

    def add(self, entry: Entry) -> None:
        """Put one more entry to those of its document in this batch; ValueError when the batch is full, or as
        `Vocabulary.analyse` says."""
        analysed = self.vocabulary.analyse(entry)
        self._refuse_more(1)
        self.changes.setdefault(entry.document, []).append(analysed)
        self.size += 1

    def _refuse_more(self, entries: int) -> None:
        if self.size + entries > BATCH_LIMIT:
            raise ValueError(f"a batch holds at most {BATCH_LIMIT} entries")

    def delete(self, document_id: int) -> None:
        """Remove a document; one that is not there does not matter."""
        self.size -= len(self.changes.get(document_id, []))
        self.changes[document_id] = []

    def arrays(self, used: LanguageModel) -> SegmentData | None:
        """The new entries as arrays, with vectors in a model; None without any."""
        entries = [analysed for own in self.changes.values() for analysed in own]
        return arrays_of(entries, self.vocabulary, used)
