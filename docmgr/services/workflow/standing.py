"""Who may make which step of a workflow. This is the only place that decides it.

A person may make a transition when the workflow names a role of theirs, the author, who has the document assigned, or who
may edit or approve it, and that is the person; and always only on a document that they may read. Who stands in for an absent person
may make what that person might, on documents that are assigned to them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import Document, FlowAssignment
from docmgr.policy import Actor
from docmgr.services.access import local_rights, rule
from docmgr.services.workflow import approving, flows
from docmgr.services.workflow.definition import FlowDefinition, Transition
from docmgr.services.workflow.flows import Flow


@dataclass(frozen=True)
class Step:
    """A transition that the actor may make now. `behalf` is the absent person for whom the actor would make it, and `usual`
    the access key of the person to whom it usually goes."""

    transition: Transition
    behalf: Actor | None = None
    usual: str | None = None


@dataclass(frozen=True)
class Standing:
    """How the actor stands to some documents: the absent persons for whom the actor stands in, by id, and the ids of those
    documents that the actor may edit or approve."""

    actor: Actor
    absent: Mapping[int, Actor]
    editable: Collection[int]

    def steps(self, document: Document, flow: Flow, assigned: Collection[FlowAssignment]) -> tuple[Step, ...]:
        """The transitions that the actor may make from the present state of the document, in the order of the workflow.
        `assigned` are its open assignments."""
        if not policy.may(self.actor, "workflow:move"):
            return ()
        found = (self._step(document, one, assigned) for one in flow.definition.leaving(flow.row.state))
        return tuple(step for step in found if step is not None)

    def _step(self, document: Document, transition: Transition, assigned: Collection[FlowAssignment]) -> Step | None:
        leads = {row.key for row in assigned if row.role == "lead"}
        if self._fits(self.actor, document, transition, leads):
            return Step(transition)
        for user_id, absent in sorted(self.absent.items()):
            if f"user:{user_id}" in leads and self._fits(absent, document, transition, leads):
                return Step(transition, absent)
        return None

    def _fits(self, person: Actor, document: Document, transition: Transition, leads: set[str]) -> bool:
        if person.everything:
            return True
        holds = {f"role:{role}" for role in person.roles}
        if person.user_id is not None and document.created_by == person.user_id:
            holds.add("author")
        if leads & person.keys:
            holds.add("assigned")
        if person is self.actor and document.id in self.editable:
            holds.add("editor")
        return not holds.isdisjoint(transition.who)


def of(session: Session, actor: Actor, document_ids: Collection[int]) -> Standing:
    """Load how the actor stands to these documents, in two queries for any number of them."""
    editable: set[int] = set()
    if policy.may(actor, "document:edit"):
        query = select(Document.id).where(Document.id.in_(document_ids), or_(rule.editable(actor), local_rights.holds(actor, "approve")))
        editable = set(session.scalars(query))
    return Standing(actor, flows.persons(session, actor.stands_for), editable)


def may_hand_over(standing: Standing, document: Document, assigned: Collection[FlowAssignment]) -> Step | None:
    """Whether the actor may give the document to somebody else: who has it as lead, the author, who may edit it, and leaders.
    Returns a step, which says for whom the actor would do so; None when the actor may not."""
    if not policy.may(standing.actor, "workflow:move"):
        return None
    return standing._step(document, _HAND_OVER, assigned)


def may_hand_back(
    session: Session, standing: Standing, document: Document, flow: Flow, assigned: Collection[FlowAssignment]
) -> Step | None:
    """Whether the actor may hand the document back for approval, because another version was approved than its newest one.
    It usually goes to who approved it. None when the actor may not, or the approval still counts."""
    found = approving.again(session, document, flow)
    if found is None or not policy.may(standing.actor, "workflow:move"):
        return None
    step = standing._step(document, found[1], assigned)
    return None if step is None else replace(step, usual=f"user:{found[0].by}" if found[0].by else None)


_HAND_OVER = Transition("hand_over", "Chuyển giao", (), "", ("assigned", "editor", "role:leader"), assign="required")


def awaited(definition: FlowDefinition, spec: str) -> list[str]:
    """The codes of the states of a workflow in which a document waits for whoever is `spec` (a key of words.WHO)."""
    return [
        state.code for state in definition.states
        if not state.final and any(one.awaited and spec in one.who for one in definition.leaving(state.code))
    ]  # fmt: skip
