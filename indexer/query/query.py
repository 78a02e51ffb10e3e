"""A question as it was understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from indexer.analysis.input_methods import InputMethodReading
from indexer.query.tree import Node, Prefix, demands, leaves
from indexer.types import AskedValue, Note, NumberQuery
from legaltext.abbreviations import Alternative


@dataclass(frozen=True)
class Query:
    """A parsed question; syllables are normalised and in lower case.

    `runs` are stretches of neighbouring syllables that rank; `strict` must hold in every entry found; `free`
    are the words outside it. `filters` have the keys type, issuer, year and status, values as typed; `named` are
    the types and issuers one by one. `since` and `until` bound the day of issue (inclusive), `at` is the day on which
    the document must be in force. `numbered`: only documents with the number answer ("số:"), otherwise they go first.
    `marked`: a syllable carries a diacritic. `alternatives` are other spellings of stretches of the runs, `typed` what
    was taken for Telex or VNI left unconverted, `text` all that was understood, with single blanks. `blank`: nothing is
    asked of words or numbers, so all that the filters let through answers.
    """

    runs: tuple[tuple[str, ...], ...] = ()
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
    text: str = field(default="", compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        """The distinct syllables asked for, in order."""
        return tuple(dict.fromkeys(word for run in self.runs for word in run))

    @property
    def worded(self) -> bool:
        """Whether words or beginnings of words are asked for."""
        return bool(self.runs) or any(isinstance(node, Prefix) for node in leaves(self.strict))

    @property
    def one_provision(self) -> bool:
        """Whether several things must hold in one and the same provision: phrases, exclusions, brackets, words with them."""
        return self.strict is not None and len(demands(self.strict)) + bool(self.free) > 1

    @property
    def in_words(self) -> Query:
        """This question without a number of which only the documents can tell whether it is any: its words are words."""
        return replace(self, number=None) if self.number is not None and self.number.perhaps else self
