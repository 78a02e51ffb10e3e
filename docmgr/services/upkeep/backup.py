"""Back up a site (sao lưu) into one file, and restore it (phục hồi). The file has the database and the uploaded files.

A backup of SQLite can be restored into PostgreSQL and the other way round. It contains no search index, no secret key
and no sessions.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from docmgr import archive, db
from docmgr.archive import BackupManifest, BadBackup
from docmgr.context import Context, current
from docmgr.migrations import trail_guard
from docmgr.models import Document, TrailEvent, User
from docmgr.policy import Actor, Denied
from docmgr.services.errors import Conflict
from docmgr.services.indexing import rebuild
from docmgr.services.message import Message
from docmgr.services.trail import append, log, verify
from docmgr.services.trail import heads as trail_heads
from docmgr.services.trail import rows as trail_rows
from docmgr.services.trail.heads import Head
from docmgr.services.trail.walk import TrailFault
from docmgr.services.upkeep import backup_filling, migrate, sweeping, table_copy
from docmgr.storage import BytesMissing, DiskFull, digest_of

CHANGED = (
    "Nhật ký trong bản sao lưu không khớp với mã băm hoặc với các đầu cây đã giữ ({} lỗi). {} Nếu vẫn muốn phục hồi, hãy thêm"
    " --accept-changed-trail; việc chấp nhận này được ghi vào nhật ký."
)


IN_BACKUP = f"{archive.HEADS} trong bản sao lưu"


class ChangedTrail(BadBackup):
    """Raised when the trail in a backup was changed. This is found from the hashes, or from heads that are stored in
    the backup or on this site."""


@dataclass(frozen=True)
class Report:
    """What was backed up or restored. `file` is the path of the backup file, and `bytes` its size. `rows` and `files`
    are how many rows and uploaded files it contains. `created_at` is the time of the backup (ISO 8601). `lacking` has
    the SHA-256 hashes of uploaded files that were lost or damaged when the backup was made."""

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
    """Write a backup of the running site to the file `path`, and record an event. The file appears only when it is
    complete. Raises Denied unless the actor is the command line or the worker. Raises OSError when the file cannot be
    written."""
    _require_system(actor)
    context = current()
    created_at = db.now().isoformat(timespec="seconds")
    # The heads are copied before the rows: a head stored meanwhile would cover events that the backup lacks.
    heads = trail_heads.whole(trail_heads.content())
    with tempfile.TemporaryDirectory(prefix=".docmgr-backup-", dir=path.parent) as folder:
        tables, names, head = _dump(context, Path(folder))
        (Path(folder) / archive.HEADS).write_bytes(heads + head.line())
        with archive.creating(path) as writer:
            for name in tables:
                writer.add(f"tables/{name}.jsonl", Path(folder) / name)
            writer.add(archive.HEADS, Path(folder) / archive.HEADS)
            lacking = _add_files(context, writer, names)
            revision = migrate.current(context.database) or ""
            manifest = BackupManifest(created_at, revision, tables, len(names) - len(lacking), lacking)
            writer.finish(manifest)
    report = _report(path, manifest)
    trail_heads.keep(head)
    with db.write() as session:
        log.record(session, actor, "site:backup", "site", None, path.name, details=_details(report))
    return report


def _report(path: Path, manifest: BackupManifest) -> Report:
    rows = sum(table.rows for table in manifest.tables.values())
    size = path.stat().st_size
    return Report(str(path), rows, manifest.files, size, manifest.created_at, manifest.lacking)


def _details(report: Report) -> dict[str, object]:
    return {"rows": report.rows, "files": report.files, "bytes": report.bytes, "lacking": len(report.lacking)}


def _dump(context: Context, folder: Path) -> tuple[dict[str, archive.ArchivedTable], list[str], Head]:
    """Write all tables, as they are at one moment, to files in `folder`. Returns (manifest entries by table, SHA-256
    hashes of the uploaded files, head of the trail)."""
    engine = context.database.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        found = {t.name: table_copy.dump(connection, t, folder / t.name) for t in table_copy.tables()}
        names = sorted(connection.scalars(sweeping.originals()))
        return found, names, trail_heads.of(connection)


def _add_files(context: Context, writer: archive.Writer, names: list[str]) -> tuple[str, ...]:
    lacking = []
    for name in names:
        if not _add_file(context, writer, name):
            lacking.append(name)
    return tuple(lacking)


def _add_file(context: Context, writer: archive.Writer, name: str) -> bool:
    """Add the uploaded file with the SHA-256 hash `name` to the backup. Returns False when the storage has lost or
    damaged it."""
    try:
        with context.storage.local(name) as path:
            sound = digest_of(path) == name
            if sound:
                writer.add(f"uploads/{name}", path)
            return sound
    except BytesMissing:
        return False


def restore(actor: Actor, path: Path, *, accept_changed_trail: bool = False) -> Report:
    """Fill an empty site from the backup file `path`. The worker rebuilds the index afterwards.

    The file and its trail are verified before the change is committed. `accept_changed_trail` accepts a trail that was
    changed, and records this as an event. After an error the site is as empty as before.

    Raises Denied unless the actor is the command line or the worker. Raises BadBackup when the file is damaged, and
    ChangedTrail when a changed trail is not accepted. Raises Conflict when the site is not empty or the disk is full.
    Raises migrate.UnknownRevision when the backup was made by a newer release.
    """
    _require_system(actor)
    manifest = archive.verify(path)
    _require_known(manifest.revision)
    context, report = current(), _report(path, manifest)
    _require_empty(context, path)
    before, heads = _stored(context), archive.heads(path)
    faults: list[TrailFault] = []

    def finish(connection: Connection) -> None:
        faults.extend(_judge_trail(connection, actor, heads, accept_changed_trail))
        subject = append.EventSubject("site", None, path.name)
        append.append(connection, [append.row(actor, "site:restore", subject, _details(report))])

    try:
        _place(context, path)
        # The index of another database must not answer for this one.
        context.backend.discard()
        backup_filling.fill(context.database, path, manifest, finish)
        _go_on_keeping(actor, heads, accepted=bool(faults))
        rebuild.ask(actor)
    except BaseException as error:
        _undo(context, before)
        if isinstance(error, DiskFull):
            raise Conflict(Message("Ổ đĩa không còn đủ chỗ trống; chưa phục hồi gì.")) from error
        raise
    return report


def _judge_trail(connection: Connection, actor: Actor, heads: bytes, accept: bool) -> tuple[TrailFault, ...]:
    """Verify the trail just loaded from the backup, and return the faults that were accepted. `heads` are the heads in
    the backup. With `accept`, faults are recorded as an event, and wrong hashes in the rows are computed again.
    Otherwise faults raise ChangedTrail."""
    files = {trail_heads.NAME: trail_heads.content()} | ({IN_BACKUP: heads} if heads else {})
    verdict = verify.examine(connection, files)
    if verdict.ok:
        return ()
    if not accept:
        raise ChangedTrail(CHANGED.format(len(verdict.faults), verdict.faults[0].detail))
    # New heads are computed from stored hashes, so these are replaced by those of the accepted rows.
    with trail_guard.lifted(connection):
        trail_rows.fit(connection)
    last = connection.scalar(sa.select(sa.func.max(TrailEvent.seq))) or 0
    said = [fault.detail for fault in verdict.faults[:20]]
    details = {"events": verdict.size, "last": last, "root": verdict.root, "faults": len(verdict.faults), "first": said}
    subject = append.EventSubject("site", None, "Nhật ký")
    append.append(connection, [append.row(actor, "trail:accept", subject, details)])
    return verdict.faults


def _go_on_keeping(actor: Actor, heads: bytes, *, accepted: bool) -> None:
    """Make this site's file of heads fit the restored trail, and append its present head. With `accepted`, the old file
    is renamed, because its heads do not fit a changed trail. `heads` are the heads in the backup."""
    if accepted:
        trail_heads.set_aside()
    elif heads:
        trail_heads.keep_lines(heads)
    trail_heads.keep(trail_heads.current(actor))


def _require_known(revision: str) -> None:
    if revision not in migrate.known():
        raise migrate.UnknownRevision(revision)


def _stored(context: Context) -> set[str]:
    return {file.sha256 for file in context.storage.list()}


def _fits(name: str, _path: Path, sha256: str) -> bool:
    return sha256 == name


def _place(context: Context, path: Path) -> None:
    for name, stream in archive.uploads(path):
        if not context.storage.put(stream, 2**63, partial(_fits, name)).kept:
            raise BadBackup("Một tệp trong bản sao lưu không khớp với tên của nó.")


def _undo(context: Context, before: set[str]) -> None:
    """Make the site as empty as it was before the restore. `before` has the SHA-256 hashes of the files that existed
    then; all other files are removed."""
    for name in _stored(context) - before:
        context.storage.remove(name)
    with context.database.write_engine.begin() as connection:
        backup_filling.clear(connection)


def _require_empty(context: Context, path: Path) -> None:
    with context.database.engine.connect() as connection:
        present = set(sa.inspect(connection).get_table_names())
        for model in (User, Document, TrailEvent):
            if model.__tablename__ in present and connection.scalar(sa.select(sa.func.count()).select_from(model)):
                raise Conflict(Message("Chỉ phục hồi vào nơi chưa có dữ liệu; hãy đặt DOCMGR_HOME là một thư mục trống."))
    coming = {name for name, _ in archive.uploads(path)}
    if not _stored(context) <= coming:
        raise Conflict(Message("Kho tệp đã có tệp khác; hãy đặt DOCMGR_UPLOADS là một thư mục trống."))
