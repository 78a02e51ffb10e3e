"""A unit checks itself with a checklist (tự kiểm tra) and hands the results in. Nobody else records them."""

from __future__ import annotations

from sqlalchemy import func, select

from docmgr import db, policy
from docmgr.models import Checklist, Inspection, InspectionCheck, Unit
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.inspection.checklists import lines
from docmgr.services.message import Message
from docmgr.services.trail import log
from legaltext import dates


def begin(actor: Actor, checklist_id: int) -> int:
    """Make a self-inspection of the actor's unit with the lines of a checklist; return its id. Raises Denied, NotFound, and Invalid when the
    actor has no unit or the checklist no lines."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        checklist = forms.loaded(session, Checklist, checklist_id)
        unit = session.get(Unit, actor.unit_id) if actor.unit_id is not None else None
        if unit is None:
            raise Invalid(Message("Bạn không thuộc đơn vị nào để tự kiểm tra."))
        row = Inspection(
            title=f"{checklist.title}: {unit.name}"[:500], inspected_unit_id=unit.id, kind="self", state="running", started_on=dates.today(),
            created_by=actor.user_id,
        )  # fmt: skip
        session.add(row)
        session.flush()
        log.record(session, actor, "inspection:create", "inspection", row.id, row.title, details={"Đơn vị được kiểm tra": unit.name})
        lines.take(actor, row.id, checklist_id)
        return row.id


def send(actor: Actor, inspection_id: int) -> None:
    """Hand the results of a self-inspection in: from then on they stay. Raises Denied when the actor may not record it, NotFound, and Invalid
    when lines have no result yet or it is none."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        row = forms.locked(session, Inspection, inspection_id)
        if row.kind != "self" or row.sent_at is not None or actor.unit_id != row.inspected_unit_id:
            raise Denied("inspection:edit")
        open_ones = select(func.count(InspectionCheck.id)).where(InspectionCheck.inspection_id == row.id, InspectionCheck.result == "open")
        if left := session.scalar(open_ones):
            raise Invalid(Message("Còn %(count)s nội dung chưa kiểm tra.", count=left))
        row.sent_at, row.state, row.ended_on = db.now(), "concluded", dates.today()
        forms.bump(row)
        log.record(session, actor, "inspection:send", "inspection", row.id, row.title)
