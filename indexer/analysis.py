"""From entries to postings: syllables and adjacent pairs, with tones and folded, weighted by where they
stand.

Decides what is counted and how much. Analysis finishes before anything is written, so an entry that fails
leaves no trace.
"""

import json
import zlib
from array import array
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.codec import Source
from indexer.schema import BODY_WEIGHT, DOC_WEIGHT, LABEL_WEIGHT, TITLE_WEIGHT
from indexer.text import clean, forms, tokens
from indexer.types import Entry

_WEIGHT_LIMIT = 65535
_LARGEST = 2**31 - 1


def pair(first: str, second: str) -> str:
    """The term of two adjacent syllables."""
    return f"{first} {second}"


def parts(entry: Entry) -> tuple[tuple[str, int], ...]:
    """The searchable texts of an entry with their weights: text, heading, label, type and title of the
    document."""
    document = f"{entry.doc_type} {entry.doc_title}"
    return (
        (entry.text, BODY_WEIGHT),
        (entry.title, TITLE_WEIGHT),
        (document, DOC_WEIGHT),
        (entry.label, LABEL_WEIGHT),
    )


def pack_row(entry: Entry) -> bytes:
    """What a result page shows of an entry, in clean text, compressed."""
    texts = (entry.label, entry.title, entry.text, entry.doc_type, entry.doc_title)
    shown = [entry.anchor, *map(clean, texts)]
    return zlib.compress(json.dumps(shown, ensure_ascii=False).encode(), 3)


def unpack_row(data: bytes) -> tuple[str, str, str, str, str, str]:
    """(anchor, label, title, text, type, document title) of a packed row."""
    anchor, label, title, text, doc_type, doc_title = json.loads(zlib.decompress(data))
    return anchor, label, title, text, doc_type, doc_title


@dataclass(frozen=True)
class Analysed:
    """An entry ready to be written: `runs` are vocabulary numbers of each of its texts, `length` its weighted
    size."""

    entry: Entry
    row: bytes
    runs: tuple[tuple["array[int]", int], ...]
    length: int


def _refuse_wide(entry: Entry) -> None:
    """Numbers are kept in 32 bits: ValueError for a larger one, before anything is written."""
    for number in (entry.document, entry.version, entry.access, entry.folder, entry.order):
        if not -_LARGEST <= number <= _LARGEST:
            raise ValueError(f"{number} does not fit the index")


@dataclass
class Vocabulary:
    """Numbers of the syllables met while writing one batch."""

    numbers: dict[str, int] = field(default_factory=dict)
    toned: list[str] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)

    def number(self, token: str) -> int:
        """The number of a token as written in clean text."""
        if (known := self.numbers.get(token)) is not None:
            return known
        toned, folded = forms(token)
        number = self.numbers.setdefault(toned, len(self.toned))
        if number == len(self.toned):
            self.toned.append(toned)
            self.folded.append(folded)
        self.numbers[token] = number
        return number

    def analyse(self, entry: Entry) -> Analysed:
        """Tokenise an entry; ValueError or TypeError when its fields are not what they should be."""
        _refuse_wide(entry)
        runs, length = [], 0
        for text, weight in parts(entry):
            run = array("i", map(self.number, tokens(clean(text))))
            runs.append((run, weight))
            length += weight * len(run)
        return Analysed(entry, pack_row(entry), tuple(runs), length)


def _codes(runs: list[tuple[NDArray[Any], int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(codes, weights): a syllable is its number, a pair is (first + 1) << 32 | second."""
    codes, weights = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for run, weight in runs:
        pairs = ((run[:-1] + 1) << 32) | run[1:]
        both = np.concatenate([run, pairs])
        codes.append(both)
        weights.append(np.full(len(both), weight, np.int64))
    return np.concatenate(codes), np.concatenate(weights)


def _names(codes: NDArray[np.int64], names: list[str]) -> list[bytes]:
    firsts, seconds = (codes >> 32).tolist(), (codes & 0xFFFFFFFF).tolist()
    return [
        (pair(names[first - 1], names[second]) if first else names[second]).encode()
        for first, second in zip(firsts, seconds, strict=True)
    ]


def postings(entries: list[Analysed], names: list[str], first: int) -> Source:
    """The postings of a batch for one field whose spelling of each vocabulary number is `names`.

    Entries are numbered from `first` on; a weight is the sum over the entry's texts.
    """
    places: dict[str, int] = {}
    own = np.fromiter((places.setdefault(name, len(places)) for name in names), np.int64, len(names))
    distinct = list(places)
    codes, weights, where = [], [], []
    for number, analysed in enumerate(entries, first):
        runs = [
            (own[np.frombuffer(run, np.int32)] if len(run) else own[:0], weight)
            for run, weight in analysed.runs
        ]
        code, weight = _codes(runs)
        unique, inverse = np.unique(code, return_inverse=True)
        codes.append(unique)
        weights.append(np.bincount(inverse, weight, len(unique)).clip(max=_WEIGHT_LIMIT).astype(np.uint16))
        where.append(np.full(len(unique), number, np.int32))
    if not codes:
        return Source([], np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.uint16))
    all_codes = np.concatenate(codes)
    order = np.argsort(all_codes, kind="stable")
    terms, counts = np.unique(all_codes, return_counts=True)
    return Source(
        _names(terms, distinct), counts, np.concatenate(where)[order], np.concatenate(weights)[order]
    )
