"""The score of `bm25` as a scoring model of Whoosh's, for whoever asks the index through Whoosh."""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

from typing import Any

from whoosh.scoring import BaseScorer, WeightingModel

from indexer.index import schema
from indexer.index.snapshot import Floats
from indexer.match import statistics
from indexer.match.bm25 import PAIR_GAIN, SYLLABLE_GAIN
from indexer.match.terms import kept_slots
from indexer.types import Access


class EngineScoring(WeightingModel):
    """Syllables and pairs score as in `bm25`, spelled exactly as asked; conditions on columns score nothing.

    The frequencies are those that `access` may feed; without one, those of all living entries. It works with searchers
    of `indexer.whoosh.searcher` alone, which know their snapshot.
    """

    def __init__(self, access: Access | None = None) -> None:
        self._access = access or Access(None)

    def scorer(self, searcher: Any, fieldname: str, text: Any, qf: int = 1) -> BaseScorer:
        """The scorer of a term (`text`: its bytes) in one segment; `qf` is how often it is asked."""
        if fieldname not in (schema.WORDS, schema.PAIRS):
            return NothingScorer()
        snapshot = searcher.get_parent().snapshot
        words = tuple(text.decode().split(" "))
        known = statistics.of(snapshot, self._access)
        name = searcher.reader().segment().segment_id()
        segment = next(one for one in snapshot.segments if one.name == name)
        gain = SYLLABLE_GAIN if len(words) == 1 else PAIR_GAIN
        worth = qf * known.idf(kept_slots(snapshot).of(words, (False,) * len(words))) * gain
        return TermScorer(worth, known.norm(segment, len(words) == 1))


class TermScorer(BaseScorer):
    """worth · tf / (tf + norm), `norms` with one number for each entry of the segment."""

    def __init__(self, worth: float, norms: Floats) -> None:
        self._worth, self._norms = worth, norms

    def score(self, matcher: Any) -> float:
        """The score of the entry at which a matcher stands."""
        weight = float(matcher.weight())
        return self._worth * weight / (weight + float(self._norms[matcher.id()]))

    def max_quality(self) -> float:
        """No entry scores more; a term has no blocks to skip."""
        return self._worth


class NothingScorer(BaseScorer):
    """A condition: it decides which entries answer, and adds nothing to their scores."""

    def score(self, matcher: Any) -> float:
        """0 for every entry."""
        return 0.0

    def max_quality(self) -> float:
        """0 for all."""
        return 0.0
