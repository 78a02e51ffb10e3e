"""Fixtures with indexes, each in a folder of its own."""

from importlib import import_module
from pathlib import Path

import pytest

from indexer import Index
from tests.indexer.regulations import REGULATIONS, fill


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Suggestions have no time limit. On a busy machine none would be found in the time that a page allows."""
    monkeypatch.setattr(import_module("indexer.search.suggestion"), "_SUGGEST_SECONDS", 60.0)


@pytest.fixture
def store(tmp_path: Path) -> Index:
    """An empty index."""
    return Index(tmp_path / "index").create()


@pytest.fixture
def regulations(store: Index) -> Index:
    """Four small documents."""
    return fill(store, REGULATIONS)
