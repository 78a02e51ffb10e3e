"""Marks put back on words typed without them ("dan chu" → "dân chủ"), by which words stand side by side in law texts.

Decides the likeliest spelling with a Viterbi search over the base model's words and pairs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add

from indexer.model import Model, base
from indexer.text import fold

# What a pair never seen is worth: a share of its second word's own frequency.
_UNSEEN = 0.4
_MOST_SPELLINGS = 24
# How far, in ln of likelihood, the best spelling must lie before the next one to be taken as meant.
_SURE = 2.0


@dataclass(frozen=True)
class Restored:
    """Words with their marks, and for each whether no other spelling comes near."""

    words: tuple[str, ...]
    sure: tuple[bool, ...]


def restore(words: Sequence[str], free: Sequence[bool], model: Model | None = None) -> Restored:
    """The words with those that are `free` in their likeliest spelling; a word that no text knows stays."""
    model = model or base()
    if not any(free):
        return Restored(tuple(words), (True,) * len(words))
    choices = [_spellings(word, loose, model) for word, loose in zip(words, free, strict=True)]
    follows = [
        [[_follows(one, other, model) for other in after] for one in before]
        for before, after in zip(choices[:-1], choices[1:], strict=True)
    ]
    # The best path to each spelling, and from it to the end; their sum is the best path through it.
    to = [[_alone(number, model) for number in choices[0]]]
    for step in follows:
        to.append([max(map(add, to[-1], column)) for column in zip(*step, strict=True)])
    on = [[0.0] * len(choices[-1])]
    for step in reversed(follows):
        on.append([max(map(add, on[-1], row)) for row in step])
    chosen = [
        _judge(list(map(add, *both)), own) for *both, own in zip(to, reversed(on), choices, strict=True)
    ]
    return Restored(
        tuple(
            model.words[number] if number >= 0 else word
            for (number, _), word in zip(chosen, words, strict=True)
        ),
        tuple(sure for _, sure in chosen),
    )


def _judge(through: list[float], choices: list[int]) -> tuple[int, bool]:
    """(the likeliest spelling, whether no other comes near); an unknown word is never sure."""
    first, *rest = sorted(zip(through, choices, strict=True), reverse=True)
    return first[1], first[1] >= 0 and (not rest or first[0] - rest[0][0] > _SURE)


def _spellings(word: str, free: bool, model: Model) -> list[int]:
    """Numbers of the words that one may stand for, the most frequent ones; [-1] for an unknown word."""
    if not free:
        return [model.numbers.get(word, -1)]
    found = model.spellings.get(fold(word), [])
    return sorted(found, key=lambda number: -int(model.word_counts[number]))[:_MOST_SPELLINGS] or [-1]


def _alone(number: int, model: Model) -> float:
    return math.log((int(model.word_counts[number]) if number >= 0 else 0) + 0.5) - math.log(
        model.documents + 1
    )


def _follows(first: int, second: int, model: Model) -> float:
    """ln of how likely a word follows another."""
    if first < 0 or second < 0:
        return _alone(second, model)
    place = model.pair_place(first, second)
    seen = int(model.pair_counts[place]) if place >= 0 else 0
    share = _UNSEEN * (int(model.word_counts[second]) + 0.5) / (model.documents + 1)
    return math.log((seen + share) / (int(model.word_counts[first]) + 1))
