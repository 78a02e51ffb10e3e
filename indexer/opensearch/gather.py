"""Finds the candidates of a question: the entries that OpenSearch returns, read into a snapshot.

The question is bound to an empty snapshot with the counts of OpenSearch, by the code that binds it to a local index. So both
backends read a question alike."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any

from indexer.analysis.language_model import LanguageModel
from indexer.index.snapshot import Snapshot
from indexer.match.bound_query import BoundQuery
from indexer.match.matching import ALL_ASKED, ALL_FIRST, ALL_WORDS, SHARE, settled
from indexer.match.stored_values import COMPARED, chosen
from indexer.opensearch import conditions
from indexer.opensearch.client import Client
from indexer.opensearch.packing import packed_of, snapshot
from indexer.opensearch.terms import Query, Term, TermCounts, either, every, exactly
from indexer.query import query as queries
from indexer.search.answers import understood
from indexer.types import Access, Request
from legaltext.dates import today
from legaltext.numbers import figures
from legaltext.text import fold

# So many entries are read for a question, and so many of them at most for a page far behind.
CANDIDATES, MOST = 130, 4_000
# For each document of a page so many entries.
_EACH = 5
# Documents with the number of a question, and laws whose titles have its words.
_NAMED, _LAWS = 200, 60
# What puts entries with all words in front of all others; scores are below.
_FRONT = 4096.0
_VALUES = 10_000
RETURNED: Mapping[str, Any] = {"_source": False, "stored_fields": "_none_", "docvalue_fields": ["packed"]}


@dataclass(frozen=True)
class Gathered:
    """The candidates of a request.
    - `hits`: the entries that OpenSearch returned, packed.
    - `complete`: whether these are all entries that can match, so that what is counted of them is exact.
    - `asked`: the question, bound to the counts of OpenSearch. `scope`: the conditions on entries, without ticked filters.
    - `heard`: the stored values that the types and issuers typed in the question mean."""

    hits: list[str]
    complete: bool
    asked: BoundQuery
    scope: list[Query]
    heard: Mapping[str, Mapping[str, frozenset[str]]]
    counts: TermCounts

    def snapshot(self, model: LanguageModel, more: Sequence[str] = ()) -> Snapshot:
        """The candidates and the entries `more` as a snapshot."""
        return snapshot([*self.hits, *more], model, self.counts)


def packed(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """What OpenSearch keeps of the entries in the answers `found`."""
    return [packed_of(hit) for one in found for hit in one["hits"]["hits"]]


def bind(request: Request, access: Access, model: LanguageModel, counts: TermCounts) -> BoundQuery:
    """Bind the question of `request` to the counts of OpenSearch, under the rights `access`."""
    query = understood(request)
    counts.ask(terms(query))
    return settled(snapshot((), model, counts), access, query, request.at or query.at or today(), time.monotonic() + request.time_limit_seconds)


def terms(query: queries.Query) -> Iterator[Term]:
    """Name the terms that the words of `query` are looked up by, as far as they can be told before."""
    names = (*(one.other for one in query.alternatives), *(one.law for one in query.expansions), *(one.asked for one in query.expansions))
    for run in chain(query.as_spoken, names):
        for words in (*zip(run), *pairwise(run)):
            yield words, (not query.marked,) * len(words)


def gather(client: Client, request: Request, access: Access, model: LanguageModel, counts: TermCounts, readable: Query) -> Gathered:
    """Find the candidates of `request` among the entries that meet `readable`."""
    asked = bind(request, access, model, counts)
    query = asked.query
    scope, heard = [readable, *_scope(request, query)], {}
    if query.filters:
        heard = _heard(client, readable, query.filters)
        scope += [conditions.ticked(name, sorted(frozenset().union(*values.values())), asked.at) for name, values in heard.items()]
    marks = [conditions.ticked(name, values, asked.at) for name, values in request.filters.items() if values]
    size = min(max(CANDIDATES, (request.offset + request.limit) * _EACH), MOST)
    searches = [_best(asked, scope, size)]
    if marks:
        searches.append(_best(asked, [*scope, *marks], size))
    searches += _named(asked, scope)
    found = client.searches(searches)
    complete = found[0]["hits"]["total"]["value"] <= size
    if not complete and (request.sort == "date" or not asked.weighted):
        found += _newest(client, request, asked, [*scope, *marks], found[0])
    return Gathered(packed(found), complete, asked, scope, heard, counts)


def _newest(client: Client, request: Request, asked: BoundQuery, scope: Sequence[Query], best: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Find the newest documents that match, as many as the page of `request` needs, and their best entries. `best` is the answer
    with the best entries of all."""
    scores = [hit["_score"] or 0.0 for hit in best["hits"]["hits"]]
    top = max((score % _FRONT for score in scores), default=0.0)
    all_words = max(scores, default=0.0) >= _FRONT and len(asked.query.free) <= ALL_WORDS
    count = min(request.offset + request.limit + _LAWS, MOST)
    body: Query = {
        **RETURNED,
        "docvalue_fields": ["packed", "document"],
        "size": count,
        "collapse": {"field": "document"},
        "sort": [{"day": "desc"}, {"document": "asc"}],
        "query": met(asked, scope, all_words),
    }
    if asked.weighted and not all_words:
        body["min_score"] = SHARE * top
    newest = client.search(body)
    documents = [hit["fields"]["document"][0] for hit in newest["hits"]["hits"]]
    own = [*scope, {"terms": {"document": documents}}]
    each = {**RETURNED, "size": min(len(documents) * _EACH + CANDIDATES, MOST), "query": matching(asked, own)}
    return [newest, *client.searches([each])]


