"""Links between a document (or one provision of it) and a task, an inspection or a finding.

A link is ended, never deleted, so that its history stays. A link to a document that the actor may not read is left
out of every list. services.links.tied decides who may add and end links, and services.links.pick finds what can be
linked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Link, Task
from docmgr.policy import LINK_ROLES, Actor, Denied
from docmgr.services import forms
from docmgr.services.access import guard, rule
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef, ProvisionRef
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.links import occurrence_links
from docmgr.services.links.occurrence_links import OccurrenceRef
from docmgr.services.links.tied import (
    COLUMNS,
    MODELS,
    LinkSubject,
    Row,
    as_subject,
    chosen_one,
    key_of,
    may_end,
    may_tie,
    row_of,
    rows_of,
)
from docmgr.services.message import Message
from docmgr.services.trail import log

KINDS = {"task": "Nhiệm vụ", "inspection": "Cuộc kiểm tra", "finding": "Phát hiện"}
# How many ended links a document's page shows.
ENDED_SHOWN = 50
# How many links a subject's page shows.
SHOWN = 200


@dataclass(frozen=True)
class LinkRow:
    """A link as lists show it. `role` is a key of policy.LINK_ROLES. `subject` is the task, inspection or finding.
    `provision` and `anchor` are None when the whole document is linked. `ended_at` is None while the link applies.
    `may_end` tells whether the actor may end the link. `occurrence` is the occurrence of the task that it proves, if any."""

    id: int
    role: str
    role_label: Message
    document: DocumentRef
    subject: LinkSubject
    provision: ProvisionRef | None
    anchor: str | None
    note: str | None
    dated_on: dt.date | None
    created_by_label: str
    created_at: dt.datetime
    ended_by_label: str | None
    ended_at: dt.datetime | None
    may_end: bool
    occurrence: OccurrenceRef | None


@dataclass(frozen=True)
class JustEnded:
    """A link that was just ended: the task, inspection or finding, the document, and the mark by which
    `restoring.restore` undoes that; the id of the occurrence that it proved, if any."""

    subject: LinkSubject
    document: DocumentRef
    mark: str
    occurrence_id: int | None = None


def add(
    actor: Actor,
    *,
    document_id: int,
    role: str,
    task_id: int | None = None,
    inspection_id: int | None = None,
    finding_id: int | None = None,
    anchor: str | None = None,
    version_no: int | None = None,
    note: str | None = None,
    dated_on: dt.date | None = None,
) -> int:
    """Link a document to exactly one task, inspection or finding, and return the id of the link. `role` is a key of
    policy.LINK_ROLES. `anchor` names the provision to link; None links the whole document. `version_no` is the number
    of the version that has this provision; None means the newest version that the worker has read. `note` is free text.
    `dated_on` is the day on which the work was done that the document shows, or None. Raises Denied when the actor
    may not link documents there. Raises NotFound when the task, inspection or finding does not exist, or the actor may
    not read the document. Raises
    Invalid when a field is wrong or the same link exists."""
    policy.require(actor, "link:edit")
    kind, subject_id = chosen_one({"task": task_id, "inspection": inspection_id, "finding": finding_id})
    forms.one_of(role, LINK_ROLES, "role")
    with db.write() as session:
        # The row is locked: of two people who link the same document here, the second waits and then finds the link.
        subject: Row = forms.locked(session, MODELS[kind], subject_id)
        document, version, place = references.pin(session, actor, document_id, anchor, version_no)
        if not may_tie(actor, subject):
            raise Denied("link:edit")
        occurrence_links.check_place(subject, role)
        link = Link(
            **{f"{kind}_id": subject_id},
            document_id=document_id,
            version_id=version.id if version else None,
            anchor=place.anchor if place else None,
            role=role,
            note=forms.cleaned(note, "note", 2000),
            dated_on=dated_on,
            created_by=actor.user_id,
            created_by_label=actor.label,
        )
        refuse_repeat(session, link)
        session.add(link)
        session.flush()
        record(session, actor, "link:add", link, subject, document, place)
        return link.id


def end(actor: Actor, link_id: int) -> JustEnded:
    """End a link, and return what `restoring.restore` needs to undo that. Raises Denied when the actor may not end this link, and
    NotFound when there is no such link, when it has already ended or when the actor may not read its document. Raises Invalid when it
    proves an occurrence that is confirmed, or belongs to an accepted answer or a self-inspection that was handed in."""
    policy.require(actor, "link:edit")
    with db.write() as session:
        link = forms.locked(session, Link, link_id)
        if link.ended_at is not None:
            raise NotFound
        document = guard.readable(session, actor, link.document_id)
        subject = row_of(session, link)
        occurrence = occurrence_links.held(session, link)
        if not _may_end(actor, link, subject, occurrence):
            raise Denied("link:edit")
        occurrence_links.check_open(occurrence)
        occurrence_links.changed(session, occurrence)
        link.ended_at, link.ended_by, link.ended_by_label = db.now(), actor.user_id, actor.label
        place = references.provisions(session, [(link.version_id, link.anchor)])
        record(session, actor, "link:end", link, subject, document, next(iter(place.values()), None))
        return JustEnded(as_subject(subject), references.reference(document), forms.mark(link.ended_at), link.occurrence_id)


def of_findings(actor: Actor, finding_ids: Sequence[int]) -> dict[int, list[LinkRow]]:
    """Load the links of the findings `finding_ids`, including ended ones; return them by finding id. A finding
    without links has an empty list. Raises Denied when the actor's roles may not read inspections."""
    policy.require(actor, "inspection:read")
    found = link_rows(actor, select(Link).where(Link.finding_id.in_(finding_ids)))
    rows: dict[int, list[LinkRow]] = {number: [] for number in finding_ids}
    for row in found:
        rows[row.subject.id].append(row)
    return rows


