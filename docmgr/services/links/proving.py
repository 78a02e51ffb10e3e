"""Evidence of a task or of one of its occurrences: people of its unit file it themselves, and what was confirmed keeps it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from docmgr import db, policy
from docmgr.models import Link, Occurrence, Task
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.documents import references
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.links import links, occurrence_links
from docmgr.services.links.links import LinkRow
from docmgr.services.links.tied import may_tie
from docmgr.services.planning import preconditions
from docmgr.services.planning.occurrences import rights, steps
from docmgr.services.planning.overdue import UNFINISHED


def check(actor: Actor, occurrence_id: int, note: str | None = None) -> None:
    """Refuse what `prove` would refuse for the occurrence itself and for the note, before a file is stored. Raises NotFound, Denied, Conflict, Invalid."""
    policy.require(actor, "link:edit")
    with db.write() as session:
        task, row = steps.lock(session, actor, occurrence_id, rights.may_work)
        _check_open(row)
        if row.state in UNFINISHED:
            preconditions.check(session, task, row)
        forms.cleaned(note, "note", 2000)


def prove(actor: Actor, occurrence_id: int, document_id: int, *, note: str | None = None, dated_on: dt.date | None = None) -> int:
    """Link a document as evidence to an occurrence, which then waits to be confirmed; returns the id of the link. `dated_on` is the day on
    which the work was done that it shows. Raises Denied when the actor may not work on the occurrence, NotFound when it does not exist or
    the actor may not read the document, Conflict when its task is cancelled, and Invalid when it is confirmed or does not apply, a field
    is wrong, or the document is linked there already."""
    policy.require(actor, "link:edit")
    with db.write() as session:
        task, row = steps.lock(session, actor, occurrence_id, rights.may_work)
        _check_open(row)
        document, version, _place = references.pin(session, actor, document_id, None, None)
        link = Link(
            task_id=task.id, occurrence_id=row.id, document_id=document_id, version_id=version.id if version else None, role="evidence",
            note=forms.cleaned(note, "note", 2000), dated_on=dated_on, created_by=actor.user_id, created_by_label=actor.label,
        )  # fmt: skip
        links.refuse_repeat(session, link)
        session.add(link)
        session.flush()
        links.record(session, actor, "link:add", link, task, document, None)
        if row.state in UNFINISHED:
            steps.report_row(session, actor, task, row)
            steps.finish(session, actor, "occurrence:report", task, row, {})
        else:
            steps.changed(session, actor, task, row)
        return link.id


def check_task(actor: Actor, task_id: int, note: str | None = None) -> None:
    """Refuse what `prove_task` would refuse for the task itself and for the note, before a file is stored. Raises NotFound, Denied, Conflict, Invalid."""
    policy.require(actor, "link:edit")
    with db.read() as session:
        task = forms.loaded(session, Task, task_id)
        if not may_tie(actor, task):
            raise Denied("link:edit")
        if task.state == "cancelled":
            raise Conflict(steps.CANCELLED)
        occurrence_links.check_place(task, "evidence")
    forms.cleaned(note, "note", 2000)


def prove_task(actor: Actor, task_id: int, document_id: int, *, note: str | None = None, dated_on: dt.date | None = None) -> int:
    """Link a document as evidence to a task that has no occurrences; returns the id of the link. Its state is said by who edits the task. Raises Denied,
    NotFound, Conflict when the task is cancelled, and Invalid when a field is wrong, the task has occurrences or the document is linked there already."""
    check_task(actor, task_id, note)
    return links.add(actor, document_id=document_id, role="evidence", task_id=task_id, note=note, dated_on=dated_on)


def of_occurrence(actor: Actor, occurrence_id: int) -> list[LinkRow]:
    """Load the evidence of an occurrence that the actor may read, ended links last. Raises Denied when the actor's roles may not read
    plans."""
    policy.require(actor, "plan:read")
    return links.link_rows(actor, select(Link).where(Link.occurrence_id == occurrence_id))


def _check_open(row: Occurrence) -> None:
    if row.state not in (*UNFINISHED, "waiting"):
        raise Invalid(steps.CLOSED, "document_id")
