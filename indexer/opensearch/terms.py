"""The names of terms in OpenSearch, and what OpenSearch counts of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from indexer.opensearch.client import Client
from legaltext.text import forms

# Stands before a word that is written without its marks. It is no part of any word.
BARE = "~"
Query = dict[str, Any]
Term = tuple[tuple[str, ...], tuple[bool, ...]]
# For so long a count is good: it decides no more than the weight of a word, for all questions alike.
_KEPT_SECONDS, _MOST_KEPT = 10.0, 20_000


def both(first: str, second: str) -> str:
    """The name of a pair of neighbouring words."""
    return f"{first}&{second}"


def exactly(field: str, value: Any) -> Query:
    """The condition that the field `field` has the value `value`."""
    return {"term": {field: {"value": value}}}


def every(conditions: Iterable[Query]) -> Query:
    """The condition that all of `conditions` are met, without any score."""
    return {"bool": {"filter": list(conditions)}}


def either(conditions: Iterable[Query]) -> Query:
    """The condition that one of `conditions` is met."""
    return {"bool": {"should": list(conditions), "minimum_should_match": 1}}


def condition(words: Sequence[str], folded: Sequence[bool]) -> Query:
    """The condition that an entry has the term of one word, or of two side by side. Of a pair with marks on one side only, the other
    side is looked for by itself."""
    if len(words) == 1:
        return exactly("words", _spelled(words[0], folded[0]))
    if all(folded):
        return exactly("pairs", BARE + both(*(forms(word)[1] for word in words)))
    if not any(folded):
        return exactly("pairs", both(*words))
    own = [exactly("words", word) for word, free in zip(words, folded, strict=True) if not free]
    return every([exactly("pairs", BARE + both(*(forms(word)[1] for word in words))), *own])


def _spelled(word: str, free: bool) -> str:
    return BARE + forms(word)[1] if free else word


class KeptCounts:
    """Counts that are kept for some seconds, for all questions to one index."""

    def __init__(self) -> None:
        self._held: dict[Any, tuple[float, int]] = {}

    def get(self, key: Any) -> int | None:
        """The count under `key`; None where there is none, or where it is too old."""
        made, value = self._held.get(key, (0.0, 0))
        return value if time.monotonic() - made < _KEPT_SECONDS else None

    def put(self, key: Any, value: int) -> None:
        """Keep a count. A count of 0 is not kept: a new document must be found at once."""
        if len(self._held) > _MOST_KEPT:
            self._held.clear()
        if value:
            self._held[key] = time.monotonic(), value

    def clear(self) -> None:
        """Forget all counts."""
        self._held.clear()


class TermCounts:
    """What OpenSearch counts for one search, in the sense of `indexer.index.snapshot.Beyond`. `public` and `readable` are the
    conditions on the entries that every signed-in person may read, and on those that the actor may; `within` says whether the first
    are among the second."""

    def __init__(self, client: Client, kept: KeptCounts, public: Query, readable: Query, within: bool) -> None:
        self._client, self._kept, self._within = client, kept, within
        self._filters = {"public": public, "readable": readable}
        self._keys = {name: repr(one) for name, one in self._filters.items()}
        self._told: dict[Any, int] = {}
        self._alike = public == readable

    @property
    def entries(self) -> int:
        """How many entries every signed-in person may read."""
        return self._of_all("entries")

    @property
    def length(self) -> int:
        """Their summed lengths in weighted words."""
        return self._of_all("length")

    def _of_all(self, what: str) -> int:
        if what not in self._told:
            keys = {name: (self._keys["public"], name) for name in ("entries", "length")}
            known = {name: self._kept.get(key) for name, key in keys.items()}
            if None in known.values():
                body = {"size": 0, "track_total_hits": True, "query": self._filters["public"], "aggs": {"length": {"sum": {"field": "length"}}}}
                found = self._client.search(body)
                known = {"entries": found["hits"]["total"]["value"], "length": int(found["aggregations"]["length"]["value"])}
                for name, key in keys.items():
                    self._kept.put(key, known[name] or 0)
            self._told |= {name: value or 0 for name, value in known.items()}
        return self._told[what]

    def count(self, words: tuple[str, ...], folded: tuple[bool, ...]) -> int:
        """How many entries that every signed-in person may read have the term."""
        return self._one("public", (words, folded))

    def held(self, words: tuple[str, ...], folded: tuple[bool, ...]) -> bool:
        """Whether an entry that the actor may read has the term."""
        if self._within and self._one("public", (words, folded)) > 0:
            return True
        return not (self._within and self._alike) and self._one("readable", (words, folded)) > 0

    def _one(self, which: str, term: Term) -> int:
        key = which, term
        if key not in self._told:
            self.ask([term], which)
        return self._told[key]

    def ask(self, terms: Iterable[Term], which: str = "public") -> None:
        """Count several terms in one request."""
        wanted = [term for term in dict.fromkeys(terms) if (which, term) not in self._told]
        left = []
        for term in wanted:
            known = self._kept.get((self._keys[which], term))
            if known is None:
                left.append(term)
            else:
                self._told[which, term] = known
        self._count(left, which, lambda term, value: self._kept.put((self._keys[which], term), value))
        if which == "public" and not (self._within and self._alike):
            # Whether the actor reads them is asked next, so all are asked for together.
            self.ask([term for term in wanted if not self._told["public", term]], "readable")

    def _count(self, terms: Sequence[Term], which: str, keep: Callable[[Term, int], None]) -> None:
        bound = {"track_total_hits": True} if which == "public" else {"track_total_hits": 1, "terminate_after": 1}
        bodies = [{"size": 0, **bound, "query": every([condition(*term), self._filters[which]])} for term in terms]
        for term, found in zip(terms, self._client.searches(bodies), strict=True):
            value = found["hits"]["total"]["value"]
            self._told[which, term] = value
            keep(term, value)
