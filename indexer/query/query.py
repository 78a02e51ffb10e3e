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

from indexer.analysis.input_methods import InputMethodReading
from indexer.query.tree import Expandable, Node, demands, leaves
from indexer.types import AskedValue, Note, NumberQuery
from legaltext.abbreviations import Alternative
from legaltext.locators import Locator, find_locator, in_words
from legaltext.text import syllables

if TYPE_CHECKING:
    from whoosh.query.qcore import Query as WhooshQuery

_NUMBERED = re.compile(r"\d")


@dataclass(frozen=True)
class Query:
    """A parsed search query; its syllables are normalised and in lower case.

    `runs` are the runs of neighbouring syllables that count in ranking, and `boosts`, parallel to them, is the factor of
    each syllable (() where none has one). `strict` is a tree of conditions that every match must meet, None for none;
    `free` are the words outside of it. `filters` maps type, issuer, year and status to the values typed, and `named` are
    the types and issuers one by one. `since` and `until` bound the day of issue (inclusive), and `at` is the day on which
    a document must be in force.

    `number` is the document number in the query. With `numbered` True ("số:" was typed) only documents with that number
    match, otherwise they come first. `marked` says whether a syllable has a diacritic. `alternatives` are other names of
    word sequences, and `typed` describes the keystrokes of Telex or VNI that were converted (None for none). `blank` says
    that the query has neither words nor a number, so everything that the filters let through matches. `notes` are messages
    about what was not understood. `given` is a condition that a program gave as a tree of Whoosh queries; a typed query
    has none. `text` is what was understood, with single spaces."""

    runs: tuple[tuple[str, ...], ...] = ()
    boosts: tuple[tuple[float, ...], ...] = ()
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
    typed: InputMethodReading | None = None
    given: WhooshQuery | None = None
    text: str = field(default="", compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        """The distinct syllables of the query, in order."""
        return tuple(dict.fromkeys(word for run in self.runs for word in run))

    def worth(self, word: str) -> float:
        """The boost of the syllable `word`, the greatest one where it occurs several times in `runs`; 1 without a
        boost."""
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
        """Whether the query has at least two conditions, all of which one provision must meet. Phrases, exclusions and
        brackets are conditions, and all words outside of them together are one more."""
        return self.strict is not None and len(demands(self.strict)) + bool(self.free) > 1

    @cached_property
    def _located(self) -> tuple[Locator, str]:
        return in_words(self.runs)

    @property
    def place(self) -> Locator:
        """The provision that the query names, together with a number, a name or words; an empty locator where it names
        none."""
        return (self.number and self.number.place) or self._located[0]

    @cached_property
    def is_place(self) -> bool:
        """Whether the query is a Điều (article), perhaps with its khoản (clause) and điểm (point), and nothing else: "điều
        5 khoản 2"."""
        if self.strict is not None or self.number is not None or not any(map(_NUMBERED.search, self.free)):
            return False
        place, rest = self._located
        return bool(place.article) and not rest

    @cached_property
    def words_beside(self) -> tuple[str, ...]:
        """The words of the query that belong neither to its document number nor to the provision that it names. A document
        that is found by its number need not have the words of the number or of the provision in its text."""
        inside = self.number if not self.numbered else None
        return tuple(syllables(find_locator(inside.rest)[1] if inside else self._located[1]))

    @property
    def in_words(self) -> Query:
        """Return the query with its document number taken as words, if the number is only a possible one. Otherwise
        returns the query unchanged."""
        return replace(self, number=None) if self.number is not None and self.number.perhaps else self
