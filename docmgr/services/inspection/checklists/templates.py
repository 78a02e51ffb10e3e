"""Checklists: make them, give them lines of one's own, of provisions of a document or of tasks of a plan, and list them.

A line of a provision has words of the document, as a task has: whoever adds it says so to all who read inspections.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Checklist, ChecklistLine, Inspection, InspectionCheck, Task
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard, versions
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection.checklists.words import (
    AT_ONCE,
    EMPTY,
    MOST_LINES,
    NONE_CHOSEN,
    TEXT_LENGTH,
    TOO_MANY,
)
from docmgr.services.message import Message
from docmgr.services.trail import log, readings


@dataclass(frozen=True)
class ChecklistRow:
    """A checklist in a list, with how many lines it has that are still taken."""

    id: int
    title: str
    lines: int


@dataclass(frozen=True)
class LineRow:
    """A line of a checklist. `taken` counts the inspections that checked it with a result, `failed` those where it failed; what units
    check themselves counts in neither. `document` is
    None unless the actor may read it."""

    id: int
    text: str
    dropped: bool
    taken: int
    failed: int
    document: DocumentRef | None
    anchor: str | None
    task_id: int | None


@dataclass(frozen=True)
class ChecklistView:
    """A checklist with its lines. `silent` counts those that were checked and never failed."""

    id: int
    title: str
    revision: int
    lines: tuple[LineRow, ...]
    may_edit: bool

    @property
    def silent(self) -> int:
        """How many lines were checked and never found anything."""
        return sum(1 for line in self.lines if line.taken and not line.failed)


def listing(actor: Actor, *, limit: int | None = None, skip: int = 0) -> list[ChecklistRow]:
    """Find at most `limit` checklists after the first `skip`, the newest first. Raises Denied when the actor's roles may not read
    inspections."""
    policy.require(actor, "inspection:read")
    lines = select(func.count(ChecklistLine.id)).where(ChecklistLine.checklist_id == Checklist.id, ChecklistLine.dropped.is_(False))
    query = select(Checklist.id, Checklist.title, lines.scalar_subquery()).order_by(Checklist.id.desc()).limit(limit).offset(skip)
    with db.read() as session:
        return [ChecklistRow(*row) for row in session.execute(query)]


def count(actor: Actor) -> int:
    """Count the checklists. Raises Denied when the actor's roles may not read inspections."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        return session.scalar(select(func.count(Checklist.id))) or 0


def get(actor: Actor, checklist_id: int) -> ChecklistView:
    """Load a checklist with its lines, dropped ones last. Raises Denied when the actor's roles may not read inspections, and NotFound when
    there is none."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        found = forms.loaded(session, Checklist, checklist_id)
        query = select(ChecklistLine).where(ChecklistLine.checklist_id == checklist_id)
        lines = session.scalars(query.order_by(ChecklistLine.dropped, ChecklistLine.place, ChecklistLine.id)).all()
        documents = references.documents(session, actor, (line.document_id for line in lines))
        used = _used(session, checklist_id)
        rows = tuple(
            LineRow(line.id, line.text, line.dropped, *used.get(line.id, (0, 0)), documents.get(line.document_id or 0), line.anchor, line.task_id)
            for line in lines
        )
        return ChecklistView(found.id, found.title, found.revision, rows, policy.may(actor, "inspection:edit"))


def _used(session: Session, checklist_id: int) -> dict[int, tuple[int, int]]:
    failed = func.sum(case((InspectionCheck.result == "failed", 1), else_=0))
    query = select(InspectionCheck.line_id, func.count(), failed).join(ChecklistLine, ChecklistLine.id == InspectionCheck.line_id)
    query = query.join(Inspection, Inspection.id == InspectionCheck.inspection_id).where(Inspection.kind == "inspection")
    query = query.where(ChecklistLine.checklist_id == checklist_id, InspectionCheck.result.in_(("passed", "failed")))
    return {line_id: (taken, int(many)) for line_id, taken, many in session.execute(query.group_by(InspectionCheck.line_id)) if line_id is not None}


def create(actor: Actor, title: str) -> int:
    """Make a checklist without lines and return its id. Raises Denied, and Invalid when the title is blank or too long."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        row = Checklist(title=_title(title), created_by=actor.user_id)
        session.add(row)
        session.flush()
        log.record(session, actor, "checklist:create", "checklist", row.id, row.title)
        return row.id


