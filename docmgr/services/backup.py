"""Sao lưu and phục hồi: the database and the uploaded files in one file, from either kind of database to either.

Not in a backup: the search index (rebuilt from the database; an index file is never trusted), the secret key (made
anew), who is signed in. The format is docmgr.archive's.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from docmgr import archive, db
from docmgr.archive import BadBackup, Manifest
from docmgr.context import Context, current
from docmgr.db import Base
from docmgr.models import Document, File, Finding, Inspection, Job, Task, TrailEvent, User
from docmgr.policy import STATES, WORKFLOWS, Actor, Denied
from docmgr.services import inspection_lists, migrate, rebuilding, table_copy, task_lists, trail
from docmgr.services.errors import Conflict
from docmgr.storage import SHA256, DiskFull, digest_of

# Column → the values it may hold; pages and the index stumble over any other.
VALUES = (
    (Document.state, STATES),
    (Document.workflow, WORKFLOWS),
    (Task.state, task_lists.STATES),
    (Inspection.state, inspection_lists.STATES),
    (Finding.state, inspection_lists.FINDING_STATES),
)


@dataclass(frozen=True)
class Report:
    """What was copied. `lacking`: SHA-256 of files that the database names and the store lost or spoiled."""

    file: str
    rows: int
    files: int
    bytes: int
    created_at: str
    lacking: tuple[str, ...]


def _require_system(actor: Actor) -> None:
    if not actor.everything:
        raise Denied("site:backup")


def write(actor: Actor, path: Path) -> Report:
    """Write a backup of the running site to `path`, which appears when it is whole. Raises Denied, OSError."""
    _require_system(actor)
    context = current()
    created_at = db.now().isoformat(timespec="seconds")
    with tempfile.TemporaryDirectory(prefix=".docmgr-backup-", dir=path.parent) as folder:
        tables, names = _dump(context, Path(folder))
        with archive.creating(path) as writer:
            for name in tables:
                writer.add(f"tables/{name}.jsonl", Path(folder) / name)
            lacking = _add_files(context, writer, names)
            revision = migrate.current(context.database) or ""
            manifest = Manifest(created_at, revision, tables, len(names) - len(lacking), lacking)
            writer.finish(manifest)
    report = _report(path, manifest)
    with db.write() as session:
        trail.record(session, actor, "site:backup", "site", None, path.name, details=_details(report))
    return report


def _report(path: Path, manifest: Manifest) -> Report:
    rows = sum(table.rows for table in manifest.tables.values())
    size = path.stat().st_size
    return Report(str(path), rows, manifest.files, size, manifest.created_at, manifest.lacking)


def _details(report: Report) -> dict[str, object]:
    return {"rows": report.rows, "files": report.files, "bytes": report.bytes, "lacking": len(report.lacking)}


def _dump(context: Context, folder: Path) -> tuple[dict[str, archive.Table], list[str]]:
    """All tables as of one moment, each in a file of `folder`; and the SHA-256 of the stored files they name."""
    engine = context.database.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        found = {t.name: table_copy.dump(connection, t, folder / t.name) for t in table_copy.tables()}
        names = list(connection.scalars(sa.select(File.sha256).distinct().order_by(File.sha256)))
    return found, names


def _add_files(context: Context, writer: archive.Writer, names: list[str]) -> tuple[str, ...]:
    lacking = []
    for name in names:
        path = context.storage.path(name)
        if path.exists() and digest_of(path) == name:
            writer.add(f"uploads/{name}", path)
        else:
            lacking.append(name)
    return tuple(lacking)


def restore(actor: Actor, path: Path) -> Report:
    """Fill an empty site from a backup; every byte of it is verified before anything is touched.

    Raises BadBackup, Conflict where the site is not empty or the disk is full, migrate.UnknownRevision for a newer
    release's backup; the site is empty then as before. The worker rebuilds the index afterwards.
    """
    _require_system(actor)
    manifest = archive.verify(path)
    _require_known(manifest.revision)
    context, report = current(), _report(path, manifest)
    _require_empty(context, path)
    before = _stored(context)
    try:
        _place(context, path)
        # What an index of another database knows must not answer for this one.
        context.index.discard()
        _fill(context, path, manifest)
        with db.write() as session:
            trail.record(session, actor, "site:restore", "site", None, path.name, details=_details(report))
        rebuilding.ask(actor)
    except BaseException as error:
        _undo(context, before)
        if isinstance(error, DiskFull):
            raise Conflict("Ổ đĩa không còn đủ chỗ trống; chưa phục hồi gì.") from error
        raise
    return report


def _require_known(revision: str) -> None:
    if revision not in {step.revision for step in ScriptDirectory(str(migrate.MIGRATIONS)).walk_revisions()}:
        raise migrate.UnknownRevision(revision)


def _stored(context: Context) -> set[str]:
    return {path.name for path in context.storage.walk()}


def _fits(name: str, _path: Path, sha256: str) -> bool:
    return sha256 == name


def _place(context: Context, path: Path) -> None:
    for name, stream in archive.uploads(path):
        if not context.storage.put(stream, 2**63, partial(_fits, name)).kept:
            raise BadBackup("Một tệp trong bản sao lưu không khớp với tên của nó.")


def _undo(context: Context, before: set[str]) -> None:
    """Leave the site as empty as it was; `before`: the files that were there already."""
    for name in _stored(context) - before:
        context.storage.remove(name)
    with context.database.write_engine.begin() as connection:
        _clear(connection)


def _require_empty(context: Context, path: Path) -> None:
    with context.database.engine.connect() as connection:
        present = set(sa.inspect(connection).get_table_names())
        for model in (User, Document, TrailEvent):
            if model.__tablename__ in present and connection.scalar(sa.select(sa.func.count()).select_from(model)):
                raise Conflict("Chỉ phục hồi vào nơi chưa có dữ liệu; hãy đặt DOCMGR_HOME là một thư mục trống.")
    coming = {name for name, _ in archive.uploads(path)}
    if not _stored(context) <= coming:
        raise Conflict("Kho tệp đã có tệp khác; hãy đặt DOCMGR_UPLOADS là một thư mục trống.")


def _fill(context: Context, path: Path, manifest: Manifest) -> None:
    database = context.database
    with database.write_engine.begin() as connection:
        others = _clear(connection)
    migrate.upgrade(database, manifest.revision)
    with database.write_engine.begin() as connection:
        _load(connection, path, manifest, others)
    migrate.upgrade(database)
    with database.write_engine.begin() as connection:
        _require_sound(connection, {name for name, _ in archive.uploads(path)} | set(manifest.lacking))
        # The index is to be made, and whoever held a job is elsewhere.
        connection.execute(sa.update(Document).values(indexed_revision=None, indexed_access_list_id=None))
        connection.execute(sa.update(Job).values(leased_until=None))


def _clear(connection: Connection) -> set[str]:
    """Drop what a first command may have made (empty tables, the root folder); returns the tables of others."""
    ours = {*Base.metadata.tables, "alembic_version"}
    present = table_copy.reflected(connection)
    present.drop_all(connection, [table for name, table in present.tables.items() if name in ours])
    return set(present.tables) - ours


def _load(connection: Connection, path: Path, manifest: Manifest, others: set[str]) -> None:
    found = table_copy.reflected(connection)
    wanted = set(found.tables) - others - table_copy.LEFT_OUT - {"alembic_version"}
    if set(manifest.tables) != wanted:
        raise BadBackup("Bản sao lưu không có đúng các bảng mà phiên bản cơ sở dữ liệu của nó có.")
    for table in found.sorted_tables:
        about = manifest.tables.get(table.name)
        if about is None:
            continue
        with archive.member(path, f"tables/{table.name}.jsonl") as lines:
            table_copy.load(connection, table, about, lines)
        table_copy.continue_numbering(connection, table)


def _require_sound(connection: Connection, held: set[str]) -> None:
    """Raise BadBackup for values that the database takes and the product does not know."""
    for name in connection.scalars(sa.select(File.sha256).distinct()):
        if not SHA256.fullmatch(name):
            raise BadBackup("Bản sao lưu có tệp mà tên không phải là mã SHA-256.")
        if name not in held:
            raise BadBackup("Bản sao lưu nhắc tới một tệp mà nó không chứa và không kê là thiếu.")
    for column, known in VALUES:
        if not set(connection.scalars(sa.select(column).distinct())) <= known.keys():
            raise BadBackup(f"Bảng {column.table.name} trong bản sao lưu có trạng thái lạ ở cột {column.key}.")
