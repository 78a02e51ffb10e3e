"""A workbook of tasks between the upload and the tasks: read once, kept for a day, seen by nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Plan, TaskSheet
from docmgr.policy import Actor, Denied
from docmgr.reading.limits import MIB
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message, Translate, vietnamese
from docmgr.services.planning import plans
from docmgr.services.start import sheets
from docmgr.services.start.task_sheets import columns
from docmgr.services.start.task_sheets.columns import COLUMNS

MOST = 5_000
MAX_BYTES = 5 * MIB
# In characters. The longest field takes fewer.
MAX_CELL = 4_000
MOST_COLUMNS = 40
LIMITS = replace(sheets.LIMITS, file_bytes=MAX_BYTES, sheet_rows=MOST + columns.MAX_ABOVE + 10, sheet_cells=120_000, output_bytes=64 * MIB)
KEPT = dt.timedelta(days=1)
TOO_MANY = Message("Tệp có quá nhiều dòng hoặc quá nhiều chữ: mỗi lần nhập nhiều nhất %(most)s dòng. Hãy chia ra nhiều tệp.", most=MOST)
SAMPLE = (
    ("Tổ chức hội nghị cán bộ, công chức", "Văn phòng", "Công đoàn", "30/01/2026", "", "", "", "", "", "Nghị quyết hội nghị", "", "Điều 52 Luật 10/2022/QH15"),
    ("Báo cáo việc thực hiện dân chủ", "Văn phòng", "", "", "Định kỳ", "6 tháng một lần", "30/06/2026", "31/12/2026", "", "Báo cáo", "ít nhất 95% đơn vị", ""),
)  # fmt: skip


@dataclass(frozen=True)
class StoredSheet:
    """A stored workbook: the plan for which it was uploaded, the texts of the row with the names of columns, and the rows below as (number, texts)."""

    id: int
    plan_id: int
    plan_title: str
    plan_year: int
    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def check(actor: Actor, plan_id: int) -> str:
    """Return the name of the plan if the actor may add tasks to it. Raises Denied, and NotFound when there is no such plan."""
    policy.require(actor, "plan:edit")
    view = plans.get(actor, plan_id, limit=0)
    if not view.may_add or actor.user_id is None:
        raise Denied("plan:edit")
    return plans.titled(view.title, view.year)


def upload(actor: Actor, plan_id: int, data: bytes, name: str) -> int:
    """Read a workbook and keep its rows for a day; returns the id. An older one of the actor goes. Raises Denied and NotFound as `check`
    does, and Invalid with the field "file" when the bytes are no workbook that can be read, or it has too many rows."""
    check(actor, plan_id)
    head, rows = _read(data)
    with db.write() as session:
        forms.locked(session, Plan, plan_id)
        _sweep(session, actor)
        row = TaskSheet(plan_id=plan_id, made_by=actor.user_id, name=forms.cleaned(name[:300], "file") or "—", head=head, rows=rows)
        session.add(row)
        session.flush()
        return row.id


def load(actor: Actor, sheet_id: int) -> StoredSheet:
    """Load a workbook of the actor. Raises Denied, and NotFound when there is none, it is somebody else's, or a day has passed."""
    policy.require(actor, "plan:edit")
    with db.read() as session:
        row = forms.loaded(session, TaskSheet, sheet_id)
        if row.made_by != actor.user_id or row.made_at < db.now() - KEPT:
            raise NotFound
        plan = session.get_one(Plan, row.plan_id)
        return StoredSheet(row.id, row.plan_id, plan.title, plan.year, row.name, tuple(row.head), tuple((number, tuple(texts)) for number, texts in row.rows))


def sample(translated: Translate = vietnamese) -> bytes:
    """Write a workbook to fill in."""
    return sheets.sample(translated("Danh sách nhiệm vụ"), (), COLUMNS, SAMPLE, translated)


def _sweep(session: Session, actor: Actor) -> None:
    session.execute(delete(TaskSheet).where(or_(TaskSheet.made_by == actor.user_id, TaskSheet.made_at < db.now() - KEPT)))


def _read(data: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    found = sheets.raw(data, LIMITS, TOO_MANY)
    table = next((rows for rows in found if rows), None)
    if table is None:
        raise Invalid(Message("Tệp không có dòng nào."), "file")
    at = columns.head_of(table)
    width = min(MOST_COLUMNS, max(max(cells, default=0) for cells in table.values()) + 1)
    rows = [(number + 1, _texts(table[number], width, number)) for number in sorted(table) if number > at and any(table[number].values())]
    if not rows:
        raise Invalid(Message("Dưới dòng tên cột chưa có dòng nào."), "file")
    if len(rows) > MOST:
        raise Invalid(Message("Tệp có %(rows)s dòng; mỗi lần nhập nhiều nhất %(most)s dòng.", rows=len(rows), most=MOST), "file")
    return _texts(table[at], width, at), rows


def _texts(cells: Mapping[int, str], width: int, number: int) -> list[str]:
    texts = [cells.get(col, "") for col in range(width)]
    if any(len(text) > MAX_CELL for text in texts):
        raise Invalid(Message("Dòng %(row)s có ô dài quá %(limit)s ký tự.", row=number + 1, limit=MAX_CELL), "file")
    return texts
