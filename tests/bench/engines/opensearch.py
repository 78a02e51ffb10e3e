"""Compares the search on OpenSearch with the local engine: the same judged questions, the same machine.

    python -m tests.bench.engines.opensearch CORPUS QUERIES QRELS --url http://127.0.0.1:9200 [--sample 100]

It prints one line of JSON for each backend: provisions indexed a second, nDCG@10, the median and 95th percentile of a page of
results in milliseconds, and the seconds of processor time that a page costs this process."""

from __future__ import annotations

import argparse
import json
import secrets
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from indexer import Access, Engine, Entry, Request, SearchBackend, opensearch_engine
from indexer.evaluate.corpus import JudgedQuery, documents_of, read_questions
from indexer.evaluate.metrics import measure
from indexer.index.snapshot import Snapshot
from indexer.opensearch.backend import OpenSearchEngine
from indexer.search.search import rank_provisions

_CHUNK = 2_000
_DEPTH = 100
EVERYTHING = Access(None)


def fill(backend: SearchBackend, documents: Mapping[str, list[Entry]]) -> float:
    """Build the index anew, and return how many provisions were written in a second."""
    started, total = time.perf_counter(), 0
    with backend.rebuild() as target:
        chunk: list[tuple[int, list[Entry]]] = []
        size = 0
        for entries in documents.values():
            chunk.append((entries[0].document, entries))
            size += len(entries)
            if size >= _CHUNK:
                target.write(chunk)
                chunk, total, size = [], total + size, 0
        target.write(chunk)
        total += size
    return total / (time.perf_counter() - started)


def candidates(backend: SearchBackend) -> Callable[[Request], Snapshot]:
    """How `backend` finds what is ranked."""
    if isinstance(backend, Engine):
        return lambda _request: backend.index.snapshot()
    assert isinstance(backend, OpenSearchEngine)
    return lambda request: backend.candidates(request, EVERYTHING)


def figures(backend: SearchBackend, questions: Sequence[JudgedQuery]) -> dict[str, float]:
    """Ask `backend` all `questions`, and measure its answers and its time."""
    read, quality, pages = candidates(backend), [], []
    spent = 0.0
    for question in questions:
        request = Request(question.text, limit=_DEPTH)
        ranked = rank_provisions(read(Request(question.text)), request, EVERYTHING)
        quality.append(measure(question, [one.anchor for one in ranked])["ndcg@10"])
    for question in questions:
        cpu, started = time.process_time(), time.perf_counter()
        backend.search(Request(question.text), EVERYTHING)
        pages.append((time.perf_counter() - started) * 1000)
        spent += time.process_time() - cpu
    p50, p95 = np.percentile(pages, [50, 95])
    return {"ndcg@10": round(float(np.mean(quality)), 4), "p50": round(float(p50), 1), "p95": round(float(p95), 1), "cpu": round(spent / len(pages), 4)}


def main() -> None:
    """Measure both backends, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs=3, type=Path)
    parser.add_argument("--url", required=True)
    parser.add_argument("--sample", type=int, default=None)
    given = parser.parse_args()
    documents, questions = documents_of(given.files[0]), read_questions(given.files[1], given.files[2], given.sample)
    with tempfile.TemporaryDirectory() as folder:
        local, remote = Engine(folder), opensearch_engine(f"{given.url}/bench-{secrets.token_hex(4)}", replicas=0)
        try:
            for name, backend in (("local", local), ("opensearch", remote)):
                speed = fill(backend, documents)
                told = {"backend": name, "entries": sum(map(len, documents.values())), "a second": round(speed), **figures(backend, questions)}
                print(json.dumps(told | {"MB": round(backend.health().size / 1e6, 1)}), flush=True)
        finally:
            remote.discard()


if __name__ == "__main__":
    main()
