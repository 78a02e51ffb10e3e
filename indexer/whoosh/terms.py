"""The terms of a segment through Whoosh's interface: words, pairs, and the distinct values of the columns.

This module decides how columns (type, year and others) become terms. Listing terms copies nothing from the segment; the
postings of a term are copied when a matcher reads them.
"""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from indexer.index import schema
from indexer.index.segment import SegmentData
from indexer.index.snapshot import Bools
from indexer.store.ragged import Numbers
from indexer.whoosh.budget import Budget
from indexer.whoosh.matcher import CountedMatcher, HeldPostings, Matcher, Term
from indexer.whoosh.schema import SCHEMA, field_lengths

Postings = tuple[Numbers, Numbers]


@dataclass(frozen=True)
class Lexicon:
    """The `count` terms of one field in the order of their bytes, numbered from 0. The functions `term` and `postings` take the
    number of a term, and return its bytes and its postings."""

    count: int
    term: Callable[[int], bytes]
    postings: Callable[[int], Postings]

    def place(self, text: bytes) -> int:
        """The number of the first term that is equal to `text` or after it; `count` where there is none."""
        return bisect_left(range(self.count), text, key=self.term)

    def find(self, text: bytes) -> int:
        """Find the number of the term `text`. Raises TermNotFound where the field does not have it."""
        place = self.place(text)
        if place == self.count or self.term(place) != text:
            raise TermNotFound(f"No term {text!r}")
        return place


def _words(held: SegmentData) -> Lexicon:
    return Lexicon(len(held.words), lambda number: held.words[number].encode(), held.postings)


def _pairs(held: SegmentData) -> Lexicon:
    def term(number: int) -> bytes:
        first = int(np.searchsorted(held.second_starts, number, side="right")) - 1
        return f"{held.words[first]} {held.words[int(held.seconds[number])]}".encode()

    return Lexicon(len(held.seconds), term, lambda number: held.postings(len(held.words) + number))


def _column(values: Numbers, encode: Callable[[int], bytes]) -> Lexicon:
    """Make the terms of a column of numbers. `values` holds one number per entry, and `encode` makes a term of a number."""
    distinct, first = np.unique(values[order := np.argsort(values, kind="stable")], return_index=True)
    ends = np.append(first[1:], len(order))

    def postings(number: int) -> Postings:
        entries = order[first[number] : ends[number]]
        return entries, np.ones(len(entries), np.uint8)

    return Lexicon(len(distinct), lambda number: encode(int(distinct[number])), postings)


def _names(held: SegmentData, name: str) -> Lexicon:
    """Make the terms of a column of names, such as the issuers: its distinct values, without the empty one. `name` is the name
    of the column."""
    column = held.names[name]
    texts = sorted({value.encode() for value in column.values})
    rank = {text: number for number, text in enumerate(texts)}
    ranks = np.array([rank[value.encode()] for value in column.values], np.int64)[column.codes]
    lexicon = _column(ranks, texts.__getitem__)
    if not lexicon.count or lexicon.term(0):
        return lexicon
    return Lexicon(
        lexicon.count - 1,
        lambda number: lexicon.term(number + 1),
        lambda number: lexicon.postings(number + 1),
    )


