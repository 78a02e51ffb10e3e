"""The language model: frequencies of words and word pairs in the national law texts, embedding vectors of
terms, and the weights of ranking.

This module decides what a model file contains and gives access to it. `python -m training` makes the file.
Ranking decides what the numbers are used for.
"""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
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
    """Any object that names a word or a pair of neighbouring words. `folded` runs parallel to `words` and says for
    each word whether all its spellings count (True) or only the given one."""

    @property
    def words(self) -> tuple[str, ...]: ...

    @property
    def folded(self) -> tuple[bool, ...]: ...


class ModelTerm(NamedTuple):
    """A word, or a pair of neighbouring words, to look up in a model. `folded` runs parallel to `words` and says for
    each word whether all its spellings count (True) or only the given one."""

    words: tuple[str, ...]
    folded: tuple[bool, ...]


@dataclass(frozen=True)
class LanguageModel:
    """Statistics of the words in `documents` provisions. `mean_length` is the mean length of a provision in words, where
    each word counts with the weight of its field.

    `words` are sorted, and the number of a word is its position. The words that follow word number a are
    `seconds[second_starts[a] : second_starts[a + 1]]`, sorted. `word_counts` and `pair_counts` say how many provisions
    contain each word and each pair. They run parallel to `words` and `seconds`.

    Terms are the words, then the pairs. A word in at least `word_floor` provisions has a vector, and so has a pair in at
    least `pair_floor`. `vectors` has one row for each such term, in the order of the terms. The vector is this row times the
    item of `scales` at the same position. `weights` maps each ranking feature to its weight, and `short_weights` and `long_weights`
    do so for short and for long questions; {} where they have none of their own."""

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
    short_weights: dict[str, float] = field(default_factory=dict)
    long_weights: dict[str, float] = field(default_factory=dict)

    @property
    def dims(self) -> int:
        """The number of dimensions of the model's vectors."""
        return int(self.vectors.shape[1])

    @cached_property
    def stamp(self) -> int:
        """A CRC-32 of the words and vectors of the model, by which models are told apart. Vectors of models with
        different stamps cannot be compared."""
        return zlib.crc32(np.ascontiguousarray(self.vectors).data, zlib.crc32("\n".join(self.words).encode()))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """A dict that maps each word of the model to its number, which is its position in `words`."""
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def spellings(self) -> dict[str, list[int]]:
        """A dict that maps each spelling without diacritics to the word numbers of all words of the model with this
        spelling."""
        found: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            found.setdefault(fold(word), []).append(number)
        return found

    @cached_property
    def rows(self) -> NDArray[np.int32]:
        """For each term of the model (the words, then the pairs) its row in `vectors`; -1 for a term without a
        vector. An int32 array of shape (terms,)."""
        kept = np.concatenate([self.word_counts >= self.word_floor, self.pair_counts >= self.pair_floor])
        return np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)

    @cached_property
    def pair_codes(self) -> NDArray[np.int64]:
        """One integer for each pair of the model, ascending, by which a pair can be looked up. It is a × n + b, where a
        and b are the numbers of the first and second word, and n is how many words the model has."""
        firsts = np.repeat(np.arange(len(self.words)), lengths_of(self.second_starts))
        return firsts * len(self.words) + self.seconds.astype(np.int64)

    def pair_place(self, first: int, second: int) -> int:
        """Find the pair of the words number `first` and `second` among the pairs of the model. Returns its position,
        -1 where the model does not contain the pair."""
        start, end = int(self.second_starts[first]), int(self.second_starts[first + 1])
        held = self.seconds[start:end]
        place = int(held.searchsorted(held.dtype.type(second)))
        return start + place if place < end - start and held[place] == second else -1

    def pair_count(self, first: str, second: str) -> int:
        """The number of provisions in which the word `second` directly follows the word `first`; 0 where the model
        does not know the pair."""
        return self._pair_count(self._numbers(first, False), self._numbers(second, False))

    def frequency(self, term: TermLike) -> int:
        """Count the provisions that contain the word or pair `term`; 0 for an unknown one. Counts of all
        spellings that `term.folded` allows are added, and the sum is at most `documents`."""
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
        # In a query without diacritics each word has dozens of spellings, so their sums are computed once and not per
        # pair.
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
_LATER = ("short_weights", "long_weights")


def read(container: Container) -> LanguageModel:
    """Make a model from the opened file `container`. Raises Damaged where a part is missing, or where `second_starts` does
    not fit `seconds`."""
    try:
        parts: dict[str, Any] = {name: container.arrays[name] for name in _ARRAYS}
        parts |= {name: container.notes[name] for name in _NOTES}
        # A file that was written before such questions had weights of their own has none.
        parts |= {name: container.notes.get(name, {}) for name in _LATER}
        made = LanguageModel(words=container.arrays["words"].tobytes().decode().split("\n"), **parts)
    except (KeyError, UnicodeDecodeError) as error:
        raise Damaged(f"{container.name}: not a model") from error
    if not cover(made.second_starts, len(made.seconds)):
        raise Damaged(f"{container.name}: second_starts damaged")
    return made


def contents(model: LanguageModel) -> tuple[dict[str, Numbers], dict[str, Any]]:
    """Return (arrays, notes) of `model`, to be written to a file with `container.write`. Both are dicts with names as
    keys; notes are JSON values."""
    arrays: dict[str, Numbers] = {name: getattr(model, name) for name in _ARRAYS}
    words = np.frombuffer("\n".join(model.words).encode(), np.uint8)
    return {"words": words, **arrays}, {name: getattr(model, name) for name in (*_NOTES, *_LATER)}


@cache
def _opened(path: Path) -> LanguageModel:
    return read(open_container(path))


@dataclass
class _Used:
    path: Path
    weights: dict[str, float] | None = None
    long_weights: dict[str, float] = field(default_factory=dict)


_USED = _Used(PACKAGED)


def use(path: Path) -> None:
    """Open the model file at `path` and use it as the base model of this process from now on. Raises
    FileNotFoundError where there is no such file, and Damaged where the file is not a model."""
    _opened.cache_clear()
    _opened(path)
    _USED.path = path


@contextmanager
def weighing(weights: dict[str, float], long_weights: dict[str, float] | None = None) -> Iterator[None]:
    """Return a context manager: inside its block, ranking uses `weights`, to measure or to train, and `long_weights` for long
    questions; None means `weights` for these too. Keys are the names of the features. The weights apply to the whole
    process, so no other thread may search meanwhile."""
    before = _USED.weights, _USED.long_weights
    _USED.weights, _USED.long_weights = weights, long_weights or {}
    try:
        yield
    finally:
        _USED.weights, _USED.long_weights = before


def base() -> LanguageModel:
    """Return the base model in use: the packaged file, or the file given to `use`. It is opened once per process."""
    return _opened(_USED.path)


def weights() -> dict[str, float]:
    """Return the weights of ranking in use; keys are the names of the features. Inside a block of `weighing` these are its
    weights, otherwise the weights of the base model. {} where the model was made without judged queries."""
    return base().weights if _USED.weights is None else _USED.weights


def long_weights() -> dict[str, float]:
    """Return the weights of ranking for long questions in use, as `weights` does for other queries; {} where these have none of
    their own."""
    return base().long_weights if _USED.weights is None else _USED.long_weights
