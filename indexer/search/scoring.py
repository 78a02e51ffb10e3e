"""The BM25 score of `match.bm25` as a scoring model of Whoosh, for searches through Whoosh's interface."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from typing import Any

from whoosh.scoring import BaseScorer, WeightingModel

from indexer.index import schema
from indexer.index.snapshot import Floats
from indexer.match import statistics
from indexer.match.bm25 import PAIR_GAIN, SYLLABLE_GAIN, norm_of
from indexer.match.terms import kept_slots
from indexer.types import Access


class EngineScoring(WeightingModel):
    """A Whoosh weighting model. Syllables and pairs score as in `match.bm25`, but only in the exact spelling
    of the query. Terms of other fields are conditions and score 0.

    `access` decides in which entries terms are counted (see `statistics.of`); None means in all. The model
    works only with searchers of `indexer.whoosh.searcher`."""

    def __init__(self, access: Access | None = None) -> None:
        self._access = access or Access(None)

    def scorer(self, searcher: Any, fieldname: str, text: Any, qf: int = 1) -> BaseScorer:
        """Make the scorer of one term in one segment. `fieldname` and `text` (bytes) are the term, `qf` is
        how often it occurs in the query, and `searcher` is Whoosh's searcher of the segment."""
        if fieldname not in (schema.WORDS, schema.PAIRS):
            return NothingScorer()
        snapshot = searcher.get_parent().snapshot
        words = tuple(text.decode().split(" "))
        known = statistics.of(snapshot, self._access)
        name = searcher.reader().segment().segment_id()
        segment = next(one for one in snapshot.segments if one.name == name)
        gain = SYLLABLE_GAIN if len(words) == 1 else PAIR_GAIN
        worth = qf * known.idf(kept_slots(snapshot).of(words, (False,) * len(words))) * gain
        return TermScorer(worth, norm_of(known, segment, len(words) == 1))


class TermScorer(BaseScorer):
    """Scores the postings of one term: worth · tf / (tf + norm). `worth` is the weight of the term in the
    query, and `norms` holds the length norm of each entry of the segment."""

    def __init__(self, worth: float, norms: Floats) -> None:
        self._worth, self._norms = worth, norms

    def score(self, matcher: Any) -> float:
        """The score of the term in the entry that `matcher` points to."""
        weight = float(matcher.weight())
        return self._worth * weight / (weight + float(self._norms[matcher.id()]))

    def max_quality(self) -> float:
        """Return an upper bound of the score of the term in any entry, by which Whoosh may skip entries."""
        return self._worth


class NothingScorer(BaseScorer):
    """The scorer of a condition, which decides whether an entry matches but adds nothing to its score."""

    def score(self, matcher: Any) -> float:
        """Return 0, the score of a condition, for every entry."""
        return 0.0

    def max_quality(self) -> float:
        """Return 0, the upper bound of the score of a condition."""
        return 0.0
