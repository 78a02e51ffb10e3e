"""The slip that goes with an incoming document (phiếu giải quyết văn bản đến, Decree 30/2020/NĐ-CP, Annex IV, part VII): its line in
the register and the opinions of the agency's leader, of the unit's leader and of the officer, from the steps of its workflow."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, DocumentFlow, FlowAssignment, FlowStep, User, UserRole
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people import agency, people
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
# Lead, supporting, all where it is not known who leads.
_Receivers = tuple[str | None, tuple[str, ...], str | None]
_NOBODY: _Receivers = (None, (), None)
NOT_ARRIVED = Message("Văn bản này chưa có số trong sổ văn bản đến, nên chưa có phiếu giải quyết.")


@dataclass(frozen=True)
class SlipOpinion:
    """What somebody said or decided in a step. `lead` and `supporting` are the names of those to whom it gave the document, `to` all
    of them where it is not known who leads."""

    step: str
    who: str
    behalf: str | None
    at: dt.datetime
    lead: str | None
    supporting: tuple[str, ...]
    to: str | None
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
        flow, parts = flows.newest(session, document_id), _parts(session, document_id)
    due_on = flow.row.due_on if flow is not None and flow.row.due_on is not None else line.entry.due_on
    return HandlingSlip(document, line, due_on, parts)


def _parts(session: Session, document_id: int) -> tuple[tuple[SlipOpinion, ...], ...]:
    """The opinions in all runs of the document, also in those that were stopped: what somebody said stays said."""
    runs = flows.of_rows(session, list(session.scalars(select(DocumentFlow).where(DocumentFlow.document_id == document_id))))
    query = select(FlowStep).where(FlowStep.flow_id.in_(runs), FlowStep.from_state.is_not(None), FlowStep.name != flows.STOPPED).order_by(FlowStep.id)
    steps = [one for one in session.scalars(query.limit(MOST_STEPS)) if one.comment or one.given_to]
    found: dict[int, list[SlipOpinion]] = defaultdict(list)
    leaders, given = _leaders(session), _given(session, runs)
    for one in steps:
        part = _part(runs[one.flow_id], one, leaders)
        # A document that goes back is not given to anybody.
        to = _receivers(one, given) if part != OFFICER else _NOBODY
        if to != _NOBODY or one.comment:
            found[part].append(SlipOpinion(one.name, one.actor_label, one.behalf, one.at, *to, one.comment))
    return tuple(tuple(found[part]) for part in (AGENCY, UNIT, OFFICER))


def _part(flow: Flow, step: FlowStep, leaders: Mapping[int, str]) -> int:
    """The place of a step on the form: leaders, who acts on behalf of one, and who gives out what has arrived, also a clerk for the
    leader, speak for the agency, who passes it on for their unit, and everybody else as the officer who deals with it."""
    first = flow.definition.by_code[flow.definition.initial].name
    led = step.behalf in leaders.values() if step.behalf else step.actor_id in leaders
    if led or (step.from_state == first and step.given_to):
        return AGENCY
    return UNIT if step.given_to and step.to_state != first else OFFICER


def _leaders(session: Session) -> dict[int, str]:
    """The labels of the leaders, by the id of the person."""
    query = select(User).join(UserRole, UserRole.user_id == User.id).where(UserRole.role == "leader")
    return {user.id: people.label(user) for user in session.scalars(query)}


def _given(session: Session, runs: Collection[int]) -> list[tuple[str, FlowAssignment]]:
    """All that the runs assigned so far, with the names of those who got it."""
    query = select(FlowAssignment).where(FlowAssignment.flow_id.in_(runs), FlowAssignment.role.in_(("lead", "support")))
    rows = list(session.scalars(query.order_by(FlowAssignment.id)))
    names = flows.key_names(session, {row.key for row in rows})
    return [(names[row.key], row) for row in rows if row.key in names]


def _receivers(step: FlowStep, given: Sequence[tuple[str, FlowAssignment]]) -> _Receivers:
    """Who got the document as lead, who supports, and otherwise all of them. Names may contain commas, so those that were assigned are
    looked for in the step's words, each as it was assigned nearest to the step; where one is not found, because it was renamed, all
    stand as they were written."""
    if not step.given_to:
        return _NOBODY
    nearest: dict[str, FlowAssignment] = {}
    for name, row in sorted(given, key=lambda pair: abs(pair[1].given_at - step.at), reverse=True):
        if f", {name}, " in f", {step.given_to}, ":
            nearest[name] = row
    leads = [name for name, row in nearest.items() if row.role == "lead"]
    supporting = sorted(name for name, row in nearest.items() if row.role == "support")
    if len(", ".join([*leads, *supporting])) != len(step.given_to):
        return None, (), step.given_to
    return ", ".join(leads) or None, tuple(supporting), None


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
        f"Chủ trì: {one.lead}" if one.lead else "", f"Giao cho: {one.to}" if one.to else "", f"Phối hợp: {', '.join(one.supporting)}" if one.supporting else "",
        f"Ý kiến: {one.comment}" if one.comment else "",
    )  # fmt: skip
    who = f"{one.who} (thay mặt {one.behalf})" if one.behalf else one.who
    return (*filter(None, said), f"{dates.printed_moment(one.at)} – {who} – {one.step}")
