"""The schema that Whoosh sees: fields of terms, numbers and names, and stored texts.

This module decides which position each word of an entry has. The positions in run (field) number r begin at r << 24, so
that no phrase spans two runs. Nothing is pickled."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, formats
from whoosh.analysis.acore import Token
from whoosh.analysis.tokenizers import Tokenizer

from indexer.analysis.analyzer import pair
from indexer.index import schema
from indexer.index.segment import RUNS, SegmentData
from indexer.store.ragged import lengths_of
from legaltext.text import clean, forms, spans

RUN_BITS = 24
# The texts of an entry, which are searched together in the fields `words` and `pairs`.
TEXTS = ("label", "title", "text", "doc_title")
DATES = ("issued", "effective_from", "effective_to")
# Columns that are computed from the others when an entry is written.
COMPUTED = ("length", "year")


class Weights(formats.Format):
    """A Whoosh format of postings that have a weight and nothing else."""

    posting_size = 0

    def decode_weight(self, value: bytes) -> float:
        """Return 1.0 for every `value`. Whoosh does not call this, because it gets weights from the matcher."""
        return 1.0


def encode(positions: Sequence[int]) -> bytes:
    """Encode `positions` as the value of a posting: 32-bit little-endian integers."""
    return np.array(positions, "<u4").tobytes()


class Positions(formats.Format):
    """A Whoosh format of postings whose values are positions, encoded as 32-bit integers."""

    def encode(self, positions: Sequence[int]) -> bytes:
        """Encode `positions` as the value of a posting: 32-bit little-endian integers."""
        return encode(positions)

    def decode_positions(self, value: bytes) -> list[int]:
        """Decode `value`, the value of a posting, to the positions of the term in the entry, ascending."""
        positions: list[int] = np.frombuffer(value, "<u4").tolist()
        return positions

    def decode_frequency(self, value: bytes) -> int:
        """How often a term occurs in an entry. `value` is the value of its posting."""
        return len(value) // 4

    def combine(self, values: Iterable[bytes]) -> bytes:
        """Merge the encoded `values` of several postings into one value that holds the positions of all of them."""
        return self.encode(
            sorted({position for value in values for position in self.decode_positions(value)})
        )


class SyllableTokenizer(Tokenizer):
    """Cuts a text into syllables, or into pairs of neighbouring syllables, in the spelling of the index.

    Character offsets refer to the text as `legaltext.text.clean` returns it, which the index stores.
    """

    def __init__(self, pairs: bool) -> None:
        self.pairs = pairs

    def __call__(
        self, value: str, positions: bool = False, chars: bool = False, mode: str = "", tokenize: bool = True,
        **kwargs: Any,
    ) -> Iterator[Token]:  # fmt: skip
        """Yield the tokens of the text `value`: its syllables, or its pairs of neighbouring syllables. The same object
        is yielded each time, with new content, as Whoosh's tokenizers do.

        With `positions` True each token has its position, and with `chars` True its character offsets. With `tokenize`
        False the whole text is one token; Whoosh's parser needs this for wildcards and prefixes. `mode` is passed on to
        the token; other arguments are ignored."""
        token = Token(positions, chars, mode=mode)
        token.stopped, token.boost = False, 1.0
        text = clean(value)
        words = [(start, end, forms(word)[0]) for start, end, word in spans(text)]
        if not tokenize:
            words = [(0, len(text), text.lower())]
        elif self.pairs:
            words = [(one[0], two[1], pair(one[2], two[2])) for one, two in pairwise(words)]
        for place, (start, end, word) in enumerate(words):
            token.text = word
            if positions:
                token.pos = place
            if chars:
                token.startchar, token.endchar = start, end
            yield token


class TermField(fields.FieldType):
    """A Whoosh field of all syllables of an entry. With `pairs` True, it is a field of all pairs of neighbouring
    syllables."""

    def __init__(self, pairs: bool) -> None:
        self.format = Weights() if pairs else Positions()
        self.analyzer: Any = SyllableTokenizer(pairs)
        self.scorable = True

    def index(self, value: str, **kwargs: Any) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        """Yield (term, frequency, weight, value of the posting) of each term in the text `value`; `kwargs` are
        ignored. Whoosh calls this to find key terms of a text."""
        places: dict[str, list[int]] = {}
        for place, token in enumerate(self.analyzer(value)):
            places.setdefault(token.text, []).append(place)
        for term, own in places.items():
            encoded = encode(own) if isinstance(self.format, Positions) else b""
            yield term.encode(), len(own), float(len(own)), encoded


def field_lengths(held: SegmentData, field: str) -> NDArray[np.int64]:
    """Return the length of a field in each entry of the segment `held`: int64 of shape (entries,), 0 for a field
    without lengths. The length is the number of terms. A term in a title counts several times, as `schema.RUN_WEIGHTS`
    says."""
    if field == schema.WORDS:
        return held.integers["length"].astype(np.int64)
    if field != schema.PAIRS:
        return np.zeros(held.size, np.int64)
    pairs = np.maximum(lengths_of(held.runs) - 1, 0).reshape(-1, RUNS)
    lengths: NDArray[np.int64] = pairs @ np.array(schema.RUN_WEIGHTS, np.int64)
    return lengths


def make_schema() -> fields.Schema:
    """Make the schema that Whoosh sees: fields of terms, numbers, names and stored texts. Each number is one term,
    which is enough for ranges."""
    made = fields.Schema()
    made.add(schema.WORDS, TermField(pairs=False))
    made.add(schema.PAIRS, TermField(pairs=True))
    for name in schema.INTEGERS:
        number = fields.NUMERIC(
            int, bits=32, signed=True, shift_step=0, sortable=True, default=0, stored=True, unique=name == "document"
        )
        made.add(name, number)
    for name in schema.NAMES:
        made.add(name, fields.ID(sortable=True, stored=True))
    for name in TEXTS:
        made.add(name, fields.STORED())
    return made


SCHEMA = make_schema()
