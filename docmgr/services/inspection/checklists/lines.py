"""The lines of an inspection: take them from a checklist, and show them with their results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from docmgr import db, policy
from docmgr.models import Checklist, ChecklistLine, CheckPhoto, Finding, Inspection, InspectionCheck
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.errors import Invalid
from docmgr.services.inspection import team
from docmgr.services.inspection.checklists.words import EMPTY, MOST_LINES, RESULTS, TEXT_LENGTH, TOO_MANY
from docmgr.services.inspection.following import papers
from docmgr.services.links.links import LinkRow
from docmgr.services.message import Message
from docmgr.services.trail import log

PAGE_SIZE = 50


@dataclass(frozen=True)
class Photo:
    """A photo of a line, in pixels."""

    id: int
    width: int
    height: int
    by: str


@dataclass(frozen=True)
class CheckRow:
    """A line of an inspection. `document` is None unless the actor may read it; `finding_id` is the finding that was made of the line, and
    `earlier` counts earlier inspections of the unit in which the same line or provision failed."""

    id: int
    revision: int
    place: int
    text: str
    document: DocumentRef | None
    anchor: str | None
    task_id: int | None
    result: str
    note: str | None
    checked: tuple[str, dt.datetime] | None
    finding_id: int | None
    photos: tuple[Photo, ...]
    evidence: tuple[LinkRow, ...]
    earlier: int


@dataclass(frozen=True)
class Checks:
    """One page of the lines of an inspection. `counts` has the number of all lines by result, `total` the number that the filter leaves."""

    inspection_id: int
    title: str
    unit: str | None
    kind: str
    state: str
    sent: bool
    rows: tuple[CheckRow, ...]
    counts: dict[str, int]
    total: int
    may_record: bool
    may_edit: bool
    checklists: tuple[tuple[int, str], ...]

    @property
    def all(self) -> int:
        """The number of all lines."""
        return sum(self.counts.values())


def load(actor: Actor, inspection_id: int, result: str | None = None, *, page: int = 1) -> Checks:
    """Load one page of the lines of an inspection, those with this result, or all when it is None. Raises Denied when the actor's roles may
    not read inspections, and NotFound when there is no such inspection."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        inspection = forms.loaded(session, Inspection, inspection_id)
        own = InspectionCheck.inspection_id == inspection_id
        tally = select(InspectionCheck.result, func.count()).where(own).group_by(InspectionCheck.result)
        counts = dict.fromkeys(RESULTS, 0) | {name: many for name, many in session.execute(tally)}
        query = select(InspectionCheck).where(own, *([InspectionCheck.result == result] if result else []))
        query = query.order_by(InspectionCheck.place, InspectionCheck.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
        checks = session.scalars(query).all()
        edits = team.may_edit(actor, inspection)
        offered = session.execute(select(Checklist.id, Checklist.title).order_by(Checklist.id.desc()).limit(PAGE_SIZE)).all() if edits else []
        return Checks(
            inspection.id, inspection.title, inspection.inspected_unit.name if inspection.inspected_unit else None, inspection.kind, inspection.state,
            inspection.sent_at is not None, _rows(session, actor, inspection, checks), counts, counts[result] if result else sum(counts.values()),
            team.may_record(session, actor, inspection), edits, tuple((row.id, row.title) for row in offered),
        )  # fmt: skip


def get(actor: Actor, check_id: int) -> tuple[Checks, CheckRow]:
    """Load one line with its inspection, whose `rows` has this line alone. Raises Denied when the actor's roles may not read inspections,
    and NotFound when there is no such line."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        check = forms.loaded(session, InspectionCheck, check_id)
        inspection = session.get_one(Inspection, check.inspection_id)
        rows = _rows(session, actor, inspection, [check])
        unit = inspection.inspected_unit.name if inspection.inspected_unit else None
        may = team.may_record(session, actor, inspection)
        shown = Checks(inspection.id, inspection.title, unit, inspection.kind, inspection.state, inspection.sent_at is not None, rows, {}, 1, may, may, ())
        return shown, rows[0]


def _rows(session: Session, actor: Actor, inspection: Inspection, checks: Collection[InspectionCheck]) -> tuple[CheckRow, ...]:
    ids = [check.id for check in checks]
    documents = references.documents(session, actor, (check.document_id for check in checks))
    made = session.execute(select(Finding.check_id, func.min(Finding.id)).where(Finding.check_id.in_(ids)).group_by(Finding.check_id))
    findings = {check_id: finding_id for check_id, finding_id in made}
    photos: dict[int, list[Photo]] = {}
    for one in session.scalars(select(CheckPhoto).where(CheckPhoto.check_id.in_(ids), CheckPhoto.ended_at.is_(None)).order_by(CheckPhoto.id)):
        photos.setdefault(one.check_id, []).append(Photo(one.id, one.width, one.height, one.created_by_label))
    evidence = papers.of_checks(actor, ids)
    earlier = failed_before(session, inspection, ids)
    return tuple(
        CheckRow(
            check.id, check.revision, check.place, check.text, documents.get(check.document_id or 0), check.anchor, check.task_id, check.result,
            check.note, (check.checked_by_label or "", check.checked_at) if check.checked_at else None, findings.get(check.id),
            tuple(photos.get(check.id, ())), tuple(evidence.get(check.id, ())), earlier.get(check.id, 0),
        )
        for check in checks
    )  # fmt: skip


def failed_before(session: Session, inspection: Inspection, check_ids: Collection[int]) -> dict[int, int]:
    """Count, for each of these lines, in how many earlier inspections of the same unit the same line of a checklist or the same provision
    failed. Lines that never did are missing."""
    before, other = aliased(InspectionCheck), aliased(Inspection)
    same = (before.line_id == InspectionCheck.line_id) | ((before.document_id == InspectionCheck.document_id) & (before.anchor == InspectionCheck.anchor))
    query = (
        select(InspectionCheck.id, func.count(other.id.distinct()))
        .select_from(InspectionCheck)
        .join(other, (other.inspected_unit_id == inspection.inspected_unit_id) & (other.id < inspection.id) & (other.kind == "inspection"))
        .join(before, (before.inspection_id == other.id) & (before.result == "failed") & same)
        .where(InspectionCheck.id.in_(check_ids))
    )
    return {check_id: many for check_id, many in session.execute(query.group_by(InspectionCheck.id))}


def take(actor: Actor, inspection_id: int, checklist_id: int) -> int:
    """Give an inspection the lines of a checklist that it does not have yet; return how many. Raises Denied, NotFound, and Invalid when
    there are none or too many."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        inspection = locked(session, actor, inspection_id)
        if session.get(Checklist, checklist_id) is None:
            raise Invalid(Message("Hãy chọn một danh mục."), "checklist_id")
        have = select(InspectionCheck.line_id).where(InspectionCheck.inspection_id == inspection_id, InspectionCheck.line_id.is_not(None))
        query = select(ChecklistLine).where(ChecklistLine.checklist_id == checklist_id, ChecklistLine.dropped.is_(False), ChecklistLine.id.not_in(have))
        found = session.scalars(query.order_by(ChecklistLine.place, ChecklistLine.id)).all()
        if not found:
            raise Invalid(Message("Cuộc kiểm tra đã có mọi nội dung của danh mục này."), "checklist_id")
        made = [InspectionCheck(line_id=line.id, text=line.text, document_id=line.document_id, anchor=line.anchor, task_id=line.task_id) for line in found]
        _append(session, actor, inspection, made, "checklist_id")
        return len(made)


def add(actor: Actor, inspection_id: int, text: str) -> None:
    """Give an inspection a line of its own. Raises Denied, NotFound and Invalid."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        inspection = locked(session, actor, inspection_id)
        _append(session, actor, inspection, [InspectionCheck(text=forms.required(text, EMPTY, "text", TEXT_LENGTH))], "text")


def locked(session: Session, actor: Actor, inspection_id: int) -> Inspection:
    """Lock an inspection whose lines the actor may record. Raises NotFound and Denied."""
    inspection = forms.locked(session, Inspection, inspection_id)
    if not team.may_record(session, actor, inspection):
        raise Denied("inspection:edit")
    return inspection


def _append(session: Session, actor: Actor, inspection: Inspection, made: list[InspectionCheck], field: str) -> None:
    own = select(func.count(), func.max(InspectionCheck.place)).where(InspectionCheck.inspection_id == inspection.id)
    many, last = session.execute(own).one()
    if many + len(made) > MOST_LINES:
        raise Invalid(TOO_MANY, field)
    for place, check in enumerate(made, (last or 0) + 1):
        check.inspection_id, check.place = inspection.id, place
        session.add(check)
    text = "\n".join(check.text for check in made)[: forms.LONG_TEXT]
    log.record(session, actor, "inspection:lines", "inspection", inspection.id, inspection.title, details={"Thêm nội dung": text})
