"""Backup and restore: everything comes back, nothing else does, and a damaged file is never accepted."""

from __future__ import annotations

import io
import random
import tarfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from docmgr import archive, db, worker
from docmgr.archive import BadBackup
from docmgr.context import Context
from docmgr.db import Database
from docmgr.models import (
    Click,
    ClickKey,
    Document,
    File,
    Folder,
    SavedSearch,
    SignInSession,
    TrailEvent,
    User,
)
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.documents import upload
from docmgr.services.errors import Conflict
from docmgr.services.folders import tree
from docmgr.services.search import find
from docmgr.services.upkeep import backup, checks, migrate, table_copy

pytestmark = pytest.mark.slow

TEXTS = (
    "QUYẾT ĐỊNH\nĐiều 1. Ban hành quy chế dân chủ.\nĐiều 2. Có hiệu lực từ ngày ký.\n",
    "KẾ HOẠCH\nI. MỤC ĐÍCH\n1. Tập huấn nghiệp vụ lưu trữ.\n",
)


@pytest.fixture
def full_site(site: Context, people: dict[str, User]) -> Context:
    """Two read documents in a folder that was moved below a later one, an open session, a saved search."""
    early, late = (tree.create(COMMAND_LINE, tree.root_id(), name).id for name in ("Trước", "Sau"))
    tree.move(COMMAND_LINE, early, late)
    for number, text in enumerate(TEXTS):
        stream = io.BytesIO(text.encode())
        upload.upload(COMMAND_LINE, stream, f"tệp {number}.txt", folder_id=early, publish=True)
    with db.write() as session:
        session.add(SignInSession(token_hash="0" * 64, user_id=people["clerk"].id))
        kept = {"q": ["dân chủ"], "type": ["Quyết định"]}
        # The key of a month is thrown away, so it may not live on in a backup; what was counted stays.
        session.add(ClickKey(month="2026-12", series="a" * 16, secret="b" * 64))
        session.add(Click(mark="c" * 64, series="a" * 16, question="dân chủ", document_id=1, anchor="dieu-1"))
        session.add(SavedSearch(owner_id=people["clerk"].id, name="Dân chủ", parts=kept, shared=True))
    worker.run_until_idle(site)
    db.release()
    return site


def _rows(database: Database, without: set[str]) -> dict[str, list[tuple[Any, ...]]]:
    rows = {}
    with database.engine.connect() as connection:
        for table in table_copy.tables():
            columns = [column for column in table.columns if column.name not in without]
            query = sa.select(*columns).order_by(*table.primary_key.columns)
            rows[table.name] = [tuple(map(repr, row)) for row in connection.execute(query)]
    return rows


