"""Merges several segments into one, without their deleted entries.

Time and memory are linear in the size of the segments. Only words and pairs are sorted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.index.builder import fold_table
from indexer.index.segment import RUNS, SegmentData, StringColumn
from indexer.store.ragged import Numbers, lengths_of, narrow, places_from, starts_of

Bools = NDArray[np.bool_]
_SHIFT = np.uint64(32)


@dataclass(frozen=True)
class MergePart:
    """One segment of a merge. `held` are its arrays, and `alive` is a mask of the entries that are not deleted.
    `entries[e]` is the new number of its entry e, and `words[w]` the new number of its word w. `pairs` are its pairs,
    each as the integer `first word << 32 | second word` of new numbers."""

    held: SegmentData
    alive: Bools
    entries: Numbers
    words: Numbers
    pairs: NDArray[np.uint64]


def _parts(sources: Sequence[tuple[SegmentData, Bools]], numbers: dict[str, int]) -> list[MergePart]:
    parts, first = [], 0
    for held, alive in sources:
        entries = np.cumsum(alive) - 1 + first
        words = np.fromiter((numbers[word] for word in held.words), np.uint64, len(held.words))
        firsts = np.repeat(words, lengths_of(held.second_starts))
        pairs = firsts << _SHIFT | words[held.seconds]
        parts.append(MergePart(held, alive, entries, words, pairs))
        first += int(alive.sum())
    return parts


def _living(part: MergePart) -> tuple[Numbers, Numbers]:
    """Find the postings of entries that are not deleted. Returns (a mask over the postings of the segment `part`, the
    number of such postings of each term)."""
    kept = part.alive[part.held.entries]
    before = np.concatenate([[0], np.cumsum(kept)])
    return kept, np.diff(before[part.held.starts])


def _postings(parts: Sequence[MergePart], words: int, pairs: NDArray[np.uint64], size: int) -> dict[str, Numbers]:
    """Join the postings of all `parts` of a merge. The merged segment has `size` entries; its terms are `words` words,
    then `pairs`. Returns the arrays "entries" and "weights" of the postings, and "counts", the number of postings of
    each term."""
    counts = np.zeros(words + len(pairs), np.int64)
    held = []
    for part in parts:
        terms = np.concatenate([part.words.astype(np.int64), words + np.searchsorted(pairs, part.pairs)])
        kept, own = _living(part)
        held.append((terms, kept, own))
        counts[terms] += own
    free = np.cumsum(counts) - counts
    entries: Numbers = np.empty(int(counts.sum()), narrow(size))
    weights: Numbers = np.empty(len(entries), np.uint8)
    for part, (terms, kept, own) in zip(parts, held, strict=True):
        places = places_from(free[terms], own)
        entries[places] = part.entries[part.held.entries[kept]]
        weights[places] = part.held.weights[kept]
        free[terms] += own
    return {"counts": counts, "entries": entries, "weights": weights}


def _forward(parts: Sequence[MergePart], rank: Numbers, words: int) -> dict[str, Numbers]:
    tokens, lengths, lines, ends, first = [], [], [], [], 0
    for part in parts:
        own = lengths_of(part.held.runs).reshape(-1, RUNS)
        kept = np.repeat(part.alive, own.sum(1))
        place = np.cumsum(kept) - 1 + first
        tokens.append(rank[part.words.astype(np.int64)][part.held.tokens[kept]].astype(narrow(words)))
        lengths.append(own[part.alive].ravel())
        lines.append(place[part.held.lines][kept[part.held.lines]])
        ends.append(np.unpackbits(part.held.clause_ends, count=len(kept))[kept])
        first += int(kept.sum())
    return {
        "tokens": np.concatenate(tokens),
        "runs": starts_of(np.concatenate(lengths)),
        "lines": np.concatenate(lines).astype(np.uint32),
        "clause_ends": np.packbits(np.concatenate(ends)),
    }


def _names(parts: Sequence[MergePart], name: str) -> StringColumn:
    places: dict[str, int] = {}
    codes = []
    for part in parts:
        column = part.held.names[name]
        own = column.codes[part.alive]
        used = np.unique(own)
        moved = np.zeros(len(column.values) + 1, np.int64)
        moved[used] = [places.setdefault(column.values[code], len(places)) for code in used.tolist()]
        codes.append(moved[own])
    return StringColumn(np.concatenate(codes).astype(narrow(len(places))), list(places))


def _rows(parts: Sequence[MergePart]) -> dict[str, Numbers]:
    lengths = [lengths_of(part.held.row_starts) for part in parts]
    rows = [
        part.held.rows if part.alive.all() else part.held.rows[np.repeat(part.alive, own)]
        for part, own in zip(parts, lengths, strict=True)
    ]
    kept = np.concatenate([own[part.alive] for part, own in zip(parts, lengths, strict=True)])
    return {"rows": np.concatenate(rows), "row_starts": np.concatenate([[0], np.cumsum(kept)]).astype(np.uint64)}


def _sketches(parts: Sequence[MergePart]) -> dict[str, Numbers]:
    kept = [part.alive[part.held.sketched] for part in parts]
    entries = [part.entries[part.held.sketched[own]] for part, own in zip(parts, kept, strict=True)]
    made = [part.held.sketches[own] for part, own in zip(parts, kept, strict=True)]
    return {"sketched": np.concatenate(entries).astype(np.uint32), "sketches": np.concatenate(made)}


def _spellings(sources: Sequence[tuple[SegmentData, Any]]) -> dict[str, str]:
    """Map each word of the segments to its spelling without diacritics. The first item of each source is a segment."""
    folded: dict[str, str] = {}
    for held, _ in sources:
        owner = np.repeat(np.arange(len(held.folds)), lengths_of(held.fold_starts)).tolist()
        for place, word in zip(owner, held.by_fold.tolist(), strict=True):
            folded[held.words[word]] = held.folds[place]
    return folded


def merge(sources: Sequence[tuple[SegmentData, Bools]]) -> SegmentData:
    """Merge segments into one. `sources` are pairs (segment, mask over its entries); entries that are True in the
    mask are kept, in their order."""
    folded = _spellings(sources)
    words = sorted(folded)
    parts = _parts(sources, {word: number for number, word in enumerate(words)})
    pairs = np.unique(np.concatenate([part.pairs for part in parts]))
    size = sum(int(part.alive.sum()) for part in parts)
    posted = _postings(parts, len(words), pairs, size)
    counts = posted.pop("counts")
    # Terms that occur only in deleted entries are dropped.
    known = counts[: len(words)] > 0
    rank = np.cumsum(known) - 1
    kept = [word for word, living in zip(words, known.tolist(), strict=True) if living]
    pairs = pairs[counts[len(words) :] > 0]
    firsts, seconds = rank[(pairs >> _SHIFT).astype(np.int64)], rank[(pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)]
    folds, fold_starts, by_fold = fold_table([folded[word] for word in kept])
    integers = parts[0].held.integers
    return SegmentData(
        size=size,
        words=kept,
        folds=folds,
        fold_starts=fold_starts,
        by_fold=by_fold,
        seconds=seconds.astype(narrow(len(kept))),
        second_starts=starts_of(np.bincount(firsts, minlength=len(kept))),
        starts=starts_of(counts[counts > 0]),
        integers={
            name: np.concatenate([part.held.integers[name][part.alive] for part in parts]) for name in integers
        },
        names={name: _names(parts, name) for name in parts[0].held.names},
        vectors=np.concatenate([part.held.vectors[part.alive] for part in parts]),
        **posted,
        **_forward(parts, rank, len(kept)),
        **_rows(parts),
        **_sketches(parts),
    )
