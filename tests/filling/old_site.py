"""A site as the release before the generations of readers left it, filled by SQL into the tables of its time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import sqlalchemy as sa

from docmgr.context import Context
from docmgr.services.documents import intake
from docmgr.services.upkeep import migrate, table_copy
from tests.filling.old_fonts import in_bytes
from tests.reading.messages import mail

REVISION = "0011"
LINES = (
    "QUYẾT ĐỊNH", "Về việc thử số {n}", "Điều 1. Phạm vi điều chỉnh số {n}", "1. Quy chế này quy định việc thực hiện dân chủ.",
    "Điều 2. Trách nhiệm", "Người đứng đầu công khai kế hoạch công tác số {n}.", "Điều 3. Hiệu lực", "Quyết định này có hiệu lực kể từ ngày ký.",
)  # fmt: skip
WRONG = "Đoán sai"


@dataclass
class OldSite:
    """The ids of documents by what the old readers made of them."""

    plain: list[int] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    pointed: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    old_font: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


class _Rows:
    """Inserts rows into the tables that the database has, with plain values in columns that must have one."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection, self.tables = connection, table_copy.reflected(connection).tables

    def add(self, table: str, **values: Any) -> int:
        given = dict(values)
        for column in self.tables[table].columns:
            if column.name not in given and not column.nullable and not column.primary_key and column.server_default is None:
                given[column.name] = _plain(column.type)
        done = self.connection.execute(sa.insert(self.tables[table]).values(given))
        key = done.inserted_primary_key
        return int(key[0]) if key and isinstance(key[0], int) else 0


def _plain(kind: Any) -> Any:
    if isinstance(kind, sa.DateTime):
        return dt.datetime(2025, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    return {bool: False, int: 0}.get(kind.python_type, "")


def fill(site: Context, size: int) -> OldSite:
    """Replace the database of a site by one of the old release with `size` documents, stored files and all."""
    with site.database.write_engine.begin() as connection:
        table_copy.reflected(connection).drop_all(connection)
    migrate.upgrade(site.database, REVISION)
    made = OldSite()
    with site.database.write_engine.begin() as connection:
        rows = _Rows(connection)
        folder = rows.add("folder", name="Gốc", inherit=True)
        unit = rows.add("unit", name="Văn phòng")
        user = rows.add("user_account", username="vanthu", full_name="Văn thư", password_hash="-", unit_id=unit)
        rows.add("user_role", user_id=user, role="clerk")
        for right, key in (("read", "staff"), ("edit", "role:clerk")):
            rows.add("access_grant", folder_id=folder, right=right, key=key)
        plan = rows.add("plan", title="Kế hoạch", year=2025, revision=1)
        access = rows.add("access_list", fingerprint="-")
        common = {"folder_id": folder, "access_list_id": access, "created_by": user, "workflow": "published", "current_no": 1, "revision": 1}
        for n in range(size):
            _document(site, rows, made, n, common, plan)
    return made


def _document(site: Context, rows: _Rows, made: OldSite, n: int, common: dict[str, Any], plan: int) -> None:
    kind = n % 6
    text = "\n".join(LINES).format(n=n)
    if kind == 4:
        made.old_font.append(_unread(site, rows, common, in_bytes(text, "tcvn3"), "txt", ("no_text", "legacy_encoding")))
        return
    if kind == 5:
        letter = mail(attachments=[(f"tep-{n}.txt", text.encode())]).as_bytes()
        made.unknown.append(_unread(site, rows, common, letter, "unknown", ("unreadable", "unsupported")))
        return
    document = rows.add("document", state="findable", subject=WRONG, type="Quyết định", **common)
    (made.plain, made.confirmed, made.pointed, made.lost)[kind].append(document)
    version = _version(site, rows, document, text.encode(), "txt", outcome="text", text=text)
    for position, (anchor, start) in enumerate(_anchors(text, "phu-luc-1." if kind == 3 else "")):
        line = text[start:].split("\n")
        rows.add(
            "provision", version_id=version, position=position, anchor=anchor, kind="dieu", label=f"Điều {position + 1}",
            title="", text="\n".join(line[:2]), start=start, end=start + len("\n".join(line[:2])),
        )  # fmt: skip
    rows.add("document_fact", document_id=document, field="subject", value=WRONG, sure=True, confirmed=kind == 1)
    rows.add("document_fact", document_id=document, field="type", value="Quyết định", sure=True, confirmed=kind == 1)
    if kind in (2, 3):
        place = {"document_id": document, "version_id": version, "anchor": "dieu-2" if kind == 2 else "phu-luc-1.dieu-2"}
        task = rows.add("task", plan_id=plan, title="Việc", due_rule="continuous", state="open", revision=1, quote="Trách nhiệm", **place)
        rows.add("link", task_id=task, role="basis", created_by_label="Văn thư", **place)


def _anchors(text: str, prefix: str) -> Iterator[tuple[str, int]]:
    for number in (1, 2, 3):
        yield f"{prefix}dieu-{number}", text.index(f"Điều {number}.")


def _unread(
    site: Context, rows: _Rows, common: dict[str, Any], data: bytes, kind: str, outcome: tuple[str, str]
) -> int:
    document = rows.add("document", state=outcome[0], reason_code=outcome[1], **common)
    _version(site, rows, document, data, kind, outcome=outcome[0], reason_code=outcome[1])
    return document


def _version(site: Context, rows: _Rows, document: int, data: bytes, kind: str, **values: Any) -> int:
    taken = intake.store(BytesIO(data), f"tep-{document}.txt")
    assert isinstance(taken, intake.Taken), taken
    version = rows.add("version", document_id=document, no=1, **values)
    rows.add("file", version_id=version, sha256=taken.sha256, size=len(data), name=f"tep-{document}.txt", kind=kind)
    return version