def test_all_rows_and_files_come_back(full_site: Context, empty_site: Context, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar"
    # The notes on the index and the worker's lease start anew.
    anew = {"indexed_revision", "indexed_access_list_id", "leased_until"}
    before = _rows(full_site.database, anew)
    written = backup.write(COMMAND_LINE, target)
    with empty_site.bound():
        restored = backup.restore(COMMAND_LINE, target)
        after = _rows(empty_site.database, anew)
        events = after.pop("trail_event")
    assert (restored.files, restored.rows) == (written.files, written.rows) == (2, written.rows)
    told = before.pop("trail_event")
    assert after == before and len(after["click"]) == 1
    with tarfile.open(target) as held:
        assert not [name for name in held.getnames() if "click_key" in name]
    # Every event with all its values, and then the event of the restore itself.
    assert events[:-2] == told and len(told) == 10
    place = [column.name for column in TrailEvent.__table__.columns].index("action")
    assert [row[place] for row in events[-2:]] == ["'site:restore'", "'index:rebuild'"]
    names = [file.sha256 for file in full_site.storage.list()]
    assert [file.sha256 for file in empty_site.storage.list()] == names
    assert all(empty_site.storage.verify(file.sha256) for file in empty_site.storage.list())


def test_the_worker_makes_everything_findable_again(full_site: Context, empty_site: Context, tmp_path: Path) -> None:
    backup.write(COMMAND_LINE, tmp_path / "backup.tar")
    with empty_site.bound():
        backup.restore(COMMAND_LINE, tmp_path / "backup.tar")
        worker.run_until_idle(empty_site)
        db.release()
        assert find.find(COMMAND_LINE, "quy chế dân chủ").total == 1
        assert checks.check(COMMAND_LINE, full=True) == []


@pytest.mark.parametrize("index_before", [True, False])
def test_no_index_yet_is_no_fault_after_a_restore(
    full_site: Context, empty_site: Context, tmp_path: Path, index_before: bool
) -> None:
    """Also when a worker has created an empty index before."""
    backup.write(COMMAND_LINE, tmp_path / "backup.tar")
    with empty_site.bound():
        if index_before:
            empty_site.backend.index.create()
        backup.restore(COMMAND_LINE, tmp_path / "backup.tar")
        assert checks.check(COMMAND_LINE, full=True) == [] and len(checks.notes(COMMAND_LINE)) == 1
        worker.run_until_idle(empty_site)
        db.release()
        assert checks.check(COMMAND_LINE, full=True) == checks.notes(COMMAND_LINE) == []


def test_new_rows_follow_the_restored_ones(full_site: Context, empty_site: Context, tmp_path: Path) -> None:
    backup.write(COMMAND_LINE, tmp_path / "backup.tar")
    with empty_site.bound():
        backup.restore(COMMAND_LINE, tmp_path / "backup.tar")
        stored = upload.upload(COMMAND_LINE, io.BytesIO(b"mot van ban khac"), "c.txt")
        assert stored.outcome == "stored" and stored.document_id == 3


def test_restoring_into_the_same_kind_of_database_it_came_from(
    full_site: Context, tmp_path: Path, people: dict[str, User]
) -> None:
    backup.write(COMMAND_LINE, tmp_path / "backup.tar")
    with full_site.database.write_engine.begin() as connection:
        table_copy.reflected(connection).drop_all(connection)
    backup.restore(COMMAND_LINE, tmp_path / "backup.tar")
    db.release()
    assert migrate.differences(full_site.database) == []
    tree.create(COMMAND_LINE, tree.root_id(), "Mới")
    with db.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Document)) == 2
        assert session.scalar(sa.select(Folder.id).where(Folder.name == "Mới")) == 4
        assert session.scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 0


