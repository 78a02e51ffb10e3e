"""Which workflow a document is to run through: rules by type and folder. The nearest rule decides, a rule for the type before
one for every type. services.workflow.turn starts the documents that people have confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Folder, Workflow, WorkflowRule
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import rule
from docmgr.services.errors import Invalid
from docmgr.services.folders import names as folder_names
from docmgr.services.message import Message
from docmgr.services.trail import log
from legaltext import doctypes

Parents = Mapping[int, int | None]


@dataclass(frozen=True)
class RuleRow:
    """A rule in a list. `type` and `folder` are None for any; a folder that the actor may not see is named by its number."""

    id: int
    workflow: str
    type: str | None
    folder: str | None


def rules(actor: Actor) -> list[RuleRow]:
    """List the rules. Raises Denied when the actor may not choose workflows."""
    policy.require(actor, "workflow:choose")
    query = select(WorkflowRule, Workflow.name).join(Workflow, Workflow.id == WorkflowRule.workflow_id)
    with db.read() as session:
        found = session.execute(query.order_by(WorkflowRule.type.is_(None), WorkflowRule.type, WorkflowRule.id)).all()
        named = folder_names.names(session, actor, {one.folder_id for one, _ in found if one.folder_id is not None})
        return [
            RuleRow(one.id, name, one.type, named.get(one.folder_id, f"#{one.folder_id}") if one.folder_id is not None else None)
            for one, name in found
        ]


def add_rule(actor: Actor, workflow_id: int | None, type_name: str | None, folder_id: int | None) -> int:
    """Let documents of a type, in a folder and below it, start in a workflow from now on; None means any. Returns the id of
    the rule. Raises Denied, and Invalid with the field that is wrong or when there is a rule for both."""
    policy.require(actor, "workflow:choose")
    type_name = forms.cleaned(type_name, "type", 100)
    with db.write() as session:
        forms.one_at_a_time(session, WorkflowRule)
        workflow = session.get(Workflow, workflow_id) if workflow_id is not None else None
        if workflow is None:
            raise Invalid(Message("Hãy chọn quy trình."), "workflow_id")
        if type_name is None and folder_id is None:
            raise Invalid(Message("Hãy chọn loại văn bản hoặc thư mục."), "type")
        if type_name is not None and type_name not in doctypes.NAMES:
            raise Invalid(Message("Hãy chọn một mục trong danh sách."), "type")
        folder = session.get(Folder, folder_id) if folder_id is not None else None
        if folder_id is not None and (folder is None or folder.deleted_at is not None or not rule.may_read_folder(session, actor, folder_id)):
            raise Invalid(Message("Thư mục đã chọn không còn; hãy chọn lại."), "folder_id")
        same = select(WorkflowRule.id).where(WorkflowRule.type.is_not_distinct_from(type_name), WorkflowRule.folder_id.is_not_distinct_from(folder_id))
        if session.scalar(same) is not None:
            raise Invalid(Message("Loại và thư mục này đã có quy trình; hãy bỏ dòng cũ trước."), "type")
        row = WorkflowRule(workflow_id=workflow.id, type=type_name, folder_id=folder_id)
        session.add(row)
        session.flush()
        log.record(session, actor, "workflow:rule", "workflow", workflow.id, workflow.name, details={"type": type_name, "to_id": folder_id})
        return row.id


def remove_rule(actor: Actor, rule_id: int) -> None:
    """Remove a rule; documents that run stay as they are. Raises Denied, and NotFound when there is no such rule."""
    policy.require(actor, "workflow:choose")
    with db.write() as session:
        row = forms.locked(session, WorkflowRule, rule_id, to_remove=True)
        workflow = session.get_one(Workflow, row.workflow_id)
        log.record(session, actor, "workflow:unrule", "workflow", workflow.id, workflow.name, details={"type": row.type})
        session.delete(row)


def usual(session: Session, document: Document) -> int | None:
    """The id of the workflow that the rules choose for a document; None when there is none."""
    found = session.scalars(select(WorkflowRule)).all()
    if not found:
        return None
    best = nearest(found, document.type, above(document.folder_id, parents(session)))
    return best.workflow_id if best is not None else None


def nearest(found: Iterable[WorkflowRule], type_name: str | None, chain: Sequence[int]) -> WorkflowRule | None:
    """The rule of `found` that decides for a document of this type; `chain` is its folder and those above it, the nearest
    first. None when no rule fits."""
    fitting = (one for one in found if one.type in (None, type_name) and (one.folder_id is None or one.folder_id in chain))
    return min(fitting, key=lambda one: (one.type is None, chain.index(one.folder_id) if one.folder_id else len(chain)), default=None)


def parents(session: Session) -> Parents:
    """Load all folders, those in the recycle bin too, each with the one above it."""
    return {row.id: row.parent_id for row in session.execute(select(Folder.id, Folder.parent_id))}


def above(folder_id: int, tree: Parents) -> list[int]:
    """The folder with this id and those above it, the nearest first."""
    chain: list[int] = []
    here: int | None = folder_id
    while here is not None and here not in chain:
        chain.append(here)
        here = tree.get(here)
    return chain
