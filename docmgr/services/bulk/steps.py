"""A step of their workflows for many documents of a list: which steps some of them have, which documents each would move, and
which stay and why. workflow.moving makes the step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, DocumentFlow
from docmgr.policy import Actor
from docmgr.services.access import checkouts, rule
from docmgr.services.message import Message
from docmgr.services.workflow import flows, standing
from docmgr.services.workflow.definition import Transition
from docmgr.services.workflow.flows import Flow
from docmgr.services.workflow.moving import FAULTS, Chosen

NO_FLOW = Message("Văn bản không theo quy trình nào.")
LATER = Message("Bước này cần chọn người nhận hoặc văn bản trả lời; hãy chuyển riêng từng văn bản.")


@dataclass(frozen=True)
class StepOffer:
    """A step that the actor may make on some of the documents. `comment` says that it needs one, `returns` that it gives back.
    `picks` are the documents that it would move, with their labels, and `left` are the others as (label, why)."""

    code: str
    name: str
    comment: bool
    returns: bool
    picks: tuple[tuple[Chosen, str], ...]
    left: tuple[tuple[str, Message], ...]


@dataclass(frozen=True)
class _Standing:
    """A document with its flow, the transitions that the actor may make, and why nothing moves it."""

    document: Document
    flow: Flow | None
    steps: tuple[Transition, ...]
    held: str | None


def offers(actor: Actor, document_ids: Collection[int]) -> tuple[int, tuple[StepOffer, ...]]:
    """Find the steps that the actor may make on at least one of these documents, those that give back last. Returns (number of
    the documents that the actor may read, steps); others are not counted. It takes the same number of queries for any number of
    documents. Raises Denied when the actor's roles may not move documents."""
    policy.require(actor, "workflow:move")
    with db.read() as session:
        found = _load(session, actor, document_ids)
    steps: dict[tuple[str, str], Transition] = {}
    for one in found:
        for transition in one.steps if one.held is None else ():
            if not _alone(transition):
                steps.setdefault((transition.code, transition.name), transition)
    made = (_offer(transition, found) for transition in steps.values())
    return len(found), tuple(sorted(made, key=lambda one: (one.returns, -len(one.picks))))


def _load(session: Session, actor: Actor, document_ids: Collection[int]) -> list[_Standing]:
    documents = list(session.scalars(select(Document).where(Document.id.in_(document_ids), rule.visible(actor)).order_by(Document.id)))
    ids = [one.id for one in documents]
    query = select(DocumentFlow).where(DocumentFlow.document_id.in_(ids), DocumentFlow.stopped.is_(False)).order_by(DocumentFlow.id)
    rows = {row.document_id: row for row in session.scalars(query)}
    known, held = flows.of_rows(session, list(rows.values())), flows.assigned(session, ids)
    stands, notes = standing.of(session, actor, ids), checkouts.among(session, ids)
    found = []
    for document in documents:
        flow = known[rows[document.id].id] if document.id in rows else None
        steps = stands.steps(document, flow, held.get(document.id, [])) if flow is not None else ()
        note = notes.get(document.id)
        taken = note.holder if note is not None and note.user_id != actor.user_id else None
        found.append(_Standing(document, flow, tuple(step.transition for step in steps), taken))
    return found


def _alone(transition: Transition) -> bool:
    """Whether the step asks for something that differs from document to document."""
    return transition.assign == "required" or transition.answer


def _offer(transition: Transition, found: list[_Standing]) -> StepOffer:
    picks, left, comment = [], [], False
    for one in found:
        own = next((each for each in one.steps if (each.code, each.name) == (transition.code, transition.name)), None)
        if own is not None and one.flow is not None and one.held is None and not _alone(own):
            picks.append((Chosen(one.document.id, one.flow.row.revision), one.document.label))
            comment = comment or own.comment
        else:
            left.append((one.document.label, _why(one, transition, own)))
    return StepOffer(transition.code, transition.name, comment, transition.returns, tuple(picks), tuple(left))


def _why(one: _Standing, transition: Transition, own: Transition | None) -> Message:
    if one.flow is None:
        return NO_FLOW
    if one.held is not None:
        return Message("%(holder)s đang giữ để sửa.", holder=one.held)
    if own is not None:
        return LATER
    leaving = [each for each in one.flow.definition.leaving(one.flow.row.state) if each.code == transition.code]
    if not leaving:
        return Message(FAULTS["not_from_here"], state=flows.words(one.flow.state.name))
    if leaving[0].name != transition.name:
        return Message(FAULTS["other_step"], step=flows.words(leaving[0].name))
    return Message(FAULTS["not_yours"], step=flows.words(transition.name))
