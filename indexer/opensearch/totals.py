"""Counts documents and the values of filters, where a question has more matches than were read as candidates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from indexer.index import schema
from indexer.match import facets, statuses
from indexer.match.bound_query import BoundQuery
from indexer.match.facets import OWN
from indexer.opensearch import conditions, gather
from indexer.opensearch.client import Client
from indexer.opensearch.terms import Query, every
from indexer.types import FacetValue, Request
from legaltext.validity import STATUS_LABELS

# Up to so many documents are counted exactly, in all and of one value.
EXACTLY, _EXACTLY_EACH = 40_000, 10_000
_DOCUMENTS: Query = {"cardinality": {"field": "document", "precision_threshold": EXACTLY}}
_EACH: Query = {"cardinality": {"field": "document", "precision_threshold": _EXACTLY_EACH}}
_MOST_VALUES = 60


@dataclass(frozen=True)
class Totals:
    """What OpenSearch counts of the matches of a request: `documents`, those with all words in one provision (`whole`), and `facets`
    as in `Results`."""

    documents: int
    whole: int
    facets: dict[str, tuple[FacetValue, ...]]


def count(client: Client, request: Request, found: gather.Gathered, asked: BoundQuery, least: float, all_words: bool, named: Sequence[int]) -> Totals:
    """Count the matches of `request`. `least` is the least score of a match, `all_words` says whether each must have all words, and
    `named` are the documents that the question names."""
    chosen = {name: tuple(values) for name, values in request.filters.items() if values}
    marks = {name: conditions.ticked(name, values, asked.at) for name, values in chosen.items()}
    blank = asked.query.blank and not asked.query.conditional
    aggs = _aggregations(asked.at, marks, blank, chosen)
    if not blank:
        aggs["whole"] = {"filter": every([conditions.whole(asked), *marks.values()]), "aggs": {"held": _DOCUMENTS}}
    body: dict[str, Any] = {"size": 0, "track_total_hits": False, "query": gather.met(asked, found.scope, all_words, named), "aggs": aggs}
    if blank:
        body["query"] = every([*found.scope, {"term": {"first": True}}])
    elif not all_words and least > 0:
        body["min_score"] = least
    told = client.search(body)["aggregations"]
    held = {name: _values(name, told[f"{name} values"], blank, chosen.get(name, ())) for name in _NAMES}
    held |= _own(told["own values"], blank, chosen)
    for name in chosen:
        if name.startswith(OWN):
            held |= _own(told[f"{name} values"], blank, chosen)
    documents = int(_counted(told["documents"], blank))
    return Totals(documents, documents if all_words or blank else int(told["whole"]["held"]["value"]), held)


_NAMES = ("type", "issuer", "year", "status", "folder", "health", "field_of_work", "tag")


def _aggregations(at: date, marks: Mapping[str, Query], blank: bool, chosen: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    each: dict[str, Any] = {} if blank else {"aggs": {"documents": _EACH}}

    def within(name: str, inner: Query) -> Query:
        others = [mark for other, mark in marks.items() if other != name]
        return {"filter": every(others) if others else conditions.ALL, "aggs": {"held": inner}}

    made: dict[str, Any] = {"documents": {"filter": every(marks.values()) if marks else conditions.ALL, "aggs": {} if blank else {"held": _DOCUMENTS}}}
    for name in _NAMES:
        field = "folder_named" if name == "folder" else name
        if name == "status":
            inner: Query = {"filters": {"filters": dict(conditions.statuses(at))}, **each}
        else:
            inner = {"terms": {"field": field, "size": _MOST_VALUES + len(chosen.get(name, ())) * 40}, **each}
        made[f"{name} values"] = within(name, inner)
    # The values of all own fields lie in one field. One that is ticked is counted apart, under the other filters that are.
    made["own values"] = within("", {"terms": {"field": "own", "size": _MOST_VALUES * 10}, **each})
    for name in marks:
        if name.startswith(OWN):
            code = re.sub(r"\W", r"\\\g<0>", name.removeprefix(OWN))
            made[f"{name} values"] = within(name, {"terms": {"field": "own", "size": _MOST_VALUES, "include": f"{code}=.*"}, **each})
    return made


def _counted(bucket: Mapping[str, Any], blank: bool) -> int:
    found: int = bucket["doc_count"] if blank else bucket["held" if "held" in bucket else "documents"]["value"]
    return found


def _values(name: str, told: Mapping[str, Any], blank: bool, chosen: tuple[str, ...]) -> tuple[FacetValue, ...]:
    buckets = told["held"]["buckets"]
    if name == "status":
        counted = {code: _counted(buckets[code], blank) for code in statuses.CODES}
        return tuple(FacetValue(code, STATUS_LABELS[code], number) for code, number in counted.items() if number)
    found = [_value(name, str(bucket["key"]), _counted(bucket, blank)) for bucket in buckets]
    return facets.listed(name, [one for one in found if one.count and one.value != "0"], chosen)


def _value(name: str, key: str, number: int) -> FacetValue:
    value, parted, label = key.partition(schema.BETWEEN_OWN)
    return FacetValue(value, label if parted and name == "folder" else value, number)


def _own(told: Mapping[str, Any], blank: bool, chosen: Mapping[str, Sequence[str]]) -> dict[str, tuple[FacetValue, ...]]:
    found: dict[str, list[FacetValue]] = {}
    for bucket in told["held"]["buckets"]:
        code, _, value = bucket["key"].partition("=")
        found.setdefault(OWN + code, []).append(FacetValue(value, value, _counted(bucket, blank)))
    return {name: facets.listed(name, values, tuple(chosen.get(name, ()))) for name, values in found.items()}
