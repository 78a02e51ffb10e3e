"""Move documents through their workflows: the steps that persons make, one at a time or many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, DocumentFlow, File, FlowAssignment, FlowStep
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.access import by_number, guard
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.registers import issue, lines
from docmgr.services.registers import words as register_words
from docmgr.services.trail import log
from docmgr.services.workflow import approving, assigning, flows, guards, standing
from docmgr.services.workflow.assigning import Receivers
from docmgr.services.workflow.definition import FlowState, Transition
from docmgr.services.workflow.flows import Flow
from docmgr.services.workflow.standing import Step

MOST_AT_ONCE = 200

FAULTS = {
    "not_from_here": "Bước này không đi từ trạng thái “%(state)s”; hãy xem lại rồi chọn bước.",
    "not_yours": "Bước “%(step)s” không phải của bạn.",
    "other_step": "Ở văn bản này bước ấy là “%(step)s”; hãy chuyển bước riêng văn bản này.",
    "comment": "Bước “%(step)s” cần ghi ý kiến, lý do.",
    "misread": "Hãy ghi vì sao tệp đã ký bị đọc sai.",
    "receiver": "Hãy chọn người hoặc đơn vị nhận.",
    "year": "Năm phải từ %(year)s trở đi.",
    "no_numbers": "Bước này cấp số cho văn bản; chỉ văn thư sửa được văn bản mới cấp số được.",
    "no_answer": "Kho không có văn bản trả lời mang số này; hãy ghi số, ký hiệu hoặc mã, ví dụ #12.",
    "own_answer": "Văn bản không trả lời chính nó.",
    "none": "Hãy chọn văn bản cần chuyển bước.",
    "many": "Mỗi lần chuyển nhiều nhất %(most)s văn bản.",
    "missing": "Không tìm thấy văn bản này.",
}


@dataclass(frozen=True)
class StepInput:
    """What a person typed with a step. `answer` is the number, or the id as "#12", of the document that answers. `misread`: the person has
    compared the signed file, which the reader misread; the comment says why."""

    comment: str | None = None
    to: Receivers = Receivers()
    due_on: dt.date | None = None
    answer: str | None = None
    misread: bool = False


@dataclass(frozen=True)
class Chosen:
    """A document of a list with the revision that its flow had when the list was shown."""

    document_id: int
    revision: int


@dataclass(frozen=True)
class Moved:
    """What became of steps on many documents: how many were made, and those that were refused as (label, why)."""

    done: int
    refused: tuple[tuple[str, Message], ...]


def move(actor: Actor, document_id: int, code: str, given: StepInput = StepInput(), *, revision: int | None, name: str | None = None) -> str:
    """Make the transition `code` of a document; return the name of its new state. `revision` is that of the flow when the
    form was opened; None means that there was no form. `name` is what the step was called where it was chosen, None when
    that need not agree: workflows may give one code to different steps.

    Raises Denied or NotFound when the actor may not read the document, Conflict when it was moved meanwhile, and Invalid
    when the transition is not the actor's, a condition does not hold, or something is missing. Then nothing is saved.
    """
    policy.require(actor, "workflow:move")
    with db.write() as session:
        document, flow = flows.hold(session, actor, document_id)
        assigning.refuse_stale(flow, revision)
        step = _step(session, actor, document, flow, code)
        if name is not None and step.transition.name != name:
            raise Invalid(Message(FAULTS["other_step"], step=flows.words(step.transition.name)))
        given = _cleaned(actor, step.transition, given)
        approving.require(session, document, flow, step.transition)
        _act(actor, document, step.transition)
        misread = guards.require(session, document, step.transition, misread=given.misread)
        if misread:
            _accept(session, actor, document, misread, given.comment)
        return _enter(session, actor, document, flow, step, given)


def _step(session: Session, actor: Actor, document: Document, flow: Flow, code: str) -> Step:
    held = flows.assigned(session, [document.id]).get(document.id, [])
    stands = standing.of(session, actor, [document.id])
    if code == approving.AGAIN and (back := standing.may_hand_back(session, stands, document, flow, held)) is not None:
        return back
    wanted = flow.definition.transition(code)
    if wanted is None or flow.row.state not in wanted.sources:
        raise Invalid(Message(FAULTS["not_from_here"], state=flows.words(flow.state.name)))
    for step in stands.steps(document, flow, held):
        if step.transition is wanted:
            return step
    raise Invalid(Message(FAULTS["not_yours"], step=flows.words(wanted.name)))


def _cleaned(actor: Actor, transition: Transition, given: StepInput) -> StepInput:
    """Check what was typed against what the transition asks for; what it does not ask for is left out."""
    comment = forms.cleaned(given.comment, "comment", assigning.COMMENT)
    if transition.comment and comment is None:
        raise Invalid(Message(FAULTS["comment"], step=flows.words(transition.name)), "comment")
    to = given.to if transition.assign in ("required", "optional") else Receivers()
    if transition.assign == "required" and to.lead is None:
        raise Invalid(Message(FAULTS["receiver"]), "lead")
    due_on = given.due_on if transition.due else None
    if due_on is not None and due_on.year < register_words.EARLIEST_YEAR:
        raise Invalid(Message(FAULTS["year"], year=register_words.EARLIEST_YEAR), "due_on")
    return StepInput(comment, to, due_on, forms.cleaned(given.answer, "answer", lines.LIMITS["answer"]) if transition.answer else None, given.misread)


def _accept(session: Session, actor: Actor, document: Document, files: Sequence[File], reason: str | None) -> None:
    """Record for each of these signed files that it was misread."""
    if reason is None:
        raise Invalid(Message(FAULTS["misread"]), "comment")
    for file in files:
        details = {"file": file.name, "sha256": file.sha256, "number": guards.was_read(file), "reason": reason}
        log.document_event(session, actor, "file:misread", document, details)


def _answer(session: Session, actor: Actor, document: Document, typed: str) -> int:
    found = by_number.named(actor, typed, "answer")
    if found is None:
        raise Invalid(Message(FAULTS["no_answer"]), "answer")
    if found == document.id:
        raise Invalid(Message(FAULTS["own_answer"]), "answer")
    return found


def _act(actor: Actor, document: Document, transition: Transition) -> None:
    if transition.act == "number":
        with db.read() as session:
            numbered = lines.issued(session, document.id, "outgoing") is not None
        try:
            if not numbered:
                issue.issue_number(actor, document.id)
        except (Denied, NotFound):
            raise Invalid(Message(FAULTS["no_numbers"])) from None


def _enter(session: Session, actor: Actor, document: Document, flow: Flow, step: Step, given: StepInput) -> str:
    row, before, after = flow.row, flow.state, flow.definition.by_code[step.transition.to]
    if given.answer is not None:
        row.answer_id = _answer(session, actor, document, given.answer)
    if given.due_on is not None:
        row.due_on = given.due_on
    to = _receivers(session, document, flow, step.transition, given)
    giver = step.behalf or actor
    named = _assign(session, giver, row, step.transition, to)
    row.state, row.since, row.ended_at = after.code, db.now(), db.now() if after.final else None
    forms.bump(row)
    behalf = step.behalf.label if step.behalf else None
    name, given_to = step.transition.name, ", ".join(named.values()) or None
    made = FlowStep(name=name, from_state=before.name, to_state=after.name, comment=given.comment, given_to=given_to, behalf=behalf)
    flows.add_step(session, actor, row, made)
    assigning.follow(session, giver, row)
    session.flush()
    if after.access is not None and document.workflow != after.access:
        lifecycle.change_workflow(session, actor, document, after.access)
    assigning.settle(session, document, row, to, given.due_on)
    _record(session, actor, document, flow, step, (before, after), {**assigning.told(flow, named, to), "comment": given.comment})
    return after.name


def _receivers(session: Session, document: Document, flow: Flow, transition: Transition, given: StepInput) -> Receivers:
    if transition.assign == "author":
        back = document.created_by if document.created_by is not None else flow.row.started_by
    elif transition.assign == "giver":
        held = select(FlowAssignment.given_by).where(FlowAssignment.flow_id == flow.row.id, FlowAssignment.ended_at.is_(None))
        back = session.scalar(held.where(FlowAssignment.role == "lead").limit(1))
    else:
        return given.to
    # Somebody who has left cannot get it back; then it waits for the roles that the workflow names.
    return Receivers(f"user:{back}") if back is not None and flows.persons(session, [back]) else Receivers()


def _assign(session: Session, giver: Actor, row: DocumentFlow, transition: Transition, to: Receivers) -> dict[str, str]:
    if to.lead is not None or to.supporting:
        return assigning.give(session, giver, row, to)
    if transition.assign in ("end", "author", "giver"):
        assigning.end(session, row)
    return {}


def _record(
    session: Session, actor: Actor, document: Document, flow: Flow, step: Step, states: tuple[FlowState, FlowState], details: dict[str, object]
) -> None:
    action = "workflow:return" if step.transition.returns else "workflow:move"
    before, after = states
    said = {"step": _told(step.transition.name), "from": _told(before.name), "to": _told(after.name), "behalf": step.behalf.label if step.behalf else None}
    log.document_event(session, actor, action, document, {**said, **details})


def _told(name: str) -> dict[str, object]:
    return flows.words(name).stored()


def move_many(actor: Actor, chosen: Sequence[Chosen], code: str, given: StepInput = StepInput(), *, name: str | None = None) -> Moved:
    """Make one transition on many documents, each in a unit of work of its own, so that one that is refused leaves the others.
    `name` is as for `move`.
    Raises Denied when the actor may not move documents, and Invalid when too many are chosen or none."""
    policy.require(actor, "workflow:move")
    if not chosen:
        raise Invalid(Message(FAULTS["none"]))
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid(Message(FAULTS["many"], most=MOST_AT_ONCE))
    done, refused = 0, []
    for one in dict((each.document_id, each) for each in chosen).values():
        try:
            move(actor, one.document_id, code, given, revision=one.revision, name=name)
            done += 1
        except (Invalid, Conflict) as error:
            refused.append((_label(actor, one.document_id), error.message))
        except (NotFound, Denied):
            refused.append((f"#{one.document_id}", Message(FAULTS["missing"])))
    return Moved(done, tuple(refused))


def _label(actor: Actor, document_id: int) -> str:
    with db.read() as session:
        return guard.readable(session, actor, document_id).label