def of_document(actor: Actor, document_id: int, *, ended: bool = False) -> list[LinkRow]:
    """Load the links of a document. With `ended`, ended links are included and come last. Raises Denied when the
    actor's roles may not read documents, and NotFound when the actor may not read this one."""
    policy.require(actor, "document:read")
    with db.read() as session:
        guard.readable(session, actor, document_id)
    return link_rows(actor, _held(select(Link).where(Link.document_id == document_id), ended))


def ended_of_document(
    actor: Actor, document_id: int, kinds: Sequence[str], limit: int = ENDED_SHOWN
) -> tuple[list[LinkRow], int]:
    """Find the ended links of a document. `kinds` chooses what they link to: "task", "inspection" and "finding".
    Returns (links, total): at most `limit` links, the last ended first, and the number of all. Raises NotFound when the
    actor may not read the document."""
    columns = [COLUMNS[kind].is_not(None) for kind in kinds]
    gone = select(Link).where(Link.document_id == document_id, Link.ended_at.is_not(None), or_(*columns))
    with db.read() as session:
        guard.readable(session, actor, document_id)
        total = session.scalar(gone.with_only_columns(func.count())) or 0
    found = link_rows(actor, gone.order_by(Link.ended_at.desc(), Link.id.desc()).limit(limit)) if total else []
    moments = {row.id: (row.ended_at or row.created_at, row.id) for row in found}
    return sorted(found, key=lambda row: moments[row.id], reverse=True), total


def history(
    actor: Actor,
    *,
    task_id: int | None = None,
    inspection_id: int | None = None,
    finding_id: int | None = None,
    ended: bool = True,
    limit: int | None = None,
) -> list[LinkRow]:
    """Find the links of exactly one task, inspection or finding. Ended links come last; `ended=False` leaves them out.
    At most `limit` are returned, newer links and links that have not ended first; None returns all. Raises Denied when
    the actor's roles may not read the task, inspection or finding. Raises Invalid unless exactly one id is given."""
    kind, subject_id = chosen_one({"task": task_id, "inspection": inspection_id, "finding": finding_id})
    policy.require(actor, "plan:read" if kind == "task" else "inspection:read")
    query = _held(select(Link).where(COLUMNS[kind] == subject_id), ended)
    if limit is not None:
        query = query.order_by(Link.ended_at.is_not(None), Link.id.desc()).limit(limit)
    return link_rows(actor, query)


