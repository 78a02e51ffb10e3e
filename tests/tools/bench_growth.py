"""A corpus many times as large whose vocabulary grows as real text's does.

New text brings new words and new pairs of words, fewer and fewer of them: V(n) = K · n^β after n words (Heaps). K and β
of words and of pairs are fitted on the corpus itself. Each further copy of the corpus then gets

- as many new words as the law says: as many seldom words (at most `SELDOM` times in the corpus), drawn at random, are
  spelled anew throughout the copy, so that new words are about as seldom as the last new ones of real text were;
- about as many new pairs: a share of all words is replaced by words drawn with the corpus' own frequencies, each of
  which stands between two neighbours that are likely new to it. The share is set from copy to copy by what the one
  before brought.

Copies are documents of their own. The steps reported say what came out beside what was wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexer import Entry, syllables
from indexer.text import clean

SEED = 20_251_124
SELDOM = 50
MOST_REPLACED = 0.1
POINTS = 12
_TOKEN = re.compile(r"([^\W_]+)")
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Heaps:
    """V(n) = scale · n^power."""

    scale: float
    power: float

    def at(self, count: int) -> float:
        """Distinct ones after so many words."""
        return float(self.scale * count**self.power)


@dataclass(frozen=True)
class Corpus:
    """The texts of the corpus as numbers of words, one after the other; `starts` say where each article begins."""

    words: list[str]
    tokens: Numbers
    starts: Numbers


def read(entries: Sequence[Entry]) -> Corpus:
    """The corpus of these articles' texts."""
    numbers: dict[str, int] = {}
    runs = [[numbers.setdefault(word, len(numbers)) for word in syllables(entry.text)] for entry in entries]
    starts = np.cumsum([0, *map(len, runs)])
    tokens = np.fromiter((number for run in runs for number in run), np.int64, int(starts[-1]))
    return Corpus(list(numbers), tokens, starts)


def fit(items: Numbers) -> Heaps:
    """The law that fits how the distinct items grow, by least squares of the logarithms over the second half (where it
    is to go on from)."""
    _, first = np.unique(items, return_index=True)
    first.sort()
    counts = np.linspace(len(items) / 2, len(items), POINTS)
    distinct = np.searchsorted(first, counts)
    power, scale = np.polyfit(np.log(counts), np.log(distinct), 1)
    return Heaps(float(np.exp(scale)), float(power))


@dataclass(frozen=True)
class Step:
    """Distinct words and pairs after a copy, and how many the laws wanted."""

    words: int
    pairs: int
    wanted_words: int
    wanted_pairs: int


def grow(entries: Sequence[Entry], copies: int, report: list[Step]) -> Iterator[Entry]:
    """The corpus, then `copies` changed copies of it; what came out is added to `report` copy by copy."""
    corpus = read(entries)
    words, pairs, size = fit(corpus.tokens), fit(_pairs(corpus.tokens)), len(corpus.tokens)
    chance = np.random.default_rng(SEED)
    names, known, gain = list(corpus.words), np.unique(_pairs(corpus.tokens)), size / 3
    report.append(Step(len(names), len(known), round(words.at(size)), round(pairs.at(size))))
    yield from entries
    for copy in range(1, copies + 1):
        tokens = _renamed(corpus, names, copy, round(words.at((copy + 1) * size)) - len(names), chance)
        known = np.union1d(known, _pairs(tokens))
        wanted = [round(law.at((copy + 1) * size)) for law in (words, pairs)]
        share = min(max(wanted[1] - len(known), 0) / gain, MOST_REPLACED)
        replaced = np.flatnonzero(chance.random(size) < share)
        tokens[replaced] = corpus.tokens[chance.integers(size, size=len(replaced))]
        before, known = len(known), np.union1d(known, _pairs(tokens))
        gain = (len(known) - before) / share if share else gain
        report.append(Step(len(names), len(known), *wanted))
        yield from _spelled(entries, corpus, tokens, names, copy)


def _pairs(tokens: Numbers) -> Numbers:
    """Each pair of neighbours as one number."""
    codes: Numbers = (tokens[:-1] << 24) + tokens[1:]
    return codes


def _renamed(corpus: Corpus, names: list[str], copy: int, count: int, chance: np.random.Generator) -> Numbers:
    """The tokens of a copy in which `count` seldom words are spelled anew; the new spellings are added to `names`."""
    seldom = np.flatnonzero(np.bincount(corpus.tokens) <= SELDOM)
    chosen = chance.choice(seldom, min(count, len(seldom)), replace=False)
    table = np.arange(len(corpus.words))
    table[chosen] = np.arange(len(names), len(names) + len(chosen))
    names += [f"{corpus.words[number]}x{copy}x" for number in chosen.tolist()]
    tokens: Numbers = table[corpus.tokens]
    return tokens


def _spelled(
    entries: Sequence[Entry], corpus: Corpus, tokens: Numbers, names: Sequence[str], copy: int
) -> Iterator[Entry]:
    """The articles with the words of the copy in place of their own, punctuation and lines kept."""
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
