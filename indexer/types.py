"""What goes into and comes out of the search engine: plain frozen data, and protocols for what higher rooms make.

Decides the vocabulary of all rooms. Leaves to the caller what a document, an access list or a folder means:
here they are numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Literal, Protocol

from whoosh.query.qcore import Query as WhooshQuery

from indexer.errors import IndexUnusable
from legaltext.abbreviations import Alternative
from legaltext.locators import Locator


@dataclass(frozen=True)
class Note:
    """Something that was not understood, left out or not there: a code, the words that it is about, and what they were
    looked for in."""

    code: str
    text: str = ""
    within: str = ""


@dataclass(frozen=True)
class AskedValue:
    """A type or an issuer asked for: as it was typed, and the values that this may mean."""

    field: str
    typed: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class NumberQuery:
    """A document number in a question; `rest` is what else was asked ("" when the number is the whole
    question), `place` the provision among it, `said` the number as typed. `perhaps`: it is a number only where a
    readable document bears it, else words ("vitamin b12")."""

    no: str
    year: int | None
    symbol: tuple[str, ...]
    type_name: str = ""
    rest: str = ""
    place: Locator = Locator()
    said: str = field(default="", compare=False)
    perhaps: bool = False


class KeystrokeReading(Protocol):
    """What a question says once its keystrokes of Telex or VNI are words."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def method(self) -> str:
        """The input method: "telex" or "vni"."""

    @property
    def as_typed(self) -> str:
        """The question that asks for the keystrokes themselves, letter by letter."""


