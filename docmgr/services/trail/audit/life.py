"""The life of a document on one line, from its events: uploaded, confirmed, approved, published, tied, inspected, ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, TrailEvent
from docmgr.policy import Actor
from docmgr.services import message
from docmgr.services.message import told, vietnamese
from docmgr.services.trail import history
from docmgr.services.trail.history import Filter
from docmgr.services.trail.veil import readable
from legaltext import dates

# Key of a step → its words, the actions that make it, the subjects that they must have, and whether the first of them counts or the last.
STEPS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], bool]] = {
    "uploaded": ("Tải lên", ("document:upload", "document:copy"), (), True),
    "confirmed": ("Xác nhận thông tin", ("document:confirm",), (), False),
    "numbered": ("Cấp số", ("register:issue", "register:record"), (), False),
    "published": ("Công bố", ("document:publish",), (), False),
    "tasks": ("Giao nhiệm vụ", ("task:create",), (), True),
    "tied": ("Gắn nhiệm vụ", ("link:add",), ("task",), True),
    "inspected": ("Gắn kiểm tra", ("link:add",), ("inspection", "finding"), True),
    "filed": ("Đưa vào hồ sơ", ("case:add",), (), True),
    "withdrawn": ("Thu hồi", ("document:withdraw",), (), False),
}
APPROVED, ENDED = "Duyệt", "Hết hiệu lực"
# Names of steps of workflows that approve; agencies name their own.
_APPROVING = ("duyệt", "phê duyệt", "ký duyệt", "ký ban hành")
# How many steps of workflows are looked at, the newest first.
_LOOKED_AT = 50


@dataclass(frozen=True)
class LifeStep:
    """One step in the life of a document. `key` is one of STEPS, approved or ended; `count` says how often it happened. `document_id`
    and `document` name the document that ended this one, for who may read it."""

    key: str
    label: str
    at: dt.datetime
    count: int = 1
    document_id: int | None = None
    document: str | None = None

    @property
    def on(self) -> dt.date:
        """The day in Vietnam."""
        return dates.day_of(self.at)


def of_document(actor: Actor, document_id: int) -> list[LifeStep]:
    """The steps of a document in their order. Raises NotFound when the actor may not read the document, and Denied when
    the actor's roles may not read documents."""
    with db.read() as session:
        query = history.query_for(actor, Filter(document_id=document_id), of_document=True)
        found = [*_from_events(session, query), *_approved(session, query), *_ended(session, actor, document_id)]
    return sorted(found, key=lambda step: step.at)


def _from_events(session: Session, query: Select[TrailEvent]) -> Iterator[LifeStep]:
    actions = {action for _label, wanted, _subjects, _first in STEPS.values() for action in wanted}
    counted = query.where(TrailEvent.action.in_(actions)).with_only_columns(
        TrailEvent.action, TrailEvent.subject_type, func.min(TrailEvent.at), func.max(TrailEvent.at), func.count()
    )
    rows = session.execute(counted.group_by(TrailEvent.action, TrailEvent.subject_type)).all()
    for key, (label, wanted, subjects, first) in STEPS.items():
        mine = [row for row in rows if row[0] in wanted and (not subjects or row[1] in subjects)]
        if mine:
            moment = min(row[2] for row in mine) if first else max(row[3] for row in mine)
            yield LifeStep(key, label, moment, sum(row[4] for row in mine))


def _approved(session: Session, query: Select[TrailEvent]) -> Iterator[LifeStep]:
    steps = query.where(TrailEvent.action == "workflow:move").with_only_columns(TrailEvent.at, TrailEvent.details)
    moments = [at for at, details in session.execute(steps.order_by(TrailEvent.seq.desc()).limit(_LOOKED_AT)) if _approves(details)]
    if moments:
        yield LifeStep("approved", APPROVED, moments[0], len(moments))


def _approves(details: dict[str, Any]) -> bool:
    step = message.restored(details.get("step"))
    return step is not None and told(step, vietnamese).lower().startswith(_APPROVING)


def _ended(session: Session, actor: Actor, document_id: int) -> Iterator[LifeStep]:
    ended_on, ended_by = session.execute(select(Document.ended_on, Document.ended_by).where(Document.id == document_id)).one()
    if ended_on is not None:
        known = ended_by is not None and readable(session, actor, {ended_by})
        by = session.get_one(Document, ended_by) if known else None
        yield LifeStep("ended", ENDED, dt.datetime.combine(ended_on, dt.time(), dates.VIETNAM), document_id=by.id if by else None, document=by.label if by else None)
