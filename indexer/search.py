"""One question answered: match, filter, order, group by document, show.

`access` has no default, so a question without it cannot be asked; totals, filters, snippets and suggestions
come from what it lets through. What one may go on with while typing is `complete`'s.
"""

import struct
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from indexer import facets, naming, ordering, ranking
from indexer.facets import Column
from indexer.marking import marker
from indexer.matching import ALL_WORDS, NAMED, SIDE_BY_SIDE, WHOLE, Asked, Matched, match, settled
from indexer.meaning import Meant, meant
from indexer.places import Place
from indexer.query import Query, parse
from indexer.showing import Ordered, page
from indexer.snapshot import Bools, Readable, Snapshot
from indexer.store import Store
from indexer.suggest import suggest
from indexer.types import Access, FacetValue, IndexUnusable, Request, Results
from indexer.within import Within

_SUGGEST_SECONDS = 0.4
# What reading damaged bytes ends in; the first ones also come from mistakes of the program.
_DOUBTFUL = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, MemoryError)
_DAMAGE = (OSError, struct.error, zlib.error)


@dataclass(frozen=True)
class RankedProvision:
    """An entry in the order of the answer, before grouping."""

    document: int
    anchor: str
    score: float


@dataclass(frozen=True)
class Demands:
    """What a question asks of a document: `folded` tells for a word whether any spelling of it answers, `whole` whether
    only provisions with all of its words do, `answered` whether the document is among the answers."""

    folded: Mapping[str, bool]
    whole: bool
    answered: bool


@dataclass(frozen=True)
class Answers:
    """All that answers a request, in no order: the question as it was understood, the entries `matched` and those of them
    `kept` by the filters, the documents `passing`, the filters' columns and counts, and which values were `typed` for them."""

    readable: Readable
    asked: Asked
    matched: Matched
    kept: Matched
    passing: Bools
    columns: Mapping[str, Column]
    facets: dict[str, tuple[FacetValue, ...]]
    typed: Meant


@contextmanager
def damage_told(snapshot: Snapshot) -> Iterator[None]:
    """Tell what reading a damaged index ends in as IndexUnusable; an error over a sound index stays what it is."""
    try:
        yield
    except (*_DOUBTFUL, *_DAMAGE) as error:
        if isinstance(error, _DOUBTFUL) and not isinstance(error, _DAMAGE) and snapshot.sound():
            raise
        raise IndexUnusable("Chỉ mục hỏng, không đọc được.") from error


def search(store: Store | Snapshot, request: Request, access: Access) -> Results:
    """Answer a question with a page of documents; IndexUnusable when the index cannot be read."""
    started = time.monotonic()
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        return _answer(snapshot, request, access, started)


def rank_provisions(store: Store | Snapshot, request: Request, access: Access) -> list[RankedProvision]:
    """The best provisions themselves, `request.limit` of them, in the order in which `search` takes them, to be measured;
    filters, ticked or typed, are not applied. IndexUnusable."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    readable = snapshot.readable(access)
    query = parse(request.query, request.abbreviations)
    asked = _understood(snapshot, request, access, query, time.monotonic())
    found = match(snapshot, asked, _scope(snapshot, readable, request, query))
    keys = ordering.keys(snapshot, asked, found, readable.entries)
    best = ranking.best(snapshot, found.entries, keys, request.limit)
    documents = snapshot.integers["document"]
    shown = keys[np.searchsorted(found.entries, best)].tolist()
    return [
        RankedProvision(int(documents[entry]), snapshot.anchor(entry), score)
        for entry, score in zip(best.tolist(), shown, strict=True)
    ]


def demands(store: Store | Snapshot, request: Request, access: Access, document: int) -> Demands:
    """How `search` reads a question, and whether it finds a document; IndexUnusable when the index cannot be read."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        found = answers(snapshot, request, access, time.monotonic())
        whole = len(found.asked.query.free) <= ALL_WORDS and bool(np.isin(found.matched.steps, (WHOLE, SIDE_BY_SIDE)).any())
        return Demands(found.asked.folded, whole, bool(found.passing[snapshot.documents == document].any()))