class UnderstoodQuery(Protocol):
    """A question as it was understood, the same for every backend: what `indexer.parse` makes. `indexer.query.parser.query.Query`
    implements it and says what each field holds."""

    @property
    def text(self) -> str:
        """All that was understood, with single blanks."""

    @property
    def words(self) -> tuple[str, ...]:
        """The distinct syllables asked for, in order."""

    @property
    def worded(self) -> bool:
        """Whether words or beginnings of words are asked for."""

    @property
    def strict(self) -> Any:
        """The conditions that hold in every entry found, as a tree of `indexer.query.parser.tree`; None without any."""

    @property
    def one_provision(self) -> bool:
        """Whether several things must hold in one and the same provision."""

    @property
    def filters(self) -> Mapping[str, tuple[str, ...]]:
        """Values typed for the filters type, issuer, year and status."""

    @property
    def since(self) -> date | None:
        """The first day of issue, inclusive."""

    @property
    def until(self) -> date | None:
        """The last day of issue, inclusive."""

    @property
    def at(self) -> date | None:
        """The day on which the document must be in force."""

    @property
    def number(self) -> NumberQuery | None:
        """The document number asked for."""

    @property
    def numbered(self) -> bool:
        """Whether only documents with the number answer."""

    @property
    def marked(self) -> bool:
        """Whether a syllable carries a diacritic."""

    @property
    def blank(self) -> bool:
        """Whether nothing is asked of words or numbers."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was left out or not understood."""

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Other names of stretches of the words."""

    @property
    def typed(self) -> KeystrokeReading | None:
        """What was taken for keystrokes of Telex or VNI; None where nothing was."""


class Highlighter(Protocol):
    """Marks the words of a question in any text."""

    def __call__(self, text: str) -> tuple[Fragment, ...]:
        """The text (in NFC) cut into fragments that are marked and others."""

    def over(self, text: str) -> Highlighter:
        """The highlighter for the lines of one text, which marks what is best in all of it."""


class IndexDamaged(IndexUnusable):
    """The index is there and is not what was written. A process that opened it before does not see that by itself."""


@dataclass(frozen=True)
class Entry:
    """One thing to find: a Điều, the lowest numbered section, or a whole document (anchor "").

    `document`, `version`, `access` (the access list) and `folder` are ids of the database; `order` is the place in the
    document. The document is in force from `effective_from` to the day before `effective_to`.
    """

    document: int
    version: int
    access: int
    anchor: str
    label: str
    title: str
    text: str
    doc_title: str
    doc_type: str = ""
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    folder: int = 0
    folder_label: str = ""
    order: int = 0


@dataclass(frozen=True)
class Access:
    """What the actor may read: access list ids (None: everything), less the documents in `without`.

    `public` are the lists that every signed-in person may read: statistics come from these alone (None: from all
    that the actor may read).
    """

    lists: frozenset[int] | None
    without: frozenset[int] = frozenset()
    public: frozenset[int] | None = None


@dataclass(frozen=True)
class Request:
    """A question with its filters: as typed, already parsed, or as a tree of Whoosh's queries over the fields of the
    index that `open_index` gives; an empty query browses. `at` is the day on which validity is judged, `since` and `until` bound the day of issue (inclusive), `folder_tree` and `document` say where to look, `abbreviations` are
    printed abbreviations with what they stand for (None: those built in)."""

    query: str | UnderstoodQuery | WhooshQuery
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sort: Literal["relevance", "date"] = "relevance"
    offset: int = 0
    limit: int = 20
    at: date | None = None
    document: int | None = None
    since: date | None = None
    until: date | None = None
    folder_tree: frozenset[int] | None = None
    abbreviations: Mapping[str, tuple[str, ...]] | None = None
    provisions_per_document: int = 3
    time_limit_seconds: float = 4.0


@dataclass(frozen=True)
class Fragment:
    """A piece of text and whether it is a matched word."""

    text: str
    match: bool


@dataclass(frozen=True)
class ProvisionHit:
    """A provision of a document found, with the passage that shows why and the words asked that it lacks; `asked`: it
    is the Điều asked for."""

    anchor: str
    label: str
    title: str
    snippet: tuple[Fragment, ...]
    score: float
    lacking: tuple[str, ...] = ()
    asked: bool = False


@dataclass(frozen=True)
class Hit:
    """A document found; `more` counts the matching provisions beyond those shown, `named`: its number or name was
    asked for."""

    document: int
    score: float
    provisions: tuple[ProvisionHit, ...]
    more: int
    named: bool = False


@dataclass(frozen=True)
class FacetValue:
    """A value of a filter with the number of documents it would show."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Results:
    """A page of documents; `total` and `facets` count documents that the actor may read.

    `truncated`: time or a limit ran out, so there may be more. `missing_words` stand nowhere that the actor may read;
    `unheard` are the types and issuers typed that no such document has; `unknown_number` is the number asked for, as typed,
    where none bears it. `place` is the provision asked for, where it is meant of the documents in front. `query` is the question as
    it was understood, without a number that no readable document bears and that may be words; `mark` marks its words in any
    text, where the search looked in one document by what is best in all of it.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    took_ms: float
    query: UnderstoodQuery
    mark: Highlighter
    truncated: bool = False
    missing_words: tuple[str, ...] = ()
    suggestion: str | None = None
    place: Locator = Locator()
    unknown_number: str = ""
    unheard: tuple[AskedValue, ...] = ()


@dataclass(frozen=True)
class Completions:
    """Documents as (id, title), best first, and whole questions that go on with what was typed."""

    documents: tuple[tuple[int, str], ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Contribution:
    """A figure of a hit: its value, what a unit is worth, and how far it lifts the hit above the mean candidate."""

    name: str
    value: float
    weight: float
    contribution: float


class Tier(IntEnum):
    """What goes before any score: entries of a higher tier are shown before those of a lower one.

    PARTIAL: some of the words; WHOLE: all of them; SIDE_BY_SIDE: all of them next to each other, where that alone tells a
    name; NAMED: the document was asked for by number or name; ASKED: so was this provision of it.
    """

    PARTIAL = 0
    WHOLE = 1
    SIDE_BY_SIDE = 2
    NAMED = 3
    ASKED = 4


@dataclass(frozen=True)
class Explanation:
    """The place of a provision by relevance among all that answer (1 is the first; None: the question has nothing to rank
    by), its score from words alone, the tier that goes before any score, and what counted among the best
    hundred, most first (() below them). `itself`: its document's title says all that is asked, and so does it; within its
    document it is shown before others. `tree`: the question with all its filters as a tree of Whoosh's queries, a line a node."""

    place: int | None
    among: int
    score: float
    tier: Tier
    itself: bool
    reasons: tuple[Contribution, ...]
    tree: tuple[str, ...]


@dataclass(frozen=True)
class QueryDiagnosis:
    """What a question asks of a document: `query` is the question as it was parsed, `folded` tells for a word whether any spelling of it answers, `whole` whether
    only provisions with all of its words do, `answered` whether the document is among the answers."""

    query: UnderstoodQuery
    folded: Mapping[str, bool]
    whole: bool
    answered: bool
