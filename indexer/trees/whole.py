"""Makes a tree of Whoosh queries from a whole search request: from its query and all its filters.

This module decides which Whoosh query stands for which part of a request. The search itself does not use the tree,
because Whoosh's matchers are slow. tests/indexer/trees/test_whole.py checks that both find the same."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from whoosh.query.compound import And, AndMaybe, Or
from whoosh.query.qcore import Every, NullQuery
from whoosh.query.qcore import Query as WhooshQuery
from whoosh.query.ranges import NumericRange
from whoosh.query.terms import Term

from indexer.index.schema import JOINED
from indexer.match import statuses
from indexer.match.bound_query import BoundQuery, name_of
from indexer.match.terms import QueryTerm
from indexer.query.query import Query
from indexer.query.tree import Phrase, Word, demands
from indexer.trees.conditions import DocumentNumber, Labelled, ValidOn
from indexer.trees.given import free
from indexer.types import Request
from indexer.whoosh.query_tree import condition

# For each field that is typed the stored values meant.
Typed = Mapping[str, frozenset[str]]


def whole(request: Request, asked: BoundQuery, typed: Typed, named: Sequence[int], all_words: bool) -> WhooshQuery:
    """Make the tree of Whoosh queries for the query `asked` with all filters of `request`. `typed` maps each field
    typed in the query to the stored values that are meant. `named` are the ids of the documents whose names the query
    contains. With `all_words` True only entries with all words of the query match; otherwise one word is enough."""
    query = asked.query
    filters = [*_places(request, query), *_fields(request, typed, asked.at)]
    strict = [condition(node, free(asked), query.marked) for node in demands(query.strict)]
    if query.given is not None:
        strict.append(query.given)
    words = [_any([_way(way, query) for way in ways]) for ways in asked.free]
    number: list[WhooshQuery] = [DocumentNumber(query.number)] if query.number else [_one_of("document", named)] if named else []
    if query.numbered:
        return _with(_all([*filters, *strict, *number]), words)
    if query.is_place:
        number = [Labelled(query.place)]
    if all_words:
        return _all([*filters, *strict, _any([_all(words), *number])])
    if strict:
        return _all([*filters, _with(_all(strict), [*words, *number])])
    ranking = [_way((one.slot,), query) for one in asked.weighted if one.slot.single]
    if query.blank:
        return _all(filters)
    return _all([*filters, _any([*ranking, *number])])


def _with(musts: WhooshQuery, more: Sequence[WhooshQuery]) -> WhooshQuery:
    """Make a query that matches what `musts` matches. An entry that also matches any of `more` gets a higher score."""
    return AndMaybe(musts, _any(more)) if more else musts


def _all(nodes: Sequence[WhooshQuery]) -> WhooshQuery:
    return nodes[0] if len(nodes) == 1 else And(list(nodes)) if nodes else Every()


def _any(nodes: Sequence[WhooshQuery]) -> WhooshQuery:
    return nodes[0] if len(nodes) == 1 else Or(list(nodes)) if nodes else NullQuery


def _way(way: Sequence[QueryTerm], query: Query) -> WhooshQuery:
    """Make the Whoosh query for `way`, one alternative of a word of `query`: the word itself, or another name as
    a phrase."""
    spelled = dict(zip(*(sum((getattr(slot, name) for slot in way), ()) for name in ("words", "folded")), strict=True))
    words = name_of(way)
    node = Phrase(words) if len(words) > 1 else Word(words[0], query.worth(words[0]))
    return condition(node, spelled.__getitem__, marked=True)


def _places(request: Request, query: Query) -> Iterator[WhooshQuery]:
    """Yield the conditions on document, folders and day of issue that `request` and `query` set."""
    if request.document is not None:
        yield Term("document", request.document)
    if request.folder_tree is not None:
        yield _one_of("folder", request.folder_tree)
    since = max(filter(None, (request.since, query.since)), default=None)
    until = min(filter(None, (request.until, query.until)), default=None)
    if since or until:
        # The index keeps no day as day 0.
        yield NumericRange("issued", since.toordinal() if since else 1, until.toordinal() if until else None)


def _fields(request: Request, typed: Typed, at: date) -> Iterator[WhooshQuery]:
    """Yield one condition for each field typed in the query, and one for each filter with ticked values. Validity is
    judged on the day `at`."""
    for name, values in typed.items():
        yield _valued(name, values, at)
    for name, ticked in request.filters.items():
        if ticked:
            yield _valued(name, ticked, at)


def _valued(name: str, values: Collection[str], at: date) -> WhooshQuery:
    """Make the condition that a document has any of `values` in the filter `name`. An unknown name gives a query that
    matches nothing. Validity is judged on the day `at`."""
    if name == "folder":
        return _one_of(name, {int(value) for value in values if value.isdecimal() and int(value)})
    if name == "year":
        return _any([Term("year", int(value)) for value in sorted(values) if value.isdecimal() and 0 < int(value) <= date.max.year])
    if name == "status":
        return _any([ValidOn(value, at) for value in statuses.CODES if value in values])
    return _one_of(name, values) if name in JOINED else NullQuery


def _one_of(field: str, values: Iterable[int] | Iterable[str]) -> WhooshQuery:
    return _any([Term(field, value) for value in sorted(values)])