class Terms(base.TermsReader):
    """All terms of a segment, field after field. With a mask `within`, postings contain only the entries that are True in it.
    With a `budget`, steps are counted, and methods raise OverBudget when it is used up."""

    def __init__(self, held: SegmentData, within: Bools | None = None, budget: Budget | None = None) -> None:
        self._held, self._within, self._budget = held, within, budget
        self._made: dict[str, Lexicon] = {}
        self._fields = sorted([schema.WORDS, schema.PAIRS, *schema.INTEGERS, *schema.NAMES])

    def _lexicon(self, field: str) -> Lexicon:
        if field not in self._made:
            self._made[field] = self._make(field)
        return self._made[field]

    def _make(self, field: str) -> Lexicon:
        if field in schema.INTEGERS:
            return _column(self._held.integers[field], SCHEMA[field].to_bytes)
        if field in schema.NAMES:
            return _names(self._held, field)
        if field not in self._fields:
            raise TermNotFound(f"No field {field}")
        return _words(self._held) if field == schema.WORDS else _pairs(self._held)

    def __contains__(self, term: Term) -> bool:
        try:
            return self._lexicon(term[0]).find(term[1]) >= 0
        except TermNotFound:
            return False

    def indexed_field_names(self) -> list[str]:
        """The names of the fields that have terms."""
        return self._fields

    def terms(self) -> Iterator[Term]:
        """Yield all terms of the segment as (field, bytes), in order."""
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """Yield terms as (field, bytes), in order, from the term `prefix` of the field `fieldname` to the last term of all."""
        for field in self._fields[bisect_left(self._fields, fieldname) :]:
            lexicon = self._lexicon(field)
            for number in range(lexicon.place(prefix) if field == fieldname else 0, lexicon.count):
                self.step()
                yield field, lexicon.term(number)

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """Yield all terms of the segment, in order, each with its statistics."""
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """Yield terms, each with its statistics, from the term `prefix` of the field `fieldname` to the last term of all."""
        for term in self.terms_from(fieldname, prefix):
            yield term, self.term_info(*term)

    def cursor(self, fieldname: str, fieldobj: Any) -> "Cursor":
        """Make a cursor over the terms of the field `fieldname`; `fieldobj` is its Whoosh field, which decodes terms."""
        return Cursor(self, self._lexicon(fieldname), fieldname, fieldobj)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Compute the statistics of the term `text` in the field `fieldname`: frequencies, lengths of the field, greatest
        weight. Raises TermNotFound where the segment does not have the term."""
        lexicon = self._lexicon(fieldname)
        entries, weights = lexicon.postings(lexicon.find(text))
        lengths = field_lengths(self._held, fieldname)[entries]
        return TermInfo(
            weight=float(weights.sum(dtype=np.int64)), df=len(entries),
            minlength=int(lengths.min()), maxlength=int(lengths.max()), maxweight=float(weights.max()),
            minid=int(entries[0]), maxid=int(entries[-1]),
        )  # fmt: skip

    def frequency(self, fieldname: str, text: bytes) -> float:
        """The sum of the weights of the term `text` in the field `fieldname` over all entries. Raises KeyError where the
        segment does not have the term."""
        return float(self._counted(fieldname, text)[1].sum(dtype=np.int64))

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """How many entries have the term `text` in the field `fieldname`, deleted ones included. Raises KeyError where the
        segment does not have the term."""
        return len(self._counted(fieldname, text)[0])

    def _counted(self, fieldname: str, text: bytes) -> Postings:
        try:
            lexicon = self._lexicon(fieldname)
            return lexicon.postings(lexicon.find(text))
        except TermNotFound as error:
            raise KeyError(f"{fieldname}:{text!r}") from error

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> "Matcher":
        """Make a matcher over the postings of the term `text` in the field `fieldname`. It decodes values with `format_`
        and scores with `scorer` (None: no scores). Raises TermNotFound where the segment does not have the term."""
        number = self._lexicon(fieldname).find(text)
        word = number if fieldname == schema.WORDS else None
        held = HeldPostings((fieldname, text), *self.postings(fieldname, number), self._held, word)
        if self._budget is None:
            return Matcher(held, format_, scorer)
        self._budget.open()
        return CountedMatcher(held, format_, scorer, self._budget)

    def number(self, fieldname: str, text: bytes) -> int:
        """The number of the term `text` among the terms of the field `fieldname`. Raises TermNotFound where the field does
        not have the term."""
        return self._lexicon(fieldname).find(text)

    def postings(self, fieldname: str, number: int) -> Postings:
        """Return the postings of term number `number` of a field as two parallel arrays: (entry numbers ascending, weights). If
        these terms have a mask of entries, the postings are limited to it."""
        entries, weights = self._lexicon(fieldname).postings(number)
        if self._within is None:
            return entries, weights
        kept = self._within[entries]
        return entries[kept], weights[kept]

    def step(self) -> None:
        """Count one step through the terms. Raises OverBudget where the budget is used up."""
        if self._budget is not None:
            self._budget.step()


class Cursor(base.FieldCursor):
    """A Whoosh cursor over the terms of one field."""

    def __init__(self, terms: Terms, lexicon: Lexicon, name: str, field: Any) -> None:
        self._terms, self._lexicon, self._name, self._field, self._place = terms, lexicon, name, field, 0

    def _text(self) -> bytes | None:
        return self._lexicon.term(self._place) if self._place < self._lexicon.count else None

    def text(self) -> Any:
        """The term that the cursor points to; None after the last term."""
        text = self._text()
        return None if text is None else self._field.from_bytes(text)

    def first(self) -> Any:
        """Move the cursor to the first term, and return it."""
        self._place = 0
        return self.text()

    def find(self, term: Any) -> Any:
        """Move the cursor to the first term that is equal to `term` or after it, and return it; None where
        there is none."""
        self._terms.step()
        self._place = self._lexicon.place(term if isinstance(term, bytes) else self._field.to_bytes(term))
        return self.text()

    def next(self) -> Any:
        """Move the cursor to the next term, and return it; None after the last term."""
        self._place = min(self._place + 1, self._lexicon.count)
        return self.text()

    def term_info(self) -> TermInfo | None:
        """The statistics of the term that the cursor points to; None after the last term."""
        text = self._text()
        return None if text is None else self._terms.term_info(self._name, text)

    def is_valid(self) -> bool:
        """Whether the cursor points to a term. It does not after the last term."""
        return self._place < self._lexicon.count
