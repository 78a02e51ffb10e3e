"""Opens an index folder through Whoosh's interface."""

import os

from indexer.index.index import Index
from indexer.match.scoring import EngineScoring
from indexer.trees.evaluation import matching_entries
from indexer.whoosh.index import LiveIndex


def open_index(path: str | os.PathLike[str]) -> LiveIndex:
    """The index in this folder as a `whoosh.index.Index`; nothing is made. Its searchers find by the evaluation that `search`
    has for trees of Whoosh's queries, and score as the engine's first stage does. IndexUnusable where there is none that this
    version can read."""
    opened = LiveIndex(Index(path), EngineScoring(), matching_entries)
    opened.snapshot()
    return opened
