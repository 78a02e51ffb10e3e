"""Faults of an S3 store: each is told with what to do, and nothing is half done."""

from __future__ import annotations

import hashlib
import http.server
import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import User
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import ingest, intake
from docmgr.services.trail import heads, log
from docmgr.services.upkeep import checks, health, store_state
from docmgr.settings import ROOT, SettingsError, from_environment
from docmgr.storage import BytesDamaged, BytesMissing, NotWritable, StoreAway
from docmgr.storage.address import StoreAddress
from docmgr.storage.s3 import SWEPT, S3Storage
from docmgr.storage.s3.client import PART_BYTES
from tests.engines import store as engine
from tests.support.acting import actor_of

pytestmark = pytest.mark.usefixtures("patient")
WORDS = b"Quyet dinh" * 100
SHA = hashlib.sha256(WORDS).hexdigest()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[engine.Server]:
    """A running S3 store with the bucket "files"."""
    with engine.running(tmp_path / "s3") as server:
        server.bucket("files")
        yield server


@pytest.fixture
def store(server: engine.Server, tmp_path: Path) -> S3Storage:
    """The store in the bucket "files"."""
    return engine.storage(server.address("files"), tmp_path / "shelf")


def _put(store: S3Storage, content: bytes = WORDS) -> str:
    return store.put(io.BytesIO(content), 10**9).sha256


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"key_id": "nobody"}, "keys"), ({"secret": "wrong"}, "keys"), ({"bucket": "missing"}, "bucket"),
        ({"endpoint": "http://127.0.0.1:9"}, "away"), ({"endpoint": "http://127.0.0.1:{}/zz"}, "address"),
    ],
)  # fmt: skip
def test_a_wrong_address_or_key_is_told_and_never_a_missing_file(server: engine.Server, tmp_path: Path, changed: dict[str, str], reason: str) -> None:
    address = replace(server.address("files"), **{name: text.format(server.port) for name, text in changed.items()})  # type: ignore[arg-type]
    store = engine.storage(address, tmp_path / "shelf")
    with pytest.raises(StoreAway) as raised:
        _put(store)
    assert raised.value.reason == reason and store.condition().problem == reason and not store.writable()
    with pytest.raises(StoreAway):
        store.size(SHA)
    assert store.shelf.unfinished(-1) == [] and not any((server.root / "data/files").iterdir())
    assert reason in store_state.PROBLEMS


