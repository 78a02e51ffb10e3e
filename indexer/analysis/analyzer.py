"""The analyzer turns an entry into lists of word numbers, and into the compressed row of texts that is shown
to people.

Texts are cleaned, cut into syllables and numbered by a vocabulary. This module decides which texts of an
entry can be searched. Analysis finishes before anything is written, so an entry that fails leaves no trace in
the index.
"""

import json
import re
import zlib
from array import array
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from indexer.types import Entry
from legaltext.text import clean, forms, tokens

_LARGEST = 2**31 - 1
# Level of zlib. Level 1 takes half the time of level 3 and 5 % more space.
_EFFORT = 1
# Signs behind which another clause begins. A comma or colon ends nothing between two digits ("1,5", "8:30"), and a full stop
# needs a blank or a sign behind it ("TP.HCM", "1.000"). A dash joins more often than it parts: "kinh tế - xã hội". The pattern
# begins with one set of characters, because a search for anything else takes four times as long.
_CLAUSE_END = re.compile(
    r"""[;!?…()\[\]{}"\u201c-\u201e«»•,:.](?:(?<![,:.])|(?<=[,:])(?:(?<!\d.)|(?!\d))|(?<=\.)(?![^\W_]))"""
)


def pair(first: str, second: str) -> str:
    """The index term for the neighbouring syllables `first` and `second`: both, with one space between
    them."""
    return f"{first} {second}"


@dataclass(frozen=True)
class Analysed:
    """An entry ready to be written to a segment.

    `runs` are four arrays of word numbers, one for each field: text, heading, type and title of the document, label.
    `lines` holds the number of the first word of each line of the text, the first line left out. `clause_ends` has one
    byte for each word of all four runs: 1 for the last word of a clause, 0 for others. `row` holds the shown texts as a
    compressed `VocabularyRow`."""

    entry: Entry
    row: bytes
    runs: tuple["array[int]", ...]
    lines: "array[int]"
    clause_ends: bytes


class VocabularyRow(NamedTuple):
    """The cleaned texts of an entry that are shown to people: `title` is the heading of the provision,
    `doc_title` the title of its document. The index stores them as one line of compressed JSON."""

    anchor: str
    label: str
    title: str
    text: str
    doc_type: str
    doc_title: str


def unpack_row(data: bytes) -> VocabularyRow:
    """Return the row of shown texts that is packed in `data`. Raises zlib.error, ValueError or TypeError
    where the bytes are not a packed row."""
    return VocabularyRow(*json.loads(zlib.decompress(data)))


def _refuse_wide(entry: Entry) -> None:
    """Raise ValueError where an id of `entry`, or its position in its document, does not fit in 32 bits. This
    happens before anything of the entry is written."""
    for number in (entry.document, entry.version, entry.access, entry.folder, entry.order):
        if not -_LARGEST <= number <= _LARGEST:
            raise ValueError(f"{number} does not fit the index")


class _Numbers(dict[str, int]):
    """A cache that maps a token, spelt as in the text, to its word number. A token that is not cached is
    looked up in the vocabulary, which numbers new words."""

    def __init__(self, vocabulary: "Vocabulary") -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, token: str) -> int:
        number = self[token] = self._vocabulary.number(token)
        return number


class Vocabulary:
    """Gives numbers to the words of one batch of entries, counting from 0. `toned[n]` and `folded[n]` are the
    spellings of word number n with and without diacritics."""

    def __init__(self) -> None:
        self.toned: list[str] = []
        self.folded: list[str] = []
        self._known: dict[str, int] = {}
        self._tokens = _Numbers(self)

    def number(self, token: str) -> int:
        """Return the word number of `token`, a syllable of a text that `legaltext.text.clean` returned. A
        word that the vocabulary does not have yet is added and gets the next free number."""
        toned, folded = forms(token)
        number = self._known.setdefault(toned, len(self.toned))
        if number == len(self.toned):
            self.toned.append(toned)
            self.folded.append(folded)
        return number

    def numbers(self, words: list[str]) -> list[int]:
        """Return the word numbers of `words`, which are spelt as `number` takes them."""
        return list(map(self._tokens.__getitem__, words))

    def run(self, text: str) -> "array[int]":
        """Return the word numbers of the syllables of `text`, which `legaltext.text.clean` returned, in their
        order. New words are added to the vocabulary."""
        return array("i", map(self._tokens.__getitem__, tokens(text)))

    def _clauses(self, line: str, ends: bytearray) -> "array[int]":
        """Return the word numbers of `line`, as `run` does, and add to `ends` one byte for each: 1 for the last word of a
        clause, 0 for others. The last word of the line ends a clause."""
        words = array("i")
        for piece in _CLAUSE_END.split(line):
            if own := self.run(piece):
                words += own
                ends += bytes(len(own) - 1) + b"\1"
        return words

    def analyse(self, entry: Entry) -> Analysed:
        """Turn `entry` into an `Analysed`: the word numbers of its fields and its packed row of shown texts.
        Raises ValueError or TypeError where a field has a wrong value or type."""
        _refuse_wide(entry)
        parts = (entry.label, entry.title, entry.text, entry.doc_type, entry.doc_title)
        row = VocabularyRow(entry.anchor, *map(clean, parts))
        ends = bytearray()
        held = [self._clauses(line, ends) for line in row.text.split("\n")]
        body = array("i")
        for line in held:
            body += line
        starts = accumulate(map(len, held))
        lines = array("i", sorted({start for start in starts if 0 < start < len(body)}))
        above = (row.title, f"{row.doc_type} {row.doc_title}", row.label)
        runs = (body, *(self._clauses(text, ends) for text in above))
        packed = zlib.compress(json.dumps(row, ensure_ascii=False).encode(), _EFFORT)
        return Analysed(entry, packed, runs, lines, bytes(ends))
