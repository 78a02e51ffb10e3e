"""A later day: who carries out a task or an occurrence asks for it, who decides about it grants or refuses it. The old day stays visible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import DueExtension, Plan, Task, User, UserRole
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.message import Message, Words
from docmgr.services.planning.work import entries
from docmgr.services.planning.work.entries import WorkEntry
from docmgr.services.trail import log

STATES = {"asked": "Chờ trả lời", "granted": "Đã cho gia hạn", "refused": "Không cho gia hạn", "withdrawn": "Đã rút"}
# How far a day may be put off.
MOST_DAYS = 730
# How many people are told that somebody asks.
MOST_TOLD = 20
ANSWERED = Message("Đề nghị gia hạn này đã được trả lời hoặc đã rút.")


@dataclass(frozen=True)
class ExtensionInput:
    """What is asked for: the day, and why."""

    wanted_on: dt.date | None
    reason: str


def ask(actor: Actor, given: ExtensionInput, *, task_id: int | None = None, occurrence_id: int | None = None, revision: int) -> int:
    """Ask for a later day for a task that is carried out once, or for an occurrence; returns the id. Raises NotFound, Denied unless the actor
    carries it out, Conflict, and Invalid with the field when the day is no later one, there is no reason, or somebody has asked already."""
    with db.write() as session:
        entry = entries.lock(session, actor, task_id, occurrence_id, entries.may_carry, revision)
        before = _checked(entry, given.wanted_on)
        if session.scalar(select(DueExtension.id).where(of_entry(entry), DueExtension.state == "asked").limit(1)) is not None:
            raise Invalid(Message("Đã có một đề nghị gia hạn đang chờ trả lời."), "wanted_on")
        reason = forms.required(given.reason, Message("Hãy ghi lý do xin gia hạn."), "ask_reason", 2000)
        row = DueExtension(
            task_id=entry.task.id, occurrence_id=entry.row.id if entry.row else None, due_on=before, wanted_on=given.wanted_on, reason=reason,
            asked_by=actor.user_id, asked_by_label=actor.label,
        )  # fmt: skip
        session.add(row)
        session.flush()
        entries.changed(session, actor, entry)
        told = {"Hạn hiện tại": forms.day(before), "Xin đến ngày": forms.day(row.wanted_on), "Lý do": reason}
        _record(session, actor, "extension:ask", entry, told, _deciders(session, entry))
        return row.id


def decide(actor: Actor, extension_id: int, *, grant: bool, granted_on: dt.date | None, note: str, revision: int) -> None:
    """Grant a later day, the one asked for or `granted_on`, or refuse it with a note. Raises NotFound, Denied unless the actor decides about the
    work, Conflict when it was answered meanwhile, and Invalid with the field, also for whoever asked."""
    with db.write() as session:
        row, entry = _lock(session, actor, extension_id, entries.may_decide, revision)
        if row.asked_by is not None and row.asked_by == actor.user_id:
            raise Invalid(Message("Người xin gia hạn không tự trả lời; hãy để người khác trả lời."))
        before = _checked(entry, granted_on or row.wanted_on, "granted_on") if grant else row.due_on
        row.note = forms.cleaned(note, "note", 2000)
        if not grant and row.note is None:
            raise Invalid(Message("Hãy ghi lý do không cho gia hạn."), "note")
        row.state, row.decided_by, row.decided_by_label, row.decided_at = "granted" if grant else "refused", actor.user_id, actor.label, db.now()
        changes: dict[str, object] = {}
        if grant:
            row.due_on, row.granted_on = before, granted_on or row.wanted_on
            _move(entry, row.granted_on)
            changes = dict(forms.differences({"Đến hạn": forms.day(before)}, {"Đến hạn": forms.day(row.granted_on)}))
        entries.changed(session, actor, entry)
        keys = [f"user:{row.asked_by}"] if row.asked_by else []
        _record(session, actor, "extension:grant" if grant else "extension:refuse", entry, {"Ghi chú": row.note}, keys, changes)


def withdraw(actor: Actor, extension_id: int, *, revision: int) -> None:
    """Take back what was asked for; those who carry out the work may. Raises NotFound, Denied and Conflict."""
    with db.write() as session:
        row, entry = _lock(session, actor, extension_id, entries.may_carry, revision)
        row.state = "withdrawn"
        entries.changed(session, actor, entry)
        _record(session, actor, "extension:withdraw", entry, {"Xin đến ngày": forms.day(row.wanted_on)}, [])


def place(actor: Actor, extension_id: int) -> tuple[int, int | None]:
    """Whose page shows what was asked for: (id of the task, id of the occurrence or None). Raises Denied when the actor's roles may not read
    plans, and NotFound."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        row = forms.loaded(session, DueExtension, extension_id)
        return row.task_id, row.occurrence_id


