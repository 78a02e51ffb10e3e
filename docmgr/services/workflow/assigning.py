"""To whom a document is assigned: a lead and supporting persons or units. Who has it may read it while it lasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import order
from docmgr.models import Document, DocumentFlow, FlowAssignment, FlowStep, RegisterEntry, Unit, User
from docmgr.policy import Actor
from docmgr.services import forms, jobs
from docmgr.services.access import rule
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.message import Message
from docmgr.services.people import people
from docmgr.services.registers import lines
from docmgr.services.trail import log
from docmgr.services.workflow import flows, standing
from docmgr.services.workflow.flows import Flow

MOST_SUPPORTING = 20
COMMENT = 2_000
# The roles of those for whom a document waits, and that of those who passed it on.
HOLDING, SENT = policy.HOLDING, "sent"


@dataclass(frozen=True)
class Receivers:
    """To whom a document goes: access keys of persons ("user:3") and units ("unit:7")."""

    lead: str | None = None
    supporting: tuple[str, ...] = ()


def refuse_stale(flow: Flow, revision: int | None) -> None:
    """Raise Conflict when the document was moved or got a new version since the form with this revision of its flow was opened; None means that
    there was no form."""
    if revision is not None and flow.row.revision != revision:
        raise Conflict(Message("Người khác vừa chuyển bước hoặc thêm phiên bản: văn bản nay ở “%(state)s”. Chưa có gì được lưu; hãy xem lại rồi chọn bước.", state=flows.words(flow.state.name)))


def hand_over(actor: Actor, document_id: int, to: Receivers, comment: str | None = None, *, revision: int | None) -> None:
    """Give a document to somebody else without changing its state. `revision` is that of the flow when the form was opened.
    Raises Denied or NotFound when the actor may not read it, Conflict when it was moved meanwhile, and Invalid when it does
    not wait for anybody, or the actor may not give it away."""
    policy.require(actor, "workflow:move")
    comment = forms.cleaned(comment, "comment", COMMENT)
    with db.write() as session:
        document, flow = flows.hold(session, actor, document_id)
        refuse_stale(flow, revision)
        if flow.row.ended_at is not None:
            raise Invalid(Message("Quy trình của văn bản này đã kết thúc."))
        held = flows.assigned(session, [document_id]).get(document_id, [])
        step = standing.may_hand_over(standing.of(session, actor, [document_id]), document, held)
        if step is None:
            raise Invalid(Message("Chỉ người đang chủ trì, người sửa được văn bản hoặc lãnh đạo mới chuyển giao được."))
        if to.lead is None:
            raise Invalid(Message("Hãy chọn người hoặc đơn vị nhận."), "lead")
        if step.behalf is not None and f"user:{actor.user_id}" in (to.lead, *to.supporting):
            raise Invalid(Message("Bạn làm thay %(name)s, nên không chuyển giao cho chính mình được.", name=step.behalf.label), "lead")
        giver = step.behalf or actor
        named = give(session, giver, flow.row, to)
        forms.bump(flow.row)
        behalf = step.behalf.label if step.behalf else None
        state = flow.state.name
        made = FlowStep(name="Chuyển giao", from_state=state, to_state=state, comment=comment, given_to=", ".join(named.values()), behalf=behalf)
        flows.add_step(session, actor, flow.row, made)
        follow(session, giver, flow.row)
        settle(session, document, flow.row, to)
        log.document_event(session, actor, "workflow:assign", document, {**told(flow, named, to), "comment": comment, "behalf": behalf})


def told(flow: Flow, named: dict[str, str], to: Receivers) -> dict[str, object]:
    """The details of an event that say where a document went; `keys` is for the notices."""
    supporting = [named[key] for key in to.supporting if key in named]
    return {
        "workflow": flows.words(flow.workflow).stored(), "assigned": named.get(to.lead or ""), "supporting": supporting or None,
        "due_on": forms.day(flow.row.due_on), "keys": list(named) or None,
    }  # fmt: skip


def give(session: Session, giver: Actor, flow: DocumentFlow, to: Receivers) -> dict[str, str]:
    """End the open assignments of a run and assign its document to these receivers. `giver` is the actor, or the absent
    person on whose behalf they act, who gets it back when it is returned. Returns their names by key, the lead
    first. Raises Invalid when one does not exist, may not read documents, or is named twice."""
    named = _checked(session, to)
    end(session, flow)
    if to.lead is not None:
        session.add(_row(giver, flow, to.lead, "lead"))
        session.add_all(_row(giver, flow, key, "support") for key in to.supporting)
    session.flush()
    return named


def end(session: Session, flow: DocumentFlow, roles: Collection[str] = HOLDING) -> None:
    """End the open assignments of a run that have one of these roles."""
    open_ = FlowAssignment.flow_id == flow.id, FlowAssignment.ended_at.is_(None), FlowAssignment.role.in_(roles)
    for row in session.scalars(select(FlowAssignment).where(*open_)):
        row.ended_at = db.now()
    session.flush()


def follow(session: Session, giver: Actor, flow: DocumentFlow) -> None:
    """Let `giver`, who passes the document on or for whom it is passed on, read it until the run ends. When it has ended,
    everybody's part ends."""
    if flow.ended_at is not None:
        end(session, flow, (*HOLDING, SENT))
        return
    own = FlowAssignment.flow_id == flow.id, FlowAssignment.ended_at.is_(None), FlowAssignment.role == SENT
    key = f"user:{giver.user_id}"
    if giver.user_id is not None and session.scalar(select(FlowAssignment.id).where(*own, FlowAssignment.key == key)) is None:
        session.add(_row(giver, flow, key, SENT))


