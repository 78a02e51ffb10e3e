"""Writes entries: a bulk of changes that can be repeated, where an older revision never replaces a newer one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from indexer.analysis.language_model import LanguageModel
from indexer.errors import IndexDamaged
from indexer.index.batch import Batch
from indexer.opensearch.client import Client, meaning, telling
from indexer.opensearch.entries import bodies

# Of a request to OpenSearch, in bytes; the server refuses more than 100 MB.
_MOST_BYTES = 8 << 20
_ASKED = 10_000
# What a bulk answers where a newer revision is there already.
_NEWER = 409


def write(client: Client, index: str, batch: Batch, used: LanguageModel) -> None:
    """Write the changes of `batch` to the index named `index`, with vectors of the model `used`. They are shown together when the
    last one is in. Raises IndexBusy where the server refused a part; the same changes can be written again."""
    if not batch.changes:
        return
    arrays = batch.arrays(used)
    analysed = [one for own in batch.changes.values() for one in own]
    made = list(bodies(analysed, arrays)) if arrays is not None else []
    with telling():
        # Of a batch that failed half-way, a part is in but not shown; it must be counted, or it stays when the document shrinks.
        client.server.indices.refresh(index=index)
    before = _before(client, index, list(batch.changes))
    _send(client, index, _actions(made, batch.changes, before))
    with telling():
        client.server.indices.refresh(index=index)


def _before(client: Client, index: str, documents: Sequence[int]) -> dict[int, tuple[int, int]]:
    """For each of `documents` that is in the index: how many entries it has, and the greatest revision among them."""
    found: dict[int, tuple[int, int]] = {}
    for start in range(0, len(documents), _ASKED):
        own = documents[start : start + _ASKED]
        aggs = {"last": {"max": {"field": "number_in_document"}}, "version": {"max": {"field": "version"}}}
        body = {
            "size": 0,
            "track_total_hits": False,
            "query": {"terms": {"document": list(own)}},
            "aggs": {"documents": {"terms": {"field": "document", "size": len(own)}, "aggs": aggs}},
        }
        for bucket in client.search(body, index)["aggregations"]["documents"]["buckets"]:
            found[int(bucket["key"])] = int(bucket["last"]["value"]) + 1, int(bucket["version"]["value"])
    return found


def _actions(
    made: Sequence[dict[str, Any]], changes: Mapping[int, Sequence[Any]], before: Mapping[int, tuple[int, int]]
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    for body in made:
        name = f"{body['document']}-{body['number_in_document']}"
        yield {"index": {"_id": name, "version": body["version"], "version_type": "external_gte"}}, body
    for document, own in changes.items():
        held, version = before.get(document, (0, 0))
        newest = max([version, *(one.entry.version for one in own)])
        for place in range(len(own), held):
            yield {"delete": {"_id": f"{document}-{place}", "version": newest, "version_type": "external_gte"}}, None


def _send(client: Client, index: str, actions: Iterable[tuple[dict[str, Any], dict[str, Any] | None]]) -> None:
    lines: list[str] = []
    size = 0
    for action, body in actions:
        own = [json.dumps(action)] + ([json.dumps(body, ensure_ascii=False)] if body is not None else [])
        lines += own
        size += sum(map(len, own))
        if size > _MOST_BYTES:
            _post(client, index, lines)
            lines, size = [], 0
    if lines:
        _post(client, index, lines)


def _post(client: Client, index: str, lines: Sequence[str]) -> None:
    with telling():
        told = client.server.bulk(index=index, body="\n".join(lines) + "\n")
    if not told.get("errors"):
        return
    for item in told["items"]:
        (one,) = item.values()
        if "error" in one and one["status"] != _NEWER:
            # The rest may be in already, unseen until the changes are written again.
            error = meaning(one["status"], json.dumps(one["error"]))
            if isinstance(error, IndexDamaged) and "strict_dynamic" not in json.dumps(one["error"]):
                # One document that the server cannot take must not stop all others, and a rebuild would meet it again.
                raise ValueError(f"OpenSearch: {json.dumps(one['error'])[:500]}")
            raise error


def now() -> str:
    """The present time as it is noted with an index."""
    return str(time.time())
