"""What is told of an index: counts, revisions, its health."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from indexer.backend import IndexCount, IndexHealth
from indexer.errors import IndexDamaged
from indexer.opensearch.client import Client, telling
from indexer.opensearch.conditions import ALL
from indexer.opensearch.indexes import RED, Used
from indexer.opensearch.search import Asker
from indexer.opensearch.terms import every, exactly

_PAGE = 5_000
_COLUMNS = {"version": "phiên bản", "access": "quyền đọc"}
BLOCKED = "Máy chủ tìm kiếm đang chặn ghi chỉ mục, thường vì ổ đĩa sắp đầy; hãy thêm chỗ trống, rồi bỏ chặn ghi."


def count(asking: Asker) -> IndexCount:
    """Count the documents and entries that an actor may find."""
    bound = {"size": 0, "track_total_hits": True}
    bodies = [{**bound, "query": every([asking.readable, *more])} for more in ([exactly("first", True)], [])]
    documents, entries = (found["hits"]["total"]["value"] for found in asking.client.searches(bodies))
    return IndexCount(documents, entries)


def versions(client: Client, index: str) -> dict[int, tuple[int, int]]:
    """Map the id of each document in the index to (its revision, its access list)."""
    return {document: (version, access) for document, version, access in _held(client, index)}


def mixed(client: Client, index: str) -> Iterator[str]:
    """Yield a Vietnamese sentence for each document whose entries belong to several revisions or access lists."""
    seen: dict[int, tuple[int, int]] = {}
    for document, *own in _held(client, index):
        before = seen.setdefault(document, (own[0], own[1]))
        for said, first, second in zip(_COLUMNS.values(), before, own, strict=True):
            if first != second:
                yield f"Văn bản {document} có các điều khác {said} trong chỉ mục."


def _held(client: Client, index: str) -> Iterator[tuple[int, int, int]]:
    sources = [{name: {"terms": {"field": name}}} for name in ("document", "version", "access")]
    after: dict[str, Any] = {}
    while True:
        asked = {"composite": {"size": _PAGE, "sources": sources, **after}}
        told = client.search({"size": 0, "track_total_hits": False, "aggs": {"held": asked}}, index)["aggregations"]["held"]
        for bucket in told["buckets"]:
            yield bucket["key"]["document"], bucket["key"]["version"], bucket["key"]["access"]
        if "after_key" not in told:
            return
        after = {"after": told["after_key"]}


def require_usable(client: Client, used: Used) -> None:
    """Check that the index `used` answers. Raises IndexDamaged where a part of it cannot be read by any machine."""
    with telling():
        status = client.server.cluster.health(index=used.name)["status"]
    if status == "red":
        raise IndexDamaged(RED)


def damage(client: Client, used: Used) -> list[str]:
    """Say in Vietnamese which parts of the index `used` cannot be read."""
    with telling():
        status = client.server.cluster.health(index=used.name)["status"]
    return [RED] if status == "red" else []


def health(client: Client, used: Used, updated_at: dt.datetime | None) -> IndexHealth:
    """Report the state of the index `used`."""
    require_usable(client, used)
    bodies = [{"size": 0, "track_total_hits": True, "query": query} for query in (exactly("first", True), ALL)]
    documents, entries = (found["hits"]["total"]["value"] for found in client.searches(bodies, used.name))
    with telling():
        told = client.server.indices.stats(index=used.name, metric="store")
        blocks = client.server.indices.get_settings(index=used.name)[used.name]["settings"]["index"].get("blocks", {})
    size = told["_all"]["primaries"]["store"]["size_in_bytes"]
    if any(str(value) == "true" for value in blocks.values()):
        # It answers, but nothing new is found.
        return IndexHealth(problem=BLOCKED)
    return IndexHealth(documents, entries, size, updated_at, None)
