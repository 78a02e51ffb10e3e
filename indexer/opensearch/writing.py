"""Writes entries: a bulk of changes that can be repeated, where nothing older replaces what is newer.

The version of an entry on the server is the revision of its document, and the turn in which it was written (`Indexes.turn`). So a
bulk that the server kept waiting changes nothing that was written or removed after it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from indexer.analysis.language_model import LanguageModel
from indexer.errors import IndexBusy, IndexDamaged
from indexer.index.batch import Batch
from indexer.opensearch.client import Client, meaning, telling
from indexer.opensearch.entries import bodies

# Of a request to OpenSearch, in bytes; the server refuses more than 100 MB.
_MOST_BYTES = 4 << 20
# So many requests are under way while the next is made.
_AT_ONCE = 2
_ASKED = 10_000
# What a bulk answers where a newer revision is there already.
_NEWER = 409
# A turn has so many bits of a version, the revision has the bits before.
_TURN_BITS = 32
_SAID = re.compile(r"current version \[(\d+)\].*provided \[(\d+)\]")
OTHER = "Tiến trình khác vừa ghi cùng văn bản vào chỉ mục; việc ghi sẽ được thử lại."
Actions = Iterator[tuple[dict[str, Any], dict[str, Any] | None]]


class BulkWriter:
    """Writes to the index named `index`. It remembers the documents of bulks that were not answered: the server may still write
    them, also those that are not in the index yet."""

    def __init__(self, client: Client, index: str) -> None:
        self._client, self._index = client, index
        self._doubtful: dict[int, tuple[int, int]] = {}

    def write(self, batch: Batch, used: LanguageModel, turn: int, held: Container[int] | None = None) -> None:
        """Write the changes of `batch` in the turn `turn`, with vectors of the model `used`. Raises IndexBusy where the server refused
        a part; the same changes can be written again, in another turn. `held` has the documents that may be in the index; None: any."""
        asked = [document for document in batch.changes if held is None or document in held]
        before = self._before(asked) if asked else {}
        for document in batch.changes.keys() & self._doubtful.keys():
            entries, revision = before.get(document, (0, 0))
            before[document] = max(entries, self._doubtful[document][0]), max(revision, self._doubtful[document][1])
        sent: dict[int, tuple[int, int]] = {}
        for document, own in batch.changes.items():
            entries, revision = before.get(document, (0, 0))
            # An older text removes nothing of a newer one.
            sent[document] = max(entries, len(own)), max((one.entry.version for one in own), default=revision)
        self._doubtful |= sent
        self._send(_actions(batch, used, sent, turn))
        for document in sent:
            del self._doubtful[document]

    def show(self) -> None:
        """Let searches find what was written."""
        with telling():
            self._client.server.indices.refresh(index=self._index)

    def _before(self, documents: Sequence[int]) -> dict[int, tuple[int, int]]:
        """For each of `documents` that is in the index: how many entries it has, and the greatest revision among them."""
        # Of a batch that failed half-way, a part is in but not shown; it must be counted, or it stays when the document shrinks.
        self.show()
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
            for bucket in self._client.search(body, self._index)["aggregations"]["documents"]["buckets"]:
                found[int(bucket["key"])] = int(bucket["last"]["value"]) + 1, int(bucket["version"]["value"])
        return found

    def _send(self, actions: Actions) -> None:
        """Send `actions`. The next request is made while the server works on those before."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            under_way: list[Future[None]] = []
            for lines in _portions(actions):
                if len(under_way) >= _AT_ONCE:
                    under_way.pop(0).result()
                under_way.append(threads.submit(_post, self._client, self._index, lines))
            for one in under_way:
                one.result()


def _actions(batch: Batch, used: LanguageModel, sent: Mapping[int, tuple[int, int]], turn: int) -> Actions:
    """For each entry of `batch` what writes it, and for each that its document had before and has no more what removes it. `sent` has
    for each document how many entries it has or had, and its revision."""
    arrays = batch.arrays(used)
    analysed = [one for own in batch.changes.values() for one in own]
    for body in bodies(analysed, arrays) if arrays is not None else ():
        yield {"index": _named(body["document"], body["number_in_document"], body["version"], turn)}, body
    for document, own in batch.changes.items():
        held, revision = sent[document]
        for place in range(len(own), held):
            yield {"delete": _named(document, place, revision, turn)}, None


def _named(document: int, place: int, revision: int, turn: int) -> dict[str, Any]:
    return {"_id": f"{document}-{place}", "version": revision << _TURN_BITS | turn, "version_type": "external_gte"}


def _portions(actions: Actions) -> Iterator[str]:
    lines: list[str] = []
    size = 0
    for action, body in actions:
        own = [json.dumps(action)] + ([json.dumps(body, ensure_ascii=False)] if body is not None else [])
        lines += own
        size += sum(map(len, own))
        if size > _MOST_BYTES:
            yield "\n".join([*lines, ""])
            lines, size = [], 0
    if lines:
        yield "\n".join([*lines, ""])


def _post(client: Client, index: str, lines: str) -> None:
    with telling():
        told = client.server.bulk(index=index, body=lines, params={"filter_path": "errors,items.*.status,items.*.error"})
    if told.get("errors"):
        _refused(told["items"])


def _refused(items: Iterable[Mapping[str, Any]]) -> None:
    """Raise the error of a bulk of which a part was refused. The rest may be in already, unseen until the changes are written again."""
    for item in items:
        (one,) = item.values()
        if "error" not in one or one["status"] == _NEWER and not _of_another(json.dumps(one["error"])):
            continue
        if one["status"] == _NEWER:
            raise IndexBusy(OTHER)
        error = meaning(one["status"], json.dumps(one["error"]))
        if isinstance(error, IndexDamaged) and "strict_dynamic" not in json.dumps(one["error"]):
            # One document that the server cannot take must not stop all others, and a rebuild would meet it again.
            raise ValueError(f"OpenSearch: {json.dumps(one['error'])[:500]}")
        raise error


def _of_another(said: str) -> bool:
    """Whether the same revision was written in a later turn, by another process: it may know less than this one."""
    found = _SAID.search(said)
    return found is not None and int(found[1]) >> _TURN_BITS == int(found[2]) >> _TURN_BITS


def now() -> str:
    """The present time as it is noted with an index."""
    return str(time.time())
