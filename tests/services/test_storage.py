"""The store after a power failure, on a full disk and during a sweep: its operations on files and their order."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docmgr import db
from docmgr.models import File
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import ingest, intake
from docmgr.services.upkeep import checks, sweeping
from docmgr.storage import DiskFull, NotWritable
from docmgr.storage import local as storage
from docmgr.storage.local import LocalStorage
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

HOUR = 3600.0


@pytest.fixture
def store(tmp_path: Path) -> LocalStorage:
    """An empty store."""
    return LocalStorage(tmp_path / "store")


def _put(store: LocalStorage, content: bytes) -> Path:
    return store.path(store.put(io.BytesIO(content), 10**9).sha256)


def _age(path: Path, seconds: float = 2 * HOUR) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations on the disk, in order."""
    done: list[str] = []

    def noted(name: str, real: Callable[..., object], show: Callable[..., str]) -> None:
        def call(*arguments: object, **named: object) -> object:
            done.append(f"{name} {show(*arguments)}")
            return real(*arguments, **named)

        monkeypatch.setattr(storage.os, name, call)

    def opened(handle: int) -> str:
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        return "folder" if path.is_dir() else "file"

    noted("fsync", os.fsync, opened)
    noted("chmod", os.chmod, lambda path, mode: f"{mode:o}")
    noted("replace", os.replace, lambda _from, _to: "")
    return done


def test_bytes_are_on_the_disk_before_their_name_is_and_nobody_may_write_them(
    store: LocalStorage, calls: list[str]
) -> None:
    path = _put(store, b"words")
    # The file, the two folders created above it, its mode, its name, the folder that contains the name.
    assert [call.strip() for call in calls] == [
        "fsync file", "fsync folder", "fsync folder", "chmod 440", "replace", "fsync folder",
    ]  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o440


def test_a_sentence_on_bytes_is_on_the_disk_before_it_is_carried_out(
    store: LocalStorage, calls: list[str]
) -> None:
    path = _put(store, b"secret")
    calls.clear()
    store.condemn(path.name)
    assert calls == ["fsync folder"] and store.condemned() == (path.name,) and path.exists()
    store.remove(path.name)
    assert calls[1:] == ["fsync folder"] and not path.exists() and store.condemned() == ()


def test_what_a_crash_left_condemned_is_carried_out_at_the_next_start(site, people) -> None:
    from docmgr.services.documents import ingest

    kept = upload(actor_of(people["clerk"]), decision())
    with db.read() as session:
        named = session.query(File).one().sha256
    lost = _put(site.storage, b"the bytes of a secret")
    for sha256 in (named, lost.name):
        site.storage.condemn(sha256)
    ingest.clean_up()
    assert kept and not lost.exists() and site.storage.path(named).exists() and site.storage.condemned() == ()


def test_less_than_the_floor_is_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LocalStorage(tmp_path / "store", floor_bytes=500)
    for free, taken in ((499, False), (500, True)):
        monkeypatch.setattr(
            storage.shutil, "disk_usage", lambda _path, free=free: type("Usage", (), {"free": free})
        )
        if taken:
            assert _put(store, b"words").exists()
        else:
            with pytest.raises(DiskFull):
                store.put(io.BytesIO(b"words"), 100)


