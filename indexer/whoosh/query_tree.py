"""Conditions of ours as Whoosh's queries, which its matchers can answer, and any tree of Whoosh's queries in print.

Decides which class of Whoosh's says what a node of our tree says. Whoosh knows no syllable whose diacritics were not
typed; `AnySpelling` adds that.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from whoosh.query.compound import And, Or
from whoosh.query.positional import Phrase as WhooshPhrase
from whoosh.query.positional import Sequence
from whoosh.query.qcore import Query as WhooshQuery
from whoosh.query.ranges import NumericRange
from whoosh.query.terms import MultiTerm, Term
from whoosh.query.terms import Prefix as WhooshPrefix
from whoosh.query.wrappers import Not

from indexer.index.schema import WORDS
from indexer.query.tree import All, AnyOf, Node, Phrase, Prefix, Without
from indexer.whoosh.parts import children
from indexer.whoosh.schema import DATES
from legaltext.text import fold, has_marks

# Parts of one query that are printed: a folder may have thousands below it.
_MOST_PRINTED = 20
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
        for leaf, _ in ixreader.leaf_readers():
            segment = leaf.segment()
            if segment is None:
                # The reader of an index without entries.
                continue
            held = segment.codec().held(segment)
            numbers = held.beginning_folded(self.text) if self.begun else held.spelled(self.text)
            found.update(held.words[number] for number in numbers.tolist())
        return sorted(word.encode() for word in found)


def condition(node: Node, free: Free, marked: bool) -> WhooshQuery:
    """A condition as Whoosh's query, which matches what `match.boolean` does where that has no limit; `marked`: a
    beginning with diacritics is meant with them."""
    if isinstance(node, All | AnyOf):
        joint = And if isinstance(node, All) else Or
        return joint([condition(each, free, marked) for each in node.nodes])
    if isinstance(node, Without):
        return Not(condition(node.node, free, marked))
    if isinstance(node, Phrase):
        return _phrase(node.words, free)
    if isinstance(node, Prefix):
        sure = marked and has_marks(node.text)
        return WhooshPrefix(WORDS, node.text) if sure else AnySpelling(fold(node.text), begun=True)
    return _word(node.text, free)


def _word(word: str, free: Free) -> WhooshQuery:
    return AnySpelling(fold(word)) if free(word) else Term(WORDS, word)


def _phrase(words: tuple[str, ...], free: Free) -> WhooshQuery:
    if len(words) == 1:
        return _word(words[0], free)
    if any(map(free, words)):
        return Sequence([_word(word, free) for word in words])
    return WhooshPhrase(WORDS, list(words))


def printed(query: WhooshQuery) -> tuple[str, ...]:
    """A tree as lines of text, each node below the one that it belongs to, two blanks further right."""
    return tuple(_lines(query, 0))


def _lines(query: WhooshQuery, depth: int) -> Iterator[str]:
    indent, parts = "  " * depth, children(query)
    yield f"{indent}{type(query).__name__} {_told(query)}".rstrip()
    for each in parts[:_MOST_PRINTED]:
        yield from _lines(each, depth + 1)
    if len(parts) > _MOST_PRINTED:
        yield f"{indent}  … {len(parts) - _MOST_PRINTED}"


def _told(query: WhooshQuery) -> str:
    """What a query says beside its parts."""
    if isinstance(query, WhooshPhrase):
        return " ".join(query.words)
    if isinstance(query, AnySpelling):
        return f"{query.text}{'*' if query.begun else ''}"
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
