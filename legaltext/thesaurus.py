"""Everyday words and the words that the law uses for them. A search for "đuổi việc" (to sack) also looks for "sa thải" and
"chấm dứt hợp đồng lao động" (to end the contract of employment).

This module finds the everyday words of a query; ranking decides how much their law words count. `abbreviations` has other
names that mean exactly the same."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import combinations
from mmap import mmap
from typing import NamedTuple

from legaltext.syllable import with_tone
from legaltext.text import fold, has_marks, syllables

Words = tuple[str, ...]
# Law words for one everyday word, and for a whole query: the page names them all, and each costs time.
MOST_OF_ONE, MOST_OF_ALL = 4, 10
# A longer query has words of the law itself, and law words for others of its words rather spoil its order.
MOST_WORDS = 12
# Everyday words may stand apart: two to four of them, with at most _BETWEEN others between them.
_SIZES, _BETWEEN = (4, 3, 2), 3
# Law words of fewer syllables are often everyday words too.
_LEAST_OF_LAW = 4
# What law words count for everyday words that stand apart, relative to those side by side.
_APART = 0.8


class Expansion(NamedTuple):
    """Everyday words of a query (`asked`) and words of the law for them (`law`), both as normalised syllables. `weight` says how
    much the law words count, from 0 to 1; the words of the query themselves count 1. `apart` says that other words stand
    between the everyday words in the query, or that they are in another order there."""

    asked: Words
    law: Words
    weight: float
    apart: bool = False


class ThesaurusEntry(NamedTuple):
    """An entry of a thesaurus: everyday words, law words for them, and how much these count, from 0 to 1. An entry without law
    words says that the everyday words stand for nothing else."""

    everyday: str
    law: str
    weight: float = 1.0


class Thesaurus:
    """A table of everyday words with law words, looked up by the words of a query. `entries` are its own entries. `behind` is
    another table, or None: it answers for everyday words that this one does not have."""

    def __init__(self, entries: Iterable[ThesaurusEntry], behind: "Thesaurus | None" = None) -> None:
        self._behind = behind
        # Everyday words without diacritics → entries. The entries stay text, because few of them are ever used.
        self._entries: dict[str, tuple[ThesaurusEntry, ...]] = {}
        # The sum of the hashes of words → everyday words without diacritics. A query has hundreds of sets of words to look up.
        self._keys: dict[int, tuple[str, ...]] = {}
        self._longest: int = behind._longest if behind else 0
        for entry in entries:
            key = " ".join(map(fold, syllables(entry.everyday)))
            if key not in self._entries:
                self._note(key)
            self._entries[key] = (*self._entries.get(key, ()), entry)

    def is_law(self, runs: Sequence[Words]) -> bool:
        """Whether `runs`, the runs of a query, are one run that is law words of this table, of at least _LEAST_OF_LAW syllables:
        "giấy phép lái xe" (driving licence). Whoever types these needs no other words."""
        return len(runs) == 1 and len(runs[0]) >= _LEAST_OF_LAW and tuple(map(fold, runs[0])) in self._law

    @cached_property
    def _law(self) -> frozenset[Words]:
        """The law words of at least _LEAST_OF_LAW syllables, without diacritics."""
        told = (tuple(map(fold, syllables(law))) for law in {*self._law_sides()})
        return frozenset(words for words in told if len(words) >= _LEAST_OF_LAW) | (self._behind._law if self._behind else frozenset())

    def _law_sides(self) -> Iterable[str]:
        return (one.law for entries in self._entries.values() for one in entries)

    def _note(self, key: str) -> None:
        """Note the new everyday words `key`, which have no diacritics."""
        words = key.split(" ")
        self._longest = max(self._longest, len(words))
        if len(words) in _SIZES:
            number = sum(map(hash, words))
            self._keys[number] = (*self._keys.get(number, ()), key)

    def _own(self, key: str) -> tuple[ThesaurusEntry, ...]:
        """Return the table's own entries for the everyday words `key`, which have no diacritics."""
        return self._entries.get(key, ())

    def expansions(self, runs: Sequence[Words]) -> tuple[Expansion, ...]:
        """Find the everyday words in `runs`, the runs of neighbouring normalised syllables of a query. Returns an expansion for
        each of their law words, at most MOST_OF_ALL; () where nothing is found, or where there are more than MOST_WORDS words.
        Longer everyday words go before shorter ones inside of them, and words side by side before words that stand apart."""
        if sum(map(len, runs)) > MOST_WORDS:
            return ()
        found: dict[Words, Expansion] = {}
        marked = any(has_marks(word) for run in runs for word in run)
        stretches: list[list[range]] = []
        for run in runs:
            folded, place, taken = tuple(map(fold, run)), 0, list[range]()
            while place < len(run):
                length, here = self._at(run, folded, place, marked)
                for one in here[:MOST_OF_ONE]:
                    found.setdefault(one.law, one)
                if length:
                    taken.append(range(place, place + length))
                place += length or 1
            stretches.append(taken)
        for run, taken in zip(runs, stretches, strict=True):
            for one in self._apart(run, taken, marked):
                found.setdefault(one.law, one)
        return tuple(found.values())[:MOST_OF_ALL]

    def law_words(self, everyday: str) -> tuple[str, ...]:
        """Return the law words for exactly the words `everyday`, normalised syllables with spaces between them; () for none."""
        words = tuple(everyday.split())
        return tuple(one.law for one in self._known(words, " ".join(map(fold, words)), True) if one.law)

    def _at(self, run: Words, folded: Words, place: int, marked: bool) -> tuple[int, list[Expansion]]:
        """Find the longest everyday words that begin at index `place` of `run`. Returns (how many words these are, 0 for none; their
        law words, the heaviest first). Where they stand for nothing else, shorter ones inside of them do not count either. `folded`
        is `run` without diacritics. `marked` says whether the query has any."""
        for length in range(min(self._longest, len(run) - place), 0, -1):
            asked = run[place : place + length]
            known = self._known(asked, " ".join(folded[place : place + length]), marked)
            made = [Expansion(asked, tuple(syllables(one.law)), one.weight) for one in known]
            usable = [one for one in made if one.law and one.law != asked]
            if usable or any(not one.law for one in made):
                return length, sorted(usable, key=lambda one: -one.weight)
        return 0, []

    def _apart(self, run: Words, taken: Sequence[range], marked: bool) -> Iterator[Expansion]:
        """Yield the law words for everyday words that stand apart in `run`, in another order, or partly in one of the stretches
        `taken`, the heaviest first for each. Words inside of one of these have their law words already, as have those that are all
        among more such words: "dan co" (brokers) is not meant in "dan chu o co so". `marked` says whether the query has diacritics."""
        folded = tuple(map(fold, run))
        numbers = list(map(hash, folded))
        used: list[frozenset[int]] = []
        for places in places_apart(len(run)):
            keys = self._same_words(sum([numbers[place] for place in places]))
            if not keys or any(places[0] in one and places[-1] in one for one in taken) or any(one.issuperset(places) for one in used):
                continue
            said = tuple([run[place] for place in places])
            for key in keys:
                asked = _in_order(said, key.split())
                if len(asked) != len(said):
                    continue
                # Two words in another order are mostly other words: "con nuôi" (adopted child), "nuôi con" (to raise a child).
                if len(said) == 2 and asked != said:
                    continue
                known = sorted(self._known(asked, key, marked), key=lambda one: -one.weight)
                for one in known[:MOST_OF_ONE]:
                    law = tuple(syllables(one.law))
                    if law and law != asked:
                        used.append(frozenset(places))
                        yield Expansion(asked, law, one.weight * _APART, True)

    def _same_words(self, number: int) -> tuple[str, ...]:
        """Return the everyday words, without diacritics, whose words have hashes with the sum `number`."""
        own = self._keys.get(number, ())
        behind = self._behind._same_words(number) if self._behind else ()
        return own + behind

    def _known(self, asked: Words, key: str, marked: bool) -> list[ThesaurusEntry]:
        own = [one for one in self._own(key) if _same(asked, one, marked)]
        return own or (self._behind._known(asked, key, marked) if self._behind else [])


