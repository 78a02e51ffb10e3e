"""Makes a page of results: documents in order, each with its best provisions.

This module decides which provisions of a document are shown, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from indexer.highlight.document_marker import DocumentMarker
from indexer.highlight.index_marker import marks_of
from indexer.highlight.passages import Shown, is_heading, provisions
from indexer.index.snapshot import Snapshot
from indexer.match.bound_query import BoundQuery
from indexer.match.matching import ASKED, NAMED, Matches
from indexer.query.query import Query
from indexer.rank import own_text
from indexer.rank.ordering import Keys
from indexer.search import copies
from indexer.store.ragged import Numbers
from indexer.types import Hit, Request


@dataclass(frozen=True)
class Ordered:
    """The entries that pass every filter (`found`) for the query `asked`. `keys` and `owner` have one item per entry.
    `keys` are sort keys, and `owner` are the positions of their documents in the snapshot."""

    asked: BoundQuery
    found: Matches
    keys: Keys
    owner: NDArray[np.int32]


def ranked(query: Query) -> bool:
    """Whether the query has words or a document number to rank by. Without them, documents are listed newest first."""
    return bool(query.runs) or query.number is not None


def page(
    snapshot: Snapshot, request: Request, ordered: Ordered, documents: NDArray[np.int64], within: DocumentMarker | None
) -> tuple[tuple[Hit, ...], int]:  # fmt: skip
    """Make the hits of one page of results, best first. They are newest first where `request` asks for that, or where
    the query has nothing to rank by. Returns (the hits, how many hits all pages have).

    `ordered` holds the entries found with their sort keys. `documents` are the positions of all documents found. In a
    search within one document, `within` is its highlighter; otherwise None."""
    best = np.full(len(snapshot.documents), -np.inf)
    np.maximum.at(best, ordered.owner, ordered.keys)
    by_score = (snapshot.documents[documents], -best[documents])
    newest = request.sort == "date" or not ranked(ordered.asked.query)
    order = np.lexsort((*by_score, -snapshot.days[documents]) if newest else by_score)
    listed, folded = documents[order], dict[int, Sequence[int]]()
    if request.once and request.document is None:
        listed, folded = copies.once(listed, copies.groups(snapshot, ordered.asked.access))
    start = max(request.offset, 0)
    chosen = listed[start : start + max(request.limit, 0)]
    marks = marks_of(snapshot, ordered.asked, ordered.found.expanded)
    places = _places(ordered.owner, chosen, len(best))
    own = _own_texts(snapshot, ordered, places)
    hits = [_hit(snapshot, request, ordered, within, at, own[at]) for at in places]
    made = iter(provisions(snapshot, marks, [one for _, shown in hits for one in shown], within))
    others = [tuple(snapshot.documents[list(folded.get(place, ()))].tolist()) for place in chosen.tolist()]
    return tuple(
        replace(hit, provisions=tuple(islice(made, len(shown))), copies=own)
        for (hit, shown), own in zip(hits, others, strict=True)
    ), len(listed)


def _places(owner: NDArray[np.int32], chosen: NDArray[np.int64], count: int) -> list[Numbers]:
    """Find the items of `owner` that are equal to each of `chosen`, which are different numbers below `count`. Returns one
    array of ascending places for each."""
    number = np.full(count, len(chosen), np.int64)
    number[chosen] = np.arange(len(chosen))
    of = number[owner]
    there = np.flatnonzero(of < len(chosen))
    order = np.argsort(of[there], kind="stable")
    ends = np.cumsum(np.bincount(of[there], minlength=len(chosen)))
    return np.split(there[order], ends[:-1]) if len(chosen) else []


def _own_texts(snapshot: Snapshot, ordered: Ordered, places: Sequence[Numbers]) -> own_text.OwnTexts:
    """Say how much of the query each entry in `ordered` contains itself (see `own_text.own_texts`). Only the entries at
    `places` are examined; all others are UNTOLD."""
    found = np.zeros(len(ordered.owner), np.int8)
    shown = np.sort(np.concatenate([np.empty(0, np.int64), *places]))
    entries, steps = ordered.found.entries[shown], ordered.found.steps[shown]
    found[shown] = own_text.own_texts(snapshot, ordered.asked, entries, steps)
    return found


def _hit(
    snapshot: Snapshot, request: Request, ordered: Ordered, within: DocumentMarker | None, places: Numbers, own: own_text.OwnTexts
) -> tuple[Hit, list[Shown]]:  # fmt: skip
    """Make the hit of one document from its entries, which are at `places` in `ordered`. `own` says how much of the
    query each of them contains itself. Returns (the hit without provisions, the provisions to show). No provision is
    shown where the query has neither words nor patterns."""
    entries, keys = ordered.found.entries[places], ordered.keys[places]
    document = int(snapshot.integers["document"][entries[0]])
    if not ordered.asked.query.runs and not ordered.found.expanded:
        return Hit(document, 0.0, (), 0), []
    steps = ordered.found.steps[places]
    asked, named = steps >= ASKED, not ordered.asked.query.is_place and float(steps.max()) >= NAMED
    order = np.lexsort((snapshot.integers["order"][entries], -keys, -own, ~asked))
    telling = _telling(ordered, places, order.tolist())
    if within is not None:
        telling = [place for place in telling if asked[place] or within.tells(int(entries[place]))]
    # A provision that matches only by the title of its document counts only where no provision of the document
    # contains more.
    saying = [place for place in telling if own[place]]
    if saying and not all(is_heading(snapshot, int(entries[place])) for place in saying):
        telling = [place for place in telling if asked[place] or own[place]]
    # A heading alone ("Chương III. Hợp đồng lao động") is not a useful result, so provisions with a text come first.
    count = max(request.provisions_per_document, 1)
    chosen = list(islice((place for place in telling if not is_heading(snapshot, int(entries[place]))), count))
    chosen += list(islice((place for place in telling if place not in chosen), count - len(chosen)))
    shown = [Shown(int(entries[place]), float(keys[place]), bool(asked[place]), named) for place in chosen]
    return Hit(document, round(float(keys.max()), 4), (), len(telling) - len(shown), named), shown


def _telling(ordered: Ordered, places: Numbers, order: Sequence[int]) -> list[int]:
    """Choose the entries of a document that may be shown: the best one, and all others with a word of the query.
    `order` lists indices into `places`, best first. Returns the chosen indices, best first."""
    scores, worded = ordered.found.scores[places], bool(ordered.asked.query.runs)
    return [place for number, place in enumerate(order) if not number or not worded or scores[place] > 0]
