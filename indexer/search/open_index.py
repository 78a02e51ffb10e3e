"""Opens an index folder through Whoosh's interface."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from indexer.index.index import Index

if TYPE_CHECKING:
    from indexer.whoosh.index import LiveIndex


def open_index(path: str | os.PathLike[str]) -> LiveIndex:
    """Open the index in the folder `path` as a `whoosh.index.Index`; nothing is created. Its searchers match entries as
    the product's search does. They score entries as the first stage of ranking does. Raises IndexUnusable where the
    folder has no index that this version can read."""
    # Whoosh is imported when a process first needs it, see `answers.matching`.
    from indexer.search.scoring import EngineScoring
    from indexer.trees.evaluation import matching_entries
    from indexer.whoosh.index import LiveIndex

    opened = LiveIndex(Index(path), EngineScoring(), matching_entries)
    opened.snapshot()
    return opened