def _scope(snapshot: Snapshot, readable: Readable, request: Request, query: Query) -> Bools:
    """The entries that the actor may read and that lie where and when the request looks."""
    scope = readable.entries
    if request.document is not None:
        scope = scope & (snapshot.integers["document"] == request.document)
    if request.folder_tree is not None:
        scope = scope & np.isin(snapshot.integers["folder"], np.array(sorted(request.folder_tree), np.int64))
    issued = snapshot.integers["issued"]
    for since in filter(None, (request.since, query.since)):
        scope = scope & (issued >= since.toordinal())
    for until in filter(None, (request.until, query.until)):
        scope = scope & (issued <= until.toordinal()) & (issued > 0)
    return scope


def _understood(
    snapshot: Snapshot, request: Request, access: Access, query: Query, started: float
) -> Asked:  # fmt: skip
    at = request.at or query.at or date.today()
    return settled(snapshot, access, query, at, started + request.time_limit_seconds)


def answers(snapshot: Snapshot, request: Request, access: Access, started: float) -> Answers:
    """Match and filter: the one way to what answers, for all that show, count or explain it.

    What is typed narrows what is looked through, as a folder does. What is ticked is taken off what was found, so that the
    other values can be counted; where nothing is left then, it narrows too: what has all words lies elsewhere."""
    query = parse(request.query, request.abbreviations)
    readable = snapshot.readable(access)
    asked = _understood(snapshot, request, access, query, started)
    columns, typed = facets.columns(snapshot, access, readable, asked.at), meant(snapshot, query.filters)
    scope = _scope(snapshot, readable, request, query)
    if (typed_for := facets.meeting(columns, typed)) is not None:
        scope = scope & typed_for[snapshot.document_of]
    matched = match(snapshot, asked, scope)
    held, passing = _documents(snapshot, matched), facets.ticked(columns, request.filters)
    if passing is not None and held.any() and not (held & passing).any():
        narrowed = match(snapshot, asked, scope & passing[snapshot.document_of])
        if len(narrowed.entries):
            matched, held = narrowed, _documents(snapshot, narrowed)
    counted = facets.counts(columns, request.filters, held)
    passing = held if passing is None else held & passing
    kept = matched.of(passing[snapshot.document_of[matched.entries]])
    return Answers(readable, asked, matched, kept, passing, columns, counted, typed)


def _documents(snapshot: Snapshot, matched: Matched) -> Bools:
    held = np.zeros(len(snapshot.documents), bool)
    held[snapshot.document_of[matched.entries]] = True
    return held


def _finds(snapshot: Snapshot, request: Request, access: Access, deadline: float) -> Callable[[str], bool]:
    """Whether another question finds anything under the same conditions, as far as there is time to look."""

    def finds(text: str) -> bool:
        started = time.monotonic()
        other = replace(request, query=text, time_limit_seconds=max(deadline - started, 0.0))
        return bool(answers(snapshot, other, access, started).passing.any())

    return finds


def _answer(snapshot: Snapshot, request: Request, access: Access, started: float) -> Results:
    found = answers(snapshot, request, access, started)
    asked, kept, query = found.asked, found.kept, found.asked.query
    keys = ordering.keys(snapshot, asked, kept, found.readable.entries)
    ordered = Ordered(asked, kept, keys, snapshot.document_of[kept.entries])
    within = _within(snapshot, found, request)
    named = bool((kept.steps >= NAMED).any())
    wanted = frozenset(naming.said_beside(query)) if named else frozenset(asked.missing)
    deadline = min(asked.deadline, time.monotonic() + _SUGGEST_SECONDS)
    finds = _finds(snapshot, request, access, deadline)
    return Results(
        total=int(np.count_nonzero(found.passing)),
        hits=page(snapshot, request, ordered, np.flatnonzero(found.passing), within),
        facets=found.facets,
        took_ms=round((time.monotonic() - started) * 1000, 2),
        truncated=kept.truncated,
        missing_words=tuple(word for word in asked.missing if word in wanted),
        suggestion=None if query.blank else suggest(snapshot, asked, deadline, finds),
        place=naming.place(query) if named or naming.is_place(query) else Place(),
        unknown_number=query.number.said if query.number and kept.unknown_number else "",
        unheard=facets.unheard(found.columns, found.typed, query.named, found.readable.documents),
        folded=asked.folded,
        in_words=query.number is None,
        levels=within.marking.levels if within else (),
    )


def _within(snapshot: Snapshot, found: Answers, request: Request) -> Within | None:
    """What marks the one document looked in, where it answers."""
    if request.document is None or not len(found.kept.entries):
        return None
    own = np.flatnonzero(found.readable.entries & (snapshot.integers["document"] == request.document))
    return Within(snapshot, marker(found.asked.query, found.asked.folded), own.tolist())
