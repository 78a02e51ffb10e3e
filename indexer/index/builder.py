"""Turns analysed entries into the arrays of a new segment. The work consists of sorting plain numbers,
without Python loops over postings.

This module applies the weight of each run, that is of each field of an entry (`indexer.index.schema`), and
decides the order of words, pairs and postings.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import sketches
from indexer.analysis.analyzer import Analysed, Vocabulary
from indexer.index import schema
from indexer.index.segment import RUNS, TEXT, SegmentData, StringColumn
from indexer.store.ragged import Numbers, first_of_each, lengths_of, narrow, places_from, starts_of
from indexer.types import Entry
from legaltext.numbers import parts_of

# The weight of a posting is one byte. A word with a higher weight counts as 255.
MOST_WEIGHT = 255
# The number of bits in a sorting key for the number of a run.
_RUN_BITS = 2


def fold_table(folded: Sequence[str]) -> tuple[list[str], NDArray[np.uint32], Numbers]:
    """Group words by their spelling without diacritics. `folded[w]` is that spelling of word number w.

    Returns (folds, starts, words). `folds` are the distinct spellings, sorted. `words` are the word numbers, grouped by
    spelling. The words with spelling number f are `words[starts[f] : starts[f + 1]]`."""
    folds = sorted(set(folded))
    place = {fold: number for number, fold in enumerate(folds)}
    own = np.fromiter((place[fold] for fold in folded), np.int64, len(folded))
    starts = starts_of(np.bincount(own, minlength=len(folds)))
    return folds, starts, np.argsort(own, kind="stable").astype(narrow(len(folded)))


def _reduce(keys: NDArray[np.uint64], entry_bits: int) -> tuple[Numbers, Numbers, Numbers]:
    """Add up the weights of each term in each entry. One of `keys` packs (term code, entry number, number of the run) into
    an integer. The entry number has `entry_bits` bits. A term counts in the text as often as it stands there, and once in
    each other run. Returns three parallel arrays: term codes ascending, entry numbers, summed weights."""
    keys.sort()
    places = keys >> np.uint64(_RUN_BITS)
    first = first_of_each(places)
    runs = (keys & np.uint64((1 << _RUN_BITS) - 1)).astype(np.intp)
    weights = _run_weights()[runs]
    weights[1:][(keys[1:] == keys[:-1]) & (runs[1:] != TEXT)] = 0
    summed = np.add.reduceat(weights, first) if len(first) else weights
    kept = places[first]
    codes, entries = kept >> np.uint64(entry_bits), kept & np.uint64((1 << entry_bits) - 1)
    return codes, entries, summed.clip(max=MOST_WEIGHT).astype(np.uint8)


def _run_weights() -> NDArray[np.uint32]:
    """Return the weight of each of the four runs (fields) of an entry, as an array. Raises ValueError where a weight is
    no number of a posting."""
    for weight in schema.RUN_WEIGHTS:
        if not isinstance(weight, int) or not 1 <= weight <= MOST_WEIGHT:
            raise ValueError(f"the weight {weight} of a run does not fit a posting: it must be 1 to {MOST_WEIGHT}")
    return np.array(schema.RUN_WEIGHTS, np.uint32)


def _grouped(codes: Numbers) -> tuple[Numbers, Numbers]:
    """Return two parallel arrays: (the distinct values of `codes`, how often each occurs). `codes` must be
    ascending."""
    first = first_of_each(codes)
    return codes[first], np.diff(np.append(first, len(codes)))


def _postings(tokens: NDArray[np.uint64], runs: Numbers, size: int, words: int) -> dict[str, Numbers]:
    """Build the pairs of words and the postings of all terms. Returns arrays of `SegmentData` under their names.

    `tokens` are the word numbers of all entries. `runs` are the positions in `tokens` at which each run (field) begins.
    `size` is the number of entries, and `words` the number of distinct words. Raises ValueError where there are too
    many of both."""
    lengths = lengths_of(runs)
    entries = np.repeat(np.arange(size, dtype=np.uint64), lengths.reshape(-1, RUNS).sum(1))
    own_runs = np.repeat(np.tile(np.arange(RUNS, dtype=np.uint64), size), lengths)
    entry_bits, word_bits = max(size, 2).bit_length(), max(words, 2).bit_length()
    if 2 * word_bits + entry_bits + _RUN_BITS > 64:
        raise ValueError("too many words and entries for one batch")
    tails = entries << np.uint64(_RUN_BITS) | own_runs
    shift = np.uint64(entry_bits + _RUN_BITS)
    _, word_entries, word_weights = single = _reduce(tokens << shift | tails, entry_bits)
    beside = np.ones(len(tokens), bool)
    beside[runs[1:][lengths > 0] - 1] = False
    left = np.flatnonzero(beside)
    both = tokens[left] << np.uint64(word_bits) | tokens[left + 1] if len(left) else tokens[:0]
    codes, pair_entries, pair_weights = _reduce(both << shift | tails[left], entry_bits)
    distinct, counts = _grouped(codes)
    firsts = (distinct >> np.uint64(word_bits)).astype(np.int64)
    return {
        "seconds": (distinct & np.uint64((1 << word_bits) - 1)).astype(narrow(words)),
        "second_starts": starts_of(np.bincount(firsts, minlength=words)),
        "starts": starts_of(np.concatenate([_grouped(single[0])[1], counts])),
        "entries": np.concatenate([word_entries, pair_entries]).astype(narrow(size)),
        "weights": np.concatenate([word_weights, pair_weights]),
    }


def _forward(entries: Sequence[Analysed]) -> tuple[Numbers, Numbers, Numbers]:
    """Join the words of all `entries` into one array of vocabulary numbers. Returns (this array, the positions at which
    each run (field) begins, the positions at which new lines of text begin). The second array ends with the length of
    the first."""
    runs = starts_of(np.array([len(run) for one in entries for run in one.runs], np.int64))
    joined = b"".join(run.tobytes() for one in entries for run in one.runs)
    counts = [len(one.lines) for one in entries]
    lines = np.frombuffer(b"".join(one.lines.tobytes() for one in entries), np.int32)
    return np.frombuffer(joined, np.int32), runs, lines + np.repeat(runs[:-1:RUNS], counts).astype(np.int64)


def _columns(entries: Sequence[Analysed], runs: Numbers) -> dict[str, NDArray[np.int32]]:
    lengths = lengths_of(runs).reshape(-1, RUNS) @ np.array(schema.RUN_WEIGHTS, np.int64)
    columns: dict[str, list[int]] = {
        "document": [one.entry.document for one in entries],
        "version": [one.entry.version for one in entries],
        "access": [one.entry.access for one in entries],
        "issued": [schema.day_number(one.entry.issued_on) for one in entries],
        "effective_from": [schema.day_number(one.entry.effective_from) for one in entries],
        "effective_to": [schema.day_number(one.entry.effective_to) for one in entries],
        "folder": [one.entry.folder for one in entries],
        "order": [one.entry.order for one in entries],
        "year": [_year(one.entry) for one in entries],
    }
    return {name: np.array(values, np.int32) for name, values in columns.items()} | {
        "length": lengths.astype(np.int32)
    }


def _year(entry: Entry) -> int:
    """Return the year of issue of the document of `entry`. Where the day is unknown it is the year in the document number; 0
    where that has none."""
    if entry.issued_on:
        return entry.issued_on.year
    parts = parts_of(entry.number) if entry.number else None
    return parts.year or 0 if parts else 0


def _sketches(
    words: Sequence[str], tokens: Numbers, runs: Numbers, documents: NDArray[np.int32]
) -> tuple[Numbers, NDArray[np.uint8]]:  # fmt: skip
    """Make the sketches of the documents of a segment, from the arrays of `SegmentData`. `documents` holds the document of
    each entry; entries of one document follow each other. Returns its arrays `sketched` and `sketches`."""
    hashed, first = sketches.hashes(words), first_of_each(documents)
    made, entries = [], []
    for begin, end in zip(first.tolist(), [*first[1:].tolist(), len(documents)], strict=True):
        texts = RUNS * np.arange(begin, end) + TEXT
        starts = runs[texts].astype(np.int64)
        places = places_from(starts, runs[texts + 1].astype(np.int64) - starts)
        if (sketch := sketches.sketch(hashed[tokens[places]])) is not None:
            entries.append(begin)
            made.append(sketch)
    return np.array(entries, np.uint32), np.array(made, np.uint8).reshape(-1, sketches.BYTES)


def _names(entries: Sequence[Entry]) -> dict[str, StringColumn]:
    held = {
        "type": [one.doc_type for one in entries],
        "issuer": [one.issuer for one in entries],
        "number": [one.number for one in entries],
        "folder_label": [one.folder_label for one in entries],
        "health": [one.health for one in entries],
        "field_of_work": [one.field_of_work for one in entries],
        "tags": [schema.BETWEEN_TAGS.join(one.tags) for one in entries],
        "own_fields": [schema.BETWEEN_OWN.join(f"{code}={value}" for code, value in one.own_fields) for one in entries],
        schema.ANCHOR: [one.anchor for one in entries],
    }
    return {name: name_column([" ".join(value.split()) for value in values]) for name, values in held.items()}


def name_column(values: Sequence[str]) -> StringColumn:
    """Make a column of strings from `values`, which holds one string per entry."""
    places: dict[str, int] = {}
    codes = np.fromiter((places.setdefault(value, len(places)) for value in values), np.int64, len(values))
    return StringColumn(codes.astype(narrow(len(places))), list(places))


def build(entries: Sequence[Analysed], vocabulary: Vocabulary, sketching: bool = True) -> SegmentData:
    """Build the arrays of a segment from `entries`, which keep their order. `vocabulary` is the vocabulary with
    which they were analysed. With `sketching` false no sketches of documents are made. Raises ValueError when there are too many entries, or when the weight of a run
    (field) does not fit (`schema.RUN_WEIGHTS`)."""
    raw, runs, lines = _forward(entries)
    used = np.unique(raw)
    order = sorted(used.tolist(), key=vocabulary.toned.__getitem__)
    rank = np.zeros(len(vocabulary.toned) + 1, np.uint64)
    rank[order] = np.arange(len(order), dtype=np.uint64)
    tokens = rank[raw]
    words = [vocabulary.toned[number] for number in order]
    folds, fold_starts, by_fold = fold_table([vocabulary.folded[number] for number in order])
    rows = b"".join(one.row for one in entries)
    integers = _columns(entries, runs)
    none = np.empty(0, np.uint32), np.empty((0, sketches.BYTES), np.uint8)
    sketched, made = _sketches(words, tokens, runs, integers["document"]) if sketching else none
    return SegmentData(
        size=len(entries),
        words=words,
        folds=folds,
        fold_starts=fold_starts,
        by_fold=by_fold,
        tokens=tokens.astype(narrow(len(words))),
        runs=runs,
        lines=lines.astype(np.uint32),
        clause_ends=np.packbits(np.frombuffer(b"".join(one.clause_ends for one in entries), np.uint8)),
        integers=integers,
        names=_names([one.entry for one in entries]),
        vectors=np.zeros((len(entries), 0), np.int8),
        row_starts=np.cumsum([0, *(len(one.row) for one in entries)], dtype=np.uint64),
        rows=np.frombuffer(rows, np.uint8),
        sketched=sketched,
        sketches=made,
        **_postings(tokens, runs, len(entries), len(words)),
    )