def test_index_key_and_sessions_stay_out(full_site: Context, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar"
    backup.write(COMMAND_LINE, target)
    with tarfile.open(target) as tar:
        names = tar.getnames()
    assert not [name for name in names if "index" in name or "sign_in" in name]
    assert full_site.settings.secret_key.encode() not in target.read_bytes()
    assert target.stat().st_mode & 0o077 == 0


def test_both_acts_are_on_the_trail(full_site: Context, empty_site: Context, tmp_path: Path) -> None:
    backup.write(COMMAND_LINE, tmp_path / "backup.tar")
    with db.read() as session:
        last = session.scalars(sa.select(TrailEvent).order_by(TrailEvent.seq.desc())).first()
        assert last is not None and last.action == "site:backup" and last.details["files"] == 2


def test_one_changed_bit_anywhere_is_found(full_site: Context, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar"
    backup.write(COMMAND_LINE, target)
    whole = target.read_bytes()
    archive.verify(target)
    chance = random.Random(20)
    # Places everywhere, and repeatedly in the last 2,000 bytes (manifest, padding, end).
    places = [chance.randrange(len(whole)) for _ in range(300)]
    places += [len(whole) - 1 - chance.randrange(2000) for _ in range(100)]
    for place in places:
        spoiled = bytearray(whole)
        spoiled[place] ^= 1 << chance.randrange(8)
        target.write_bytes(spoiled)
        with pytest.raises(BadBackup):
            archive.verify(target)


def test_a_backup_cut_short_or_lengthened_is_none(full_site: Context, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar"
    backup.write(COMMAND_LINE, target)
    whole = target.read_bytes()
    for size in (0, 100, 512, len(whole) // 2, len(whole) - 1024, len(whole) - 1):
        target.write_bytes(whole[:size])
        with pytest.raises(BadBackup):
            archive.verify(target)
    target.write_bytes(whole + b"\0")
    with pytest.raises(BadBackup):
        archive.verify(target)


def test_a_damaged_backup_touches_nothing(full_site: Context, empty_site: Context, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar"
    backup.write(COMMAND_LINE, target)
    spoiled = bytearray(target.read_bytes())
    spoiled[3000] ^= 1
    target.write_bytes(spoiled)
    with empty_site.bound(), pytest.raises(BadBackup):
        backup.restore(COMMAND_LINE, target)
    assert not sa.inspect(empty_site.database.engine).get_table_names()
    assert list(empty_site.storage.list()) == []


@pytest.mark.parametrize("name", ["../outside", "/etc/x", "uploads/../../x", "index/current", "uploads/" + "a" * 63])
def test_members_with_other_names_are_refused(tmp_path: Path, name: str) -> None:
    source, target = tmp_path / "source", tmp_path / "backup.tar"
    source.write_bytes(b"x")
    with archive.creating(target) as writer:
        writer.add(name, source)
        writer.finish(archive.BackupManifest("2026-01-01", "0001", {}, 0, ()))
    with pytest.raises(BadBackup, match="mục lạ"):
        archive.verify(target)


def test_only_an_empty_site_is_filled(full_site: Context, tmp_path: Path) -> None:
    backup.write(COMMAND_LINE, tmp_path / "backup.tar")
    with pytest.raises(Conflict):
        backup.restore(COMMAND_LINE, tmp_path / "backup.tar")


def test_other_files_in_the_store_are_not_mixed_in(full_site: Context, empty_site: Context, tmp_path: Path) -> None:
    backup.write(COMMAND_LINE, tmp_path / "backup.tar")
    empty_site.storage.put(io.BytesIO(b"la"), 100)
    with empty_site.bound(), pytest.raises(Conflict):
        backup.restore(COMMAND_LINE, tmp_path / "backup.tar")


def test_a_lost_and_a_spoiled_file_are_named(full_site: Context, tmp_path: Path) -> None:
    with db.read() as session:
        lost, spoiled = session.scalars(sa.select(File.sha256).order_by(File.id)).all()
    full_site.storage.path(lost).unlink()
    path = full_site.storage.path(spoiled)
    path.chmod(0o600)
    path.write_bytes(b"khac")
    report = backup.write(COMMAND_LINE, tmp_path / "backup.tar")
    assert set(report.lacking) == {lost, spoiled} and report.files == 0
    assert set(archive.verify(tmp_path / "backup.tar").lacking) == {lost, spoiled}


def test_a_backup_that_fails_leaves_no_file(
    full_site: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.Writer, "add", full)
    target = tmp_path / "away" / "backup.tar"
    target.parent.mkdir()
    with pytest.raises(OSError, match="No space"):
        backup.write(COMMAND_LINE, target)
    assert list(target.parent.iterdir()) == []


def test_people_may_not_make_backups(full_site: Context, tmp_path: Path) -> None:
    actor = Actor(1, "Quản trị", roles=frozenset({"administrator"}))
    with pytest.raises(Denied):
        backup.write(actor, tmp_path / "backup.tar")
    with pytest.raises(Denied):
        backup.restore(actor, tmp_path / "backup.tar")


def test_a_newer_format_is_named_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FORMAT", 2)
    with archive.creating(tmp_path / "backup.tar") as writer:
        writer.finish(archive.BackupManifest("2026-01-01", "0001", {}, 0, ()))
    monkeypatch.setattr(archive, "FORMAT", 1)
    with pytest.raises(BadBackup, match="định dạng khác"):
        archive.verify(tmp_path / "backup.tar")
