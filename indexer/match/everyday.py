"""Weighs the law words for the everyday words of a query, as further terms of the query.

The words of one law side never count for more than the everyday words themselves. So of two provisions that differ only there, the
one with the typed words goes first."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from indexer.index.snapshot import Snapshot, Visible
from indexer.match import bm25
from indexer.match.bm25 import WeightedTerm
from indexer.match.statistics import Statistics
from indexer.match.terms import QueryTerm, QueryTerms, kept_slots
from legaltext.thesaurus import Expansion, Words

# What law words count relative to the everyday words that they stand for.
_WEIGHT = 0.9


def weighted(
    snapshot: Snapshot, readable: Visible, statistics: Statistics, expansions: Sequence[Expansion], folded: Mapping[str, bool]
) -> tuple[WeightedTerm, ...]:  # fmt: skip
    """Weigh the syllables and pairs of the law words in `expansions`. Returns one term for each, with its greatest weight. A
    term that occurs in no entry that the actor may read (`readable`) is left out. `folded` maps each word of the query to
    True where its diacritics are ignored."""
    slots, found = kept_slots(snapshot), dict[Words, WeightedTerm]()
    for one in expansions:
        law = bm25.weigh(snapshot, readable, statistics, _terms(slots, one.law, folded))
        most = sum(term.most for term in law)
        if not most:
            continue
        typed = sum(_most(statistics, slot) for slot in _terms(slots, one.asked, folded))
        share = _WEIGHT * one.weight * min(1.0, typed / most)
        for term in law:
            if term.most * share > (found[term.slot.words].most if term.slot.words in found else 0.0):
                found[term.slot.words] = term._replace(idf=term.idf * share, most=term.most * share)
    return tuple(found.values())


def beside(typed: Sequence[WeightedTerm], law: Sequence[WeightedTerm]) -> tuple[WeightedTerm, ...]:
    """Return those of the terms `law` that are not among the terms `typed`, which the query has itself."""
    own = {one.slot.words for one in typed}
    return tuple([one for one in law if one.slot.words not in own])


def _terms(slots: QueryTerms, words: Words, folded: Mapping[str, bool]) -> list[QueryTerm]:
    """Look up the syllables of `words` and their pairs."""
    return [slots.of(some, tuple(folded.get(word, False) for word in some)) for some in (*zip(words), *pairwise(words))]


def _most(statistics: Statistics, slot: QueryTerm) -> float:
    """The most that the term `slot` can add to a score. Unlike `bm25.weigh`, a word that no readable entry has counts too: it
    is an everyday word because the law does not use it."""
    return statistics.idf(slot) * (bm25.SYLLABLE_GAIN if slot.single else bm25.PAIR_GAIN)
