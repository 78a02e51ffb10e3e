"""The trail in a backup: its heads are included, an edited trail is refused, a restore leaves its event or nothing."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from docmgr import archive, db
from docmgr.archive import BackupManifest
from docmgr.context import Context
from docmgr.db import Database
from docmgr.models import TrailEvent
from docmgr.policy import COMMAND_LINE
from docmgr.services.folders import tree
from docmgr.services.trail import heads, verify
from docmgr.services.upkeep import backup, checks, migrate, table_copy
from docmgr.services.upkeep.backup import ChangedTrail
from docmgr.settings import ROOT
from tests.services.upkeep.test_backup_forged import Edit, cell, forge, good, refused, rewrite
from tests.support.tampering import fit_hashes, record, unguarded

__all__ = ["good"]
pytestmark = pytest.mark.slow


def events() -> list[TrailEvent]:
    db.release()
    with db.read() as session:
        return list(session.scalars(sa.select(TrailEvent).order_by(TrailEvent.seq)))


def kinds() -> list[str]:
    db.release()
    return [fault.kind for fault in verify.verify(COMMAND_LINE).faults]


def without_last(members: dict[str, bytes], manifest: BackupManifest) -> BackupManifest:
    lines = members["tables/trail_event.jsonl"].splitlines(keepends=True)
    return rewrite(members, manifest, "trail_event", b"".join(lines[:-1]))


def without_third(members: dict[str, bytes], manifest: BackupManifest) -> BackupManifest:
    lines = members["tables/trail_event.jsonl"].splitlines(keepends=True)
    return rewrite(members, manifest, "trail_event", b"".join(lines[:2] + lines[3:]))


def other_heads(members: dict[str, bytes], manifest: BackupManifest) -> BackupManifest:
    members[archive.HEADS] = members[archive.HEADS] + b"la\n"
    return manifest


def no_heads(members: dict[str, bytes], manifest: BackupManifest) -> BackupManifest:
    del members[archive.HEADS]
    return manifest


def test_the_heads_go_along(good: Path, empty_site: Context) -> None:
    """The new site continues the file of the old one."""
    kept = heads.content()
    assert archive.heads(good) == kept and len(kept.splitlines()) == 1
    with empty_site.bound():
        backup.restore(COMMAND_LINE, good)
        lines = heads.content().splitlines(keepends=True)
        (old, new) = heads.parse(heads.content()).heads
        assert lines[0] == kept and new.size == old.size + 1
        assert kinds() == []


def test_earlier_heads_go_along_too(site: Context, empty_site: Context, tmp_path: Path) -> None:
    """A head that the last one contradicts shows that the trail was rewritten in between."""
    record(5)
    heads.keep(heads.current(COMMAND_LINE))
    with unguarded(site) as connection:
        connection.exec_driver_sql("UPDATE trail_event SET actor_label = 'người khác' WHERE seq = 2")
        fit_hashes(connection)
    record(1)
    backup.write(COMMAND_LINE, tmp_path / "b.tar")
    with empty_site.bound(), pytest.raises(ChangedTrail, match="5 sự kiện đầu khác"):
        backup.restore(COMMAND_LINE, tmp_path / "b.tar")


def test_half_a_head_does_not_go_along(site: Context, tmp_path: Path) -> None:
    record(2)
    heads.path().write_bytes(b'{"size": 1, "ro')
    backup.write(COMMAND_LINE, tmp_path / "b.tar")
    assert [head.size for head in heads.parse(archive.heads(tmp_path / "b.tar")).heads] == [2]
    assert kinds() == []


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (cell("trail_event", "actor_label", "người khác"), "đã bị sửa"),
        (cell("trail_event", "details", {}), "đã bị sửa"),
        (cell("trail_event", "leaf_hash", "0" * 64), "đã bị sửa"),
        (cell("trail_event", "at", "2020-01-01T00:00:00+00:00"), "đã bị sửa"),
        (without_last, "Phần cuối đã bị cắt"),
        (without_third, "Thiếu sự kiện số 3"),
        (other_heads, "Dòng 2 của trail-heads.jsonl trong bản sao lưu"),
    ],
)
def test_an_edited_trail_is_refused(good: Path, empty_site: Context, edit: Edit, words: str) -> None:
    said = refused(empty_site, good, forge(good, edit), ChangedTrail)
    assert words in said and "--accept-changed-trail" in said


@pytest.mark.parametrize(
    "edit",
    [
        cell("trail_event", "actor_label", "người khác"), cell("trail_event", "leaf_hash", "0" * 64), without_last, other_heads,
        cell("trail_event", "seq", -3),
    ],
)  # fmt: skip
def test_what_was_accepted_is_no_fault_later(good: Path, empty_site: Context, edit: Edit) -> None:
    with empty_site.bound():
        backup.restore(COMMAND_LINE, forge(good, edit), accept_changed_trail=True)
        assert [event.action for event in events()].count("trail:accept") == 1 and kinds() == []
        record(1)
        heads.keep(heads.current(COMMAND_LINE))
        assert kinds() == []
        with unguarded(empty_site) as connection:
            connection.exec_driver_sql("UPDATE trail_event SET via = 'web' WHERE seq = 1")
        assert "changed" in kinds()


def test_accepting_it_is_an_event(good: Path, empty_site: Context) -> None:
    forged = forge(good, without_third)
    with empty_site.bound():
        backup.restore(COMMAND_LINE, forged, accept_changed_trail=True)
        accepted, restored = events()[-3:-1]
        assert (accepted.action, restored.action) == ("trail:accept", "site:restore")
        # A row is missing, so every head differs: the gap, the root, the end.
        assert accepted.details["faults"] >= 1 and "Thiếu sự kiện số 3." in accepted.details["first"]
        verdict = verify.verify(COMMAND_LINE)
        assert verdict.ok and f"số {accepted.seq}," in verdict.not_known[1]
        assert checks.check(COMMAND_LINE) == []
        # From here on heads cover it again, including what was accepted.
        db.release()
        for statement in ("UPDATE trail_event SET via = 'web' WHERE seq = 2", "DELETE FROM trail_event WHERE seq = 4"):
            with unguarded(empty_site) as connection:
                connection.exec_driver_sql(statement)
            assert kinds() != []


def test_an_honest_restore_accepts_nothing(good: Path, empty_site: Context) -> None:
    with empty_site.bound():
        backup.restore(COMMAND_LINE, good, accept_changed_trail=True)
        assert "trail:accept" not in [event.action for event in events()]


def sizes(content: bytes) -> list[int]:
    """A root hash may contain any digits, so the sizes are read and not searched for in the text."""
    return [json.loads(line)["size"] for line in content.splitlines()]


def test_a_home_whose_heads_know_more_than_the_backup(good: Path, empty_site: Context) -> None:
    """The database was lost and the folder was not: the events after the backup are missing, and this is reported."""
    with empty_site.bound():
        heads.keep(heads.Head(999, "0" * 64, "2024-02-05T07:00:00+00:00"))
        with pytest.raises(ChangedTrail, match="có 999 sự kiện"):
            backup.restore(COMMAND_LINE, good)
        backup.restore(COMMAND_LINE, good, accept_changed_trail=True)
        assert kinds() == []
        (aside,) = empty_site.settings.home.glob("trail-heads.*.jsonl")
        assert sizes(aside.read_bytes()) == [999] and 999 not in sizes(heads.content())


def _old_backup(site: Context, folder: Path) -> Path:
    """A backup of the release before the hashes: three events with a gap among them, no heads."""
    step = ScriptDirectory(str(migrate.MIGRATIONS)).get_revision("0006")
    old = Database(f"sqlite:///{folder / 'old.sqlite'}")
    migrate.upgrade(old, str(step.down_revision))
    with old.engine.connect() as connection:
        tables = table_copy.reflected(connection).tables
    old.dispose()
    event = {
        "at": "2024-02-05T07:00:00.000001+00:00", "actor_label": "Dòng lệnh", "via": "cli", "action": "index:rebuild",
        "subject_type": "site", "subject_label": "Chỉ mục", "details": {},
    }  # fmt: skip
    target, lines = folder / "old.tar", {}
    about: dict[str, archive.ArchivedTable] = {}
    with archive.creating(target) as writer:
        for name in sorted(set(tables) - table_copy.LEFT_OUT - {"alembic_version"}):
            columns = tuple(tables[name].columns.keys())
            rows = [{**event, "seq": seq} for seq in (1, 2, 5)] if name == "trail_event" else []
            lines[name] = b"".join(json.dumps([row.get(c) for c in columns]).encode() + b"\n" for row in rows)
            about[name] = archive.ArchivedTable(columns, len(rows), hashlib.sha256(lines[name]).hexdigest())
            (folder / "lines").write_bytes(lines[name])
            writer.add(f"tables/{name}.jsonl", folder / "lines")
        writer.finish(BackupManifest("2024-02-05T07:00:00+00:00", str(step.down_revision), about, 0, ()))
    return target


def test_a_backup_from_before_the_hashes(site: Context, empty_site: Context, tmp_path: Path) -> None:
    with empty_site.bound():
        backup.restore(COMMAND_LINE, _old_backup(site, tmp_path))
        assert [(event.seq, event.action) for event in events()] == [
            (1, "index:rebuild"), (2, "index:rebuild"), (5, "index:rebuild"), (6, "trail:begin"), (7, "site:restore"),
            (8, "index:rebuild"),
        ]  # fmt: skip
        verdict = verify.verify(COMMAND_LINE)
        assert verdict.ok and "3 sự kiện đến số 5 có từ trước khi tính mã băm" in verdict.not_known[1]
        tree.root_id()
        with unguarded(empty_site) as connection:
            connection.exec_driver_sql("DELETE FROM trail_event WHERE seq = 2")
        assert "removed" in kinds()


# A process that kills itself when `{module}.{name}` was called; then `restore`.
KILLED = """
import os, signal, sys
from docmgr.services.{room} import {module}
def last(*arguments, __call={module}.{name}, **more):
    __call(*arguments, **more)
    os.kill(os.getpid(), signal.SIGKILL)
{module}.{name} = last
from docmgr import context
from docmgr.policy import COMMAND_LINE
from docmgr.services.upkeep import backup
from docmgr.settings import Settings
from pathlib import Path
home = Path(sys.argv[1])
with context.build(Settings(home, home / "uploads", sys.argv[2], "k" * 64, free_disk_floor_bytes=0)).bound():
    backup.restore(COMMAND_LINE, Path(sys.argv[3]))
