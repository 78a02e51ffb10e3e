"""A question of ours as a tree of Whoosh's queries: what Whoosh's matchers can answer, and what can be printed.

Decides which class of Whoosh's says what a node of our tree says. Whoosh knows no syllable whose diacritics were not
typed; `AnySpelling` adds that. It looks for the words of a pattern one by one and puts words near each other together in
pairs, so that three may be twice as far apart as asked; `WordsPassing` and `NearWords` do both as the engine does.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from whoosh.query.compound import And, AndMaybe, CompoundQuery, Or
from whoosh.query.positional import Phrase as WhooshPhrase
from whoosh.query.positional import Sequence
from whoosh.query.qcore import Every
from whoosh.query.qcore import Query as WhooshQuery
from whoosh.query.spans import Span, SpanNear2
from whoosh.query.terms import MultiTerm, Term
from whoosh.query.terms import Prefix as WhooshPrefix
from whoosh.query.wrappers import Not

from indexer.analysis import windows
from indexer.index.schema import WORDS
from indexer.index.segment import SegmentData
from indexer.query.query import Query
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
from legaltext.text import fold

# Whether any spelling of a syllable answers.
Free = Callable[[str], bool]


class AnySpelling(MultiTerm):
    """The words that are `text` without diacritics, or that begin so (`begun`); `text` has none and is in lower case."""

    def __init__(self, text: str, begun: bool = False, boost: float = 1.0) -> None:
        self.fieldname, self.text, self.begun, self.boost = WORDS, text, begun, boost

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnySpelling) and (self.text, self.begun, self.boost) == (other.text, other.begun, other.boost)

    def __hash__(self) -> int:
        return hash((self.text, self.begun, self.boost))

    def __repr__(self) -> str:
        return f"AnySpelling({self.text!r}, begun={self.begun})"

    def field(self) -> str:
        """The field of all words."""
        return WORDS

    def _btexts(self, ixreader: Any) -> list[bytes]:
        found: set[str] = set()
        for held in _segments(ixreader):
            numbers = held.beginning_folded(self.text) if self.begun else held.spelled(self.text)
            found.update(held.words[number] for number in numbers.tolist())
        return sorted(word.encode() for word in found)


class WordsPassing(MultiTerm):
    """The words that a pattern or a similar word means, looked for as the engine does but without its limits; `marked` as in
    `condition`."""

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
        """The field of all words."""
        return WORDS

    def _btexts(self, ixreader: Any) -> list[bytes]:
        passing = ((held, held.passing(self.test)[0]) for held in _segments(ixreader))
        return sorted({held.words[number].encode() for held, numbers in passing for number in numbers.tolist()})


class NearWords(SpanNear2):
    """Entries in which all sub-queries are met within `slop` positions, in any order; `boost` is what these have already."""

    def __init__(self, qs: list[WhooshQuery], slop: int, ordered: bool = False, mindist: int = 0, boost: float = 1.0) -> None:
        super().__init__(qs, slop=slop, ordered=ordered, mindist=mindist)
        self.boost = boost

    class SpanNear2Matcher(SpanNear2.SpanNear2Matcher):
        """Finds the places by the rule of the engine."""

        def _get_spans(self) -> list[Span]:
            rows = [[span.start for span in each.spans()] for each in self.ms]
            places = np.unique(np.array([place for row in rows for place in row], np.int64))
            fills = np.array([np.isin(places, row) for row in rows], bool)
            return [Span(place) for place in places[windows.near(places, fills, self.slop)].tolist()]


def _segments(ixreader: Any) -> Iterator[SegmentData]:
    """The arrays of the segments that a reader of Whoosh's reads; none where the index has no entries."""
    segments = (leaf.segment() for leaf, _ in ixreader.leaf_readers())
    return (segment.codec().held(segment) for segment in segments if segment is not None)


def condition(node: Node, free: Free, marked: bool) -> WhooshQuery:
    """A condition as Whoosh's query, which matches what `match.boolean` does where that has no limit; `marked`: a
    beginning with diacritics is meant with them."""
    if isinstance(node, All | AnyOf):
        joint = And if isinstance(node, All) else Or
        return joint([condition(each, free, marked) for each in node.nodes])
    if isinstance(node, Without):
        return Not(condition(node.node, free, marked))
    if isinstance(node, Phrase):
        return _phrase(node, free)
    if isinstance(node, Near):
        words = [_word(word, free, node.boost) for word in node.different]
        return NearWords(words, node.reach, boost=node.boost)
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


def tree(query: Query, free: Free) -> WhooshQuery:
    """The words of a question: what must hold, and the words that rank as alternatives, of which `match` decides how many
    an answer must have. What it asks of columns and of document numbers is not in the tree."""
    words = [_word(word, free, query.worth(word)) for word in query.free]
    ranking = words[0] if len(words) == 1 else Or(words)
    if query.strict is None:
        return ranking if words else Every()
    strict = condition(query.strict, free, query.marked)
    return AndMaybe(strict, ranking) if words else strict


def printed(query: WhooshQuery) -> tuple[str, ...]:
    """A tree as lines of text, each node below the one that it belongs to, two blanks further right."""
    return tuple(_lines(query, 0))


def _lines(query: WhooshQuery, depth: int) -> Iterator[str]:
    name, indent = type(query).__name__, "  " * depth
    boost = "" if (own := getattr(query, "boost", 1)) == 1 else f"^{own:g}"
    if isinstance(query, CompoundQuery | AndMaybe | Not):
        yield f"{indent}{name}{boost}"
        for each in query.children():
            yield from _lines(each, depth + 1)
    elif isinstance(query, NearWords):
        yield f"{indent}{name} ~{query.slop}"
        for each in query.qs:
            yield from _lines(each, depth + 1)
    elif isinstance(query, WhooshPhrase):
        yield f"{indent}{name} {' '.join(query.words)}{boost}"
    elif isinstance(query, AnySpelling):
        yield f"{indent}{name} {query.text}{'*' if query.begun else ''}{boost}"
    elif isinstance(query, WordsPassing):
        edits = f"~{query.node.edits}" if isinstance(query.node, Similar) else ""
        yield f"{indent}{name} {query.text}{edits}"
    else:
        yield f"{indent}{name} {getattr(query, 'text', '')}".rstrip() + boost
