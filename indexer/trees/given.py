"""Turns a tree of Whoosh queries, which a program passed to the search, into a search query (`Query`).

This module decides which words of the tree count in ranking and are highlighted: the words that an entry may match by, at
most as many as a typed query may have. Which entries match is decided by the tree itself.
"""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections.abc import Iterator
from itertools import islice

from whoosh.query.compound import And
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Query as WhooshQuery
from whoosh.query.terms import Term

from indexer.index.schema import PAIRS, WORDS
from indexer.match.bound_query import BoundQuery
from indexer.query.lexer import MAX_SYLLABLES
from indexer.query.query import Query
from indexer.query.tree import ordered
from indexer.whoosh.parts import check, leaves
from indexer.whoosh.query_tree import AnySpelling, Free, condition


def question(tree: object) -> Query:
    """Make the search query that stands for `tree`. Raises TypeError where it is no Whoosh query, and ValueError where the tree is too deep or asks for similar spellings
    with too many edits or letters (see `parts.check`)."""
    if not isinstance(tree, WhooshQuery):
        raise TypeError(f"not a question that indexer.parse made: {tree!r}")
    check(tree)
    held = list(leaves(tree))
    runs = tuple(islice(dict.fromkeys(run for leaf in held for run in _runs(leaf)), MAX_SYLLABLES))
    # Whoosh's terms are meant as they are spelled.
    marked = any(isinstance(leaf, Phrase | Term) for leaf in held)
    return Query(runs=runs, given=tree, marked=marked, blank=False, text=" ".join(map(" ".join, runs)))


def free(asked: BoundQuery) -> Free:
    """Return a function that takes a word of the query `asked` and returns whether any spelling of it matches. This was
    decided when the query was bound to the index."""
    return lambda word: asked.folded.get(word, not asked.query.marked)


def demanded(asked: BoundQuery) -> WhooshQuery:
    """Make the tree of Whoosh queries for those conditions of the query `asked` that `match` does not evaluate. There must
    be one at least.

    These are the tree that a program passed to the search, and words near each other that must come in the order typed.
    Every result must match them all.
    """
    trees = [condition(node, free(asked), asked.query.marked) for node in ordered(asked.query.strict)]
    if asked.query.given is not None:
        trees.append(asked.query.given)
    return trees[0] if len(trees) == 1 else And(trees)


def _runs(leaf: WhooshQuery) -> Iterator[tuple[str, ...]]:
    """Yield the syllables that `leaf`, a query without parts, asks for, as one tuple of neighbours. Yields nothing for a
    prefix or another query that asks for no syllables of its own."""
    if isinstance(leaf, AnySpelling):
        if not leaf.begun:
            yield (leaf.text,)
    elif isinstance(leaf, Phrase) and leaf.fieldname == WORDS:
        yield tuple(map(_text, leaf.words))
    elif isinstance(leaf, Term) and leaf.fieldname in (WORDS, PAIRS):
        yield tuple(_text(leaf.text).split(" "))


def _text(term: object) -> str:
    return term.decode(errors="replace") if isinstance(term, bytes) else str(term)
