"""What the words of a text are to a question, and which of them are marked: worked out once for all texts of a page.

Leaves the titles and quotations shown elsewhere to `text_marker`, which has no index to ask.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import windows
from indexer.analysis.diacritics import sure_spellings
from indexer.highlight.wanted import AskedSpelling, Words, wanted
from indexer.index.snapshot import Bools, Snapshot
from indexer.match.bm25 import WeightedTerm
from indexer.match.bound_query import BoundQuery, name_of
from indexer.store.ragged import Numbers
from legaltext.text import fold

# What any word asked is worth in a passage, however frequent it is.
_LEAST_WEIGHT = 0.01
# What a word that begins as asked is worth in a passage.
_BEGUN_WEIGHT = 2.0

# Words, each with its ways: sets of kinds, one of each of which must be there, side by side.
Ways = tuple[tuple[str, tuple[tuple[frozenset[int], ...], ...]], ...]


@dataclass(frozen=True)
class Wholes:
    """What counts of a question of which not every word counts alone: by kind whether it does; phrases, and words near each
    other with their distance, for each word by kind whether it answers."""

    alone: Bools
    phrases: tuple[tuple[Bools, ...], ...]
    near: tuple[tuple[tuple[Bools, ...], int], ...]


@dataclass(frozen=True)
class IndexMarks:
    """What the words of a text are to the question.

    The kind of a word is the number of the word asked that it answers, 0 for none; `kinds` has those of each segment's
    vocabulary, `worth` what each kind is worth in a passage. Where a word was asked without marks and its spelling is beyond
    doubt, other spellings have a second kind, `len(worth)` higher: they answer, but are marked only beside the neighbour
    that they have in the question (`beside[first, second]`), or where the text has nothing better. `ways` are, for each word
    that may be missing, the ways in which it can be there.
    """

    kinds: list[Numbers]
    worth: NDArray[np.float32]
    beside: NDArray[np.bool_]
    ways: Ways
    wholes: Wholes | None


@dataclass(frozen=True)
class Joined:
    """Texts one after the other, each with a 0 behind it: the kind of each word and where each text begins."""

    kinds: Numbers
    starts: NDArray[np.int64]

    def of(self, place: int) -> Numbers:
        """One of the texts."""
        behind = self.starts[place + 1] if place + 1 < len(self.starts) else len(self.kinds)
        return self.kinds[self.starts[place] : behind - 1]


def marks_of(snapshot: Snapshot, asked: BoundQuery, expanded: Sequence[Sequence[str]]) -> IndexMarks:
    """The marks of a question; `expanded` are the words that each beginning stands for."""
    singles = [one for one in asked.weighted if one.slot.single]
    worths = [0.0, *(max(one.idf, _LEAST_WEIGHT) for one in singles), *(_BEGUN_WEIGHT for _ in expanded)]
    tables: list[Numbers] = [np.zeros(len(segment.held.words), np.int32) for segment in snapshot.segments]
    for kind, words in enumerate(expanded, len(singles) + 1):
        for table, segment in zip(tables, snapshot.segments, strict=True):
            numbers = segment.held.numbers
            table[[numbers[word] for word in words if word in numbers]] = kind
    sure = sure_spellings(asked.query.runs, asked.folded)
    # Other spellings before any first kind: "đồng" is one of "dong", and may be asked for itself.
    for other in (True, False):
        for kind, one in enumerate(singles, 1):
            meant = sure.get(one.slot.words[0])
            for table, segment, terms in zip(tables, snapshot.segments, one.slot.terms, strict=True):
                if meant is None:
                    table[list(terms)] = kind
                elif other:
                    table[list(terms)] = kind + len(worths)
                elif meant in segment.held.numbers:
                    table[segment.held.numbers[meant]] = kind
    # A word of the vocabulary may answer two words asked ("dân" for "dan" and for "UBND"); the later kind stands.
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
    return IndexMarks(tables, np.array(worths, np.float32), beside, _ways(asked, enough), wholes)


def _wholes(
    asked: BoundQuery, singles: Sequence[WeightedTerm], enough: Mapping[str, frozenset[int]], count: int, expanded: int
) -> Wholes | None:
    query = asked.query
    if not (query.strict or query.alternatives or query.number or query.is_place):
        return None
    none = frozenset[int]()
    exact: dict[AskedSpelling, frozenset[int]] = {}
    alike: dict[str, frozenset[int]] = {}
    for kind, one in enumerate(singles, 1):
        # Not its own kind alone: "sở" answers for "so" too, where it has the kind of a word of "Sở Giáo dục và Đào tạo".
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

    near = tuple((masks(words), distance) for words, distance in whole.near)
    return Wholes(mask(alone), tuple(map(masks, whole.phrases)), near)


def _ways(asked: BoundQuery, enough: Mapping[str, frozenset[int]]) -> Ways:
    """How each word may be there; none for a question with a document number or for the words of a place: these need
    stand in no text."""
    if asked.query.number is not None:
        return ()
    none, required = frozenset[int](), frozenset(asked.query.words_beside)
    return tuple(
        (word, tuple(tuple(enough.get(one, none) for one in name_of(way)) for way in spelled))
        for word, spelled in zip(asked.query.free, asked.free, strict=True)
        if word in required
    )


def marked(texts: Sequence[Numbers], marks: IndexMarks) -> Joined:
    """The first kinds of the words that are marked in each of some texts (one at least), given by the kinds of their
    words."""
    none = np.zeros(1, np.int32)
    words = np.concatenate([part for text in texts for part in (text, none)])
    behind = np.cumsum([len(text) + 1 for text in texts])
    starts = behind - [len(text) + 1 for text in texts]
    count = len(marks.worth)
    first = words < count
    own = np.where(first, words, words - count)
    if not first.all():
        together = marks.beside[own[:-1], own[1:]]
        near = np.concatenate([together, [False]]) | np.concatenate([[False], together])
        # A text without any first kind has nothing better.
        better = np.logical_or.reduceat(first & (words > 0), starts)
        own = np.where(first | near | ~np.repeat(better, behind - starts), own, 0)
    return Joined(_whole(own, marks.wholes, starts) if marks.wholes else own, starts)


def marked_at(texts: Sequence[Numbers], marks: IndexMarks, places: Sequence[Sequence[tuple[int, int]]]) -> Joined:
    """The same where it was decided already which stretches of each text are marked, given as (first word, behind)."""
    count = len(marks.worth)
    behind = np.cumsum([len(text) + 1 for text in texts])
    starts = behind - [len(text) + 1 for text in texts]
    kinds = np.zeros(behind[-1], np.int32)
    for start, text, spans in zip(starts.tolist(), texts, places, strict=True):
        edges = np.zeros(len(text) + 1, np.int32)
        for end, step in zip(np.array(spans, np.int64).reshape(-1, 2).T, (1, -1), strict=True):
            np.add.at(edges, end, step)
        own = np.where(text < count, text, text - count)
        # Of the words that begin as asked not all have a kind.
        kinds[start : start + len(text)] = np.where(edges.cumsum()[:-1] > 0, np.where(own, own, count - 1), 0)
    return Joined(kinds, starts)


def _whole(kinds: Numbers, wholes: Wholes, starts: NDArray[np.int64]) -> Numbers:
    """The kinds of words of texts that begin at `starts`, less those that count only in a phrase, or near others, and are
    in none."""
    kept = wholes.alone[kinds]
    for phrase in wholes.phrases:
        at = np.flatnonzero(phrase[0][kinds])
        at = at[at <= len(kinds) - len(phrase)]
        for shift, answers in enumerate(phrase):
            if len(at):
                at = at[answers[kinds[at + shift]]]
        if len(at):
            kept[at[:, None] + np.arange(len(phrase))] = True
    for words, distance in wholes.near:
        fills = np.array([answers[kinds] for answers in words])
        at = np.flatnonzero(fills.any(0))
        # As if between two texts there were more words than may be between those asked for.
        apart = at + starts.searchsorted(at, side="right") * (distance + 1)
        kept[at[windows.near(apart, fills[:, at], distance)]] = True
    return np.where(kept, kinds, 0)
