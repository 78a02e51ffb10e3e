"""`storage migrate` copies all files to another store, in both directions, and goes on where it was cut off."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from docmgr.context import Context
from docmgr.policy import COMMAND_LINE, Denied
from docmgr.services.upkeep import store_moving
from docmgr.services.upkeep.store_moving import MoveReport
from docmgr.storage import Storage
from docmgr.storage.local import LocalStorage
from tests.engines import store as engine


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Storage]:
    """An empty S3 store."""
    with engine.running(tmp_path / "s3") as server:
        server.bucket("files")
        yield engine.storage(server.address("files"), tmp_path / "shelf")


def _filled(store: Storage) -> list[str]:
    return sorted(store.put(io.BytesIO(f"file {number}".encode() * 100), 10**6).sha256 for number in range(5))


def test_there_and_back(site: Context, remote: Storage, tmp_path: Path) -> None:
    names = _filled(site.storage)
    site.storage.condemn(names[0])
    with site.bound():
        assert store_moving.copy_all(COMMAND_LINE, remote) == MoveReport(5, 0, (), ())
        remote.remove(names[1])
        assert store_moving.copy_all(COMMAND_LINE, remote) == MoveReport(1, 4, (), ())
    assert remote.condemned() == (names[0],) and [file.sha256 for file in remote.list()] == names
    back = LocalStorage(tmp_path / "back")
    with replace(site, storage=remote).bound():
        assert store_moving.copy_all(COMMAND_LINE, back).copied == 5
    assert all(back.verify(name) for name in names)


def test_damaged_and_other_bytes_are_named_and_not_written_over(site: Context, tmp_path: Path) -> None:
    assert isinstance(site.storage, LocalStorage)
    names = _filled(site.storage)
    target = LocalStorage(tmp_path / "target")
    damaged, other = site.storage.path(names[0]), target.path(names[1])
    damaged.chmod(0o600)
    damaged.write_bytes(b"broken")
    other.parent.mkdir(parents=True)
    other.write_bytes(b"other")
    with site.bound():
        report = store_moving.copy_all(COMMAND_LINE, target)
    assert report == MoveReport(3, 0, (names[0],), (names[1],)) and not report.whole
    assert other.read_bytes() == b"other" and not target.exists(names[0])


def test_a_bad_place_is_refused_in_words(app: Flask, site: Context, people: object) -> None:
    def said(place: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["storage", "migrate", "--to", place])
        return done.exit_code, done.output

    assert said(str(site.settings.uploads)) == (2, "Hệ thống đang dùng chính kho này.\n")
    code, words = said("s3://files?endpoint=ftp://a")
    assert code == 2 and words.startswith("--to phải có dạng s3://")


def test_only_the_command_line_copies(site: Context, tmp_path: Path) -> None:
    with site.bound(), pytest.raises(Denied):
        store_moving.copy_all(replace(COMMAND_LINE, everything=False), LocalStorage(tmp_path / "target"))
