"""Finds the entries that a tree of Whoosh queries matches, for the product's search and for Whoosh's searcher alike.

This module decides which types of queries are evaluated as masks, which is fast. All other types are left to their own Whoosh
matchers, which are slow. Entries that are not reached before the deadline do not match."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh.fields import NUMERIC
from whoosh.query import compound, positional, qcore, ranges, spans, terms
from whoosh.query.qcore import Query

# In Whoosh-Reloaded `whoosh.query.wrappers` as an attribute is the module of matchers of this name.
from whoosh.query.wrappers import ConstantScoreQuery, Not, WeightingQuery
from whoosh.reading import TermNotFound

from indexer.index import schema
from indexer.index.snapshot import Bools, Segment, Snapshot
from indexer.match import boolean
from indexer.match.expansion import MOST_EXPANDED
from indexer.store.ragged import Numbers
from indexer.trees import patterns
from indexer.trees.conditions import KnownEntries, SegmentQuery
from indexer.trees.patterns import PATTERNS, Chosen
from indexer.whoosh import fallback
from indexer.whoosh.budget import Budget, OverBudget
from indexer.whoosh.codec import ReaderWithin
from indexer.whoosh.parts import rebuilt
from indexer.whoosh.query_tree import AnySpelling
from indexer.whoosh.schema import SCHEMA, field_lengths

# Terms of one query that a matcher may open in a segment: those that its patterns stand for, and as many given one by one.
_MOST_OPENED = 2 * MOST_EXPANDED


@dataclass
class Limits:
    """The time limit of one evaluation, and its report. The evaluation ends at `deadline`, a time of `time.monotonic`.
    Afterwards `late` says whether something was not read in time, and `cut` whether some terms were not used. `expanded` has one
    item for each pattern in the tree: the terms that it stands for."""

    deadline: float
    late: bool = False
    cut: bool = False
    expanded: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class _Part:
    """One segment in the evaluation of a tree. `chosen` maps the `id` of each pattern to the terms that it stands for. None
    means that every pattern stands for all terms that it matches."""

    segment: Segment
    limits: Limits
    budget: Budget
    chosen: Chosen | None


def mask(snapshot: Snapshot, tree: Query, limits: Limits, scope: Bools) -> Bools:
    """Return a mask of the entries in the mask `scope` that `tree` matches. The caller must have checked `tree` with
    `parts.check`.

    All patterns of the tree together stand for at most `MOST_EXPANDED` terms, the most frequent ones; under NOT for all. Entries
    that are not reached by `limits.deadline` do not match. The other attributes of `limits` report what was left out. Raises
    what Whoosh raises for a query that makes no sense, such as QueryError."""
    budget = Budget(limits.deadline, _MOST_OPENED)
    chosen, limits.cut = patterns.choose(snapshot, tree, scope, budget)
    limits.expanded = tuple(tuple(text.decode() for text in texts) for texts in chosen.values())
    return _masked(snapshot, tree, limits, scope, budget, chosen)


def matching_entries(snapshot: Snapshot, tree: Query) -> Bools:
    """Return a mask of all entries that `tree` matches, without the deleted ones and without any limit. Programs that search
    through Whoosh's interface use this. Raises what Whoosh raises for a query that makes no sense."""
    return _masked(snapshot, tree, Limits(math.inf), snapshot.alive, Budget(math.inf, math.inf), None)


def _masked(
    snapshot: Snapshot, tree: Query, limits: Limits, scope: Bools, budget: Budget, chosen: Chosen | None
) -> Bools:  # fmt: skip
    held = [np.zeros(0, bool)]
    for segment, place in snapshot.parts():
        held.append(_met(_Part(segment, limits, budget, chosen), tree, scope[place]))
    return np.concatenate(held)


def _met(part: _Part, query: Any, scope: Bools, exhaustive: bool = False) -> Bools:
    """Return a mask of the entries in `scope` that `query` matches. With `exhaustive` True, as under NOT, patterns stand for all
    their terms."""
    if time.monotonic() > part.limits.deadline:
        part.limits.late = True
        return np.zeros_like(scope)
    kind = type(query)
    if kind in _KNOWN:
        return _KNOWN[kind](part, query, scope, exhaustive)
    if kind in PATTERNS:
        return _pattern(part, query, scope, exhaustive)
    if isinstance(query, SegmentQuery):
        return scope & query.holds(part.segment.held)
    return _by_matcher(part, query, scope, exhaustive)


