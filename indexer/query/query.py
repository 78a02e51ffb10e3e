"""The parsed search query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain
from types import MappingProxyType

from whoosh.query.qcore import Query as WhooshQuery

from indexer.analysis.input_methods import InputMethodReading
from indexer.query.tree import Expandable, Node, demands, leaves
from indexer.types import AskedValue, Note, NumberQuery
from legaltext.abbreviations import Alternative
from legaltext.locators import Locator, find_locator, in_words
from legaltext.text import syllables

_NUMBERED = re.compile(r"\d")


@dataclass(frozen=True)
class Query:
    """A parsed question; syllables are normalised and in lower case.

    `runs` are stretches of neighbouring syllables that rank, `boosts` says what each of their syllables is worth (() where
    none has a boost); `strict` must hold in every entry found; `free`
    are the words outside it. `filters` have the keys type, issuer, year and status, values as typed; `named` are
    the types and issuers one by one. `since` and `until` bound the day of issue (inclusive), `at` is the day on which
    the document must be in force. `numbered`: only documents with the number answer ("số:"), otherwise they go first.
    `marked`: a syllable carries a diacritic. `alternatives` are other spellings of stretches of the runs, `typed` what
    was taken for Telex or VNI left unconverted, `text` all that was understood, with single blanks. `blank`: nothing is
    asked of words or numbers, so all that the filters let through answers. `given` is a condition that a program gave as a
    tree of Whoosh's queries; no question that is typed has one.
    """

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
        """What a syllable of the runs is worth, the most of its places; 1 without a boost."""
        places = zip(chain.from_iterable(self.runs), chain.from_iterable(self.boosts), strict=False)
        return max((boost for own, boost in places if own == word), default=1)

    @property
    def worded(self) -> bool:
        """Whether words, beginnings of words, patterns or similar words are asked for."""
        return bool(self.runs) or any(isinstance(node, Expandable) for node in leaves(self.strict))

    @property
    def conditional(self) -> bool:
        """Whether something must hold in every entry found."""
        return self.strict is not None or self.given is not None

    @property
    def one_provision(self) -> bool:
        """Whether several conditions of the query must hold in one provision. Such conditions are phrases,
        exclusions, brackets, and words together with them."""
        return self.strict is not None and len(demands(self.strict)) + bool(self.free) > 1

    @cached_property
    def _located(self) -> tuple[Locator, str]:
        return in_words(self.runs)

    @property
    def place(self) -> Locator:
        """The provision asked for, together with a number, a name or words; empty where none is."""
        return (self.number and self.number.place) or self._located[0]

    @cached_property
    def is_place(self) -> bool:
        """Whether the question is a Điều, perhaps with its khoản and điểm, and nothing else: "điều 5 khoản 2"."""
        if self.strict is not None or self.number is not None or not any(map(_NUMBERED.search, self.free)):
            return False
        place, rest = self._located
        return bool(place.article) and not rest

    @cached_property
    def words_beside(self) -> tuple[str, ...]:
        """The words that are part of neither a document number nor a place; those two need not occur in any text."""
        inside = self.number if not self.numbered else None
        return tuple(syllables(find_locator(inside.rest)[1] if inside else self._located[1]))

    @property
    def in_words(self) -> Query:
        """The query with a possible document number taken as words. A query without such a number is returned
        unchanged."""
        return replace(self, number=None) if self.number is not None and self.number.perhaps else self
