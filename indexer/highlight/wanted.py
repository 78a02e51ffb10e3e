"""Decides what a query highlights in any text, in components and their alternatives. A component is a word, a phrase, a
document number, a named provision or another name.

An alternative is one form of a component in a text, such as a spelling. For "dong" in "hop dong" the best alternative
is "hợp đồng". `text_marker` finds the alternatives in a text.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from indexer.analysis.compounds import is_perhaps_linked
from indexer.analysis.diacritics import sure_spellings
from indexer.analysis.patterns import WordTest
from indexer.query.query import Query
from indexer.query.tree import Near, Phrase, Prefix, Similar, Wildcard, is_toned, leaves, word_test
from legaltext.locators import Locator, find_locator
from legaltext.text import fold, syllables


class AskedSpelling(NamedTuple):
    """A syllable of a query. If `free` is True, it matches in any spelling, and `text` has no diacritics; otherwise only
    the spelling `text` matches."""

    text: str
    free: bool


Words = tuple[AskedSpelling, ...]
# The alternatives in which something in the query may occur, the best first. Each is a set of phrases, of which any
# may occur.
Ways = tuple[tuple[Words, ...], ...]


class WantedNear(NamedTuple):
    """Words that must occur near each other. `reach` is the greatest distance in words between the first and the last of them.
    With `ordered` True they must also come in the order of `words`."""

    words: Words
    reach: int
    ordered: bool


@dataclass(frozen=True)
class Wanted:
    """What is highlighted in a text for a query. `words` are single words. `begun` are prefixes, and `tests` are the tests
    for patterns and similar words. `phrases` are highlighted where their words occur side by side. The words of `near` are
    highlighted where they are near each other."""

    words: frozenset[AskedSpelling]
    begun: frozenset[AskedSpelling]
    tests: tuple[WordTest, ...]
    phrases: tuple[Words, ...]
    near: tuple[WantedNear, ...]


class _Parts(NamedTuple):
    """A query divided into its components. `quoted` are the phrases in quotes, and `near` the groups of words near each
    other. `alone` are words that are highlighted wherever they occur. `wholes` are document numbers, and `places` the
    phrases of named provisions ("điều 46"). `others` are other names of words in `alone`, such as the full name of an
    abbreviation, and law words for them."""

    quoted: tuple[tuple[str, ...], ...]
    near: tuple[Near, ...]
    alone: tuple[str, ...]
    wholes: tuple[tuple[str, ...], ...]
    places: tuple[Words, ...]
    others: tuple[tuple[str, ...], ...]


def ways_of(query: Query, folded: Mapping[str, bool]) -> tuple[Ways, ...]:
    """Find the alternatives of each component of `query`. Returns one tuple per component, the best alternative first. An
    alternative is a tuple of phrases, any of which may occur.

    For "hợp" in the query "hợp đồng", the best alternative is "hợp đồng", and "hợp" alone comes after it. A word that only
    joins others has no alternative alone. `folded` says for each word whether any spelling of it matches."""
    free = {word: folded.get(word, not query.marked) for word in query.words}
    sure = sure_spellings(query.runs, free)
    parts = _parts(query)

    def meant(words: Iterable[str]) -> Words:
        return tuple(AskedSpelling(sure[word], False) if word in sure else _spelled(word, free[word]) for word in words)

    def ways(*some: tuple[str, ...]) -> Ways:
        """Make the alternatives of a component that may occur as any of the phrases `some`. The first has the spellings that
        are meant, the second any spelling that matches. Only one is returned where both are equal; () without phrases."""
        loose = tuple(tuple(_spelled(word, free[word]) for word in words) for words in some)
        return tuple(way for way in dict.fromkeys((tuple(map(meant, some)), loose)) if way)

    beside: dict[str, list[tuple[str, ...]]] = {word: [] for word in parts.alone}
    for run in query.runs:
        for both in pairwise(run if run not in parts.quoted else ()):
            joins = not query.joining.isdisjoint(both)
            if beside.keys() >= set(both) and (joins or is_perhaps_linked(*(sure.get(word, word) for word in both))):
                for word in both if not joins else query.joining.intersection(both):
                    beside[word].append(both)
    words = ((*ways(*pairs), *(() if word in query.joining else ways((word,)))) for word, pairs in beside.items())
    return (
        *(ways(phrase) for phrase in parts.quoted),
        *filter(None, words),
        *(((phrase,),) for phrase in _fixed(query, parts, folded)),
    )


def wanted(query: Query, folded: Mapping[str, bool]) -> Wanted:
    """Collect what is highlighted in a text for `query`. `folded` says for each word whether any spelling of it matches."""
    parts = _parts(query)

    def spelled(words: Iterable[str]) -> Words:
        return tuple(_spelled(word, folded.get(word, not query.marked)) for word in words)

    nodes = tuple(leaves(query.strict))
    return Wanted(
        frozenset(spelled(parts.alone)),
        frozenset(_begun(node.text, query) for node in nodes if isinstance(node, Prefix)),
        tuple(word_test(node, query.marked) for node in nodes if isinstance(node, Wildcard | Similar)),
        tuple(dict.fromkeys((*map(spelled, parts.quoted), *_fixed(query, parts, folded)))),
        tuple(WantedNear(spelled(node.different), node.reach, node.ordered) for node in parts.near),
    )


def _fixed(query: Query, parts: _Parts, folded: Mapping[str, bool]) -> tuple[Words, ...]:
    """The document numbers, named provisions and other names in `query`, each as a phrase. `parts` are all components of the
    query. `folded` says for each word whether any spelling of it matches."""
    numbers = (tuple(_spelled(word, folded.get(word, not query.marked)) for word in one) for one in parts.wholes)
    others = (tuple(_spelled(word, folded.get(word, False)) for word in one) for one in parts.others)
    return (*numbers, *parts.places, *others)


def _parts(query: Query) -> _Parts:
    nodes = tuple(leaves(query.strict))
    quoted = tuple(node.words for node in nodes if isinstance(node, Phrase))
    near = tuple(dict.fromkeys(node for node in nodes if isinstance(node, Near)))
    whole = {*quoted, *(node.words for node in near)}
    words: list[str] = []
    wholes: list[tuple[str, ...]] = []
    places: list[Words] = []
    for run in query.runs:
        if run not in whole:
            place, alone, numbers = _apart(query, run)
            words += alone
            wholes += numbers
            places += _place_phrases(place)
    others = tuple(one.other for one in query.alternatives if set(one.asked) <= set(words))
    others += tuple(one.law for one in query.expansions)
    return _Parts(quoted, near, tuple(dict.fromkeys(words)), tuple(wholes), tuple(places), others)


def _spelled(word: str, free: bool) -> AskedSpelling:
    return AskedSpelling(fold(word) if free else word, free)


def _begun(prefix: str, query: Query) -> AskedSpelling:
    return _spelled(prefix, not is_toned(prefix, query.marked))


def _apart(query: Query, run: tuple[str, ...]) -> tuple[Locator, list[str], list[tuple[str, ...]]]:
    """Divide `run`, a run of neighbouring words of the query. Returns (the provision that it names, the words that are
    highlighted alone, the document numbers as tuples of words)."""
    place, rest = find_locator(" ".join(run))
    words = syllables(rest)
    number = None if query.numbered else query.number
    own = frozenset(map(fold, syllables(number.said if number else "")))
    if number is None or not any(_has_digit(word) and fold(word) in own for word in words):
        return place, words, []
    said = frozenset(map(fold, syllables(number.rest)))
    # A word before a prefix ("hội-ng*") belongs neither to the number nor to the rest of the query.
    split = [(free, tuple(some)) for free, some in groupby(words, lambda word: fold(word) in said or fold(word) not in own)]
    alone = [word for free, some in split if free for word in some]
    return place, alone, [some for free, some in split if not free and any(map(_has_digit, some))]


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _place_phrases(place: Locator) -> Iterator[Words]:
    """Yield the phrases of the named provision `place`, such as "điều 46" and "khoản 2". "Điều" matches in any spelling, but
    the letter "đ" of a điểm (point) matches only "đ"."""
    for kind, name in (("dieu", place.article), ("khoan", place.clause), ("diem", place.point)):
        if name:
            yield AskedSpelling(kind, True), AskedSpelling(name, False)
