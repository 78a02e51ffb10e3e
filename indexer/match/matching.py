"""Decides which entries match a query, their scores, and their ranking levels (`steps`). A higher level counts before any
score.

A query of up to four words matches only entries with all the words, if there are any. Otherwise an entry matches if its
score reaches a certain share of the best score. In queries of five or six words, entries with all the words are on a
higher level. Conditions (`match.boolean`) must always be met.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np

from indexer.analysis.diacritics import restore
from indexer.index.snapshot import Bools, Floats, Snapshot
from indexer.match import bm25, boolean, intersection, known_items
from indexer.match.bound_query import BoundQuery, _holding_name, name_of, understand
from indexer.match.intersection import Known
from indexer.match.terms import QueryTerm, terms_of
from indexer.query.query import Query
from indexer.query.tree import Node, Phrase, Word, joined
from indexer.store.ragged import Numbers
from indexer.types import Access, Tier

# Up to ALL_WORDS words, all must occur, if any provision has them all. Up to ALL_FIRST words, entries with all words
# go first.
ALL_WORDS, ALL_FIRST = 4, 6
# A question is asked in everyday words, which its answer need not have. Up to ALL_ASKED words besides those that only ask,
# all must occur.
ALL_ASKED = 2
# An entry without all words must have this share of the best score.
SHARE = 0.3
# Steps in the order, each before any score; among documents named the standing adds up to a half. Plain numbers, since
# numpy takes 12 µs instead of .8 to compare with a member of an enum; what leaves the engine is the tier.
WHOLE, ITSELF, SIDE_BY_SIDE, NAMED, ASKED = 1.0, 1.25, 1.5, 2.0, 3.0
_TIERS = ((ASKED, Tier.ASKED), (NAMED, Tier.NAMED), (SIDE_BY_SIDE, Tier.SIDE_BY_SIDE), (WHOLE, Tier.WHOLE))
# A name mostly has three syllables.
_SHORTEST_RUN = 3
# If several documents have the same number, the query means the one whose best provision reaches this share (_FITS)
# of the highest possible score for the other words: right documents had .7 and more, others .3 at most. Documents
# that fit about as well (_AS_WELL) are ordered by age.
_FITS, _AS_WELL = 0.5, 0.2
# Above this many entries it is cheaper to score all entries of the index.
_FEW = 6_000


@dataclass(frozen=True)
class Matches:
    """The entries that match, as three parallel arrays: `entries` (entry numbers, ascending), `scores`, and `steps`. A step
    is the ranking level as a number; entries with greater steps come first.

    `truncated` is True where time or a limit ran out. `expanded` holds the words that each prefix, pattern or similar word
    stands for. `unknown_number` is True where no readable document has the document number in the query."""

    entries: Numbers
    scores: Floats
    steps: Floats
    truncated: bool
    expanded: tuple[tuple[str, ...], ...] = ()
    unknown_number: bool = False

    def of(self, kept: Bools) -> "Matches":
        """Return only the matches that are True in `kept`, a mask over the matches."""
        return replace(self, entries=self.entries[kept], scores=self.scores[kept], steps=self.steps[kept])


def tier_of(step: float) -> Tier:
    """Return the `Tier` (see `indexer.types`) that `step` means. A step is a ranking level as a number (see
    `Matches`)."""
    return next((tier for least, tier in _TIERS if step >= least), Tier.PARTIAL)


def settled(
    snapshot: Snapshot, access: Access, query: Query, at: date, deadline: float
) -> BoundQuery:  # fmt: skip
    """Bind `query` to `snapshot` and to the rights `access`. A possible document number counts as one if a readable document
    has it and contains the other words. Otherwise it is searched as words.

    `at` is the day on which validity is judged. After `deadline` (a time of `time.monotonic`) a search returns what it has
    found."""
    asked = understand(snapshot, access, query, at, deadline)
    if query.number is None or not query.number.perhaps:
        return asked
    if asked.standing is not None:
        entries = np.flatnonzero((asked.standing > 0)[snapshot.document_of] & snapshot.readable(access).entries)
        if _fitting(snapshot, asked, asked.standing, entries).any():
            return asked
    return understand(snapshot, access, query.in_words, at, deadline)


def match(snapshot: Snapshot, asked: BoundQuery, scope: Bools) -> Matches:
    """Find the entries that match the query `asked`. Each has a score and a ranking level; a higher level counts before
    any score. `scope` is a mask of the entries that the actor may read and the request allows."""
    query = asked.query
    reading = boolean.Evaluation(asked.folded, query.marked, asked.deadline)
    allowed = boolean.mask(snapshot, query.strict, reading, scope) if query.strict else scope
    entries, scores, whole = _by_words(snapshot, asked, allowed, reading)
    steps = np.zeros(len(entries), np.float32)
    if whole is entries:
        steps[:] = WHOLE
    elif len(whole):
        steps[np.isin(entries, whole, assume_unique=True)] = WHOLE
    if len(whole) and query.expansions:
        steps[_saying(snapshot, asked, whole, reading)[entries]] = ITSELF
    if len(whole) and _in_doubt(asked):
        there = np.zeros_like(scope)
        there[whole] = True
        steps[boolean.mask(snapshot, Phrase(query.runs[0]), reading, there)[entries]] = SIDE_BY_SIDE
    found = Matches(entries, scores, steps, reading.cut, tuple(reading.expanded.values()))
    found = _with_named(snapshot, asked, allowed, found)
    # Everything that stopped at the deadline did so before this line.
    return replace(found, truncated=found.truncated or time.monotonic() > asked.deadline)


def _saying(snapshot: Snapshot, asked: BoundQuery, whole: Numbers, reading: boolean.Evaluation) -> Bools:
    """Find those of the entries `whole` that contain all words of the query `asked` themselves, its everyday words side by
    side. Other entries may contain law words instead. Returns a mask of the entries of the snapshot."""
    there = np.zeros(snapshot.size, bool)
    there[whole] = True
    said: list[Node] = [*map(Word, asked.query.free)]
    said += [Phrase(run) for run in dict.fromkeys(one.asked for one in asked.query.expansions if not one.apart) if len(run) > 1]
    return boolean.mask(snapshot, joined(said), reading, there)


def _in_doubt(asked: BoundQuery) -> bool:
    """Whether the query `asked` is a single run of words whose missing diacritics are uncertain. Such words are often a name
    ("dien bien phu"), so entries with the words side by side come first."""
    runs = asked.query.runs
    if len(runs) != 1 or len(runs[0]) < _SHORTEST_RUN or not all(asked.folded[word] for word in runs[0]):
        return False
    return not all(restore(runs[0], [True] * len(runs[0])).sure)


def _by_words(
    snapshot: Snapshot, asked: BoundQuery, allowed: Bools, reading: boolean.Evaluation
) -> tuple[Numbers, Floats, Numbers]:  # fmt: skip
    """Find the entries in the mask `allowed` that match the words of the query `asked`. Returns (entry numbers
    ascending, their scores, numbers of the entries that contain all words). The last array may be empty."""
    none = np.empty(0, np.int64)
    if asked.query.blank or not asked.weighted:
        # Without words to rank by, only conditions and filters decide. A query with a number or without known words
        # matches nothing here.
        entries = np.flatnonzero(allowed) if asked.query.blank or asked.query.conditional else none
        return entries, np.zeros(len(entries), np.float32), none
    whole = none
    count = len(asked.query.free)
    if count <= (ALL_FIRST if not asked.query.question.kind else ALL_ASKED):
        whole, known = holding(snapshot, asked.free, allowed, reading)
        if count <= ALL_WORDS and len(whole):
            scores = _scored(snapshot, asked, whole, known)
            return whole, scores, whole if asked.query.free else none
    all_scores = bm25.score_all(snapshot, asked.statistics, asked.weighted, asked.deadline)
    scores = all_scores if allowed.all() else np.where(allowed, all_scores, np.float32(0))
    top = float(scores.max(initial=0.0))
    entries = np.flatnonzero(scores >= max(SHARE * top, 1e-6))
    return entries, scores[entries], whole


def _scored(snapshot: Snapshot, asked: BoundQuery, entries: Numbers, known: Known = MappingProxyType({})) -> Floats:
    """Compute the scores of `entries` (ascending) for the query `asked`. `known` may map the words of a term to its weight in
    each of `entries`."""
    if len(entries) <= _FEW:
        return bm25.score_some(snapshot, asked.statistics, asked.weighted, entries, known)
    scores: Floats = bm25.score_all(snapshot, asked.statistics, asked.weighted, asked.deadline)[entries]
    return scores


def holding(
    snapshot: Snapshot, words: Sequence[Sequence[Sequence[QueryTerm]]], allowed: Bools, reading: boolean.Evaluation
) -> tuple[Numbers, Known]:  # fmt: skip
    """Find the entries in the mask `allowed` that contain every word. `words` holds, for each word, its alternatives:
    sequences of query terms. One alternative must occur. `reading` says which words match without regard to diacritics.
    Returns (entry numbers ascending, weights). `weights` maps the words of a term to its weight in each entry; {} where a word
    has several alternatives."""
    plain = [ways[0][0] for ways in words if len(ways) == 1]
    if len(plain) == len(words) and words:
        return intersection.common(snapshot, plain, allowed)
    found = intersection.common(snapshot, plain, allowed)[0] if plain else np.flatnonzero(allowed)
    for ways in words:
        if len(ways) > 1 and len(found):
            either = [_standing(snapshot, way, found, reading) for way in ways]
            found = found[np.isin(found, np.concatenate(either))]
    return found, {}


def _standing(snapshot: Snapshot, way: Sequence[QueryTerm], entries: Numbers, reading: boolean.Evaluation) -> Numbers:
    """Return the entries among `entries` that contain the alternative `way`. Several terms are the pairs of a name. The
    name must occur as a whole: "cơ sở giáo dục" alone is not "sở giáo dục và đào tạo"."""
    if len(way) > 1:
        held = [place.start + _holding_name(segment, name_of(way), reading) for segment, place in snapshot.parts()]
        return np.intersect1d(entries, np.concatenate(held), assume_unique=True)
    scope = np.zeros(snapshot.size, bool)
    scope[entries] = True
    return intersection.common(snapshot, way, scope)[0]


def _with_named(snapshot: Snapshot, asked: BoundQuery, allowed: Bools, found: Matches) -> Matches:
    """Add the entries of the documents that the query `asked` names to `found`, before all other matches. The provision that
    it names comes first. After "số:" no other document matches. `allowed` is a mask of the entries that may match."""
    standing = asked.standing
    if standing is None and asked.query.number is not None:
        found = replace(found, unknown_number=True)
    if standing is None and asked.query.numbered:
        return found.of(np.zeros(len(found.entries), bool))
    if standing is None:
        return _with_places(snapshot, asked, allowed, found)
    if asked.query.numbered:
        found = found.of((standing > 0)[snapshot.document_of[found.entries]])
    extra = np.flatnonzero(allowed & (standing > 0)[snapshot.document_of])
    standing = _fitting(snapshot, asked, standing, extra)
    extra = extra[standing[snapshot.document_of[extra]] > 0]
    steps = np.full(len(extra), NAMED, np.float32)
    steps[np.isin(extra, known_items.provisions(snapshot, asked.query, extra))] = ASKED
    steps += standing[snapshot.document_of[extra]] / 2
    return _with_others(snapshot, asked, found, extra, steps)


def _fitting(snapshot: Snapshot, asked: BoundQuery, standing: Floats, entries: Numbers) -> Floats:
    """Compute anew how well each named document fits: documents with the other words of the query `asked` come first.
    `standing` is the fit so far, one float per document, and `entries` are the entries of the named documents. If the number
    is only a possible one, documents without the other words get 0."""
    number = asked.query.number
    if number is None or np.count_nonzero(standing) < 2 and not number.perhaps:
        return standing
    words = tuple(word for word in asked.query.words_beside if word in asked.folded)
    if not words:
        return standing
    slots = terms_of(asked.slots, (words,), (), asked.folded)
    weighted = bm25.weigh(snapshot, snapshot.readable(asked.access), asked.statistics, slots)
    most = sum(one.most for one in weighted) or 1.0
    fits: Floats = np.zeros(len(standing), np.float32)
    scores = _scored(snapshot, replace(asked, weighted=weighted), entries)
    np.maximum.at(fits, snapshot.document_of[entries], scores / np.float32(most))
    meant = fits >= max(_FITS, float(fits.max()) - _AS_WELL)
    if number.perhaps:
        standing = np.where(meant, standing, np.float32(0))
    return known_items.standings(len(standing), np.lexsort((-standing, ~meant))[: np.count_nonzero(standing)].tolist())


def _with_places(snapshot: Snapshot, asked: BoundQuery, allowed: Bools, found: Matches) -> Matches:
    """Add the Điều (article) that the query `asked` names to `found`, on the highest ranking level. Nothing is added if
    the query has other words, or if more than MOST_LABELS entries are `allowed` to match."""
    if not asked.query.is_place or np.count_nonzero(allowed) > known_items.MOST_LABELS:
        return found
    wanted = known_items.provisions(snapshot, asked.query, np.flatnonzero(allowed))
    return _with_others(snapshot, asked, found, wanted, np.full(len(wanted), ASKED, np.float32))


def _with_others(snapshot: Snapshot, asked: BoundQuery, found: Matches, others: Numbers, steps: Floats) -> Matches:
    """Add the entries `others` to the matches `found`, each on its ranking level in `steps`. The level
    in `steps` also replaces the level of an entry that `found` contains."""
    entries = np.union1d(found.entries, others)
    on = np.zeros(len(entries), np.float32)
    on[np.searchsorted(entries, found.entries)] = found.steps
    on[np.searchsorted(entries, others)] = steps
    return replace(found, entries=entries, scores=_scored(snapshot, asked, entries), steps=on)
