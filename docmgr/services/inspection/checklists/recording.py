"""Record the result of a line of an inspection. Two inspectors may have the same line open: the second one sees both."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Finding, Inspection, InspectionCheck
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.inspection import findings, team
from docmgr.services.inspection.checklists.words import NOTE_LENGTH, RESULTS
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.message import Message, Words
from docmgr.services.trail import log
from legaltext import dates


def save(actor: Actor, check_id: int, *, result: str, note: str | None, revision: int) -> int:
    """Record the result and the note of a line; return its new revision. `revision` is the one over which the person typed. Raises Denied
    when the actor may not record the inspection, NotFound, Conflict when somebody else recorded the line meanwhile with other words, and
    Invalid with the field that is wrong. What is stored already is no conflict, so a line that is sent twice is saved once."""
    with db.write() as session:
        check, inspection = _locked(session, actor, check_id)
        note = forms.cleaned(note, "note", NOTE_LENGTH)
        result = forms.one_of(result, RESULTS, "result")
        if (check.result, check.note) == (result, note):
            return check.revision
        forms.check_revision(check.revision, revision)
        before = _shown(check)
        check.result, check.note = result, note
        check.checked_by, check.checked_by_label, check.checked_at = actor.user_id, actor.label, db.now()
        forms.bump(check)
        details = {"Nội dung": check.text, "Cuộc kiểm tra": inspection.title, **forms.differences(before, _shown(check))}
        log.record(session, actor, "check:record", "inspection", inspection.id, inspection.title, details=details)
        return check.revision


def make_finding(actor: Actor, check_id: int) -> tuple[int, bool]:
    """Make a finding of a line that failed, with what the line says; return (id of the finding, whether it is new). A line gives one
    finding. It pins the provision of the line as it stood on the day of the inspection. Raises Denied, NotFound, and Invalid when the
    line did not fail."""
    with db.write() as session:
        check, inspection = _locked(session, actor, check_id)
        made = session.scalar(select(Finding.id).where(Finding.check_id == check.id).order_by(Finding.id).limit(1))
        if made is not None:
            return made, False
        if check.result != "failed":
            raise Invalid(Message("Chỉ lập phát hiện từ nội dung chưa đạt."), "result")
        note = f"\n{check.note}" if check.note else ""
        given = FindingInput(text=f"{check.text}{note}", unit_id=inspection.inspected_unit_id, task_id=check.task_id)
        pin: dict[str, Any] = {"check_id": check.id}
        if check.anchor:
            on = inspection.ended_on or inspection.started_on or dates.today()
            pin |= {"pinned_document_id": check.document_id, "pinned_anchor": check.anchor, "pinned_on": min(on, dates.today())}
        return findings.create(actor, inspection.id, given, **pin), True


def _locked(session: Session, actor: Actor, check_id: int) -> tuple[InspectionCheck, Inspection]:
    policy.require(actor, "inspection:edit")
    inspection = forms.locked(session, Inspection, forms.loaded(session, InspectionCheck, check_id).inspection_id)
    check = forms.locked(session, InspectionCheck, check_id)
    if not team.may_record(session, actor, inspection):
        raise Denied("inspection:edit")
    return check, inspection


def _shown(check: InspectionCheck) -> dict[str, Words | None]:
    return {"Kết quả": Message(RESULTS[check.result]), "Ghi chú": check.note}
