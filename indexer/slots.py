"""What a question asks the index for: each syllable and each pair of neighbours as a slot that terms of every
segment fill.

Decides the spelling that answers for a word: as typed where it carries marks and is there, else every word
that looks the same without diacritics. Leaves weights to `statistics` and sums to `ranking`.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from indexer import model
from indexer.analysis import pair
from indexer.arrays import Arrays, Numbers, first_of_each, places_from
from indexer.model import Term
from indexer.query import Query
from indexer.snapshot import Readable, Segment, Snapshot
from indexer.spelling import has_tone, lacks_tone
from indexer.text import forms, has_marks

# Ascending; a tuple, for most have one.
Terms = tuple[int, ...]
# Of an actor who may not read all, so many entries are tried before all others.
_FIRST = 64
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
# Looking through all entries costs as much as sorting one in so many of them.
_BLANK = 64
# Weights of a byte that two bytes can hold the sum of.
_ROOM = 257
# Slots kept of a generation, some 500 bytes each and 50 more a segment: most words that people ask for.
_MOST_KNOWN = 2_000


class Slot(NamedTuple):
    """One syllable or pair asked `asked` times; `terms` are those that fill it, segment by segment, and `counts` how
    many postings they have there.

    `words` are the syllables as asked, `folded` tells for each whether any spelling of it answers.
    """

    words: tuple[str, ...]
    folded: tuple[bool, ...]
    terms: tuple[Terms, ...]
    counts: tuple[int, ...]
    asked: int = 1

    @property
    def single(self) -> bool:
        """Whether it stands for one syllable."""
        return len(self.words) == 1

    @property
    def text(self) -> str:
        """What is asked for, without diacritics where any spelling answers."""
        spelled = [forms(word)[1] if free else word for word, free in zip(self.words, self.folded, strict=True)]
        return pair(*spelled) if len(spelled) == 2 else spelled[0]


def word_terms(held: Arrays, word: str, folded: bool) -> Terms:
    """The terms of one segment that answer for a syllable."""
    if folded:
        return tuple(sorted(held.spelled(forms(word)[1]).tolist()))
    number = held.numbers.get(word)
    return () if number is None else (number,)


def pair_terms(held: Arrays, firsts: Terms, seconds: Terms) -> Terms:
    """The terms of one segment for any of `firsts` directly before any of `seconds`."""
    if len(firsts) == len(seconds) == 1:
        term = held.pair(firsts[0], seconds[0])
        return () if term < 0 else (term,)
    wanted = np.zeros(len(held.words), bool)
    wanted[list(seconds)] = True
    own = np.array(firsts, np.int64)
    begins = held.second_starts[own].astype(np.int64)
    at = places_from(begins, held.second_starts[own + 1] - begins)
    return tuple((len(held.words) + at[wanted[held.seconds[at]]]).tolist())


class Slots:
    """The slots of one generation, for any reader; those looked up are kept, up to a number."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._known: dict[tuple[tuple[str, ...], tuple[bool, ...]], Slot] = {}

    def of(self, words: tuple[str, ...], folded: tuple[bool, ...], asked: int = 1) -> Slot:
        """The slot of one syllable or of two neighbours."""
        key = (words, folded)
        if (known := self._known.get(key)) is None:
            terms, counts = [], []
            for segment in self.snapshot.segments:
                own = self._terms(segment.held, words, folded)
                terms.append(own)
                counts.append(segment.held.total(own) if own else 0)
            known = Slot(words, folded, tuple(terms), tuple(counts))
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = known
        return known if asked == 1 else known._replace(asked=asked)

    @staticmethod
    def _terms(held: Arrays, words: tuple[str, ...], folded: tuple[bool, ...]) -> Terms:
        first = word_terms(held, words[0], folded[0])
        if len(words) == 1 or not first:
            return first
        second = word_terms(held, words[1], folded[1])
        return pair_terms(held, first, second) if second else ()


def kept_slots(snapshot: Snapshot) -> Slots:
    """The slots of a generation, for all its questions."""
    return snapshot.keep(("slots",), lambda: Slots(snapshot))


def segment_postings(segment: Segment, terms: Terms) -> tuple[Numbers, Numbers]:
    """(entries ascending, weights) in one segment of everything that fills a slot by these terms."""
    held = segment.held
    if len(terms) == 1:
        return held.postings(terms[0])

    def make() -> tuple[Numbers, Numbers]:
        if len(terms) <= _ROOM and held.total(terms) * _BLANK >= segment.size:
            return _added_up(segment, terms)
        entries, weights = held.gathered(terms)
        order = np.argsort(entries, kind="stable")
        entries, weights = entries[order], weights[order]
        first = first_of_each(entries)
        summed = np.add.reduceat(weights.astype(np.uint32), first).clip(max=255).astype(np.uint8)
        return entries[first], summed

    joined = segment.cached(("postings", terms), make)
    return joined[0], joined[1]


def _added_up(segment: Segment, terms: Terms) -> tuple[Numbers, Numbers]:
    """The same of many postings, counted by entry instead of sorted."""
    held = segment.held
    row = np.zeros(segment.size, np.uint16)
    for term in terms:
        entries, weights = held.postings(term)
        # No entry comes twice in a term.
        row[entries.astype(np.intp)] += weights
    there = row.astype(bool).nonzero()[0]
    return there.astype(held.entries.dtype), row[there].clip(max=255).astype(np.uint8)


def held_by_any(readable: Readable, slot: Slot, snapshot: Snapshot) -> bool:
    """Whether a readable entry holds what fills the slot."""
    for number, (segment, place) in enumerate(snapshot.parts()):
        if not (terms := slot.terms[number]):
            continue
        if readable.whole[number]:
            return True
        entries, mask = segment_postings(segment, terms)[0], readable.entries[place]
        # Most readers may read most entries.
        if mask[entries[:_FIRST]].any() or mask[entries[_FIRST:]].any():
            return True
    return False


def spell(
    slots: Slots, readable: Readable, query: Query, count: Callable[[Slot], int]
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
    if model.base().frequency(Term((word,), (not query.marked,))) < _A_WORD:
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
    base = model.base()
    return base.frequency(Term(words, spelled)), base.frequency(Term(words, freed))


@lru_cache(maxsize=4096)
def _is_doubtful(word: str) -> bool:
    """Whether a word without a tone is, in the base model's texts, often written with other marks."""
    if has_tone(word):
        return False
    typed, any_marks = Term((word,), (False,)), Term((word,), (True,))
    return model.base().frequency(typed) < _CLEARLY * model.base().frequency(any_marks)


def slots_of(
    slots: Slots, runs: Sequence[tuple[str, ...]], others: Sequence[tuple[str, ...]], folded: dict[str, bool]
) -> tuple[Slot, ...]:
    """The slots of all syllables and pairs of a question, in its order, and those of other names for what it asks; these
    are asked once, in however many names, and not beside the question: "sở" is in three names of the department."""
    asked: dict[tuple[str, ...], int] = {}
    for run in runs:
        for words in (*zip(run), *pairwise(run)):
            asked[words] = asked.get(words, 0) + 1
    for other in others:
        for words in (*zip(other), *pairwise(other)):
            asked.setdefault(words, 1)
    return tuple(
        [slots.of(words, tuple([folded[word] for word in words]), count) for words, count in asked.items()]
    )
