"""The tasks, inspections and findings to which documents can be linked, and who may add and end links to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from docmgr import db, policy
from docmgr.models import Finding, Inspection, Link, Task
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.chunks import chunks
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.planning.tasks import may_edit as may_edit_task

COLUMNS = {"task": Link.task_id, "inspection": Link.inspection_id, "finding": Link.finding_id}
Row = Task | Inspection | Finding
# The columns and relations that name a subject in lists, or decide who may tie to it, loaded with it.
OF_TEAMS = {"inspection": selectinload(Inspection.members), "finding": joinedload(Finding.inspection).selectinload(Inspection.members)}
_NAMED_BY = {"task": (joinedload(Task.plan),), "finding": (OF_TEAMS["finding"],), "inspection": (OF_TEAMS["inspection"],)}
MODELS: dict[str, Any] = {"task": Task, "inspection": Inspection, "finding": Finding}


@dataclass(frozen=True)
class LinkSubject:
    """The task, inspection or finding to which a document is linked. `kind` is a key of MODELS. `note` names the plan
    of a task, the unit of an inspection or the inspection of a finding. `inspection_id` is the id of the inspection
    itself, or of the inspection to which the finding belongs."""

    kind: str
    id: int
    label: str
    note: str | None = None
    inspection_id: int | None = None


def subject(actor: Actor, kind: str, subject_id: int) -> LinkSubject:
    """Load the task, inspection or finding with the id `subject_id`; `kind` is a key of MODELS. Raises Denied when the
    actor's roles may not read it, and NotFound when it does not exist."""
    policy.require(actor, "plan:read" if kind == "task" else "inspection:read")
    with db.read() as session:
        row = session.get(MODELS[kind], subject_id) if kind in MODELS else None
        if row is None:
            raise NotFound
        return as_subject(row)


def may_tie(actor: Actor, row: Row) -> bool:
    """Whether the actor may link documents to `row`, a task, inspection or finding. The actor's roles must allow
    editing links, and the actor must be allowed to edit `row`. People of the unit that must correct a finding may
    link documents to it too. Where a team was chosen, its members link, and clerks and leaders. A self-inspection belongs to its unit, clerks and leaders, and gets no more once it was handed in."""
    if not policy.may(actor, "link:edit"):
        return False
    if isinstance(row, Task):
        return may_edit_task(actor, row)
    inspection = row if isinstance(row, Inspection) else row.inspection
    if inspection.kind == "self":
        return _checks_itself(actor, inspection, row)
    if may_inspect(actor, inspection.inspected_unit_id) and _in_team(actor, inspection):
        return True
    return isinstance(row, Finding) and row.unit_id is not None and row.unit_id == actor.unit_id


def _in_team(actor: Actor, inspection: Inspection) -> bool:
    return actor.everything or forms.edits_all(actor) or not inspection.members or actor.user_id in {one.user_id for one in inspection.members}


def _checks_itself(actor: Actor, inspection: Inspection, row: Row) -> bool:
    own = actor.unit_id is not None and actor.unit_id == inspection.inspected_unit_id
    return (own or forms.edits_all(actor)) and (inspection.sent_at is None or isinstance(row, Finding))


def may_inspect(actor: Actor, inspected_unit_id: int | None) -> bool:
    """Whether the actor may edit inspections of the unit `inspected_unit_id`, and their findings. The actor's roles
    must allow editing inspections, and nobody inspects their own unit, clerks and leaders neither. None means an
    inspection without a unit, which all these people may edit."""
    if not policy.may(actor, "inspection:edit"):
        return False
    return actor.unit_id is None or inspected_unit_id is None or inspected_unit_id != actor.unit_id


def as_subject(row: Row) -> LinkSubject:
    """Make the LinkSubject of a task, inspection or finding, by which lists and pages name it."""
    if isinstance(row, Task):
        return LinkSubject("task", row.id, row.title, row.plan.title)
    if isinstance(row, Inspection):
        return LinkSubject(
            "inspection", row.id, row.title, row.inspected_unit.name if row.inspected_unit else None, row.id
        )
    return LinkSubject("finding", row.id, row.text, row.inspection.title, row.inspection_id)


def chosen_one(given: dict[str, int | None]) -> tuple[str, int]:
    """Return (kind, id) of the only entry of `given` whose id is not None. `given` has ids by kind ("task",
    "inspection", "finding"). Raises Invalid when no id or several ids are given."""
    chosen = [(kind, number) for kind, number in given.items() if number is not None]
    if len(chosen) != 1:
        raise Invalid(Message("Hãy chọn một nhiệm vụ, cuộc kiểm tra hoặc phát hiện."), "subject")
    return chosen[0]


def key_of(link: Link) -> tuple[str, int]:
    """Return (kind, id) of the task, inspection or finding to which the link links a document."""
    return chosen_one({"task": link.task_id, "inspection": link.inspection_id, "finding": link.finding_id})


def row_of(session: Session, link: Link) -> Row:
    """Load the task, inspection or finding to which the link links a document."""
    return rows_of(session, [link])[key_of(link)]


def rows_of(session: Session, links: Sequence[Link]) -> dict[tuple[str, int], Row]:
    """Load the tasks, inspections and findings to which these links link documents. The keys of the result are pairs
    (kind, id), as `key_of` returns them. The rows of each kind are loaded together, some hundreds per SQL query."""
    found: dict[tuple[str, int], Row] = {}
    for kind, model in MODELS.items():
        ids = {number for name, number in map(key_of, links) if name == kind}
        query = select(model).options(*_NAMED_BY.get(kind, ()))
        for some in chunks(ids):
            found.update({(kind, row.id): row for row in session.scalars(query.where(model.id.in_(some)))})
    return found


def may_end(actor: Actor, link: Link, row: Row) -> bool:
    """Whether the actor may end the link, which links a document to `row`. The actor's roles must allow editing
    links. Besides, the actor must have made the link or be allowed to link documents to `row`."""
    if not policy.may(actor, "link:edit"):
        return False
    return may_tie(actor, row) or (link.created_by is not None and link.created_by == actor.user_id)


def may_restore(actor: Actor, link: Link, row: Row) -> bool:
    """Whether the actor may undo the end of the link, which linked a document to `row`: who may link documents to `row`,
    and who made the link and ended it."""
    own = actor.user_id is not None and actor.user_id == link.created_by == link.ended_by
    return may_tie(actor, row) or (own and may_end(actor, link, row))
