"""A backup with correct hashes that is broken or invented: one sentence, and the site is as empty as before."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from docmgr import archive
from docmgr.archive import BackupManifest, BadBackup
from docmgr.context import Context
from docmgr.models import User
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import upload
from docmgr.services.errors import Conflict
from docmgr.services.folders import tree
from docmgr.services.indexing import requests
from docmgr.services.upkeep import backup, migrate
from docmgr.storage import DiskFull
from docmgr.storage.local import LocalStorage

Edit = Callable[[dict[str, bytes], BackupManifest], BackupManifest]


@pytest.fixture
def good(site: Context, people: dict[str, User], tmp_path: Path) -> Path:
    """A backup of two documents in a folder below another."""
    below = tree.create(COMMAND_LINE, tree.root_id(), "Trong").id
    for text in (b"Van ban thu nhat.", b"Van ban thu hai."):
        upload.upload(COMMAND_LINE, io.BytesIO(text), "a.txt", folder_id=below)
    backup.write(COMMAND_LINE, tmp_path / "good.tar")
    return tmp_path / "good.tar"


def forge(good: Path, edit: Edit) -> Path:
    """Write the backup again after `edit` changed its members or its manifest; its own hashes are then correct."""
    manifest = archive.verify(good)
    with tarfile.open(good) as tar:
        members = {info.name: tar.extractfile(info).read() for info in tar.getmembers()[:-1]}
    manifest = edit(members, manifest)
    target, source = good.with_name("forged.tar"), good.with_name("member")
    with archive.creating(target) as writer:
        for name, content in members.items():
            source.write_bytes(content)
            writer.add(name, source)
        writer.finish(manifest)
    return target


def rewrite(members: dict[str, bytes], manifest: BackupManifest, table: str, content: bytes) -> BackupManifest:
    """Replace the table's lines and correct its hash in the manifest."""
    members[f"tables/{table}.jsonl"] = content
    sha256, rows = hashlib.sha256(content).hexdigest(), content.count(b"\n")
    about = replace(manifest.tables[table], sha256=sha256, rows=rows)
    return replace(manifest, tables={**manifest.tables, table: about})


def cell(table: str, column: str, value: Any) -> Edit:
    """Put `value` into the table's last row."""

    def edit(members: dict[str, bytes], manifest: BackupManifest) -> BackupManifest:
        rows = [json.loads(line) for line in members[f"tables/{table}.jsonl"].splitlines()]
        rows[-1][manifest.tables[table].columns.index(column)] = value
        return rewrite(members, manifest, table, b"".join(json.dumps(row).encode() + b"\n" for row in rows))

    return edit


def lines(table: str, content: bytes) -> Edit:
    """Append these bytes to the table."""
    return lambda members, manifest: rewrite(
        members, manifest, table, members[f"tables/{table}.jsonl"] + content
    )


def refused(empty_site: Context, good: Path, forged: Path, error: type[Exception] = BadBackup) -> str:
    """Restoring raises `error` and leaves nothing, and the good backup can be restored afterwards; returns the
    message."""
    with empty_site.bound():
        with pytest.raises(error) as caught:
            backup.restore(COMMAND_LINE, forged)
        assert list(empty_site.storage.list()) == []
        assert sa.inspect(empty_site.database.engine).get_table_names() == []
        assert not requests.pending()
        assert backup.restore(COMMAND_LINE, good).files == 2
    return str(caught.value)


def test_what_the_forger_of_these_tests_leaves_alone_is_restored(good: Path, empty_site: Context) -> None:
    with empty_site.bound():
        assert backup.restore(COMMAND_LINE, forge(good, lambda _, manifest: manifest)).files == 2


@pytest.mark.parametrize(
    "edit",
    [
        cell("document", "state", "no_such_state"),
        cell("document", "workflow", ""),
        cell("document", "folder_id", 99),
        cell("document", "folder_id", "1"),
        cell("document", "folder_id", None),
        cell("document", "inherit", 1),
        cell("document", "created_at", "yesterday"),
        cell("document", "created_at", "2024-01-01T00:00:00"),
        cell("document", "created_at", 5),
        cell("document", "issued_on", "2024-13-01"),
        cell("document", "subject", {"a": 1}),
        cell("document", "subject", "\ud800"),
        cell("document", "revision", 2**70),
        cell("folder", "parent_id", 99),
        cell("workflow_version", "definition", {"initial": "x", "states": [], "transitions": [{"a": 1}]}),
        cell("workflow_version", "definition", {"initial": "x", "states": [{"code": "x", "name": "X"}], "transitions": []}),
        cell("workflow_version", "definition", ["x"]),
        cell("file", "sha256", "../../etc/passwd"),
        cell("file", "sha256", "A" * 64),
        cell("file", "sha256", "0" * 64),
        lines("folder", b"[1]\n"),
        lines("folder", b"7\n"),
        lines("folder", b"\xff\n"),
        lines("folder", b"\n"),
        lines("folder", b"[" * 100_000 + b"\n"),
        lines("folder", b'{"a": 1, "b": 2}\n'),
    ],
)
def test_rows_that_are_none(good: Path, empty_site: Context, edit: Edit) -> None:
    said = refused(empty_site, good, forge(good, edit))
    assert "ản sao lưu" in said


