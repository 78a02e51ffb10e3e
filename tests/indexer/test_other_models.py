"""Vectors of another base model are not used: a segment that has them counts as one without, until it is merged."""

from pathlib import Path

import pytest

from indexer import Access, Request, Store, model
from indexer.search import rank_provisions
from tests.indexer.regulations import REGULATIONS, fill


def test_vectors_of_another_model_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = fill(Store(tmp_path / "index").create(), REGULATIONS)
    assert own.snapshot().segments[0].held.vectors.shape[1] == model.base().dims
    monkeypatch.setitem(vars(model.base()), "stamp", 1)
    again = Store(tmp_path / "index")
    assert again.snapshot().segments[0].held.vectors.shape[1] == 0
    assert rank_provisions(again, Request("hội nghị"), Access(None))
