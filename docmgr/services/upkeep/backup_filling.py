"""Fill an empty database from a verified backup, in one transaction. If the process is killed meanwhile, the database
stays empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from docmgr import archive
from docmgr.archive import BackupManifest, BadBackup
from docmgr.db import Base, Database
from docmgr.migrations import trail_guard
from docmgr.models import Document, DocumentFlow, Finding, Inspection, Job, Occurrence, Task, WorkflowVersion
from docmgr.policy import STATES, WORKFLOWS
from docmgr.services.errors import Invalid
from docmgr.services.inspection import lists
from docmgr.services.planning import lists as task_lists
from docmgr.services.planning.occurrences import rollup
from docmgr.services.upkeep import migrate, sweeping, table_copy
from docmgr.services.workflow import checking
from docmgr.services.workflow.definition import from_json
from docmgr.storage import SHA256

# Column → its allowed values; pages and the index fail on others.
VALUES = (
    (Document.state, STATES),
    (Document.workflow, WORKFLOWS),
    (Task.state, task_lists.STATES),
    (Occurrence.state, rollup.STATES),
    (Inspection.state, lists.STATES),
    (Finding.state, lists.FINDING_STATES),
)


def fill(database: Database, path: Path, manifest: BackupManifest, finish: Callable[[Connection], None]) -> None:
    """Load the backup file `path` into the database, in one transaction. `manifest` lists the contents of the file.
    `finish` is called with the connection just before the commit, to make further changes. Raises BadBackup when the
    file does not agree with its manifest or its schema. An exception of `finish` is raised too. After an error the
    database is unchanged."""
    with migrate.exclusive(database) as connection:
        others = clear(connection)
        migrate.upgrade_on(connection, manifest.revision)
        # Rows older than the hashes have gaps, and an edited trail may contain anything; it is judged after it is
        # loaded.
        trail_guard.lift(connection)
        _load(connection, path, manifest, others)
        migrate.upgrade_on(connection)
        trail_guard.set_on(connection)
        _require_sound(connection, {name for name, _ in archive.uploads(path)} | set(manifest.lacking))
        # The index must be built, and the holders of jobs belong to another site.
        connection.execute(sa.update(Document).values(indexed_revision=None, indexed_access_list_id=None))
        connection.execute(sa.update(Job).values(leased_until=None))
        finish(connection)


def clear(connection: Connection) -> set[str]:
    """Drop all tables of this program from the database. Return the names of the remaining tables, which belong to
    other programs."""
    ours = {*Base.metadata.tables, "alembic_version"}
    present = table_copy.reflected(connection)
    present.drop_all(connection, [table for name, table in present.tables.items() if name in ours])
    return set(present.tables) - ours


def _load(connection: Connection, path: Path, manifest: BackupManifest, others: set[str]) -> None:
    found = table_copy.reflected(connection)
    wanted = set(found.tables) - others - table_copy.LEFT_OUT - {"alembic_version"}
    if set(manifest.tables) != wanted:
        raise BadBackup("Bản sao lưu không có đúng các bảng mà phiên bản cơ sở dữ liệu của nó có.")
    table_copy.clear_delivered(connection, found)
    with archive.members(path) as opened:
        for table in found.sorted_tables:
            about = manifest.tables.get(table.name)
            if about is None:
                continue
            table_copy.load(connection, table, about, opened(f"tables/{table.name}.jsonl"))
            table_copy.continue_numbering(connection, table)
    # SQLite does not check foreign keys in a transaction that may rebuild tables.
    if connection.dialect.name == "sqlite" and (broken := migrate.broken_keys(connection)):
        raise BadBackup(f"Bảng {broken[0]} trong bản sao lưu có dòng nhắc tới dòng không có.")


def _require_sound(connection: Connection, held: set[str]) -> None:
    """Raise BadBackup when loaded rows have unknown states, or name an uploaded file that is not in `held`. `held` has
    the SHA-256 hashes of the files that the backup contains or lists as lost."""
    for name in connection.scalars(sweeping.originals()):
        if not SHA256.fullmatch(name):
            raise BadBackup("Bản sao lưu có tệp mà tên không phải là mã SHA-256.")
        if name not in held:
            raise BadBackup("Bản sao lưu nhắc tới một tệp mà nó không chứa và không kê là thiếu.")
    for column, known in VALUES:
        if not set(connection.scalars(sa.select(column).distinct())) <= known.keys():
            raise BadBackup(f"Bảng {column.table.name} trong bản sao lưu có trạng thái lạ ở cột {column.key}.")
    _require_workflows(connection)


def _require_workflows(connection: Connection) -> None:
    """Raise BadBackup for a version of a workflow that no administrator could have stored, or a document in a state that its
    version lacks."""
    states: dict[int, set[str]] = {}
    for number, stored in connection.execute(sa.select(WorkflowVersion.id, WorkflowVersion.definition)):
        try:
            definition = from_json(stored)
            checking.check(definition)
        except (Invalid, KeyError, TypeError, AttributeError, ValueError) as error:
            raise BadBackup("Bảng workflow_version trong bản sao lưu có quy trình không hợp lệ.") from error
        states[number] = set(definition.by_code)
    used = connection.execute(sa.select(DocumentFlow.version_id, DocumentFlow.state).distinct())
    if any(state not in states[number] for number, state in used):
        raise BadBackup("Bảng document_flow trong bản sao lưu có trạng thái lạ ở cột state.")
