"""The slip that goes with an incoming document (phiếu giải quyết văn bản đến, Decree 30/2020/NĐ-CP, Annex IV, part VII): its line in
the register and the opinions of the agency's leader, of the unit's leader and of the officer, from the steps of its workflow."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, FlowAssignment, FlowStep, UserRole
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people import agency
from docmgr.services.registers import listing
from docmgr.services.registers.listing import RegisterLine
from docmgr.services.trail import log
from docmgr.services.workflow import flows
from docmgr.services.workflow.flows import Flow
from docmgr.writing import slips
from legaltext import dates

# In the order of the form.
PARTS = ("Ý kiến của lãnh đạo cơ quan, tổ chức", "Ý kiến của lãnh đạo đơn vị", "Ý kiến đề xuất của người giải quyết")
AGENCY, UNIT, OFFICER = range(3)
FORMS = slips.FORMS
MOST_STEPS = 200
NOT_ARRIVED = Message("Văn bản này chưa có số trong sổ văn bản đến, nên chưa có phiếu giải quyết.")


@dataclass(frozen=True)
class SlipOpinion:
    """What somebody said or decided in a step. `lead` and `supporting` are the names of those to whom it gave the document."""

    step: str
    who: str
    behalf: str | None
    at: dt.datetime
    lead: str | None
    supporting: tuple[str, ...]
    comment: str | None


@dataclass(frozen=True)
class HandlingSlip:
    """The slip of a document: its line in the register of incoming documents, its deadline, and the opinions of each of PARTS, the
    earliest first."""

    document: Document
    line: RegisterLine
    due_on: dt.date | None
    parts: tuple[tuple[SlipOpinion, ...], ...]


@dataclass(frozen=True)
class SlipFile:
    """A finished file: its name, its media type and its bytes."""

    name: str
    media_type: str
    body: bytes


def slip(actor: Actor, document_id: int) -> HandlingSlip:
    """Load the slip of a document, in a number of queries that does not depend on how many steps it has. Raises Denied or NotFound
    when the actor may not read it, and Invalid when it has no valid number in the register of incoming documents."""
    policy.require(actor, "document:read")
    with db.read() as session:
        document = guard.readable(session, actor, document_id)
    line = next((one for one in listing.of_document(actor, document_id) if one.valid and one.entry.kind == "incoming"), None)
    if line is None:
        raise Invalid(NOT_ARRIVED)
    with db.read() as session:
        flow = flows.newest(session, document_id)
        parts = _parts(session, flow) if flow is not None else ((), (), ())
    due_on = flow.row.due_on if flow is not None and flow.row.due_on is not None else line.entry.due_on
    return HandlingSlip(document, line, due_on, parts)


def _parts(session: Session, flow: Flow) -> tuple[tuple[SlipOpinion, ...], ...]:
    query = select(FlowStep).where(FlowStep.flow_id == flow.row.id, FlowStep.from_state.is_not(None)).order_by(FlowStep.id)
    steps = [one for one in session.scalars(query.limit(MOST_STEPS)) if one.comment or one.given_to]
    found: dict[int, list[SlipOpinion]] = defaultdict(list)
    leaders, given = _leaders(session, {one.actor_id for one in steps}), _given(session, flow)
    for one in steps:
        part = _part(flow, one, leaders)
        # A document that goes back is not given to anybody.
        lead, supporting = _receivers(one, given) if part != OFFICER else (None, ())
        if lead or one.comment:
            found[part].append(SlipOpinion(one.name, one.actor_label, one.behalf, one.at, lead, supporting, one.comment))
    return tuple(tuple(found[part]) for part in (AGENCY, UNIT, OFFICER))


def _part(flow: Flow, step: FlowStep, leaders: Collection[int | None]) -> int:
    """The place of a step on the form: who gives out what has arrived, also a clerk for the leader, speaks for the agency, who passes
    it on for their unit, and everybody else as the officer who deals with it."""
    first = flow.definition.by_code[flow.definition.initial].name
    final = {state.name for state in flow.definition.states if state.final}
    if step.actor_id in leaders or step.from_state == first or step.from_state in final:
        return AGENCY
    return UNIT if step.given_to and step.to_state != first else OFFICER


def _leaders(session: Session, ids: Collection[int | None]) -> set[int]:
    query = select(UserRole.user_id).where(UserRole.role == "leader", UserRole.user_id.in_([one for one in ids if one is not None]))
    return set(session.scalars(query))


def _given(session: Session, flow: Flow) -> list[tuple[str, FlowAssignment]]:
    """All that the run assigned so far, with the names of those who got it."""
    query = select(FlowAssignment).where(FlowAssignment.flow_id == flow.row.id, FlowAssignment.role.in_(("lead", "support")))
    rows = list(session.scalars(query.order_by(FlowAssignment.id)))
    names = flows.key_names(session, {row.key for row in rows})
    return [(names[row.key], row) for row in rows if row.key in names]


def _receivers(step: FlowStep, given: Sequence[tuple[str, FlowAssignment]]) -> tuple[str | None, tuple[str, ...]]:
    """Who got the document as lead, and who supports. Names may contain commas, so those that were assigned are looked for in the
    step's words, each as it was assigned nearest to the step; what is not found, because it was renamed, stands as it was written."""
    if not step.given_to:
        return None, ()
    nearest: dict[str, FlowAssignment] = {}
    for name, row in sorted(given, key=lambda pair: abs(pair[1].given_at - step.at), reverse=True):
        if f", {name}, " in f", {step.given_to}, ":
            nearest[name] = row
    leads = [name for name, row in nearest.items() if row.role == "lead"]
    supporting = sorted(name for name, row in nearest.items() if row.role == "support")
    if len(", ".join([*leads, *supporting])) != len(step.given_to):
        return step.given_to, ()
    return ", ".join(leads) or None, tuple(supporting)


