"""Finds the parts of any tree of Whoosh queries, whatever classes it is made of.

Whoosh's own `children` omits the parts of most span queries, and its `apply` forgets the slop of a `Sequence`. So this
module looks for parts among the attributes of a query."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

import copy
from collections.abc import Callable, Iterator

from whoosh.query.compound import AndNot
from whoosh.query.qcore import Query
from whoosh.query.spans import SpanNot
from whoosh.query.terms import FuzzyTerm
from whoosh.query.wrappers import Not

from indexer.query.lexer import MAX_EDITS

MAX_TREE_DEPTH = 64
# Beyond this and `MAX_EDITS` Whoosh's table of similar spellings takes seconds to make, which nothing can interrupt.
MAX_FUZZY_LETTERS = 40


def children(query: Query) -> tuple[Query, ...]:
    """Return the queries that `query` is made of, each once and in their order; () for a query without parts."""
    held = {name: _queries(value) for name, value in vars(query).items()}
    own = [found for name, found in held.items() if found and name != "q"]
    # A span query joins its parts in `q` too, where it has several.
    return tuple({id(one): one for found in own or [held.get("q", [])] for one in found}.values())


def _queries(value: object) -> list[Query]:
    return [one for one in (value if isinstance(value, list | tuple) else (value,)) if isinstance(one, Query)]


def wanted(query: Query) -> tuple[Query, ...]:
    """Return the parts of `query` that an entry may match by, without those that it must not match (the excluded part of
    NOT, AND NOT and SpanNot)."""
    if isinstance(query, Not):
        return ()
    if isinstance(query, AndNot | SpanNot):
        return (query.a,)
    return children(query)


def rebuilt(query: Query, change: Callable[[Query], Query]) -> Query:
    """Return a copy of `query` in which each part is replaced by the result of `change`. A query without parts is returned
    itself."""
    if not children(query):
        return query
    made = copy.copy(query)
    for name, value in vars(query).items():
        if isinstance(value, Query):
            setattr(made, name, change(value))
        elif isinstance(value, list | tuple):
            setattr(made, name, type(value)([change(one) if isinstance(one, Query) else one for one in value]))
    return made


def leaves(query: Query) -> Iterator[Query]:
    """Yield the queries in the tree `query` that have no parts, without those that an entry must not match. A query in two
    places of the tree is yielded twice."""
    parts = wanted(query)
    if not children(query):
        yield query
    for part in parts:
        yield from leaves(part)


def check(query: Query, depth: int = 0) -> None:
    """Raise ValueError where the tree `query` is deeper than `MAX_TREE_DEPTH`, or asks for similar spellings with too many edits
    or letters. `depth` is the level of `query` in the whole tree, 0 at its top."""
    if depth > MAX_TREE_DEPTH:
        raise ValueError(f"a query of more than {MAX_TREE_DEPTH} levels")
    if isinstance(query, FuzzyTerm) and (query.maxdist > MAX_EDITS or len(query.text) > MAX_FUZZY_LETTERS):
        raise ValueError(f"spellings of at most {MAX_FUZZY_LETTERS} letters at most {MAX_EDITS} edits away")
    for part in children(query):
        check(part, depth + 1)
