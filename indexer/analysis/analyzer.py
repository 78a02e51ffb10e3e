"""From an entry to word numbers: its texts cleaned, cut into syllables, numbered by a vocabulary, packed to be
shown.

Decides which texts of an entry are searched. Analysis finishes before anything is written, so an entry that
fails leaves no trace.
"""

import json
import zlib
from array import array
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from indexer.types import Entry
from legaltext.text import clean, forms, tokens

_LARGEST = 2**31 - 1
# Level 1 takes half the time of level 3 and 5 % more room.
_EFFORT = 1


def pair(first: str, second: str) -> str:
    """The term of two adjacent syllables."""
    return f"{first} {second}"


@dataclass(frozen=True)
class Analysed:
    """An entry ready to be written: word numbers of its four runs (see `segment`), places of new lines in the
    first."""

    entry: Entry
    row: bytes
    runs: tuple["array[int]", ...]
    lines: "array[int]"


class VocabularyRow(NamedTuple):
    """What is shown of an entry, in clean text; one line of JSON, compressed, is kept of it."""

    anchor: str
    label: str
    title: str
    text: str
    doc_type: str
    doc_title: str


def unpack_row(data: bytes) -> VocabularyRow:
    """A row as it was kept; zlib.error, ValueError or TypeError for bytes that nobody packed."""
    return VocabularyRow(*json.loads(zlib.decompress(data)))


def _refuse_wide(entry: Entry) -> None:
    """Numbers are kept in 32 bits: ValueError for a larger one, before anything is written."""
    for number in (entry.document, entry.version, entry.access, entry.folder, entry.order):
        if not -_LARGEST <= number <= _LARGEST:
            raise ValueError(f"{number} does not fit the index")


class _Numbers(dict[str, int]):
    """Numbers of tokens as written; a new token asks the vocabulary."""

    def __init__(self, vocabulary: "Vocabulary") -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, token: str) -> int:
        number = self[token] = self._vocabulary.number(token)
        return number


class Vocabulary:
    """Numbers of the words met while writing one batch; `toned[n]` and `folded[n]` are the spellings of number n."""

    def __init__(self) -> None:
        self.toned: list[str] = []
        self.folded: list[str] = []
        self._known: dict[str, int] = {}
        self._tokens = _Numbers(self)

    def number(self, token: str) -> int:
        """The number of a token as written in clean text."""
        toned, folded = forms(token)
        number = self._known.setdefault(toned, len(self.toned))
        if number == len(self.toned):
            self.toned.append(toned)
            self.folded.append(folded)
        return number

    def run(self, text: str) -> "array[int]":
        """The word numbers of clean text, in order."""
        return array("i", map(self._tokens.__getitem__, tokens(text)))

    def analyse(self, entry: Entry) -> Analysed:
        """Tokenise an entry; ValueError or TypeError when its fields are not what they should be."""
        _refuse_wide(entry)
        parts = (entry.label, entry.title, entry.text, entry.doc_type, entry.doc_title)
        row = VocabularyRow(entry.anchor, *map(clean, parts))
        held = [self.run(line) for line in row.text.split("\n")]
        body = array("i")
        for line in held:
            body += line
        starts = accumulate(map(len, held))
        lines = array("i", sorted({start for start in starts if 0 < start < len(body)}))
        runs = (body, self.run(row.title), self.run(f"{row.doc_type} {row.doc_title}"), self.run(row.label))
        packed = zlib.compress(json.dumps(row, ensure_ascii=False).encode(), _EFFORT)
        return Analysed(entry, packed, runs, lines)