def of_entry(entry: WorkEntry) -> ColumnElement[bool]:
    """Return an SQL condition on DueExtension: it is of this piece of work."""
    if entry.row is not None:
        return DueExtension.occurrence_id == entry.row.id
    return (DueExtension.task_id == entry.task.id) & DueExtension.occurrence_id.is_(None)


def _lock(session: Session, actor: Actor, extension_id: int, allowed: entries.Allowed, revision: int) -> tuple[DueExtension, WorkEntry]:
    seen = forms.loaded(session, DueExtension, extension_id)
    entry = entries.lock(session, actor, seen.task_id, seen.occurrence_id, allowed, None)
    row = forms.locked(session, DueExtension, extension_id)
    if row.state != "asked":
        raise Conflict(ANSWERED)
    forms.check_revision(entry.row.revision if entry.row else entry.task.revision, revision)
    return row, entry


def _checked(entry: WorkEntry, wanted_on: dt.date | None, field: str = "wanted_on") -> dt.date:
    """Check that the work can get this day; returns its present day."""
    before = entry.due_on
    if not entry.unfinished:
        raise Invalid(entries.CLOSED, field)
    if before is None:
        raise Invalid(Message("Việc này chưa có ngày đến hạn, nên không có gì để gia hạn."), field)
    if wanted_on is None or wanted_on <= before:
        raise Invalid(Message("Ngày xin gia hạn phải sau ngày đến hạn %(day)s.", day=forms.day(before) or ""), field)
    if (wanted_on - before).days > MOST_DAYS:
        raise Invalid(Message("Chỉ gia hạn được nhiều nhất %(most)s ngày.", most=MOST_DAYS), field)
    return before


def _move(entry: WorkEntry, day: dt.date) -> None:
    held = entry.row if entry.row is not None else entry.task
    held.due_on = held.extended_on = day


def _deciders(session: Session, entry: WorkEntry) -> list[str]:
    """The access keys of those who are told that somebody asks: who gave the task, the leading unit of a task that others carry out, and
    leaders of the unit of the plan, else of the leading unit."""
    lead = entries.lead_of(entry.task)
    keys = [f"user:{entry.task.created_by}"] if entry.task.created_by else []
    if entry.task.fan_out is not None and lead is not None and entry.unit_id != lead:
        keys.append(f"unit:{lead}")
    unit_id = session.get_one(Plan, entry.task.plan_id).unit_id or lead
    leaders = select(User.id).join(UserRole, UserRole.user_id == User.id).where(User.unit_id == unit_id, UserRole.role == "leader", User.disabled_at.is_(None))
    keys += [f"user:{number}" for number in session.scalars(leaders.order_by(User.id).limit(MOST_TOLD))]
    return list(dict.fromkeys(keys))


def _record(session: Session, actor: Actor, action: str, entry: WorkEntry, told: Mapping[str, Words | None], keys: list[str], more: dict[str, object] | None = None) -> None:
    task: Task = entry.task
    details = {**entries.named(session, entry), **forms.filled(told), **(more or {}), **({"keys": keys} if keys else {})}
    log.record(session, actor, action, "task", task.id, task.title, document_id=task.document_id, details=details)
