"""The input and output of the search engine: plain frozen data, and protocols for objects that others make. Documents are ids here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol

from legaltext.abbreviations import Alternative
from legaltext.locators import Locator
from legaltext.thesaurus import Expansion, Thesaurus

if TYPE_CHECKING:
    from whoosh.query.qcore import Query as WhooshQuery


@dataclass(frozen=True)
class Note:
    """A message about a part of a query that was not understood or not found. `code` says what is wrong, and `text` is the part.
    `within` is what the part was looked for in: for a provision, the document number. It is "" where that does not matter."""

    code: str
    text: str = ""
    within: str = ""


@dataclass(frozen=True)
class AskedValue:
    """A type or an issuer in a query: its `field` ("type", "issuer"), the text `typed`, and the stored `values` that it may mean."""

    field: str
    typed: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class NumberQuery:
    """A document number in a query. `no` is its serial number, and `symbol` the pieces of its symbol (such as NĐ and CP).
    `type_name` is the document type named before it. `rest` is the query without the number, "" without a rest. `place` is
    the provision named in the rest. `said` is the number as typed. With `perhaps` True the text may also be words ("vitamin
    b12"). It is then a number only where a readable document has that number."""

    no: str
    year: int | None
    symbol: tuple[str, ...]
    type_name: str = ""
    rest: str = ""
    place: Locator = Locator()
    said: str = field(default="", compare=False)
    perhaps: bool = False


class KeystrokeReading(Protocol):
    """A query that was not taken as typed: keystrokes of Telex or VNI were converted to words, or words corrected."""

    @property
    def text(self) -> str:
        """The query as it was read."""

    @property
    def method(self) -> str:
        """What was converted: "telex" or "vni" for the keystrokes of an input method, "read_as" for spelling."""

    @property
    def as_typed(self) -> str:
        """The query that searches literally for what was typed."""


class UnderstoodQuery(Protocol):
    """A parsed search query, the same for every backend. `indexer.query.query.Query` documents each field."""

    @property
    def text(self) -> str:
        """The understood part of the query as text, with single spaces."""

    @property
    def words(self) -> tuple[str, ...]:
        """The syllables that the query searches for, each once, in the order typed. Words that only ask are left out."""

    @property
    def worded(self) -> bool:
        """Whether the query has words, prefixes, patterns or similar words to search for."""

    @property
    def strict(self) -> Any:
        """The conditions that every result must meet, as a node of `indexer.query.tree`; None where there are none."""

    @property
    def one_provision(self) -> bool:
        """Whether one provision must meet at least two conditions, such as a phrase and other words."""

    @property
    def filters(self) -> Mapping[str, tuple[str, ...]]:
        """A mapping from the filters type, issuer, year and status to the values typed for them in the query."""

    @property
    def since(self) -> date | None:
        """The first day of issue that the query allows, inclusive; None for no bound."""

    @property
    def until(self) -> date | None:
        """The last day of issue that the query allows, inclusive; None for no bound."""

    @property
    def at(self) -> date | None:
        """The day on which a document must be in force; None where the query names none."""

    @property
    def number(self) -> NumberQuery | None:
        """The document number in the query; None where it has none."""

    @property
    def numbered(self) -> bool:
        """Whether the query requires its document number with "số:". Then only documents with this number match."""

    @property
    def marked(self) -> bool:
        """Whether a syllable of the query has a diacritic."""

    @property
    def blank(self) -> bool:
        """Whether the query has neither words nor a number."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """Messages about parts of the query that were left out or not understood."""

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Other names for word sequences of the query, such as the full name of an abbreviation."""

    @property
    def expansions(self) -> tuple[Expansion, ...]:
        """Law words for everyday words of the query."""

    @property
    def typed(self) -> KeystrokeReading | None:
        """How the query was read where it was not taken as typed; None where it was."""


class Highlighter(Protocol):
    """Highlights the words of one query in any text."""

    def __call__(self, text: str) -> tuple[Fragment, ...]:
        """Cut `text`, which must be in NFC, into fragments that are highlighted or plain."""

    def over(self, text: str) -> Highlighter:
        """Make a highlighter for single lines of `text`. Each phrase is looked for as it is best found in all of `text`."""


@dataclass(frozen=True)
class Entry:
    """A unit of the index: a Điều (article), a section of the lowest numbered level, or a whole document (anchor ""). `document`, `access` (the access
    list) and `folder` are ids of the database, `version` is the revision of the document, `title` the heading of the provision, `order` its place in the
    document (OF_THE_SITE: the words are what the site says of it), `health` a code for how sound the text is, `tags` names without ";",
    `own_fields` pairs (code, value). In force from `effective_from` to the day before `effective_to`. "" and None: unknown."""

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
    health: str = ""
    field_of_work: str = ""
    tags: tuple[str, ...] = ()
    own_fields: tuple[tuple[str, str], ...] = ()
    order: int = 0


@dataclass(frozen=True)
class Access:
    """The documents that an actor may read: with an access list in `lists` (None: any), not in `without`, but in `only` (None: any), without entries
    OF_THE_SITE then. Only those with the lists `public`, which every signed-in person may read, count in statistics of terms (None: all)."""

    lists: frozenset[int] | None
    without: frozenset[int] = frozenset()
    public: frozenset[int] | None = None
    only: frozenset[int] | None = None


@dataclass(frozen=True)
class Request:
    """A search with its filters. `query` is typed text, a parsed query, or a tree of Whoosh queries; an empty query lists all
    documents. Validity is judged on the day `at`; None means the day in the query, or else today. `since` and `until` bound the
    day of issue (inclusive). `document` is the id of the only document to search. `folder_tree` are the ids of the only folders
    to search. None sets no limit. With `once`, copies of a document are one hit. `abbreviations` maps printed abbreviations to
    full names, and `thesaurus` has everyday words; None means those delivered."""

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
    thesaurus: Thesaurus | None = None
    provisions_per_document: int = 3
    once: bool = False
    time_limit_seconds: float = 4.0


@dataclass(frozen=True)
class Fragment:
    """A piece of text. `match` says whether it is highlighted."""

    text: str
    match: bool


@dataclass(frozen=True)
class ProvisionHit:
    """A matching provision of a document. `snippet` shows why it matches, `within` in which clause and point it stands, `lacking`
    the words of the query that the provision lacks. `asked`: the query names the provision. `answers` is 0 where the snippet has
    no amount, term or definition that is asked for, else the share of the query beside it."""

    anchor: str
    label: str
    title: str
    snippet: tuple[Fragment, ...]
    score: float
    lacking: tuple[str, ...] = ()
    asked: bool = False
    within: Locator = Locator()
    answers: float = 0.0


@dataclass(frozen=True)
class Hit:
    """A document found. `more` other provisions match, `named`: the query has its number or name, `copies`: ids of near copies."""

    document: int
    score: float
    provisions: tuple[ProvisionHit, ...]
    more: int
    named: bool = False
    copies: tuple[int, ...] = ()


@dataclass(frozen=True)
class FacetValue:
    """A value of a filter, its text to show (`label`), and the number of documents that ticking it would show (`count`)."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Results:
    """A page of documents found. `total` and `facets` count only documents that the actor may read (readable ones).
    - `hit_count`: the number of hits on all pages, where copies are one hit. `whole`: documents found that have all words.
    - `truncated`: time or a limit ran out, so there may be more. `missing_words`: words that occur in no readable document.
    - `suggestion`: the query that was probably meant, or None. `unheard`: types and issuers that no readable document has.
    - `place`: the provision named in the query. Empty unless the query names a document found, or has no other words.
    - `query`: the query as understood. A possible number that no readable document has counts as words; a number that none
      has is in `unknown_number`, as typed.
    - `answered`: "sure" where the first provision surely answers the question, "far" where even that is hardly about it.
    - `mark`: highlights the query in any text. After a search in one document, it highlights what fits best there."""

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
    answered: Literal["", "sure", "far"] = ""
    hit_count: int = 0
    whole: int = 0


@dataclass(frozen=True)
class Completions:
    """Continuations of a half-typed query. `documents` are (id, title) pairs, best first, and `words` are whole queries."""

    documents: tuple[tuple[int, str], ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Contribution:
    """A ranking feature of a hit. `contribution`: how much higher (negative: lower) it makes the score than an average candidate's."""

    name: str
    value: float
    weight: float
    contribution: float


class Tier(IntEnum):
    """The ranking level of an entry. A higher tier comes first, whatever the scores. PARTIAL: it has some of the query's words,
    WHOLE: all of them, SIDE_BY_SIDE: all side by side, only for words without diacritics that are probably a name ("dien bien
    phu"). NAMED: the query names the document by number or name, ASKED: also the provision."""

    PARTIAL = 0
    WHOLE = 1
    SIDE_BY_SIDE = 2
    NAMED = 3
    ASKED = 4


@dataclass(frozen=True)
class Explanation:
    """Why a provision stands where it does. `place` is its position by relevance among all `among` matches, from 1; None where
    there is nothing to rank by. `tier` is its ranking level, `score` that of the first stage, from words alone. `itself`: it has
    with the title of its document the whole query. `reasons`: the features that counted, largest first, () below the best
    hundred. `widened`: the expansions whose law words the entry has. `tree`: the query as a tree."""

    place: int | None
    among: int
    score: float
    tier: Tier
    itself: bool
    reasons: tuple[Contribution, ...]
    tree: tuple[str, ...]
    widened: tuple[Expansion, ...] = ()


@dataclass(frozen=True)
class QueryDiagnosis:
    """How a search query is read (`query`), and whether it finds a given document (`answered`). `folded` says for each word
    whether any spelling of it matches. `whole` says whether only provisions with all words match."""

    query: UnderstoodQuery
    folded: Mapping[str, bool]
    whole: bool
    answered: bool
