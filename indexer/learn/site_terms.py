"""Adds vectors to the base model for terms that only the texts of a site contain.

This module decides which terms get a vector, and how it is learnt from the provisions that contain the term. The method is the
"à la carte" embedding of Khodak et al., ACL 2018.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import language_model
from indexer.analysis.language_model import LanguageModel
from indexer.index import vectors as embedding
from indexer.index.segment import SegmentData
from indexer.index.snapshot import Bools
from indexer.store.ragged import Numbers, lengths_of

# A new term gets a vector if it occurs in at least _FLOOR provisions and _DOCUMENTS documents (words of a single
# document must not be learnt), and in at most a share of _SHARE of all provisions.
_FLOOR, _DOCUMENTS, _SHARE = 5, 3, 0.1
_MOST_ADDED = 60_000
# The map is fitted on at least, and at most, this many known terms, with this regularisation.
_LEAST_SHOWN, _MOST_SHOWN, _RIDGE = 300, 12_000, 0.03
# Postings processed together.
_CHUNK = 50_000
# An odd factor, so that no two words get the same product: the golden ratio in 64 bits (Knuth, TAOCP 3, 6.4).
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
Floats = NDArray[np.float32]
Keys = NDArray[np.uint64]
Term = tuple[str, ...]
Source = tuple[SegmentData, Bools]


@dataclass(frozen=True)
class _Counted:
    """A segment (`held`) with its terms counted. `chosen` is the mask of the entries to learn from. `vectors` has one vector
    per entry, of length 1.

    The other arrays have one item per term. `keys` identifies the term in every segment. `rows` is the row of its vector in
    the base model, -1 for none. `counts` and `documents` say how many chosen entries contain the term, and how many documents
    they belong to."""

    held: SegmentData
    chosen: Bools
    keys: Keys
    rows: Numbers
    counts: Numbers
    documents: Numbers
    vectors: Floats

    @property
    def unknown(self) -> Numbers:
        """Find the terms that occur in chosen entries of this segment and have no vector in the base model. Returns their term
        numbers, ascending."""
        return np.flatnonzero((self.rows < 0) & (self.counts > 0))

    def spelled(self, terms: Numbers) -> list[Term]:
        """For each term number in `terms`, its words: one word, or the two words of a pair."""
        words, size = self.held.words, len(self.held.words)
        pairs = np.maximum(terms - size, 0)
        firsts = np.searchsorted(self.held.second_starts, pairs, side="right") - 1
        seconds = self.held.seconds[pairs] if len(self.held.seconds) else firsts
        return [
            (words[term],) if term < size else (words[first], words[second])
            for term, first, second in zip(terms.tolist(), firsts.tolist(), seconds.tolist(), strict=True)
        ]


def adapt(sources: Sequence[Source]) -> LanguageModel | None:
    """Add vectors to the base model for terms that have none there. `sources` are pairs (segment, mask of the entries to learn
    from). Returns the new model, or None where the entries contain too few terms to learn from."""
    base = language_model.base()
    segments = [_counted(held, chosen, base) for held, chosen in sources if chosen.any()]
    if not segments:
        return None
    most = max(_SHARE * sum(int(one.chosen.sum()) for one in segments), _FLOOR)
    keys, counts = _unknown(segments, most)
    shown = _known(segments, most, len(base.vectors))
    if not len(keys) or len(shown) < _LEAST_SHOWN:
        return None
    means = _means(segments, keys, shown)
    wanted = base.vectors[shown].astype(np.float64) * base.scales[shown].astype(np.float64)[:, None]
    vectors = _placed(means[: len(keys)], means[len(keys) :], wanted)
    return _with_terms(base, _spelled(segments, keys), counts, vectors)


def _counted(held: SegmentData, chosen: Bools, base: LanguageModel) -> _Counted:
    owner = np.repeat(np.arange(len(held.starts) - 1), lengths_of(held.starts))
    taught = np.flatnonzero(chosen[held.entries])
    owner, document = owner[taught], held.integers["document"][held.entries[taught]]
    counts = np.bincount(owner, minlength=len(held.starts) - 1)
    # The entries of a document are neighbours, all in one segment.
    first = np.flatnonzero(np.diff(owner, prepend=-1) | np.diff(document, prepend=-1))
    documents = np.bincount(owner[first], minlength=len(held.starts) - 1)
    # Computed with the base model. The vectors in the index may contain what was learnt before, and learning twice
    # must not change anything.
    vectors = embedding.vectors(held, base).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + np.float32(1e-9)
    return _Counted(held, chosen, _keys(held), embedding.rows_of(held, base), counts, documents, vectors)


def _keys(held: SegmentData) -> Keys:
    """Compute a 64-bit key for each term of the segment `held`: BLAKE2 (RFC 7693) of a word, for a pair a mix of the keys
    of both words."""
    digests = b"".join(blake2b(word.encode(), digest_size=8).digest() for word in held.words)
    words = np.frombuffer(digests, np.uint64)
    return np.concatenate([words, np.repeat(words, lengths_of(held.second_starts)) * _SPREAD + words[held.seconds]])


def _unknown(segments: Sequence[_Counted], most: float) -> tuple[Keys, Numbers]:
    """Choose the terms that get a new vector. Returns two parallel arrays (keys ascending, the number of chosen entries with
    each term). Rare terms are left out, and so are terms in more than `most` entries."""
    each = np.concatenate([one.keys[one.unknown] for one in segments])
    keys, places = np.unique(each, return_inverse=True)
    counts, documents = (
        np.bincount(places, np.concatenate(held), len(keys)).astype(np.int64)
        for held in zip(*((one.counts[one.unknown], one.documents[one.unknown]) for one in segments), strict=True)
    )
    found = np.flatnonzero((counts >= _FLOOR) & (counts <= most) & (documents >= _DOCUMENTS))
    kept = np.sort(found[np.argsort(-counts[found], kind="stable")][:_MOST_ADDED])
    return keys[kept], counts[kept]


def _known(segments: Sequence[_Counted], most: float, size: int) -> NDArray[np.int64]:
    """Choose the terms of the base model to learn from. Returns the rows of their vectors, ascending. Rare terms are left out,
    and so are terms in more than `most` chosen entries. `size` is how many vectors the model has."""
    counts = np.zeros(size, np.int64)
    for one in segments:
        np.add.at(counts, one.rows[one.rows >= 0], one.counts[one.rows >= 0])
    rows = np.flatnonzero((counts >= _FLOOR) & (counts <= most))
    return rows[:: max(1, -(-len(rows) // _MOST_SHOWN))]


def _found(wanted: Numbers, each: Numbers) -> Numbers:
    """Look up each item of `each` in `wanted`, which is ascending and not empty. Returns the position in `wanted`, or -1
    for an item that `wanted` does not have."""
    at = np.searchsorted(wanted, each)
    at[at == len(wanted)] = 0
    return np.where(wanted[at] == each, at, -1)


def _spelled(segments: Sequence[_Counted], keys: Keys) -> list[Term]:
    terms: list[Term] = [()] * len(keys)
    for one in segments:
        places = _found(keys, one.keys[one.unknown])
        for place, term in zip(places[places >= 0].tolist(), one.spelled(one.unknown[places >= 0]), strict=True):
            terms[place] = term
    return terms


def _means(segments: Sequence[_Counted], keys: Keys, shown: NDArray[np.int64]) -> NDArray[np.float64]:
    """Compute for each term the mean vector of the chosen provisions that contain it, scaled to length 1. Returns one row per
    term. The new terms (`keys`) come first, then the known terms (`shown`, rows of the base model)."""
    totals = np.zeros((len(keys) + len(shown), segments[0].vectors.shape[1]))
    for one in segments:
        place = _found(shown, one.rows)
        place[place >= 0] += len(keys)
        place[one.unknown] = _found(keys, one.keys[one.unknown])
        for where, total in _sums(one, place):
            totals[where] += total
    totals /= np.maximum(np.linalg.norm(totals, axis=1, keepdims=True), 1e-9)
    return totals


def _sums(one: _Counted, place: Numbers) -> Iterator[tuple[Numbers, NDArray[np.float64]]]:
    """Sum up, for each term of the segment `one`, the vectors of the chosen provisions that contain it. `place` holds the
    result row of each term, -1 for a term to leave out. Yields (rows, sums) in chunks; a row may come in several chunks."""
    held = one.held
    owner = np.repeat(place, lengths_of(held.starts))
    postings = np.flatnonzero((owner >= 0) & one.chosen[held.entries])
    logs = np.log1p(np.arange(256.0))
    for start in range(0, len(postings), _CHUNK):
        own = postings[start : start + _CHUNK]
        first = np.flatnonzero(np.diff(owner[own], prepend=-1))
        vectors = one.vectors[held.entries[own]] * logs[held.weights[own]][:, None]
        yield owner[own][first], np.add.reduceat(vectors, first, axis=0)


def _placed(own: NDArray[np.float64], theirs: NDArray[np.float64], wanted: NDArray[np.float64]) -> Floats:
    """Compute the vectors of the new terms, one row each, from their mean vectors `own`. The known terms show how a mean
    vector (`theirs`) becomes the vector of a term (`wanted`)."""
    lengths = np.linalg.norm(wanted, axis=1, keepdims=True)
    square = theirs.T @ theirs
    square += _RIDGE * np.trace(square) / len(square) * np.eye(len(square))
    found = own @ np.linalg.solve(square, theirs.T @ (wanted / (lengths + 1e-9)))
    found *= lengths.mean() / (np.linalg.norm(found, axis=1, keepdims=True) + 1e-9)
    placed: Floats = found.astype(np.float32)
    return placed


def _with_terms(base: LanguageModel, added: Sequence[Term], counted: Numbers, vectors: Floats) -> LanguageModel:
    """Return the model `base` with the terms `added`. Parallel to them are their `vectors` and `counted`, the number of
    entries with each term."""
    words = sorted({*base.words, *(word for term in added for word in term)})
    numbers = {word: number for number, word in enumerate(words)}
    moved = np.array([numbers[word] for word in base.words], np.int64)
    size = len(words)
    singles = np.array([numbers[term[0]] for term in added if len(term) == 1], np.int64)
    codes = np.array([numbers[term[0]] * size + numbers[term[1]] for term in added if len(term) == 2], np.int64)
    old = moved[base.pair_codes // max(len(base.words), 1)] * size + moved[base.pair_codes % max(len(base.words), 1)]
    pairs = np.union1d(old, codes)
    counts = np.zeros(size + len(pairs), np.int64)
    before = np.concatenate([moved, size + np.searchsorted(pairs, old)])
    counts[before] = np.concatenate([base.word_counts, base.pair_counts])
    is_single = np.array([len(term) == 1 for term in added])
    places = np.empty(len(added), np.int64)
    places[is_single], places[~is_single] = singles, size + np.searchsorted(pairs, codes)
    floors = np.where(is_single, base.word_floor, base.pair_floor)
    counts[places] = np.maximum(counts[places] + counted, floors)
    starts = np.searchsorted(pairs, np.arange(size + 1) * size)
    made = replace(
        base, words=words, word_counts=counts[:size].astype(np.uint32), pair_counts=counts[size:].astype(np.uint32),
        second_starts=starts.astype(np.uint32), seconds=(pairs % size).astype(np.uint32),
    )  # fmt: skip
    return _filled(made, base, before, places, vectors)


def _filled(made: LanguageModel, base: LanguageModel, before: Numbers, places: Numbers, vectors: Floats) -> LanguageModel:
    """Return the model `made` with the vectors of `base` and the new `vectors` filled in. `before` holds the number of each
    term of `base` in `made`, and `places` the number of each new term."""
    table = np.zeros((int((made.rows >= 0).sum()), base.dims), np.int8)
    scales = np.zeros(len(table), np.float16)
    kept = base.rows >= 0
    table[made.rows[before[kept]]] = base.vectors[base.rows[kept]]
    scales[made.rows[before[kept]]] = base.scales[base.rows[kept]]
    longest = np.maximum(np.abs(vectors).max(1), np.float32(1e-6))
    table[made.rows[places]] = np.rint(vectors * (127 / longest)[:, None])
    scales[made.rows[places]] = longest / 127
    # A new object, because values cached on `made` were computed from the empty table.
    return replace(made, vectors=table, scales=scales)
