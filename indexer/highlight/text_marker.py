"""Highlights the words of a query in any text. The query is prepared once, then each text is read once.

This module decides what is highlighted in a text. A phrase is highlighted where its words stand side by side. Words
that must be near each other are highlighted where they are near each other.

A component of a query, such as a word, may have several alternatives, such as two spellings. Only the best
alternative in a text is highlighted. For "dong" in the query "hop dong", "hợp đồng" is better than "đồng" alone, and
"đồng" better than "động".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

from indexer.analysis import windows
from indexer.analysis.patterns import WordTest
from indexer.fragments import Span, fragments
from indexer.highlight.wanted import AskedSpelling, Wanted, Ways, Words, wanted, ways_of
from indexer.query.query import Query
from indexer.types import Fragment
from legaltext.text import SYLLABLE, clean, fold, forms, tokens

# A function from any text to fragments. Joined, they give the text (in NFC).
Marker = Callable[[str], tuple[Fragment, ...]]
# The level of something that occurs in a document in none of its alternatives.
NOWHERE = -1


class _Answer(NamedTuple):
    """How one word of a text matches a query. `spelled` are the syllables of the query that it matches. `begun` is True if
    it matches a prefix, a pattern or a similar word of the query. `begins` are the phrases of the query that may begin with
    it."""

    spelled: frozenset[AskedSpelling]
    begun: bool
    begins: tuple[Words, ...]


class _Reader:
    """Finds the parts of a query in a sequence of words. A single word is a phrase of one word in `phrases`. `begun` are
    prefixes, and `tests` are the tests for patterns and similar words."""

    def __init__(self, phrases: Iterable[Words], begun: Iterable[AskedSpelling], tests: Iterable[WordTest]) -> None:
        self._begun, self._tests = tuple(begun), tuple(tests)
        self._by_first: dict[AskedSpelling, list[Words]] = {}
        for phrase in dict.fromkeys(phrases):
            self._by_first.setdefault(phrase[0], []).append(phrase)
        self._asked = frozenset(word for some in self._by_first.values() for phrase in some for word in phrase)
        self._rough = frozenset(_roughly(word.text) for word in self._asked)
        self._rough_begun = tuple(_roughly(word.text) for word in self._begun)
        self.answer = cache(self._answer)

    def answering(self, tokens: Sequence[str]) -> list[bool]:
        """For each of `tokens`, return whether it matches any word of the query."""
        folded = _roughly("\n".join(tokens)).split("\n")
        return [
            (bool(self._tests) or rough in self._rough or rough.startswith(self._rough_begun))
            and self.answer(token) is not None
            for token, rough in zip(tokens, folded, strict=False)
        ]

    def _answer(self, token: str) -> _Answer | None:
        toned, bare = forms(token)
        spelled = frozenset((AskedSpelling(toned, False), AskedSpelling(bare, True))) & self._asked
        begun = any((bare if one.free else toned).startswith(one.text) for one in self._begun)
        begun = begun or any(test.accepts((toned, bare)) for test in self._tests)
        begins = tuple(phrase for word in spelled for phrase in self._by_first.get(word, ()))
        return _Answer(spelled, begun, begins) if spelled or begun else None

    def standing(self, words: Sequence[str]) -> Iterator[tuple[int, int, Words]]:
        """Yield (position of the first word, position after the last word, phrase) for each phrase that occurs in `words`. A
        word that matches a prefix, a pattern or a similar word gives () as the phrase."""
        answers = list(map(self.answer, words))
        for place, own in enumerate(answers):
            if own is None:
                continue
            if own.begun:
                yield place, place + 1, ()
            for phrase in own.begins:
                behind = place + len(phrase)
                if len(phrase) == 1 or (behind <= len(answers) and _are(answers[place:behind], phrase)):
                    yield place, behind, phrase


def _roughly(text: str) -> str:
    """Return `text` without diacritics and with i for y, for a cheap first comparison of words."""
    return fold(text).replace("y", "i")


def _are(answers: Iterable[_Answer | None], phrase: Words) -> bool:
    return all(own is not None and word in own.spelled for own, word in zip(answers, phrase, strict=True))


class TextMarker:
    """Highlights the words of a query in texts. A query consists of components, such as a word or a phrase. A
    component may have several alternatives, such as two spellings, numbered from the best (0).

    `levels` holds one number per component: the alternative that is highlighted in every text. With the number
    NOWHERE, the best alternative in each text is highlighted. With () this holds for all components. `folded` says
    for each word of the query whether any spelling of it matches."""

    def __init__(self, query: Query, folded: Mapping[str, bool], levels: Sequence[int] = ()) -> None:
        self._query, self._folded, self.levels = query, folded, tuple(levels)
        self._reader = cache(self._reading)

    def __eq__(self, other: object) -> bool:
        """Whether `other` is a highlighter that highlights the same words in any text."""
        return isinstance(other, TextMarker) and (self._query, self._folded, self.levels) == (
            other._query, other._folded, other.levels,
        )  # fmt: skip

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def _ways(self) -> tuple[Ways, ...]:
        return ways_of(self._query, self._folded)

    @cached_property
    def _wanted(self) -> Wanted:
        return wanted(self._query, self._folded)

    @cached_property
    def _any(self) -> _Reader:
        phrases = [phrase for ways in self._ways for way in ways for phrase in way]
        phrases += [(word,) for near in self._wanted.near for word in near.words]
        return _Reader(phrases, self._wanted.begun, self._wanted.tests)

    def _reading(self, levels: tuple[int, ...]) -> _Reader:
        chosen = (ways[level] for ways, level in zip(self._ways, levels, strict=True) if level != NOWHERE)
        return _Reader((phrase for way in chosen for phrase in way), self._wanted.begun, self._wanted.tests)

    @property
    def spread(self) -> bool:
        """Whether the query asks for words near each other. Then the highlighter needs all words of a text."""
        return bool(self._wanted.near)

    def asks(self, words: Sequence[str]) -> list[bool]:
        """For each of `words`, whether it matches some word of the query."""
        return self._any.answering(words)

    def best(self, texts: Iterable[Sequence[str]]) -> tuple[int, ...]:
        """Find the best alternative of each component of the query in a group of texts. Each text is a sequence of words.
        Returns one number per component, 0 for its best alternative; NOWHERE where the component does not occur."""
        there = set[Words]()
        for phrase in (phrase for words in texts for _, _, phrase in self._any.standing(words)):
            if phrase not in there:
                there.add(phrase)
                if not any(there.isdisjoint(ways[0]) for ways in self._ways):
                    break
        return tuple(
            next((level for level, way in enumerate(ways) if not there.isdisjoint(way)), NOWHERE) for ways in self._ways
        )

    def of(self, levels: Sequence[int]) -> "TextMarker":
        """Make a highlighter for the same query with fixed alternatives. `levels` holds one number per component of
        the query: the alternative that is highlighted in every text, 0 for the best."""
        return TextMarker(self._query, self._folded, levels)

    def over(self, text: str) -> "TextMarker":
        """Make a highlighter for the single lines of `text`. In every line it highlights the alternatives that are the best
        in the whole text."""
        return self.of(self.best(map(tokens, clean(text).split("\n"))))

    def places(self, words: Sequence[str]) -> Iterator[Span]:
        """Yield the stretches to highlight in a text as pairs (first word, end) of word positions. `words` are the words of
        the text. Stretches may overlap."""
        levels = self.levels
        if not levels:
            levels = self.best([words])
        elif NOWHERE in levels:
            # What occurs in none of the texts of the document may occur here, for example in the heading of a page.
            levels = tuple(
                own if level == NOWHERE else level for level, own in zip(levels, self.best([words]), strict=True)
            )
        yield from ((first, behind) for first, behind, _ in self._reader(levels).standing(words))
        spelled = list(map(forms, words)) if self.spread else []
        for near in self._wanted.near:
            kept = windows.near_words(spelled, near.words, near.reach, near.ordered)
            yield from ((place, place + 1) for place in np.flatnonzero(kept).tolist())

    def __call__(self, text: str) -> tuple[Fragment, ...]:
        cleaned = clean(text)
        found = list(SYLLABLE.finditer(cleaned))
        places = self.places([one.group() for one in found])
        spans = sorted((found[first].start(), found[behind - 1].end()) for first, behind in places)
        return tuple(fragments(cleaned, spans))


def marker(query: Query, folded: Mapping[str, bool], levels: Sequence[int] = ()) -> TextMarker:
    """Make a highlighter for the words of `query`.

    `folded` maps a word to True if it is highlighted with any diacritics, to False if only as typed. A word that `folded`
    leaves out is highlighted with any diacritics if the query has none. `levels` says which alternative of each component of
    the query to highlight, as `TextMarker.best` returns them. With () the best alternatives of each text are highlighted."""
    return TextMarker(query, folded, levels)
