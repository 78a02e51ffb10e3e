"""Search boxes for tying: documents on one side; tasks, inspections and findings on the other.

Nobody types an id. Documents are those that the search page finds, and those whose subject holds what was typed; only what
the actor may read. Subjects are only those that the actor may tie documents to.
"""

from __future__ import annotations

import re
from itertools import chain, zip_longest
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from docmgr import db, policy
from docmgr.collation import holds
from docmgr.models import Document, Finding, Inspection, Plan, Task
from docmgr.policy import Actor
from docmgr.services import access, asked_for, links, references, search
from docmgr.services.links import Subject
from docmgr.services.references import DocumentRef
from indexer.numbers import parse_number_query

LIMIT = 12
# Candidates looked at when the rule is in Python (rights).
LOOKED_AT = 400
LONGEST_QUERY = 200
# Two letters or more at the end of what was typed.
_BEGUN = re.compile(r"[^\W\d_]{2}\Z")
# What the index does not hold, or not as it is now.
_WAITING = Document.indexed_revision.is_distinct_from(Document.revision)
Row = TypeVar("Row", Task, Inspection, Finding)


def documents(actor: Actor, q: str, limit: int = LIMIT) -> list[DocumentRef]:
    """Readable documents as the search page finds them, for the words as they stand and with the last one begun, for the
    box asks while one types; in turn with those whose subject holds the words, what the index does not hold as it is now
    before the others. Such a one goes first by its number. Without words the newest."""
    policy.require(actor, "document:read")
    q = q[:LONGEST_QUERY].strip()
    with db.read() as session:
        newest = select(Document).where(access.visible(actor)).order_by(Document.id.desc())
        if not q:
            return [references.reference(row) for row in session.scalars(newest.limit(limit))]
        answers = [search.find(actor, text, per_page=limit, record=False) for text in _asked(q)]
        waiting = newest if answers[0].unusable else newest.where(_WAITING)
        wanted = parse_number_query(q)
        numbered = asked_for.numbered(session, waiting, wanted) if wanted else []
        named = newest.where(holds(q.split(), Document.subject)).order_by(None).order_by(_WAITING.desc(), Document.id.desc())
        lists = [*([hit.document for hit in answer.hits] for answer in answers), list(session.scalars(named.limit(limit)))]
        in_turn = filter(None, chain.from_iterable(zip_longest(*lists)))
        found = {row.id: row for row in (*numbered, *in_turn)}
        return [references.reference(row) for row in list(found.values())[:limit]]


def _asked(q: str) -> list[str]:
    return [q, f"{q}*"] if _BEGUN.search(q) else [q]


def document(actor: Actor, document_id: int) -> DocumentRef:
    """One document that was chosen. Raises NotFound where the actor may not read it."""
    policy.require(actor, "document:read")
    with db.read() as session:
        return references.reference(references.readable(session, actor, document_id))


def subjects(
    actor: Actor, q: str, kinds: tuple[str, ...] = tuple(links.KINDS), limit: int = LIMIT
) -> list[Subject]:
    """Tasks, inspections and findings whose words hold all of `q` and that the actor may tie documents to.

    Without words: the newest of each kind.
    """
    policy.require(actor, "link:edit")
    q = q[:LONGEST_QUERY].strip()
    found: list[Subject] = []
    with db.read() as session:
        if "task" in kinds:
            query = select(Task).join(Plan).options(joinedload(Task.plan)).order_by(Task.id.desc())
            found += _allowed(session, actor, query.where(holds(q.split(), Task.title, Plan.title)), limit)
        if "finding" in kinds:
            findings = select(Finding).join(Inspection).options(joinedload(Finding.inspection))
            found_there = holds(q.split(), Finding.text, Inspection.title)
            found += _allowed(session, actor, findings.where(found_there).order_by(Finding.id.desc()), limit)
        if "inspection" in kinds:
            inspections = select(Inspection).order_by(Inspection.id.desc())
            found += _allowed(session, actor, inspections.where(holds(q.split(), Inspection.title)), limit)
    return found


def tasks(actor: Actor, q: str, limit: int = LIMIT) -> list[Subject]:
    """Any tasks whose words hold all of `q`, for a finding that concerns one."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        query = select(Task).join(Plan).options(joinedload(Task.plan)).order_by(Task.id.desc())
        rows = session.scalars(query.where(holds(q[:LONGEST_QUERY].split(), Task.title, Plan.title)).limit(limit))
        return [links.as_subject(row) for row in rows]


def _allowed(session: Session, actor: Actor, query: Select[Row], limit: int) -> list[Subject]:
    rows = session.scalars(query.limit(LOOKED_AT))
    return [links.as_subject(row) for row in rows if links.may_tie(actor, row)][:limit]