def _scope(request: Request, query: queries.Query) -> Iterator[Query]:
    if request.document is not None:
        yield exactly("document", request.document)
    if request.folder_tree is not None:
        yield {"terms": {"folder": sorted(request.folder_tree)}}
    yield from conditions.issued((request.since, query.since), (request.until, query.until))


def _best(asked: BoundQuery, scope: Sequence[Query], size: int) -> Query:
    """The search for the `size` best entries."""
    return {**RETURNED, "size": size, "track_total_hits": size + 1, "query": matching(asked, scope)}


def matching(asked: BoundQuery, scope: Sequence[Query]) -> Query:
    """The query for the entries in `scope` that can match `asked`. Those with all its words come first."""
    query, must = asked.query, list(scope)
    if query.strict is not None:
        must.append(conditions.strict(query.strict, asked))
    if query.blank or not asked.weighted:
        return every(must) if query.blank or query.conditional else every([conditions.NONE])
    should = conditions.scored(asked)
    if query.free and fronted(asked):
        should.append({"constant_score": {"filter": conditions.whole(asked), "boost": _FRONT}})
    return {"bool": {"filter": must, "should": should, "minimum_should_match": 1}}


def met(asked: BoundQuery, scope: Sequence[Query], all_words: bool, named: Sequence[int] = ()) -> Query:
    """The query for the entries in `scope` that match `asked`, but for the least score. `all_words` says whether each must have all
    words, and `named` are the documents that the question names."""
    must = list(scope)
    if asked.query.strict is not None:
        must.append(conditions.strict(asked.query.strict, asked))
    if all_words:
        words: Query = every([conditions.whole(asked)])
    elif asked.weighted:
        words = {"bool": {"should": conditions.scored(asked), "minimum_should_match": 1}}
    else:
        words = conditions.ALL
    if named:
        own: Query = {"constant_score": {"filter": {"terms": {"document": list(named)}}, "boost": _FRONT}}
        words = own if asked.query.numbered else either([words, own])
    return {"bool": {"filter": must, "must": [words]}}


def fronted(asked: BoundQuery) -> bool:
    """Whether entries with all words of the question go in front, as in `matching._by_words`."""
    return len(asked.query.free) <= (ALL_FIRST if not asked.query.question.kind else ALL_ASKED)


def _named(asked: BoundQuery, scope: Sequence[Query]) -> Iterator[Query]:
    """The searches for documents that the question names by number or by name, and for the provisions that it names."""
    query = asked.query
    if query.number is not None:
        own = [*scope, exactly("figures", figures(query.number.no))]
        yield {**RETURNED, "size": CANDIDATES, "query": _by_words(asked, own)}
        yield {**RETURNED, "size": _NAMED, "query": every([*own, exactly("first", True)])}
        if query.number.place:
            yield {**RETURNED, "size": _NAMED, "query": every([*own, _article(query.number.place.article)])}
    elif query.free:
        words = [fold(word) for word in query.free if not word.isdecimal()]
        laws = [*scope, exactly("law", "1"), *(either([exactly("title", word)]) for word in words if word not in _PLACES)]
        yield {**RETURNED, "size": _LAWS, "query": _by_words(asked, laws)}
        if query.place.article:
            yield {**RETURNED, "size": _LAWS, "query": every([*laws, _article(query.place.article)])}


_PLACES = frozenset({"dieu", "khoan", "diem", "muc", "chuong", "nam"})


def _article(article: str) -> Query:
    return {"match_phrase": {"bare": {"query": f"dieu {fold(article)}"}}}


def _by_words(asked: BoundQuery, scope: Sequence[Query]) -> Query:
    return {"bool": {"filter": list(scope), "should": conditions.scored(asked)}}


def _heard(client: Client, readable: Query, typed: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, frozenset[str]]]:
    """Find the stored values that the values `typed` for each field mean, among documents that may be read."""
    compared = [name for name in typed if name in COMPARED]
    held: dict[str, list[str]] = {}
    if compared:
        aggs = {name: {"terms": {"field": name, "size": _VALUES}} for name in compared}
        found = client.search({"size": 0, "track_total_hits": False, "query": every([readable]), "aggs": aggs})["aggregations"]
        held = {name: [bucket["key"] for bucket in found[name]["buckets"]] for name in compared}
    return {
        name: {value: frozenset(chosen(name, value, held[name]) if name in held else (value,)) for value in values}
        for name, values in typed.items()
        if values
    }


def entries(client: Client, gathered: Gathered) -> int:
    """Count the entries that have a word of the question."""
    body: Query = {"size": 0, "track_total_hits": True, "query": matching(gathered.asked, gathered.scope)}
    found: int = client.search(body)["hits"]["total"]["value"]
    return found


def wider(client: Client, gathered: Gathered, readable: Query) -> Gathered:
    """Add entries with words that look like those of the question which no text has; for suggestions."""
    query = gathered.asked.query
    words = [word for run in query.as_spoken for word in run]
    fuzzy = [{"fuzzy": {"bare": {"value": fold(word), "fuzziness": "AUTO:2,6", "max_expansions": 1_000}}} for word in dict.fromkeys(words) if len(word) > 1]
    starts = [{"prefix": {"bare": {"value": fold(word)}}} for word in dict.fromkeys(words) if len(word) > 1]
    if not fuzzy:
        return gathered
    # Weights of the server would count texts that are hidden.
    alike: list[Query] = [{"constant_score": {"filter": one}} for one in (*fuzzy, *starts)]
    bodies: list[Query] = [{**RETURNED, "size": CANDIDATES, "query": {"bool": {"filter": [readable], "should": [*alike, *conditions.scored(gathered.asked)], "minimum_should_match": 1}}}]
    bodies += [{**RETURNED, "size": 20, "query": every([readable, one])} for one in fuzzy]
    found = client.searches(bodies)
    return replace(gathered, hits=[*gathered.hits, *packed(found)])
