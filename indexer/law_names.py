"""Documents found by their name: "luật dân chủ cơ sở" is the law on carrying out democracy at the grassroots.

Decides how well the words of a question name a title: how much of it they say, in which order, and whether they
say anything else. Leaves to ranking what a name is worth beside the words of the text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from indexer.name_words import LEAD_INS, TYPES, AskedName, Words, asked_name, opening, type_at
from indexer.text import fold, syllables

_LAWS = frozenset({"luat", "bo luat"})
_SMALL = frozenset("ve viec cua va cac nam so theo trong o".split())
# Laws on a subject all end so; nobody says it: "Luật Quốc tịch Việt Nam".
_UNSAID = (("viet", "nam"), ("nhan", "dan"), ("o", "co", "so"), ("nha", "nuoc"))
_MOST_LOOKED_AT, _MOST_NAMED = 30, 10
_LEAST = 0.4
_WITHOUT_TYPE = 0.8
_OTHER_YEAR = 0.6
_IN_PASSING, _OTHER_WORDS = 0.9, 0.7
_SMALL_WEIGHT, _LEAST_WEIGHT = 0.2, 0.01
_LONGEST_NAME = 12
_MOST_OF_IT = 0.75
_MOST_WORDS = 20


@dataclass(frozen=True)
class Titled:
    """A document by its title; `year` is that of its issue."""

    doc_type: str
    title: str
    year: int | None = None
    number: str = ""


@dataclass(frozen=True)
class Named:
    """A title (its place in the list) that a question names, from weakly (0.4) to exactly (1); `whole` where the
    question asks for nothing else."""

    title: int
    strength: float
    whole: bool


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
    """Titles prepared for questions; `most` is the weight of a word in none, `masses` are the summed weights of the words said of each, `places[word]`
    the titles that hold a word without marks, `of_type` a mask of those of a type."""

    names: tuple[_Name, ...]
    masses: tuple[float, ...]
    weights: Mapping[str, float]
    most: float
    places: Mapping[str, NDArray[np.int32]]
    of_type: Mapping[Words, NDArray[np.bool_]]

    def weight(self, word: str) -> float:
        """How telling a word without marks is, from what share of the titles holds it."""
        return self.weights.get(word, self.most)


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
    codes = np.array([types.index(name.doc_type) for name in names], np.int32)
    of_type = {
        asked: np.isin(codes, [code for code, own in enumerate(types) if _is_of_type(asked, own)])
        for asked in {*types, *TYPES}
    }
    held = {word: np.array(found, np.int32) for word, found in places.items()}
    weights = {
        word: _weight(word, int(counted[found].sum()), int(counted.sum())) for word, found in held.items()
    }
    return LawNames(
        names=names,
        masses=tuple(sum(map(weights.__getitem__, name.said)) for name in names),
        weights=weights,
        most=_weight("", 0, int(counted.sum())),
        places=held,
        of_type=of_type,
    )


def _weight(word: str, count: int, size: int) -> float:
    return log(1 + size / (1 + count)) * (_SMALL_WEIGHT if word in _SMALL else 1.0) + _LEAST_WEIGHT


def _is_of_type(asked: Words, own: Words) -> bool:
    """Whether a document of one type may be asked for by another: each code is a law."""
    return asked == own or " ".join(asked) in _LAWS and " ".join(own) in _LAWS


def named(
    names: LawNames, words: Sequence[str], year: int | None = None, among: NDArray[np.bool_] | None = None
) -> tuple[Named, ...]:
    """The titles that a question's syllables name, best first, of equals the newest; `year` as asked for beside
    them. Titles outside `among` (a mask; None: all) do not exist for the answer.

    A name may stand at the beginning of what follows a type ("theo luật đất đai thì …"); without a type the whole
    question must be in the title.
    """
    asked = asked_name(tuple(words), year)
    if not asked.folded or not asked.doc_type and len(asked.folded) > _LONGEST_NAME:
        return ()
    fits = [(place, *_strength(names, asked, place)) for place in _candidates(names, asked, among).tolist()]
    said = any(
        complete for *_, complete in fits
    )  # a part of the words is no name where another title holds them all
    found = [
        Named(place, round(strength, 3), complete and asked.whole)
        for place, strength, complete in fits
        if strength >= _LEAST and complete >= said
    ]
    newest = {one: names.names[one.title].year or 0 for one in found}
    return tuple(sorted(found, key=lambda one: (-one.strength, -newest[one], one.title))[:_MOST_NAMED])


def _candidates(names: LawNames, asked: AskedName, among: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """The titles of the type asked for that hold most of the words, by what those weigh."""
    words = dict.fromkeys(asked.folded[:_MOST_WORDS])
    held = [(names.places[word], names.weight(word)) for word in words if word in names.places]
    if not held:
        return np.empty(0, np.int64)
    weights = np.repeat([weight for _, weight in held], [len(places) for places, _ in held])
    sums = np.bincount(np.concatenate([places for places, _ in held]), weights, len(names.names))
    if asked.doc_type:
        sums = sums * names.of_type[asked.doc_type]
    if among is not None:
        sums = sums * among
    held_any = np.flatnonzero(sums > 0)
    chosen: NDArray[np.int64] = held_any[np.argsort(-sums[held_any], kind="stable")[:_MOST_LOOKED_AT]]
    return chosen


def _strength(names: LawNames, asked: AskedName, place: int) -> tuple[float, bool]:
    """(how well a name is said, whether it holds every word after the type)."""
    name = names.names[place]
    held = _held(asked, name)
    begun = next((number for number, there in enumerate(held) if not there), len(held))
    complete = begun == len(held)
    if not complete and not asked.doc_type:
        return 0.0, False
    strength = _fit(names, asked.folded[:begun], place)
    if not complete:
        strength *= _IN_PASSING if _recall(names, asked.folded[:begun], place) >= _MOST_OF_IT else 0.0
        strength = max(
            strength, _OTHER_WORDS * _share(names, asked, held) ** 2 * _fit(names, _kept(asked, held), place)
        )
    if not asked.doc_type:
        strength *= _WITHOUT_TYPE
    if asked.year is not None and name.year is not None and asked.year != name.year:
        strength *= _OTHER_YEAR
    return strength, complete


def _held(asked: AskedName, name: _Name) -> list[bool]:
    """Which words of the question the name holds; a word typed with marks must bear the same."""
    return [
        plain in name.folded and (word == plain or word in name.words)
        for word, plain in zip(asked.words, asked.folded, strict=True)
    ]


def _kept(asked: AskedName, held: list[bool]) -> Words:
    return tuple(word for word, there in zip(asked.folded, held, strict=True) if there)


def _share(names: LawNames, asked: AskedName, held: list[bool]) -> float:
    """What share of the question, by the weights of its words, a name holds."""
    return sum(map(names.weight, _kept(asked, held))) / sum(map(names.weight, asked.folded))


def _recall(names: LawNames, folded: Words, place: int) -> float:
    """What share of a name, by the weights of its words, is said."""
    said = names.names[place].said
    return sum(names.weights[word] for word in set(folded) if word in said) / names.masses[place]


def _fit(names: LawNames, folded: Words, place: int) -> float:
    """How well words that a name holds say it: how much of it, in its order, from its beginning."""
    own, reached = names.names[place].folded, 0
    for word in own:
        reached += reached < len(folded) and word == folded[reached]
    opens = own[:1] == folded[:1]
    return 0.5 + 0.3 * _recall(names, folded, place) + 0.1 * (reached == len(folded)) + 0.1 * opens
