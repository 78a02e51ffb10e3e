"""A backend of OpenSearch for one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.opensearch.backend import OpenSearchEngine
from tests.engines import opensearch
from tests.indexer.regulations import entry


@pytest.fixture
def backend() -> Iterator[OpenSearchEngine]:
    """A backend with one document of two provisions."""
    made = opensearch.backend()
    with made.rebuild() as target:
        target.write([(1, [entry(1, "Thời hạn lưu trữ hồ sơ.", order=place) for place in range(2)])])
    yield made
    made.discard()
