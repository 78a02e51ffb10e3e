"""Reads a corpus with judged queries, and builds an index of it."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from indexer.index.index import Index
from indexer.types import Entry

# The size of a batch in entries.
_CHUNK = 4_000


@dataclass(frozen=True)
class JudgedQuery:
    """A query whose right answers are known. `right` maps the id of each right provision to its relevance (1
    or more), and `qid` is the id of the query."""

    qid: str
    text: str
    right: Mapping[str, int]


def read_corpus(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a .jsonl or .jsonl.gz file, one per line. Raises ValueError for a line that is not
    an object with an id."""
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            row = json.loads(line)
            if not isinstance(row, dict) or not row.get("id"):
                raise ValueError(f"{path}:{number}: no object with an id")
            yield row


def entry_of(row: Mapping[str, Any], document: int, order: int) -> Entry:
    """Turn a line of the corpus into the entry that the product would index. `document` and `order` are its
    numbers in the index. The id of the line becomes the anchor. `row` is the line as a dict."""
    effective = row.get("effective")
    try:
        start = datetime.strptime(effective, "%d/%m/%Y").date() if effective else None
    except ValueError:
        start = None
    article = str(row.get("article") or "")
    return Entry(
        document=document,
        version=1,
        access=0,
        anchor=str(row["id"]),
        label=f"Điều {article}" if article else "",
        title=str(row.get("title") or ""),
        text=str(row.get("text") or ""),
        doc_title=str(row.get("doc_title") or row.get("law") or ""),
        doc_type=str(row.get("doc_type") or ""),
        number=str(row.get("number") or ""),
        effective_from=start,
        order=order,
    )


def documents_of(path: Path) -> dict[str, list[Entry]]:
    """The entries of the corpus grouped by document. Lines belong to one document if they have the same
    document number, or without a number the same name of the law. A line with neither is a document of its
    own."""
    grouped: dict[str, list[Entry]] = defaultdict(list)
    places: dict[str, int] = {}
    for row in read_corpus(path):
        name = str(row.get("number") or row.get("law") or row.get("doc_title") or row["id"])
        document = places.setdefault(name, len(places) + 1)
        grouped[name].append(entry_of(row, document, len(grouped[name])))
    return grouped


def build(store: Index, documents: Mapping[str, list[Entry]]) -> None:
    """Index all documents in batches as the product does, then merge segments as a worker does in idle times.
    """
    waiting = list(documents.values())
    while waiting:
        with store.write_batch() as batch:
            while waiting and batch.size < _CHUNK:
                entries = waiting.pop()
                batch.replace(entries[0].document, entries)
    while store.tidy():
        pass


def read_questions(queries: Path, qrels: Path, sample: int | None) -> list[JudgedQuery]:
    """Read the judged queries that have at least one right provision. `queries` is a file of queries, `qrels`
    a file of right provisions. With `sample` only so many are returned: those whose id has the smallest
    SHA-1.

    Raises ValueError or KeyError for lines in another format.
    """
    right: dict[str, dict[str, int]] = defaultdict(dict)
    for line in qrels.read_text(encoding="utf-8").splitlines():
        if line.strip():
            qid, provision, relevance = line.split("\t")
            if int(relevance) > 0:
                right[qid][provision] = int(relevance)
    rows = [json.loads(line) for line in queries.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = [
        JudgedQuery(str(row["qid"]), str(row["text"]), right[str(row["qid"])])
        for row in rows
        if str(row["qid"]) in right
    ]
    return found if sample is None else sorted(found, key=_lot)[:sample]


def _lot(question: JudgedQuery) -> str:
    """The sort key by which a sample of queries is drawn. It is the same in every run and does not depend on
    the order of the file. `question` is one of the queries."""
    return hashlib.sha1(question.qid.encode()).hexdigest()
