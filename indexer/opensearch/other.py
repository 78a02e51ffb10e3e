"""What is asked besides a page of results: continuations, explanations, copies, and what the site's texts teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from indexer.analysis import language_model
from indexer.analysis.sketches import BYTES
from indexer.learn import site_terms
from indexer.opensearch import conditions, gather
from indexer.opensearch.client import Client
from indexer.opensearch.indexes import Indexes
from indexer.opensearch.packing import packed_of, snapshot
from indexer.opensearch.search import Asker
from indexer.opensearch.terms import Query, condition, every, exactly
from indexer.search import alike as local_alike
from indexer.search import explain as local_explain
from indexer.suggest import asked_before
from indexer.suggest import complete as local_complete
from indexer.suggest.function_words import ASKING
from indexer.types import Access, Completions, Explanation, Request
from legaltext.numbers import parts_of
from legaltext.text import beginnings, clean, fold, has_marks, syllables

# Entries whose words may go on from what is typed, and documents whose titles may.
_GOING_ON, _TITLES = 120, 60
# Copies that are looked at, and how many entries a model learns from.
_COPIES, LEARNT_FROM = 50, 20_000
_PAGE = 1_000


def complete(asking: Asker, text: str, limit: int, asked: Sequence[str]) -> Completions:
    """Find continuations of `text` among the titles and provisions that have its words."""
    found = beginnings(clean(text))
    if not found or limit <= 0:
        return Completions((), ())
    words = [fold(word) for word in found[0]]
    begun, last = words[:-1], words[-1] if words else ""
    if not last:
        return Completions((), ())
    known = [exactly("title", word) for word in begun]
    titled = every([asking.readable, exactly("first", True), *known, {"prefix": {"title": {"value": last}}}])
    # Not one condition for both: it would go through the first words of the whole index, and tell of those that are hidden.
    said: list[Query] = [{"prefix": {"bare": {"value": last}}}]
    if begun:
        said.append({"match_phrase": {"bare": {"query": " ".join(begun[-3:])}}})
    searches: list[Query] = [
        {**gather.RETURNED, "size": _TITLES, "query": titled, "sort": [{"day": "desc"}, {"document": "asc"}]},
        {**gather.RETURNED, "size": _GOING_ON, "query": every([asking.readable, *said])},
    ]
    if (number := parts_of(text)) is not None or text.strip()[:1].isdigit():
        digits = "".join(sign for sign in (number.no if number else text.strip().split("/")[0]) if sign.isdigit())
        if digits:
            bound = {"range": {"figures": {"gte": int(digits[:9]), "lte": int(digits[:9])}}}
            searches.append({**gather.RETURNED, "size": _TITLES, "query": every([asking.readable, exactly("first", True), bound])})
    searches += [_told(asking, question) for question in asked[:_PAGE] if fold(question).startswith(fold(clean(text))[:12])][:20]
    hits = gather.packed(asking.client.searches(searches))
    return local_complete.complete(snapshot(hits, asking.model, asking.counts), text, asking.access, limit, asked)


def _told(asking: Asker, question: str) -> Query:
    """The search for provisions that have all words of `question`, side by side where they stand so in it."""
    said = syllables(question)
    free = not any(map(has_marks, said))
    words = [condition([word], [free]) for word in dict.fromkeys(said) if word not in ASKING]
    beside = [condition(both, [free, free]) for both in dict.fromkeys(pairwise(said)) if ASKING.isdisjoint(both)]
    return {**gather.RETURNED, "size": 3, "query": every([asking.public, *words, *beside])}


def tellable(asking: Asker, questions: Sequence[str]) -> tuple[str, ...]:
    """Choose the questions whose words a provision has that every signed-in person may read."""
    found = asking.client.searches([_told(asking, question) for question in questions])
    return asked_before.tellable(snapshot(gather.packed(found), asking.model, asking.counts), asking.access, questions)


def explained(asking: Asker, request: Request, document: int, anchor: str) -> Explanation | None:
    """Explain the position of a provision among the candidates of `request`. Where not all matches were read, only what is among
    the best of them has a position."""
    gathered, held = asking.with_document(request, document)
    told = local_explain.explain(held, request, asking.access, document, anchor)
    if told is None or gathered.complete:
        return told
    total = gather.entries(asking.client, gathered)
    far = told.place is not None and told.place > gather.CANDIDATES
    return replace(told, among=max(total, told.among), place=None if far else told.place)


def alike(asking: Asker, document: int, limit: int) -> tuple[tuple[int, float], ...]:
    """Find near copies by the bytes that their sketches have in common."""
    own: Query = {**gather.RETURNED, "size": 1, "query": every([asking.readable, exactly("document", document), {"exists": {"field": "sketch"}}])}
    found = gather.packed([asking.client.search(own)])
    if not found:
        return ()
    held = snapshot(found, asking.model, None)
    made = [f"{at}:{value}" for at, value in enumerate(held.segments[0].held.sketches[0].tolist())]
    shared = {"bool": {"should": [{"constant_score": {"filter": exactly("sketch", one)}} for one in made], "minimum_should_match": int(local_alike.LEAST * BYTES), "filter": [asking.readable]}}
    hits = [*found, *gather.packed([asking.client.search({**gather.RETURNED, "size": max(_COPIES, limit), "query": shared})])]
    return local_alike.alike(snapshot(hits, asking.model, asking.counts), asking.access, document, limit)


def retrain(client: Client, indexes: Indexes, lists: frozenset[int], without: frozenset[int]) -> int:
    """Learn vectors of words that only this site has, and keep them for the next rebuild. Returns how many were learnt."""
    access = Access(lists, without)
    query = conditions.readable(lists, access)
    hits: list[str] = []
    after: dict[str, Any] = {}
    while len(hits) < LEARNT_FROM:
        order = [{"document": "asc"}, {"number_in_document": "asc"}]
        found = client.search({**gather.RETURNED, "size": _PAGE, "query": query, "sort": order, **after})["hits"]["hits"]
        hits += map(packed_of, found)
        if len(found) < _PAGE:
            break
        after = {"search_after": found[-1]["sort"]}
    held = snapshot(hits, language_model.base(), None)
    chosen = held.listed(lists, without)
    made = site_terms.adapt([(segment.held, chosen[place]) for segment, place in held.parts()])
    indexes.keep_model(made)
    return len(made.vectors) - len(language_model.base().vectors) if made is not None else 0

