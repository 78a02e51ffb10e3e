"""Computes the features of each candidate: some thirty numbers by which the best candidates are ranked.

Many features are a mass: the summed idf of distinct words or pairs that match. A feature that does not come from matched words
is multiplied by the mass of the query. So it weighs the same in short and long queries. The base model holds the weights of all
features."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.index.segment import DOCUMENT, TEXT, TITLE
from indexer.match.bm25 import PAIR_NORM, SYLLABLE_NORM
from indexer.rank.candidates import FIELDS, LEAST_SIZE, Hits, Ints, begins_of

Matrix = NDArray[np.float64]
# Typical lengths, in words, of a text, a heading and a document title.
_USUAL = np.array([280.0, 10.0, 22.0])
# A rank counts as 1 / (this + rank), as in reciprocal rank fusion (Cormack et al., SIGIR 2009).
_RANK_FROM = 10
_STEPS = 1 << 20
# What a document title has beyond the query counts up to this worth: some fifteen words.
_UNASKED_MOST = 60.0
# Features that bring nothing for long questions, so these do without them.
_NOT_LONG = frozenset(
    ("words in text", "length of text", "best clause with titles", "three in a row", "rest of document", "likeness of document")
)


@dataclass(frozen=True)
class QueryFigures:
    """A query as numbers, from which features are computed. `runs` are its runs of neighbouring words. `idf` and `counts` have
    one item per distinct word; `counts` says how often the query has it. `pairs` and `pair_idf` have one item per pair of
    neighbours. A pair is the positions of its two words in `idf`. A long question (`long`) has other features."""

    runs: Sequence[Sequence[str]]
    idf: Matrix
    counts: Matrix
    pairs: Sequence[tuple[int, int]]
    pair_idf: Matrix
    long: bool = False

    @property
    def mass(self) -> float:
        """The sum of the idf of all words of the query; repeated words count again."""
        return float((self.idf * self.counts).sum())


@dataclass(frozen=True)
class CandidateFigures:
    """The candidates of the query `asked`. All arrays have one item per candidate. `scores` come from the first stage, and
    `cosines` say how similar candidates are to the query. `documents` are ids, and `orders` are positions in the document.
    `levels` say how surely candidates define what is asked for, and `glossary` whether their headings say so; both are None
    where no definition is asked for."""

    asked: QueryFigures
    scores: Matrix
    cosines: Matrix
    documents: NDArray[np.int32]
    orders: NDArray[np.int32]
    hits: Hits
    levels: Matrix | None = None
    glossary: NDArray[np.bool_] | None = None

    @cached_property
    def words(self) -> Matrix:
        """Count each word of the query in each field of each candidate: shape (candidates, fields, words). A heading or title
        has a word once, however often it says it."""
        return self._count(
            self.hits.candidate * FIELDS + self.hits.field, self.hits.slot, len(self.asked.idf)
        )

    @cached_property
    def pair_hits(self) -> tuple[Ints, Ints]:
        """Find the pairs of the query in the candidates. Returns two parallel arrays: (hit of the first word, number of the
        pair)."""
        slots = len(self.asked.idf)
        known = np.full((slots, slots), -1)
        for number, both in enumerate(self.asked.pairs):
            known[both] = number
        beside = self.hits.beside
        pair = known[self.hits.slot[beside], self.hits.slot[beside + 1]]
        return beside[pair >= 0], pair[pair >= 0]

    @cached_property
    def pairs(self) -> Matrix:
        """Count each pair of the query in each field of each candidate: shape (candidates, fields, pairs)."""
        first, pair = self.pair_hits
        place = self.hits.candidate[first] * FIELDS + self.hits.field[first]
        return self._count(place, pair, len(self.asked.pair_idf))

    def _count(self, place: Ints, which: Ints, kinds: int) -> Matrix:
        size = len(self.scores) * FIELDS
        counts = np.bincount(place * kinds + which, minlength=size * kinds).reshape(len(self.scores), FIELDS, kinds)
        counts[:, TEXT + 1 :] = counts[:, TEXT + 1 :].clip(max=1)
        return counts.astype(np.float64)


def _bm25(found: CandidateFigures, field: int, paired: bool) -> Matrix:
    counts = (found.pairs if paired else found.words)[:, field]
    k, b = PAIR_NORM if paired else SYLLABLE_NORM
    worth = found.asked.pair_idf if paired else found.asked.idf * found.asked.counts
    norm = k * (1 - b + b * found.hits.lengths[:, field] / _USUAL[field])
    values: Matrix = (counts / (counts + norm[:, None])) @ (worth * (k + 1))
    return values


def _covered(found: CandidateFigures) -> dict[str, Matrix]:
    asked, lengths = found.asked, found.hits.lengths
    anywhere, paired = found.words.sum(1) > 0, found.pairs.sum(1) > 0
    pair_mass = max(float(asked.pair_idf.sum()), 1e-9)
    words, pairs = anywhere @ asked.idf, paired @ asked.pair_idf
    return {
        "words anywhere": words,
        "words anywhere²": asked.mass * (words / max(float(asked.idf.sum()), 1e-9)) ** 2,
        "pairs anywhere": pairs,
        "pairs anywhere²": pairs**2 / pair_mass,
        "rarest word missing": -np.where(anywhere, 0, asked.idf).max(1, initial=0),
        "words in text": (found.words[:, TEXT] > 0) @ asked.idf,
        "pairs in text": (found.pairs[:, TEXT] > 0) @ asked.pair_idf,
        "pairs in document title": (found.pairs[:, DOCUMENT] > 0) @ asked.pair_idf,
        "heading asked for": asked.mass * found.words[:, TITLE].sum(1) / np.maximum(lengths[:, TITLE], 1),
        "pairs of heading asked for": ((found.pairs[:, TITLE] > 0) @ asked.pair_idf)
        * found.pairs[:, TITLE].sum(1) / np.maximum(lengths[:, TITLE] - 1, 1),
    }  # fmt: skip


def _lengths(found: CandidateFigures) -> dict[str, Matrix]:
    mass, lengths = found.asked.mass, found.hits.lengths
    return {
        "length of text": 0.03 * mass * np.log1p(lengths[:, TEXT]),
        "length of document title": 0.03 * mass * np.log1p(lengths[:, DOCUMENT]),
        "place in document": 0.03 * mass * np.log1p(np.maximum(found.orders, 0)),
    }


def _unasked(found: CandidateFigures) -> dict[str, Matrix]:
    """Compute the feature for what a document title says besides the question: general texts go before special ones. Returns one
    array under its name, with one item per candidate."""
    if not found.asked.long:
        return {}
    unasked, titled = np.minimum(found.hits.unasked, _UNASKED_MOST), found.hits.lengths[:, DOCUMENT] > 0
    # A document without a title is neither before nor behind the others for it.
    usual = unasked[titled].sum() / max(np.count_nonzero(titled), 1)
    # By the mass, so that a title does not outweigh the few words of a short question.
    return {"document title not asked for": -0.01 * found.asked.mass * np.where(titled, unasked, usual)}


def _best(values: Matrix, counts: Ints) -> Matrix:
    best: Matrix = np.maximum.reduceat(values, begins_of(counts))
    return best


def _present(place: Ints, which: Ints, places: int, kinds: int) -> NDArray[np.bool_]:
    present = np.zeros(places * kinds, bool)
    present[place * kinds + which] = True
    return present.reshape(places, kinds)


def _windows(found: CandidateFigures) -> dict[str, Matrix]:
    """Compute three features of windows: the best 40 words of a text, its best 80 words, and its most similar 40 words. Returns
    one array per feature, with one item per candidate."""
    hits, asked = found.hits, found.asked
    text = hits.field == TEXT
    halves = int(hits.halves.sum())
    present = _present(hits.half[text], hits.slot[text], halves, len(asked.idf))
    candidate = np.repeat(np.arange(len(found.scores)), hits.halves)
    followed, twice = candidate[1:] == candidate[:-1], candidate[2:] == candidate[:-2]
    window = present.copy()
    window[:-1] |= present[1:] & followed[:, None]
    wide = window.copy()
    wide[:-2] |= window[2:] & twice[:, None]
    titles = np.repeat(found.words[:, TITLE:].sum(1) > 0, hits.halves, 0)
    near, size = (values + np.append(values[1:] * followed, 0) for values in (hits.near, hits.size))
    likeness = near / np.maximum(size, LEAST_SIZE)
    return {
        "best 40 words": _best(window @ asked.idf, hits.halves),
        "best 80 words with titles": _best((wide | titles) @ asked.idf, hits.halves),
        "likeness of best 40 words": 0.1 * asked.mass * _best(likeness, hits.halves),
    }


def _passages(found: CandidateFigures) -> dict[str, Matrix]:
    """Compute how much of the query the best line, the first line and the best clause contain. The titles count with each of
    them. Returns one array per feature, with one item per candidate."""
    hits, asked = found.hits, found.asked
    text = hits.field == TEXT
    first, pair = found.pair_hits
    inside = hits.field[first] == TEXT
    first, pair = first[inside], pair[inside]
    made: dict[str, Matrix] = {}
    words_above, pairs_above = found.words[:, TITLE:].sum(1) > 0, found.pairs[:, TITLE:].sum(1) > 0
    for name, place, counts in (("line", hits.line, hits.lines), ("clause", hits.clause, hits.clauses)):
        if name == "clause" and found.asked.long and not len(hits.amounts):
            made |= _answers(found, np.zeros(int(counts.sum())))
            continue
        total = int(counts.sum())
        words = _present(place[text], hits.slot[text], total, len(asked.idf))
        pairs = _present(place[first], pair, total, len(asked.pair_idf))
        if name == "line" and found.asked.long:
            made["fit of best line"] = asked.mass * _best(_fit(found, words @ asked.idf), counts)
        words |= np.repeat(words_above, counts, 0)
        pairs |= np.repeat(pairs_above, counts, 0)
        mass = words @ asked.idf + pairs @ asked.pair_idf
        made[f"best {name} with titles"] = _best(mass, counts)
        if name == "clause":
            made |= _answers(found, mass)
        if name == "line":
            made["first line with titles"] = mass[begins_of(counts)]
    return made


def _fit(found: CandidateFigures, held: Matrix) -> Matrix:
    """Compute how well each line fits the query: the harmonic mean of the share of the query that it has, and of the share of it
    that the query has. `held` is the mass of the query in each line."""
    recall = held / max(float(found.asked.idf.sum()), 1e-9)
    precision = np.minimum(held / np.maximum(found.hits.line_worth, 1e-9), 1)
    fit: Matrix = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return fit


def _answers(found: CandidateFigures, mass: Matrix) -> dict[str, Matrix]:
    """Compute the features of what answers the kind of question that is asked. `mass` is the mass of each clause with the
    titles. Returns one array per feature, with one item per candidate; zeros where another kind is asked."""
    hits, count = found.hits, len(found.scores)
    priced = np.zeros(len(mass), bool)
    priced[hits.amounts] = True
    levels = np.zeros(count) if found.levels is None else found.levels
    glossary = np.zeros(count, bool) if found.glossary is None else found.glossary
    return {
        "best clause with an amount": _best(np.where(priced, mass, 0), hits.clauses),
        "amounts": 0.1 * found.asked.mass * _best(priced.astype(np.float64), hits.clauses),
        "defines": found.asked.mass * levels,
        "defines in glossary": found.asked.mass * levels * glossary,
    }


def _triples(found: CandidateFigures) -> dict[str, Matrix]:
    """Compute the feature for three words in a row as in the query. Returns one array under its name, one item per candidate."""
    if found.asked.long:
        return {}
    first, pair = found.pair_hits
    worth, kinds = found.asked.pair_idf, max(len(found.asked.pair_idf), 1)
    follow = np.flatnonzero(first[1:] == first[:-1] + 1)
    codes = (found.hits.candidate[first[follow]] * kinds + pair[follow]) * kinds + pair[follow + 1]
    candidate, both = np.divmod(np.unique(codes), kinds * kinds)
    left, right = np.divmod(both, kinds)
    mass = (worth[left] + worth[right]) / 2 if len(worth) else np.zeros(0)
    summed: Matrix = np.bincount(candidate, mass, len(found.scores)).astype(np.float64)
    return {"three in a row": summed}


def _others(found: CandidateFigures) -> dict[str, Matrix]:
    """Compute features of similarity, of ranks among all candidates, and of other candidates in the same document. Returns one
    array per feature, with one item per candidate."""
    mass, scores, cosines = found.asked.mass, found.scores, found.cosines
    # Rounded to steps that add up exactly, in whatever order the candidates come.
    share = np.rint(scores / max(float(scores.max(initial=0)), 1e-9) * _STEPS) / _STEPS
    _, own = np.unique(found.documents, return_inverse=True)
    best_score, best_cosine = (_most(own, values) for values in (scores, cosines))
    rest = np.bincount(own, share)[own] - share
    together = {"candidates of document": 0.1 * mass * np.log(np.bincount(own)[own])} if found.asked.long else {}
    return {
        "likeness": mass * cosines,
        "likeness of heading": 0.1 * mass * found.hits.above[:, 0],
        "likeness of document title": 0.1 * mass * found.hits.above[:, 1],
        "likeness²": mass * np.maximum(cosines, 0) ** 2,
        "rank by likeness": mass / (_RANK_FROM + _rank(cosines)),
        "rank by score": mass / (_RANK_FROM + _rank(scores)),
        "rest of document": 0.1 * mass * rest,
        "best of document": best_score,
        "likeness of document": mass * best_cosine,
        **together,
    }


def _most(own: Ints, values: Matrix) -> Matrix:
    most = np.full(int(own.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(most, own, values)
    return most[own]


def _rank(values: Matrix) -> Ints:
    # Equal values share a rank, so ranks do not depend on the order of the candidates.
    rank: Ints = np.searchsorted(np.sort(-values), -values)
    return rank


def _fields(found: CandidateFigures) -> dict[str, Matrix]:
    return {
        "score": found.scores,
        "text, words": _bm25(found, TEXT, False),
        "text, pairs": _bm25(found, TEXT, True),
        "heading, words": _bm25(found, TITLE, False),
        "heading, pairs": _bm25(found, TITLE, True),
        "document title, words": _bm25(found, DOCUMENT, False),
    }


_KINDS: tuple[Callable[[CandidateFigures], dict[str, Matrix]], ...] = (
    _fields, _covered, _lengths, _unasked, _windows, _passages, _triples, _others,
)  # fmt: skip


def figures(found: CandidateFigures) -> dict[str, Matrix]:
    """Compute all features of the candidates `found`, of which there must be at least one. Returns a dict from
    the name of a feature to an array with one value per candidate."""
    left_out = _NOT_LONG if found.asked.long else frozenset()
    return {name: values for kind in _KINDS for name, values in kind(found).items() if name not in left_out}