def _by_matcher(part: _Part, query: Any, scope: Bools, exhaustive: bool) -> Bools:
    """Return a mask of the entries in `scope` that `query` matches, evaluated by its own Whoosh matcher. The matcher is
    slow, so a wider query, which is fast, chooses the entries that it reads. With `exhaustive` True, as under NOT, patterns
    stand for all their terms."""
    superset = _holding(query)
    within = scope if isinstance(superset, qcore.Every) else _met(part, superset, scope, exhaustive)
    found = fallback.matched(part.segment, _spelled_out(part, query, within, exhaustive), within, part.budget)
    if part.budget.late or part.budget.cut:
        # Under a NOT, what was not read may hold what is not wanted.
        part.limits.late = part.limits.cut = True
    return found


def _holding(query: Any) -> Query:
    """Return a wider query that is fast to evaluate: it matches all that `query` matches, and perhaps more. For a phrase this is
    an AND of the words; for an unknown type it is Every, which matches all entries."""
    if isinstance(query, spans.SpanNot):
        return _holding(query.a)
    if isinstance(query, spans.SpanFirst):
        return _holding(query.q)
    if isinstance(query, spans.SpanOr):
        return compound.Or([_holding(each) for each in query.subqs])
    if isinstance(query, spans.SpanNear2):
        return compound.And([_holding(each) for each in query.qs])
    if isinstance(query, spans.SpanNear | spans.SpanContains | spans.SpanBefore | spans.SpanCondition):
        return compound.And([_holding(query.a), _holding(query.b)])
    if isinstance(query, positional.Sequence):
        return compound.And([_holding(each) for each in query])
    if isinstance(query, positional.Phrase):
        return compound.And([terms.Term(query.fieldname, word) for word in query.words])
    return query if type(query) in _KNOWN or type(query) in PATTERNS else qcore.Every()


def _spelled_out(part: _Part, query: Any, within: Bools, exhaustive: bool) -> Query:
    """Rewrite `query` for Whoosh's own matcher. A pattern becomes an OR of its terms, or a query without matches when the
    budget is used up. A condition on a column becomes the set of entries in `within` that meet it. `exhaustive` is True under
    a NOT, where a pattern stands for all its terms."""
    if type(query) in PATTERNS:
        reader = _reader(part, within)
        try:
            texts = [text for text, _ in patterns.terms(reader, query, _only(part, query, exhaustive))]
        except OverBudget:
            return qcore.NullQuery
        return _union([terms.Term(query.field(), text) for text in texts])
    if type(query) is ranges.NumericRange or isinstance(query, SegmentQuery):
        return KnownEntries(_met(part, query, within))
    all_of_it = exhaustive or isinstance(query, Not | compound.AndNot | spans.SpanNot)
    made = rebuilt(query, lambda each: _spelled_out(part, each, within, all_of_it))
    if type(made) is spans.SpanNot:
        return fallback.SpanNot(made.a, made.b)
    return _union(made.subqueries) if type(made) is compound.Or else made


def _union(queries: Sequence[Query]) -> Query:
    """Make an OR of `queries` whose matcher has positions. Whoosh by itself gives up positions for more than 1,024 queries."""
    made = compound.Or(queries)
    made.matcher_type = compound.Or.DEFAULT_MATCHER
    return made


def _only(part: _Part, query: Query, exhaustive: bool) -> Sequence[bytes] | None:
    return None if part.chosen is None or exhaustive else part.chosen.get(id(query))


def _all(part: _Part, query: Any, scope: Bools, exhaustive: bool) -> Bools:
    kept = scope if len(query) else np.zeros_like(scope)
    for each in query:
        kept = _met(part, each, kept, exhaustive)
    return kept


def _any(part: _Part, query: Any, scope: Bools, exhaustive: bool) -> Bools:
    found = np.zeros_like(scope)
    for each in query:
        found |= _met(part, each, scope, exhaustive)
    return found


def _without(part: _Part, unwanted: Query, scope: Bools) -> Bools:
    """Return a mask of the entries in `scope` that `unwanted` does not match. Whoosh's own NOT may return what it excludes."""
    held = _met(part, unwanted, scope, exhaustive=True)
    # Entries that were not read in time may contain what is excluded.
    return np.zeros_like(scope) if part.limits.late else scope & ~held


def _every(part: _Part, query: Any, scope: Bools, exhaustive: bool) -> Bools:
    """Return a mask of the entries in `scope` that have a value in the field of `query`. Without a field, or with a
    numeric field, these are all of `scope`."""
    held, name = part.segment.held, query.fieldname
    if name is None or name in schema.INTEGERS:
        return scope
    if name in schema.NAMES:
        return scope & _valued(part, name, bool)
    worded: Bools = np.greater(field_lengths(held, name), 0)
    return scope & worded


def _valued(part: _Part, name: str, meant: Callable[[str], bool]) -> Bools:
    """Return a mask of the entries for whose value in the column `name` the function `meant` returns True."""
    column = part.segment.held.names[name]
    chosen: Bools = np.array([*map(meant, column.values), False])
    found: Bools = chosen[column.codes]
    return found


