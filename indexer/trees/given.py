"""Turns a tree of Whoosh queries, which a program passed to the search, into a search query (`Query`).

This module decides which words of the tree count in ranking and are highlighted. The tree itself decides which entries
match."""

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
    """Make the search query that stands for `tree`. Raises TypeError where `tree` is no Whoosh query. Raises ValueError
    where it exceeds the limits of `parts.check`, for instance on its depth."""
    if not isinstance(tree, WhooshQuery):
        raise TypeError(f"not a question that indexer.parse made: {tree!r}")
    check(tree)
    held = list(leaves(tree))
    runs = tuple(islice(dict.fromkeys(run for leaf in held for run in _runs(leaf)), MAX_SYLLABLES))
    # Whoosh's terms are meant as they are spelled.
    marked = any(isinstance(leaf, Phrase | Term) for leaf in held)
    return Query(runs=runs, given=tree, marked=marked, blank=False, text=" ".join(map(" ".join, runs)))


def free(asked: BoundQuery) -> Free:
    """Return a function that says for a word of the query `asked` whether any spelling of it matches. This was decided
    when the query was bound to the index."""
    return lambda word: asked.folded.get(word, not asked.query.marked)


def demanded(asked: BoundQuery) -> WhooshQuery:
    """Make the tree of those conditions of the query `asked` that only Whoosh's matchers evaluate. Every result must
    match it.

    The conditions are the tree that a program passed, and words near each other in the order typed. The query must have
    at least one of them."""
    trees = [condition(node, free(asked), asked.query.marked) for node in ordered(asked.query.strict)]
    if asked.query.given is not None:
        trees.append(asked.query.given)
    return trees[0] if len(trees) == 1 else And(trees)


def _runs(leaf: WhooshQuery) -> Iterator[tuple[str, ...]]:
    """Yield the syllables that `leaf` asks for, as one tuple of neighbours. Yields nothing for a prefix or another
    pattern."""
    if isinstance(leaf, AnySpelling):
        if not leaf.begun:
            yield (leaf.text,)
    elif isinstance(leaf, Phrase) and leaf.fieldname == WORDS:
        yield tuple(map(_text, leaf.words))
    elif isinstance(leaf, Term) and leaf.fieldname in (WORDS, PAIRS):
        yield tuple(_text(leaf.text).split(" "))


def _text(term: object) -> str:
    return term.decode(errors="replace") if isinstance(term, bytes) else str(term)