def rename(actor: Actor, checklist_id: int, title: str, *, revision: int) -> None:
    """Change the title. Raises Denied, NotFound, Conflict, and Invalid when it is blank or too long."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        row = forms.for_change(session, Checklist, checklist_id, revision)
        before, row.title = row.title, _title(title)
        if before != row.title:
            forms.bump(row)
            _changed(session, actor, row, forms.differences({"Tên": before}, {"Tên": row.title}))


def add_text(actor: Actor, checklist_id: int, text: str) -> int:
    """Add lines that a person typed, one in each line of `text`; return how many. Raises Denied, NotFound and Invalid."""
    typed = [one.strip() for one in (forms.cleaned(text, "text") or "").split("\n")]
    return _add(actor, checklist_id, [ChecklistLine(text=one) for one in typed if one], EMPTY)


def add_provisions(actor: Actor, checklist_id: int, document_id: int, anchors: Sequence[str]) -> int:
    """Add a line for each of these provisions of the newest version of a document; return how many. Raises Denied, NotFound when the actor
    may not read the document, and Invalid when there is no such provision or none is chosen."""
    policy.require(actor, "inspection:edit")
    wanted = list(dict.fromkeys(anchors))[: AT_ONCE + 1]
    with db.read() as session:
        version = versions.of_words(session, guard.readable(session, actor, document_id))
        found = references.provisions(session, [(version.id, anchor) for anchor in wanted]) if version else {}
    if len(found) != len(wanted):
        raise Invalid(Message("Văn bản không có điều khoản này; hãy chọn lại trong danh sách."), "anchor")
    if found:
        # The line shows words of the document on pages of others.
        readings.record(actor, [document_id])
    lines = [
        ChecklistLine(text=f"{place.label}. {place.words}".strip()[:TEXT_LENGTH], document_id=document_id, anchor=place.anchor) for place in found.values()
    ]
    return _add(actor, checklist_id, lines, NONE_CHOSEN)


def add_tasks(actor: Actor, checklist_id: int, task_ids: Sequence[int]) -> int:
    """Add a line for each of these tasks; return how many. Raises Denied, NotFound, and Invalid when none is chosen."""
    policy.require(actor, "plan:read")
    ids = list(dict.fromkeys(task_ids))[: AT_ONCE + 1]
    with db.read() as session:
        tasks = session.scalars(select(Task).where(Task.id.in_(ids)).order_by(Task.position, Task.id)).all()
        lines = [ChecklistLine(text=task.title, task_id=task.id, document_id=task.document_id, anchor=task.anchor) for task in tasks]
    return _add(actor, checklist_id, lines, NONE_CHOSEN)


def drop(actor: Actor, line_id: int, *, dropped: bool = True) -> int:
    """Let no more inspections take a line, or let them again; return the id of its checklist. Raises Denied and NotFound."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        row = forms.locked(session, Checklist, forms.loaded(session, ChecklistLine, line_id).checklist_id)
        line = session.get(ChecklistLine, line_id, populate_existing=True)
        if line is None:
            raise NotFound
        if line.dropped != dropped:
            line.dropped = dropped
            forms.bump(row)
            _changed(session, actor, row, {("Bỏ nội dung" if dropped else "Dùng lại nội dung"): line.text})
        return row.id


def _add(actor: Actor, checklist_id: int, lines: Sequence[ChecklistLine], none: Message) -> int:
    policy.require(actor, "inspection:edit")
    if not lines:
        raise Invalid(none, "text")
    if len(lines) > AT_ONCE:
        raise Invalid(Message("Mỗi lần thêm nhiều nhất %(most)s nội dung.", most=AT_ONCE), "text")
    if any(len(line.text) > TEXT_LENGTH for line in lines):
        raise Invalid(Message("Nội dung dài quá %(limit)s ký tự; hãy rút gọn.", limit=TEXT_LENGTH), "text")
    with db.write() as session:
        row = forms.locked(session, Checklist, checklist_id)
        used = session.execute(select(func.count(), func.max(ChecklistLine.place)).where(ChecklistLine.checklist_id == checklist_id)).one()
        if used[0] + len(lines) > MOST_LINES:
            raise Invalid(TOO_MANY, "text")
        for place, line in enumerate(lines, (used[1] or 0) + 1):
            line.checklist_id, line.place = checklist_id, place
            session.add(line)
        forms.bump(row)
        _changed(session, actor, row, {"Thêm nội dung": "\n".join(line.text for line in lines)[: forms.LONG_TEXT]})
        return len(lines)


def _title(title: str) -> str:
    return forms.required(title, Message("Hãy nhập tên danh mục."), "title", 300)


def _changed(session: Session, actor: Actor, row: Checklist, details: Mapping[str, object]) -> None:
    log.record(session, actor, "checklist:edit", "checklist", row.id, row.title, details=dict(details))
