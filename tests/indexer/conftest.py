"""Stores of the search engine, each in a folder of its own."""

from pathlib import Path

import pytest

from indexer import Store
from tests.indexer.regulations import REGULATIONS, fill


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty index."""
    return Store(tmp_path / "index").create()


@pytest.fixture
def regulations(store: Store) -> Store:
    """Four small documents."""
    return fill(store, REGULATIONS)