"""


@pytest.mark.parametrize(
    ("room", "module", "name", "whole"),
    [
        ("upkeep", "table_copy", "load", False),
        ("upkeep", "backup_filling", "_load", False),
        ("upkeep", "backup_filling", "_require_sound", False),
        ("trail", "verify", "examine", False),
        ("trail", "append", "append", False),
        ("upkeep", "backup_filling", "fill", True),
        ("trail", "heads", "keep_lines", True),
    ],
)
def test_a_restore_that_is_killed_leaves_its_event_or_nothing(
    good: Path, empty_site: Context, site: Context, room: str, module: str, name: str, whole: bool
) -> None:
    target = empty_site
    if site.database.engine.dialect.name == "postgresql":
        # It is restored into that kind of database, which is emptied first.
        with site.database.write_engine.begin() as connection:
            table_copy.reflected(connection).drop_all(connection)
        target = replace(empty_site, database=site.database)
    home = empty_site.settings.home
    command = [sys.executable, "-c", KILLED.format(room=room, module=module, name=name), str(home), target.database.url, str(good)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -9, done.stderr
    with target.bound():
        tables = sa.inspect(target.database.engine).get_table_names()
        if whole:
            assert events()[-1].action == "site:restore" and kinds() == []
        else:
            assert tables == []
            assert backup.restore(COMMAND_LINE, good).files == 2
            assert kinds() == []
