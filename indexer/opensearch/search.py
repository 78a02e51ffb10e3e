"""Answers requests: candidates from OpenSearch, everything behind them by the code of the local engine."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from indexer.analysis.language_model import LanguageModel
from indexer.index.damage import damage_told
from indexer.index.snapshot import Snapshot
from indexer.match.matching import NAMED, SHARE
from indexer.opensearch import conditions, gather, totals
from indexer.opensearch.client import Client
from indexer.opensearch.gather import Gathered
from indexer.opensearch.terms import KeptCounts, Query, TermCounts, every, exactly
from indexer.search import search as local
from indexer.search.answers import Answers
from indexer.search.suggestion import answered
from indexer.types import Access, Request, Results


class Asker:
    """One question with what it needs: the client, the model of the index, and the rights `access`."""

    def __init__(self, client: Client, kept: KeptCounts, model: LanguageModel, access: Access) -> None:
        self.client, self.model, self.access = client, model, access
        lists = access.public if access.public is not None else access.lists
        self.readable = conditions.readable(access.lists, access)
        self.public = conditions.readable(lists, access)
        within = access.lists is None or lists is not None and lists <= access.lists
        self.counts = TermCounts(client, kept, self.public, self.readable, within)

    def gathered(self, request: Request, widely: bool = False) -> Gathered:
        """Find the candidates of `request`, with `widely` those of similar words too."""
        found = gather.gather(self.client, request, self.access, self.model, self.counts, self.readable)
        return gather.wider(self.client, found, self.readable) if widely else found

    def answers(self, request: Request, started: float) -> tuple[Gathered, Snapshot, Answers]:
        """Find what matches `request`. Where nothing does, or the words were read as other words, the candidates of these are added."""
        gathered = self.gathered(request)
        snapshot = gathered.snapshot(self.model)
        found = answered(snapshot, request, self.access, started)
        if not found.passing.any() and gathered.asked.query.words:
            gathered = gather.wider(self.client, gathered, self.readable)
            snapshot = gathered.snapshot(self.model)
            found = answered(snapshot, request, self.access, started)
        if found.asked.query.text != gathered.asked.query.text:
            other = self.gathered(replace(request, query=found.asked.query))
            gathered = replace(other, hits=[*gathered.hits, *other.hits])
            snapshot = gathered.snapshot(self.model)
            found = answered(snapshot, request, self.access, started)
        return gathered, snapshot, found

    def search(self, request: Request) -> Results:
        """Answer `request` with one page."""
        started = time.monotonic()
        gathered, snapshot, found = self.answers(request, started)
        with damage_told(snapshot):
            results = local.results(snapshot, request, self.access, found, started)
        if found.typed:
            unheard = tuple(one for one in found.asked.query.named if not any(gathered.heard.get(one.field, {}).get(value) for value in one.values))
            results = replace(results, unheard=unheard)
        if gathered.complete:
            return results
        return self._counted(request, gathered, snapshot, found, results, started)

    def _counted(
        self, request: Request, gathered: Gathered, snapshot: Snapshot, found: Answers, results: Results, started: float
    ) -> Results:
        matched = found.matched
        named = np.unique(snapshot.integers["document"][matched.entries[matched.steps >= NAMED]]).tolist()
        least = SHARE * float(matched.scores.max(initial=0.0))
        told = totals.count(self.client, request, gathered, found.asked, least, found.all_words, named)
        # What the candidates already show is never counted as less.
        total = max(told.documents, results.total)
        return replace(
            results,
            total=total,
            hit_count=total - (results.total - results.hit_count),
            whole=min(max(told.whole, results.whole), total),
            facets=told.facets,
            took_ms=round((time.monotonic() - started) * 1000, 2),
        )

    def with_document(self, request: Request, document: int) -> tuple[Gathered, Snapshot]:
        """The candidates of `request`, and those in the document with the id `document`, if it may be read."""
        gathered = self.gathered(request)
        own: Query = {**gather.RETURNED, "size": gather.CANDIDATES, "query": every([self.readable, exactly("document", document)])}
        return gathered, gathered.snapshot(self.model, gather.packed([self.client.search(own)]))
