"""Known items: documents that a query names by number or by name, and the provision in them that it names.

This module decides which documents a number or a name means, and which of them is the most probable.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.index.segment import LABEL, RUNS, SegmentData
from indexer.index.snapshot import Bools, Floats, Segment, Snapshot, Visible
from indexer.match import law_names, statuses
from indexer.match.law_names import LawNames, Titled
from indexer.query.number import likelihood, number_matches
from indexer.query.query import Query
from indexer.query.title_words import is_beside
from indexer.types import Access, NumberQuery
from legaltext.locators import Locator, find_locator
from legaltext.numbers import NumberParts, figures, parts_of
from legaltext.text import fold

# A Điều without a document is searched among at most this many entries.
MOST_LABELS = 2_000
# The first _MOST_RANKED of the named documents have different standings.
_MOST_RANKED = 50
Places = NDArray[np.int64]
_LAWS = frozenset({"luat", "bo luat", "phap lenh", "hien phap"})
# The least strength of a name that goes first, and how much weaker than the best one it may be.
_SURE, _NEAR = 0.7, 0.1


def documents(snapshot: Snapshot, access: Access, query: Query, at: date) -> Floats | None:
    """Compute how well each document fits the number or name in `query`. Returns one float per document: 0
    for no match, 1 for the most probable document. Returns None where no document matches. Only documents
    that `access` allows match. Of documents with the number, one that is over (no longer in force) on the day
    `at` is less probable."""
    ordered: list[int] = []
    if query.number is not None:
        ordered = _numbered(snapshot, snapshot.readable(access), query.number, at)
    elif query.free:
        # A condition in addition to the name is not a part of the name: 'luật viên chức "nghỉ phép"'.
        runs = query.as_spoken if query.strict is None else (query.free,)
        ordered = _named(snapshot, access, tuple(word for run in runs for word in run))
    return standings(len(snapshot.documents), ordered) if ordered else None


def standings(count: int, ordered: Sequence[int]) -> Floats:
    """Turn a list of documents, best first, into one float per document. `ordered` holds the positions of the
    listed documents, `count` is the number of all documents. The first gets 1, and later ones get less.
    Documents that are not listed get 0."""
    standing: Floats = np.zeros(count, np.float32)
    for rank, document in enumerate(ordered):
        standing[document] = max(1.0 - rank / _MOST_RANKED, 1.0 / _MOST_RANKED)
    return standing


# The cached numbers are those of documents that queries name. Parsing a number takes some microseconds.
read_parts = lru_cache(maxsize=4096)(parts_of)


def _figures(segment: Segment) -> NDArray[np.int32]:
    """Read the serial number of each distinct document number in `segment` as an integer. It is -1 for text
    that is no document number. The result is cached."""

    def make() -> tuple[NDArray[np.int32]]:
        read = map(parts_of, segment.held.names["number"].values)
        return (np.array([figures(parts.no) if parts else -1 for parts in read], np.int32),)

    return segment.held_by("figures", make)[0]


def of_figures(snapshot: Snapshot, fits: Callable[[NDArray[np.int32]], Bools]) -> Bools:
    """Return a mask of the documents whose serial number passes the test `fits`. The test takes an array of serial numbers
    and returns a mask of it. A document without a number has -1."""
    found = np.zeros(snapshot.size, bool)
    for segment, place in snapshot.parts():
        passing = fits(_figures(segment))
        if passing.any():
            found[place] = passing[segment.held.names["number"].codes]
    return found[snapshot.first_entry]


def age(snapshot: Snapshot, document: int, parts: NumberParts) -> int:
    """Return the day of issue of the document at the position `document` as a number of days; newer is greater. A document
    without a date is as old as the year in its number, which has the parts `parts`. 0 where both are unknown."""
    issued = int(snapshot.integers["issued"][snapshot.first_entry[document]])
    return issued or (date(parts.year, 1, 1).toordinal() if parts.year else 0)


def _numbered(snapshot: Snapshot, readable: Visible, number: NumberQuery, at: date) -> list[int]:
    """Find the documents with the document number `number` that the actor may read (`readable`). Returns
    their positions, the most probable first; [] for none. A document that is over on the day `at` is less
    probable."""
    held = snapshot.names_of_documents("number")
    types = snapshot.names_of_documents("type")
    over, wanted = statuses.over(snapshot, at), figures(number.no)
    found = []
    for document in np.flatnonzero(of_figures(snapshot, lambda held: held == wanted) & readable.documents).tolist():
        parts = read_parts(held.values[held.codes[document]])
        type_name = fold(types.values[types.codes[document]])
        if parts and number_matches(number, parts, int(snapshot.years[document]) or None, type_name):
            issued = age(snapshot, document, parts)
            found.append((likelihood(number, parts, type_name, not over[document], issued), document))
    order = sorted(found, key=lambda one: snapshot.documents[one[1]])
    return [document for _, document in sorted(order, key=lambda one: one[0], reverse=True)]


def _names(snapshot: Snapshot, access: Access) -> tuple[Places, LawNames]:
    """Return (the positions of the laws that the actor with the rights `access` may read, the names of these
    laws prepared for comparison). The result is cached."""

    def make() -> tuple[Places, LawNames]:
        types, numbers = snapshot.names_of_documents("type"), snapshot.names_of_documents("number")
        laws = [code for code, name in enumerate(types.values) if fold(name) in _LAWS]
        places = np.flatnonzero(np.isin(types.codes, laws) & snapshot.readable(access).documents)
        titles = [
            Titled(
                types.values[types.codes[place]],
                snapshot.row(int(snapshot.first_entry[place])).doc_title,
                int(snapshot.years[place]) or None,
                numbers.values[numbers.codes[place]],
            )
            for place in places.tolist()
        ]
        counted = access.lists if access.public is None else access.public
        public = snapshot.listed(counted, access.without, access.only)[snapshot.first_entry[places]]
        return places, law_names.prepare(titles, public)

    return snapshot.keep(("law names", access), make)


def _named(snapshot: Snapshot, access: Access, words: tuple[str, ...]) -> list[int]:
    """Find the laws that the query `words` names, among the laws that `access` allows. Returns their
    positions, best first; [] for none. A query with further words, besides a provision, names no law."""
    _, rest = find_locator(" ".join(words))
    laws, names = _names(snapshot, access)
    said = rest.split()
    # A query with other words is not a name. Comparing names for every query would take as long as ranking.
    if not len(laws) or any(plain not in names.places and not is_beside(plain) for plain in map(fold, said)):
        return []
    found = [one for one in law_names.named(names, said) if one.strength >= _SURE]
    return [int(laws[one.title]) for one in found if one.strength >= found[0].strength - _NEAR]


def labelled(held: SegmentData, label: Locator, entries: Places) -> Places:
    """Return the entries among `entries` whose label is the Điều (article) that `label` names. `entries` are
    numbers in the segment `held`. Diacritics are ignored."""
    begins, ends = (held.runs[RUNS * entries + LABEL + side].astype(np.int64) for side in (0, 1))
    folded = ("dieu", fold(label.article))
    whole = ends - begins == len(folded)
    entries, begins = entries[whole], begins[whole]
    for ahead, word in enumerate(folded):
        fits = np.isin(held.tokens[begins + ahead], held.spelled(word))
        entries, begins = entries[fits], begins[fits]
    return entries


def _labelled(snapshot: Snapshot, label: Locator, entries: Places) -> list[int]:
    """Return the entries among `entries` (ascending) whose label is the Điều (article) that `label` names."""
    found: list[int] = []
    for segment, place in snapshot.parts():
        own = entries[(entries >= place.start) & (entries < place.stop)] - place.start
        found += (labelled(segment.held, label, own) + place.start).tolist()
    return found


def provisions(snapshot: Snapshot, query: Query, entries: Places) -> Places:
    """Return the entries among `entries` that are the Điều (article) named in `query`; empty where the query
    names none. A Điều in an annex counts only where the document itself has no such Điều."""
    article = Locator(query.place.article)
    if not article:
        return np.empty(0, np.int64)
    own: list[int] = []
    others: list[int] = []
    for entry in _labelled(snapshot, article, np.asarray(entries, np.int64)):
        (own if snapshot.anchor(entry) == article.anchor else others).append(entry)
    held = set(snapshot.document_of[own].tolist())
    return np.array(own + [entry for entry in others if snapshot.document_of[entry] not in held], np.int64)
