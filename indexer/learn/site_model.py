"""The model of a site: the base model with vectors for words that only the texts of this site contain.

This module decides from which entries the model learns.
"""

from __future__ import annotations

from indexer.analysis import language_model
from indexer.errors import IndexUnusable
from indexer.index.index import Index
from indexer.learn import site_terms


def adapt(index: Index, lists: frozenset[int], without: frozenset[int] = frozenset()) -> int:
    """Learn vectors of words that only the texts of this site contain, and save them in `index`. The next
    rebuild of the index uses them. Only entries on the access lists `lists` are read. Documents with the ids
    `without` are left out.

    Returns the number of words and word pairs learnt, 0 where there is nothing to learn. Raises IndexUnusable
    where the index is damaged, and IndexBusy when a rebuild is running."""
    snapshot = index.snapshot()
    if not snapshot.sound():
        # The model must not learn from damaged bytes.
        raise IndexUnusable("Chỉ mục hỏng, không học được.")
    chosen = snapshot.listed(lists, without)
    made = site_terms.adapt([(segment.held, chosen[place]) for segment, place in snapshot.parts()])
    index.keep_model(made)
    return len(made.vectors) - len(language_model.base().vectors) if made is not None else 0
