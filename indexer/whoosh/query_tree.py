"""Converts the conditions of a query to Whoosh queries, and prints trees of Whoosh queries.

This module decides which Whoosh class stands for which node of `query.tree`. It adds three classes, because Whoosh's
own do not match as the engine does. They are for any spelling of a word, for patterns, and for words near each
other."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np
from whoosh.query.compound import And, Or
from whoosh.query.positional import Phrase as WhooshPhrase
from whoosh.query.positional import Sequence
from whoosh.query.qcore import Query as WhooshQuery
from whoosh.query.ranges import NumericRange
from whoosh.query.spans import Span, SpanNear2
from whoosh.query.terms import MultiTerm, Term
from whoosh.query.terms import Prefix as WhooshPrefix
from whoosh.query.wrappers import Not

from indexer.analysis import windows
from indexer.index.schema import WORDS
from indexer.index.segment import SegmentData
from indexer.query.tree import (
    All,
    AnyOf,
    Near,
    Node,
    Phrase,
    Prefix,
    Similar,
    Wildcard,
    Without,
    is_toned,
    word_test,
)
from indexer.whoosh.parts import children
from indexer.whoosh.schema import DATES
from legaltext.text import fold

# Parts of one query that are printed: a folder may have thousands below it.
_MOST_PRINTED = 20
# A function: whether a syllable matches in any spelling.
Free = Callable[[str], bool]


class AnySpelling(MultiTerm):
    """A Whoosh query for all words that are `text` when their diacritics are removed. With `begun` True, all words that
    begin so match. `text` is in lower case and has no diacritics."""

    def __init__(self, text: str, begun: bool = False, boost: float = 1.0) -> None:
        self.fieldname, self.text, self.begun, self.boost = WORDS, text, begun, boost

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnySpelling) and (self.text, self.begun, self.boost) == (other.text, other.begun, other.boost)

    def __hash__(self) -> int:
        return hash((self.text, self.begun, self.boost))

    def __repr__(self) -> str:
        return f"AnySpelling({self.text!r}, begun={self.begun})"

    def field(self) -> str:
        """The name of the field that holds all words of an entry."""
        return WORDS

    def _btexts(self, ixreader: Any) -> list[bytes]:
        found: set[str] = set()
        for held in _segments(ixreader):
            numbers = held.beginning_folded(self.text) if self.begun else held.spelled(self.text)
            found.update(held.words[number] for number in numbers.tolist())
        return sorted(word.encode() for word in found)


class WordsPassing(MultiTerm):
    """A Whoosh query for all words that `node`, a pattern or a similar word, matches. It matches as the engine does,
    but without a limit on the number of words. `marked` says whether the query has diacritics."""

    def __init__(self, node: Wildcard | Similar, marked: bool, boost: float = 1.0) -> None:
        self.fieldname, self.node, self.test, self.boost = WORDS, node, word_test(node, marked), boost
        self.text = node.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WordsPassing) and (self.test, self.boost) == (other.test, other.boost)

    def __hash__(self) -> int:
        return hash((self.test, self.boost))

    def __repr__(self) -> str:
        return f"WordsPassing({self.test!r})"

    def field(self) -> str:
        """The name of the field that holds all words of an entry."""
        return WORDS

    def _btexts(self, ixreader: Any) -> list[bytes]:
        passing = ((held, held.passing(self.test)[0]) for held in _segments(ixreader))
        return sorted({held.words[number].encode() for held, numbers in passing for number in numbers.tolist()})


class NearWords(SpanNear2):
    """A Whoosh query for entries in which all queries `qs` match near each other. The last position is at most `slop`
    greater than the first. With `ordered` True they must match in the given order. `boost` is not used for scores: each
    of `qs` already has it."""

    def __init__(self, qs: list[WhooshQuery], slop: int, ordered: bool = False, mindist: int = 0, boost: float = 1.0) -> None:
        super().__init__(qs, slop=slop, ordered=ordered, mindist=mindist)
        self.boost = boost

    class SpanNear2Matcher(SpanNear2.SpanNear2Matcher):
        """A Whoosh matcher that finds words near each other with `analysis.windows.near`, as the engine does."""

        def _get_spans(self) -> list[Span]:
            rows = [{span.start for span in each.spans()} for each in self.ms]
            places = np.array(sorted(set[int]().union(*rows)), np.int64)
            fills = np.array([[place in row for place in places.tolist()] for row in rows], bool)
            return [Span(place) for place in places[windows.near(places, fills, self.slop, self.ordered)].tolist()]


def _segments(ixreader: Any) -> Iterator[SegmentData]:
    """Yield the arrays of each segment that the Whoosh reader `ixreader` reads."""
    segments = (leaf.segment() for leaf, _ in ixreader.leaf_readers())
    return (segment.codec().held(segment) for segment in segments if segment is not None)


def condition(node: Node, free: Free, marked: bool) -> WhooshQuery:
    """Convert the condition `node` to a Whoosh query. It matches the same entries as `match.boolean`, but without
    limits. `free` says whether any spelling of a syllable matches. `marked` says whether the query has diacritics. In
    such a query, a prefix, pattern or similar word that has diacritics matches only with them."""
    if isinstance(node, All | AnyOf):
        joint = And if isinstance(node, All) else Or
        return joint([condition(each, free, marked) for each in node.nodes])
    if isinstance(node, Without):
        return Not(condition(node.node, free, marked))
    if isinstance(node, Phrase):
        return _phrase(node, free)
    if isinstance(node, Near):
        words = [_word(word, free, node.boost) for word in node.different]
        return NearWords(words, node.reach, node.ordered, boost=node.boost)
    if isinstance(node, Prefix):
        sure = is_toned(node.text, marked)
        return WhooshPrefix(WORDS, node.text) if sure else AnySpelling(fold(node.text), begun=True)
    if isinstance(node, Wildcard | Similar):
        return WordsPassing(node, marked)
    return _word(node.text, free, node.boost)


def _word(word: str, free: Free, boost: float = 1) -> WhooshQuery:
    return AnySpelling(fold(word), boost=boost) if free(word) else Term(WORDS, word, boost=boost)


def _phrase(node: Phrase, free: Free) -> WhooshQuery:
    words = node.words
    if len(words) == 1:
        return _word(words[0], free, node.boost)
    if any(map(free, words)):
        return Sequence([_word(word, free) for word in words], boost=node.boost)
    return WhooshPhrase(WORDS, list(words), boost=node.boost)


def printed(query: WhooshQuery) -> tuple[str, ...]:
    """Print the tree `query` of Whoosh queries, one line of text per node. A part comes below its query, indented by
    two more spaces. At most `_MOST_PRINTED` parts of a query are printed. A line such as "… 5" then says how many are
    left out."""
    return tuple(_lines(query, 0))


def _lines(query: WhooshQuery, depth: int) -> Iterator[str]:
    indent, parts = "  " * depth, children(query)
    yield f"{indent}{type(query).__name__} {_told(query)}".rstrip() + _boost(query)
    for each in parts[:_MOST_PRINTED]:
        yield from _lines(each, depth + 1)
    if len(parts) > _MOST_PRINTED:
        yield f"{indent}  … {len(parts) - _MOST_PRINTED}"


def _boost(query: WhooshQuery) -> str:
    """Write the boost of `query` as a person types it, such as "^2". Returns "" for a boost of 1, and for words near
    each other."""
    boost = getattr(query, "boost", 1)
    return "" if boost == 1 or isinstance(query, NearWords) else f"^{boost:g}"


def _told(query: WhooshQuery) -> str:
    """Write what is printed after the class name of `query`: its word, pattern, distance or range. Returns "" where it
    has only parts."""
    if isinstance(query, WhooshPhrase):
        return " ".join(query.words)
    if isinstance(query, AnySpelling):
        return f"{query.text}{'*' if query.begun else ''}"
    if isinstance(query, NearWords):
        return f"~{'>' * query.ordered}{query.slop}"
    if isinstance(query, WordsPassing):
        return query.text + (f"~{query.node.edits}" if isinstance(query.node, Similar) else "")
    if isinstance(query, NumericRange):
        return f"{query.fieldname} {_number(query.fieldname, query.start)}–{_number(query.fieldname, query.end)}"
    if isinstance(query, Term) and query.fieldname != WORDS:
        return f"{query.fieldname}:{query.text}"
    return str(getattr(query, "told", getattr(query, "text", "")))


def _number(field: str, value: float | None) -> str:
    # The first day of all leaves out those without a day alone.
    if value is None or field in DATES and value <= 1:
        return ""
    return f"{date.fromordinal(int(value)):%d/%m/%Y}" if field in DATES else str(value)
