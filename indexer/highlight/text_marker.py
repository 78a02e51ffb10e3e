"""Which words of a text are those asked for: read from a question once, then one pass over the words of any text.

Decides what is marked: words as they are meant, phrases and other names ("UBND") only as a whole, words near each other only
where all of them are, words that begin as asked, fit a pattern or are similar, a Điều or a document number as a whole. Which spellings answer is the engine's to say (`spellings.resolve`). What is
meant has ways to stand in a text, and the best that is there is marked: the whole word ("hợp đồng") before one of its
syllables, the spelling beyond doubt before any other.
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
    """What one word of a text answers for: asked spellings, whether it begins as asked or passes a test, what it may
    begin."""

    spelled: frozenset[AskedSpelling]
    begun: bool
    begins: tuple[Words, ...]


class _Reader:
    """Finds words side by side, words that begin so and words that pass a test, in the words of a text."""

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
        """Whether each token answers; thousands are folded at once, and only those that come near are looked at alone, all
        where a test must say it."""
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
        """Yield (position of the first word, end, phrase) of each phrase that occurs in `words`. For a word
        that begins with a prefix the phrase is ()."""
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
    """The text without diacritics, and with i for y. Tokens that are equal after `forms` are equal after this
    too."""
    return fold(text).replace("y", "i")


def _are(answers: Iterable[_Answer | None], phrase: Words) -> bool:
    return all(own is not None and word in own.spelled for own, word in zip(answers, phrase, strict=True))


class TextMarker:
    """Highlights the words of a query in texts.

    By default it uses in each text the best alternatives that occur there. With `levels` it uses the given
    alternatives, which were found to be the best in a whole document.
    """

    def __init__(self, query: Query, folded: Mapping[str, bool], levels: Sequence[int] = ()) -> None:
        self._query, self._folded, self.levels = query, folded, tuple(levels)
        self._reader = cache(self._reading)

    def __eq__(self, other: object) -> bool:
        """Whether the other highlighter highlights the same words in any text."""
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
        phrases += [(word,) for words, _ in self._wanted.near for word in words]
        return _Reader(phrases, self._wanted.begun, self._wanted.tests)

    def _reading(self, levels: tuple[int, ...]) -> _Reader:
        chosen = (ways[level] for ways, level in zip(self._ways, levels, strict=True) if level != NOWHERE)
        return _Reader((phrase for way in chosen for phrase in way), self._wanted.begun, self._wanted.tests)

    @property
    def spread(self) -> bool:
        """Whether words that are not side by side are marked together, so that all words of a text must be known."""
        return bool(self._wanted.near)

    def asks(self, words: Sequence[str]) -> list[bool]:
        """Whether each of `words` is a part of any alternative of the query."""
        return self._any.answering(words)

    def best(self, texts: Iterable[Sequence[str]]) -> tuple[int, ...]:
        """For each component of the query, the number of its best alternative that occurs in `texts`, NOWHERE
        where none occurs. A text is given by its words."""
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
        """The same highlighter with fixed alternatives: `levels` are their numbers, as `best` returns them.
        """
        return TextMarker(self._query, self._folded, levels)

    def over(self, text: str) -> "TextMarker":
        """The same highlighter for the single lines of `text`, with those alternatives that are the best in
        the whole text."""
        return self.of(self.best(map(tokens, clean(text).split("\n"))))

    def places(self, words: Sequence[str]) -> Iterator[Span]:
        """The parts of a text to highlight, as pairs (first word, end) of word positions. They may overlap.
        `words` are the words of the text."""
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
        for near, distance in self._wanted.near:
            kept = windows.near_words(spelled, near, distance)
            yield from ((place, place + 1) for place in np.flatnonzero(kept).tolist())

    def __call__(self, text: str) -> tuple[Fragment, ...]:
        cleaned = clean(text)
        found = list(SYLLABLE.finditer(cleaned))
        places = self.places([one.group() for one in found])
        spans = sorted((found[first].start(), found[behind - 1].end()) for first, behind in places)
        return tuple(fragments(cleaned, spans))


def marker(query: Query, folded: Mapping[str, bool], levels: Sequence[int] = ()) -> TextMarker:
    """A highlighter for the words of `query`.

    `folded` says for each word whether any spelling of it matches. A word that is not in it matches in any
    spelling if the query has no diacritics. `levels` are the alternatives that are the best in the document
    searched; () means that each text decides for itself.
    """
    return TextMarker(query, folded, levels)