def _term(part: _Part, query: Any, scope: Bools, exhaustive: bool) -> Bools:
    name = query.fieldname
    try:
        text: bytes = SCHEMA[name].to_bytes(query.text) if name in SCHEMA else b""
    except ValueError:
        text = b""
    if not text:
        return np.zeros_like(scope)
    if name in schema.INTEGERS:
        equal: Bools = part.segment.held.integers[name] == SCHEMA[name].from_bytes(text)
        return scope & equal
    if name in schema.NAMES:
        return scope & _valued(part, name, lambda value: value.encode() == text)
    held = _reader(part, scope).terms
    try:
        return _among(part, held.postings(name, held.number(name, text))[0])
    except TermNotFound:
        return np.zeros_like(scope)


def _range(part: _Part, query: Any, scope: Bools, exhaustive: bool) -> Bools:
    """Return a mask of the entries in `scope` whose value in a numeric field is in the range `query`. Raises
    ValueError for a field that is not numeric."""
    name = query.fieldname
    field = SCHEMA[name] if name in SCHEMA else None
    if not isinstance(field, NUMERIC):
        raise ValueError(f"no numbers in field {name}")
    column, kept = part.segment.held.integers[name], scope
    if query.start is not None:
        start = field.prepare_number(query.start)
        kept = kept & (column > start if query.startexcl else column >= start)
    if query.end is not None:
        end = field.prepare_number(query.end)
        kept = kept & (column < end if query.endexcl else column <= end)
    return kept


def _phrase(part: _Part, query: Any, scope: Bools, exhaustive: bool) -> Bools:
    if query.fieldname != schema.WORDS or query.slop != 1:
        return _by_matcher(part, query, scope, exhaustive)
    return _side_by_side(part, [(word, False) for word in query.words], scope)


def _sequence(part: _Part, query: Any, scope: Bools, exhaustive: bool) -> Bools:
    asked = [_spelling(each) for each in query]
    words = [one for one in asked if one is not None]
    # One word may be asked for in its own spelling and, at another place, in any.
    if query.slop != 1 or len(words) < len(asked) or len(dict(words)) < len(set(words)):
        return _by_matcher(part, query, scope, exhaustive)
    return _side_by_side(part, words, scope)


def _spelling(query: Any) -> tuple[str, bool] | None:
    """Return (the word that `query` asks for, whether any spelling matches); None where `query` is no query for one word."""
    if type(query) is AnySpelling and not query.begun:
        return query.text, True
    if type(query) is terms.Term and query.fieldname == schema.WORDS and isinstance(query.text, str):
        return query.text, False
    return None


def _side_by_side(part: _Part, words: Sequence[tuple[str, bool]], scope: Bools) -> Bools:
    if not words:
        return np.zeros_like(scope)
    reading = boolean.Evaluation(dict(words), marked=True, deadline=part.limits.deadline)
    found = boolean.with_phrase(part.segment, [word for word, _ in words], reading, scope)
    part.limits.late = part.limits.late or reading.late
    return scope & found


def _pattern(part: _Part, query: Any, scope: Bools, exhaustive: bool) -> Bools:
    reader, found = _reader(part, scope), [np.empty(0, np.int64)]
    try:
        for _, number in patterns.terms(reader, query, _only(part, query, exhaustive)):
            found.append(reader.terms.postings(query.field(), number)[0])
    except OverBudget:
        part.limits.late = part.limits.cut = True
    return _among(part, np.concatenate(found))


def _reader(part: _Part, scope: Bools) -> ReaderWithin:
    return ReaderWithin(part.segment, scope, part.budget)


def _among(part: _Part, entries: Numbers) -> Bools:
    found = np.zeros(part.segment.size, bool)
    found[entries] = True
    return found


_Evaluate = Callable[[_Part, Any, Bools, bool], Bools]
_KNOWN: dict[type[Query], _Evaluate] = {
    compound.And: _all,
    compound.Or: _any,
    compound.DisjunctionMax: _any,
    compound.AndNot: lambda part, query, scope, each: _without(part, query.b, _met(part, query.a, scope, each)),
    compound.Require: lambda part, query, scope, each: _met(part, query.b, _met(part, query.a, scope, each), each),
    # The second query adds to scores alone.
    compound.AndMaybe: lambda part, query, scope, each: _met(part, query.a, scope, each),
    Not: lambda part, query, scope, each: _without(part, query.query, scope),
    ConstantScoreQuery: lambda part, query, scope, each: _met(part, query.child, scope, each),
    WeightingQuery: lambda part, query, scope, each: _met(part, query.child, scope, each),
    type(qcore.NullQuery): lambda part, query, scope, each: np.zeros_like(scope),
    qcore.Every: _every,
    terms.Term: _term,
    ranges.NumericRange: _range,
    positional.Phrase: _phrase,
    positional.Sequence: _sequence,
}
