"""The parsed search query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from indexer.analysis import stop_words
from indexer.analysis.question_words import Question
from indexer.query.tree import Expandable, Node, demands, leaves
from indexer.types import AskedValue, KeystrokeReading, Note, NumberQuery
from legaltext.abbreviations import Alternative
from legaltext.locators import Locator, find_locator, in_words
from legaltext.text import syllables
from legaltext.thesaurus import Expansion

if TYPE_CHECKING:
    from whoosh.query.qcore import Query as WhooshQuery

_NUMBERED = re.compile(r"\d")
# How often a word that only asks counts in ranking.
ASKING_WEIGHT = 0.5


@dataclass(frozen=True)
class Query:
    """A parsed search query; its syllables are normalised and in lower case.

    Words: `runs` are the stretches of neighbouring syllables that are searched for. `boosts` holds the factor of each
    syllable, () where none has one. `free` are the words outside of conditions. `marked` says whether a syllable has a
    diacritic. `alternatives` are other names of words in the query. `expansions` are law words for its everyday words.

    Words that only ask, such as "là gì", are in none of these. `spoken` are the runs as typed, with such words; () where
    there are none. `question` says what the query asks for.

    Conditions: `strict` is a tree that every match must meet, None for none. `given` is a tree of Whoosh queries from a
    program, None in a typed query. `filters` maps type, issuer, year and status to the values typed. `named` are the types
    and issuers one by one. `since` and `until` are the first and the last day of issue allowed. `at` is the day on which a
    document must be in force. A day is None where the query sets none.

    `number` is the document number in the query, None for none. With `numbered` True ("số:" was typed) only documents with
    that number match. Otherwise they come first.

    `typed` describes how the text was read where it was not taken as typed: keystrokes of Telex or VNI were converted, or words
    corrected. None where it was taken as typed. With `blank` True everything that the
    filters let through matches. `notes` are messages about what was not understood. `text` is what was understood."""

    runs: tuple[tuple[str, ...], ...] = ()
    boosts: tuple[tuple[float, ...], ...] = ()
    spoken: tuple[tuple[str, ...], ...] = ()
    question: Question = Question()
    strict: Node | None = None
    free: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    named: tuple[AskedValue, ...] = ()
    since: date | None = None
    until: date | None = None
    at: date | None = None
    number: NumberQuery | None = None
    numbered: bool = False
    marked: bool = False
    blank: bool = True
    notes: tuple[Note, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    typed: KeystrokeReading | None = None
    given: WhooshQuery | None = None
    text: str = field(default="", compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        """The distinct syllables that the query searches for, in order. Words that only ask are left out."""
        return tuple(dict.fromkeys(word for run in self.runs for word in run))

    @property
    def as_spoken(self) -> tuple[tuple[str, ...], ...]:
        """The stretches of neighbouring syllables as typed, with words that only ask."""
        return self.spoken or self.runs

    @property
    def ranking_boosts(self) -> tuple[tuple[float, ...], ...]:
        """The factor of each syllable of `as_spoken` in ranking; () where all count alike."""
        if not self.spoken:
            return self.boosts
        held = frozenset(self.words)
        return tuple(tuple(self.worth(word) if word in held else ASKING_WEIGHT for word in run) for run in self.spoken)

    @cached_property
    def joining(self) -> frozenset[str]:
        """The words outside of conditions that only join others, such as "của"; empty where there are no others."""
        found = stop_words.joining(self.words).intersection(self.free)
        # "AI" is an abbreviation.
        return found - {"ai"} if "AI" in self.text else found

    def worth(self, word: str) -> float:
        """The boost of the syllable `word`, 1 for none. If the word occurs several times, the greatest boost counts."""
        places = zip(chain.from_iterable(self.runs), chain.from_iterable(self.boosts), strict=False)
        return max((boost for own, boost in places if own == word), default=1)

    @property
    def worded(self) -> bool:
        """Whether the query has words, prefixes, patterns or similar words to search for."""
        return bool(self.runs) or any(isinstance(node, Expandable) for node in leaves(self.strict))

    @property
    def conditional(self) -> bool:
        """Whether the query sets a condition that every match must meet."""
        return self.strict is not None or self.given is not None

    @property
    def one_provision(self) -> bool:
        """Whether one provision must meet at least two conditions. Phrases, exclusions and brackets are conditions. All
        words outside of them are together one more."""
        return self.strict is not None and len(demands(self.strict)) + bool(self.free) > 1

    @cached_property
    def _located(self) -> tuple[Locator, str]:
        return in_words(self.runs)

    @property
    def place(self) -> Locator:
        """The provision that the query names, alone or with other words; an empty locator where it names none."""
        return (self.number and self.number.place) or self._located[0]

    @cached_property
    def is_place(self) -> bool:
        """Whether the query names a Điều (article) and nothing else, such as "điều 5 khoản 2"."""
        if self.strict is not None or self.number is not None or not any(map(_NUMBERED.search, self.free)):
            return False
        place, rest = self._located
        return bool(place.article) and not rest

    @cached_property
    def words_beside(self) -> tuple[str, ...]:
        """The words of the query that belong neither to its document number nor to the provision that it names."""
        inside = self.number if not self.numbered else None
        beside = syllables(find_locator(inside.rest)[1] if inside else self._located[1])
        only_asking = frozenset(chain.from_iterable(self.spoken)).difference(self.words)
        return tuple(word for word in beside if word not in only_asking)

    @property
    def in_words(self) -> Query:
        """The query with its document number taken as words, if the number is only a possible one. Otherwise the query is
        unchanged."""
        return replace(self, number=None) if self.number is not None and self.number.perhaps else self
