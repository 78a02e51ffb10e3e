"""Finds the parts of any tree of Whoosh queries.

Parts are the queries among the attributes of a query. Whoosh's own methods do not suffice: `children` omits the parts
of most span queries, and `apply` forgets the slop of a `Sequence`."""

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
# A program may give many terms one by one. Walks that no deadline interrupts take some .1 s for so many queries.
MAX_NODES = 10_000
# Beyond this and `MAX_EDITS` Whoosh's table of similar spellings takes seconds to make, which nothing can interrupt.
MAX_FUZZY_LETTERS = 40


def children(query: Query) -> tuple[Query, ...]:
    """Return the direct parts of `query`, each once and in their order; () for a query without parts."""
    held = {name: _queries(value) for name, value in vars(query).items()}
    own = [found for name, found in held.items() if found and name != "q"]
    # A span query joins its parts in `q` too, where it has several.
    return tuple({id(one): one for found in own or [held.get("q", [])] for one in found}.values())


def _queries(value: object) -> list[Query]:
    return [one for one in (value if isinstance(value, list | tuple) else (value,)) if isinstance(one, Query)]


def wanted(query: Query) -> tuple[Query, ...]:
    """Return the direct parts of `query` that an entry may match by. The excluded part of NOT, AND NOT and SpanNot is
    left out."""
    if isinstance(query, Not):
        return ()
    if isinstance(query, AndNot | SpanNot):
        return (query.a,)
    return children(query)


def rebuilt(query: Query, change: Callable[[Query], Query]) -> Query:
    """Return a copy of `query` in which each direct part is replaced by what `change` returns for it. A query without
    parts is returned itself."""
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
    """Yield the queries in the tree `query` that have no parts. Excluded parts, which an entry must not match, are left
    out. A query in two places of the tree is yielded twice."""
    parts = wanted(query)
    if not children(query):
        yield query
    for part in parts:
        yield from leaves(part)


def check(query: Query) -> None:
    """Check that the tree `query` is within the limits. Raises ValueError where it has more than `MAX_TREE_DEPTH`
    levels or more than `MAX_NODES` queries. Raises ValueError for similar spellings with too many edits or letters. A
    query in two places of the tree is counted twice."""
    _measured(query, 0, {})


def _measured(query: Query, depth: int, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Return (levels below `query`, number of queries in it and below). Raises ValueError as `check` does. `depth` is
    the level of `query`, 0 at the top of the tree."""
    if id(query) in known:
        below, size = known[id(query)]
    elif depth > MAX_TREE_DEPTH:
        raise ValueError(f"a query of more than {MAX_TREE_DEPTH} levels")
    else:
        if isinstance(query, FuzzyTerm) and (query.maxdist > MAX_EDITS or len(query.text) > MAX_FUZZY_LETTERS):
            raise ValueError(f"spellings of at most {MAX_FUZZY_LETTERS} letters at most {MAX_EDITS} edits away")
        below, size = 0, 1
        for part in children(query):
            levels, held = _measured(part, depth + 1, known)
            below, size = max(below, levels + 1), size + held
        known[id(query)] = below, size
    if depth + below > MAX_TREE_DEPTH:
        raise ValueError(f"a query of more than {MAX_TREE_DEPTH} levels")
    if size > MAX_NODES:
        raise ValueError(f"a tree of more than {MAX_NODES} queries")
    return below, size