@pytest.mark.parametrize(
    ("number", "raised"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EROFS, NotWritable),
        (errno.EACCES, NotWritable),
    ],
)
def test_a_disk_that_takes_nothing_is_told_and_leaves_nothing(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch, number: int, raised: type[Exception]
) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(storage.os, "fsync", refuse)
    with pytest.raises(raised):
        store.put(io.BytesIO(b"words"), 100)
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_a_store_that_cannot_be_written_answers_a_sentence(
    auth, site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    browser = auth("clerk")
    monkeypatch.setattr(storage.os, "fsync", refuse)
    answer = browser.submit(
        "/documents/new", {"files": (io.BytesIO(decision()), "a.docx")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 200 and intake.NOT_WRITABLE.told() in answer.get_data(as_text=True)
    monkeypatch.undo()
    monkeypatch.setattr(LocalStorage, "writable", lambda _self: False)
    page = auth("administrator").get("/health").get_data(as_text=True)
    assert "Kho tệp không ghi được: kiểm tra quyền ghi" in page and "Có việc cần quản trị xem lại" in page


def test_a_read_only_disk_is_seen(store: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    store.root.mkdir()
    assert store.writable()
    monkeypatch.setattr(storage.os, "statvfs", lambda _path: type("Told", (), {"f_flag": os.ST_RDONLY}))
    assert not store.writable()
    monkeypatch.undo()
    monkeypatch.setattr(storage.os, "access", lambda _path, _mode: False)
    assert not store.writable()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, check=False
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_full_takes_nothing_and_keeps_what_it_has(small_disk: Path) -> None:
    store = LocalStorage(small_disk / "store")
    kept = _put(store, b"a" * 1_000_000)
    with pytest.raises(DiskFull):
        _put(store, b"b" * 4_000_000)
    assert kept.exists() and [file.sha256 for file in store.list()] == [kept.name] and not list((store.root / "tmp").iterdir())


def test_orphans_go_by_age_and_what_a_row_names_stays(site, people) -> None:
    upload(actor_of(people["clerk"]), decision())
    work(site)
    (named,) = [site.storage.path(file.sha256) for file in site.storage.list()]
    _age(named)
    old, young = _put(site.storage, b"old bytes"), _put(site.storage, b"young bytes")
    _age(old)
    half, writing = site.storage.root / "tmp" / "half", site.storage.root / "tmp" / "writing"
    for path in (half, writing):
        path.write_bytes(b"...")
    _age(half)
    kinds = [(fault.kind, fault.sha256) for fault in checks.check(COMMAND_LINE)]
    assert sorted(kinds, key=str) == sorted(
        [("orphan_file", old.name), ("orphan_file", young.name), ("orphan_file", None)], key=str
    )
    assert sweeping.sweep() == 2
    assert [path.exists() for path in (named, old, young, half, writing)] == [True, False, True, False, True]


def test_a_site_without_rows_is_not_swept(site) -> None:
    """The files of a backup are put into the store long before their rows."""
    placed = _put(site.storage, b"from a backup")
    _age(placed)
    assert sweeping.sweep() == 0 and placed.exists()


def test_bytes_that_get_their_row_at_the_last_moment_stay(
    site, people, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(number="1/QĐ-A"))
    late = decision(number="2/QĐ-B")
    path = _put(site.storage, late)
    _age(path)
    real = intake.lock

    def named_meanwhile(session, sha256: str) -> None:
        real(session, sha256)
        if sha256 == path.name:
            row = session.query(File).first()
            session.add(File(version_id=row.version_id, sha256=sha256, size=1, name="late", kind="docx"))
            session.flush()

    monkeypatch.setattr(sweeping.intake, "lock", named_meanwhile)
    assert sweeping.sweep() == 0 and path.exists()


def test_bytes_put_in_again_while_they_are_swept_stay(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _put(store, b"words")
    _age(path)
    real, seen = os.rename, []

    def renamed(source: Path, target: Path) -> None:
        if not seen:
            seen.append(source)
            # Another process puts them in at the last moment.
            assert _put(store, b"words") == path
        real(source, target)

    monkeypatch.setattr(storage.os, "rename", renamed)
    assert store.sweep(path.name, HOUR) is False and path.read_bytes() == b"words"


def test_who_finds_bytes_gone_brings_its_own(store: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _put(store, b"words")
    real = os.utime

    def swept_just_now(target: Path) -> None:
        path.unlink(missing_ok=True)
        real(target)

    monkeypatch.setattr(storage.os, "utime", swept_just_now)
    assert _put(store, b"words") == path and hashlib.sha256(path.read_bytes()).hexdigest() == path.name


def test_the_worker_sweeps_when_nothing_waits(site, people, monkeypatch: pytest.MonkeyPatch) -> None:
    from docmgr import worker

    swept: list[int] = []
    monkeypatch.setattr(sweeping, "sweep", lambda: swept.append(1) or 0)
    monkeypatch.setattr(ingest, "read_some", lambda _reader, stopping: 0 if swept else 1)
    step = worker._reading_step(None)
    assert step() == 1 and swept == []
    monkeypatch.setattr(ingest, "read_some", lambda _reader, stopping: 0)
    assert [step(), step(), step()] == [0, 0, 0] and swept == [1]


def test_a_part_closes_the_file_under_it(store: LocalStorage) -> None:
    part = store.range(_put(store, b"words").name, 1, 2)
    below = part._file
    part.close()
    assert below.closed and part.closed
