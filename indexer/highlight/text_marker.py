"""Which words of a text are those asked for: read from a question once, then one pass over the words of any text.

Decides what is marked: words as they are meant, phrases and other names ("UBND") only as a whole, words that begin as
asked, a Điều or a document number as a whole. Which spellings answer is the engine's to say (`spellings.resolve`). What is
meant has ways to stand in a text, and the best that is there is marked: the whole word ("hợp đồng") before one of its
syllables, the spelling beyond doubt before any other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby, pairwise
from typing import NamedTuple

from indexer.analysis.compounds import is_perhaps_linked
from indexer.analysis.diacritics import sure_spellings
from indexer.query.query import Query
from indexer.query.tree import Phrase, Prefix, leaves
from indexer.types import Fragment
from legaltext.locators import Locator, find_locator
from legaltext.text import SYLLABLE, clean, fold, forms, has_marks, syllables, tokens

# Any text → its pieces; joined they give the text back (in NFC).
Marker = Callable[[str], tuple[Fragment, ...]]
Span = tuple[int, int]
# No way of something asked stands in a document.
NOWHERE = -1


class AskedSpelling(NamedTuple):
    """A syllable, and whether any other spelling of it answers: then it is without diacritics."""

    text: str
    free: bool


Words = tuple[AskedSpelling, ...]
# The ways in which something asked may stand in a text, the best first: each some words side by side.
Ways = tuple[tuple[Words, ...], ...]


@dataclass(frozen=True)
class Wanted:
    """What of a text answers: words, words that begin so, words side by side."""

    words: frozenset[AskedSpelling]
    begun: frozenset[AskedSpelling]
    phrases: tuple[Words, ...]


class _Parts(NamedTuple):
    """A question taken apart: phrases in quotes, words that count alone, document numbers, places, other names."""

    quoted: tuple[tuple[str, ...], ...]
    alone: tuple[str, ...]
    wholes: tuple[tuple[str, ...], ...]
    places: tuple[Words, ...]
    others: tuple[tuple[str, ...], ...]


class _Answer(NamedTuple):
    """What one word of a text answers for: asked spellings, whether it begins as asked, what it may begin."""

    spelled: frozenset[AskedSpelling]
    begun: bool
    begins: tuple[Words, ...]


class _Reader:
    """Finds words side by side, and words that begin so, in the words of a text."""

    def __init__(self, phrases: Iterable[Words], begun: Iterable[AskedSpelling]) -> None:
        self._begun = tuple(begun)
        self._by_first: dict[AskedSpelling, list[Words]] = {}
        for phrase in dict.fromkeys(phrases):
            self._by_first.setdefault(phrase[0], []).append(phrase)
        self._asked = frozenset(word for some in self._by_first.values() for phrase in some for word in phrase)
        self._rough = frozenset(_roughly(word.text) for word in self._asked)
        self._rough_begun = tuple(_roughly(word.text) for word in self._begun)
        self.answer = cache(self._answer)

    def answering(self, tokens: Sequence[str]) -> list[bool]:
        """Whether each token answers; thousands are folded at once, and only those that come near are looked at alone."""
        folded = _roughly("\n".join(tokens)).split("\n")
        return [
            (rough in self._rough or rough.startswith(self._rough_begun)) and self.answer(token) is not None
            for token, rough in zip(tokens, folded, strict=False)
        ]

    def _answer(self, token: str) -> _Answer | None:
        toned, bare = forms(token)
        spelled = frozenset((AskedSpelling(toned, False), AskedSpelling(bare, True))) & self._asked
        begun = any((bare if one.free else toned).startswith(one.text) for one in self._begun)
        begins = tuple(phrase for word in spelled for phrase in self._by_first.get(word, ()))
        return _Answer(spelled, begun, begins) if spelled or begun else None

    def standing(self, words: Sequence[str]) -> Iterator[tuple[int, int, Words]]:
        """(place of the first word, place behind the last, which) of each that is there; of a beginning no words."""
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
    """Folded further than `forms` does: what is the same in `forms` is the same here."""
    return fold(text).replace("y", "i")


def _are(answers: Iterable[_Answer | None], phrase: Words) -> bool:
    return all(own is not None and word in own.spelled for own, word in zip(answers, phrase, strict=True))


class TextMarker:
    """What marks the words of a question in texts: in each by what is best there, or by what is best in all of a document
    (`over`, `levels`)."""

    def __init__(self, query: Query, folded: Mapping[str, bool], levels: Sequence[int] = ()) -> None:
        self._query, self._folded, self.levels = query, folded, tuple(levels)
        self._reader = cache(self._reading)

    def __eq__(self, other: object) -> bool:
        """Whether the other marks the same words of any text."""
        return isinstance(other, TextMarker) and (self._query, self._folded, self.levels) == (
            other._query, other._folded, other.levels,
        )  # fmt: skip

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def _ways(self) -> tuple[Ways, ...]:
        return _ways(self._query, self._folded)

    @cached_property
    def _begun(self) -> frozenset[AskedSpelling]:
        return wanted(self._query, self._folded).begun

    @cached_property
    def _any(self) -> _Reader:
        return _Reader((phrase for ways in self._ways for way in ways for phrase in way), self._begun)

    def _reading(self, levels: tuple[int, ...]) -> _Reader:
        chosen = (ways[level] for ways, level in zip(self._ways, levels, strict=True) if level != NOWHERE)
        return _Reader((phrase for way in chosen for phrase in way), self._begun)

    def asks(self, words: Sequence[str]) -> list[bool]:
        """Whether each of these words is any of those asked, in whatever way."""
        return self._any.answering(words)

    def best(self, texts: Iterable[Sequence[str]]) -> tuple[int, ...]:
        """Of each thing asked which of its ways is the best in some texts, given by their words."""
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
        """The same where it was decided what is best."""
        return TextMarker(self._query, self._folded, levels)

    def over(self, text: str) -> "TextMarker":
        """The same for the lines of a text, by what is best in all of it."""
        return self.of(self.best(map(tokens, clean(text).split("\n"))))

    def places(self, words: Sequence[str]) -> Iterator[Span]:
        """The stretches of a text that are marked, given by its words; they may overlap."""
        levels = self.levels
        if not levels:
            levels = self.best([words])
        elif NOWHERE in levels:
            # What stands in none of the texts over which that was decided may stand here, as a page's heading.
            levels = tuple(
                own if level == NOWHERE else level for level, own in zip(levels, self.best([words]), strict=True)
            )
        return ((first, behind) for first, behind, _ in self._reader(levels).standing(words))

    def __call__(self, text: str) -> tuple[Fragment, ...]:
        cleaned = clean(text)
        found = list(SYLLABLE.finditer(cleaned))
        places = self.places([one.group() for one in found])
        spans = ((found[first].start(), found[behind - 1].end()) for first, behind in places)
        return tuple(_told_apart(cleaned, _joined(cleaned, spans)))


def marker(query: Query, folded: Mapping[str, bool], levels: Sequence[int] = ()) -> TextMarker:
    """What marks the words of a question in texts. `folded` tells for a word whether any spelling answers (words not in
    it: by the marks of the question), `levels` what the engine found to be best in the document looked in."""
    return TextMarker(query, folded, levels)


def _ways(query: Query, folded: Mapping[str, bool]) -> tuple[Ways, ...]:
    """The ways of each thing asked: a syllable stands best beside the one that it forms a word with."""
    free = {word: folded.get(word, not query.marked) for word in query.words}
    sure = sure_spellings(query.runs, free)
    parts = _parts(query)

    def meant(words: Iterable[str]) -> Words:
        return tuple(AskedSpelling(sure[word], False) if word in sure else _spelled(word, free[word]) for word in words)

    def ways(*some: tuple[str, ...]) -> Ways:
        """The spelling beyond doubt, any that answers."""
        loose = tuple(tuple(_spelled(word, free[word]) for word in words) for words in some)
        return tuple(way for way in dict.fromkeys((tuple(map(meant, some)), loose)) if way)

    beside: dict[str, list[tuple[str, ...]]] = {word: [] for word in parts.alone}
    for run in query.runs:
        for both in pairwise(run if run not in parts.quoted else ()):
            if beside.keys() >= set(both) and is_perhaps_linked(*(sure.get(word, word) for word in both)):
                for word in both:
                    beside[word].append(both)
    return (
        *(ways(phrase) for phrase in parts.quoted),
        *((*ways(*pairs), *ways((word,))) for word, pairs in beside.items()),
        *(((phrase,),) for phrase in _fixed(query, parts, folded)),
    )


def _joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Stretches that overlap or that only blanks part, as one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and (start <= joined[-1][1] or text[joined[-1][1] : start].isspace()):
            start, end = joined[-1][0], max(joined.pop()[1], end)
        joined.append((start, end))
    return joined


def _told_apart(text: str, spans: Iterable[Span]) -> Iterator[Fragment]:
    position = 0
    for start, end in spans:
        if position < start:
            yield Fragment(text[position:start], False)
        yield Fragment(text[start:end], True)
        position = end
    if position < len(text):
        yield Fragment(text[position:], False)


def wanted(query: Query, folded: Mapping[str, bool]) -> Wanted:
    """What of a text answers a question (`folded` as in `marker`), in any spelling that answers."""
    parts = _parts(query)

    def spelled(words: Iterable[str]) -> Words:
        return tuple(_spelled(word, folded.get(word, not query.marked)) for word in words)

    nodes = tuple(leaves(query.strict))
    return Wanted(
        frozenset(spelled(parts.alone)),
        frozenset(_begun(node.text, query) for node in nodes if isinstance(node, Prefix)),
        tuple(dict.fromkeys((*map(spelled, parts.quoted), *_fixed(query, parts, folded)))),
    )


def _fixed(query: Query, parts: _Parts, folded: Mapping[str, bool]) -> tuple[Words, ...]:
    """What stands in one way, as a whole: numbers, places, other names."""
    numbers = (tuple(_spelled(word, folded.get(word, not query.marked)) for word in one) for one in parts.wholes)
    others = (tuple(_spelled(word, folded.get(word, False)) for word in one) for one in parts.others)
    return (*numbers, *parts.places, *others)


def _parts(query: Query) -> _Parts:
    nodes = tuple(leaves(query.strict))
    quoted = tuple(node.words for node in nodes if isinstance(node, Phrase))
    words: list[str] = []
    wholes: list[tuple[str, ...]] = []
    places: list[Words] = []
    for run in query.runs:
        if run not in quoted:
            place, alone, numbers = _apart(query, run)
            words += alone
            wholes += numbers
            places += _place_phrases(place)
    others = tuple(one.other for one in query.alternatives if set(one.asked) <= set(words))
    return _Parts(quoted, tuple(dict.fromkeys(words)), tuple(wholes), tuple(places), others)


def _spelled(word: str, free: bool) -> AskedSpelling:
    return AskedSpelling(fold(word) if free else word, free)


def _begun(prefix: str, query: Query) -> AskedSpelling:
    return _spelled(prefix, not (query.marked and has_marks(prefix)))


def _apart(query: Query, run: tuple[str, ...]) -> tuple[Locator, list[str], list[tuple[str, ...]]]:
    """(the Điều, khoản and điểm that neighbouring words name, the other words, document numbers among them)."""
    place, rest = find_locator(" ".join(run))
    words = syllables(rest)
    number = None if query.numbered else query.number
    own = frozenset(map(fold, syllables(number.said if number else "")))
    if number is None or not any(_has_digit(word) and fold(word) in own for word in words):
        return place, words, []
    said = frozenset(map(fold, syllables(number.rest)))
    # A word before a beginning ("hội-ng*") is neither the number nor what was read beside it.
    split = [(free, tuple(some)) for free, some in groupby(words, lambda word: fold(word) in said or fold(word) not in own)]
    alone = [word for free, some in split if free for word in some]
    return place, alone, [some for free, some in split if not free and any(map(_has_digit, some))]


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _place_phrases(place: Locator) -> Iterator[Words]:
    """ "điều 46", "khoản 2": the kind in any spelling, the name as it is ("đ" is not "d")."""
    for kind, name in (("dieu", place.article), ("khoan", place.clause), ("diem", place.point)):
        if name:
            yield AskedSpelling(kind, True), AskedSpelling(name, False)
