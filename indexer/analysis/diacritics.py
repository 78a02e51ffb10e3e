"""Restores diacritics on words typed without them ("dan chu" becomes "dân chủ"), using how often words are
neighbours in law texts.

A Viterbi search over the words and word pairs of the base model finds the likeliest spelling, and whether another
spelling is nearly as likely."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.language_model import LanguageModel, base
from legaltext.syllable import may_become
from legaltext.text import fold, has_marks

# The estimate for a pair that was never seen: this share of the frequency of its second word.
_UNSEEN = 0.4
_MOST_SPELLINGS = 24
# How much likelier (in ln of likelihood) the best spelling must be than the next one to be taken for sure.
_SURE = 2.0
Numbers = NDArray[np.int64]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class RestoredWords:
    """A sequence of words with restored diacritics. `sure` runs parallel to `words` and says for each word
    whether no other spelling is nearly as likely."""

    words: tuple[str, ...]
    sure: tuple[bool, ...]


def restore(words: Sequence[str], free: Sequence[bool]) -> RestoredWords:
    """Choose the likeliest spelling for each of `words`. `free` runs parallel to `words`: only a word whose item
    is True may be respelled. A word that the model does not have stays as it is."""
    if not any(free):
        return RestoredWords(tuple(words), (True,) * len(words))
    return _restored(tuple(words), tuple(free), base().stamp)


# Ranking, highlighting and the choice of passages all call this with the same words.
@lru_cache(maxsize=64)
def _restored(words: tuple[str, ...], free: tuple[bool, ...], _stamp: int) -> RestoredWords:
    model = base()
    choices = [_spellings(word, loose, model) for word, loose in zip(words, free, strict=True)]
    follows = _follows(choices, model)
    # `to` is the score of the best path up to each spelling, `on` from there to the end; the sum is the best path
    # through it.
    to = [_shares(choices[0], model)]
    for step in follows:
        to.append((to[-1][:, None] + step).max(0))
    on = [np.zeros(len(choices[-1]))]
    for step in reversed(follows):
        on.append((step + on[-1]).max(1))
    found = [
        _judge(own, before + after) for own, before, after in zip(choices, to, reversed(on), strict=True)
    ]
    return RestoredWords(
        tuple(
            model.words[number] if number >= 0 else word
            for (number, _), word in zip(found, words, strict=True)
        ),
        tuple(sure for _, sure in found),
    )


def sure_spellings(runs: Iterable[Sequence[str]], folded: Mapping[str, bool]) -> dict[str, str]:
    """Map words of a query to their full spelling, where it is certain: "dan" in "dan chu" gives "dân". Keys are the
    words as typed. A word with a doubtful spelling is left out.

    `runs` are the runs of neighbouring words of the query. `folded` says for each word whether any spelling of it may
    match. Only these words are restored."""
    meant: dict[str, set[str]] = {}
    for run in runs:
        read = restore(run, [folded[word] for word in run])
        for word, spelling, sure in zip(run, read.words, read.sure, strict=True):
            if folded[word]:
                meant.setdefault(word, set()).add(spelling if sure else "")
    return {word: found.pop() for word, found in meant.items() if len(found) == 1 and "" not in found}


def _judge(choices: Numbers, through: Scores) -> tuple[int, bool]:
    """Choose the likeliest of several spellings of one word. `choices` are their word numbers (-1: unknown word), and
    `through` holds their scores. Returns (the word number chosen, whether it is certain). An unknown word is never
    certain."""
    best = int(through.argmax())
    others = np.delete(through, best)
    return int(choices[best]), bool(
        choices[best] >= 0 and through[best] - others.max(initial=-np.inf) > _SURE
    )


def _spellings(word: str, free: bool, model: LanguageModel) -> Numbers:
    """Find the spellings that `word` may mean. Returns their word numbers in `model`, the most frequent first;
    [-1] where the model knows none. With `free` False only the spelling that was typed is considered."""
    if not free:
        return np.array([model.numbers.get(word, -1)])
    found = sorted(model.spellings.get(fold(word), ()), key=lambda number: -int(model.word_counts[number]))
    if has_marks(word):
        found = [number for number in found if may_become(word, model.words[number])] or found
    return np.array(found[:_MOST_SPELLINGS] or [-1])


def _counts(numbers: Numbers, model: LanguageModel) -> Scores:
    counts: Scores = np.where(numbers >= 0, model.word_counts[numbers].astype(np.float64), 0)
    return counts


def _shares(numbers: Numbers, model: LanguageModel) -> Scores:
    """Compute, for each word number in `numbers`, the natural logarithm of the share of provisions of `model`
    that contain the word. The number -1 stands for an unknown word, which gets a small share."""
    shares: Scores = np.log((_counts(numbers, model) + 0.5) / (model.documents + 1))
    return shares


def _follows(choices: Sequence[Numbers], model: LanguageModel) -> list[Scores]:
    """Compute how likely each spelling of a word follows each spelling of the word before. `choices` holds the word
    numbers of the spellings, one array per word. Returns one matrix of logarithms for each pair of neighbours; a row
    belongs to a spelling of the first word."""
    both = list(zip(choices[:-1], choices[1:], strict=True))
    seen = np.split(_pair_counts(both, model), np.cumsum([len(one) * len(other) for one, other in both]))
    made = []
    for (before, after), counts in zip(both, seen, strict=False):
        alone = _shares(after, model)
        joint = counts.reshape(len(before), len(after)) + _UNSEEN * np.exp(alone)
        known = (before >= 0)[:, None] & (after >= 0)
        made.append(np.where(known, np.log(joint / (_counts(before, model)[:, None] + 1)), alone))
    return made


def _pair_counts(both: Sequence[tuple[Numbers, Numbers]], model: LanguageModel) -> Scores:
    """Count how often each spelling of a word is followed by each spelling of the next word. An item of `both` holds
    the word numbers of the spellings of both words. Returns the counts of all items in one flat array."""
    held = model.pair_codes
    codes = [
        np.where(
            (before >= 0)[:, None] & (after >= 0), before[:, None] * len(model.words) + after, -1
        ).ravel()
        for before, after in both
    ]
    wanted = np.concatenate([np.empty(0, np.int64), *codes])
    places = held.searchsorted(wanted)
    places[places == len(held)] = 0
    counts: Scores = np.where(held[places] == wanted, model.pair_counts[places], 0).astype(np.float64)
    return counts
