"""Which words of a text are those asked for: read from a question once, then one pass over the words of any text.

Decides what is marked: words in the spellings that answer, phrases and other names ("UBND") only as a whole, words that
begin as asked, a Điều or a document number as a whole. Which spellings answer is the engine's to say (`slots.spell`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import NamedTuple

from indexer.places import Place, find_place
from indexer.query import All, AnyOf, Node, Phrase, Prefix, Query
from indexer.text import SYLLABLE, clean, fold, forms, has_marks, syllables
from indexer.types import Segment

# Any text → its pieces; joined they give the text back (in NFC).
Marker = Callable[[str], tuple[Segment, ...]]
Span = tuple[int, int]


class Spelled(NamedTuple):
    """A syllable, and whether any other spelling of it answers: then it is without diacritics."""

    text: str
    free: bool


Words = tuple[Spelled, ...]


@dataclass(frozen=True)
class Wanted:
    """What of a text is marked: words, words that begin so, words side by side."""

    words: frozenset[Spelled]
    begun: frozenset[Spelled]
    phrases: tuple[Words, ...]


class _Answer(NamedTuple):
    """What one word of a text answers for: asked spellings, whether it is marked alone, phrases it may begin."""

    spelled: frozenset[Spelled]
    alone: bool
    begins: tuple[Words, ...]


def marker(query: Query, folded: Mapping[str, bool]) -> Marker:
    """What marks the words of a question in texts. `folded` tells for a word whether any spelling answers (words not in
    it: by the marks of the question)."""
    asked_for = wanted(query, folded)
    asked = asked_for.words.union(*asked_for.phrases)

    @cache
    def answer(token: str) -> _Answer | None:
        toned, bare = forms(token)
        spelled = frozenset((Spelled(toned, False), Spelled(bare, True))) & asked
        alone = not spelled.isdisjoint(asked_for.words) or any(
            (bare if begun.free else toned).startswith(begun.text) for begun in asked_for.begun
        )
        return _Answer(spelled, alone, _begun_by(spelled, asked_for.phrases)) if spelled or alone else None

    def mark(text: str) -> tuple[Segment, ...]:
        cleaned = clean(text)
        return tuple(_told_apart(cleaned, _joined(cleaned, _spans(cleaned, answer))))

    return mark


def _begun_by(spelled: frozenset[Spelled], phrases: Iterable[Words]) -> tuple[Words, ...]:
    return tuple(phrase for phrase in phrases if phrase[0] in spelled)


def _spans(text: str, answer: Callable[[str], _Answer | None]) -> Iterator[Span]:
    """What is marked, by its beginning; stretches may overlap."""
    found = [(match.start(), match.end(), answer(match.group())) for match in SYLLABLE.finditer(text)]
    spelled = [own.spelled if own else frozenset() for _, _, own in found]
    for place, (start, end, own) in enumerate(found):
        if own is None:
            continue
        ends = [end] if own.alone else []
        for phrase in own.begins:
            behind = place + len(phrase)
            if behind <= len(found) and all(map(frozenset.__contains__, spelled[place:behind], phrase)):
                ends.append(found[behind - 1][1])
        if ends:
            yield start, max(ends)


def _joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Stretches that overlap or that only blanks part, as one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and (start <= joined[-1][1] or text[joined[-1][1] : start].isspace()):
            start, end = joined[-1][0], max(joined.pop()[1], end)
        joined.append((start, end))
    return joined


def _told_apart(text: str, spans: Iterable[Span]) -> Iterator[Segment]:
    position = 0
    for start, end in spans:
        if position < start:
            yield Segment(text[position:start], False)
        yield Segment(text[start:end], True)
        position = end
    if position < len(text):
        yield Segment(text[position:], False)


def wanted(query: Query, folded: Mapping[str, bool]) -> Wanted:
    """What of a text answers a question (`folded` as in `marker`)."""

    def spelled(words: Iterable[str]) -> Words:
        return tuple(_spelled(word, folded.get(word, not query.marked)) for word in words)

    nodes = tuple(_leaves(query.strict)) if query.strict else ()
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
    others = [
        tuple(_spelled(word, folded.get(word, False)) for word in one.other)
        for one in query.alternatives
        if set(one.asked) <= set(words)
    ]
    return Wanted(
        frozenset(spelled(words)),
        frozenset(_begun(node.text, query) for node in nodes if isinstance(node, Prefix)),
        tuple(dict.fromkeys((*map(spelled, (*quoted, *wholes)), *places, *others))),
    )


def _spelled(word: str, free: bool) -> Spelled:
    return Spelled(fold(word) if free else word, free)


def _begun(prefix: str, query: Query) -> Spelled:
    return _spelled(prefix, not (query.marked and has_marks(prefix)))


def _leaves(node: Node) -> Iterator[Node]:
    """The words, phrases and beginnings of a tree, without those that must not be there."""
    if isinstance(node, All | AnyOf):
        for each in node.nodes:
            yield from _leaves(each)
    else:
        yield node


def _apart(query: Query, run: tuple[str, ...]) -> tuple[Place, list[str], list[tuple[str, ...]]]:
    """(the Điều, khoản and điểm that neighbouring words name, the other words, document numbers among them)."""
    place, rest = find_place(" ".join(run))
    words = syllables(rest)
    if query.number is None:
        return place, words, []
    said = frozenset(map(fold, syllables(query.number.rest)))
    split = [(free, tuple(some)) for free, some in groupby(words, lambda word: fold(word) in said)]
    alone = [word for free, some in split if free for word in some]
    return place, alone, [some for free, some in split if not free and any(map(_has_digit, some))]


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _place_phrases(place: Place) -> Iterator[Words]:
    """ "điều 46", "khoản 2": the kind in any spelling, the name as it is ("đ" is not "d")."""
    for kind, name in (("dieu", place.article), ("khoan", place.clause), ("diem", place.point)):
        if name:
            yield Spelled(kind, True), Spelled(name, False)
