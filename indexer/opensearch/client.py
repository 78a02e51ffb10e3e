"""The connection to OpenSearch, and what its errors mean.

This module decides which error of the server is an index that cannot be used, that is damaged, or that is busy, and says in
Vietnamese what to do."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from opensearchpy import OpenSearch
from opensearchpy.exceptions import (
    ConnectionError as NoConnection,
)
from opensearchpy.exceptions import (
    ConnectionTimeout,
    NotFoundError,
    OpenSearchException,
    TransportError,
)

from indexer.errors import IndexAway, IndexBusy, IndexDamaged, IndexUnusable

_SECONDS = 20
# A page waits for no more, or a silent server would hold all threads; after such a silence nobody asks for some seconds.
_PAGE_SECONDS, _SILENT_SECONDS = 4, 2.0
# The client logs each answer that is no success, also those that are expected; what matters is raised.
logging.getLogger("opensearch").setLevel(logging.CRITICAL)
# What answers only while the server is short of room or time.
_BUSY = frozenset({429, 502, 503, 504})
MISSING = "Chưa có chỉ mục."
AWAY = "Máy chủ tìm kiếm (DOCMGR_SEARCH_URL) không trả lời; hãy xem máy chủ đang chạy và địa chỉ có đúng không."
REFUSED = "Máy chủ tìm kiếm từ chối tên hoặc mật khẩu trong DOCMGR_SEARCH_URL."
READ_ONLY = "Máy chủ tìm kiếm chỉ cho đọc chỉ mục, thường vì ổ đĩa sắp đầy; hãy thêm chỗ trống, rồi bỏ chặn ghi của chỉ mục."
CONFLICT = "Chỉ mục trên máy chủ tìm kiếm có cấu trúc khác với phiên bản này của phần mềm; hãy lập lại chỉ mục."
OVERLOADED = "Máy chủ tìm kiếm đang quá tải; việc ghi chỉ mục sẽ được thử lại."
FOREIGN = "Địa chỉ trong DOCMGR_SEARCH_URL không phải của OpenSearch, hoặc máy chủ từ chối yêu cầu ({status})."


class Client:
    """OpenSearch at the addresses `url`, which are separated by commas. The path of the first one is the name under which this
    site keeps its indexes, `docmgr` without a path."""

    def __init__(self, url: str) -> None:
        hosts = [urlsplit(one.strip()) for one in url.split(",") if one.strip()]
        self.name = hosts[0].path.strip("/") or "docmgr"
        first = hosts[0]
        self._silent_until = 0.0
        self.server = OpenSearch(
            hosts=[
                {"host": one.hostname or "localhost", "port": one.port or 9200, "use_ssl": one.scheme == "https"} for one in hosts
            ],
            http_auth=(unquote(first.username), unquote(first.password or "")) if first.username else None,
            timeout=_SECONDS,
            max_retries=len(hosts) - 1,
            retry_on_timeout=False,
            http_compress=False,
        )

    def search(self, body: Mapping[str, Any], index: str | None = None) -> dict[str, Any]:
        """Answer one search over the index `index`, or over the one in use."""
        asked = {"allow_partial_search_results": "false", "request_timeout": _PAGE_SECONDS}
        with self._reading():
            found: dict[str, Any] = self.server.search(index=index or self.name, body=dict(body), params=asked)
        _whole(found)
        return found

    def searches(self, bodies: Sequence[Mapping[str, Any]], index: str | None = None) -> list[dict[str, Any]]:
        """Answer several searches over one index in one request, in their order."""
        if not bodies:
            return []
        lines = [line for body in bodies for line in ({}, dict(body))]
        with self._reading():
            found = self.server.msearch(index=index or self.name, body=lines, params={"request_timeout": _PAGE_SECONDS})["responses"]
            for one in found:
                if "error" in one:
                    raise meaning(one.get("status", 500), str(one["error"]))
                _whole(one)
        answers: list[dict[str, Any]] = found
        return answers

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """The same as `telling`, for a question: a server that is short of time does not answer it, nothing waits for its lock, and
        a question that it refuses says nothing about the index."""
        if time.monotonic() < self._silent_until:
            raise IndexAway(AWAY)
        try:
            with telling():
                yield
        except IndexAway as error:
            if isinstance(error.__cause__, ConnectionTimeout):
                self._silent_until = time.monotonic() + _SILENT_SECONDS
            raise
        except (IndexBusy, IndexDamaged) as error:
            raise IndexAway(str(error)) from error


def _whole(found: Mapping[str, Any]) -> None:
    """Raise IndexAway where a part of the index did not answer: half an answer would be a wrong one."""
    if found.get("_shards", {}).get("failed"):
        raise IndexAway("Một phần của chỉ mục trên máy chủ tìm kiếm không trả lời; hãy xem trạng thái của cụm máy chủ.")


@contextlib.contextmanager
def telling() -> Iterator[None]:
    """Return a context manager for a block that asks OpenSearch. Its errors are raised as IndexAway, IndexBusy, IndexDamaged or
    IndexUnusable."""
    try:
        yield
    except (NoConnection, ConnectionTimeout) as error:
        raise IndexAway(AWAY) from error
    except NotFoundError as error:
        raise IndexUnusable(MISSING) from error
    except TransportError as error:
        status = error.status_code if isinstance(error.status_code, int) else 500
        raise meaning(status, f"{error.error} {error.info}") from error
    except (OpenSearchException, ValueError) as error:
        # Another server than OpenSearch answers with something that is no JSON.
        raise IndexAway(FOREIGN.format(status=type(error).__name__)) from error


def meaning(status: int, said: str) -> Exception:
    """Return the exception for an answer with the HTTP status `status` and the words `said`."""
    if "cluster_block_exception" in said:
        return IndexBusy(READ_ONLY)
    if "index_not_found" in said:
        return IndexUnusable(MISSING)
    if "mapper_parsing" in said or "strict_dynamic_mapping" in said or "no such field" in said or "No field mapping" in said:
        return IndexDamaged(CONFLICT)
    if status in _BUSY:
        return IndexBusy(OVERLOADED)
    if status in (401, 403):
        return IndexAway(REFUSED)
    if "more than one write index" in said or "more than one index" in said or "no write index" in said:
        return IndexDamaged("Tên của chỉ mục trỏ tới hai chỉ mục trên máy chủ tìm kiếm; hãy lập lại chỉ mục.")
    if status == 400:
        return IndexDamaged(f"{CONFLICT} ({said[:200]})")
    return IndexAway(FOREIGN.format(status=status))
