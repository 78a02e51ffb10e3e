"""Whether the version of a document that was approved in its workflow is still its newest one.

A step keeps the version on which it was made (FlowStep.document_no). When a document gets a new version after its approval,
the approval no longer counts: whoever numbers or publishes it without deciding about it again is refused, and the document
may be handed back for approval.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Document, FlowStep
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.workflow.definition import Transition
from docmgr.services.workflow.flows import Flow

# The code of the built-in step back to approval; no transition of a workflow has a code with a colon.
AGAIN, NAME = ":again", Message("Trình duyệt lại").msgid
# Who writes a document does not approve it.
_AUTHORS = frozenset({"author", "editor"})
_DECIDERS = frozenset({"role:leader", "assigned"})


@dataclass(frozen=True)
class Approval:
    """The step by which the document of a run was approved last: the transition, the number of the version on which it was
    made and of the newest version, and the id of the person who made it."""

    transition: Transition
    approved: int
    present: int
    by: int | None

    @property
    def stale(self) -> bool:
        """Whether the document has got another version since."""
        return self.approved != self.present

    def told(self) -> Message:
        """Why the document cannot be issued."""
        return Message(
            "Phiên bản đã duyệt là %(approved)s, nay là %(present)s; hãy trình duyệt lại. Bản đã ký của phiên bản được duyệt thì thêm làm bản thể hiện, không thêm thành phiên bản mới.",
            approved=self.approved, present=self.present,
        )  # fmt: skip


def last(session: Session, document: Document, flow: Flow) -> Approval | None:
    """Find the approval on which the next step of the document stands: since it was given back last, the newest step that
    leaders may make; if the workflow has none, the newest one that is for others than the authors. None when there is none, or
    its version is not known."""
    found: list[tuple[Transition, FlowStep]] = []
    query = select(FlowStep).where(FlowStep.flow_id == flow.row.id).order_by(FlowStep.id.desc())
    for step in session.scalars(query):
        transition = _made(flow, step)
        if transition is None:
            if step.name == NAME:
                break
            continue
        if transition.returns:
            break
        if _AUTHORS.isdisjoint(transition.who) and transition.act is None and not _issues(flow, transition):
            found.append((transition, step))
    chosen = next((one for one in found if "role:leader" in one[0].who), found[0] if found else None)
    if chosen is None or chosen[1].document_no is None:
        return None
    transition, step = chosen
    return Approval(transition, step.document_no or 0, document.current_no, step.actor_id)


def _made(flow: Flow, step: FlowStep) -> Transition | None:
    """The transition that a step was; steps keep names, which never change within a version of a workflow."""
    names = flow.definition.by_code
    for one in flow.definition.transitions:
        sources = {names[code].name for code in one.sources}
        if step.name == one.name and step.from_state in sources and step.to_state == names[one.to].name:
            return one
    return None


def _issues(flow: Flow, transition: Transition) -> bool:
    """Whether the transition gives the document its number, or publishes it."""
    return transition.act == "number" or flow.definition.by_code[transition.to].access == "published"


def require(session: Session, document: Document, flow: Flow, transition: Transition) -> None:
    """Raise Invalid when the transition issues the document, and another version than its newest one was approved. Who may
    approve decides with such a transition about the newest version."""
    if not _issues(flow, transition) or not _DECIDERS.isdisjoint(transition.who):
        return
    approval = last(session, document, flow)
    if approval is not None and approval.stale:
        raise Invalid(approval.told())


def again(session: Session, document: Document, flow: Flow) -> tuple[Approval, Transition] | None:
    """The built-in step that hands a document back for approval, with the stale approval. None when there is none, the
    document waits for the approval already, or it has been issued."""
    approval = last(session, document, flow)
    if approval is None or not approval.stale or flow.state.final:
        return None
    to = approval.transition.sources[0]
    if flow.row.state in approval.transition.sources:
        return None
    who = ("author", "editor", "assigned", "role:clerk", "role:leader")
    return approval, Transition(AGAIN, NAME, (flow.row.state,), to, who, assign="required", due=True)
