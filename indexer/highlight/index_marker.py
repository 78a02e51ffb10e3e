"""Highlights entries of the index. For all texts of a results page, it is computed once which words of the vocabulary match
which words of the query.

`text_marker` highlights titles and quotations that are not in the index.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import windows
from indexer.analysis.diacritics import sure_spellings
from indexer.analysis.question_words import Question
from indexer.highlight.telling import kind_of
from indexer.highlight.wanted import AskedSpelling, Words, wanted
from indexer.index.snapshot import Bools, Snapshot
from indexer.match.bm25 import WeightedTerm
from indexer.match.bound_query import BoundQuery, name_of
from indexer.store.ragged import Numbers
from legaltext.text import fold

# The least weight of a query word in a passage, however frequent the word is.
_LEAST_WEIGHT = 0.01
# The weight in a passage of a word that matches a prefix of the query.
_BEGUN_WEIGHT = 2.0

# Words, each with its alternatives. An alternative is a sequence of sets of kinds: one kind of each set must occur,
# side by side.
Ways = tuple[tuple[str, tuple[tuple[frozenset[int], ...], ...]], ...]


@dataclass(frozen=True)
class Wholes:
    """Which words of a text are highlighted alone, and which only together with others. Each mask has one item per
    number of a query word (see `IndexMarks`).

    `alone` is True for the query words that are highlighted wherever they occur. `phrases` has one item per
    phrase: a mask for each of its words, True for the numbers that match this word.

    `near` has one item per group of words near each other: (the masks of its words, the greatest distance, in
    order). The distance is between the first and the last word. With in order True the words must come in the
    order of the query."""

    alone: Bools
    phrases: tuple[tuple[Bools, ...], ...]
    near: tuple[tuple[tuple[Bools, ...], int, bool], ...]


@dataclass(frozen=True)
class IndexMarks:
    """How the words of the index match the words of a query.

    The words of a query are numbered from 1. `kinds` holds one array per segment: for each word of its vocabulary, the
    number k of the query word that it matches, or 0. `worth[k]` is the weight of query word k when a passage is chosen.

    Neighbours may show which spelling is meant: "dong" in the query "hop dong" means "đồng". Then "đồng" has the number k
    as usual, but "động" has the number `k + len(worth)`. Such a word is highlighted only next to its neighbour in the
    query, or in a text without better matches. `beside[j, k]` is True if query word k directly follows query word j.

    `ways` holds the query words that a results page may report as missing, with their other names. `wholes` says which
    words are highlighted only together with others; None means that every word is highlighted alone. `question` says what
    the query asks for, if passages with it are looked for."""

    kinds: list[Numbers]
    worth: NDArray[np.float32]
    beside: NDArray[np.bool_]
    ways: Ways
    wholes: Wholes | None
    question: Question = Question()


@dataclass(frozen=True)
class Joined:
    """Several texts joined into one array. `kinds` has for each word the number of the query word that it matches (see
    `IndexMarks`), and a 0 after each text. `starts` holds the position in `kinds` at which each text begins."""

    kinds: Numbers
    starts: NDArray[np.int64]

    def of(self, place: int) -> Numbers:
        """For each word of the text number `place` (from 0), the number of the query word that it
        matches; 0 for none."""
        behind = self.starts[place + 1] if place + 1 < len(self.starts) else len(self.kinds)
        return self.kinds[self.starts[place] : behind - 1]


def marks_of(snapshot: Snapshot, asked: BoundQuery, expanded: Sequence[Sequence[str]]) -> IndexMarks:
    """Compute how the words of all segments of `snapshot` match the query `asked`. `expanded` holds, for each prefix,
    pattern or similar word of the query, the words of the index that it stands for."""
    only_asking = frozenset(chain.from_iterable(asked.query.spoken)).difference(asked.query.words, *asked.others)
    singles = [one for one in asked.weighted if one.slot.single and one.slot.words[0] not in only_asking]
    worths = [0.0, *(max(one.idf, _LEAST_WEIGHT) for one in singles), *(_BEGUN_WEIGHT for _ in expanded)]
    tables: list[Numbers] = [np.zeros(len(segment.held.words), np.int32) for segment in snapshot.segments]
    for kind, words in enumerate(expanded, len(singles) + 1):
        for table, segment in zip(tables, snapshot.segments, strict=True):
            numbers = segment.held.numbers
            table[[numbers[word] for word in words if word in numbers]] = kind
    sure, joining = sure_spellings(asked.query.runs, asked.folded), asked.query.joining
    # Other spellings are entered first, so that an intended word overwrites them: "đồng" is another spelling for
    # "dong", and may itself be in the query.
    for other in (True, False):
        for kind, one in enumerate(singles, 1):
            meant = sure.get(one.slot.words[0])
            for table, segment, terms in zip(tables, snapshot.segments, one.slot.terms, strict=True):
                if one.slot.words[0] in joining:
                    table[list(terms)] = kind + len(worths)
                elif meant is None:
                    table[list(terms)] = kind
                elif other:
                    table[list(terms)] = kind + len(worths)
                elif meant in segment.held.numbers:
                    table[segment.held.numbers[meant]] = kind
    # A word may match two query words ("dân" matches "dan" and a word of the full name of "UBND"); it keeps the later
    # kind.
    enough = {
        one.slot.words[0]: frozenset(
            kind
            for table, terms in zip(tables, one.slot.terms, strict=True)
            for kind in table[list(terms)].tolist()
        )
        for one in singles
    }
    beside = np.zeros((len(worths), len(worths)), bool)
    number = {one.slot.words[0]: kind for kind, one in enumerate(singles, 1)}
    for first, second in chain.from_iterable(map(pairwise, asked.query.runs)):
        beside[number[first], number[second]] = True
    wholes = _wholes(asked, singles, enough, len(worths), len(expanded))
    return IndexMarks(
        tables, np.array(worths, np.float32), beside, _ways(asked, enough), wholes, kind_of(asked.query)
    )


def _wholes(
    asked: BoundQuery, singles: Sequence[WeightedTerm], enough: Mapping[str, frozenset[int]], count: int, expanded: int
) -> Wholes | None:
    query = asked.query
    if not (query.strict or query.alternatives or query.expansions or query.number or query.is_place):
        return None
    none = frozenset[int]()
    exact: dict[AskedSpelling, frozenset[int]] = {}
    alike: dict[str, frozenset[int]] = {}
    for kind, one in enumerate(singles, 1):
        # More than its own kind: "sở" also matches "so", where it has the kind of a word of "Sở Giáo dục và Đào tạo".
        kinds = frozenset(some % count for some in enough[one.slot.words[0]]) | {kind}
        word = AskedSpelling(one.slot.text, one.slot.folded[0])
        exact[word] = exact.get(word, none) | kinds
        alike[fold(word.text)] = alike.get(fold(word.text), none) | kinds
    whole = wanted(query, asked.folded)

    def mask(some: Iterable[int]) -> Bools:
        made = np.zeros(count, bool)
        made[list(some)] = True
        return made

    alone = {*range(count - expanded, count)}.union(*(exact.get(word, none) for word in whole.words))

    def masks(words: Words) -> tuple[Bools, ...]:
        return tuple(mask(exact.get(word) or alike.get(fold(word.text), none)) for word in words)

    near = tuple((masks(one.words), one.reach, one.ordered) for one in whole.near)
    return Wholes(mask(alone), tuple(map(masks, whole.phrases)), near)


def _ways(asked: BoundQuery, enough: Mapping[str, frozenset[int]]) -> Ways:
    """List the words of the query `asked` that a results page may report as missing from a provision. Returns pairs
    (word, names). A provision with any of the names does not lack the word. A name has one set for each of its words:
    the numbers that the matching words of the index have (see `IndexMarks`). `enough` maps each query word to this set.

    A query with a document number gives (), because a text need not contain its number."""
    if asked.query.number is not None:
        return ()
    none, required = frozenset[int](), frozenset(asked.query.words_beside) - asked.query.joining
    return tuple(
        (word, tuple(tuple(enough.get(one, none) for one in name_of(way)) for way in spelled))
        for word, spelled in zip(asked.query.free, asked.free, strict=True)
        if word in required
    )


def marked(texts: Sequence[Numbers], marks: IndexMarks) -> Joined:
    """Decide which words are highlighted in each of `texts` (at least one). A text is an array with the number of the
    query word that each of its words matches (see `IndexMarks`). Returns the texts joined: a highlighted word keeps the
    number of its query word, any other word has 0."""
    none = np.zeros(1, np.int32)
    words = np.concatenate([part for text in texts for part in (text, none)])
    behind = np.cumsum([len(text) + 1 for text in texts])
    starts = behind - [len(text) + 1 for text in texts]
    count = len(marks.worth)
    first = words < count
    own = every = np.where(first, words, words - count)
    if not first.all():
        together = marks.beside[own[:-1], own[1:]]
        near = np.concatenate([together, [False]]) | np.concatenate([[False], together])
        # A text without any first kind has nothing better.
        better = np.logical_or.reduceat(first & (words > 0), starts)
        own = np.where(first | near | ~np.repeat(better, behind - starts), own, 0)
    return Joined(_whole(own, every, marks.wholes, starts) if marks.wholes else own, starts)


def marked_at(texts: Sequence[Numbers], marks: IndexMarks, places: Sequence[Sequence[tuple[int, int]]]) -> Joined:
    """Highlight chosen stretches of each of `texts`. A text is an array with the number of the query word that each of
    its words matches (see `IndexMarks`). `places` holds the stretches of each text as pairs (first word, end) of word
    positions. Returns the texts joined: a highlighted word has the number of the query word that it matches, any other
    word has 0."""
    count = len(marks.worth)
    behind = np.cumsum([len(text) + 1 for text in texts])
    starts = behind - [len(text) + 1 for text in texts]
    kinds = np.zeros(behind[-1], np.int32)
    for start, text, spans in zip(starts.tolist(), texts, places, strict=True):
        edges = np.zeros(len(text) + 1, np.int32)
        for end, step in zip(np.array(spans, np.int64).reshape(-1, 2).T, (1, -1), strict=True):
            np.add.at(edges, end, step)
        own = np.where(text < count, text, text - count)
        # Not all words that match a prefix have a kind.
        kinds[start : start + len(text)] = np.where(edges.cumsum()[:-1] > 0, np.where(own, own, count - 1), 0)
    return Joined(kinds, starts)


def _whole(kinds: Numbers, every: Numbers, wholes: Wholes, starts: NDArray[np.int64]) -> Numbers:
    """Decide which words stay highlighted where the query has phrases or words near each other. Returns `kinds` with 0
    for every other word.

    `kinds` has for each word of several texts the number of the query word that it matches (see `IndexMarks`). The
    texts begin at the positions `starts`. `every` also has the numbers of words in another spelling than the meant one.
    Words near each other are looked up there."""
    kept = wholes.alone[kinds]
    for phrase in wholes.phrases:
        at = np.flatnonzero(phrase[0][kinds])
        at = at[at <= len(kinds) - len(phrase)]
        for shift, answers in enumerate(phrase):
            if len(at):
                at = at[answers[kinds[at + shift]]]
        if len(at):
            kept[at[:, None] + np.arange(len(phrase))] = True
    found = np.where(kept, kinds, 0)
    for words, distance, ordered in wholes.near:
        fills = np.array([answers[every] for answers in words])
        at = np.flatnonzero(fills.any(0))
        # As if between two texts there were more words than may be between those asked for.
        apart = at + starts.searchsorted(at, side="right") * (distance + 1)
        near = at[windows.near(apart, fills[:, at], distance, ordered)]
        found[near] = every[near]
    return found
