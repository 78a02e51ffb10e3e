"""A much larger corpus, whose vocabulary grows like that of real text.

New text brings new words and new pairs of words, fewer and fewer of them: V(n) = K · n^β after n words (Heaps' law).
K and β of words and of pairs are fitted on the corpus itself. Each further copy of the corpus then gets

- as many new words as the law gives: that many rare words (at most `SELDOM` times in the corpus), drawn at random,
  get a new spelling throughout the copy, so that new words are about as rare as the last new words of real text;
- about as many new pairs as the law gives: of the frequent words that follow another word only once (or twice, if
  there are not enough), some are replaced by a word that precedes the next word elsewhere, so that one rare pair
  replaces another. The number of replacements is adjusted from copy to copy by the result of the previous one.

So a copy by itself has about as many words and pairs as the corpus: it is as varied as real text of its length.
Copies are separate documents. The reported steps give the results next to the targets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexer import Entry, syllables
from legaltext.text import clean

SEED = 20_251_124
SELDOM = 50
POINTS = 12
# New pairs per replaced word, assumed until the first copy has shown the real number.
GAIN = 0.9
DRAWS = 2
_TOKEN = re.compile(r"([^\W_]+)")
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Heaps:
    """V(n) = scale · n^power."""

    scale: float
    power: float

    def at(self, count: int) -> float:
        """The number of distinct items after so many words."""
        return float(self.scale * count**self.power)


@dataclass(frozen=True)
class Corpus:
    """The texts of the corpus as numbers of words, one after the other; `starts` are the beginnings of the articles."""

    words: list[str]
    tokens: Numbers
    starts: Numbers


def read(entries: Sequence[Entry]) -> Corpus:
    """The corpus of the texts of these articles."""
    numbers: dict[str, int] = {}
    runs = [[numbers.setdefault(word, len(numbers)) for word in syllables(entry.text)] for entry in entries]
    starts = np.cumsum([0, *map(len, runs)])
    tokens = np.fromiter((number for run in runs for number in run), np.int64, int(starts[-1]))
    return Corpus(list(numbers), tokens, starts)


def fit(items: Numbers) -> Heaps:
    """The law that fits the growth of distinct items, by least squares of the logarithms over the second half (which
    decides how it continues)."""
    _, first = np.unique(items, return_index=True)
    first.sort()
    counts = np.linspace(len(items) / 2, len(items), POINTS)
    distinct = np.searchsorted(first, counts)
    power, scale = np.polyfit(np.log(counts), np.log(distinct), 1)
    return Heaps(float(np.exp(scale)), float(power))


@dataclass(frozen=True)
class Step:
    """The numbers of distinct words and pairs after a copy, the targets of the laws, and the numbers in the copy by
    itself."""

    words: int
    pairs: int
    wanted_words: int
    wanted_pairs: int
    own_words: int
    own_pairs: int


def grow(entries: Sequence[Entry], copies: int, report: list[Step]) -> Iterator[Entry]:
    """The corpus, then `copies` changed copies of it; the result of each copy is added to `report`."""
    corpus = read(entries)
    words, pairs, size = fit(corpus.tokens), fit(_pairs(corpus.tokens)), len(corpus.tokens)
    chance, seldom = np.random.default_rng(SEED), _seldom(corpus.tokens)
    names, known, gain = list(corpus.words), np.unique(_pairs(corpus.tokens)), GAIN
    own = (len(names), len(known))
    report.append(Step(*own, round(words.at(size)), round(pairs.at(size)), *own))
    yield from entries
    for copy in range(1, copies + 1):
        wanted = [round(law.at((copy + 1) * size)) for law in (words, pairs)]
        table = _renamed(corpus, names, copy, wanted[0] - len(names), chance)
        before = len(np.union1d(known, _pairs(table[corpus.tokens])))
        count = max(round((wanted[1] - before) / gain), 0)
        places = np.concatenate([chance.permutation(some) for some in seldom])[:count]
        tokens = table[_exchanged(corpus.tokens, places, chance)]
        own_pairs = np.unique(_pairs(tokens))
        known = np.union1d(known, own_pairs)
        gain = (len(known) - before) / len(places) if len(places) and len(known) > before else gain
        report.append(Step(len(names), len(known), *wanted, len(np.unique(tokens)), len(own_pairs)))
        yield from _spelled(entries, corpus, tokens, names, copy)


def _pairs(tokens: Numbers) -> Numbers:
    """Each pair of adjacent words as one number."""
    codes: Numbers = (tokens[:-1] << 24) + tokens[1:]
    return codes


def _seldom(tokens: Numbers) -> tuple[Numbers, Numbers]:
    """The positions of the frequent words that follow another word only once, and only twice, without the last word."""
    _, own, counts = np.unique(_pairs(tokens), return_inverse=True, return_counts=True)
    frequent = np.bincount(tokens)[tokens[1:-1]] > SELDOM
    times = counts[own[:-1]]
    return np.flatnonzero(frequent & (times == 1)) + 1, np.flatnonzero(frequent & (times == 2)) + 1


def _exchanged(tokens: Numbers, places: Numbers, chance: np.random.Generator) -> Numbers:
    """The words with replacements at these positions. A replacement precedes the next word somewhere else and never
    follows the word before it; when several draws find none, it is any word."""
    changed, known = tokens.copy(), np.unique(_pairs(tokens))
    order, counts = np.argsort(tokens, kind="stable"), np.bincount(tokens)
    first = np.cumsum(counts) - counts
    for _ in range(DRAWS):
        next_word = tokens[places + 1]
        drawn = first[next_word] + (chance.random(len(places)) * counts[next_word]).astype(np.int64)
        changed[places] = tokens[order[drawn] - 1]
        places = places[np.isin((tokens[places - 1] << 24) + changed[places], known)]
    changed[places] = tokens[chance.integers(len(tokens), size=len(places))]
    return changed


def _renamed(corpus: Corpus, names: list[str], copy: int, count: int, chance: np.random.Generator) -> Numbers:
    """The numbers of a copy's words, with new spellings for `count` rare ones; the spellings are added to `names`."""
    seldom = np.flatnonzero(np.bincount(corpus.tokens) <= SELDOM)
    chosen = chance.choice(seldom, min(max(count, 0), len(seldom)), replace=False)
    table = np.arange(len(corpus.words))
    table[chosen] = np.arange(len(names), len(names) + len(chosen))
    names += [f"{corpus.words[number]}x{copy}x" for number in chosen.tolist()]
    return table


def _spelled(
    entries: Sequence[Entry], corpus: Corpus, tokens: Numbers, names: Sequence[str], copy: int
) -> Iterator[Entry]:
    """The articles with the words of the copy in place of their own; punctuation and line breaks stay."""
    last = max(entry.document for entry in entries)
    for number, entry in enumerate(entries):
        start, end = int(corpus.starts[number]), int(corpus.starts[number + 1])
        changed = np.flatnonzero(tokens[start:end] != corpus.tokens[start:end])
        text = entry.text
        if len(changed):
            pieces = _TOKEN.split(clean(text))
            for place in changed.tolist():
                pieces[2 * place + 1] = names[tokens[start + place]]
            text = "".join(pieces)
        yield replace(
            entry,
            text=text,
            document=copy * last + entry.document,
            anchor=f"{entry.anchor}+{copy}",
            number=f"{entry.number}-{copy}" if entry.number else "",
        )
