"""An index never runs foreign code, wherever Whoosh keeps a pickle."""

import io
import os
import pickle
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from indexer import IndexUnusable, Store, safe_pickle
from tests.indexer.regulations import ask


class Evil:
    """A pickle of this makes a folder when read by the plain loader."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.marker),)


def test_foreign_globals_are_refused(tmp_path: Path) -> None:
    data = pickle.dumps(Evil(tmp_path / "ran"))
    with pytest.raises(pickle.UnpicklingError):
        safe_pickle.loads(data)
    with pytest.raises(pickle.UnpicklingError):
        safe_pickle.load(io.BytesIO(data))
    assert not (tmp_path / "ran").exists()
    pickle.loads(data)
    assert (tmp_path / "ran").exists()


def test_plain_data_passes() -> None:
    for value in ({"a": 1}, {1, 2}, [b"x", None, 1.5], defaultdict(int, {"a": 1})):
        assert safe_pickle.loads(pickle.dumps(value)) == value


def test_every_place_where_whoosh_unpickles_is_guarded() -> None:
    import whoosh.codec.whoosh3
    import whoosh.columns
    import whoosh.filedb.structfile
    import whoosh.index

    assert whoosh.filedb.structfile.load is safe_pickle.load
    assert whoosh.codec.whoosh3.loads is safe_pickle.loads
    assert whoosh.columns.loads is safe_pickle.loads
    assert whoosh.index.pickle.loads is safe_pickle.loads  # type: ignore[attr-defined]


@pytest.mark.parametrize("suffix", [".toc", ".trm"])
def test_a_planted_pickle_in_an_index_does_not_run(regulations: Store, tmp_path: Path, suffix: str) -> None:
    marker = tmp_path / "ran"
    evil = pickle.dumps(Evil(marker), 2)
    folder = regulations.path / (regulations.path / "current").read_text().strip()
    victim = next(path for path in folder.iterdir() if path.name.endswith(suffix))
    content = victim.read_bytes()
    start = (
        content.rindex(b"\x80\x05" if suffix == ".toc" else b"\x80")
        if suffix == ".toc"
        else content.rindex(b"\x80\x05")
    )
    victim.write_bytes(content[:start] + evil.ljust(len(content) - start, b"."))
    with pytest.raises(IndexUnusable):
        ask(Store(regulations.path), "hội nghị")
    assert not marker.exists()
