"""The base model: word and pair frequencies of the national law texts, an embedding of them, weights for ranking.

Decides what a model file holds and how it is asked. `python -m training` makes it; whoever ranks decides what
the figures are worth.
"""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.store.container import Container, Damaged, open_container
from indexer.store.ragged import Numbers, cover, lengths_of
from legaltext.text import fold

PACKAGED = Path(__file__).resolve().parents[1] / "base.model"


class TermLike(Protocol):
    """A word or two neighbours; `folded` tells for each whether any spelling of it counts."""

    @property
    def words(self) -> tuple[str, ...]: ...

    @property
    def folded(self) -> tuple[bool, ...]: ...


class ModelTerm(NamedTuple):
    """A word or two neighbours to ask a model for, in whatever index."""

    words: tuple[str, ...]
    folded: tuple[bool, ...]


@dataclass(frozen=True)
class LanguageModel:
    """Figures of `documents` provisions whose mean weighted length is `mean_length`.

    Words are sorted and numbered; the pairs of word a are `seconds[second_starts[a] : second_starts[a + 1]]`,
    sorted. `word_counts` and `pair_counts` tell how many provisions hold each. Terms are the words, then the
    pairs; those in at least `word_floor` or `pair_floor` provisions have a row of `vectors`, in the order of the
    terms, which times its `scales` is the term's vector.
    """

    documents: int
    mean_length: float
    words: list[str]
    word_counts: Numbers
    second_starts: Numbers
    seconds: Numbers
    pair_counts: Numbers
    word_floor: int
    pair_floor: int
    vectors: NDArray[np.int8]
    scales: NDArray[np.float16]
    weights: dict[str, float]

    @property
    def dims(self) -> int:
        """Numbers in a vector."""
        return int(self.vectors.shape[1])

    @cached_property
    def stamp(self) -> int:
        """CRC-32 of the vectors: those of another model say nothing beside them."""
        return zlib.crc32(np.ascontiguousarray(self.vectors).data, zlib.crc32("\n".join(self.words).encode()))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Word → its number."""
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def spellings(self) -> dict[str, list[int]]:
        """Spelling without diacritics → the numbers of the words that look so."""
        found: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            found.setdefault(fold(word), []).append(number)
        return found

    @cached_property
    def rows(self) -> NDArray[np.int32]:
        """The row in `vectors` of each term, -1 for none."""
        kept = np.concatenate([self.word_counts >= self.word_floor, self.pair_counts >= self.pair_floor])
        return np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)

    @cached_property
    def pair_codes(self) -> NDArray[np.int64]:
        """First word × number of words + second word of each pair, ascending."""
        firsts = np.repeat(np.arange(len(self.words)), lengths_of(self.second_starts))
        return firsts * len(self.words) + self.seconds.astype(np.int64)

    def pair_place(self, first: int, second: int) -> int:
        """The place of two neighbouring words among the pairs, -1 where they never are."""
        start, end = int(self.second_starts[first]), int(self.second_starts[first + 1])
        held = self.seconds[start:end]
        place = int(held.searchsorted(held.dtype.type(second)))
        return start + place if place < end - start and held[place] == second else -1

    def pair_count(self, first: str, second: str) -> int:
        """How many provisions hold two words side by side."""
        return self._pair_count(self._numbers(first, False), self._numbers(second, False))

    def frequency(self, term: TermLike) -> int:
        """How many provisions hold a word or pair, summed over the spellings that count, `documents` at most."""
        if len(term.words) == 2 and all(term.folded):
            count = self._folded_pair_count(*map(fold, term.words))
        else:
            own = [self._numbers(word, free) for word, free in zip(term.words, term.folded, strict=True)]
            count = (
                sum(int(self.word_counts[one]) for one in own[0]) if len(own) == 1 else self._pair_count(*own)
            )
        return min(count, self.documents)

    def _numbers(self, word: str, folded: bool) -> Sequence[int]:
        if folded:
            return self.spellings.get(fold(word), ())
        number = self.numbers.get(word)
        return () if number is None else (number,)

    def _pair_count(self, firsts: Sequence[int], seconds: Sequence[int]) -> int:
        places = [self.pair_place(first, second) for first in firsts for second in seconds]
        return sum(int(self.pair_counts[place]) for place in places if place >= 0)

    @cached_property
    def _folded_pairs(self) -> tuple[dict[str, int], NDArray[np.int64], NDArray[np.int64]]:
        # A question without marks has dozens of spellings a word: summed once, not for each pair asked.
        places = {spelling: place for place, spelling in enumerate(self.spellings)}
        own = np.array([places[fold(word)] for word in self.words], np.int64)
        firsts, seconds = np.divmod(self.pair_codes, max(len(self.words), 1))
        codes, inverse = np.unique(own[firsts] * len(places) + own[seconds], return_inverse=True)
        return places, codes, np.bincount(inverse, self.pair_counts, len(codes)).astype(np.int64)

    def _folded_pair_count(self, first: str, second: str) -> int:
        places, codes, counts = self._folded_pairs
        if first not in places or second not in places:
            return 0
        code = places[first] * len(places) + places[second]
        at = int(codes.searchsorted(code))
        return int(counts[at]) if at < len(codes) and codes[at] == code else 0


_ARRAYS = ("word_counts", "second_starts", "seconds", "pair_counts", "vectors", "scales")
_NOTES = ("documents", "mean_length", "word_floor", "pair_floor", "weights")


def read(container: Container) -> LanguageModel:
    """The model in an opened file; Damaged when something is missing or places are wrong."""
    try:
        parts: dict[str, Any] = {name: container.arrays[name] for name in _ARRAYS}
        parts |= {name: container.notes[name] for name in _NOTES}
        made = LanguageModel(words=container.arrays["words"].tobytes().decode().split("\n"), **parts)
    except (KeyError, UnicodeDecodeError) as error:
        raise Damaged(f"{container.name}: not a model") from error
    if not cover(made.second_starts, len(made.seconds)):
        raise Damaged(f"{container.name}: second_starts damaged")
    return made


def contents(model: LanguageModel) -> tuple[dict[str, Numbers], dict[str, Any]]:
    """(arrays, notes) to be written to a file of arrays."""
    arrays: dict[str, Numbers] = {name: getattr(model, name) for name in _ARRAYS}
    words = np.frombuffer("\n".join(model.words).encode(), np.uint8)
    return {"words": words, **arrays}, {name: getattr(model, name) for name in _NOTES}


@cache
def _opened(path: Path) -> LanguageModel:
    return read(open_container(path))


@dataclass
class _Used:
    path: Path
    weights: dict[str, float] | None = None


_USED = _Used(PACKAGED)


def use(path: Path) -> None:
    """Rank with another model file from now on in this process; FileNotFoundError or Damaged where there is none."""
    _opened.cache_clear()
    _opened(path)
    _USED.path = path


@contextmanager
def weighing(weights: dict[str, float]) -> Iterator[None]:
    """Rank with these weights in this process, to measure or to train; not for several threads."""
    before, _USED.weights = _USED.weights, weights
    try:
        yield
    finally:
        _USED.weights = before


def base() -> LanguageModel:
    """The model to rank with, mapped once a process: the packaged one, or that of `use`."""
    return _opened(_USED.path)


def weights() -> dict[str, float]:
    """What each figure of a candidate is worth; {} where the model was made without questions."""
    return base().weights if _USED.weights is None else _USED.weights