def test_a_server_that_is_no_store_takes_nothing(tmp_path: Path) -> None:
    class Other(http.server.BaseHTTPRequestHandler):
        """Answers everything with a page that is not there."""

        def do_PUT(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        address = StoreAddress("files", f"http://127.0.0.1:{other.server_port}", "us-east-1", "id", "key")
        store = engine.storage(address, tmp_path / "shelf")
        assert store.condition().problem == "address" and not store.writable() and not store.accepting()
        with pytest.raises(StoreAway):
            _put(store)
        other.shutdown()


def test_a_store_that_is_only_read_takes_nothing_and_gives_everything(server: engine.Server, tmp_path: Path) -> None:
    _put(engine.storage(server.address("files"), tmp_path / "shelf"))
    server.stop()
    server.read_only = True
    server.start()
    store = engine.storage(server.address("files"), tmp_path / "other")
    with pytest.raises(NotWritable) as raised:
        _put(store, b"more")
    assert not isinstance(raised.value, StoreAway) and store.condition().problem == "read_only"
    assert store.open(SHA).read() == WORDS and [file.sha256 for file in store.list()] == [SHA]


def test_a_store_that_goes_away_during_a_read_and_comes_back(server: engine.Server, store: S3Storage) -> None:
    content = os.urandom(3 * PART_BYTES)
    sha256 = _put(store, content)
    stream = store.open(sha256)
    assert stream.read(1000) == content[:1000]
    server.stop()
    with pytest.raises(StoreAway):
        stream.read()
    with pytest.raises(StoreAway), store.local(sha256):
        pass
    assert store.shelf.unfinished(-1) == [] and store.condition().problem == "away"
    server.start()
    with store.local(sha256) as path:
        assert path.read_bytes() == content
    assert store.condition().problem is None


def test_other_bytes_under_a_name_are_never_given_as_the_file(server: engine.Server, store: S3Storage) -> None:
    _put(store)
    (server.root / "data/files" / SHA[:2] / SHA[2:4] / SHA).write_bytes(WORDS[:-1] + b"?")
    with pytest.raises(BytesDamaged):
        store.open(SHA).read()
    with pytest.raises(BytesDamaged), store.local(SHA):
        pass
    assert not store.verify(SHA) and store.unfinished(-1) == ()


def test_a_copy_on_this_machine_ends_with_the_file(store: S3Storage) -> None:
    _put(store)
    with store.local(SHA), store.local(SHA):
        pass
    kept = list((store.shelf.root / "kept").iterdir())
    assert [path.name for path in kept] == [SHA]
    os.utime(kept[0], (0, 0))
    store.shelf.tidy()
    assert not kept[0].exists()
    with store.local(SHA) as path:
        store.remove(SHA)
        assert path.read_bytes() == WORDS
    assert not kept[0].exists()
    with pytest.raises(BytesMissing), store.local(SHA):
        pass


def test_bytes_that_come_again_during_a_sweep_stay(store: S3Storage) -> None:
    """The mark of a sweep is set; the upload waits until it has ended, and stores the bytes again."""
    _put(store)
    store.client.write(f"{SWEPT}/{SHA}")

    def sweep() -> None:
        store.client.delete(f"{SHA[:2]}/{SHA[2:4]}/{SHA}")
        store.client.delete(f"{SWEPT}/{SHA}")

    later = threading.Timer(0.4, sweep)
    later.start()
    _put(store)
    later.join()
    assert store.verify(SHA)


def test_bytes_that_were_put_again_are_young(store: S3Storage, server: engine.Server) -> None:
    _put(store)
    os.utime(server.root / "data/files" / SHA[:2] / SHA[2:4] / SHA, (10**9, 10**9))
    assert next(store.list()).age_seconds > 10**6
    _put(store)
    assert next(store.list()).age_seconds < 60 and not store.sweep(SHA, 3600)


def test_eight_who_put_the_same_bytes_leave_one_file(store: S3Storage) -> None:
    content = os.urandom(PART_BYTES + 1)
    threads = [threading.Thread(target=_put, args=(store, content)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(store.list())) == 1 and store.verify(hashlib.sha256(content).hexdigest()) and store.unfinished(-1) == ()


def test_a_head_of_the_trail_is_never_written_over(store: S3Storage) -> None:
    store.keep_head("1.json", b"first")
    store.keep_head("1.json", b"second")
    assert bytes(store.client.part("heads/1.json", 0, 5)) == b"first"


def test_heads_of_the_trail_go_to_the_store_and_a_store_that_is_away_keeps_none_from_the_file(
    site: Context, people: dict[str, User], server: engine.Server, store: S3Storage
) -> None:
    kept = server.root / "data/files/heads"
    with replace(site, storage=store).bound():
        with db.write() as work:
            log.record(work, COMMAND_LINE, "index:rebuild", "site", None, "x")
        assert heads.Keeper().step() == 1 and [path.read_bytes() for path in kept.iterdir()] == [heads.content()]
        with db.write() as work:
            log.record(work, COMMAND_LINE, "index:rebuild", "site", None, "x")
        server.stop()
        with pytest.raises(StoreAway):
            heads.Keeper().step()
        assert len(heads.parse(heads.content()).heads) == 2
        server.start()
        assert heads.Keeper().step() == 0 and len(list(kept.iterdir())) == 2 and len(heads.parse(heads.content()).heads) == 2


def test_a_site_whose_store_is_away_says_so(site: Context, people: dict[str, User], server: engine.Server, store: S3Storage) -> None:
    server.stop()
    with replace(site, storage=store).bound():
        refused = intake.store(io.BytesIO(b"%PDF-1.4\n" + WORDS), "a.pdf")
        assert isinstance(refused, intake.Upload) and refused.reason == intake.STORE_AWAY
        shown = health.overview(actor_of(people["administrator"]))
        assert shown.store_problem == store_state.PROBLEMS["away"] and not shown.good
        assert [(fault.kind, fault.message) for fault in checks.check(COMMAND_LINE)] == [("store", store_state.PROBLEMS["away"].told())]
        with pytest.raises(StoreAway):
            ingest.clean_up()


GOOD = "s3://files?endpoint=http://127.0.0.1:9000"
KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "hidden-key"}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("s3://files", "phải có dạng"), ("https://files", "phải có dạng"), ("s3://id:hidden@files?endpoint=https://a", "phải có dạng"),
        ("s3://files?endpoint=http://s3.example", "phải dùng https"), (GOOD + "&sse=rot13", "sse phải là"), (GOOD + "&x=1", "tham số không biết: x"),
        (GOOD + "&kms_key=a", "kms_key chỉ dùng"), (GOOD + "&ca=/nowhere", "không có tệp chứng thư"), ("s3://files/../b?endpoint=https://a", "phần sau tên thùng"),
        (GOOD + ":99999", "phải có dạng"), (GOOD + "&region=a&region=b", "phải có dạng"),
    ],
)  # fmt: skip
def test_a_bad_address_is_refused_and_never_repeated(tmp_path: Path, url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as raised:
        from_environment({"DOCMGR_HOME": str(tmp_path / "home"), "DOCMGR_STORE_URL": url, **KEYS})
    assert "hidden" not in str(raised.value) and not (tmp_path / "home").exists()


def test_keys_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    given = {"DOCMGR_HOME": str(tmp_path), "DOCMGR_STORE_URL": GOOD}
    made = from_environment({**given, **KEYS}).store
    assert made is not None and (made.key_id, made.secret) == ("id", "hidden-key") and "hidden" not in repr(made)
    file = tmp_path / "keys"
    file.write_text("other\nsecret\n")
    made = from_environment({**given, "DOCMGR_STORE_KEYS_FILE": str(file)}).store
    assert made is not None and (made.key_id, made.secret) == ("other", "secret")
    for wrong in ({}, {"DOCMGR_STORE_KEYS_FILE": str(tmp_path / "none")}, {"AWS_ACCESS_KEY_ID": "id"}):
        with pytest.raises(SettingsError, match=r"khóa"):
            from_environment({**given, **wrong})


def test_a_site_with_a_folder_loads_nothing_of_it() -> None:
    code = "import sys, docmgr.app, docmgr.worker; print([m for m in sys.modules if m.startswith(('obstore', 'docmgr.storage.s3'))])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[]", done.stderr
