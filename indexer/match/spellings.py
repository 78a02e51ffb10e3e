"""Decides which spellings in the index match a word of a query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from indexer.analysis import language_model
from indexer.analysis.language_model import ModelTerm
from indexer.index.snapshot import Visible
from indexer.match.postings import held_by_any
from indexer.match.terms import QueryTerm, QueryTerms
from indexer.query.query import Query
from legaltext.syllable import has_tone, lacks_tone
from legaltext.text import has_marks

# A spelling is taken as intended if it makes up one in four of those that look alike.
_SELDOM = 4
# A spelling that makes up only one in twenty next to one neighbour is not intended, whatever its other neighbour is.
_HARDLY = 20
# A pair in this many provisions of the base model need not be looked up in the index.
_KNOWN = 20
# Where the typed spelling has this share of all words that look alike, it is intended, whatever its neighbours
# are.
_CLEARLY = 0.83
# A word with a tone that occurs in this many provisions of the base model is a real word, even if the index lacks it.
_A_WORD = 20


def resolve(
    slots: QueryTerms, readable: Visible, query: Query, count: Callable[[QueryTerm], int]
) -> tuple[dict[str, bool], tuple[str, ...]]:  # fmt: skip
    """Decide for each word of `query` whether its diacritics are ignored. Returns (folded, missing). `folded` maps each
    word to True where they are ignored. `missing` are the words that occur nowhere in what the actor may read
    (`readable`).

    `slots` looks up terms. `count` returns how many entries contain a query term."""

    def held(*words: str, free: tuple[bool, ...]) -> bool:
        return held_by_any(readable, slots.of(words, free), slots.snapshot)

    def seen(words: tuple[str, ...], free: tuple[bool, ...]) -> int:
        return count(slots.of(words, free)) or int(held(*words, free=free))

    folded: dict[str, bool] = {}
    missing = []
    words = tuple(dict.fromkeys(chain.from_iterable(query.as_spoken)))
    for word in words:
        stands = query.marked and not lacks_tone(word) and held(word, free=(False,))
        meant = not stands and query.marked and _is_meant(query, word)
        folded[word] = not (stands or meant)
        if meant or folded[word] and not held(word, free=(True,)):
            missing.append(word)
    if query.marked:
        folded |= _typed_in_haste(seen, query, words, folded)
    return folded, tuple(missing)


def _typed_in_haste(
    seen: Callable[[tuple[str, ...], tuple[bool, ...]], int], query: Query, words: Sequence[str], folded: dict[str, bool]
) -> dict[str, bool]:
    """Find words typed without diacritics in a query that has some elsewhere, such as "dan chu" in "quy chế dan chu".
    Returns a dict with True for each of these words; {} for none. A word is found if texts mostly spell it with other
    diacritics next to its neighbours.

    `folded` maps words to True where diacritics are ignored already. `seen(words, free)` returns how many entries have
    the two `words` side by side. An item of `free` is True where diacritics are ignored."""
    beside: dict[str, list[tuple[int, int]]] = {}
    toned = any(map(has_tone, words)) and not any(map(lacks_tone, words))
    doubtful = {
        word for word in words if not folded[word] and _is_doubtful(word) and not (toned and has_marks(word))
    }
    for run in query.as_spoken if doubtful else ():
        for both in pairwise(run):
            if doubtful.isdisjoint(both):
                continue
            spelled = tuple([folded[word] for word in both])
            bare = tuple([word in doubtful for word in both])
            freed = tuple([free or plain for free, plain in zip(spelled, bare, strict=True)])
            typed, otherwise = _in_law(both, spelled, freed)
            if typed < _KNOWN or otherwise >= _SELDOM * typed:
                typed, otherwise = seen(both, spelled), seen(both, freed)
            for word, plain in zip(both, bare, strict=True):
                if plain:
                    beside.setdefault(word, []).append((typed, otherwise))
    return {word: True for word, counts in beside.items() if _is_unmarked(counts)}


def _is_meant(query: Query, word: str) -> bool:
    """Whether `word`, which no text has in this spelling, is meant as it is spelled. For "uống" (drink) this is True,
    because law texts contain it with its tone."""
    return has_tone(word) and is_in_law(query, word)


def is_in_law(query: Query, word: str) -> bool:
    """Whether the law texts of the base model contain `word` in the spelling that was typed. In the query "hợp đống"
    this is False for "đống": next to "hợp", another spelling is far more frequent. In a query without diacritics any
    spelling of `word` counts."""
    if language_model.base().frequency(ModelTerm((word,), (not query.marked,))) < _A_WORD:
        return False
    beside = [both for run in query.as_spoken for both in pairwise(run) if word in both] if query.marked else []
    freed = [(both, tuple([one == word for one in both])) for both in beside]
    counts = [_in_law(both, (False, False), free) for both, free in freed]
    return not any(other >= _HARDLY * max(own, 1) for own, other in counts)


def _is_unmarked(counts: Sequence[tuple[int, int]]) -> bool:
    """Whether a word mostly occurs in other spellings than the typed one. `counts` has one pair for each neighbour of
    the word: (how often the two occur together in the typed spelling, how often in any spelling)."""
    typed, otherwise = (sum(side) for side in zip(*counts, strict=True))
    hardly = any(other >= _HARDLY * max(own, 1) for own, other in counts)
    return hardly or otherwise >= max(_SELDOM * typed, 1)


@lru_cache(maxsize=4096)
def _in_law(words: tuple[str, ...], spelled: tuple[bool, ...], freed: tuple[bool, ...]) -> tuple[int, int]:
    """Count the provisions of the base model in which two words are neighbours. Returns (the number with `spelled`, the
    number with `freed`). Both have one item per word, True where its diacritics are ignored."""
    base = language_model.base()
    return base.frequency(ModelTerm(words, spelled)), base.frequency(ModelTerm(words, freed))


@lru_cache(maxsize=4096)
def _is_doubtful(word: str) -> bool:
    """Whether `word`, which has no tone, is often written with other diacritics in the texts of the base model. False
    for a word with a tone."""
    if has_tone(word):
        return False
    typed, any_marks = ModelTerm((word,), (False,)), ModelTerm((word,), (True,))
    return language_model.base().frequency(typed) < _CLEARLY * language_model.base().frequency(any_marks)
