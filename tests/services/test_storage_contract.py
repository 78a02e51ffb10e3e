"""What docmgr.storage.Storage promises, tested with every store: a new store is one more entry of STORES."""

from __future__ import annotations

import hashlib
import io
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docmgr.storage import BytesMissing, Storage, Stored, StoredFile, TooLarge
from docmgr.storage.local import LocalStorage
from tests.engines import store as engine

STORES = ("local", "s3")
WORDS = "Quyết định số 12".encode()
SHA = hashlib.sha256(WORDS).hexdigest()
ABSENT = hashlib.sha256(b"").hexdigest()
HOUR = 3600.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[engine.Server]:
    """A running S3 store."""
    with engine.running(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty store of each kind."""
    if request.param == "local":
        return LocalStorage(tmp_path / "store")
    server = request.getfixturevalue("server")
    name = f"b{secrets.token_hex(8)}"
    server.bucket(name)
    return engine.storage(server.address(name), tmp_path / "shelf")


def _put(store: Storage, content: bytes = WORDS) -> Stored:
    return store.put(io.BytesIO(content), 10**6)


def test_bytes_put_in_come_out_by_their_digest(store: Storage) -> None:
    assert _put(store) == Stored(SHA, len(WORDS), True)
    with store.open(SHA) as stream:
        assert stream.read() == WORDS
        assert stream.seek(3) == 3 and stream.read() == WORDS[3:]
    assert store.exists(SHA) and store.size(SHA) == len(WORDS) and store.verify(SHA)


def test_the_same_bytes_twice_are_one_file(store: Storage) -> None:
    assert _put(store) == _put(store)
    assert len(list(store.list())) == 1


def test_empty_bytes_are_bytes(store: Storage) -> None:
    assert _put(store, b"").size == 0
    with store.open(ABSENT) as stream:
        assert stream.read() == b""


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [(0, 5, WORDS[:5]), (4, 6, WORDS[4:10]), (15, 999, WORDS[15:]), (0, 0, b""), (999, 5, b"")],
)
def test_a_range_is_a_stream_of_its_own(store: Storage, start: int, length: int, expected: bytes) -> None:
    _put(store)
    with store.range(SHA, start, length) as part:
        assert part.read() == expected and part.read() == b""
        # The web server measures the file in this way before it sends it.
        assert part.seek(0, io.SEEK_END) == len(expected) == part.tell()
        assert part.seek(0) == 0 and part.read(3) == expected[:3]
        back = part.seek(-len(expected[:3]), io.SEEK_CUR)
        assert back == 0 and part.read() == expected
        with pytest.raises(ValueError):
            part.seek(-1)


def test_a_local_file_holds_the_bytes_during_the_block(store: Storage) -> None:
    _put(store)
    with store.local(SHA) as path:
        assert path.read_bytes() == WORDS
    assert store.verify(SHA)


def test_bytes_that_are_not_there(store: Storage) -> None:
    for ask in (store.open, store.size, lambda sha: store.range(sha, 0, 1), lambda sha: store.local(sha).__enter__()):
        with pytest.raises(BytesMissing):
            ask(ABSENT)
    assert not store.exists(ABSENT) and not store.verify(ABSENT) and list(store.list()) == []
    store.remove(ABSENT)
    store.spare(ABSENT)
    assert store.condemned() == () and not store.sweep(ABSENT, 0)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA.upper(), SHA[:-1], SHA + "\n"])
def test_a_name_that_is_no_digest_is_refused(store: Storage, name: str) -> None:
    asks: list[Callable[[str], object]] = [
        store.open, store.exists, store.size, store.verify, store.remove, store.condemn, store.spare,
        lambda sha: store.range(sha, 0, 1), lambda sha: store.sweep(sha, 0), lambda sha: store.local(sha).__enter__(),
    ]  # fmt: skip
    for ask in asks:
        with pytest.raises(ValueError):
            ask(name)


def test_what_is_refused_never_enters(store: Storage) -> None:
    seen: list[tuple[bytes, str]] = []

    def refused(path: Path, sha256: str) -> bool:
        seen.append((path.read_bytes(), sha256))
        return False

    assert store.put(io.BytesIO(WORDS), 100, refused) == Stored(SHA, len(WORDS), False)
    assert seen == [(WORDS, SHA)] and not store.exists(SHA) and store.unfinished(-1) == ()


def test_a_limit_counts_and_leaves_nothing(store: Storage) -> None:
    with pytest.raises(TooLarge):
        store.put(io.BytesIO(WORDS), len(WORDS) - 1)
    assert not store.exists(SHA) and store.unfinished(-1) == ()
    assert store.put(io.BytesIO(WORDS), len(WORDS)).kept


def test_a_stream_that_breaks_off_leaves_nothing(store: Storage) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(4)

    with pytest.raises(ConnectionResetError):
        store.put(Broken(WORDS), 100)
    assert list(store.list()) == [] and store.unfinished(-1) == ()


def test_a_list_tells_size_and_age_in_the_order_of_the_digests(store: Storage) -> None:
    contents = [str(number).encode() * (number + 1) for number in range(5)]
    before = time.monotonic()
    for content in contents:
        _put(store, content)
    found = list(store.list())
    assert [(f.sha256, f.size) for f in found] == sorted((hashlib.sha256(c).hexdigest(), len(c)) for c in contents)
    assert all(isinstance(f, StoredFile) and -1 < f.age_seconds < time.monotonic() - before + 1 for f in found)


def test_removing_ends_what_was_condemned(store: Storage) -> None:
    other = _put(store, b"other").sha256
    _put(store)
    for sha256 in (SHA, other, SHA):
        store.condemn(sha256)
    assert store.condemned() == tuple(sorted((SHA, other)))
    # It is only noted to be removed, and is no unfinished upload.
    assert store.exists(SHA) and store.unfinished(-1) == () and store.clear_unfinished(-1) == 0
    store.remove(SHA)
    assert not store.exists(SHA) and store.condemned() == (other,)
    store.spare(other)
    assert store.exists(other) and store.condemned() == ()


def test_sweeping_takes_the_old_and_spares_the_young(store: Storage) -> None:
    _put(store)
    assert not store.sweep(SHA, HOUR) and store.exists(SHA)
    assert store.sweep(SHA, -1) and not store.exists(SHA)
    assert list(store.list()) == [] and store.unfinished(-1) == ()


def test_a_store_that_takes_files_says_so(store: Storage) -> None:
    assert store.writable()
