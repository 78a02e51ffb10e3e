"""Which spellings of a word answer for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from indexer.analysis import language_model
from indexer.analysis.language_model import ModelTerm
from indexer.index.snapshot import Visible
from indexer.match.postings import held_by_any
from indexer.match.terms import QueryTerm, QueryTerms
from indexer.query.query import Query
from legaltext.syllable import has_tone, lacks_tone
from legaltext.text import has_marks

# A spelling that is one in four of those that look so is meant as typed.
_SELDOM = 4
# One that is one in twenty beside a neighbour is not meant, whatever stands on its other side.
_HARDLY = 20
# Two words that so many provisions of the base model hold side by side need not be looked for in the index.
_KNOWN = 20
# Where so large a share of all words that look alike is written as typed, that is meant, whatever stands beside it.
_CLEARLY = 0.83
# A word with a tone that so many provisions of the base model hold is one, whether or not the index has it.
_A_WORD = 20


def resolve(
    slots: QueryTerms, readable: Visible, query: Query, count: Callable[[QueryTerm], int]
) -> tuple[dict[str, bool], tuple[str, ...]]:  # fmt: skip
    """(word → whether any spelling answers for it, words found nowhere the actor may read); `count` tells in how many
    entries a slot stands, of those that statistics are made of."""

    def held(*words: str, free: tuple[bool, ...]) -> bool:
        return held_by_any(readable, slots.of(words, free), slots.snapshot)

    def seen(words: tuple[str, ...], free: tuple[bool, ...]) -> int:
        return count(slots.of(words, free)) or int(held(*words, free=free))

    folded: dict[str, bool] = {}
    missing = []
    for word in query.words:
        stands = query.marked and not lacks_tone(word) and held(word, free=(False,))
        meant = not stands and query.marked and _is_meant(query, word)
        folded[word] = not (stands or meant)
        if meant or folded[word] and not held(word, free=(True,)):
            missing.append(word)
    if query.marked:
        folded |= _typed_in_haste(seen, query, folded)
    return folded, tuple(missing)


def _typed_in_haste(
    seen: Callable[[tuple[str, ...], tuple[bool, ...]], int], query: Query, folded: dict[str, bool]
) -> dict[str, bool]:
    """Words without marks in a question that has some ("quy chế dan chu"): taken as unmarked when beside their
    neighbours they seldom stand as typed, against other spellings, or beside one of them hardly ever ("văn ban hành
    chính"). Names of files and addresses in the texts hold any such pair somewhere. Where tones seem to have been left
    out the same goes for words with other marks ("đanh gia")."""
    beside: dict[str, list[tuple[int, int]]] = {}
    toned = any(map(has_tone, query.words)) and not any(map(lacks_tone, query.words))
    doubtful = {
        word for word in query.words if not folded[word] and _is_doubtful(word) and not (toned and has_marks(word))
    }
    for run in query.runs if doubtful else ():
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
    """Whether a word that stands in no text is meant as it was typed and no slip of tones: "uống rượu" is not "ương"."""
    return has_tone(word) and is_in_law(query, word)


def is_in_law(query: Query, word: str) -> bool:
    """Whether law texts have a word as it was typed, and beside its neighbours no other spelling of it rather ("hợp đống" is
    "đồng"); in a question without marks any spelling."""
    if language_model.base().frequency(ModelTerm((word,), (not query.marked,))) < _A_WORD:
        return False
    beside = [both for run in query.runs for both in pairwise(run) if word in both] if query.marked else []
    freed = [(both, tuple([one == word for one in both])) for both in beside]
    counts = [_in_law(both, (False, False), free) for both, free in freed]
    return not any(other >= _HARDLY * max(own, 1) for own, other in counts)


def _is_unmarked(counts: Sequence[tuple[int, int]]) -> bool:
    """Whether a word stands otherwise than typed, by how often it does either beside each of its neighbours."""
    typed, otherwise = (sum(side) for side in zip(*counts, strict=True))
    hardly = any(other >= _HARDLY * max(own, 1) for own, other in counts)
    return hardly or otherwise >= max(_SELDOM * typed, 1)


@lru_cache(maxsize=4096)
def _in_law(words: tuple[str, ...], spelled: tuple[bool, ...], freed: tuple[bool, ...]) -> tuple[int, int]:
    """In how many provisions of the base model two words stand side by side, in either spelling."""
    base = language_model.base()
    return base.frequency(ModelTerm(words, spelled)), base.frequency(ModelTerm(words, freed))


@lru_cache(maxsize=4096)
def _is_doubtful(word: str) -> bool:
    """Whether a word without a tone is, in the base model's texts, often written with other marks."""
    if has_tone(word):
        return False
    typed, any_marks = ModelTerm((word,), (False,)), ModelTerm((word,), (True,))
    return language_model.base().frequency(typed) < _CLEARLY * language_model.base().frequency(any_marks)
