"""Writing segments: rows and postings in bulk, merging as arrays, everything on disk before it counts.

Decides which segments are merged when. Analysis is done before; a writer only lays down what cannot fail.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.index import TOC, FileIndex
from whoosh.writing import SegmentWriter

from indexer import schema
from indexer.analysis import Analysed, Vocabulary, postings
from indexer.codec import ArrayCodec, Source, combine
from indexer.schema import FOLDED, SCHEMA, TONED, day_number
from indexer.segments import SUMS_EXT, SafeStorage, SegmentView, file_sum

# A commit merges only what takes well under a second; larger merges wait for `Store.tidy`.
QUICK_MERGE = 1_500
# With more segments than this a commit joins larger ones too (some seconds, seldom): each keeps files open.
CROWDED, CROWDED_MERGE = 24, 10_000
# Keeps a merge under about 600 MB of memory.
SEGMENT_LIMIT = 25_000
# A segment's name columns hold 65,535 names.
BATCH_LIMIT = 60_000
_FANOUT = 6


class ArrayWriter(SegmentWriter):
    """One commit: deletions, new entries, and merged segments."""

    def __init__(self, index: FileIndex, timeout: float) -> None:
        super().__init__(index, timeout=timeout, codec=ArrayCodec(), compound=False)
        self._sources: dict[str, list[Source]] = {TONED: [], FOLDED: []}

    def add_entries(self, entries: list[Analysed], vocabulary: Vocabulary) -> None:
        """Append analysed entries to the new segment."""
        if not entries:
            return
        first = self.docnum
        for analysed in entries:
            self._add_row(_integers_of(analysed), _names_of(analysed), analysed.row)
        self._sources[TONED].append(postings(entries, vocabulary.toned, first))
        self._sources[FOLDED].append(postings(entries, vocabulary.folded, first))
        self._added = True

    def add_segment(self, view: SegmentView, deleted: set[int]) -> None:
        """Copy the living entries of a segment into the new one."""
        moved = np.full(view.size, -1, np.int64)
        alive = [entry for entry in range(view.size) if entry not in deleted]
        moved[alive] = np.arange(self.docnum, self.docnum + len(alive))
        integers = {name: column.tolist() for name, column in view.integers.items()}
        for entry in alive:
            names = {name: held.values[held.codes[entry]].encode() for name, held in view.names.items()}
            self._add_row({name: column[entry] for name, column in integers.items()}, names, view.rows[entry])
        for field, sources in self._sources.items():
            held = view.terms.source(field)
            sources.append(Source(held.keys, held.counts, moved[held.entries], held.weights))
        self._added = self._added or bool(alive)

    def _add_row(self, integers: dict[str, int], names: dict[str, bytes], row: bytes) -> None:
        rows = self.perdocwriter
        rows.start_doc(self.docnum)
        for name, value in (*integers.items(), *names.items(), (schema.ROW, row)):
            rows.add_column_value(name, SCHEMA[name].column_type, value)
        rows.finish_doc()
        self.docnum += 1

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        for field in (FOLDED, TONED):
            self.fieldwriter.write_field(field, SCHEMA[field], combine(self._sources.pop(field)))
        self.fieldwriter.close()

    def _commit_toc(self, segments: Sequence[Any]) -> None:
        if self._added:
            name = self.newsegment.segment_id()
            folder = Path(self.storage.folder)
            files = sorted(path.name for path in folder.glob(f"{name}.*"))
            sums = {file: file_sum(folder / file) for file in files}
            (folder / f"{name}{SUMS_EXT}").write_text(json.dumps(sums))
            for file in (*files, f"{name}{SUMS_EXT}"):
                self.storage.sync(file)
        super()._commit_toc(segments)


def _integers_of(analysed: Analysed) -> dict[str, int]:
    entry = analysed.entry
    return {
        "document": entry.document,
        "version": entry.version,
        "access": entry.access,
        "length": analysed.length,
        "issued": day_number(entry.issued_on),
        "effective_from": day_number(entry.effective_from),
        "effective_to": day_number(entry.effective_to),
        "folder": entry.folder,
        "order": entry.order,
    }


def _names_of(analysed: Analysed) -> dict[str, bytes]:
    entry = analysed.entry
    names = {
        "type": entry.doc_type,
        "issuer": entry.issuer,
        "number": entry.number,
        "folder_label": entry.folder_label,
    }
    return {name: value.encode() for name, value in names.items()}


def _living(segment: Any) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def choose_merges(sizes: list[tuple[int, int]], limit: int) -> list[int]:
    """Which segments to merge, as positions; `sizes` are (living, all) entries, a merge never exceeds
    `limit`.

    The smallest ones are joined once `_FANOUT` of about one size have gathered, or when half of one is
    deleted.
    """
    order = sorted(range(len(sizes)), key=lambda place: sizes[place][0])
    wasted = [place for place in order if sizes[place][0] * 2 < sizes[place][1] and sizes[place][0] <= limit]
    for start in range(len(order) - _FANOUT + 1):
        chosen: list[int] = []
        total = 0
        for place in order[start:]:
            living = sizes[place][0]
            if chosen and (living > 4 * max(total / len(chosen), 8) or total + living > limit):
                break
            chosen, total = [*chosen, place], total + living
        if len(chosen) >= _FANOUT:
            return sorted(chosen)
    return sorted(wasted[:1])


def merge_policy(
    open_view: Callable[[Any], SegmentView], limit: int
) -> Callable[[ArrayWriter, Sequence[Any]], list[Any]]:
    """A Whoosh merge policy that drops empty segments and joins those that `choose_merges` names."""

    def policy(writer: ArrayWriter, segments: Sequence[Any]) -> list[Any]:
        kept = [segment for segment in segments if _living(segment)]
        room = max(0, min(limit, SEGMENT_LIMIT - writer.docnum))
        chosen = choose_merges([(_living(segment), segment.doc_count_all()) for segment in kept], room)
        for place in chosen:
            writer.add_segment(open_view(kept[place]), set(kept[place].deleted_docs()))
        return [segment for place, segment in enumerate(kept) if place not in chosen]

    return policy


def sweep_leftovers(storage: SafeStorage) -> None:
    """Remove tables of contents that a killed writer left half-way (call with the write lock held)."""
    leftover = re.compile(rf"^_{schema.INDEX_NAME}_[0-9]+\.toc\.")
    for name in storage.list():
        if leftover.match(name):
            storage.delete_file(name)


def deleted_mask(segment: Any) -> NDArray[np.bool_]:
    """True at each deleted entry of a segment."""
    mask = np.zeros(segment.doc_count_all(), bool)
    mask[list(segment.deleted_docs())] = True
    return mask


def read_contents(storage: SafeStorage) -> TOC:
    """The newest table of contents: segments with their deletions, and the generation."""
    contents: TOC = TOC.read(storage, schema.INDEX_NAME, schema=SCHEMA)
    return contents
