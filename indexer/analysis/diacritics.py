"""Marks put back on words typed without them ("dan chu" → "dân chủ"), by which words stand side by side in law texts.

Decides the likeliest spelling, a Viterbi search over the base model's words and pairs, and whether another comes near.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.language_model import LanguageModel, base
from legaltext.syllable import may_become
from legaltext.text import fold, has_marks

# What a pair never seen is worth: a share of its second word's own frequency.
_UNSEEN = 0.4
_MOST_SPELLINGS = 24
# How far, in ln of likelihood, the best spelling must lie before the next one to be taken as meant.
_SURE = 2.0
Numbers = NDArray[np.int64]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class RestoredWords:
    """Words with their marks, and for each whether no other spelling comes near."""

    words: tuple[str, ...]
    sure: tuple[bool, ...]


def restore(words: Sequence[str], free: Sequence[bool]) -> RestoredWords:
    """The words with those that are `free` in their likeliest spelling; a word that no text knows stays."""
    if not any(free):
        return RestoredWords(tuple(words), (True,) * len(words))
    return _restored(tuple(words), tuple(free), base().stamp)


# Ranking, marking and choosing passages ask for the same words.
@lru_cache(maxsize=64)
def _restored(words: tuple[str, ...], free: tuple[bool, ...], _stamp: int) -> RestoredWords:
    model = base()
    choices = [_spellings(word, loose, model) for word, loose in zip(words, free, strict=True)]
    follows = _follows(choices, model)
    # The best path to each spelling, and from it to the end; their sum is the best path through it.
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
    """The spelling meant of each word of a question for which any answers (`folded`), where no other comes near."""
    meant: dict[str, set[str]] = {}
    for run in runs:
        read = restore(run, [folded[word] for word in run])
        for word, spelling, sure in zip(run, read.words, read.sure, strict=True):
            if folded[word]:
                meant.setdefault(word, set()).add(spelling if sure else "")
    return {word: found.pop() for word, found in meant.items() if len(found) == 1 and "" not in found}


def _judge(choices: Numbers, through: Scores) -> tuple[int, bool]:
    """(the likeliest spelling, whether no other comes near); an unknown word is never sure."""
    best = int(through.argmax())
    others = np.delete(through, best)
    return int(choices[best]), bool(
        choices[best] >= 0 and through[best] - others.max(initial=-np.inf) > _SURE
    )


def _spellings(word: str, free: bool, model: LanguageModel) -> Numbers:
    """Numbers of the words that one may stand for, the most frequent ones; [-1] for an unknown word."""
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
    """ln of how frequent words are."""
    shares: Scores = np.log((_counts(numbers, model) + 0.5) / (model.documents + 1))
    return shares


def _follows(choices: Sequence[Numbers], model: LanguageModel) -> list[Scores]:
    """For each two neighbours ln of how likely each spelling of the second follows each of the first."""
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
    """How often each of one before each of the other, one pair of lists after the other; looked up at once."""
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
