"""An index with vectors of another base model counts as one of another version: it is rebuilt, and vectors are never
mixed.
"""

from pathlib import Path

import pytest

from indexer import Index, IndexUnusable
from indexer.analysis import language_model
from tests.indexer.regulations import REGULATIONS, ask, fill, found


def test_an_index_of_another_base_model_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(Index(tmp_path / "index").create(), REGULATIONS)
    monkeypatch.setitem(vars(language_model.base()), "stamp", 1)
    again = Index(tmp_path / "index")
    with pytest.raises(IndexUnusable, match="phiên bản khác"):
        again.snapshot()
    with again.rebuild() as rebuild:
        rebuild.write([(4, [one for one in REGULATIONS if one.document == 4])])
    assert found(ask(again, "hòa giải")) == [4] and again.check() == []
    assert again.snapshot().segments[0].held.vectors.shape[1] == language_model.base().dims
    assert not list(again.path.glob("damaged-*"))
