"""The model of a site: the base model, adapted to the words that only this site's texts have.

Decides what is learnt from; how is decided in `site_terms`, where it is kept in `Index.keep_model`.
"""

from __future__ import annotations

from indexer.analysis import language_model
from indexer.errors import IndexUnusable
from indexer.index.index import Index
from indexer.learn import site_terms


def adapt(index: Index, lists: frozenset[int], without: frozenset[int] = frozenset()) -> int:
    """Learn where the words lie that only this site's texts have, from the entries on these access lists less some
    documents; how many. The next rebuild uses them. IndexUnusable, IndexBusy."""
    snapshot = index.snapshot()
    if not snapshot.sound():
        # Nothing is learnt from bytes that nobody wrote.
        raise IndexUnusable("Chỉ mục hỏng, không học được.")
    chosen = snapshot.listed(lists, without)
    made = site_terms.adapt([(segment.held, chosen[place]) for segment, place in snapshot.parts()])
    index.keep_model(made)
    return len(made.vectors) - len(language_model.base().vectors) if made is not None else 0