class StoredThesaurus(Thesaurus):
    """A table that stays the text, or the mapped file, that it was read from, since few of its entries are ever used. `lines` are its
    lines in UTF-8: everyday words as normalised syllables, law words, weight and source, with tabs between them. Lines for the same
    everyday words follow each other."""

    def __init__(self, lines: bytes | mmap) -> None:
        super().__init__(())
        self._lines = lines
        # Everyday words without diacritics → where their lines begin; several for several spellings.
        self._places: dict[str, tuple[int, ...]] = {}
        place, before = 0, b""
        while place < len(lines):
            said = lines[place : lines.find(b"\t", place)]
            end = lines.find(b"\n", place) + 1 or len(lines)
            if said != before:
                self._begin(fold(said.decode()), place)
                before = said
            place = end

    def _begin(self, key: str, place: int) -> None:
        if key not in self._places:
            self._note(key)
        self._places[key] = (*self._places.get(key, ()), place)

    def _law_sides(self) -> Iterable[str]:
        return (line.split("\t", 2)[1] for line in self._lines[:].decode().splitlines())

    def _own(self, key: str) -> tuple[ThesaurusEntry, ...]:
        return tuple(entry for place in self._places.get(key, ()) for entry in self._entries_at(place))

    def _entries_at(self, place: int) -> Iterator[ThesaurusEntry]:
        """Yield the entries whose lines begin at `place`, for one everyday word."""
        everyday = self._lines[place : self._lines.find(b"\t", place) + 1]
        while self._lines[place : place + len(everyday)] == everyday:
            end = self._lines.find(b"\n", place) + 1 or len(self._lines)
            said, law, weight, _source = self._lines[place:end].decode().rstrip("\n").split("\t")
            yield ThesaurusEntry(said, law, float(weight))
            place = end


def _same(asked: Words, entry: ThesaurusEntry, marked: bool) -> bool:
    """Whether the words `asked` of a query are the everyday words of `entry`. They may lack diacritics if they are several: a
    single "nhau" (each other) is not "nhậu" (to drink). In a query that is `marked`, because it has some, only words may lack
    them that are no syllables as typed: "nuôi khi" (to raise when) is not "nuôi khỉ" (to raise monkeys)."""
    written = tuple(syllables(entry.everyday))
    if len(asked) == 1:
        return asked == written
    pairs = zip(asked, written, strict=True)
    return all(word == own or not (has_marks(word) or (marked and with_tone(word, ""))) for word, own in pairs)


@cache
def places_apart(count: int) -> tuple[tuple[int, ...], ...]:
    """Return the positions of words in a run of `count` words that may be everyday words, more words first."""
    return tuple(
        (first, *rest)
        for size in _SIZES
        for first in range(count - size + 1)
        for rest in combinations(range(first + 1, min(count, first + size + _BETWEEN)), size - 1)
    )


def _in_order(said: Words, wanted: Sequence[str]) -> Words:
    """Put the words `said` in the order of `wanted`, the same words without diacritics. Returns () where they are others."""
    left, ordered = list(said), list[str]()
    for word in wanted:
        place = next((place for place, one in enumerate(left) if fold(one) == word), None)
        if place is None:
            return ()
        ordered.append(left.pop(place))
    return tuple(ordered)
