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
    """A query whose right answers are known. `qid` is its id and `text` what is typed. `right` maps the id of
    each right provision to its relevance (1 or more)."""

    qid: str
    text: str
    right: Mapping[str, int]


def read_corpus(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of the .jsonl or .jsonl.gz file `path`, one per line. Raises ValueError for a line
    that is not an object with an id."""
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
    """Turn `row`, one line of the corpus as a dict, into the entry that the product would index. `document`
    is the id for the document of the entry, and `order` is the position of the entry in it. The id of the
    line becomes the anchor."""
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
    """Read the corpus at `path` and group its entries by document. Returns a dict from the name of each
    document to its entries.

    The name is the first of these that a line has: document number, name of the law, title of the document,
    id of the line. Lines with the same name belong to one document."""
    grouped: dict[str, list[Entry]] = defaultdict(list)
    places: dict[str, int] = {}
    for row in read_corpus(path):
        name = str(row.get("number") or row.get("law") or row.get("doc_title") or row["id"])
        document = places.setdefault(name, len(places) + 1)
        grouped[name].append(entry_of(row, document, len(grouped[name])))
    return grouped


def build(store: Index, documents: Mapping[str, list[Entry]]) -> None:
    """Add all `documents`, which are lists of entries, to the index `store`, in batches as the product does.
    Then merge segments as a worker does in idle times."""
    waiting = list(documents.values())
    while waiting:
        with store.write_batch() as batch:
            while waiting and batch.size < _CHUNK:
                entries = waiting.pop()
                batch.replace(entries[0].document, entries)
    while store.tidy():
        pass


def read_questions(queries: Path, qrels: Path, sample: int | None) -> list[JudgedQuery]:
    """Read the judged queries that have at least one right provision. `queries` is the file with the texts of
    the queries, `qrels` the file that lists their right provisions. With a number `sample` at most that many
    queries are returned, chosen by the smallest SHA-1 of their id; None means all.

    Raises ValueError or KeyError for lines in another format."""
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
    """The SHA-1 of the id of the query `question`. Samples and folds are drawn in the order of this key,
    because it is the same in every run and does not depend on the order of the file."""
    return hashlib.sha1(question.qid.encode()).hexdigest()
