"""Finds laws by their name: "luật dân chủ cơ sở" means the law on democracy at the grassroots.

This module decides how well the words of a query name a title.
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
    """The title of a document with its type, document number ("" for none) and year of issue (None:
    unknown)."""

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
    """A title prepared for comparison. `doc_type` is its type without diacritics. `words` are its other words,
    and `folded` the same words without diacritics. `said` are the words of `folded` that people usually type.
    `year` is the year of issue, None where unknown."""

    doc_type: Words
    words: Words
    folded: Words
    said: frozenset[str]
    year: int | None


@dataclass(frozen=True)
class LawNames:
    """Titles prepared for comparison with queries.

    `names` and `masses` have one item per title: the title, and the summed weights of its usually typed words.
    `weights` maps each word without diacritics to its weight, greater for rare words. `most` is the weight of
    a word that no title has.

    `places` maps a word to the titles that have it. `of_type` maps a type to the titles of that type. Such a
    set of titles is an integer in which bit i is set for title i."""

    names: tuple[_Name, ...]
    masses: tuple[float, ...]
    weights: Mapping[str, float]
    most: float
    places: Mapping[str, int]
    of_type: Mapping[Words, int]


def _name(titled: Titled) -> _Name:
    """Prepare the title `titled` for comparison. The type is split off, and words before the name, such as
    "Về việc ban hành" (on the promulgation of), are left out."""
    doc_type, words = tuple(map(fold, syllables(titled.doc_type))), tuple(syllables(titled.title))
    folded = tuple(map(fold, words))
    while repeated := type_at(folded, (doc_type,) if doc_type else TYPES):
        doc_type = doc_type or repeated
        words, folded = words[len(repeated) :], folded[len(repeated) :]
    while lead := opening(folded, LEAD_INS):
        words, folded = words[len(lead) :], folded[len(lead) :]
    return _Name(doc_type, words, folded, _said(folded), titled.year)


def _said(folded: Words) -> frozenset[str]:
    """Return the words of a name without those that nobody types, such as "Việt Nam"; all words where nothing
    else is left. `folded` are the words of the name without diacritics."""
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
    """Whether the type `asked` may name a document of the type `own`. It may if the types are the same, or if
    both are "luật" (law) or "bộ luật" (code)."""
    return asked == own or " ".join(asked) in _LAWS and " ".join(own) in _LAWS


def named(names: LawNames, words: Sequence[str]) -> tuple[TitleMatch, ...]:
    """Find the titles in `names` that the query `words` names, best first. Of equally good titles the newest
    comes first. Returns () where no title fits, or where `words` cannot be the name of a law."""
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
    """Yield the positions of the titles in `names` that contain every word of `asked`, the name in the query,
    and have its type. A word typed with diacritics must occur with the same ones."""
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
    """Compute how well the name in the query (`asked`) fits the title at position `place`: a number up to 1.
    The title must contain all words of `asked`. A missing type or another year makes the number lower."""
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
    """Compute how much of a title the query contains, from 0 to 1. Rare words count more. `folded` are the
    words of the query without diacritics. `place` is the position of the title in `names`."""
    said = names.names[place].said
    return sum(names.weights[word] for word in dict.fromkeys(folded) if word in said) / names.masses[place]