def export(actor: Actor, document_id: int, form: str) -> SlipFile:
    """Write the slip into a file, in Vietnamese as the law's form is, and record an event. `form` is one of FORMS. Raises what
    `slip` raises, and Invalid when the form is unknown."""
    if form not in FORMS:
        raise Invalid(Message("Chỉ xuất được DOCX hoặc PDF."), "form")
    found = slip(actor, document_id)
    body, media_type = slips.write(_written(found), form)
    with db.write() as session:
        document = guard.readable(session, actor, document_id)
        log.document_event(session, actor, "register:slip", document, {"format": form})
    return SlipFile(f"phieu-giai-quyet-{found.line.entry.year}-{found.line.printed}.{form}", media_type, body)


def _written(found: HandlingSlip) -> slips.Slip:
    line, document = found.line, found.document
    facts = [
        ("Số đến", line.printed), ("Ngày đến", dates.printed(line.entry.dated_on)), ("Nơi gửi", line.entry.sender or document.issuer or ""),
        ("Văn bản", described(document)), ("Trích yếu", document.subject or ""),
        ("Thời hạn giải quyết", dates.printed(found.due_on) if found.due_on else ""),
    ]  # fmt: skip
    parts = [
        slips.SlipPart(title, tuple(_lines(one) for one in opinions)) for title, opinions in zip(PARTS, found.parts, strict=True)
    ]
    return slips.Slip(agency.name() or "", dates.today(), tuple(facts), tuple(parts))


def described(document: Document) -> str:
    """What the form asks of the document besides its subject: "Quyết định số 12/QĐ-X ngày 05/02/2024 của UBND tỉnh"."""
    parts = [
        document.type or "", f"số {document.number}" if document.number else "",
        f"ngày {dates.printed(document.issued_on)}" if document.issued_on else "", f"của {document.issuer}" if document.issuer else "",
    ]  # fmt: skip
    return " ".join(part for part in parts if part) or document.label


def _lines(one: SlipOpinion) -> tuple[str, ...]:
    said = (
        f"Chủ trì: {one.lead}" if one.lead else "", f"Phối hợp: {', '.join(one.supporting)}" if one.supporting else "",
        f"Ý kiến: {one.comment}" if one.comment else "",
    )  # fmt: skip
    who = f"{one.who} (thay mặt {one.behalf})" if one.behalf else one.who
    return (*filter(None, said), f"{dates.printed_moment(one.at)} – {who} – {one.step}")
