"""Load what is known about a batch of events, in a number of queries that hardly depends on how many there are, shared folders
apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from docmgr.models import (
    Document,
    Finding,
    Folder,
    Follow,
    Inspection,
    Recommendation,
    Task,
    TrailEvent,
    User,
)
from docmgr.services.access import desks, memberships, pending, rule
from docmgr.services.chunks import chunks
from docmgr.services.notifications import events, reasons, spoken
from docmgr.services.notifications.batch import EventBatch
from docmgr.services.notifications.subjects import Key
from docmgr.services.people import people


def load(session: Session, found: Collection[TrailEvent]) -> EventBatch:
    """Load what is needed to decide whom these events concern. Each folder on which a role was given takes a query for its rights, and
    one for each folder whose rights it has."""
    batch = EventBatch()
    papers = {event.document_id for event in found} | {events.target(event) for event in found}
    _load_documents(session, batch, {number for number in papers if number is not None})
    work: dict[str, set[int]] = defaultdict(set)
    for event in found:
        work[event.subject_type].add(event.subject_id or 0)
    batch.tasks = {task.id: task for some in chunks(work["task"]) for task in session.scalars(select(Task).where(Task.id.in_(some)))}
    for kind, model in (("finding", Finding), ("recommendation", Recommendation)):
        query = select(model.id, model.inspection_id, model.unit_id, Inspection.kind).join(Inspection, Inspection.id == model.inspection_id)
        batch.inspected |= {(kind, row.id): row for some in chunks(work[kind]) for row in session.execute(query.where(model.id.in_(some)))}
    batch.hearers = spoken.hearers(session, found)
    things = {thing for event in found for thing in (*events.things(batch, event), *(("folder", one) for one in batch.folders(event.document_id)))}
    _load_followers(session, batch, things)
    shared = {event.subject_id for event in found if event.action == "folder:share" and events.shared_key(event)} - {None}
    live = select(Folder.id).where(Folder.deleted_at.is_(None))
    ids = [number for some in chunks(shared) for number in session.scalars(live.where(Folder.id.in_(some)))]
    batch.folder_readers = {number: rule.folder_readers(rule.folder_rights(session, number)) for number in ids}
    keys = {key for event in found for key in (events.shared_key(event), *events.receivers(event)) if key}
    keys |= {f"user:{user_id}" for told in batch.hearers.values() for user_id in told}
    _load_people(session, batch, {unit for event in found for unit in (*events.units(batch, event), *events.spread_to(event))}, keys)
    batch.unwanted = reasons.unwanted(session, list(batch.people))
    return batch


def _load_documents(session: Session, batch: EventBatch, ids: set[int]) -> None:
    query = select(Document.id, Document.folder_id, Document.created_by).where(Document.deleted_at.is_(None))
    batch.documents = {row.id: row for some in chunks(ids) for row in session.execute(query.where(Document.id.in_(some)))}
    batch.readers.update({number: [read for read, _edit in keys] for number, keys in pending.keys(session, batch.documents).items()})
    if batch.documents:
        batch.above = {row.id: row.parent_id for row in session.execute(select(Folder.id, Folder.parent_id))}


def _load_followers(session: Session, batch: EventBatch, things: Iterable[Key]) -> None:
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, number in things:
        by_kind[kind].add(number)
    for kind, ids in by_kind.items():
        for some in chunks(ids):
            query = select(Follow.subject_id, Follow.user_id, Follow.since).where(Follow.kind == kind, Follow.subject_id.in_(some))
            for subject_id, user_id, since in session.execute(query.order_by(Follow.user_id)):
                batch.followers[kind, subject_id].append((user_id, since))


def _load_people(session: Session, batch: EventBatch, units: set[int], keys: set[str]) -> None:
    named = {int(key.partition(":")[2]) for key in keys if key.startswith("user:")}
    units = units | {int(key.partition(":")[2]) for key in keys if key.startswith("unit:")}
    standing, groups = desks.standing_in(session), memberships.of_people(session)
    wanted_groups = {int(key.partition(":")[2]) for key in keys if key.startswith("group:")}
    grouped = {user_id for user_id, ids in groups.items() if ids & wanted_groups}
    for delegate_id, absent in standing.items():
        for user_id in absent & named:
            batch.standing[user_id].append(delegate_id)
            named = named | {delegate_id}
    wanted = named | grouped | {one for ones in batch.followers.values() for one, _ in ones}
    conditions: list[ColumnElement[bool]] = [User.unit_id.in_(some) for some in chunks(units)]
    conditions += [User.id.in_(some) for some in chunks(wanted)]
    if not conditions:
        return
    for user in session.scalars(select(User).where(User.disabled_at.is_(None), or_(*conditions)).order_by(User.id)):
        batch.people[user.id] = people.actor_for(
            user, stands_for=standing.get(user.id, frozenset()), groups=groups.get(user.id, frozenset())
        )
        if user.unit_id is not None:
            batch.members[user.unit_id].append(user.id)
        for group_id in groups.get(user.id, ()):
            batch.groups[group_id].append(user.id)
