"""Finds the provisions that contain the words of a query themselves, not only in the title of their document.

The title is a field of every provision: "dân chủ" matches every provision of the "Luật Thực hiện dân chủ ở cơ sở".
Provisions with the words in their own text come first there. Where the title lacks a word of the query, nothing
changes."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.index.schema import DOC_WEIGHT
from indexer.index.segment import DOCUMENT, RUNS
from indexer.index.snapshot import Bools, Floats, Snapshot
from indexer.match import boolean, intersection
from indexer.match.bound_query import BoundQuery, name_of, runs_of_name
from indexer.match.matching import ALL_FIRST, NAMED
from indexer.match.terms import QueryTerm
from indexer.query.tree import All, Phrase
from indexer.store.ragged import Numbers

# How much of a query a provision contains itself: not all words (or not examined), all words, or all words side by
# side as in the query.
UNTOLD, WORDS, TOGETHER = 0, 1, 2
# One of these for each of some entries.
OwnTexts = NDArray[np.int8]
# The alternatives for something in a query: a single query term, or the pairs of a name that must occur as a whole.
_Ways = Sequence[Sequence[QueryTerm]]


def own_texts(snapshot: Snapshot, asked: BoundQuery, entries: Numbers, steps: Floats) -> OwnTexts:
    """Say for each of `entries` (ascending) how much of the query `asked` the entry contains, apart from the title
    of its document. `steps` are the ranking levels of the entries.
    - WORDS: it contains all words of the query.
    - TOGETHER: it also has neighbours in the query side by side.
    - UNTOLD: neither, or it is not examined.

    Entries are examined only if the title of their document contains the whole query. They are not examined if the
    query names the document, has a document number, or has more than ALL_FIRST words."""
    found = np.zeros(len(entries), np.int8)
    query = asked.query
    wanted = [*asked.free, *_in_phrases(asked)]
    if query.number is not None or not wanted or not len(entries) or len(query.words) > ALL_FIRST:
        return found
    documents, owner = np.unique(snapshot.document_of[entries], return_inverse=True)
    said: dict[tuple[str, ...], tuple[Bools, Bools]] = {}
    near = [] if query.alternatives else [((slot,),) for slot in _pairs(asked)]
    for name, (slot, *others) in {name_of(way): way for way in chain(*wanted, *near)}.items():
        if others:
            said[name] = _name_in(snapshot, asked, name, documents, entries)
            continue
        titled = _in_titles(snapshot, asked, slot, documents)
        own = intersection.weights_of(snapshot, slot, entries).astype(np.int64) - DOC_WEIGHT * titled[owner]
        said[name] = (titled > 0, own > 0)
    by_title = _all(wanted, {words: held for words, (held, _) in said.items()})[owner]
    itself = {words: held for words, (_, held) in said.items()}
    found[by_title & _all(wanted, itself)] = WORDS
    if near:
        found[(found == WORDS) & _all(near, itself)] = TOGETHER
    found[steps >= NAMED] = UNTOLD
    return found


def _in_phrases(asked: BoundQuery) -> Iterator[_Ways]:
    """Yield the terms that every match must contain because of a phrase in the query. The phrase "a b c" gives the
    pairs "a b" and "b c"."""
    strict = asked.query.strict
    for node in strict.nodes if isinstance(strict, All) else (strict,):
        if isinstance(node, Phrase):
            pairs: list[tuple[str, ...]] = [*pairwise(node.words)] or [node.words]
            for words in pairs:
                yield ((asked.slots.of(words, tuple(asked.folded[word] for word in words)),),)


def _pairs(asked: BoundQuery) -> list[QueryTerm]:
    return [
        asked.slots.of(both, tuple(asked.folded[word] for word in both))
        for run in asked.query.runs
        for both in pairwise(run)
    ]


def _all(wanted: Sequence[_Ways], held: dict[tuple[str, ...], Bools]) -> Bools:
    """Return a mask of the entries (or documents) that contain every item of `wanted`. An item has alternatives,
    and one of them is enough. `held` maps the words of each alternative to the mask of the entries that contain it."""
    every: Bools = np.logical_and.reduce(
        [np.logical_or.reduce([held[name_of(way)] for way in ways]) for ways in wanted]
    )
    return every


def _name_in(
    snapshot: Snapshot, asked: BoundQuery, name: tuple[str, ...], documents: Numbers, entries: Numbers
) -> tuple[Bools, Bools]:
    """Find `name`, three or more words, where they stand side by side. Returns two masks. The first is over
    `documents`: the name is in the type and title. The second is over `entries`: the name is in another
    field."""
    titled, own = np.zeros((2, snapshot.size), bool)
    reading = boolean.Evaluation(asked.folded, asked.query.marked, asked.deadline)
    for segment, place in snapshot.parts():
        entry, run = np.divmod(runs_of_name(segment, name, reading), RUNS)
        titled[place.start + entry[run == DOCUMENT]] = True
        own[place.start + entry[run != DOCUMENT]] = True
    return titled[snapshot.first_entry[documents]], own[entries]


def _in_titles(snapshot: Snapshot, asked: BoundQuery, slot: QueryTerm, documents: Numbers) -> NDArray[np.int64]:
    """Count the spellings of the term `slot` that occur in the type and title of each document; a posting counts each of them
    once there. `documents` are positions in the snapshot."""
    parts = [
        asked.slots.of((word,), (free,)).terms for word, free in zip(slot.words, slot.folded, strict=True)
    ]
    counts = np.zeros(len(documents), np.int64)
    for place, document in enumerate(documents.tolist()):
        number, own = snapshot.placed(int(snapshot.first_entry[document]))
        words = snapshot.segments[number].held.run(own, DOCUMENT).tolist()
        spelled = [frozenset(terms[number]) for terms in parts]
        counts[place] = len({
            tuple(words[start : start + len(spelled)])
            for start in range(len(words) - len(spelled) + 1)
            if all(word in one for word, one in zip(words[start:], spelled, strict=False))
        })  # fmt: skip
    return counts
