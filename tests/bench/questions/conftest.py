from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.bench.questions.definitions import CORPUS, read_articles


@pytest.fixture(scope="session")
def articles() -> list[Mapping[str, str]]:
    """All articles of the shared corpus, read once; the test is skipped without it."""
    if not CORPUS.exists():
        pytest.skip(f"không có {CORPUS} để đối chiếu")
    return list(read_articles())
