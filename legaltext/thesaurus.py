"""Everyday words and the words that the law uses for them. A search for "đuổi việc" (to sack) also looks for "sa thải" and
"chấm dứt hợp đồng lao động" (to end the contract of employment).

This module finds the everyday words of a query; ranking decides how much their law words count. `abbreviations` has other
names that mean exactly the same."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from legaltext.text import fold, has_marks, syllables

Words = tuple[str, ...]
# Law words for one everyday word, and for a whole query: the page names them all, and each costs time.
MOST_OF_ONE, MOST_OF_ALL = 4, 10


class Expansion(NamedTuple):
    """Everyday words of a query (`asked`) and words of the law for them (`law`), both as normalised syllables. `weight` says how
    much the law words count, from 0 to 1; the words of the query themselves count 1."""

    asked: Words
    law: Words
    weight: float


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
        self._longest: int = behind._longest if behind else 0
        for entry in entries:
            words = [fold(word) for word in syllables(entry.everyday)]
            key = " ".join(words)
            self._entries[key] = (*self._entries.get(key, ()), entry)
            self._longest = max(self._longest, len(words))

    def expansions(self, runs: Sequence[Words]) -> tuple[Expansion, ...]:
        """Find the everyday words in `runs`, the runs of neighbouring normalised syllables of a query. Returns an expansion for
        each of their law words, at most MOST_OF_ALL; () where nothing is found. Longer everyday words go before shorter ones
        inside of them."""
        found: dict[Words, Expansion] = {}
        for run in runs:
            folded, place = tuple(map(fold, run)), 0
            while place < len(run):
                taken = self._at(run, folded, place)
                for one in taken[:MOST_OF_ONE]:
                    found.setdefault(one.law, one)
                place += len(taken[0].asked) if taken else 1
        return tuple(found.values())[:MOST_OF_ALL]

    def law_words(self, everyday: str) -> tuple[str, ...]:
        """Return the law words for exactly the words `everyday`, normalised syllables with spaces between them; () for none."""
        words = tuple(everyday.split())
        return tuple(one.law for one in self._known(words, " ".join(map(fold, words))) if one.law)

    def _at(self, run: Words, folded: Words, place: int) -> list[Expansion]:
        """Find the law words for the longest everyday words that begin at index `place` of `run`, the heaviest first; [] for
        none. `folded` is `run` without diacritics."""
        for length in range(min(self._longest, len(run) - place), 0, -1):
            asked = run[place : place + length]
            known = self._known(asked, " ".join(folded[place : place + length]))
            made = [Expansion(asked, tuple(syllables(one.law)), one.weight) for one in known]
            if usable := [one for one in made if one.law and one.law != asked]:
                return sorted(usable, key=lambda one: -one.weight)
        return []

    def _known(self, asked: Words, key: str) -> list[ThesaurusEntry]:
        own = [one for one in self._entries.get(key, ()) if _same(asked, one)]
        return own or (self._behind._known(asked, key) if self._behind else [])


def _same(asked: Words, entry: ThesaurusEntry) -> bool:
    """Whether the words `asked` of a query are the everyday words of `entry`. They may lack diacritics if they are several: a
    single "nhau" (each other) is not "nhậu" (to drink)."""
    written = tuple(syllables(entry.everyday))
    if len(asked) == 1:
        return asked == written
    return all(word == own or not has_marks(word) for word, own in zip(asked, written, strict=True))
