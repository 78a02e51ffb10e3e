"""The engine gives an actor the same answers whether hidden documents are in the index or not."""

from pathlib import Path

import pytest

from tests.support import two_worlds

pytestmark = pytest.mark.slow
WORLDS, QUESTIONS = 12, 120


@pytest.mark.parametrize("seed", range(1, WORLDS + 1))
def test_hidden_documents_change_nothing(tmp_path: Path, seed: int) -> None:
    differing = two_worlds.differing(tmp_path, seed * 100, QUESTIONS)
    assert not differing, "\n".join(differing[:3])
