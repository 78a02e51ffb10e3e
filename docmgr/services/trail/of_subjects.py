"""Find the events about a plan, task, inspection, finding, recommendation or case file, for the page that shows it.

Events that concern a document which the actor may not read are left out, and what others have read or exported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import and_, or_, select

from docmgr import db, policy
from docmgr.models import Document, TrailEvent
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.trail.log import READINGS

SHOWN = 100


def find(actor: Actor, subjects: Mapping[str, Iterable[int]]) -> list[TrailEvent]:
    """Find at most SHOWN events about the given records, the newest first. `subjects` maps a type of record to ids,
    such as {"task": [7]}. What others took out of the site is left out unless the actor may read the whole trail. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    readable = select(Document.id).where(rule.visible(actor))
    of_these = (
        and_(TrailEvent.subject_type == kind, TrailEvent.subject_id.in_(list(ids)))
        for kind, ids in subjects.items()
    )
    query = select(TrailEvent).where(
        or_(*of_these), or_(TrailEvent.document_id.is_(None), TrailEvent.document_id.in_(readable))
    )
    if not policy.may(actor, "trail:read_all"):
        query = query.where(or_(TrailEvent.action.not_in(READINGS), TrailEvent.actor_id == actor.user_id))
    with db.read() as session:
        return list(session.scalars(query.order_by(TrailEvent.seq.desc()).limit(SHOWN)))