def _swap_bytes(members: dict[str, bytes], manifest: BackupManifest) -> BackupManifest:
    # The last file is bad; the files before it are correct.
    members[max(name for name in members if name.startswith("uploads/"))] = b"other bytes"
    return manifest


def _swap_rows(members: dict[str, bytes], manifest: BackupManifest) -> BackupManifest:
    members["tables/unit.jsonl"] = members["tables/unit.jsonl"].replace(b"null", b" null")
    return manifest


def _drop_file(members: dict[str, bytes], manifest: BackupManifest) -> BackupManifest:
    del members[max(name for name in members if name.startswith("uploads/"))]
    return manifest


def _drop_table(members: dict[str, bytes], manifest: BackupManifest) -> BackupManifest:
    del members["tables/document_fact.jsonl"]
    return replace(manifest, tables={k: v for k, v in manifest.tables.items() if k != "document_fact"})


def _add_table(name: str) -> Edit:
    def edit(members: dict[str, bytes], manifest: BackupManifest) -> BackupManifest:
        members[f"tables/{name}.jsonl"] = b""
        about = archive.ArchivedTable(("id",), 0, hashlib.sha256(b"").hexdigest())
        return replace(manifest, tables={**manifest.tables, name: about})

    return edit


def _column(old: str, new: str) -> Edit:
    def edit(members: dict[str, bytes], manifest: BackupManifest) -> BackupManifest:
        about = manifest.tables["unit"]
        columns = tuple(new if name == old else name for name in about.columns)
        return replace(manifest, tables={**manifest.tables, "unit": replace(about, columns=columns)})

    return edit


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (_swap_bytes, "không khớp với tên"),
        (_swap_rows, "không khớp với bảng kê"),
        (_drop_file, "Số tệp"),
        (_drop_table, "đúng các bảng"),
        (_add_table("sign_in_session"), "đúng các bảng"),
        (_add_table("alembic_version"), "đúng các bảng"),
        (_add_table("no_such_table"), "đúng các bảng"),
        (_column("abbreviation", "name"), "đúng các cột"),
        (_column("abbreviation", "no_such_column"), "đúng các cột"),
        (lambda _, m: replace(m, tables={**m.tables, "unit": replace(m.tables["unit"], rows=99)}), "đủ số dòng"),
        (lambda _, m: replace(m, tables={**m.tables, "unit": replace(m.tables["unit"], rows="9")}), "không hợp lệ"),
        (lambda _, m: replace(m, lacking=("../../x",)), "không hợp lệ"),
        (lambda _, m: replace(m, revision=""), "phiên bản cơ sở dữ liệu"),
        (lambda _, m: replace(m, revision="../../x"), "phiên bản cơ sở dữ liệu"),
        (lambda _, m: replace(m, revision=None), "Không đọc được"),
        (lambda _, m: replace(m, tables=[]), "không khớp với bảng kê"),
    ],
)
def test_members_and_manifests_that_do_not_fit(good: Path, empty_site: Context, edit: Edit, words: str) -> None:
    assert words in refused(empty_site, good, forge(good, edit))


@pytest.mark.parametrize("revision", ["9999", "head", "base"])
def test_a_revision_that_only_another_release_knows(good: Path, empty_site: Context, revision: str) -> None:
    forged = forge(good, lambda _, manifest: replace(manifest, revision=revision))
    assert revision in refused(empty_site, good, forged, migrate.UnknownRevision)


@pytest.mark.parametrize(
    ("error", "raised", "words"), [(DiskFull(), Conflict, "không còn đủ chỗ trống"), (OSError(28, "full"), OSError, "full")]
)
def test_a_disk_that_fills_up(
    good: Path, empty_site: Context, monkeypatch: pytest.MonkeyPatch, error: Exception, raised: type[Exception], words: str
) -> None:
    put, calls = LocalStorage.put, []

    def second_fails(*arguments: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise error
        return put(*arguments, **more)

    monkeypatch.setattr(LocalStorage, "put", second_fails)
    assert words in refused(empty_site, good, good, raised)
    assert len(calls) > 2


def test_files_that_were_there_before_stay(good: Path, empty_site: Context) -> None:
    """Files of an attempt that was killed: the next attempt may find them, so it must not remove what it did not put
    there."""
    empty_site.storage.put(io.BytesIO(b"Van ban thu nhat."), 100)
    with empty_site.bound():
        with pytest.raises(BadBackup):
            backup.restore(COMMAND_LINE, forge(good, cell("document", "state", "x")))
        assert len(list(empty_site.storage.list())) == 1
        assert backup.restore(COMMAND_LINE, good).files == 2