def count(actor: Actor, *, task_id: int | None = None, inspection_id: int | None = None) -> int:
    """Count the links of exactly one task or inspection to documents that the actor may read; ended links are
    included. Raises Denied when the actor's roles may not read the task or inspection, and Invalid unless exactly one
    id is given."""
    kind, subject_id = chosen_one({"task": task_id, "inspection": inspection_id})
    policy.require(actor, "plan:read" if kind == "task" else "inspection:read")
    query = select(func.count(Link.id)).join(Document, Document.id == Link.document_id)
    with db.read() as session:
        return session.scalar(query.where(COLUMNS[kind] == subject_id, rule.visible(actor))) or 0


def refuse_repeat(session: Session, link: Link) -> None:
    """Raise Invalid when the document of the link is already linked to the same thing, with the same provision and role."""
    same: list[ColumnElement[bool]] = [
        getattr(Link, name).is_not_distinct_from(getattr(link, name))
        for name in ("task_id", "inspection_id", "finding_id", "document_id", "anchor", "role", "occurrence_id", "check_id", "recommendation_id")
    ]
    if session.scalar(select(Link.id).where(Link.ended_at.is_(None), *same)) is not None:
        raise Invalid(Message("Văn bản này đã được gắn ở đây với cùng vai trò."), "document_id")


def _held(query: Select[Link], ended: bool) -> Select[Link]:
    return query if ended else query.where(Link.ended_at.is_(None))


def _may_end(actor: Actor, link: Link, subject: Row, occurrence: OccurrenceRef | None) -> bool:
    if occurrence is not None and isinstance(subject, Task):
        own = policy.may(actor, "link:edit") and link.created_by is not None and link.created_by == actor.user_id
        return own or occurrence_links.may_change(actor, subject, occurrence)
    return may_end(actor, link, subject)


def link_rows(actor: Actor, query: Select[Link]) -> list[LinkRow]:
    """Load those links of an SQL query whose document the actor may read: ended ones last, then by role. The number of queries
    hardly depends on how many they are."""
    order = {role: place for place, role in enumerate(LINK_ROLES)}
    with db.read() as session:
        query = query.join(Document, Document.id == Link.document_id).where(rule.visible(actor))
        links = sorted(
            session.scalars(query), key=lambda link: (link.ended_at is not None, order[link.role], link.id)
        )
        documents = references.documents(session, actor, (link.document_id for link in links))
        places = references.provisions(session, ((link.version_id, link.anchor) for link in links))
        subjects, of, fixed = rows_of(session, links), occurrence_links.named(session, links), occurrence_links.fixed(session, links)
        return [
            LinkRow(
                id=link.id,
                role=link.role,
                role_label=Message(LINK_ROLES[link.role]),
                document=documents[link.document_id],
                subject=as_subject(subjects[key_of(link)]),
                provision=places.get((link.version_id or 0, link.anchor or "")),
                anchor=link.anchor,
                note=link.note,
                dated_on=link.dated_on,
                created_by_label=link.created_by_label,
                created_at=link.created_at,
                ended_by_label=link.ended_by_label,
                ended_at=link.ended_at,
                may_end=link.ended_at is None and not (ref and ref.closed) and link.id not in fixed and _may_end(actor, link, subjects[key_of(link)], ref),
                occurrence=ref,
            )
            for link in links
            for ref in [of.get(link.occurrence_id or 0)]
        ]


def record(
    session: Session,
    actor: Actor,
    action: str,
    link: Link,
    row: Row,
    document: Document,
    place: ProvisionRef | None,
) -> None:
    """Record that the actor did `action` with the link, which links `document` to `row`. `place` is its provision."""
    named = as_subject(row)
    details = forms.filled(
        {
            "Văn bản": references.full_label(document),
            "Điều khoản": place.label if place else None,
            **occurrence_links.shown(session, link),
            "Vai trò": Message(LINK_ROLES[link.role]),
            "Ngày của minh chứng": forms.day(link.dated_on),
            "Ghi chú": link.note,
        }
    )
    label = f"{KINDS[named.kind]}: {named.label}"
    log.record(
        session, actor, action, named.kind, named.id, label, document_id=document.id, details=details
    )
