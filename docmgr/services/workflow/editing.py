"""Look at workflows and change them: an administrator stores a new version, with which documents start from then on. Those
that run keep the version with which they started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import DocumentFlow, Workflow, WorkflowVersion
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log
from docmgr.services.workflow import checking, starting
from docmgr.services.workflow.definition import FlowDefinition, FlowState, Transition, from_json, to_json
from legaltext.text import clean_line, fold


@dataclass(frozen=True)
class WorkflowRow:
    """A workflow in a list. `running` counts the documents that run through any of its versions."""

    id: int
    name: str
    no: int
    states: int
    transitions: int
    running: int


@dataclass(frozen=True)
class WorkflowView:
    """A workflow with one of its versions. `versions` are the numbers of all, the latest first."""

    id: int
    revision: int
    name: str
    no: int
    current: int
    versions: tuple[int, ...]
    definition: FlowDefinition


@dataclass(frozen=True)
class WorkflowInput:
    """What a person typed: states and transitions in their order. `initial` is the code of the first state. Parts with a
    blank name are left out; a part with a blank code gets one from its name."""

    name: str
    initial: str
    states: tuple[FlowState, ...]
    transitions: tuple[Transition, ...]


def listing(actor: Actor) -> list[WorkflowRow]:
    """List all workflows. Raises Denied when the actor may not choose workflows."""
    policy.require(actor, "workflow:choose")
    query = select(Workflow, WorkflowVersion.definition).join(WorkflowVersion, WorkflowVersion.workflow_id == Workflow.id)
    query = query.where(WorkflowVersion.no == Workflow.current).order_by(Workflow.id)
    running = select(WorkflowVersion.workflow_id, func.count()).join(DocumentFlow, DocumentFlow.version_id == WorkflowVersion.id)
    with db.read() as session:
        counted = {number: many for number, many in session.execute(running.where(DocumentFlow.ended_at.is_(None)).group_by(WorkflowVersion.workflow_id))}
        return [
            WorkflowRow(row.id, row.name, row.current, len(stored["states"]), len(stored["transitions"]), counted.get(row.id, 0))
            for row, stored in session.execute(query)
        ]


def view(actor: Actor, workflow_id: int, no: int | None = None) -> WorkflowView:
    """Load a workflow with its version `no`; None means the present one. Raises Denied when the actor may not manage workflows,
    and NotFound when there is no such workflow or version."""
    policy.require(actor, "workflow:manage")
    with db.read() as session:
        row = session.get(Workflow, workflow_id)
        if row is None:
            raise NotFound
        versions = select(WorkflowVersion).where(WorkflowVersion.workflow_id == workflow_id).order_by(WorkflowVersion.no.desc())
        by_no = {version.no: version for version in session.scalars(versions)}
        shown = by_no.get(row.current if no is None else no)
        if shown is None:
            raise NotFound
        return WorkflowView(row.id, row.revision, row.name, shown.no, row.current, tuple(by_no), from_json(shown.definition))


def copy(actor: Actor, workflow_id: int | None, name: str) -> int:
    """Make a new workflow like another one; return its id. Raises Denied, NotFound when there is no such workflow, and Invalid
    when the name is blank, too long or taken."""
    policy.require(actor, "workflow:manage")
    with db.write() as session:
        forms.one_at_a_time(session, Workflow)
        source = session.get(Workflow, workflow_id) if workflow_id is not None else None
        if source is None:
            raise Invalid(Message("Hãy chọn quy trình để chép."), "source")
        row = Workflow(name=_free_name(session, name, None))
        session.add(row)
        session.flush()
        stored = starting.current(session, source).definition
        session.add(WorkflowVersion(workflow_id=row.id, no=1, definition=stored, made_by=actor.user_id))
        log.record(session, actor, "workflow:create", "workflow", row.id, row.name, details={"from": source.name})
        return row.id


def save(actor: Actor, workflow_id: int, given: WorkflowInput, *, revision: int | None) -> int:
    """Store a new version of a workflow and return its number. `revision` is that of the workflow when the form was opened.
    Raises Denied, NotFound or Conflict, and Invalid when the workflow leads nowhere or something in it is wrong. Then nothing
    is stored."""
    policy.require(actor, "workflow:manage")
    definition = completed(given)
    checking.check(definition)
    with db.write() as session:
        forms.one_at_a_time(session, Workflow)
        row = forms.for_change(session, Workflow, workflow_id, revision)
        name = _free_name(session, given.name, row.id)
        before = from_json(starting.current(session, row).definition)
        if definition == before and name == row.name:
            return row.current
        if definition != before:
            row.current += 1
            session.add(WorkflowVersion(workflow_id=row.id, no=row.current, definition=to_json(definition), made_by=actor.user_id))
        changes = forms.differences(_shown(row.name, before), _shown(name, definition))
        row.name = name
        forms.bump(row)
        log.record(session, actor, "workflow:edit", "workflow", row.id, row.name, details={"version": row.current, **changes})
        return row.current


def _shown(name: str, definition: FlowDefinition) -> forms.Shown:
    return {
        "name": name,
        "Trạng thái": ", ".join(state.name for state in definition.states),
        "Bước": ", ".join(one.name for one in definition.transitions),
    }


def completed(given: WorkflowInput) -> FlowDefinition:
    """Make a definition of what a person typed: without blank parts, with a code for each new part."""
    states = [replace(one, name=clean_line(one.name)) for one in given.states if clean_line(one.name)]
    transitions = [replace(one, name=clean_line(one.name)) for one in given.transitions if clean_line(one.name)]
    codes = _codes(states)
    transitions_codes = _codes(transitions)
    return FlowDefinition(
        given.initial,
        tuple(replace(one, code=code) for one, code in zip(states, codes, strict=True)),
        tuple(replace(one, code=code) for one, code in zip(transitions, transitions_codes, strict=True)),
    )


def _codes(parts: Sequence[FlowState | Transition]) -> list[str]:
    """The codes of the parts; a part without one gets the first free one made from its name."""
    taken = {part.code for part in parts if part.code}
    found = []
    for part in parts:
        code = part.code
        if not code:
            stem = "_".join(fold(part.name).split())[:30] or "x"
            code = next(one for number in range(1, len(parts) + 2) if (one := stem if number == 1 else f"{stem}_{number}") not in taken)
            taken.add(code)
        found.append(code[:40])
    return found


def _free_name(session: Session, name: str, own_id: int | None) -> str:
    name = clean_line(name)
    if not 1 <= len(name) <= checking.LONGEST_NAME:
        raise Invalid(Message("Hãy ghi tên quy trình, dài nhất %(most)s ký tự.", most=checking.LONGEST_NAME), "name")
    taken = session.scalar(select(Workflow.id).where(Workflow.name == name))
    if taken is not None and taken != own_id:
        raise Invalid(Message("Đã có quy trình mang tên này."), "name")
    return name
