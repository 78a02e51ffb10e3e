"""Whom an event of the trail concerns, and why: the notices that follow from it."""

from __future__ import annotations

from collections.abc import Iterator

from docmgr.models import TrailEvent
from docmgr.services.notifications import events, spoken
from docmgr.services.notifications.batch import Draft, EventBatch
from docmgr.services.notifications.subjects import Key


def drafts(batch: EventBatch, event: TrailEvent) -> list[Draft]:
    """The notices that follow from one event: at most one for each person, for the first reason that fits. Nobody hears
    of their own acts, nor of what the worker did with a file that they handed in."""
    made: dict[int, Draft] = {}
    for user_id, draft in _offered(batch, event):
        own = user_id == event.actor_id or (event.actor_id is None and user_id == _handed_in(batch, event))
        if not own and user_id not in made and user_id in batch.people and batch.may_hear(draft):
            made[user_id] = draft
    return list(made.values())


def _handed_in(batch: EventBatch, event: TrailEvent) -> int | None:
    held = batch.documents.get(event.document_id or 0) if event.subject_type == "document" else None
    return held.created_by if held is not None else None


def _offered(batch: EventBatch, event: TrailEvent) -> Iterator[tuple[int, Draft]]:
    """Every notice that may follow from the event, the most important reason first."""

    def draft(user_id: int, reason: str, thing: Key, document_id: int | None, within: Key) -> tuple[int, Draft]:
        return user_id, Draft(user_id, event.seq, reason, *thing, document_id, within)

    if event.action in spoken.ACTIONS and event.seq not in batch.hearers:
        # The comment was deleted meanwhile.
        return
    subject = (event.subject_type, event.subject_id or 0)
    for user_id, reason in _told(batch, event):
        yield draft(user_id, reason, subject, None, events.container(batch, event))
    for user_id, reason in _named(batch, event):
        within = subject if event.subject_type == "folder" else ("folder", batch.documents[event.document_id or 0].folder_id)
        yield draft(user_id, reason, subject, None, within)
    for thing in events.things(batch, event):
        for user_id in batch.following(event, thing):
            if (because := events.reason(event, thing)) is not None:
                about, other = events.about(event, thing)
                yield draft(user_id, because, about, other, thing)
    if event.action in events.ARRIVALS:
        for folder_id in batch.folders(event.document_id):
            for user_id in batch.following(event, ("folder", folder_id)):
                yield draft(user_id, "arrival", ("folder", folder_id), event.document_id, ("folder", folder_id))


def _told(batch: EventBatch, event: TrailEvent) -> Iterator[tuple[int, str]]:
    """Those to whose unit the event gives work, and those whom it tells of a task by name, as (id of the person, reason)."""
    for unit in events.units(batch, event):
        yield from ((user_id, "assigned" if event.subject_type == "task" else "addressed") for user_id in batch.members.get(unit, ()))
    for unit in events.spread_to(event):
        yield from ((user_id, "assigned") for user_id in batch.heads(unit))
    if (reason := events.OF_TASKS.get(event.action)) is not None:
        for key in events.receivers(event):
            yield from ((user_id, reason) for user_id in events.holders(batch, event, key))


def _named(batch: EventBatch, event: TrailEvent) -> Iterator[tuple[int, str]]:
    """Those to whom the event gives the document, or a right on it or on a folder, or whom a comment concerns, as (id of the person,
    reason)."""
    shared = events.shared_key(event)
    if event.action in events.OF_TASKS:
        return
    if event.document_id not in batch.documents and not (shared and event.subject_type == "folder"):
        return
    yield from batch.hearers.get(event.seq, {}).items()
    reason = "shared" if shared else events.ASKED.get(event.action) or events.OF_GIVEN.get(event.action, "given")
    for key in [shared] if shared else events.receivers(event):
        yield from ((user_id, reason) for user_id in events.holders(batch, event, key))
