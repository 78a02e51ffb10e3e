"""Highlights the entries of one document for a search within that document: on its page, and in the list of its
matching provisions.

The best alternative of a word is chosen once for the whole document. So the page and the list highlight the same
words.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from indexer.fragments import Span
from indexer.highlight.text_marker import TextMarker
from indexer.index.segment import LABEL, TEXT, TITLE
from indexer.index.snapshot import Bools, Snapshot
from indexer.store.ragged import Numbers


class DocumentMarker:
    """A highlighter for one document. `entries` are the entry numbers of all its entries that an actor may read.
    `marking` is the `TextMarker` that highlights the same words on the page of the document."""

    def __init__(self, snapshot: Snapshot, marking: TextMarker, entries: Sequence[int]) -> None:
        self._snapshot, self._spread = snapshot, marking.spread
        # Segment → for each word of its vocabulary, whether it matches any word of the query.
        self._asked = _asked(snapshot, marking, entries)
        self.marking = marking.of(marking.best(words for entry in entries for words in self._stretches(entry)))

    def tells(self, entry: int) -> bool:
        """Whether the highlighter highlights anything in the label, the heading or the text of `entry`."""
        return any(True for words in self._stretches(entry) for _ in self.marking.places(words))

    def places(self, entry: int) -> list[Span]:
        """The highlighted stretches of the text of `entry`, as pairs (first word, end) of word positions; [] where nothing
        is highlighted."""
        held, own = self._snapshot.place(entry)
        return list(self.marking.places([held.words[number] for number in held.run(own, TEXT).tolist()]))

    def _stretches(self, entry: int) -> Iterator[list[str]]:
        """Yield the parts of `entry` in which something may be highlighted, each as a list of words. A part is a row of
        neighbouring words of the query. If the query asks for words near each other, a part is a whole field."""
        number, own = self._snapshot.placed(entry)
        held = self._snapshot.segments[number].held
        for run in (TEXT, TITLE, LABEL):
            tokens = held.run(own, run)
            at = np.flatnonzero(self._asked[number][tokens])
            if len(at) and self._spread:
                yield [held.words[token] for token in tokens.tolist()]
            elif len(at):
                words = [held.words[token] for token in tokens[at].tolist()]
                ends = [*(np.flatnonzero(np.diff(at) > 1) + 1).tolist(), len(words)]
                for start, end in zip([0, *ends], ends, strict=False):
                    yield words[start:end]


def _asked(snapshot: Snapshot, marking: TextMarker, entries: Sequence[int]) -> dict[int, Bools]:
    runs: dict[int, list[Numbers]] = {}
    for entry in entries:
        number, own = snapshot.placed(entry)
        held = snapshot.segments[number].held
        runs.setdefault(number, []).extend(held.run(own, run) for run in (TEXT, TITLE, LABEL))
    tables = {}
    for number, some in runs.items():
        words = snapshot.segments[number].held.words
        table = np.zeros(len(words), bool)
        table[np.concatenate(some)] = True
        there = np.flatnonzero(table)
        table[there] = marking.asks([words[word] for word in there.tolist()])
        tables[number] = table
    return tables
