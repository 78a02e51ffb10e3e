"""Give the events of a document as plain data, for the command `trail export`."""

from __future__ import annotations

from typing import Any

from docmgr import db
from docmgr.models import TrailEvent
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.trail import history, log
from docmgr.services.trail.history import Filter
from docmgr.services.trail.log import ACTION_LABELS

PER_PAGE = 500


def events_of(actor: Actor, document_id: int) -> list[dict[str, Any]]:
    """Load all events of a document that the actor may see, the oldest first, as plain data. The export is recorded
    as an event. Raises NotFound when the actor may not read the document, and Denied when the actor's roles may not
    read documents."""
    document = guard.get(actor, document_id)
    events: list[TrailEvent] = []
    page = 1
    while True:
        rows, total = history.of_document(actor, document_id, Filter(), page=page, per_page=PER_PAGE)
        events += rows
        if not rows or len(events) >= total:
            break
        page += 1
    with db.write() as session:
        details = {"count": len(events), "format": "json"}
        log.document_event(session, actor, "trail:export", document, details)
    return [_plain(event) for event in sorted(events, key=lambda event: event.seq)]


def _plain(event: TrailEvent) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": event.at.isoformat(timespec="milliseconds"),
        "actor": event.actor_label,
        "unit": event.actor_unit_label,
        "via": event.via,
        "action": event.action,
        "label": ACTION_LABELS[event.action],
        "subject": event.subject_label,
        "details": event.details,
        "hash": event.leaf_hash,
    }
