"""Writes the conditions of a question, of rights and of filters as queries of OpenSearch.

A condition may let more pass than it should where OpenSearch has no exact word for it; the candidates are looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from indexer.index import schema
from indexer.match.bound_query import BoundQuery, name_of
from indexer.match.facets import OWN
from indexer.match.terms import QueryTerm
from indexer.opensearch.terms import Query, condition, either, every, exactly
from indexer.query.tree import All, AnyOf, Near, Node, Phrase, Prefix, Similar, Wildcard, Without, is_toned
from indexer.types import Access
from legaltext import validity
from legaltext.text import fold, forms

ALL: Query = {"match_all": {}}
NONE: Query = {"match_none": {}}
# OpenSearch knows no words further apart; the candidates are looked at again.
_MOST_EDITS = 2
_MOST_WORDS = 1_000
_DIGITS = 9
# So many values are in one condition at most, or the server refuses it.
_MOST_TERMS = 65_000
# Filter → the field with its values.
FIELDS = {"type": "type", "issuer": "issuer", "year": "year", "folder": "folder", "health": "health", "field_of_work": "field_of_work", "tag": "tag"}
_KNOWN = {"range": {"effective_from": {"gt": 0}}}


def readable(lists: frozenset[int] | None, access: Access) -> Query:
    """The condition that an entry is on one of `lists` (None: on any), as far as the rights `access` allow its document."""
    asked: list[Query] = [] if lists is None else [either(_among("access", lists))]
    if access.only is not None:
        asked += [either(_among("document", access.only)), without([exactly("order", schema.OF_THE_SITE)])]
    if access.without:
        asked.append(without(_among("document", access.without)))
    return every(asked) if asked else ALL


def _among(field: str, numbers: frozenset[int]) -> list[Query]:
    given = sorted(numbers)
    return [{"terms": {field: given[start : start + _MOST_TERMS]}} for start in range(0, len(given), _MOST_TERMS)] or [NONE]


def without(conditions: Iterable[Query]) -> Query:
    """The condition that none of `conditions` is met."""
    return {"bool": {"must_not": list(conditions)}}


def phrase(words: Sequence[str], free: Sequence[bool]) -> Query:
    """The condition that `words` stand side by side in one run. `free` says for each whether its marks are ignored."""
    if len(words) == 1:
        return condition(words, free)
    if not any(free):
        return {"match_phrase": {"said": {"query": " ".join(words)}}}
    bare: Query = {"match_phrase": {"bare": {"query": " ".join(forms(word)[1] for word in words)}}}
    own = [condition([word], [False]) for word, loose in zip(words, free, strict=True) if not loose]
    return every([bare, *own])


def _near(node: Near, free: Sequence[bool]) -> Query:
    toned = not any(free)
    said = " ".join(word if toned else forms(word)[1] for word in node.different)
    gaps = node.reach - (len(node.different) - 1)
    inner = {"match": {"query": said, "max_gaps": gaps, "ordered": False}}
    asked: Query = {"intervals": {"said" if toned else "bare": inner}}
    return every([asked, *(condition([word], [False]) for word, loose in zip(node.different, free, strict=True) if not loose)])


def _expanded(node: Prefix | Wildcard | Similar, marked: bool) -> Query:
    toned = is_toned(node.text, marked)
    field, text = ("said", node.text) if toned else ("bare", fold(node.text))
    if isinstance(node, Prefix):
        return {"prefix": {field: {"value": text}}}
    if isinstance(node, Wildcard):
        return {"wildcard": {field: {"value": text}}}
    fuzziness = min(node.edits, _MOST_EDITS)
    return {"fuzzy": {field: {"value": text, "fuzziness": fuzziness, "transpositions": False, "max_expansions": _MOST_WORDS}}}


def strict(node: Node, asked: BoundQuery) -> Query:
    """The condition `node` of the question `asked`."""

    def free(word: str) -> bool:
        return asked.folded.get(word, not asked.query.marked)

    if isinstance(node, Without):
        return without([strict(node.node, asked)])
    if isinstance(node, All):
        return every(strict(one, asked) for one in node.nodes)
    if isinstance(node, AnyOf):
        return either(strict(one, asked) for one in node.nodes)
    if isinstance(node, Phrase):
        return phrase(node.words, list(map(free, node.words)))
    if isinstance(node, Near):
        return _near(node, list(map(free, node.different)))
    if isinstance(node, Prefix | Wildcard | Similar):
        return _expanded(node, asked.query.marked)
    return condition([node.text], [free(node.text)])


def whole(asked: BoundQuery) -> Query:
    """The condition that an entry has every word of the question `asked` outside of conditions, or another name of it."""
    return every(either(_way(way, asked) for way in ways) for ways in asked.free)


def _way(way: Sequence[QueryTerm], asked: BoundQuery) -> Query:
    if len(way) == 1:
        return condition(way[0].words, way[0].folded)
    name = name_of(way)
    return phrase(name, [asked.folded.get(word, not asked.query.marked) for word in name])


def scored(asked: BoundQuery) -> list[Query]:
    """The terms of the question `asked`, each with its weight."""
    return [_weighted(one.slot, float(one.most)) for one in asked.weighted if one.most]


def _weighted(slot: QueryTerm, most: float) -> Query:
    asked = condition(slot.words, slot.folded)
    if "term" in asked:
        return {"term": {name: {**one, "boost": most} for name, one in asked["term"].items()}}
    # A pair with marks on one side only: the pair without marks counts, where the word with marks is there too.
    pair, *others = asked["bool"]["filter"]
    return {"bool": {"must": [{"term": {name: {**one, "boost": most} for name, one in pair["term"].items()}}], "filter": others}}


def ticked(name: str, values: Iterable[str], at: date) -> Query:
    """The condition that a document has one of `values` of the filter `name`. Its status is that of the day `at`."""
    wanted = list(values)
    if name == "status":
        known = statuses(at)
        return either([known[value] for value in wanted if value in known] or [NONE])
    if name.startswith(OWN):
        return {"terms": {"own": [f"{name.removeprefix(OWN)}={value}" for value in wanted]}}
    if name not in FIELDS:
        return NONE
    if name in ("year", "folder"):
        # Other digits than these, and numbers that no field holds, are refused by the server.
        wanted = [value for value in wanted if value.isascii() and value.isdecimal() and len(value) <= _DIGITS and int(value)]
    return {"terms": {FIELDS[name]: wanted}} if wanted else NONE


def statuses(at: date) -> Mapping[str, Query]:
    """For each status the condition that a document has it on the day `at`, as in `legaltext.validity.code_between`."""
    day = at.toordinal()
    over: Query = {"range": {"effective_to": {"gt": 0, "lte": day}}}
    return {
        validity.IN_FORCE: {"bool": {"filter": [{"range": {"effective_from": {"gt": 0, "lte": day}}}], "must_not": [over]}},
        validity.NOT_YET: {"bool": {"filter": [{"range": {"effective_from": {"gt": day}}}], "must_not": [over]}},
        validity.OVER: over,
        validity.UNKNOWN: without([over, _KNOWN]),
    }


def issued(since: Iterable[date | None], until: Iterable[date | None]) -> list[Query]:
    """The conditions that a document was issued in the days given, both inclusive."""
    asked: list[Query] = [{"range": {"issued": {"gte": day.toordinal()}}} for day in since if day]
    return asked + [{"range": {"issued": {"gt": 0, "lte": day.toordinal()}}} for day in until if day]
