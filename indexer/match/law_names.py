"""Documents found by their name: "luật dân chủ cơ sở" is the law on carrying out democracy at the grassroots.

Decides how well the words of a question, when they say nothing else, name a title: how much of it they say, and in
which order. Leaves to ranking what a name is worth beside the words of the text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log

import numpy as np
from numpy.typing import NDArray

from indexer.query.title_words import LEAD_INS, TYPES, AskedName, Words, asked_name, opening, type_at
from legaltext.syllable import lacks_tone, may_become
from legaltext.text import fold, syllables

_LAWS = frozenset({"luat", "bo luat"})
_SMALL = frozenset("ve viec cua va cac nam so theo trong o".split())
# Laws on a subject all end so; nobody says it: "Luật Quốc tịch Việt Nam".
_UNSAID = (("viet", "nam"), ("nhan", "dan"), ("o", "co", "so"), ("nha", "nuoc"))
# Titles that hold all words are compared with a question up to this many.
_MOST_LOOKED_AT = 30
# How strongly a title must be named; what is left of that where no type is said, and where another year is.
_LEAST, _WITHOUT_TYPE, _OTHER_YEAR = 0.4, 0.8, 0.6
# What a small word weighs of its weight; what any weighs at least.
_SMALL_WEIGHT, _LEAST_WEIGHT = 0.2, 0.01
# A question of more words that says no type is no name.
_LONGEST_NAME = 12


@dataclass(frozen=True)
class Titled:
    """A document by its title; `year` is that of its issue."""

    doc_type: str
    title: str
    year: int | None = None
    number: str = ""


@dataclass(frozen=True)
class TitleMatch:
    """A title (its place in the list) that a question names, from weakly (0.4) to exactly (1)."""

    title: int
    strength: float


@dataclass(frozen=True)
class _Name:
    """A title ready to be compared: its type without marks, its words as written and without marks, and those of
    them that people say."""

    doc_type: Words
    words: Words
    folded: Words
    said: frozenset[str]
    year: int | None


@dataclass(frozen=True)
class LawNames:
    """Titles prepared for questions; `most` is the weight of a word in none, `masses` are the summed weights of the
    words said of each, `places[word]` the titles that hold a word without marks, `of_type` those of a type: sets of
    places as the bits of a number."""

    names: tuple[_Name, ...]
    masses: tuple[float, ...]
    weights: Mapping[str, float]
    most: float
    places: Mapping[str, int]
    of_type: Mapping[Words, int]


def _name(titled: Titled) -> _Name:
    """The name in a title: its type apart, "Luật" before the name of a law and "Về việc ban hành" gone."""
    doc_type, words = tuple(map(fold, syllables(titled.doc_type))), tuple(syllables(titled.title))
    folded = tuple(map(fold, words))
    while repeated := type_at(folded, (doc_type,) if doc_type else TYPES):
        doc_type = doc_type or repeated
        words, folded = words[len(repeated) :], folded[len(repeated) :]
    while lead := opening(folded, LEAD_INS):
        words, folded = words[len(lead) :], folded[len(lead) :]
    return _Name(doc_type, words, folded, _said(folded), titled.year)


def _said(folded: Words) -> frozenset[str]:
    """The words of a name without those that nobody says."""
    kept = f" {' '.join(folded)} "
    for unsaid in _UNSAID:
        kept = kept.replace(f" {' '.join(unsaid)} ", " ")
    return frozenset(kept.split() or folded)


def prepare(titles: Sequence[Titled], public: NDArray[np.bool_] | None = None) -> LawNames:
    """The titles of all documents, each document once, ready for `named`; only those in `public` (None: all) say
    how rare a word is."""
    names = tuple(map(_name, titles))
    counted = np.ones(len(names), bool) if public is None else public
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        for word in dict.fromkeys(name.folded):
            places.setdefault(word, []).append(place)
    types = list(dict.fromkeys(name.doc_type for name in names))
    of_type = {
        asked: _bits(place for place, name in enumerate(names) if _is_of_type(asked, name.doc_type))
        for asked in {*types, *TYPES}
    }
    weights = {
        word: _weight(word, int(counted[found].sum()), int(counted.sum())) for word, found in places.items()
    }
    return LawNames(
        names=names,
        masses=tuple(sum(map(weights.__getitem__, name.said)) for name in names),
        weights=weights,
        most=_weight("", 0, int(counted.sum())),
        places={word: _bits(found) for word, found in places.items()},
        of_type=of_type,
    )


def _bits(places: Iterable[int]) -> int:
    return sum(1 << place for place in places)


def _weight(word: str, count: int, size: int) -> float:
    return log(1 + size / (1 + count)) * (_SMALL_WEIGHT if word in _SMALL else 1.0) + _LEAST_WEIGHT


def _is_of_type(asked: Words, own: Words) -> bool:
    """Whether a document of one type may be asked for by another: each code is a law."""
    return asked == own or " ".join(asked) in _LAWS and " ".join(own) in _LAWS


def named(names: LawNames, words: Sequence[str]) -> tuple[TitleMatch, ...]:
    """The titles that a question's syllables name and say nothing beside, best first, of equals the newest."""
    asked = asked_name(tuple(words))
    if asked is None or not asked.folded or not asked.doc_type and len(asked.folded) > _LONGEST_NAME:
        return ()
    found = [
        TitleMatch(place, strength)
        for place in islice(_holding(names, asked), _MOST_LOOKED_AT)
        if (strength := round(_strength(names, asked, place), 3)) >= _LEAST
    ]
    newest = {one: names.names[one.title].year or 0 for one in found}
    return tuple(sorted(found, key=lambda one: (-one.strength, -newest[one], one.title)))


def _holding(names: LawNames, asked: AskedName) -> Iterator[int]:
    """The titles of the type asked for that hold every word; the marks that one bears must be there."""
    left = names.of_type.get(asked.doc_type, 0) if asked.doc_type else -1
    for plain in asked.folded:
        left &= names.places.get(plain, 0)
    while left:
        place = (left & -left).bit_length() - 1
        left &= left - 1
        own = names.names[place].words
        if all(
            word == plain or word in own or lacks_tone(word) and any(may_become(word, one) for one in own)
            for word, plain in zip(asked.words, asked.folded, strict=True)
        ):
            yield place


def _strength(names: LawNames, asked: AskedName, place: int) -> float:
    """How well words that a name holds say it: how much of it, in its order, from its beginning, of which year."""
    name, reached = names.names[place], 0
    for word in name.folded:
        reached += reached < len(asked.folded) and word == asked.folded[reached]
    strength = 0.5 + 0.3 * _recall(names, asked.folded, place)
    strength += 0.1 * (reached == len(asked.folded)) + 0.1 * (name.folded[:1] == asked.folded[:1])
    if not asked.doc_type:
        strength *= _WITHOUT_TYPE
    if asked.year is not None and name.year is not None and asked.year != name.year:
        strength *= _OTHER_YEAR
    return strength


def _recall(names: LawNames, folded: Words, place: int) -> float:
    """What share of a name, by the weights of its words, is said."""
    said = names.names[place].said
    return sum(names.weights[word] for word in dict.fromkeys(folded) if word in said) / names.masses[place]
