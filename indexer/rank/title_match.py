"""The bonus for a title that contains the words of a short query. For "quy chế dân chủ", the regulation with that title
comes before a notice that mentions it often.

This module decides how well a title fits: whether it has the words in order, side by side, and at its beginning. The
type of a document counts as part of its title."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.compounds import is_linked
from indexer.index.schema import DOC_WEIGHT, TITLE_WEIGHT
from indexer.index.segment import DOCUMENT, TITLE
from indexer.index.snapshot import Bools, Floats, Snapshot
from indexer.match import intersection, top_k
from indexer.match.bound_query import BoundQuery
from indexer.query.title_words import TITLE_LEAD_INS, opening
from indexer.store.ragged import Numbers
from legaltext.text import fold, forms, tokens

# Shares of the highest score that words can have. A beginning in order outweighs all that texts can add.
_ALL, _ORDERED, _PHRASE, _OPENS = 0.4, 0.2, 0.1, 1.0
MOST = _ALL + _ORDERED + _PHRASE + _OPENS
# The worth of the title of a provision, relative to that of its document; and how many titles are compared.
_OF_PROVISION = 0.9
_MOST_TITLES = 150
_LEAD_INS = (*TITLE_LEAD_INS, ("phe", "duyet"))
# A syllable of a title, normalised and folded.
Token = tuple[str, str]


def _after_lead_in(title: Sequence[Token]) -> int:
    """Find the position in `title` at which the name begins: 4 in "Về việc ban hành Quy chế" (on the promulgation of a
    regulation)."""
    start = 0
    folded = tuple(token[1] for token in title)
    while lead := opening(folded[start:], _LEAD_INS):
        start += len(lead)
    return start


def fit(
    asked: Sequence[str], folded: Mapping[str, bool], title: Sequence[str], named: int, linked: Collection[int] = ()
) -> float:
    """Compute how well a title contains the syllables of a query: from 0 (not all of them) to MOST, the greatest bonus.

    `asked` and `title` are the syllables of query and title. `folded` says for each query syllable whether any spelling
    matches. The first `named` syllables of the title are the type of the document. `linked` are the positions of query
    syllables that form a word with the next syllable. The title must have this word too: "quản lý … du lịch" has both
    syllables of "lý lịch" (curriculum vitae), but not the word."""
    # The form of a token that is compared with each syllable: normalised (0) or folded (1).
    form = [int(folded.get(word, True)) for word in asked]
    wanted = [fold(word) if free else word for word, free in zip(asked, form, strict=True)]
    held = [forms(word) for word in title]
    if not all(any(token[form[number]] == word for token in held) for number, word in enumerate(wanted)):
        return 0.0

    def at(place: int, count: int, skipped: int = 0) -> bool:
        stretch = held[place : place + count]
        return len(stretch) == count and all(
            token[form[number]] == wanted[number] for number, token in enumerate(stretch, skipped)
        )

    whole = [place for place in linked if any(at(start, 2, place) for start in range(len(held)))]
    if not _both(linked) <= _both(whole):
        return 0.0
    begun = min(2, len(asked))
    return (
        _ALL
        + _ORDERED * _in_order(held, wanted, form)
        + _PHRASE * any(at(place, len(asked)) for place in range(len(held)))
        + _OPENS * any(at(place, begun) for place in (0, named + _after_lead_in(held[named:])))
    )


def _both(linked: Iterable[int]) -> set[int]:
    return {place + side for place in linked for side in (0, 1)}


def _in_order(held: Iterable[Token], wanted: Sequence[str], form: Sequence[int]) -> bool:
    reached = 0
    for token in held:
        if reached < len(wanted) and token[form[reached]] == wanted[reached]:
            reached += 1
    return reached == len(wanted)


def _linked(runs: Iterable[Sequence[str]]) -> tuple[int, ...]:
    """Find the syllables of a query that form a word with the next syllable. Returns their positions, ascending,
    counted through all `runs`."""
    found, before = list[int](), 0
    for run in runs:
        found += [before + place for place, both in enumerate(pairwise(run)) if is_linked(*both)]
        before += len(run)
    return tuple(found)


def _one_of_each(snapshot: Snapshot, entries: Numbers, readable: Bools, scores: Floats) -> Numbers:
    """Choose the best entry of each document whose title may contain all words of the query. Returns at most
    `_MOST_TITLES` entries, best first. `readable` is a mask of the entries that the actor may read."""
    count = len(snapshot.documents)
    whole = np.bincount(snapshot.document_of[np.flatnonzero(readable)], minlength=count)
    titled = np.bincount(snapshot.document_of[entries], minlength=count) == whole
    kept = titled[snapshot.document_of[entries]]
    entries, scores = entries[kept], scores[kept]
    order = np.lexsort((-scores, snapshot.document_of[entries]))
    _, first = np.unique(snapshot.document_of[entries[order]], return_index=True)
    chosen = order[first]
    return top_k.best(snapshot, entries[chosen], scores[chosen], _MOST_TITLES)


def bonus(
    snapshot: Snapshot, asked: BoundQuery, entries: Numbers, scores: Floats, readable: Bools
) -> NDArray[np.float64]:  # fmt: skip
    """Compute the bonus of each of `entries` for the title of its document or for its own heading. The greater bonus
    counts; it is 0 where neither contains the query `asked`. Only the `_MOST_TITLES` best titles and headings by
    first-stage `scores` are compared. `readable` is a mask of the entries that the actor may read."""
    words = tuple(word for run in asked.query.as_spoken for word in run)
    linked = _linked(asked.query.as_spoken)
    singles = [one.slot for one in asked.weighted if one.slot.single and one.slot.words[0] in asked.query.words]
    weights = [intersection.weights_of(snapshot, slot, entries) for slot in singles]
    least = np.minimum.reduce(weights) if weights else np.zeros(len(entries), np.uint8)
    # A word in a title has at least the weight of the title, so only few titles have to be compared.
    of_documents = np.zeros(len(snapshot.documents))
    near = least >= DOC_WEIGHT
    types = snapshot.names["type"]
    for entry in _one_of_each(snapshot, entries[near], readable, scores[near]).tolist():
        named = len(tokens(types.values[types.codes[entry]]))
        of_documents[snapshot.document_of[entry]] = fit(
            words, asked.folded, snapshot.run(entry, DOCUMENT), named, linked
        )
    gains = of_documents[snapshot.document_of[entries]]
    near = least >= TITLE_WEIGHT
    for entry in top_k.best(snapshot, entries[near], scores[near], _MOST_TITLES).tolist():
        own = _OF_PROVISION * fit(words, asked.folded, snapshot.run(entry, TITLE), 0, linked)
        place = int(np.searchsorted(entries, entry))
        gains[place] = max(gains[place], own)
    return gains * asked.ceiling
