"""Finds laws by their name: "luật dân chủ cơ sở" means the law on the implementation of democracy at the
grassroots.

This module decides how well the words of a query name a title: how much of the title they contain, and in
which order. Ranking decides how much a name counts compared with the words of the text.
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
# Many laws on a subject end with these words, and nobody types them: "Luật Quốc tịch Việt Nam".
_UNSAID = (("viet", "nam"), ("nhan", "dan"), ("o", "co", "so"), ("nha", "nuoc"))
# At most this many titles that contain all words are compared with a query.
_MOST_LOOKED_AT = 30
# The least strength of a name, then the factors for a query without a type and for another year.
_LEAST, _WITHOUT_TYPE, _OTHER_YEAR = 0.4, 0.8, 0.6
# The share of its weight that a small word keeps, and the least weight of any word.
_SMALL_WEIGHT, _LEAST_WEIGHT = 0.2, 0.01
# A query with more words and without a type is not a name.
_LONGEST_NAME = 12


@dataclass(frozen=True)
class Titled:
    """The title of a document with its type, document number and year of issue."""

    doc_type: str
    title: str
    year: int | None = None
    number: str = ""


@dataclass(frozen=True)
class TitleMatch:
    """A title that a query names. `title` is its position in the list of titles, and `strength` goes from 0.4
    (weak) to 1 (exact)."""

    title: int
    strength: float


@dataclass(frozen=True)
class _Name:
    """A title prepared for comparison: its type without diacritics, and its words with diacritics (`words`)
    and without (`folded`). `said` are those of the folded words that people usually type."""

    doc_type: Words
    words: Words
    folded: Words
    said: frozenset[str]
    year: int | None


@dataclass(frozen=True)
class LawNames:
    """Titles prepared for comparison with queries.

    `weights` is the weight of each word, and `most` is that of a word that no title has. `masses` holds for
    each title the summed weights of the words that people usually type. `places[word]` is the set of titles
    that have the word without diacritics, and `of_type` is the set of titles of each type. A set is an
    integer in which bit i is set for title i.
    """

    names: tuple[_Name, ...]
    masses: tuple[float, ...]
    weights: Mapping[str, float]
    most: float
    places: Mapping[str, int]
    of_type: Mapping[Words, int]


def _name(titled: Titled) -> _Name:
    """Prepare a title for comparison. The type is split off, and words before the name, such as "Về việc ban
    hành" (on the promulgation of), are left out."""
    doc_type, words = tuple(map(fold, syllables(titled.doc_type))), tuple(syllables(titled.title))
    folded = tuple(map(fold, words))
    while repeated := type_at(folded, (doc_type,) if doc_type else TYPES):
        doc_type = doc_type or repeated
        words, folded = words[len(repeated) :], folded[len(repeated) :]
    while lead := opening(folded, LEAD_INS):
        words, folded = words[len(lead) :], folded[len(lead) :]
    return _Name(doc_type, words, folded, _said(folded), titled.year)


def _said(folded: Words) -> frozenset[str]:
    """The words of a name without the words that nobody types, such as "Việt Nam". `folded` are the words of
    the name without diacritics."""
    kept = f" {' '.join(folded)} "
    for unsaid in _UNSAID:
        kept = kept.replace(f" {' '.join(unsaid)} ", " ")
    return frozenset(kept.split() or folded)


def prepare(titles: Sequence[Titled], public: NDArray[np.bool_] | None = None) -> LawNames:
    """Prepare titles, one per document, for `named`. The weights of words are computed from the titles that
    are True in `public` (None: all), so that hidden documents do not change them."""
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
    """Whether a document of the type `own` may be named by the type `asked`. It may if the types are the
    same, or if both are "luật" (law) or "bộ luật" (code)."""
    return asked == own or " ".join(asked) in _LAWS and " ".join(own) in _LAWS


def named(names: LawNames, words: Sequence[str]) -> tuple[TitleMatch, ...]:
    """The titles that the query `words` name, best first, and of equally good ones the newest first. Returns
    () where the query has more words than a name. `names` are the prepared titles."""
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
    """Yield the positions of the titles of the named type that contain every word of the query. A word typed
    with diacritics must occur with them. `names` are the prepared titles, and `asked` is the name in the
    query."""
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
    """How well the words of a query name the title at position `place`, which contains all of them. It
    depends on the share of the title that they make up, their order, the beginning and the year. `names` are
    the prepared titles, and `asked` is the name in the query."""
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
    """The share of a name that the query contains, by the weights of its words. `folded` are the words of the
    query, and `place` is the position of the title. `names` are the prepared titles."""
    said = names.names[place].said
    return sum(names.weights[word] for word in dict.fromkeys(folded) if word in said) / names.masses[place]
