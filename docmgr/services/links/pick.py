"""The search boxes of the form for links: they find documents, or tasks, inspections and findings, so that nobody
types an id. The documents are those that the search engine finds and those whose subject contains the typed words;
only documents that the actor may read are shown. Tasks, inspections and findings are shown only when the actor may
link documents to them."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from docmgr import db, policy
from docmgr.collation import holds
from docmgr.models import Finding, Inspection, Plan, Task
from docmgr.policy import Actor
from docmgr.services.links import links, tied
from docmgr.services.links.tied import LinkSubject
from docmgr.services.sql_text import LIMIT, LONGEST_QUERY

# How many candidates are checked when the rule is in Python (rights).
LOOKED_AT = 400
Row = TypeVar("Row", Task, Inspection, Finding)


def subjects(
    actor: Actor, q: str, kinds: tuple[str, ...] = tuple(links.KINDS), limit: int = LIMIT
) -> list[LinkSubject]:
    """Find tasks, inspections and findings of these `kinds` that contain all words of `q` and to which the actor may
    link documents, at most `limit` of each kind. When `q` is blank, the newest of each kind are returned. Raises
    Denied when the actor's roles may not link."""
    policy.require(actor, "link:edit")
    q = q[:LONGEST_QUERY].strip()
    found: list[LinkSubject] = []
    with db.read() as session:
        if "task" in kinds:
            query = select(Task).join(Plan).options(joinedload(Task.plan)).order_by(Task.id.desc())
            found += _allowed(session, actor, query.where(holds(q.split(), Task.title, Plan.title)), limit)
        if "finding" in kinds:
            findings = select(Finding).join(Inspection).options(tied.OF_TEAMS["finding"])
            found_there = holds(q.split(), Finding.text, Inspection.title)
            found += _allowed(session, actor, findings.where(found_there).order_by(Finding.id.desc()), limit)
        if "inspection" in kinds:
            inspections = select(Inspection).options(tied.OF_TEAMS["inspection"]).order_by(Inspection.id.desc())
            found += _allowed(session, actor, inspections.where(holds(q.split(), Inspection.title)), limit)
    return found


def tasks(actor: Actor, q: str, limit: int = LIMIT) -> list[LinkSubject]:
    """Find at most `limit` tasks whose title or plan contains all words of `q`, the newest first, to choose the task
    that a finding concerns. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        query = select(Task).join(Plan).options(joinedload(Task.plan)).order_by(Task.id.desc())
        rows = session.scalars(query.where(holds(q[:LONGEST_QUERY].split(), Task.title, Plan.title)).limit(limit))
        return [tied.as_subject(row) for row in rows]


def _allowed(session: Session, actor: Actor, query: Select[Row], limit: int) -> list[LinkSubject]:
    rows = session.scalars(query.limit(LOOKED_AT))
    return [tied.as_subject(row) for row in rows if tied.may_tie(actor, row)][:limit]