def _row(giver: Actor, flow: DocumentFlow, key: str, role: str) -> FlowAssignment:
    return FlowAssignment(flow_id=flow.id, document_id=flow.document_id, key=key, role=role, given_by=giver.user_id)


def _checked(session: Session, to: Receivers) -> dict[str, str]:
    wanted = [key for key in (to.lead, *to.supporting) if key]
    if to.supporting and to.lead is None:
        raise Invalid(Message("Hãy chọn người hoặc đơn vị chủ trì."), "lead")
    if len(to.supporting) > MOST_SUPPORTING:
        raise Invalid(Message("Chọn nhiều nhất %(most)s người, đơn vị phối hợp.", most=MOST_SUPPORTING), "supporting")
    if len(set(wanted)) < len(wanted):
        raise Invalid(Message("Người, đơn vị chủ trì không đồng thời phối hợp."), "supporting")
    return {key: _name(session, key, "lead" if key == to.lead else "supporting") for key in wanted}


def _name(session: Session, key: str, field: str) -> str:
    kind, _, digits = key.partition(":")
    number = int(digits) if digits.isdecimal() and len(digits) < 10 else 0
    # Access lists compare keys as text, so "user:03" would be nobody's.
    written = key == f"{kind}:{number}"
    if kind == "unit" and written:
        return forms.check_units(session, {number}, field)[number]
    user = session.get(User, number) if kind == "user" and written else None
    if user is None or user.disabled_at is not None:
        raise Invalid(Message("Người đã chọn không còn; hãy chọn lại."), field)
    if not policy.may(people.actor_for(user), "document:read"):
        raise Invalid(Message("%(name)s không có vai trò đọc văn bản.", name=user.full_name), field)
    return user.full_name


def settle(session: Session, document: Document, flow: DocumentFlow, to: Receivers | None, due_on: dt.date | None = None) -> None:
    """Let the rights of the document follow its assignments, and the line of an incoming document follow its flow: unit,
    person, deadline, progress and answer. `to` are new receivers, None when they stay, and `due_on` is a deadline that the
    step sets. Without it the deadline of the line counts, which clerks may have changed since. The caller has locked the
    document."""
    session.flush()
    if rule.assign_list(session, document):
        forms.bump(document)
        jobs.enqueue(session, "index", document.id)
    entry = lines.issued(session, document.id, "incoming")
    if entry is None:
        return
    # After the document, and before the trail, as everywhere.
    entry = forms.locked(session, RegisterEntry, entry.id)
    if entry.state != "issued":
        return
    if to is not None and to.lead is not None:
        entry.unit_id, entry.person_id = _unit_and_person(session, to.lead)
    if due_on is None and entry.due_on is not None:
        flow.due_on = entry.due_on
    _tell_register(session, entry, flow)


def _tell_register(session: Session, entry: RegisterEntry, flow: DocumentFlow) -> None:
    entry.progress = flows.of_rows(session, [flow])[flow.id].state.name
    entry.due_on = flow.due_on
    if flow.answer_id is not None and flow.answer_id != entry.answer_id:
        answer = session.get_one(Document, flow.answer_id)
        entry.answer_id, entry.answer = answer.id, (answer.number or answer.label)[: lines.LIMITS["answer"]]
    forms.bump(entry)


def _unit_and_person(session: Session, key: str) -> tuple[int | None, int | None]:
    number = int(key.partition(":")[2])
    if key.startswith("unit:"):
        return number, None
    return session.get_one(User, number).unit_id, number


def choices(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """Everybody to whom a document may be assigned: pairs (access key, name) of persons under "user" and of units under
    "unit", by name. Raises Denied when the actor may not move documents."""
    policy.require(actor, "workflow:move")
    with db.read() as session:
        query = select(User).where(User.disabled_at.is_(None)).order_by(order(User.full_name), User.id)
        readers = [user for user in session.scalars(query) if policy.may(people.actor_for(user), "document:read")]
        units = session.execute(select(Unit.id, Unit.name).order_by(order(Unit.name)))
        return {
            "user": [(f"user:{user.id}", f"{user.full_name} ({user.username})") for user in readers],
            "unit": [(f"unit:{number}", name) for number, name in units],
        }
